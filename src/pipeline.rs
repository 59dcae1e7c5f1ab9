//! The stages in order: from a path to a checked scenario.
//!
//! In: a `Request`. Out: `Checked`, with every problem found on the way. `lib.rs` draws the whole
//! line; the commands in `cli` call the functions here and those of `evaluate` and `report`.

mod contradiction;
mod hash;

pub use hash::sha256;

use crate::bounds;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::document::{Table, Value};
use crate::error::Error;
use crate::limits::LONGEST_ARGUMENT;
use crate::load::{self, Layer, Loaded, Varied};
use crate::merge;
use crate::scenario::check::align::{self, Misfit};
use crate::scenario::check::{self, Circumstances};
use crate::scenario::fold;
use crate::scenario::formula::Expression;
use crate::scenario::parse;
use crate::scenario::raw::RawScenario;
use crate::scenario::reader::Context;
use crate::scenario::{Scenario, formula};
use crate::source::{Sources, Span};
use hash::{forget_names, hash};
use jiff::civil::Date;
use std::path::PathBuf;

/// What is to be read, and what the command line changes.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The scenario's path.
    pub path: PathBuf,
    /// `--set KEY=VALUE`, in order.
    pub settings: Vec<String>,
    /// Values of keys that `--vary` varies, laid over the settings. With any, evidence that cannot
    /// hold is no error: such a point has no figures.
    pub varied: Vec<Varied>,
    /// `--as-of DATE`
    pub as_of: Option<Date>,
    /// `--given FORMULA`
    pub given: Option<String>,
    /// `--strict`
    pub strict: bool,
    /// `--archive DIR`
    pub archive: Option<PathBuf>,
}

/// A scenario after `check`.
#[derive(Debug)]
pub struct Checked {
    /// Every text, to show diagnostics with.
    pub sources: Sources,
    /// Everything found.
    pub diagnostics: Diagnostics,
    /// The scenario, unless there are errors.
    pub scenario: Option<Scenario>,
    /// Every file that takes part, and those that are named but not there.
    pub files: Vec<PathBuf>,
}

/// Load, merge, fold, parse and check.
pub fn check(request: &Request) -> Result<Checked, Error> {
    Ok(prepare(request)?.checked)
}

/// A scenario after `check`, and what it was made of.
struct Prepared {
    checked: Checked,
    raw: RawScenario,
    circumstances: Circumstances,
}

fn prepare(request: &Request) -> Result<Prepared, Error> {
    let merged = merge_all(request)?;
    let State { all, circumstances, mut diagnostics, scenario } =
        state(&merged, request, request.as_of, true);
    if let Some(archive) = &request.archive {
        check::evidence::check_archive(&all, archive, &mut diagnostics);
    }
    if request.strict {
        diagnostics.raise_strict();
    }
    let scenario = scenario.filter(|_| !diagnostics.has_errors());
    let Merged { sources, files, .. } = merged;
    let checked = Checked { sources, diagnostics, scenario, files };
    Ok(Prepared { checked, raw: all.0, circumstances })
}

/// What the files say, before any date.
struct Merged {
    id: String,
    sources: Sources,
    files: Vec<PathBuf>,
    tree: Table,
    /// What is set of entries, which comes after their updates.
    settings: Vec<Layer>,
    given: Option<Expression>,
    diagnostics: Diagnostics,
}

fn merge_all(request: &Request) -> Result<Merged, Error> {
    let mut diagnostics = Diagnostics::default();
    let loaded = load::load(&request.path, &request.settings, &request.varied, &mut diagnostics)?;
    let Loaded { id, mut sources, layers, files } = loaded;
    let (own, settings) = layers.into_iter().partition(Layer::comes_before_updates);
    let mut tree = merge::merge(Table::new(), own, &mut diagnostics);
    bounds::cut(&mut tree, &mut diagnostics);
    let given = parse_given(request, &mut sources, &mut diagnostics);
    Ok(Merged { id, sources, files, tree, settings, given, diagnostics })
}

