//! `contingent verify FIGURE SCENARIO`: whether what a figure shows still holds.
//!
//! In: pictures, briefs and data packages that the program wrote, and the scenario as it is now. Out: for each
//! whether it is still true, what changed by how much, or why that cannot be told.

mod anew;
mod package;
mod swept;
mod tell;

use super::end::usage;
use super::{End, ExitStatus, VerifyArgs, ending};
use crate::error::Error;
use crate::limits::LARGEST_FIGURE;
use crate::load::{read_bytes, scenario_id};
use crate::report::brief;
use crate::report::chart::Look;
use crate::report::figures::{self, Picture};
use crate::report::holds::{self, ByFile};
use crate::report::provenance::{self, BRIEF, Carried, Origin, Provenance};
use crate::report::wording::day;
use anew::{Bench, Making, State, Stop};
use package::Package;
use serde_json::Value;
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};
use tell::{Held, Lost, Verdict, is_restated, lost, redrawn, rewritten, since, tell};

/// Whether a path is one of a figure: by its ending, or because it is a folder.
pub(super) fn is_figure(path: &Path) -> bool {
    matches!(ending(path).as_str(), "svg" | "png" | "json") || is_page(path) || path.is_dir()
}

/// Whether a path is one of a page that a brief may be.
fn is_page(path: &Path) -> bool {
    matches!(ending(path).as_str(), "html" | "htm" | "md")
}

/// Holds a figure, or all figures of a folder, against a scenario.
pub(super) fn holds(args: &VerifyArgs, figure: &Path, scenarios: &[PathBuf]) -> Result<(), End> {
    if scenarios.is_empty() {
        let text = "which scenario is it of?\nhelp: contingent verify FIGURE SCENARIO";
        return Err(usage(text));
    }
    if args.changes.given.is_some() || !args.changes.settings.is_empty() {
        let text = "a figure says itself what is given and set; leave out --given and --set";
        return Err(usage(text));
    }
    for path in iter::once(figure).chain(scenarios.iter().map(PathBuf::as_path)) {
        fs::metadata(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })?;
    }
    let whole = figure.is_dir();
    let files = if whole { figures_in(figure)? } else { vec![figure.to_path_buf()] };
    if files.is_empty() {
        return Err(usage(
            "there is no figure in this folder\nhelp: name one that `run` or `sweep` wrote",
        ));
    }
    let mut bench = Bench { args, scenarios, whole, found: Vec::new() };
    let mut all = Vec::new();
    for path in &files {
        let name = path.strip_prefix(figure).ok().filter(|_| whole).unwrap_or(path);
        all.push(bench.hold(path, &name.display().to_string().replace('\\', "/"))?);
    }
    let scenario = bench.found.first().and_then(|(_, state)| state.scenario().cloned());
    tell(args, scenario.as_ref(), &all)?;
    let sound = all.iter().all(|held| held.verdict == Verdict::StillTrue);
    if sound { Ok(()) } else { Err(End::Status(ExitStatus::CheckFailed)) }
}

/// The figures of a folder that `run` wrote, by their names.
fn figures_in(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let places = [folder.to_path_buf(), folder.join("charts"), folder.join("tables")];
    for place in places.iter().filter(|place| place.is_dir()) {
        let fail = |source| Error::Read { path: place.clone(), source };
        for entry in fs::read_dir(place).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            let picture = matches!(ending(&path).as_str(), "svg" | "png");
            let package = path.ends_with("datapackage.json");
            // The summary is held with the tables that it tells of.
            if picture || package || is_page(&path) && is_brief(&path) {
                found.push(path);
            }
        }
    }
    // The tables' data package comes first: it tells requirements and totals by name.
    found
        .sort_by_key(|path| (path.extension().is_none_or(|ending| ending != "json"), path.clone()));
    Ok(found)
}

/// Whether a page is called a brief or says that it is one.
fn is_brief(path: &Path) -> bool {
    let carried = || provenance::read(&read_bytes(path, LARGEST_FIGURE).ok()?).ok();
    path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case(BRIEF))
        || carried().is_some_and(|carried| carried.provenance.chart == BRIEF)
}

