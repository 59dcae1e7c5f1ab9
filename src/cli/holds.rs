//! `contingent verify FIGURE SCENARIO`: whether what a figure shows still holds.
//!
//! In: pictures and data packages that the program wrote, and the scenario as it is now. Out: for each
//! whether it is still true, what changed by how much, or why that cannot be told.

use super::make::{self, all_parts, variants_only};
use super::scenario::{earlier, find_in, read};
use super::{Changes, ExitStatus, TableFormat, VerifyArgs, output};
use crate::error::Error;
use crate::evaluate::Settings;
use crate::load::scenario_id;
use crate::pipeline::{self, Request};
use crate::report::chart::Size;
use crate::report::figures::{self, Picture};
use crate::report::format::{self, Spreadsheet};
use crate::report::holds::{self, Change};
use crate::report::provenance::{self, Carried, Origin, Provenance, Recipe, TOP};
use crate::report::wording::day;
use crate::report::{summary, tables};
use crate::scenario::Scenario;
use crate::study::{self, Beside, Finding};
use clap::ValueEnum as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The most changes that people are shown.
const MOST_SHOWN: usize = 40;

/// Whether a path is one of a figure: by its ending, or because it is a folder.
pub(super) fn is_figure(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    matches!(ending.as_deref(), Some("svg" | "png" | "json")) || path.is_dir()
}

/// What became of a figure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verdict {
    StillTrue,
    Changed,
    CannotTell,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::StillTrue => "still true",
            Self::Changed => "changed",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// A figure, and what became of it.
struct Held {
    file: String,
    verdict: Verdict,
    sentence: String,
    /// What changed, and in which file.
    changes: Vec<(String, Vec<Change>)>,
}

impl Held {
    fn cannot_tell(file: &str, reason: &str) -> Self {
        let sentence = format!("cannot tell: {reason}");
        Self { file: file.to_owned(), verdict: Verdict::CannotTell, sentence, changes: Vec::new() }
    }
}

/// Why a figure could not be found anew: the program ends, or this one cannot be told.
enum Stop {
    End(ExitStatus),
    CannotTell(String),
}

/// How a figure was made.
#[derive(Clone, PartialEq)]
struct Making {
    given: String,
    settings: Vec<String>,
    options: Recipe,
    /// The chart, where nothing else is found.
    chart: Option<String>,
    as_of: Option<Date>,
}

/// What is found anew: one scenario or several, and what is beside the first.
struct State {
    findings: Vec<Finding>,
    beside: Beside,
}

impl State {
    fn scenario(&self) -> Option<&Scenario> {
        self.findings.first().map(|finding| &finding.scenario)
    }
}

/// The scenarios, and what was found of them so far.
struct Bench<'a> {
    args: &'a VerifyArgs,
    scenarios: &'a [PathBuf],
    /// Whether many figures are made of one state.
    whole: bool,
    found: Vec<(Making, Rc<State>)>,
}

/// Holds a figure, or all figures of a folder, against a scenario.
pub(super) fn holds(
    args: &VerifyArgs,
    figure: &Path,
    scenarios: &[PathBuf],
) -> Result<ExitStatus, Error> {
    let refuse = |text: &str| {
        output::complain(text);
        Ok(ExitStatus::Usage)
    };
    if scenarios.is_empty() {
        return refuse("error: which scenario is it of?\nhelp: contingent verify FIGURE SCENARIO");
    }
    if args.changes.given.is_some() || !args.changes.settings.is_empty() {
        return refuse(
            "error: a figure says itself what is given and set; leave out --given and --set",
        );
    }
    let whole = figure.is_dir();
    let files = if whole { figures_in(figure)? } else { vec![figure.to_path_buf()] };
    if files.is_empty() {
        return refuse("error: there is no figure in this folder\nhelp: name one that `run` wrote");
    }
    let mut bench = Bench { args, scenarios, whole, found: Vec::new() };
    let mut all = Vec::new();
    for path in &files {
        let name = path.strip_prefix(figure).ok().filter(|_| whole).unwrap_or(path);
        match bench.hold(path, &name.display().to_string().replace('\\', "/"))? {
            Ok(held) => all.push(held),
            Err(status) => return Ok(status),
        }
    }
    let scenario = bench.found.first().and_then(|(_, state)| state.scenario().cloned());
    tell(args, scenario.as_ref(), &all)?;
    let sound = all.iter().all(|held| held.verdict == Verdict::StillTrue);
    Ok(if sound { ExitStatus::Done } else { ExitStatus::CheckFailed })
}

