//! What changed between two scenarios with the same ids, in words, and what it rests on.
//!
//! In: both, and a cause of `study::diff` or a pledge. Out: "stage declared -> committed", the
//! sources of the new value, the reasons where it is assumed.

use crate::law::real;
use crate::report::words::thousands;
use crate::scenario::{
    Assumption, Basis, Claim, Condition, Pledge, Requirement, Scenario, Share, Size, Stated,
};
use crate::study::diff::aspect::Aspect;
use crate::study::diff::causes::{Cause, CauseKind, causes, id};
use std::collections::BTreeSet;

/// Words for what differs between two scenarios.
#[derive(Clone, Copy, Debug)]
pub struct Changes<'a> {
    /// The one.
    pub old: &'a Scenario,
    /// The other.
    pub new: &'a Scenario,
}

impl<'a> Changes<'a> {
    fn sides(self) -> [&'a Scenario; 2] {
        [self.old, self.new]
    }

    /// Everything that changed, each with the entry that it changes.
    pub fn all(self) -> Vec<String> {
        causes(self.old, self.new, &[]).iter().map(|cause| self.named(cause)).collect()
    }

    /// Everything but new pledges, and how many of these there are.
    pub fn but_additions(self) -> (Vec<String>, usize) {
        let all = causes(self.old, self.new, &[]).into_iter();
        let (added, others): (Vec<Cause>, Vec<Cause>) =
            all.partition(|cause| cause.kind == CauseKind::PledgeAdded);
        (others.iter().map(|cause| self.named(cause)).collect(), added.len())
    }

    /// A cause with the entry that it changes; one of several entries names them itself.
    fn named(self, cause: &Cause) -> String {
        let words = self.what(cause);
        let joint = cause.aspects.iter().any(|own| id(self.old, *own) != cause.name);
        if joint { words } else { format!("{} {words}", cause.name) }
    }

    /// What changed about a pledge, sources that speak of it for the first time included.
    pub fn of_pledge(self, at: usize) -> Vec<String> {
        let [was, is] = self.sides().map(|side| side.pledges.at(at));
        if was.known != is.known {
            return vec![self.aspect(Aspect::Known(at))];
        }
        let differing = Aspect::of_pledge(at).into_iter();
        let differing = differing.filter(|aspect| aspect.differs(self.old, self.new));
        let renewed = (was.expires != is.expires && was.expired == is.expired)
            .then(|| changed("expires", [was, is].map(last_day)));
        let told = differing.map(|aspect| self.aspect(aspect)).chain(renewed);
        let others = is.basis.changes.iter().skip(was.basis.changes.len());
        let others: BTreeSet<&String> = others.flat_map(|change| &change.keys).collect();
        let moves = |key: &&String| MOVING_KEYS.contains(&key.as_str());
        let others = others.into_iter().filter(|key| !moves(key));
        let told = told.chain(others.map(|key| format!("{key} changed")));
        let [before, now] = self.sides().map(|side| cited(side, &side.pledges.at(at).basis));
        let added = now.difference(&before).map(|source| format!("new source {source}"));
        told.chain(added).collect()
    }

    /// What changed.
    pub fn what(self, cause: &Cause) -> String {
        let scenario = self.old;
        let pledges: BTreeSet<&str> = cause.aspects.iter().map(|own| id(scenario, *own)).collect();
        let [old, new] = self.sides();
        let mut told = Vec::new();
        for aspect in &cause.aspects {
            // A pledge that comes or goes does so with everything that it is.
            let whole = match aspect {
                Aspect::Expired(at)
                | Aspect::Stage(at)
                | Aspect::Place(at)
                | Aspect::Nations(at)
                | Aspect::Formula(at)
                | Aspect::Size(at) => old.pledges.at(*at).known != new.pledges.at(*at).known,
                Aspect::Chances(_) => cause.kind == CauseKind::Method,
                _ => false,
            };
            if whole || !aspect.differs(old, new) {
                continue;
            }
            let words = self.aspect(*aspect);
            let named = pledges.len() > 1 && cause.kind != CauseKind::Method;
            told.push(if named { format!("{} {words}", id(scenario, *aspect)) } else { words });
        }
        told.join("; ")
    }

