//! What other stages ask of a checked scenario.
//!
//! In: a `Scenario` and one of its entries. Out: whether a pledge stands, counts or is admitted,
//! what it rests on, and how entries are worded.

use super::{
    Claim, Filter, Member, Pledge, Requirement, Scenario, Share, Size, Source, TROOPS, UNSTATED,
};
use crate::decimal::Decimal;
use jiff::civil::Date;

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

    /// Whether a pledge enters headline figures: known, and neither refused nor withdrawn.
    pub fn stands(&self, pledge: &Pledge) -> bool {
        pledge.known && pledge.stage.on_ladder()
    }

    /// Whether a pledge counts in every table and chart.
    pub fn counts(&self, pledge: &Pledge) -> bool {
        self.stands(pledge) && pledge.stage >= self.counts_from
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

    /// Whether none of a pledge's own nations is on record for it.
    pub fn is_hearsay(&self, pledge: &Pledge) -> bool {
        let own = |claim: &Claim| {
            claim
                .speaker
                .is_some_and(|speaker| pledge.nations.iter().any(|member| member.nation == speaker))
        };
        !pledge.basis.claims.iter().any(|claim| own(claim) && self.shows(claim))
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

    /// The date from which a pledge stands as it does: its own, or the earliest publication.
    pub fn stage_date(&self, pledge: &Pledge) -> Option<Date> {
        let published =
            pledge.basis.claims.iter().filter_map(|claim| self.sources.at(claim.source).published);
        pledge.on.or(published.min())
    }

    /// A claim's grade by the Admiralty code: the source's letter, the item's digit.
    pub fn grade(&self, claim: &Claim) -> String {
        let letter = self.sources.at(claim.source).reliability.map(String::from);
        let digit = claim.credibility.map(|digit| digit.to_string());
        letter.unwrap_or_default() + &digit.unwrap_or_default()
    }

    /// The sources published by the as-of date; undated ones always count as known.
    pub fn known_sources(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.sources.iter().filter(|(_, source)| self.is_published(source))
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

impl Pledge {
    /// Whether its size is marked as assumed, or a part of an assumption.
    pub fn rests_on_assumption(&self) -> bool {
        self.size.assumption().is_some() || self.basis.assumed.contains_key("size")
    }
}