/// The figures of a folder that `run` wrote, by their names.
fn figures_in(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let places = [folder.to_path_buf(), folder.join("charts"), folder.join("tables")];
    for place in places.iter().filter(|place| place.is_dir()) {
        let fail = |source| Error::Read { path: place.clone(), source };
        for entry in fs::read_dir(place).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let ending = path.extension().is_some_and(|ending| ending == "svg" || ending == "png");
            if ending || name.as_deref() == Some("datapackage.json") {
                found.push(path);
            }
        }
    }
    // The tables' data package comes first: it tells requirements and totals by name.
    found
        .sort_by_key(|path| (path.extension().is_none_or(|ending| ending != "json"), path.clone()));
    Ok(found)
}

impl Bench<'_> {
    /// What became of a figure, or the status to end with.
    fn hold(&mut self, path: &Path, name: &str) -> Result<Result<Held, ExitStatus>, Error> {
        let bytes =
            fs::read(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })?;
        let is_package = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let held = if is_package {
            self.hold_package(path, name, &bytes)?
        } else {
            match provenance::read(&bytes) {
                Ok(carried) => self.hold_picture(name, &carried)?,
                Err(reason) => Ok(Held::cannot_tell(name, &reason)),
            }
        };
        Ok(match held {
            Ok(held) => Ok(held),
            Err(Stop::CannotTell(reason)) => Ok(Held::cannot_tell(name, &reason)),
            Err(Stop::End(status)) => Err(status),
        })
    }

    fn hold_picture(&mut self, name: &str, carried: &Carried) -> Result<Result<Held, Stop>, Error> {
        let own = &carried.provenance;
        if let Err(stop) = self.is_of(&own.scenarios) {
            return Ok(Err(stop));
        }
        let making = Making {
            given: own.given.clone(),
            settings: own.settings.clone(),
            options: own.options.clone(),
            chart: (!self.whole).then(|| own.chart.clone()),
            as_of: self.args.changes.as_of,
        };
        let compare = |state: &State| {
            let data = shown_now(own, state, making.options.across.is_empty())?;
            let changes = holds::changes(&own.shows, &provenance::carried(data));
            Ok(vec![(name.to_owned(), changes)])
        };
        let origin = own.scenarios.first();
        self.held(name, &making, origin, &own.version, &compare)
            .map(|held| held.map(|held| if carried.edited { edited(held) } else { held }))
    }

    fn hold_package(
        &mut self,
        path: &Path,
        name: &str,
        bytes: &[u8],
    ) -> Result<Result<Held, Stop>, Error> {
        let package = match Package::read(bytes) {
            Ok(package) => package,
            Err(reason) => return Ok(Ok(Held::cannot_tell(name, &reason))),
        };
        if let Err(stop) = self.is_of(std::slice::from_ref(&package.origin)) {
            return Ok(Err(stop));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let making = Making { as_of: self.args.changes.as_of, ..package.making.clone() };
        let compare = |state: &State| package.compare(folder, name, state);
        self.held(name, &making, Some(&package.origin), &package.version, &compare)
    }

    /// Whether the scenarios are those that a figure was made of.
    fn is_of(&self, origins: &[Origin]) -> Result<(), Stop> {
        let own: Vec<&str> = origins.iter().map(|origin| origin.id.as_str()).collect();
        let here: Vec<String> = self.scenarios.iter().map(|path| scenario_id(path)).collect();
        if own == here {
            return Ok(());
        }
        let (own, here) = (own.join(", "), here.join(", "));
        Err(Stop::CannotTell(format!("it was made of the scenario {own}, and this is {here}")))
    }

    /// Finds anew what a figure shows, holds it against what it showed, and says so.
    fn held(
        &mut self,
        name: &str,
        making: &Making,
        origin: Option<&Origin>,
        version: &str,
        compare: &dyn Fn(&State) -> Result<Vec<(String, Vec<Change>)>, String>,
    ) -> Result<Result<Held, Stop>, Error> {
        let state = match self.state(making)? {
            Ok(state) => state,
            Err(stop) => return Ok(Err(stop)),
        };
        let mut changes = match compare(&state) {
            Ok(changes) => changes,
            Err(reason) => return Ok(Err(Stop::CannotTell(reason))),
        };
        let (Some(origin), Some(now)) = (origin, state.scenario()) else {
            return Ok(Err(Stop::CannotTell("it names no scenario".to_owned())));
        };
        changes.iter_mut().for_each(|(_, own)| own.retain(|own| !is_redated(own, origin, now)));
        let changed = changes.iter().any(|(_, own)| !own.is_empty());
        let verdict = if changed { Verdict::Changed } else { Verdict::StillTrue };
        let mut sentence = if changed { lost(&changes) } else { "still true".to_owned() };
        sentence += &since(origin, version, now, changed);
        if changed && now.as_of != origin.as_of {
            let then = Making { as_of: Some(origin.as_of), ..making.clone() };
            let then = self.state(&then)?.ok().and_then(|state| compare(&state).ok());
            let held = then.is_some_and(|then| then.iter().all(|(_, own)| own.is_empty()));
            let date = day(origin.as_of);
            sentence += &if held {
                format!("; as of {date}, its own date, it holds")
            } else {
                format!("; nor does it hold as of {date}, its own date")
            };
        }
        Ok(Ok(Held { file: name.to_owned(), verdict, sentence, changes }))
    }

    /// What is found when the scenarios are read with the options that a figure was made with.
    fn state(&mut self, making: &Making) -> Result<Result<Rc<State>, Stop>, Error> {
        if let Some((_, state)) = self.found.iter().find(|(own, _)| own == making) {
            return Ok(Ok(Rc::clone(state)));
        }
        let changes = Changes {
            given: Some(making.given.clone()).filter(|given| !given.is_empty()),
            as_of: making.as_of,
            settings: making.settings.clone(),
            quiet: true,
        };
        let mut findings = Vec::new();
        for path in self.scenarios {
            let Some(scenario) = read(path, &changes)? else {
                return Ok(Err(self.unreadable(path, &changes)?));
            };
            match find_in(scenario, self.args.changes.quiet, settings(making)) {
                Ok(finding) => findings.push(finding),
                Err(status) => return Ok(Err(Stop::End(status))),
            }
        }
        let beside = match self.beside(making, &changes, &findings)? {
            Ok(beside) => beside,
            Err(stop) => return Ok(Err(stop)),
        };
        let state = Rc::new(State { findings, beside });
        self.found.push((making.clone(), Rc::clone(&state)));
        Ok(Ok(state))
    }

    /// The scenario has errors: with the figure's settings only, or anyway.
    fn unreadable(&self, path: &Path, changes: &Changes) -> Result<Stop, Error> {
        let plain =
            Request { path: path.to_path_buf(), as_of: changes.as_of, ..Request::default() };
        if pipeline::check(&plain)?.scenario.is_none() {
            return Ok(Stop::End(ExitStatus::ScenarioErrors));
        }
        let given = changes.given.iter().map(|given| format!("--given \"{given}\""));
        let set = changes.settings.iter().map(|setting| format!("--set {setting}"));
        let made_with: Vec<String> = given.chain(set).collect();
        let made_with = made_with.join(" ");
        Ok(Stop::CannotTell(format!("it was made with {made_with}, which no longer applies")))
    }

    fn beside(
        &self,
        making: &Making,
        changes: &Changes,
        findings: &[Finding],
    ) -> Result<Result<Beside, Stop>, Error> {
        let ([finding], [path]) = (findings, self.scenarios) else {
            return Ok(Ok(Beside::default()));
        };
        let effort = making.options.effort();
        let wanted =
            |name: figures::Name| making.chart.as_deref().is_none_or(|own| own == name.word());
        let mut beside = Beside::default();
        if wanted(figures::Name::Compare) || wanted(figures::Name::Posture) {
            beside.variants = match across(making, finding) {
                Ok(variants) => variants,
                Err(stop) => return Ok(Err(stop)),
            };
        }
        if wanted(figures::Name::History) {
            beside.earlier = match earlier(path, changes, &finding.scenario, effort)? {
                Ok(earlier) => earlier,
                Err(status) => return Ok(Err(Stop::End(status))),
            };
        }
        Ok(Ok(beside))
    }
}