/// A scenario as of a date, and everything found about it.
struct State {
    /// As it was read, and in its other versions.
    all: (RawScenario, Vec<RawScenario>),
    circumstances: Circumstances,
    diagnostics: Diagnostics,
    scenario: Option<Scenario>,
}

/// The scenario as it stood on a date, or on its own. Where `versions`, entries are also looked at as
/// they stood at other times.
fn state(merged: &Merged, request: &Request, date: Option<Date>, versions: bool) -> State {
    let Merged { sources, settings, .. } = merged;
    let mut diagnostics = merged.diagnostics.clone();
    let as_of = date.or_else(|| as_of(&merged.tree)).unwrap_or(Date::MIN);
    let context = &mut Context { sources, diagnostics: &mut diagnostics };
    let folded = fold::fold(merged.tree.clone(), as_of, versions, context);
    let tree = merge::merge(folded.tree, settings.clone(), &mut diagnostics);
    let mut known = fold::known_by(&tree, &folded.known_from, as_of);
    let whole = hash(&known, date);
    forget_names(&mut known);
    let circumstances = Circumstances {
        id: merged.id.clone(),
        hash: whole,
        nameless_hash: hash(&known, date),
        as_of: date,
        given: merged.given.clone(),
        settings: request.settings.clone(),
        known_from: folded.known_from,
        cited: folded.cited,
        dates: folded.dates,
        pending: folded.pending,
        entries_only: false,
    };
    let raw = parse::parse(tree, sources, &mut diagnostics);
    let mut scenario = check::check(&raw, circumstances.clone(), &mut diagnostics);
    let others = folded.versions.into_iter();
    let others =
        others.map(|version| check_version(version, settings.clone(), sources, &mut diagnostics));
    let all = (raw, others.collect());
    let judged = scenario.as_ref().filter(|_| request.varied.is_empty());
    if let Some(problem) = judged.and_then(|s| contradiction::obstacle(s, &all.0, sources)) {
        diagnostics.push(problem);
        scenario = None;
    }
    let scenario = scenario.filter(|_| !diagnostics.has_errors());
    State { all, circumstances, diagnostics, scenario }
}

/// Two scenarios, each checked on its own, and both side by side.
#[derive(Debug)]
pub struct Pair {
    /// The first.
    pub old: Checked,
    /// The second.
    pub new: Checked,
    /// Both with the same ids in every section; none unless both are free of errors.
    pub aligned: Option<Result<Aligned, Misfit>>,
}

/// Two scenarios with the same ids in every section: what one lacks stands in it without effect.
#[derive(Clone, Debug)]
pub struct Aligned {
    /// The first.
    pub old: Scenario,
    /// The second.
    pub new: Scenario,
    /// For each requirement, whether the first and the second have it of their own.
    pub required: Vec<[bool; 2]>,
}

/// Checks two scenarios and puts them side by side.
pub fn check_pair(old: &Request, new: &Request) -> Result<Pair, Error> {
    let (old, new) = (prepare(old)?, prepare(new)?);
    let sound = old.checked.scenario.is_some() && new.checked.scenario.is_some();
    let aligned = sound.then(|| align(&old, &new));
    Ok(Pair { old: old.checked, new: new.checked, aligned })
}

