//! Sizes, nations and assumptions: whole troops, splits that sum to one, shares that fit.
//!
//! In: raw pledges and assumptions. Out: `Size`s, `Member`s and `Assumption`s.

use super::names::{is_quantity, unknown_option};
use super::{Checker, plain};
use crate::decimal::Decimal;
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::{LARGEST_SIZE, WIDEST_RANGE};
use crate::scenario::raw::{
    Entry, RawAssumption, RawNations, RawOption, RawPledge, RawShare, RawSize, RawSplit, Text,
};
use crate::scenario::{Assumption, AssumptionOption, Member, Share, Size, TROOPS};
use crate::source::{Span, Spanned};

/// The unit of an assumption that is a share.
pub(super) const SHARE: &str = "share";

/// How far a sum is from one, in words.
pub(super) fn off(sum: Decimal) -> String {
    if sum < Decimal::ONE {
        format!("{} short of 1", Decimal::ONE.minus(sum))
    } else {
        format!("{} more than 1", sum.minus(Decimal::ONE))
    }
}

/// The options of an assumption in their final order: by value, readings by name.
pub(super) fn ordered_options(assumption: &RawAssumption) -> Vec<&RawOption> {
    let mut options: Vec<&RawOption> =
        assumption.options.iter().flat_map(|options| &options.value).collect();
    let value = |option: &RawOption| option.value.as_ref().map_or(Decimal::ZERO, |v| v.value);
    options.sort_by(|left, right| {
        value(left).cmp(&value(right)).then_with(|| left.name.value.cmp(&right.name.value))
    });
    options
}

