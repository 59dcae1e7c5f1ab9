//! Evidence: what every value rests on.
//!
//! In: the `sources`, `evidence` and `assumed` of each entry. Out: a `Basis`, and a warning for
//! each number or judgement that has neither evidence nor a reason. With an archive folder, each
//! quote must occur in its source's file; white space, dashes and quotation marks are folded.

use super::{Checker, plain};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, is_slip};
use crate::limits::LARGEST_FILE;
use crate::load::{nearby, read_bytes};
use crate::scenario::raw::{
    Entry, RawBasis, RawEvidence, RawNations, RawScenario, RawShare, RawSize, Text,
};
use crate::scenario::{Basis, Change, Claim, Stage};
use crate::source::{Span, Spanned};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

/// The most words that a quote may have.
const LONGEST_QUOTE: usize = 8;

/// Reasons by key, without their places.
pub(super) fn reasons(raw: &BTreeMap<String, Text>) -> BTreeMap<String, String> {
    raw.iter().map(|(key, reason)| (key.clone(), reason.value.clone())).collect()
}

impl Checker<'_> {
    /// Resolves what an entry rests on.
    pub(super) fn check_basis(&mut self, raw: &RawBasis) -> Basis {
        let mut claims = self.check_claims(&raw.sources, &raw.evidence, None);
        for change in &raw.changes {
            claims.extend(self.check_claims(&change.sources, &change.evidence, Some(change.on)));
        }
        let changes = raw.changes.iter();
        let changes = changes.map(|change| Change { on: change.on, keys: change.keys.clone() });
        Basis { claims, assumed: reasons(&raw.assumed), changes: changes.collect() }
    }

    /// The claims of an entry or of an update of it.
    fn check_claims(
        &mut self,
        sources: &[Text],
        evidence: &[RawEvidence],
        since: Option<Date>,
    ) -> Vec<Claim> {
        let mut claims = self.check_sources(sources);
        claims.extend(evidence.iter().filter_map(|evidence| self.check_claim(evidence)));
        for claim in &mut claims {
            claim.since = since;
        }
        claims
    }

    /// Sources named without words.
    pub(super) fn check_sources(&mut self, raw: &[Text]) -> Vec<Claim> {
        let sources = raw.iter().filter_map(|name| self.resolve_source(name));
        let claim = |source| Claim {
            source,
            keys: Vec::new(),
            by: None,
            speaker: None,
            quote: None,
            credibility: None,
            stage: None,
            since: None,
        };
        sources.map(claim).collect()
    }

    fn check_claim(&mut self, raw: &RawEvidence) -> Option<Claim> {
        let source = raw.source.as_ref().and_then(|name| self.resolve_source(name));
        let credibility = raw.credibility.as_ref().and_then(|digit| {
            let whole = digit.value.to_whole().and_then(|whole| u8::try_from(whole).ok());
            let found = whole.filter(|whole| (1..=6).contains(whole));
            if found.is_none() {
                let message = format!("{} is not a credibility", digit.value);
                let help = "write 1 (confirmed) to 5 (improbable), or 6 (cannot be judged)";
                self.report(Diagnostic::new(Code::OutOfRange, digit.span, message).help(help));
            }
            found
        });
        if let Some(quote) = &raw.quote {
            self.check_quote_length(quote);
        }
        Some(Claim {
            source: source?,
            keys: raw.keys.iter().map(|key| key.value.clone()).collect(),
            by: plain(raw.by.as_ref()),
            speaker: raw.by.as_ref().and_then(|by| self.check_speaker(by)),
            quote: plain(raw.quote.as_ref()),
            credibility,
            stage: raw.stage.as_ref().and_then(|stage| self.check_stage(stage)),
            since: None,
        })
    }

    /// `GBR: Starmer` is the United Kingdom's own word. `BBC: reporter` is free text; `GRB: Starmer`
    /// is a slip.
    fn check_speaker(&mut self, by: &Text) -> Option<usize> {
        let (head, _) = by.value.split_once(':').unwrap_or((&by.value, ""));
        let head = head.trim();
        let code = head.len() == 3 && head.bytes().all(|byte| byte.is_ascii_uppercase());
        let slip = code && by.value.contains(':');
        let slip = slip && self.raw.nations.keys().any(|nation| is_slip(head, nation));
        if self.raw.nations.contains_key(head) || slip {
            return self.resolve_nation(&Spanned::new(head.to_owned(), by.span));
        }
        None
    }

    fn check_quote_length(&mut self, quote: &Text) {
        let words = quote.value.split_whitespace().count();
        if words > LONGEST_QUOTE {
            let message = format!("the quote has {words} words");
            let help = format!("quote {LONGEST_QUOTE} words at most and put the rest into `claim`");
            self.report(Diagnostic::new(Code::QuoteTooLong, quote.span, message).help(help));
        }
    }

    /// Every number and judgement has evidence or a reason of its own.
    pub(super) fn check_grounds(&mut self) {
        let raw = self.raw;
        for (id, entry) in &raw.nations {
            let what = format!("nation `{id}`");
            let basis = &entry.value.basis;
            let numbers = [("pool", &entry.value.pool), ("rotation", &entry.value.rotation)];
            for (key, number) in numbers {
                self.ground((&what, basis), key, number.as_ref().map(|number| number.span), true);
            }
        }
        for (id, entry) in &raw.assumptions {
            let options = entry.value.options.as_ref();
            let each = |list: &Vec<_>| {
                list.iter()
                    .all(|option: &crate::scenario::raw::RawOption| !option.sources.is_empty())
            };
            if !options.is_some_and(|options| each(&options.value)) {
                let what = format!("assumption `{id}`");
                let span = options.map(|options| options.span);
                self.ground((&what, &entry.value.basis), "options", span, true);
            }
        }
        for (id, entry) in &raw.conditions {
            let what = format!("condition `{id}`");
            let condition = &entry.value;
            let outcomes = condition.outcomes.as_ref().filter(|law| !law.value.is_empty());
            let holds = condition.holds.as_ref().filter(|_| condition.basis.changes.is_empty());
            let laws = [
                // Of one that an update brought, the update is asked for evidence.
                ("holds", holds.map(|holds| holds.span)),
                ("probability", condition.probability.as_ref().map(|law| law.span)),
                ("given", condition.given.as_ref().map(|law| law.span)),
                ("outcomes", outcomes.map(|law| law.span)),
            ];
            for (key, span) in laws {
                self.ground((&what, &condition.basis), key, span, key == "holds");
            }
        }
        self.ground_pledges();
        self.ground_updates();
    }

    fn ground_pledges(&mut self) {
        let raw = self.raw;
        for (id, entry) in &raw.pledges {
            let (what, pledge) = (format!("pledge `{id}`"), &entry.value);
            let before = self.diagnostics.len();
            let judged = |size: &Spanned<RawSize>| match &size.value {
                RawSize::Unknown | RawSize::Rest(_) => false,
                RawSize::Share(share, _) => matches!(share, RawShare::Number(_)),
                _ => true,
            };
            let size = pledge.size.as_ref().filter(|size| judged(size)).map(|size| size.span);
            self.ground((&what, &pledge.basis), "size", size, false);
            if let Some(RawNations::Split(split)) = &pledge.nations {
                let several = split.value.len() > 1;
                self.ground(
                    (&what, &pledge.basis),
                    "nations",
                    several.then_some(split.span),
                    false,
                );
            }
            let basis = &pledge.basis;
            let bare = self.diagnostics.len() == before;
            if bare && !has_claims(basis) && basis.assumed.is_empty() && !basis.unreadable {
                let message = format!("{what} has neither evidence nor a reason");
                self.report(Diagnostic::new(Code::NoEvidence, entry.id, message).help(
                    "add `evidence = [{ source = ..., quote = ... }]`, or say under `assumed` why",
                ));
            }
        }
    }

    /// Warns of updates for which nobody's word is given.
    fn ground_updates(&mut self) {
        for change in bases(self.raw).flat_map(|basis| &basis.changes) {
            if change.sources.is_empty() && change.evidence.is_empty() && !change.assumed {
                let message =
                    format!("the update of {} has neither evidence nor a reason", change.on);
                let help = "add `evidence = [{ source = ... }]`, or say under `assumed` why";
                self.report(Diagnostic::new(Code::NoEvidence, change.span, message).help(help));
            }
        }
    }

    /// Warns when the value at `span` has nothing to rest on. Where `whole`, evidence for the
    /// entry as a whole is evidence for the value.
    fn ground(
        &mut self,
        (what, basis): (&str, &RawBasis),
        key: &str,
        span: Option<Span>,
        whole: bool,
    ) {
        let Some(span) = span else { return };
        let named =
            claims(basis).any(|claim| claim.keys.iter().any(|named| is_slip(&named.value, key)));
        let reason = basis.assumed.keys().any(|reason| is_slip(reason, key));
        let grounded = reason || named || (whole && has_claims(basis));
        if grounded || basis.unreadable {
            return;
        }
        let message = format!("`{key}` of {what} has neither evidence nor a reason");
        let help = format!(
            "say why under `assumed = {{ {key} = \"...\" }}`, or add evidence with `for = \"{key}\"`"
        );
        self.report(Diagnostic::new(Code::NoEvidence, span, message).help(help));
    }

    /// A source that nothing refers to.
    pub(super) fn check_unused_sources(&mut self, cited: &BTreeSet<String>) {
        let raw = self.raw;
        let used = named_sources(raw).map(|name| name.value.as_str());
        let used: BTreeSet<&str> = used.chain(cited.iter().map(String::as_str)).collect();
        for (id, entry) in raw.sources.iter().filter(|(id, _)| !used.contains(id.as_str())) {
            let message = format!("nothing refers to the source `{id}`");
            let help = "name it where it is evidence, or remove it";
            self.report(Diagnostic::new(Code::UnusedSource, entry.id, message).help(help));
        }
    }

    /// A stage word.
    pub(super) fn check_stage(&mut self, word: &Text) -> Option<Stage> {
        self.check_word_of(word, Stage::from_word, "stage", Stage::ALL.iter().map(|s| s.word()))
    }
}