/// The readings that a chart compares.
fn across(making: &Making, finding: &Finding) -> Result<Vec<study::Variant>, Stop> {
    let settings = variants_only(making.options.effort());
    if making.options.across.is_empty() {
        return Ok(study::all_variants(finding, settings));
    }
    let names = making.options.across.iter();
    let found: Result<Vec<usize>, Stop> = names
        .map(|name| {
            let gone = || Stop::CannotTell(format!("the assumption {name} is no longer there"));
            finding.scenario.assumptions.index(name).ok_or_else(gone)
        })
        .collect();
    Ok(study::across(finding, &found?, settings))
}

/// What is looked at: all that `run` does, or what one chart needs.
fn settings(making: &Making) -> Settings {
    let effort = making.options.effort();
    let options = make::options(&making.options);
    let Some(name) = &making.chart else { return all_parts(&options, effort) };
    let chart = figures::Name::ALL.into_iter().find(|chart| chart.word() == name);
    let parts = chart.map(figures::Name::parts).unwrap_or_default();
    let top = making.options.top.as_ref().map_or(Some(TOP), |_| options.top());
    Settings { top_forces: top, effort, ..Settings::new(parts) }
}

/// The data of the same chart, drawn now.
fn shown_now(own: &Provenance, state: &State, one: bool) -> Result<Value, String> {
    if let ([_, _, ..], true) = (state.findings.as_slice(), one) {
        let chart = figures::compare_scenarios(&state.findings).ok_or("it compares nothing")?;
        return Ok(Picture::of_comparison(&chart, Size::SLIDE).data);
    }
    let chart = figures::Name::ALL.into_iter().find(|chart| chart.word() == own.chart);
    let chart = chart.ok_or_else(|| format!("this version draws no chart called {}", own.chart))?;
    let finding = state.findings.first().ok_or("it names no scenario")?;
    Ok(figures::picture(chart, finding, &state.beside, Size::SLIDE).data)
}

