//! The stage check: a `RawScenario` becomes a `Scenario`.
//!
//! In: what the files say. Out: every name resolved, every range valid; or only diagnostics. The
//! rules, one function each, in this order: names (`names`), basings, sources, nations,
//! assumptions and sizes (`sizes`), conditions (`chances`), pledges, requirements, evidence
//! (`evidence`), then what looks at several entries (`rules`).

pub mod align;
mod chances;
pub mod evidence;
mod names;
pub mod rules;
mod sizes;

use super::formula::Expression;
use super::raw::{
    Entries, Entry, RawBasing, RawFilter, RawNation, RawPledge, RawRequirement, RawScenario, Text,
};
use super::{
    Basing, ById, Domain, Filter, Formula, Kind, Nation, Pledge, Requirement, Scale, Scenario,
    Size, Source, Stage, Stated, TROOPS, UNSTATED,
};
use crate::decimal::Decimal;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, is_slip};
use crate::source::Spanned;
use jiff::civil::Date;
use names::Names;
use std::collections::{BTreeMap, BTreeSet};

/// What the command line adds to a scenario before it is checked.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// The scenario's id.
    pub id: String,
    /// SHA-256 of the resolved scenario.
    pub hash: String,
    /// The same without what entries are called.
    pub nameless_hash: String,
    /// `--as-of`
    pub as_of: Option<Date>,
    /// `--given`, parsed.
    pub given: Option<Expression>,
    /// `--set`, as given.
    pub settings: Vec<String>,
    /// Since when each pledge is known, by its id.
    pub known_from: BTreeMap<String, Date>,
    /// The ids of sources that are named in updates which do not apply yet, or no more.
    pub cited: BTreeSet<String>,
    /// The dates on which anything became known.
    pub dates: BTreeSet<Date>,
    /// The updates that do not apply yet: the path of the entry, and from when they are known.
    pub pending: Vec<(String, Date)>,
    /// Whether entries are looked at one by one only: rules about several of them hold as of a date.
    pub entries_only: bool,
}

/// Checks a scenario. `None` where any problem is an error.
pub fn check(
    raw: &RawScenario,
    circumstances: Circumstances,
    diagnostics: &mut Diagnostics,
) -> Option<Scenario> {
    let ordered = raw.assumptions.values().map(|entry| {
        let options = sizes::ordered_options(&entry.value);
        options.into_iter().map(|option| option.name.value.clone()).collect()
    });
    let names = Names::new(raw, ordered.collect(), diagnostics);
    let scale = Scale::Icd203;
    let as_of = circumstances.as_of.or(raw.header.as_of.as_ref().map(|date| date.value));
    let dated_by_file = circumstances.as_of.is_none();
    let as_of = as_of.unwrap_or(Date::MIN);
    let (known_from, cited) = (circumstances.known_from.clone(), circumstances.cited.clone());
    let entries_only = circumstances.entries_only;
    let mut checker = Checker { raw, names, diagnostics, scale, as_of, dated_by_file, known_from };
    let scenario = checker.scenario(circumstances);
    checker.check_grounds();
    if !entries_only {
        checker.check_cycles(&scenario);
        checker.check_shares(&scenario);
        if !checker.diagnostics.has_errors() {
            checker.check_totals(&scenario);
        }
        checker.check_unused_sources(&cited);
        checker.check_overdue(&scenario);
    }
    checker.diagnostics.drop_consequences();
    (diagnostics.count(Severity::Error) == 0).then_some(scenario)
}

/// The state of checking: what is read, and where problems go.
struct Checker<'a> {
    raw: &'a RawScenario,
    names: Names<'a>,
    diagnostics: &'a mut Diagnostics,
    scale: Scale,
    /// The earliest of all dates where the file has none, so that nothing lies before it.
    as_of: Date,
    dated_by_file: bool,
    /// Since when each pledge is known, by its id.
    known_from: BTreeMap<String, Date>,
}

