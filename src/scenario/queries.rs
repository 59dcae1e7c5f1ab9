//! What other stages ask of a checked scenario.
//!
//! In: a `Scenario` and one of its entries. Out: whether a pledge stands, counts or is admitted,
//! what it rests on, and how entries are worded.

use super::{
    Basis, Claim, Filter, Member, Nation, Pledge, Requirement, Scenario, Share, Size, Source,
    Stage, TROOPS, UNSTATED,
};
use crate::decimal::Decimal;
use jiff::civil::Date;
use std::collections::BTreeSet;

impl Scenario {
    /// The text of `--given`; empty where nothing is taken as given.
    pub fn given_text(&self) -> &str {
        self.given.as_ref().map_or("", |given| &given.text)
    }

    /// The settings that differ from the file.
    pub fn variant(&self) -> String {
        self.settings.join("; ")
    }

    /// The same scenario with another option of an assumption.
    #[must_use]
    pub fn with_choice(&self, assumption: usize, option: usize) -> Self {
        let mut other = self.clone();
        other.assumptions.at_mut(assumption).chosen = option;
        other
    }

    /// Whether nothing is taken as given and nothing is known to have happened.
    pub fn is_without_evidence(&self) -> bool {
        self.given.is_none() && self.conditions.iter().all(|(_, c)| c.holds.is_none())
    }

    /// The same scenario before any evidence.
    #[must_use]
    pub fn without_evidence(&self) -> Self {
        let mut other = self.clone();
        other.given = None;
        for condition in 0..other.conditions.len() {
            other.conditions.at_mut(condition).holds = None;
        }
        other
    }

    /// The same scenario with another stage of a pledge.
    #[must_use]
    pub fn with_stage(&self, pledge: usize, stage: Stage) -> Self {
        let mut other = self.clone();
        other.pledges.at_mut(pledge).stage = stage;
        other
    }

    /// Whether a pledge enters headline figures: known, and neither refused nor withdrawn.
    pub fn stands(&self, pledge: &Pledge) -> bool {
        pledge.known && pledge.stage.on_ladder()
    }

    /// Whether a pledge counts in every table and chart.
    pub fn counts(&self, pledge: &Pledge) -> bool {
        self.stands(pledge) && pledge.stage >= self.counts_from && !pledge.expired
    }

    /// Whether a basing is in theatre; `unstated` never is.
    pub fn in_theatre(&self, basing: Option<usize>) -> bool {
        basing.is_some_and(|basing| self.basings.at(basing).theatre)
    }

    /// A basing's id, or `unstated`.
    pub fn basing_id(&self, basing: Option<usize>) -> &str {
        basing.map_or(UNSTATED, |basing| self.basings.id(basing))
    }

    /// Whether a claim was published by the as-of date (undated ones always count as known).
    pub fn shows(&self, claim: &Claim) -> bool {
        self.is_published(self.sources.at(claim.source))
    }