impl Bench<'_> {
    /// What became of a figure.
    fn hold(&mut self, path: &Path, name: &str) -> Result<Held, End> {
        let bytes = read_bytes(path, LARGEST_FIGURE)?;
        let held = if ending(path) == "json" {
            self.hold_package(path, name, &bytes)
        } else {
            let carried = provenance::read(&bytes).map_err(Stop::CannotTell);
            carried.and_then(|carried| match carried.provenance.chart.as_str() {
                BRIEF => self.hold_brief(name, &bytes, &carried),
                _ => self.hold_picture(name, &carried),
            })
        };
        match held {
            Ok(held) => Ok(held),
            Err(Stop::CannotTell(reason)) if path.ends_with("summary.md") => {
                let instead = "verify the folder that `run` wrote, which the summary is part of";
                Ok(Held::cannot_tell(name, &format!("{reason}; {instead}")))
            }
            Err(Stop::CannotTell(reason)) => Ok(Held::cannot_tell(name, &reason)),
            Err(Stop::End(end)) => Err(end),
        }
    }

    fn hold_picture(&mut self, name: &str, carried: &Carried) -> Result<Held, Stop> {
        let own = &carried.provenance;
        let making = self.making(own, (!self.whole).then(|| own.chart.clone()));
        let made = Written { name, origins: &own.scenarios, version: &own.version, making };
        let held = self.held(&made, &|state: &State| {
            let now = provenance::carried(shown_now(own, state)?);
            Ok(vec![(name.to_owned(), holds::changes(&own.shows, &now))])
        })?;
        Ok(if carried.edited { redrawn(held) } else { held })
    }

    fn hold_brief(&mut self, name: &str, page: &[u8], carried: &Carried) -> Result<Held, Stop> {
        let own = &carried.provenance;
        let making = self.making(own, None);
        let made = Written { name, origins: &own.scenarios, version: &own.version, making };
        let page = String::from_utf8_lossy(page);
        let held = self.held(&made, &|state: &State| {
            let finding = state.findings.first().ok_or(NOTHING)?;
            let now = brief::brief(finding, &state.beside);
            let is_html = page.trim_start().starts_with('<');
            let now = if is_html { now.html() } else { now.markdown() };
            Ok(vec![(name.to_owned(), holds::lines(&page, &now))])
        })?;
        Ok(if carried.edited { rewritten(held) } else { held })
    }

    /// How a picture or a page was made, to be made anew.
    fn making(&self, own: &Provenance, chart: Option<String>) -> Making {
        Making {
            given: own.given.clone(),
            settings: own.settings.clone(),
            options: own.options.clone(),
            grid: own.grid.clone(),
            chart,
            as_of: self.args.changes.as_of,
        }
    }

    fn hold_package(&mut self, path: &Path, name: &str, bytes: &[u8]) -> Result<Held, Stop> {
        let package = Package::read(bytes).map_err(Stop::CannotTell)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let making = Making { as_of: self.args.changes.as_of, ..package.making.clone() };
        let origins = std::slice::from_ref(&package.origin);
        let made = Written { name, origins, version: &package.version, making };
        self.held(&made, &|state: &State| package.compare(folder, name, state))
    }

    /// Finds anew what a figure shows, holds it against what it showed, and says so.
    fn held(&mut self, made: &Written<'_>, compare: Compare<'_>) -> Result<Held, Stop> {
        let origin = self.origin(made)?;
        let state = self.state(&made.making)?;
        let now = state.scenario().ok_or_else(|| Stop::CannotTell(NOTHING.to_owned()))?;
        let changes = compared(made, origin, compare, &state)?;
        let told = |verdict, sentence: String, changes| {
            Ok(Held { file: made.name.to_owned(), verdict, sentence, changes })
        };
        let Some(lost) = lost(&changes) else {
            let since = since(origin, made.version, now, false);
            return told(Verdict::StillTrue, format!("still true{since}"), changes);
        };
        let same = made.is_of_this_version();
        if same && origin.sha256 == now.hash {
            return told(Verdict::Edited, lost.by_hand(""), changes);
        }
        if same && origin.is_renamed(now) && holds::keeps_numbers(&changes) {
            return told(Verdict::Renamed, lost.by_name(), changes);
        }
        let since = since(origin, made.version, now, true);
        if now.as_of == origin.as_of || made.making.grid.varies_the_date() {
            return told(Verdict::Changed, lost.by_figures() + &since, changes);
        }
        let date = day(origin.as_of);
        let (verdict, sentence) = match self.then(made, origin, compare)? {
            Then::Holds => (Verdict::Changed, format!("; as of {date}, its own date, it holds")),
            Then::Edited(then, changes) => {
                let own = then.by_hand(&format!("as of {date}, its own date, "));
                return told(Verdict::Edited, own, changes);
            }
            Then::Changed => {
                let nor = format!("; nor does it hold as of {date}, its own date");
                (Verdict::Changed, nor)
            }
        };
        told(verdict, lost.by_figures() + &since + &sentence, changes)
    }

    /// Whether a figure that does not hold now does as of its own date.
    fn then(
        &mut self,
        made: &Written<'_>,
        origin: &Origin,
        compare: Compare<'_>,
    ) -> Result<Then, Stop> {
        let then = Making { as_of: Some(origin.as_of), ..made.making.clone() };
        let state = match self.state(&then) {
            Err(Stop::End(End::Error(error))) => return Err(error.into()),
            found => found.ok(),
        };
        let Some(state) = state else { return Ok(Then::Changed) };
        let Ok(changes) = compared(made, origin, compare, &state) else {
            return Ok(Then::Changed);
        };
        let same = state.scenario().is_some_and(|then| then.hash == origin.sha256);
        Ok(match lost(&changes) {
            None => Then::Holds,
            Some(lost) if same && made.is_of_this_version() => Then::Edited(lost, changes),
            Some(_) => Then::Changed,
        })
    }

    /// What a figure was made of, where that is what it is to be held against.
    fn origin<'a>(&self, made: &Written<'a>) -> Result<&'a Origin, Stop> {
        let own: Vec<&str> = made.origins.iter().map(|origin| origin.id.as_str()).collect();
        let here: Vec<String> = self.scenarios.iter().map(|path| scenario_id(path)).collect();
        match made.origins.first() {
            Some(origin) if own == here => Ok(origin),
            Some(_) => {
                let (own, here) = (own.join(", "), here.join(", "));
                let reason = format!("it was made of the scenario {own}, and this is {here}");
                Err(Stop::CannotTell(reason))
            }
            None => Err(Stop::CannotTell(NOTHING.to_owned())),
        }
    }
}