fn has_claims(basis: &RawBasis) -> bool {
    sources(basis).next().is_some() || claims(basis).next().is_some()
}

/// The sources that an entry and its updates name without words.
fn sources(basis: &RawBasis) -> impl Iterator<Item = &Text> {
    basis.sources.iter().chain(basis.changes.iter().flat_map(|change| &change.sources))
}

/// What sources say about an entry and its updates.
fn claims(basis: &RawBasis) -> impl Iterator<Item = &RawEvidence> {
    basis.evidence.iter().chain(basis.changes.iter().flat_map(|change| &change.evidence))
}

/// What every entry of a scenario rests on.
fn bases(raw: &RawScenario) -> impl Iterator<Item = &RawBasis> {
    fn of<'a, T>(
        entries: &'a crate::scenario::raw::Entries<T>,
        basis: fn(&T) -> &RawBasis,
    ) -> impl Iterator<Item = &'a RawBasis> {
        entries.values().map(move |entry: &'a Entry<T>| basis(&entry.value))
    }
    of(&raw.nations, |nation| &nation.basis)
        .chain(of(&raw.assumptions, |assumption| &assumption.basis))
        .chain(of(&raw.conditions, |condition| &condition.basis))
        .chain(of(&raw.pledges, |pledge| &pledge.basis))
        .chain(of(&raw.requirements, |requirement| &requirement.basis))
}

