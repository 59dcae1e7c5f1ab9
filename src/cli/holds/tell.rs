//! What is said of figures that were held against a scenario.
//!
//! In: what changed. Out: a verdict and a sentence for each, printed for people or as data.

use super::super::{TableFormat, VerifyArgs, output};
use crate::characters::seen;
use crate::error::Error;
use crate::report::format::{self, Spreadsheet};
use crate::report::holds::{self, ByFile, Change};
use crate::report::provenance::Origin;
use crate::report::wording::day;
use crate::scenario::Scenario;
use serde_json::{Value, json};

/// The most changes that people are shown.
pub(super) const MOST_SHOWN: usize = 40;

/// What became of a figure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    StillTrue,
    /// Only names changed, which counts as a change.
    Renamed,
    Changed,
    Edited,
    CannotTell,
}

impl Verdict {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::StillTrue => "still true",
            Self::Renamed | Self::Changed => "changed",
            Self::Edited => "edited",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// A figure, and what became of it.
pub(super) struct Held {
    pub(super) file: String,
    pub(super) verdict: Verdict,
    pub(super) sentence: String,
    /// What changed, and in which file.
    pub(super) changes: ByFile,
}

impl Held {
    pub(super) fn cannot_tell(file: &str, reason: &str) -> Self {
        let sentence = format!("cannot tell: {reason}");
        Self { file: file.to_owned(), verdict: Verdict::CannotTell, sentence, changes: Vec::new() }
    }
}

/// Whether words differ only in the date of the knowledge, the scenario's hash and the program's version. A date that
/// stands alone counts as that of the knowledge only where it is called so: another may have moved from the one to the other.
pub(super) fn is_restated(
    change: &Change,
    (origin, version): (&Origin, &str),
    now: &Scenario,
) -> bool {
    let (Some(was), Some(is)) = (change.was.as_str(), change.is.as_str()) else { return false };
    let program = |version: &str| format!("contingent {version}");
    let short = |hash: &str| hash.get(..8).unwrap_or_default().to_owned();
    let stated = [
        (origin.sha256.clone(), now.hash.clone()),
        (format!("({})", short(&origin.sha256)), format!("({})", short(&now.hash))),
        (program(version), program(env!("CARGO_PKG_VERSION"))),
        (day(origin.as_of), day(now.as_of)),
        (origin.as_of.to_string(), now.as_of.to_string()),
    ];
    let dates = [day(origin.as_of), origin.as_of.to_string()];
    if dates.iter().any(|date| date == was) && !change.figure.to_lowercase().contains("as of") {
        return false;
    }
    let restated = stated.iter().fold(was.to_owned(), |was, (old, new)| was.replace(old, new));
    restated == is
}

/// What does not hold, if anything: what stands largest in the picture, else the first number.
pub(super) struct Lost {
    figure: String,
    was: String,
    is: String,
    others: usize,
}

/// The first of the changes to be told.
pub(super) fn lost(changes: &[(String, Vec<Change>)]) -> Option<Lost> {
    let all = || changes.iter().flat_map(|(_, own)| own);
    let found = all().find(|own| own.figure == "headline");
    let found = found.or_else(|| all().find(|own| own.by().is_some())).or_else(|| all().next());
    let change = found?;
    let [was, is] = holds::in_words(change);
    Some(Lost { figure: change.figure.clone(), was, is, others: all().count() - 1 })
}

impl Lost {
    fn others(&self) -> String {
        match self.others {
            0 => String::new(),
            1 => " (and 1 other figure)".to_owned(),
            several => format!(" (and {several} other figures)"),
        }
    }

    /// The scenario gives another figure.
    pub(super) fn by_figures(&self) -> String {
        let Self { figure, was, is, .. } = self;
        format!("no longer holds: {figure} was {was}, is now {is}{}", self.others())
    }