    fn aspect(self, aspect: Aspect) -> String {
        let sides = self.sides();
        let pledges = |at: usize| sides.map(|side| side.pledges.at(at));
        let stated = |of: fn(&Scenario) -> Option<&Stated>| sides.map(|side| text(of(side)));
        match aspect {
            Aspect::Theatre(at) => {
                changed("in theatre", sides.map(|side| side.basings.at(at).theatre.to_string()))
            }
            Aspect::Choice(at) => changed("", sides.map(|side| choice(side.assumptions.at(at)))),
            Aspect::Chances(at) => {
                changed("probability", sides.map(|side| chances(side.conditions.at(at))))
            }
            Aspect::Requires(at) => changed(
                "requires",
                sides.map(|side| text(side.conditions.at(at).requires.as_ref())),
            ),
            Aspect::Definition(at) => {
                changed("", sides.map(|side| side.definitions.at(at).text.clone()))
            }
            Aspect::Known(at) => self.known(at),
            Aspect::Expired(at) => self.expired(at),
            Aspect::Stage(at) => {
                changed("stage", pledges(at).map(|pledge| pledge.stage.to_string()))
            }
            Aspect::Place(at) => changed(
                "place",
                sides.map(|side| {
                    let pledge = side.pledges.at(at);
                    format!("{}, {}", side.basing_id(pledge.basing), pledge.domain)
                }),
            ),
            Aspect::Nations(at) => {
                changed("nations", sides.map(|side| nations(side, side.pledges.at(at))))
            }
            Aspect::Formula(at) => changed("when", pledges(at).map(|own| own.when.text.clone())),
            Aspect::Size(at) => changed("size", sides.map(|side| size(side, side.pledges.at(at)))),
            Aspect::Requirement(at) => {
                changed("", sides.map(|side| requirement(side, side.requirements.at(at))))
            }
            Aspect::Ended(at) => self.ended(at),
            Aspect::Given => changed("", stated(|side| side.given.as_ref())),
            Aspect::AskedWhen => changed("", stated(|side| side.asked_when.as_ref())),
            Aspect::CountsFrom => changed("", sides.map(|side| side.counts_from.to_string())),
            Aspect::Scale => changed("", sides.map(|side| side.scale.to_string())),
            Aspect::Horizon => changed(
                "",
                sides.map(|side| side.horizon.map_or("none".to_owned(), |date| date.to_string())),
            ),
        }
    }

    /// A pledge that a file lacks has no nations there.
    fn known(self, at: usize) -> String {
        let [old, new] = self.sides();
        let (was, is) = (old.pledges.at(at), new.pledges.at(at));
        let since = |pledge: &Pledge| {
            pledge.known_from.map_or("known".to_owned(), |date| format!("known since {date}"))
        };
        match (is.known, was.nations.is_empty(), is.nations.is_empty()) {
            (true, true, _) => "added".to_owned(),
            (true, false, _) => since(is),
            (false, _, true) => "removed".to_owned(),
            (false, _, false) => "not known yet".to_owned(),
        }
    }

    /// "known to hold", "known to end in north", "open again".
    fn ended(self, at: usize) -> String {
        let condition = self.new.conditions.at(at);
        match condition.holds {
            None => "open again".to_owned(),
            Some(option) => match condition.outcomes.get(option) {
                Some(outcome) => format!("known to end in {outcome}"),
                None if option == 1 => "known to hold".to_owned(),
                None => "known to fail".to_owned(),
            },
        }
    }

    fn expired(self, at: usize) -> String {
        let [was, is] = self.sides().map(|side| side.pledges.at(at));
        match (is.expired, was.expires == is.expires) {
            (true, _) => format!("ran out on {}", last_day(is)),
            (false, true) => format!("not run out yet, on {}", last_day(is)),
            (false, false) => changed("expires", [last_day(was), last_day(is)]),
        }
    }

