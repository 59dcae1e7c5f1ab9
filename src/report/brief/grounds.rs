//! What a brief rests on: what the analyst chose, every assumption with its reason, every source.
//!
//! In: a `Scenario`. Out: a [`Grid`], [`Assumed`]s and [`SourceNote`]s.

use super::escape::link;
use super::grids::{Cell, Grid, Head};
use crate::report::table::number;
use crate::report::wording::{
    assumption_name, condition_name, day, option_name, pledge_name, requirement_in_words,
};
use crate::report::words::{list, percent, thousands};
use crate::scenario::{Assumption, AssumptionOption, Scenario, Source};

/// What is assumed about one entry.
#[derive(Clone, Debug)]
pub(super) struct Assumed {
    /// What kind of entry, and its name.
    pub(super) entry: String,
    /// A key and the reason.
    pub(super) reasons: Vec<(String, String)>,
}

/// A source as it is listed.
#[derive(Clone, Debug)]
pub(super) struct SourceNote {
    /// Its letter; empty where it has none.
    pub(super) grade: String,
    /// What the letter means, and why it is graded so.
    pub(super) graded: String,
    /// What it reports, or its id.
    pub(super) title: String,
    /// Who published it, when, and its id.
    pub(super) details: String,
    /// Where it can be read, if that is an address of the web.
    pub(super) link: Option<String>,
}

/// The options in force.
pub(super) fn chosen(scenario: &Scenario) -> Grid {
    let rows = scenario.assumptions.iter().enumerate().map(|(at, (_, assumption))| {
        let in_words = |option: &AssumptionOption| option_in_words(assumption, option);
        let chosen = assumption.options.get(assumption.chosen).map(in_words);
        let others = assumption.options.iter().enumerate();
        let others = others.filter(|(option, _)| *option != assumption.chosen);
        let others: Vec<String> = others.map(|(_, option)| in_words(option)).collect();
        let detail = assumption.text.clone().unwrap_or_default();
        vec![
            Cell { text: assumption_name(scenario, at), detail },
            Cell::from(chosen.unwrap_or_default()),
            Cell::from(list(&others, "or")),
        ]
    });
    let heads = ["What the analyst chooses", "Chosen", "Other options"].map(Head::words);
    Grid {
        caption: "Choices that no event decides".to_owned(),
        heads: heads.into(),
        rows: rows.collect(),
        note: String::new(),
    }
}

/// "20,000 troops (mid)", "60 % (three fifths)", "on ceasefire".
fn option_in_words(assumption: &Assumption, option: &AssumptionOption) -> String {
    let name = option_name(&option.name).to_lowercase();
    let value = option.value.to_f64();
    match (assumption.quantity, assumption.unit.as_str()) {
        (false, _) => name,
        (true, "share") => format!("{} ({name})", percent(value)),
        (true, unit) if value >= 100.0 => format!("{} {unit} ({name})", thousands(value)),
        (true, unit) => format!("{} {unit} ({name})", number(value)),
    }
}

/// Every reason, entry by entry.
pub(super) fn assumed(scenario: &Scenario) -> Vec<Assumed> {
    let assumed = scenario.bases().filter(|(_, basis)| !basis.assumed.is_empty());
    let entries = assumed.map(|(path, basis)| {
        let reasons = basis.assumed.iter();
        let reasons = reasons.map(|(key, reason)| (key.replace('_', " "), reason.clone()));
        Assumed { entry: entry_name(scenario, &path), reasons: reasons.collect() }
    });
    entries.collect()
}

/// `conditions.ceasefire` is "Condition: Ceasefire".
fn entry_name(scenario: &Scenario, path: &str) -> String {
    let (section, id) = path.split_once('.').unwrap_or(("", path));
    let named = match section {
        "nations" => scenario.nations.index(id).map(|at| scenario.nations.at(at).name.clone()),
        "assumptions" => scenario.assumptions.index(id).map(|at| assumption_name(scenario, at)),
        "conditions" => scenario.conditions.index(id).map(|at| condition_name(scenario, at)),
        "pledges" => scenario.pledges.index(id).map(|at| pledge_name(scenario, at)),
        "requirements" => {
            scenario.requirements.index(id).map(|at| requirement_in_words(scenario, at))
        }
        _ => None,
    };
    let kind = option_name(section.trim_end_matches('s'));
    format!("{kind}: {}", named.unwrap_or_else(|| id.to_owned()))
}

/// Every source that anything known rests on.
pub(super) fn sources(scenario: &Scenario) -> Vec<SourceNote> {
    scenario.known_sources().map(|(id, source)| source_note(id, source)).collect()
}

fn source_note(id: &str, source: &Source) -> SourceNote {
    let followed = source.url.as_deref().and_then(link);
    let date = source.published.map_or_else(|| "no date".to_owned(), day);
    let publisher = source.publisher.clone().unwrap_or_else(|| "No named publisher".to_owned());
    // An address that nobody should follow is only shown.
    let address = source.url.clone().filter(|_| followed.is_none());
    let details = [Some(publisher), Some(date), Some(id.to_owned()), address];
    let details: Vec<String> = details.into_iter().flatten().collect();
    let reasons: Vec<String> = source.assumed.values().cloned().collect();
    let meaning = source.reliability.map_or("not graded", meaning);
    let graded = [meaning.to_owned()].into_iter().chain(reasons).collect::<Vec<_>>();
    SourceNote {
        grade: source.reliability.map(String::from).unwrap_or_default(),
        graded: graded.join("; "),
        title: source.title.clone().unwrap_or_else(|| id.to_owned()),
        details: details.join(" · "),
        link: followed,
    }
}

/// What a letter of the Admiralty code says of a source.
fn meaning(letter: char) -> &'static str {
    match letter {
        'A' => "completely reliable",
        'B' => "usually reliable",
        'C' => "fairly reliable",
        'D' => "not usually reliable",
        'E' => "unreliable",
        _ => "reliability cannot be judged",
    }
}