/// What differs between a figure and what was found anew, but for what names its date, its version and the state of the
/// scenario.
fn compared(
    made: &Written<'_>,
    origin: &Origin,
    compare: Compare<'_>,
    state: &State,
) -> Result<ByFile, Stop> {
    let mut changes = compare(state).map_err(Stop::CannotTell)?;
    if let Some(now) = state.scenario() {
        for (_, own) in &mut changes {
            own.retain(|own| !is_restated(own, (origin, made.version), now));
        }
    }
    Ok(changes)
}

/// What became of a figure as of its own date.
enum Then {
    Holds,
    /// The scenario is what it was, and the figure is not.
    Edited(Lost, ByFile),
    Changed,
}

/// Why a figure without a scenario cannot be judged.
const NOTHING: &str = "it names no scenario";

/// A figure, and how it was made.
struct Written<'a> {
    name: &'a str,
    origins: &'a [Origin],
    version: &'a str,
    making: Making,
}

impl Written<'_> {
    fn is_of_this_version(&self) -> bool {
        self.version == env!("CARGO_PKG_VERSION")
    }
}

/// Holds a figure against what was found anew.
type Compare<'a> = &'a dyn Fn(&State) -> Result<ByFile, String>;

/// The data of the same chart, drawn now.
fn shown_now(own: &Provenance, state: &State) -> Result<Value, String> {
    if let Some(swept) = &state.swept {
        return Ok(swept.shown());
    }
    if let [_, _, ..] = state.findings.as_slice() {
        let chart = figures::compare_scenarios(&state.findings).ok_or("it compares nothing")?;
        return Ok(Picture::of_comparison(&chart, &Look::default()).data);
    }
    let chart = figures::Name::ALL.into_iter().find(|chart| chart.word() == own.chart);
    let chart = chart.ok_or_else(|| format!("this version draws no chart called {}", own.chart))?;
    let finding = state.findings.first().ok_or(NOTHING)?;
    Ok(figures::picture(chart, finding, &state.beside, &Look::default()).data)
}