    /// The sources of what changed, as the side that has it tells.
    pub fn sources(self, cause: &Cause) -> Vec<String> {
        let side = self.telling(cause);
        let mut found = BTreeSet::new();
        for aspect in &cause.aspects {
            let mut claims: Vec<&Claim> = Vec::new();
            if let Some((basis, keys)) = basis(side, *aspect) {
                let whole = matches!(aspect, Aspect::Known(_) | Aspect::Requirement(_));
                let speaks =
                    |claim: &&Claim| keys.iter().any(|key| claim.keys.iter().any(|k| k == key));
                let assumed = keys.iter().any(|key| basis.assumed.contains_key(*key));
                let own: Vec<&Claim> = basis.claims.iter().filter(speaks).collect();
                let general = basis.claims.iter().filter(|claim| claim.keys.is_empty());
                claims.extend(self.brought(*aspect, basis));
                match (whole, own.is_empty(), assumed) {
                    (true, ..) => claims.extend(&basis.claims),
                    (false, true, false) => claims.extend(general),
                    _ => claims.extend(own),
                }
            }
            if let Aspect::Choice(at) = aspect {
                let assumption = side.assumptions.at(*at);
                claims.extend(
                    assumption.options.get(assumption.chosen).iter().flat_map(|o| &o.claims),
                );
            }
            let shown = claims.into_iter().filter(|claim| side.shows(claim));
            found.extend(shown.map(|claim| side.sources.id(claim.source).to_owned()));
        }
        found.into_iter().collect()
    }

    /// What the updates between the two say about an aspect.
    fn brought(self, aspect: Aspect, now: &Basis) -> impl Iterator<Item = &Claim> {
        let before = basis(self.old, aspect);
        let date = before.and_then(|(before, keys)| {
            let last = |basis: &Basis| keys.iter().filter_map(|key| basis.last_change(key)).max();
            last(now).filter(|date| last(before) != Some(*date))
        });
        now.claims.iter().filter(move |claim| date.is_some() && claim.since == date)
    }

    /// The reasons for what changed, where it is assumed.
    pub fn assumed(self, cause: &Cause) -> Vec<String> {
        let side = self.telling(cause);
        let mut found = Vec::new();
        for aspect in &cause.aspects {
            let [old, new] = self.sides();
            let Some((basis, keys)) = basis(side, *aspect).filter(|_| aspect.differs(old, new))
            else {
                continue;
            };
            let reasons = keys.iter().filter_map(|key| basis.assumed.get(*key)).cloned();
            found.extend(reasons.filter(|reason| !found.contains(reason)).collect::<Vec<_>>());
        }
        found
    }

    fn telling(self, cause: &Cause) -> &'a Scenario {
        let [old, new] = self.sides();
        if cause.kind == CauseKind::PledgeRemoved { old } else { new }
    }
}

/// What an aspect rests on, and the keys of the file that it stands under.
fn basis(scenario: &Scenario, aspect: Aspect) -> Option<(&Basis, &'static [&'static str])> {
    let pledge = |at: usize| &scenario.pledges.at(at).basis;
    Some(match aspect {
        Aspect::Choice(at) => (&scenario.assumptions.at(at).basis, &["chosen", "options"]),
        Aspect::Chances(at) => {
            (&scenario.conditions.at(at).basis, &["probability", "given", "outcomes"])
        }
        Aspect::Requires(at) => (&scenario.conditions.at(at).basis, &["requires"]),
        Aspect::Ended(at) => (&scenario.conditions.at(at).basis, &["holds"]),
        Aspect::Known(at) => (pledge(at), &[]),
        Aspect::Expired(at) => (pledge(at), &["expires"]),
        Aspect::Stage(at) => (pledge(at), &["stage"]),
        Aspect::Place(at) => (pledge(at), &["basing", "domain"]),
        Aspect::Nations(at) => (pledge(at), &["nations"]),
        Aspect::Formula(at) => (pledge(at), &["when"]),
        Aspect::Size(at) => (pledge(at), &["size"]),
        Aspect::Requirement(at) => (&scenario.requirements.at(at).basis, &["floor", "needs"]),
        _ => return None,
    })
}

/// The last day on which a pledge stands.
fn last_day(pledge: &Pledge) -> String {
    pledge.expires.map_or("never".to_owned(), |date| date.to_string())
}

/// The keys of a pledge whose changes are told by what they are.
const MOVING_KEYS: [&str; 8] =
    ["basing", "domain", "expires", "kind", "nations", "size", "stage", "when"];