/// Whether words differ in the date of the knowledge only.
fn is_redated(change: &Change, origin: &Origin, now: &Scenario) -> bool {
    let (Some(was), Some(is)) = (change.was.as_str(), change.is.as_str()) else { return false };
    was.replace(&day(origin.as_of), &day(now.as_of)) == is
}

/// The sentence about what does not hold: what stands largest in the picture, else the first number.
fn lost(changes: &[(String, Vec<Change>)]) -> String {
    let all = || changes.iter().flat_map(|(_, own)| own);
    let found = all().find(|own| own.figure == "headline");
    let found = found.or_else(|| all().find(|own| own.by().is_some())).or_else(|| all().next());
    let Some(change) = found else { return String::new() };
    let [was, is] = holds::in_words(change);
    let others = match all().count() - 1 {
        0 => String::new(),
        1 => " (and 1 other figure)".to_owned(),
        several => format!(" (and {several} other figures)"),
    };
    format!("no longer holds: {} was {was}, is now {is}{others}", change.figure)
}

/// What happened to the scenario and to the program since a figure was made.
fn since(origin: &Origin, version: &str, now: &Scenario, changed: bool) -> String {
    let dates: Vec<String> = now
        .dates
        .iter()
        .filter(|date| **date > origin.as_of && **date <= now.as_of)
        .map(|date| day(*date))
        .collect();
    let mut told = String::new();
    if now.hash != origin.sha256 {
        told += &match (dates.last(), changed) {
            (Some(date), true) => format!("; the scenario changed on {date}"),
            (None, true) => "; the scenario's file was changed".to_owned(),
            (_, false) => {
                format!(" as of {}; the scenario changed in what it does not show", day(now.as_of))
            }
        };
    }
    let here = env!("CARGO_PKG_VERSION");
    if version != here {
        told += &format!("; contingent {version} made it, and this is {here}");
    }
    told
}

/// What can be said of a picture that is no longer as it was drawn.
fn edited(held: Held) -> Held {
    let what = "the picture was edited, or saved by another program, since it was made; what it was drawn from";
    let sentence = match held.verdict {
        Verdict::StillTrue => format!("cannot tell: {what} is {}", held.sentence),
        _ => format!("cannot tell: {what} {}", held.sentence),
    };
    Held { sentence, verdict: Verdict::CannotTell, ..held }
}

/// A data package: how its tables were made, and which they are.
struct Package {
    origin: Origin,
    version: String,
    making: Making,
    tables: Vec<String>,
}