    /// The scenario gives the same figures under other names.
    pub(super) fn by_name(&self) -> String {
        let Self { figure, was, is, .. } = self;
        let what = match is.as_str() {
            "not there" => format!("what it calls \"{figure}\" has another name now"),
            _ => format!("{figure} was {was}, is now {is}"),
        };
        format!("names changed and its figures hold: {what}; make it anew for the new names")
    }

    /// The scenario is what it was, as of some date.
    pub(super) fn by_hand(&self, when: &str) -> String {
        let Self { figure, was, is, .. } = self;
        let others = self.others();
        format!(
            "edited since it was made: {figure} is {was} in the file; made anew from the same \
             scenario {when}it is {is}{others}"
        )
    }
}

/// What happened to the scenario and to the program since a figure was made.
pub(super) fn since(origin: &Origin, version: &str, now: &Scenario, changed: bool) -> String {
    let dates: Vec<String> = now
        .dates
        .iter()
        .filter(|date| **date > origin.as_of && **date <= now.as_of)
        .map(|date| day(*date))
        .collect();
    let moved = match (dates.last(), changed) {
        _ if now.hash == origin.sha256 => String::new(),
        (Some(date), true) => format!("; the scenario changed on {date}"),
        (None, true) => "; the scenario's file was changed".to_owned(),
        (_, false) if now.as_of != origin.as_of => {
            let (now, then) = (day(now.as_of), day(origin.as_of));
            format!(" as of {now}; it was made as of {then}, and nothing that it shows changed")
        }
        (_, false) => {
            format!(" as of {}; the scenario changed in what it does not show", day(now.as_of))
        }
    };
    match env!("CARGO_PKG_VERSION") {
        here if here == version => moved,
        here => format!("{moved}; contingent {version} made it, and this is {here}"),
    }
}

/// What can be said of a picture that is no longer as it was drawn.
pub(super) fn redrawn(held: Held) -> Held {
    let what = "the picture was edited, or saved by another program, since it was made; what it was drawn from";
    let sentence = match held.verdict {
        Verdict::StillTrue | Verdict::Edited => {
            format!("cannot tell: {what} is {}", held.sentence)
        }
        _ => format!("cannot tell: {what} {}", held.sentence),
    };
    Held { sentence, verdict: Verdict::CannotTell, ..held }
}

/// What can be said of a page that is no longer as it was written; its words were compared themselves.
pub(super) fn rewritten(held: Held) -> Held {
    let (verdict, sentence) = match held.verdict {
        Verdict::StillTrue => {
            let sentence =
                format!("edited since it was made, though not its words: {}", held.sentence);
            (Verdict::Edited, sentence)
        }
        Verdict::Renamed | Verdict::Changed => {
            (Verdict::Changed, format!("{}; it was also edited since it was made", held.sentence))
        }
        other => (other, held.sentence),
    };
    Held { verdict, sentence, ..held }
}

/// Prints what became of the figures.
pub(super) fn tell(
    args: &VerifyArgs,
    scenario: Option<&Scenario>,
    all: &[Held],
) -> Result<(), Error> {
    if args.format == TableFormat::Json {
        let all: Vec<Value> = all.iter().map(told_as_data).collect();
        let text = serde_json::to_string_pretty(&all).unwrap_or_default();
        return output::print(format!("{text}\n").as_bytes());
    }
    // Where names changed, every row would be told under its old name and its new one.
    let names =
        |held: &&Held| held.verdict == Verdict::Renamed && args.format == TableFormat::Table;
    let told = all.iter().filter(|held| !names(held));
    let mut found: ByFile = told.flat_map(|held| held.changes.clone()).collect();
    // A chart's two files show the same.
    found.dedup_by(|next, before| next.1 == before.1);
    if args.format == TableFormat::Csv {
        for held in all {
            output::complain(&format!("{}: {}", held.file, plain(&held.sentence)));
        }
        let table = scenario.map(|scenario| holds::table(scenario, &found));
        let bytes = table.map(|table| format::csv(&table, Spreadsheet::Plain));
        return output::print(&bytes.unwrap_or_default());
    }
    let untrue: Vec<&Held> = all.iter().filter(|held| held.verdict != Verdict::StillTrue).collect();
    if all.len() > 1 && untrue.is_empty() {
        return output::print(format!("still true: all {} figures\n", all.len()).as_bytes());
    }
    let mut shown = if all.len() > 1 { untrue } else { all.iter().collect() };
    let stem = |held: &Held| held.file.trim_end_matches(".png").trim_end_matches(".svg").to_owned();
    shown.dedup_by(|next, before| stem(next) == stem(before) && next.sentence == before.sentence);
    for held in &shown {
        let twice =
            all.iter().filter(|own| stem(own) == stem(held) && own.sentence == held.sentence);
        let name = if twice.count() > 1 { stem(held) } else { held.file.clone() };
        output::print(format!("{name}: {}\n", plain(&held.sentence)).as_bytes())?;
    }
    let number: usize = found.iter().map(|(_, own)| own.len()).sum();
    let Some(scenario) = scenario.filter(|_| number > 0) else { return Ok(()) };
    let mut room = MOST_SHOWN;
    for (_, own) in &mut found {
        own.truncate(room);
        room -= own.len();
        own.iter_mut().for_each(begin_where_they_differ);
    }
    let text = format::text(&holds::table(scenario, &found), output::width());
    output::print(format!("\n{text}").as_bytes())?;
    if number > MOST_SHOWN {
        let more = number - MOST_SHOWN;
        output::print(format!("{more} more; `--format csv` has all\n").as_bytes())?;
    }
    Ok(())
}

/// So many bytes in which two sentences agree could fill a cell, so that what differs is cut.
const ALIKE: usize = 20;

/// Leaves out the words with which two long sentences begin alike.
fn begin_where_they_differ(change: &mut Change) {
    let (Value::String(was), Value::String(is)) = (&mut change.was, &mut change.is) else { return };
    let alike = was.split_inclusive(' ').zip(is.split_inclusive(' '));
    let alike: usize = alike.take_while(|(was, is)| was == is).map(|(own, _)| own.len()).sum();
    if alike > ALIKE {
        for words in [was, is] {
            words.replace_range(..alike, "\u{2026} ");
        }
    }
}

/// What a file says of itself must not steer a terminal.
fn plain(sentence: &str) -> String {
    seen(sentence).collect()
}

pub(super) fn told_as_data(held: &Held) -> Value {
    let changes = held.changes.iter().flat_map(|(file, own)| {
        own.iter().map(move |change| {
            json!({
                "file": file, "figure": change.figure, "was": change.was, "is": change.is,
                "change": change.by(),
            })
        })
    });
    json!({
        "file": held.file,
        "verdict": held.verdict.word(),
        "sentence": held.sentence,
        "changes": changes.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Change, begin_where_they_differ};

    #[test]
    fn long_sentences_begin_where_they_differ() {
        let cut = |was: &str, is: &str| {
            let figure = "f".to_owned();
            let mut change = Change { figure, was: was.into(), is: is.into() };
            begin_where_they_differ(&mut change);
            [change.was, change.is].map(|words| words.as_str().unwrap().to_owned())
        };
        let long = "The expected force in the theatre is, as far as is known, ";
        let both = ["2,577 troops", "2,369 troops"].map(|end| format!("{long}{end}"));
        assert_eq!(cut(&both[0], &both[1]), ["\u{2026} 2,577 troops", "\u{2026} 2,369 troops"]);
        assert_eq!(cut("a b", "a c"), ["a b", "a c"]);
        assert_eq!(cut(long, &both[0]), ["\u{2026} ", "\u{2026} 2,577 troops"]);
        assert_eq!(cut(&both[0], "Peace"), [both[0].as_str(), "Peace"]);
    }
}