/// The sources of an entry that are shown.
fn cited(scenario: &Scenario, basis: &Basis) -> BTreeSet<String> {
    scenario.shown(basis).map(|claim| scenario.sources.id(claim.source).to_owned()).collect()
}

fn changed(what: &str, [old, new]: [String; 2]) -> String {
    format!("{what} {old} -> {new}").trim_start().to_owned()
}

fn text(stated: Option<&Stated>) -> String {
    stated.map_or("nothing".to_owned(), |stated| stated.text.clone())
}

fn choice(assumption: &Assumption) -> String {
    let Some(option) = assumption.options.get(assumption.chosen) else { return String::new() };
    if assumption.quantity {
        format!("{} ({})", option.name, option.value)
    } else {
        option.name.clone()
    }
}

/// "unlikely (0.325)"; by clauses where there are several.
fn chances(condition: &Condition) -> String {
    let clauses = condition.clauses.iter().map(|clause| {
        let chances = clause.chances.iter().flatten().enumerate().map(|(at, chance)| {
            let point = format!("{:.6}", chance.central);
            let point = point.trim_end_matches('0').trim_end_matches('.');
            let number = chance.stated.parse::<f64>().is_ok();
            let shown =
                if number { chance.stated.clone() } else { format!("{} ({point})", chance.stated) };
            match condition.outcomes.get(at) {
                Some(outcome) => format!("{outcome} {shown}"),
                None => shown,
            }
        });
        let chances: Vec<String> = chances.collect();
        let shown = if chances.is_empty() { "none".to_owned() } else { chances.join(", ") };
        match &clause.when {
            Some(when) => format!("{shown} given {}", when.text),
            None if condition.clauses.len() > 1 => format!("else {shown}"),
            None => shown,
        }
    });
    clauses.collect::<Vec<_>>().join(", ")
}

fn nations(scenario: &Scenario, pledge: &Pledge) -> String {
    let member = |member: &crate::scenario::Member| {
        let id = scenario.nations.id(member.nation);
        if pledge.nations.len() == 1 { id.to_owned() } else { format!("{id} {}", member.part) }
    };
    pledge.nations.iter().map(member).collect::<Vec<_>>().join(", ")
}

fn size(scenario: &Scenario, pledge: &Pledge) -> String {
    let whole = |size: u64| thousands(real(size));
    match &pledge.size {
        Size::Unknown => "unknown".to_owned(),
        Size::Fixed(size) => whole(*size),
        Size::Uniform(low, high) => format!("{} to {}", whole(*low), whole(*high)),
        Size::Pert(low, mode, high) => {
            format!("{} to {}, most likely {}", whole(*low), whole(*high), whole(*mode))
        }
        Size::Share(Share::Number(share), of) => {
            format!("{share} of {}", scenario.assumptions.id(*of))
        }
        Size::Share(Share::Assumption(by), of) => {
            format!("{} of {}", scenario.assumptions.id(*by), scenario.assumptions.id(*of))
        }
        Size::Rest(of) => format!("the rest of {}", scenario.assumptions.id(*of)),
    }
}

fn requirement(scenario: &Scenario, requirement: &Requirement) -> String {
    let floor =
        requirement.floor.map(|floor| format!("{} {}", thousands(real(floor)), requirement.unit));
    let filter = &requirement.filter;
    let basings = filter.basings.iter().map(|basing| scenario.basing_id(*basing).to_owned());
    let domains = filter.domains.iter().map(|domain| domain.word().to_owned());
    let nations = filter.nations.iter().map(|nation| scenario.nations.id(*nation).to_owned());
    let of = [("in", basings.collect()), ("on", domains.collect()), ("of", nations.collect())];
    let of = of.into_iter().filter(|(_, ids): &(&str, Vec<String>)| !ids.is_empty());
    let of = of.map(|(what, ids)| format!("{what} {}", ids.join(" and ")));
    let needs = requirement.needs.as_ref().map(|needs| format!("needs {}", needs.text));
    let asked = requirement.asked_when.as_ref().map(|asked| format!("asked when {}", asked.text));
    let told: Vec<String> = floor.into_iter().chain(of).chain(needs).chain(asked).collect();
    told.join(", ")
}