impl Checker<'_> {
    /// Checks an assumption.
    pub(super) fn check_assumption(&mut self, id: &str, raw: &Entry<RawAssumption>) -> Assumption {
        let assumption = &raw.value;
        let quantity = is_quantity(assumption);
        let unit = self.assumption_unit(id, assumption, quantity);
        let ordered = ordered_options(assumption);
        let names: Vec<String> = ordered.iter().map(|option| option.name.value.clone()).collect();
        let options =
            ordered.into_iter().map(|option| self.check_option(option, quantity, &unit)).collect();
        let chosen = self.check_chosen(id, raw, &names);
        let covers = assumption.covers.as_ref().map(|covers| self.check_filter(covers));
        let basis = self.check_basis(&assumption.basis);
        let text = plain(assumption.text.as_ref());
        let label = plain(assumption.label.as_ref());
        Assumption { label, text, options, chosen, quantity, unit, covers, basis }
    }

    fn assumption_unit(&mut self, id: &str, raw: &RawAssumption, quantity: bool) -> String {
        match (&raw.unit, quantity) {
            (Some(unit), false) => {
                let message = format!("`{id}` is a reading, so it has no unit");
                let help = "give its options values, or remove `unit`";
                self.report(Diagnostic::new(Code::ConflictingKeys, unit.span, message).help(help));
                String::new()
            }
            (Some(unit), true) => unit.value.clone(),
            (None, true) => TROOPS.to_owned(),
            (None, false) => String::new(),
        }
    }

    fn check_option(&mut self, raw: &RawOption, quantity: bool, unit: &str) -> AssumptionOption {
        let claims = self.check_sources(&raw.sources);
        let name = raw.name.value.clone();
        let value = match &raw.value {
            Some(value) if unit == SHARE => {
                if self.check_share_number(value).is_some() {
                    value.value
                } else {
                    Decimal::ZERO
                }
            }
            Some(value) => {
                self.check_whole(value, "an option").map_or(Decimal::ZERO, Decimal::whole)
            }
            None => {
                if quantity {
                    let message = format!("option `{name}` has no value, but others have");
                    let help = "give every option a value, or none (a reading)";
                    let problem = Diagnostic::new(Code::MissingKey, raw.name.span, message);
                    self.report(problem.help(help));
                }
                Decimal::ZERO
            }
        };
        AssumptionOption { name, value, claims }
    }

    fn check_chosen(&mut self, id: &str, raw: &Entry<RawAssumption>, names: &[String]) -> usize {
        let Some(chosen) = &raw.value.chosen else { return 0 };
        let found = names.iter().position(|name| *name == chosen.value);
        if found.is_none() && !names.is_empty() {
            self.report(unknown_option((id, raw.id), chosen, names, "option"));
        }
        found.unwrap_or(0)
    }

    /// A whole number of troops within the limit.
    pub(super) fn check_whole(&mut self, raw: &Spanned<Decimal>, what: &str) -> Option<u64> {
        let problem = match raw.value.to_whole() {
            Some(whole) if raw.value.is_pointed() => {
                format!("{what} is counted in whole numbers; the point makes this {whole}")
            }
            Some(whole) if whole <= LARGEST_SIZE => return Some(whole),
            Some(_) => format!("{what} cannot be larger than 1,000,000,000"),
            None if raw.value < Decimal::ZERO => format!("{what} cannot be negative"),
            None => format!("{what} must be a whole number, not {}", raw.value),
        };
        let help = "write a whole number without separators, such as 15000, or 15_000";
        self.report(Diagnostic::new(Code::SizeRange, raw.span, problem).help(help));
        None
    }

    fn check_share_number(&mut self, raw: &Spanned<Decimal>) -> Option<()> {
        if raw.value >= Decimal::ZERO && raw.value <= Decimal::ONE {
            return Some(());
        }
        let message = format!("{} is not a share", raw.value);
        let help = "write a number from 0 to 1, such as 0.6 for 60 percent";
        self.report(Diagnostic::new(Code::SizeRange, raw.span, message).help(help));
        None
    }

    /// Who pledges, in the order of ids, with their parts.
    pub(super) fn check_nations(&mut self, raw: &Entry<RawPledge>) -> Vec<Member> {
        let mut members = match &raw.value.nations {
            None => Vec::new(),
            Some(RawNations::One(nation)) => {
                let nation = self.resolve_nation(nation);
                nation.map(|nation| Member { nation, part: Decimal::ONE }).into_iter().collect()
            }
            Some(RawNations::Several(list)) => self.check_joint(list, raw.value.size.as_ref()),
            Some(RawNations::Split(split)) => self.check_split(split),
        };
        members.sort_by_key(|member| member.nation);
        members.dedup_by_key(|member| member.nation);
        members
    }

    fn check_joint(
        &mut self,
        list: &Spanned<Vec<Text>>,
        size: Option<&Spanned<RawSize>>,
    ) -> Vec<Member> {
        let known = size.filter(|size| !matches!(size.value, RawSize::Unknown));
        if let Some(size) = known
            && list.value.len() > 1
        {
            let parts: Vec<String> =
                list.value.iter().map(|nation| format!("{} = ...", nation.value)).collect();
            let message = "a joint size needs the part of each nation";
            let help = format!("write nations = {{ {} }}, parts that sum to 1", parts.join(", "));
            let problem = Diagnostic::new(Code::MissingSplit, list.span, message)
                .also(size.span, "the size that is to be split");
            self.report(problem.help(help));
        }
        if list.value.is_empty() {
            let message = "a pledge needs at least one nation";
            let help = "name who pledges, such as nations = \"FRA\"";
            self.report(Diagnostic::new(Code::MissingKey, list.span, message).help(help));
        }
        let nations: Vec<usize> =
            list.value.iter().filter_map(|nation| self.resolve_nation(nation)).collect();
        let part = if nations.len() == 1 { Decimal::ONE } else { Decimal::ZERO };
        nations.into_iter().map(|nation| Member { nation, part }).collect()
    }

    fn check_split(&mut self, split: &Spanned<RawSplit>) -> Vec<Member> {
        let mut sum = Some(Decimal::ZERO);
        let mut members = Vec::new();
        for (nation, part) in &split.value {
            let part = part.as_ref().filter(|part| self.check_share_number(part).is_some());
            sum = sum.zip(part).map(|(sum, part)| sum.plus(part.value));
            if let (Some(nation), Some(part)) = (self.resolve_nation(nation), part) {
                members.push(Member { nation, part: part.value });
            }
        }
        if let Some(sum) = sum.filter(|sum| *sum != Decimal::ONE) {
            let message = format!("the parts of the nations sum to {sum}, not to 1");
            let help = format!("correct the parts: they are {}", off(sum));
            self.report(Diagnostic::new(Code::SplitSum, split.span, message).help(help));
        }
        members
    }

    /// How much a pledge offers.
    pub(super) fn check_size(&mut self, raw: Option<&Spanned<RawSize>>) -> Size {
        let Some(raw) = raw else { return Size::Unknown };
        let size = match &raw.value {
            RawSize::Unknown => Some(Size::Unknown),
            RawSize::Fixed(number) => self.check_whole(number, "a size").map(Size::Fixed),
            RawSize::Range(low, high) => self.check_uniform(low, high, raw.span),
            RawSize::Pert(low, mode, high) => self.check_pert([low, mode, high], raw.span),
            RawSize::Share(share, of) => self.check_share(share, of),
            RawSize::Rest(of) => self.resolve_total(of).map(Size::Rest),
        };
        size.unwrap_or(Size::Unknown)
    }

    fn check_uniform(
        &mut self,
        low: &Spanned<Decimal>,
        high: &Spanned<Decimal>,
        span: Span,
    ) -> Option<Size> {
        let ends = (self.check_whole(low, "a size")?, self.check_whole(high, "a size")?);
        self.check_ends(ends.0, ends.1, span)?;
        let fixed = ends.0 == ends.1;
        Some(if fixed { Size::Fixed(ends.0) } else { Size::Uniform(ends.0, ends.1) })
    }

    fn check_pert(&mut self, parts: [&Spanned<Decimal>; 3], span: Span) -> Option<Size> {
        let [low, mode, high] = parts.map(|part| self.check_whole(part, "a size"));
        let (low, mode, high) = (low?, mode?, high?);
        self.check_ends(low, high, span)?;
        if mode < low || mode > high {
            let message = format!("the mode {mode} is not between {low} and {high}");
            let help = "low, mode and high must rise";
            self.report(Diagnostic::new(Code::SizeRange, parts[1].span, message).help(help));
            return None;
        }
        Some(if low == high { Size::Fixed(low) } else { Size::Pert(low, mode, high) })
    }

    fn check_ends(&mut self, low: u64, high: u64, span: Span) -> Option<()> {
        if low > high {
            let message = format!("the size runs from {low} down to {high}");
            let help = "write the low end first";
            self.report(Diagnostic::new(Code::SizeRange, span, message).help(help));
            return None;
        }
        if high - low > WIDEST_RANGE {
            let message = "the size's range is wider than 200,000";
            let help = "narrow it, or count in a larger unit";
            self.report(Diagnostic::new(Code::TooLarge, span, message).help(help));
            return None;
        }
        Some(())
    }

    fn check_share(&mut self, share: &RawShare, of: &Text) -> Option<Size> {
        let total = self.resolve_total(of);
        let share = match share {
            RawShare::Number(number) => {
                self.check_share_number(number)?;
                Share::Number(number.value)
            }
            RawShare::Assumption(name) => {
                let index = self.resolve_assumption(name)?;
                let raw = &self.raw.assumptions[&name.value];
                if raw.value.unit.as_ref().is_none_or(|unit| unit.value != SHARE) {
                    let message = format!("`{}` is not a share", name.value);
                    let help = format!("its unit must be \"{SHARE}\"");
                    let problem = Diagnostic::new(Code::UnitMismatch, name.span, message);
                    self.report(problem.also(raw.id, "declared here").help(help));
                    return None;
                }
                Share::Assumption(index)
            }
        };
        Some(Size::Share(share, total?))
    }

    /// The assumption that a share is a part of: a quantity that is no share itself.
    fn resolve_total(&mut self, of: &Text) -> Option<usize> {
        let index = self.resolve_assumption(of)?;
        let raw = &self.raw.assumptions[&of.value];
        let share = raw.value.unit.as_ref().is_some_and(|unit| unit.value == SHARE);
        if share || !is_quantity(&raw.value) {
            let message = format!("`{}` is not a total that can be shared out", of.value);
            let help = "name an assumption whose options are whole numbers";
            let problem = Diagnostic::new(Code::UnitMismatch, of.span, message);
            self.report(problem.also(raw.id, "declared here").help(help));
            return None;
        }
        Some(index)
    }
}