fn align(old: &Prepared, new: &Prepared) -> Result<Aligned, Misfit> {
    let (mut old_raw, mut new_raw) = (old.raw.clone(), new.raw.clone());
    align::align(&mut old_raw, &mut new_raw)?;
    let again = |own: &Prepared, raw: &RawScenario| {
        let mut circumstances = own.circumstances.clone();
        let padded = raw.pledges.keys().filter(|id| !own.raw.pledges.contains_key(*id));
        circumstances.known_from.extend(padded.map(|id| (id.clone(), Date::MAX)));
        let mut diagnostics = Diagnostics::default();
        check::check(raw, circumstances, &mut diagnostics).ok_or_else(|| {
            let sorted = diagnostics.sorted();
            let first = sorted.iter().find(|found| found.severity == Severity::Error);
            let why = first.map(|problem| problem.message.clone()).unwrap_or_default();
            let message = format!("the two cannot be put side by side: {why}");
            Misfit { message, help: "give what differs in kind different ids".to_owned() }
        })
    };
    let required = old_raw
        .requirements
        .keys()
        .map(|id| [&old.raw, &new.raw].map(|raw: &RawScenario| raw.requirements.contains_key(id)));
    let required = required.collect();
    Ok(Aligned { old: again(old, &old_raw)?, new: again(new, &new_raw)?, required })
}

/// Checks a scenario as `check` does, and for errors also as of every earlier date on which anything
/// changed: a file is its own history, and each of its states must add up.
pub fn check_every_date(request: &Request) -> Result<Checked, Error> {
    let mut checked = check(request)?;
    let Some(scenario) = checked.scenario.as_ref().filter(|own| !own.dates.is_empty()) else {
        return Ok(checked);
    };
    let merged = merge_all(request)?;
    for date in scenario.dates.iter().filter(|date| **date < scenario.as_of) {
        let found = state(&merged, request, Some(*date), false).diagnostics;
        for problem in found.sorted().into_iter().filter(|p| p.severity == Severity::Error) {
            if !checked.diagnostics.speaks_of(problem) {
                let message = format!("{}, as of {date}", problem.message);
                checked.diagnostics.push(Diagnostic { message, ..problem.clone() });
            }
        }
    }
    checked.scenario = checked.scenario.filter(|_| !checked.diagnostics.has_errors());
    Ok(checked)
}

/// The scenario as it stood on each earlier date on which anything changed. A date on which what is
/// taken as given could not hold is left out. None where a state has errors; `check_every_date`
/// tells which.
pub fn earlier(request: &Request, scenario: &Scenario) -> Result<Option<Vec<Scenario>>, Error> {
    let mut dates = scenario.dates.iter().filter(|date| **date < scenario.as_of).peekable();
    if dates.peek().is_none() {
        return Ok(Some(Vec::new()));
    }
    let merged = merge_all(request)?;
    let mut states = Vec::new();
    for date in dates {
        let State { scenario, diagnostics, .. } = state(&merged, request, Some(*date), false);
        if scenario.is_none()
            && !(merged.given.is_some() && diagnostics.only(Code::ImpossibleEvidence))
        {
            return Ok(None);
        }
        states.extend(scenario);
    }
    Ok(Some(states))
}

/// The date of the knowledge that the files, or a setting, give.
fn as_of(tree: &Table) -> Option<Date> {
    let Value::Table(header) = &tree.get("scenario")?.node.value else { return None };
    match header.get("as_of")?.node.value {
        Value::Date(date) => Some(date),
        _ => None,
    }
}

/// Looks for problems in entries as they stood at another time.
fn check_version(
    version: Table,
    settings: Vec<Layer>,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> RawScenario {
    let mut found = diagnostics.beside();
    let tree = merge::merge(version, settings, &mut found);
    let raw = parse::parse(tree, sources, &mut found);
    let circumstances = Circumstances { entries_only: true, ..Circumstances::default() };
    check::check(&raw, circumstances, &mut found);
    diagnostics.add_new(&found);
    raw
}

fn parse_given(
    request: &Request,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Expression> {
    let text = request.given.as_ref()?;
    let id = sources.add("--given".to_owned(), text.clone());
    let whole = Span::new(id, 0..text.len());
    if text.len() > LONGEST_ARGUMENT {
        diagnostics.push(load::too_long(whole));
        return None;
    }
    let place = formula::TextPlace { whole, start: Some(0) };
    match formula::parse(text, place) {
        Ok(expression) => Some(expression),
        Err(problem) => {
            Context { sources, diagnostics }.report(*problem);
            None
        }
    }
}