    /// What an entry rests on that was published by the as-of date.
    pub fn shown<'a>(&self, basis: &'a Basis) -> impl Iterator<Item = &'a Claim> {
        basis.claims.iter().filter(|claim| self.shows(claim))
    }

    /// Whether none of a pledge's own nations is on record for it.
    pub fn is_hearsay(&self, pledge: &Pledge) -> bool {
        let own = |claim: &Claim| {
            claim
                .speaker
                .is_some_and(|speaker| pledge.nations.iter().any(|member| member.nation == speaker))
        };
        !self.shown(&pledge.basis).any(own)
    }

    /// The stage of a pledge and those that shown claims give instead, in the order of the ladder.
    /// What was claimed before an update gave the stage is history, and no contradiction.
    pub fn stages_claimed(&self, pledge: &Pledge) -> Vec<Stage> {
        let since = pledge.basis.last_change("stage");
        let claims = self.shown(&pledge.basis).filter(|claim| claim.since >= since);
        let mut stages: Vec<Stage> = claims.filter_map(|claim| claim.stage).collect();
        stages.push(pledge.stage);
        stages.sort_unstable();
        stages.dedup();
        stages
    }

    /// The stage of a pledge and those claimed that would change a result, in the order of the
    /// ladder: under them the pledge stands or falls otherwise, or its size counts otherwise.
    /// Empty where no claimed stage would.
    pub fn decisive_stages(&self, pledge: &Pledge) -> Vec<Stage> {
        let part = |stage: Stage| {
            let read = Pledge { stage, ..pledge.clone() };
            (self.stands(&read), self.counts(&read) && read.size != Size::Unknown)
        };
        let own = part(pledge.stage);
        let mut stages = self.stages_claimed(pledge);
        stages.retain(|stage| *stage == pledge.stage || part(*stage) != own);
        if stages.len() > 1 { stages } else { Vec::new() }
    }

    /// A condition in one option as a formula writes it.
    pub fn literal(&self, condition: usize, option: usize) -> String {
        let (id, entry) = (self.conditions.id(condition), self.conditions.at(condition));
        match entry.outcomes.get(option) {
            Some(outcome) => format!("{id}.{outcome}"),
            None if option == 1 => id.to_owned(),
            None => format!("not {id}"),
        }
    }

    /// The date from which a pledge is as firm as it is: of the update that says so, else its own,
    /// else the earliest publication.
    pub fn stage_date(&self, pledge: &Pledge) -> Option<Date> {
        let own = self.shown(&pledge.basis).filter(|claim| claim.since.is_none());
        let published = own.filter_map(|claim| self.sources.at(claim.source).published);
        pledge.basis.last_change("stage").or(pledge.on).or(published.min())
    }

    /// When anything about a pledge last changed.
    pub fn last_change(&self, pledge: &Pledge) -> Option<Date> {
        let changed = pledge.basis.changes.last().map(|change| change.on);
        changed.or_else(|| self.stage_date(pledge))
    }

    /// A claim's grade by the Admiralty code: the source's letter, the item's digit.
    pub fn grade(&self, claim: &Claim) -> String {
        let letter = self.sources.at(claim.source).reliability.map(String::from);
        let digit = claim.credibility.map(|digit| digit.to_string());
        letter.unwrap_or_default() + &digit.unwrap_or_default()
    }

    /// The sources that anything known rests on.
    pub fn known_sources(&self) -> impl Iterator<Item = (&str, &Source)> {
        let shown = self.claims().filter(|claim| self.shows(claim));
        let cited: BTreeSet<usize> = shown.map(|claim| claim.source).collect();
        let sources = self.sources.iter().enumerate();
        sources.filter(move |(at, _)| cited.contains(at)).map(|(_, source)| source)
    }

    /// What every entry that is known rests on, by the path of the entry.
    pub fn bases(&self) -> impl Iterator<Item = (String, &Basis)> {
        let nations = self.nations.iter().enumerate().filter(|(at, _)| self.is_spoken_of(*at));
        let nations = nations.map(|(_, (id, nation))| (format!("nations.{id}"), &nation.basis));
        let assumptions = self.assumptions.iter();
        let assumptions = assumptions.map(|(id, a)| (format!("assumptions.{id}"), &a.basis));
        let conditions = self.conditions.iter();
        let conditions = conditions.map(|(id, c)| (format!("conditions.{id}"), &c.basis));
        let pledges = self.pledges.iter().filter(|(_, pledge)| pledge.known);
        let pledges = pledges.map(|(id, pledge)| (format!("pledges.{id}"), &pledge.basis));
        let requirements = self.requirements.iter();
        let requirements = requirements.map(|(id, r)| (format!("requirements.{id}"), &r.basis));
        nations.chain(assumptions).chain(conditions).chain(pledges).chain(requirements)
    }

    /// Every claim that anything known rests on.
    fn claims(&self) -> impl Iterator<Item = &Claim> {
        let options = self.assumptions.iter().flat_map(|(_, assumption)| &assumption.options);
        let options = options.flat_map(|option| &option.claims);
        self.bases().flat_map(|(_, basis)| &basis.claims).chain(options)
    }

    /// Whether a nation is more than the name of one whose pledges nobody knows of yet.
    fn is_spoken_of(&self, nation: usize) -> bool {
        let names = |pledge: &Pledge| pledge.nations.iter().any(|member| member.nation == nation);
        let mut pledges = self.pledges.iter().filter(|(_, pledge)| names(pledge)).peekable();
        pledges.peek().is_none() || pledges.any(|(_, pledge)| pledge.known)
    }

    fn is_published(&self, source: &Source) -> bool {
        source.published.is_none_or(|published| published <= self.as_of)
    }

    /// Whether a filter admits a pledge. Without a basing it admits what is in theatre.
    pub fn admits(&self, filter: &Filter, pledge: &Pledge) -> bool {
        let based = if filter.basings.is_empty() {
            self.in_theatre(pledge.basing)
        } else {
            filter.basings.contains(&pledge.basing)
        };
        let nation = |member: &Member| filter.nations.contains(&member.nation);
        based
            && (filter.domains.is_empty() || filter.domains.contains(&pledge.domain))
            && (filter.nations.is_empty() || pledge.nations.iter().any(nation))
    }

    /// Whether every sized, counting pledge that a floor admits is a share of an assumption.
    pub fn is_circular(&self, requirement: &Requirement) -> bool {
        let admitted = self.pledges.iter().filter(|(_, pledge)| {
            self.counts(pledge)
                && pledge.size != Size::Unknown
                && pledge.unit == requirement.unit
                && self.admits(&requirement.filter, pledge)
        });
        let mut shares = admitted.map(|(_, pledge)| pledge.size.assumption().is_some()).peekable();
        requirement.floor.is_some() && shares.peek().is_some() && shares.all(|share| share)
    }

    /// The share that a pledge takes of its assumption at the chosen options; zero for a rest.
    pub fn share_of(&self, pledge: &Pledge) -> Decimal {
        match &pledge.size {
            Size::Share(Share::Number(share), _) => *share,
            Size::Share(Share::Assumption(index), _) => {
                let assumption = self.assumptions.at(*index);
                let option = assumption.options.get(assumption.chosen);
                option.map_or(Decimal::ZERO, |option| option.value)
            }
            _ => Decimal::ZERO,
        }
    }

    /// When anyone asks about a requirement: its own formula, else the scenario's.
    pub fn asked_about<'a>(&'a self, requirement: &'a Requirement) -> Option<&'a super::Stated> {
        requirement.asked_when.as_ref().or(self.asked_when.as_ref())
    }

    /// The requirement that leads: the lowest floor in troops with no further needs, else the first.
    pub fn leading_requirement(&self) -> Option<usize> {
        let rank = |index: &usize| {
            let entry = self.requirements.at(*index);
            (entry.floor.is_none(), entry.unit != TROOPS, entry.needs.is_some(), entry.floor)
        };
        (0..self.requirements.len()).min_by_key(rank)
    }
}

impl Basis {
    /// The date of the last update that says something about a key.
    pub fn last_change(&self, key: &str) -> Option<Date> {
        let about = self.changes.iter().filter(|change| change.keys.iter().any(|own| own == key));
        about.map(|change| change.on).next_back()
    }
}

impl Nation {
    /// How many troops it can keep deployed: as often as `rotation` goes into `pool`, or all of the
    /// pool where no rotation is stated; none without a pool.
    pub fn sustains(&self) -> Option<u64> {
        self.pool?.times_of(self.rotation.unwrap_or(Decimal::ONE))
    }
}

impl Pledge {
    /// Whether its size is marked as assumed, or a part of an assumption.
    pub fn rests_on_assumption(&self) -> bool {
        self.size.assumption().is_some() || self.basis.assumed.contains_key("size")
    }
}