impl Checker<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn resolve_source(&mut self, name: &Text) -> Option<usize> {
        self.names.resolve_source(name, self.diagnostics)
    }

    fn resolve_nation(&mut self, name: &Text) -> Option<usize> {
        self.names.resolve_nation(name, self.diagnostics)
    }

    fn resolve_assumption(&mut self, name: &Text) -> Option<usize> {
        self.names.resolve_assumption(name, self.diagnostics)
    }

    fn resolve_optional(&mut self, raw: Option<&Expression>) -> Option<Stated> {
        raw.map(|raw| self.names.resolve_stated(raw, self.diagnostics))
    }

    /// `unstated` needs no declaration.
    fn resolve_basing(&mut self, name: &Text) -> Option<usize> {
        if name.value == UNSTATED {
            return None;
        }
        self.names.resolve_basing(name, self.diagnostics)
    }

    fn check_word_of<T>(
        &mut self,
        word: &Text,
        read: fn(&str) -> Option<T>,
        what: &str,
        known: impl Iterator<Item = &'static str>,
    ) -> Option<T> {
        let found = read(&word.value);
        if found.is_none() {
            let message = format!("`{}` is not a {what}", word.value);
            let problem = Diagnostic::new(Code::UnknownWord, word.span, message);
            self.report(problem.suggest(&word.value, known));
        }
        found
    }

    fn scenario(&mut self, circumstances: Circumstances) -> Scenario {
        let raw = self.raw;
        let header = &raw.header;
        let scales = Scale::ALL.iter().map(|scale| scale.word());
        if let Some(word) = &header.scale {
            let scale = self.check_word_of(word, Scale::from_word, "probability scale", scales);
            self.scale = scale.unwrap_or(self.scale);
        }
        let counts_from = header.counts_from.as_ref().and_then(|word| self.check_counts_from(word));
        self.check_dates();
        Scenario {
            id: circumstances.id,
            title: plain(header.title.as_ref()).unwrap_or_default(),
            as_of: self.as_of,
            horizon: header.horizon.as_ref().map(|date| date.value),
            asked_when: self.resolve_optional(header.asked_when.as_ref()),
            given: self.resolve_optional(circumstances.given.as_ref()),
            settings: circumstances.settings,
            scale: self.scale,
            counts_from: counts_from.unwrap_or(Stage::Floated),
            marking: plain(header.marking.as_ref()),
            basings: self.section(&raw.basings, Self::check_basing),
            sources: self.section(&raw.sources, |checker, _, entry| checker.check_source(entry)),
            nations: self.section(&raw.nations, Self::check_nation),
            assumptions: self.section(&raw.assumptions, Self::check_assumption),
            conditions: self.section(&raw.conditions, Self::check_condition),
            definitions: self.section(&raw.definitions, |checker, _, entry| {
                checker.names.resolve_stated(&entry.value, checker.diagnostics)
            }),
            pledges: self.section(&raw.pledges, Self::check_pledge),
            requirements: self.section(&raw.requirements, Self::check_requirement),
            dates: circumstances.dates.into_iter().collect(),
            pending: circumstances.pending,
            hash: circumstances.hash,
            nameless_hash: circumstances.nameless_hash,
        }
    }

    fn section<R, T>(
        &mut self,
        entries: &Entries<R>,
        check_entry: impl Fn(&mut Self, &str, &Entry<R>) -> T,
    ) -> ById<T> {
        let mut checked = BTreeMap::new();
        for (id, entry) in entries {
            checked.insert(id.clone(), check_entry(self, id, entry));
        }
        ById::new(checked)
    }

    fn check_counts_from(&mut self, word: &Text) -> Option<Stage> {
        let stage = self.check_stage(word)?;
        if !stage.on_ladder() {
            let message = format!("nothing counts from `{}` on", word.value);
            let help = "name a rung of the ladder, from `floated` to `deployed`";
            self.report(Diagnostic::new(Code::UnknownWord, word.span, message).help(help));
        }
        Some(stage)
    }

    fn check_dates(&mut self) {
        let header = &self.raw.header;
        let Some(horizon) = &header.horizon else { return };
        if horizon.value < self.as_of {
            let message = format!("the horizon {} lies before {}", horizon.value, self.as_of);
            let mut problem = Diagnostic::new(Code::DatesOutOfOrder, horizon.span, message)
                .help("choose a later date: every probability means \"by the horizon\"");
            if let Some(as_of) = header.as_of.as_ref().filter(|_| self.dated_by_file) {
                problem = problem.also(as_of.span, "the date of the knowledge");
            }
            self.report(problem);
        }
    }

    fn check_basing(&mut self, id: &str, entry: &Entry<RawBasing>) -> Basing {
        if id == UNSTATED {
            let message = format!("`{UNSTATED}` is no basing: it means that nobody says where");
            let help = "choose another id; `unstated` needs no declaration";
            self.report(Diagnostic::new(Code::ReservedWord, entry.id, message).help(help));
        }
        Basing {
            name: named(entry.value.name.as_ref(), id),
            theatre: entry.value.theatre.as_ref().is_some_and(|theatre| theatre.value),
        }
    }

    fn check_source(&mut self, entry: &Entry<super::raw::RawSource>) -> Source {
        let source = &entry.value;
        let letters = ["A", "B", "C", "D", "E", "F"];
        let read = |word: &str| match word.as_bytes() {
            [letter @ b'A'..=b'F'] => Some(char::from(*letter)),
            _ => None,
        };
        let known = letters.into_iter();
        let reliability = source.reliability.as_ref().and_then(|word| {
            self.check_word_of(word, read, "reliability of the Admiralty code", known)
        });
        Source {
            title: plain(source.title.as_ref()),
            publisher: plain(source.publisher.as_ref()),
            published: source.published.as_ref().map(|date| date.value),
            reliability,
            file: plain(source.file.as_ref()),
            url: plain(source.url.as_ref()),
            assumed: evidence::reasons(&source.assumed),
        }
    }

    fn check_nation(&mut self, id: &str, entry: &Entry<RawNation>) -> Nation {
        let nation = &entry.value;
        let kinds = ["bloc", "state"];
        let bloc = nation.kind.as_ref().is_some_and(|word| {
            let read = |word: &str| ["bloc", "state"].contains(&word).then_some(word == "bloc");
            self.check_word_of(word, read, "kind of nation", kinds.into_iter()).unwrap_or(true)
        });
        let code = id.len() == 3 && id.bytes().all(|byte| byte.is_ascii_uppercase());
        if !bloc && !code {
            let message = format!("`{id}` is not an ISO 3166-1 alpha-3 code");
            let help = "write three capital letters such as `FRA`, or add kind = \"bloc\"";
            self.report(Diagnostic::new(Code::BadId, entry.id, message).help(help));
        }
        let pool = nation.pool.as_ref().and_then(|pool| self.check_whole(pool, "a pool"));
        if let Some(rotation) = nation.rotation.as_ref().filter(|r| r.value < Decimal::ONE) {
            let message = format!("a rotation of {} ties up less than it deploys", rotation.value);
            let help = "write how many troops are tied up for each one deployed, such as 3";
            self.report(Diagnostic::new(Code::OutOfRange, rotation.span, message).help(help));
        }
        let basis = self.check_basis(&nation.basis);
        Nation {
            name: named(nation.name.as_ref(), id),
            bloc,
            pool: pool.map(Decimal::whole),
            rotation: nation.rotation.as_ref().map(|rotation| rotation.value),
            basis,
        }
    }

    fn check_pledge(&mut self, id: &str, entry: &Entry<RawPledge>) -> Pledge {
        let raw = &entry.value;
        let basis = self.check_basis(&raw.basis);
        let kinds = Kind::ALL.iter().map(|kind| kind.word());
        let domains = Domain::ALL.iter().map(|domain| domain.word());
        let kind = raw
            .kind
            .as_ref()
            .and_then(|word| self.check_word_of(word, Kind::from_word, "kind of pledge", kinds));
        let domain = raw
            .domain
            .as_ref()
            .and_then(|word| self.check_word_of(word, Domain::from_word, "domain", domains));
        let kind = kind.unwrap_or(Kind::Force);
        let size = self.check_size(raw.size.as_ref());
        let unit = self.check_unit(raw, kind, &size);
        if unit == TROOPS && size != Size::Unknown {
            self.check_place(raw);
        }
        let stage = raw.stage.as_ref().and_then(|word| self.check_stage(word));
        if let Some((on, last)) = raw.on.as_ref().zip(raw.expires.as_ref())
            && last.value < on.value
        {
            let message = format!("`{id}` runs out before it begins");
            let problem = Diagnostic::new(Code::DatesOutOfOrder, last.span, message);
            let help = "correct one of the two dates";
            self.report(problem.also(on.span, "begins here").help(help));
        }
        let known_from = self.known_from.get(id).copied();
        let always = Stated { formula: Formula::Constant(true), text: "true".to_owned() };
        Pledge {
            label: plain(raw.label.as_ref()),
            nations: self.check_nations(entry),
            kind,
            domain: domain.unwrap_or(Domain::Unstated),
            basing: raw.basing.as_ref().and_then(|basing| self.resolve_basing(basing)),
            unit,
            stage: stage.unwrap_or(Stage::Floated),
            on: raw.on.as_ref().map(|date| date.value),
            review_by: raw.review_by.as_ref().map(|date| date.value),
            expires: raw.expires.as_ref().map(|date| date.value),
            expired: raw.expires.as_ref().is_some_and(|last| last.value < self.as_of),
            known_from,
            known: known_from.is_none_or(|date| date <= self.as_of),
            when: self.resolve_optional(raw.when.as_ref()).unwrap_or(always),
            called_by: self.resolve_optional(raw.called_by.as_ref()),
            size,
            claim: plain(raw.claim.as_ref()),
            basis,
        }
    }

    /// What the size counts: troops for a force, something else for every other kind.
    fn check_unit(&mut self, raw: &RawPledge, kind: Kind, size: &Size) -> String {
        let total = size.assumption().map(|index| {
            let assumption = self.raw.assumptions.values().nth(index);
            let unit = assumption.and_then(|entry| entry.value.unit.as_ref());
            unit.map_or(TROOPS, |unit| unit.value.as_str())
        });
        let own = raw.unit.as_ref().map(|unit| unit.value.as_str());
        let default = if kind == Kind::Force { TROOPS } else { "" };
        let unit = own.or(total).unwrap_or(default).to_owned();
        let place = raw.unit.as_ref().map(|unit| unit.span);
        let place = place.or(raw.size.as_ref().map(|size| size.span));
        let Some(place) = place else { return unit };
        if let Some(total) = total.filter(|total| *total != unit) {
            let message = format!("a share of {total} cannot be counted in {unit}");
            let help = "remove `unit`; a share has the unit of its total";
            self.report(Diagnostic::new(Code::UnitMismatch, place, message).help(help));
        } else if kind != Kind::Force
            && *size != Size::Unknown
            && (unit == TROOPS || unit.is_empty())
        {
            let message =
                format!("only pledges of kind `force` count troops, and this is `{kind}`");
            let help = "add what it counts, such as unit = \"monitors\"";
            self.report(Diagnostic::new(Code::UnitMismatch, place, message).help(help));
        }
        unit
    }

    /// A force with a size says where it is.
    fn check_place(&mut self, raw: &RawPledge) {
        let Some(size) = &raw.size else { return };
        let missing: Vec<&str> =
            [("domain", raw.domain.is_none()), ("basing", raw.basing.is_none())]
                .into_iter()
                .filter_map(|(key, missing)| missing.then_some(key))
                .collect();
        if !missing.is_empty() {
            let message = format!("a force with a size needs its {}", missing.join(" and its "));
            let help = "write \"unstated\" where nobody says; it then counts outside the theatre";
            self.report(Diagnostic::new(Code::MissingPlace, size.span, message).help(help));
        }
    }

    /// Which pledges count; `unstated` is a basing too, names that lead nowhere are left out.
    fn check_filter(&mut self, raw: &RawFilter) -> Filter {
        let domains = || Domain::ALL.iter().map(|domain| domain.word());
        let basing = |checker: &mut Self, name: &Text| {
            let found = checker.resolve_basing(name);
            (found.is_some() || name.value == UNSTATED).then_some(found)
        };
        Filter {
            basings: raw.basing.iter().filter_map(|name| basing(self, name)).collect(),
            domains: raw
                .domain
                .iter()
                .filter_map(|word| self.check_word_of(word, Domain::from_word, "domain", domains()))
                .collect(),
            nations: raw.nation.iter().filter_map(|name| self.resolve_nation(name)).collect(),
        }
    }

    /// What a floor counts; a slip for a unit of some pledge would never be met.
    fn check_required_unit(&mut self, unit: Option<&Text>) -> String {
        let Some(unit) = unit else { return TROOPS.to_owned() };
        let pledged = self.raw.pledges.values().filter_map(|entry| entry.value.unit.as_ref());
        let total = self.raw.assumptions.values().filter_map(|entry| entry.value.unit.as_ref());
        let mut known: Vec<&str> = pledged.chain(total).map(|unit| unit.value.as_str()).collect();
        known.push(TROOPS);
        let slip = known.iter().any(|known| is_slip(&unit.value, known));
        if slip && !known.contains(&unit.value.as_str()) {
            let message = format!("nothing is counted in `{}`", unit.value);
            let problem = Diagnostic::new(Code::UnknownWord, unit.span, message);
            self.report(problem.suggest(&unit.value, known));
        }
        unit.value.clone()
    }

    fn check_requirement(&mut self, id: &str, entry: &Entry<RawRequirement>) -> Requirement {
        let raw = &entry.value;
        if !raw.asks {
            let message = format!("requirement `{id}` asks for nothing");
            let help = "add `floor = 15000`, or `needs` with a formula, or both";
            self.report(Diagnostic::new(Code::MissingKey, entry.id, message).help(help));
        }
        let basis = self.check_basis(&raw.basis);
        Requirement {
            label: plain(raw.label.as_ref()),
            text: plain(raw.text.as_ref()),
            floor: raw.floor.as_ref().and_then(|floor| self.check_whole(floor, "a floor")),
            unit: self.check_required_unit(raw.unit.as_ref()),
            filter: self.check_filter(&raw.filter),
            needs: self.resolve_optional(raw.needs.as_ref()),
            asked_when: self.resolve_optional(raw.asked_when.as_ref()),
            basis,
        }
    }
}

/// An optional text without its place.
fn plain(text: Option<&Text>) -> Option<String> {
    text.map(|text| text.value.clone())
}

fn named(name: Option<&Spanned<String>>, id: &str) -> String {
    name.map_or(id, |name| &name.value).to_owned()
}