impl Package {
    fn read(bytes: &[u8]) -> Result<Self, String> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| format!("it is no data package: {error}"))?;
        let run = value.get("contingent").ok_or("it does not say how it was made")?;
        let word = |key: &str| run.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let origin = json!({
            "id": run.get("scenario"), "sha256": run.get("scenario_sha256"),
            "as_of": run.get("as_of"), "horizon": run.get("horizon"),
        });
        let broken = |error: serde_json::Error| {
            format!("what it says of how it was made is broken: {error}")
        };
        let origin: Origin = serde_json::from_value(origin).map_err(broken)?;
        let options = run.get("options").cloned().unwrap_or_else(|| json!({}));
        let options: Recipe = serde_json::from_value(options).map_err(broken)?;
        let settings = run.get("settings").cloned().unwrap_or_else(|| json!([]));
        let settings: Vec<String> = serde_json::from_value(settings).map_err(broken)?;
        let resources = value.get("resources").and_then(Value::as_array);
        let names = resources.into_iter().flatten().filter_map(|own| own.get("name")?.as_str());
        let tables = names.map(str::to_owned).collect();
        let making = Making { given: word("given"), settings, options, chart: None, as_of: None };
        Ok(Self { origin, version: word("version"), making, tables })
    }

    /// The cells that changed, by files; the tables that matter most come first.
    fn compare(
        &self,
        folder: &Path,
        name: &str,
        state: &State,
    ) -> Result<Vec<(String, Vec<Change>)>, String> {
        let finding = state.findings.first().ok_or("it names no scenario")?;
        let step = make::options(&self.making.options).step;
        let streamed = self.making.options.top == Some("all".into());
        let mut found = Vec::new();
        for own in self.tables.iter().filter(|own| !(streamed && *own == "worlds")) {
            let Ok(kind) = tables::Name::from_str(own, false) else {
                return Err(format!("this version makes no table called {own}"));
            };
            let path = folder.join(format!("{own}.csv"));
            let written = fs::read(&path)
                .map_err(|_| format!("its table {} cannot be read", path.display()))?;
            let table = tables::table(kind, finding, &state.beside, step);
            let changes = holds::cells(&written, &table, spreadsheet(&written))
                .map_err(|reason| format!("its table {} is broken: {reason}", path.display()))?;
            found.push((name.replace("datapackage.json", &format!("{own}.csv")), changes));
        }
        let summary = folder.parent().map(|above| above.join("summary.md"));
        let written = summary.and_then(|path| fs::read_to_string(path).ok());
        let now = summary::summary(finding);
        found.extend(written.map(|written| ("summary.md".to_owned(), lines(&written, &now))));
        found.sort_by_key(|(file, _)| {
            LEADING.iter().position(|own| file.contains(own)).unwrap_or(LEADING.len())
        });
        Ok(found)
    }
}

/// The tables whose changes are told first.
const LEADING: [&str; 3] = ["requirements.csv", "totals.csv", "waterfall.csv"];

/// How the cells of a table are written.
fn spreadsheet(written: &[u8]) -> Spreadsheet {
    let Some(plain) = written.strip_prefix("\u{feff}".as_bytes()) else {
        return Spreadsheet::Plain;
    };
    if plain.starts_with(b"scenario;") { Spreadsheet::ExcelSemicolon } else { Spreadsheet::Excel }
}

/// The lines of a text that changed.
fn lines(was: &str, is: &str) -> Vec<Change> {
    let (mut was, mut is) = (was.lines(), is.lines());
    let mut found = Vec::new();
    for number in 1.. {
        let (old, new) = (was.next(), is.next());
        if old.is_none() && new.is_none() {
            break;
        }
        if old != new {
            let figure = format!("line {number}");
            found.push(Change { figure, was: old.into(), is: new.into() });
        }
    }
    found
}

/// Prints what became of the figures.
fn tell(args: &VerifyArgs, scenario: Option<&Scenario>, all: &[Held]) -> Result<(), Error> {
    if args.format == TableFormat::Json {
        let all: Vec<Value> = all.iter().map(told_as_data).collect();
        let text = serde_json::to_string_pretty(&all).unwrap_or_default();
        return output::print(format!("{text}\n").as_bytes());
    }
    let mut found: Vec<(String, Vec<Change>)> =
        all.iter().flat_map(|held| held.changes.clone()).collect();
    // A chart's two files show the same.
    found.dedup_by(|next, before| next.1 == before.1);
    if args.format == TableFormat::Csv {
        all.iter().for_each(|held| output::complain(&format!("{}: {}", held.file, held.sentence)));
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
        output::print(format!("{name}: {}\n", held.sentence).as_bytes())?;
    }
    let number: usize = found.iter().map(|(_, own)| own.len()).sum();
    let Some(scenario) = scenario.filter(|_| number > 0) else { return Ok(()) };
    let mut room = MOST_SHOWN;
    for (_, own) in &mut found {
        own.truncate(room);
        room -= own.len();
    }
    let text = format::text(&holds::table(scenario, &found), output::width());
    output::print(format!("\n{text}").as_bytes())?;
    if number > MOST_SHOWN {
        let more = number - MOST_SHOWN;
        output::print(format!("{more} more; `--format csv` has all\n").as_bytes())?;
    }
    Ok(())
}

fn told_as_data(held: &Held) -> Value {
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