fn named_sources(raw: &RawScenario) -> impl Iterator<Item = &Text> {
    let options = raw.assumptions.values().flat_map(|entry| &entry.value.options);
    let options = options.flat_map(|options| options.value.iter().flat_map(|o| &o.sources));
    let plain = bases(raw).flat_map(sources);
    let claims = bases(raw).flat_map(claims);
    plain.chain(claims.filter_map(|claim| claim.source.as_ref())).chain(options)
}

/// Compares every quote with its source's file in `archive`: those of the first scenario, and what
/// others of the same files add.
pub fn check_archive(
    (first, others): &(RawScenario, Vec<RawScenario>),
    archive: &Path,
    diagnostics: &mut Diagnostics,
) {
    let mut found = diagnostics.beside();
    for (id, entry) in &first.sources {
        let Some(file) = &entry.value.file else { continue };
        let text = match read_archived(archive, file) {
            Ok(text) => folded(&text),
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                continue;
            }
        };
        for claim in [first].into_iter().chain(others).flat_map(bases).flat_map(claims) {
            if claim.source.as_ref().is_some_and(|source| source.value == *id)
                && let Some(quote) = &claim.quote
                && !text.contains(&folded(&quote.value))
            {
                let message = format!("`{id}` does not say this in `{}`", file.value);
                let help = "quote the source's own words, letter by letter";
                found.push(
                    Diagnostic::new(Code::QuoteNotFound, quote.span, message)
                        .also(file.span, "the file that was searched")
                        .help(help),
                );
            }
        }
    }
    diagnostics.add_new(&found);
}

/// The text that a source claims to be: a file of the archive folder itself.
fn read_archived(archive: &Path, file: &Text) -> Result<String, Box<Diagnostic>> {
    let mut parts = Path::new(&file.value).components();
    let inside = parts.all(|part| matches!(part, Component::Normal(_)));
    let path = archive.join(&file.value);
    let bytes = inside.then(|| read_bytes(&path, LARGEST_FILE).ok()).flatten();
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).ok_or_else(|| {
        let message = format!("the archive has no readable file `{}`", file.value);
        let help = nearby(&path).filter(|_| inside && !path.exists());
        let help = help
            .unwrap_or_else(|| format!("put it into `{}`, or correct the name", archive.display()));
        Box::new(Diagnostic::new(Code::ArchiveFileMissing, file.span, message).help(help))
    })
}

/// White space to single spaces, every dash to `-`, every quotation mark to `'`.
fn folded(text: &str) -> String {
    let plain = text.chars().map(|character| match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '"' | '\u{2018}'..='\u{201f}' | '`' | '\u{ab}' | '\u{bb}' => '\'',
        other => other,
    });
    let plain: String = plain.collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn quotes_are_compared_without_typography() {
        assert_eq!(
            folded("Ukraine’s  skies\nand seas — now"),
            folded("Ukraine's skies and seas - now")
        );
        assert_eq!(folded("“declaration of intent”"), "'declaration of intent'");
    }
}
