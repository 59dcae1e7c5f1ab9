//! Random scenarios from a tape of numbers.
//!
//! A tape of zeros gives the simplest scenario, so that shrinking the numbers simplifies it.

use super::case::{
    Assumption, BASINGS, Case, Clause, Condition, Entry, Formula, NATIONS, Pledge, Relation,
    Requirement, Size, Stated, TROOPS, WHOLE, What,
};

/// How many numbers a scenario is made of, at most; behind them everything is zero.
pub(super) const TAPE: usize = 360;

/// The most combinations of conditions and sizes.
const MOST_COMBINATIONS: usize = 8000;

const IDS: [&str; 22] = [
    "m", "B2", "a10", "a9", "zeta", "Alpha", "k_1", "c", "q7", "e", "Xi", "h", "o_o", "b", "u2",
    "y", "Rho", "d3", "d12", "w", "nott", "Z",
];

const ICD_203: [(&str, u32, u32); 7] = [
    ("roughly even chance", 45, 55),
    ("almost no chance", 1, 5),
    ("very unlikely", 5, 20),
    ("unlikely", 20, 45),
    ("likely", 55, 80),
    ("very likely", 80, 95),
    ("almost certain", 95, 99),
];

const PHIA: [(&str, u32, u32); 4] = [
    ("realistic possibility", 40, 50),
    ("remote chance", 0, 5),
    ("highly unlikely", 10, 20),
    ("highly likely", 80, 90),
];

const DATES: [&str; 4] = ["2026-01-02", "2026-01-08", "2026-01-20", "2026-02-10"];

/// What a generated scenario may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taste {
    /// Conditions without a probability.
    pub(super) absent: bool,
    /// Readings, and formulas that name them.
    pub(super) readings: bool,
}

/// The numbers, read one after another.
struct Tape<'a> {
    numbers: &'a [u16],
    at: usize,
}

impl Tape<'_> {
    fn next(&mut self) -> u16 {
        self.at += 1;
        self.numbers.get(self.at - 1).copied().unwrap_or(0)
    }

    fn below(&mut self, limit: usize) -> usize {
        (usize::from(self.next()) * limit) >> 16
    }

    fn small(&mut self, low: u32, high: u32) -> u32 {
        low + ((u32::from(self.next()) * (high - low + 1)) >> 16)
    }

    /// True in so many of a hundred; never from zero.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn maybe<T>(&mut self, percent: usize, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(percent).then(|| make(self))
    }

    /// Some of a list, in its order.
    fn some<T: Copy>(&mut self, of: &[T], percent: usize) -> Vec<T> {
        of.iter().copied().filter(|_| self.chance(percent)).collect()
    }
}

struct Generator<'a> {
    tape: Tape<'a>,
    taste: Taste,
    ids: Vec<&'static str>,
    case: Case,
}

/// Pools and rotations from the end of the tape, which hardly any scenario reaches.
fn pools(numbers: &[u16]) -> Vec<Option<(u32, Option<&'static str>)>> {
    let rotations = [None, Some("1"), Some("2.5"), Some("3")];
    let pool = |number: &u16| {
        let number = usize::from(*number);
        let pool = u32::try_from(number / 4 % 40).unwrap();
        (number % 4 > 0).then_some((pool, rotations[number / 160 % 4]))
    };
    numbers.iter().rev().skip(40).take(NATIONS.len()).map(pool).collect()
}

/// Makes a scenario.
pub(super) fn case(numbers: &[u16], taste: Taste) -> Case {
    let case = Case {
        scale: "icd203",
        counts_from: None,
        asked_when: None,
        given: None,
        as_of: None,
        symbols: false,
        pools: pools(numbers),
        sources: Vec::new(),
        assumptions: Vec::new(),
        entries: Vec::new(),
        requirements: Vec::new(),
        order: numbers.iter().rev().take(40).copied().collect(),
    };
    let tape = Tape { numbers, at: 0 };
    let mut generator = Generator { tape, taste, ids: IDS.to_vec(), case };
    generator.header();
    generator.assumptions();
    generator.entries();
    generator.requirements();
    generator.questions();
    generator.tamed()
}

impl Generator<'_> {
    fn header(&mut self) {
        let tape = &mut self.tape;
        self.case.symbols = tape.chance(30);
        self.case.scale = tape.pick(&["icd203", "icd203", "phia"]);
        self.case.counts_from = tape.maybe(40, |tape| tape.below(4));
        self.case.as_of = tape.maybe(30, |tape| tape.pick(&DATES));
        self.case.sources = (0..3).map(|_| tape.maybe(60, |tape| tape.pick(&DATES))).collect();
    }

    fn id(&mut self) -> &'static str {
        let at = self.tape.below(self.ids.len());
        self.ids.remove(at)
    }

    fn assumptions(&mut self) {
        let units: &[&'static str] =
            if self.taste.readings { &["", "troops", "share", "ships"] } else { &[TROOPS] };
        for &unit in units {
            if !self.tape.chance(if unit == "ships" { 20 } else { 65 }) {
                continue;
            }
            let names = ["low", "mid", "high"];
            let count = 1 + self.tape.below(names.len());
            let options = names[..count].iter().map(|name| {
                let value = match unit {
                    "" => 0,
                    "share" => self.tape.pick(&[100, 125, 250, 333]),
                    _ => self.tape.small(0, 30),
                };
                (*name, value)
            });
            let options = options.collect();
            let (id, chosen) = (self.id(), self.tape.below(count));
            self.case.assumptions.push(Assumption { id, unit, options, chosen });
        }
    }

    fn entries(&mut self) {
        let conditions = 1 + self.tape.below(6);
        let pledges = 1 + self.tape.below(6);
        let definitions = self.tape.below(3);
        let mut left = [conditions, pledges, definitions];
        self.condition();
        left[0] -= 1;
        while left.iter().sum::<usize>() > 0 {
            let mut turn = self.tape.below(left.iter().sum());
            let kind = left.iter().position(|count| {
                let here = turn < *count;
                turn = turn.saturating_sub(if here { 0 } else { *count });
                here
            });
            let kind = kind.unwrap_or(0);
            left[kind] -= 1;
            match kind {
                0 => self.condition(),
                1 => self.pledge(),
                _ => {
                    let what = What::Definition(self.formula(2));
                    self.push(what);
                }
            }
        }
    }

    fn push(&mut self, what: What) {
        let id = self.id();
        self.case.entries.push(Entry { id, what });
    }

    /// A formula over what there is so far.
    fn formula(&mut self, depth: usize) -> Formula {
        let shape = if depth == 0 { 0 } else { self.tape.below(10) };
        match shape {
            0..=3 => self.atom(),
            4 | 5 => Formula::All(self.formulas(2, depth)),
            6 | 7 => Formula::Any(self.formulas(2, depth)),
            8 => Formula::Not(Box::new(self.formula(depth - 1))),
            _ => {
                let of = self.formulas(3, depth);
                let relation =
                    self.tape.pick(&[Relation::AtLeast, Relation::AtMost, Relation::Exactly]);
                Formula::Count(relation, self.tape.below(of.len() + 1), of)
            }
        }
    }

    fn formulas(&mut self, least: usize, depth: usize) -> Vec<Formula> {
        let count = least + self.tape.below(2);
        (0..count).map(|_| self.formula(depth - 1)).collect()
    }

    fn atom(&mut self) -> Formula {
        if self.tape.chance(4) {
            return Formula::Constant(self.tape.chance(50));
        }
        let readings: Vec<usize> = self.readings().collect();
        if !readings.is_empty() && self.tape.chance(15) {
            let at = self.tape.pick(&readings);
            let options = self.case.assumptions[at].options.len();
            return Formula::Reads(at, self.tape.below(options));
        }
        if self.case.entries.is_empty() {
            return Formula::Constant(true);
        }
        let at = self.tape.below(self.case.entries.len());
        let outcomes = self.case.entries[at].condition().map_or(0, |c| c.outcomes.len());
        if outcomes > 0 { Formula::Ends(at, self.tape.below(outcomes)) } else { Formula::Entry(at) }
    }

    fn readings(&self) -> impl Iterator<Item = usize> {
        let all = self.case.assumptions.iter().enumerate();
        all.filter(|(_, assumption)| assumption.unit.is_empty()).map(|(at, _)| at)
    }

    fn condition(&mut self) {
        let first = self.case.entries.is_empty();
        let outcomes: Vec<&'static str> = match self.tape.below(4) {
            0..=2 => Vec::new(),
            _ => ["thaw", "frost", "mist"][..2 + self.tape.below(2)].to_vec(),
        };
        let requires = if first { None } else { self.requires() };
        let mut clauses = Vec::new();
        if !first && self.tape.chance(40) {
            for _ in 0..=self.tape.below(2) {
                let when = Some(self.formula(1));
                clauses.push(Clause { when, chances: self.chances(outcomes.len()) });
            }
        }
        let mut chances = self.chances(outcomes.len());
        if self.taste.absent && clauses.is_empty() && outcomes.is_empty() && self.tape.chance(40) {
            chances.clear();
        }
        clauses.push(Clause { when: None, chances });
        let plain = outcomes.is_empty();
        let otherwise = if plain { 0 } else { self.tape.below(outcomes.len()) };
        self.push(What::Condition(Condition { outcomes, clauses, requires, otherwise }));
    }

    fn requires(&mut self) -> Option<Formula> {
        self.tape.chance(35).then(|| self.formula(1))
    }

    fn chances(&mut self, outcomes: usize) -> Vec<Stated> {
        use Stated::{Number, Range};
        match outcomes {
            0 => vec![self.stated()],
            2 => self
                .tape
                .pick(&[
                    [Number(50), Number(50)],
                    [Number(30), Number(70)],
                    [Range(20, 40), Range(60, 80)],
                    [Number(0), Number(100)],
                    [Number(95), Number(5)],
                ])
                .to_vec(),
            _ => self
                .tape
                .pick(&[
                    [Number(20), Number(30), Number(50)],
                    [Number(45), Number(0), Number(55)],
                    [Range(5, 15), Number(60), Range(20, 40)],
                    [Number(90), Number(7), Number(3)],
                ])
                .to_vec(),
        }
    }

    fn stated(&mut self) -> Stated {
        match self.tape.below(8) {
            0..=3 => Stated::Number(self.tape.pick(&[50, 30, 60, 5, 95, 25, 10, 87, 1])),
            4 | 5 => {
                let words: &[_] = if self.case.scale == "phia" { &PHIA } else { &ICD_203 };
                let (word, low, high) = self.tape.pick(words);
                Stated::Word(word, low, high)
            }
            6 => {
                let low = self.tape.small(0, 60);
                Stated::Range(low, low + self.tape.small(0, 40))
            }
            _ => Stated::Number(self.tape.pick(&[0, 100])),
        }
    }

    fn pledge(&mut self) {
        let force = !self.tape.chance(20);
        let kinds = ["monitoring", "enabler", "facility", "capacity", "guarantee", "political"];
        let kind = if force { "force" } else { self.tape.pick(&kinds) };
        let unit = if force && !self.tape.chance(10) { TROOPS } else { "ships" };
        let size = self.size(unit);
        let domains = ["land", "sea", "air", "joint", "unstated"];
        let basings = ["ukr", "pol", "black_sea", "unstated"];
        let when = if self.tape.chance(85) { self.formula(2) } else { Formula::Constant(true) };
        let pledge = Pledge {
            nations: self.nations(size),
            kind,
            unit,
            domain: domains[self.tape.below(7).saturating_sub(2)],
            basing: basings[self.tape.below(7).saturating_sub(3)],
            stage: if self.tape.chance(8) { 6 + self.tape.below(2) } else { self.tape.below(6) },
            on: self.tape.maybe(30, |tape| tape.pick(&DATES)),
            sources: self.tape.some(&[0, 1, 2], 15),
            when,
            called_by: self.tape.chance(15).then(|| self.formula(1)),
            size,
            size_is_assumed: self.tape.chance(40),
        };
        self.push(What::Pledge(pledge));
    }

    fn nations(&mut self, size: Size) -> Vec<(&'static str, u32)> {
        let ids = NATIONS.map(|(id, _)| id);
        let first = self.tape.below(ids.len());
        let nation = |step: usize| ids[(first + step) % ids.len()];
        let parts: &[u32] = match self.tape.below(7) {
            0..=3 => &[WHOLE],
            4 => &[500, 500],
            5 => &[333, 667],
            _ => &[250, 500, 250],
        };
        let unknown = matches!(size, Size::Unknown) && parts.len() > 1;
        let part = |part: u32| if unknown { 0 } else { part };
        parts.iter().enumerate().map(|(at, share)| (nation(at), part(*share))).collect()
    }

    fn size(&mut self, unit: &str) -> Size {
        let tape = &mut self.tape;
        let shape = tape.below(12);
        let low = tape.small(0, 12);
        match shape {
            0..=2 => Size::Fixed(low),
            3 | 4 => Size::Range(low, low + tape.small(0, 5)),
            5 | 6 => {
                let width = tape.small(1, 6);
                Size::Pert(low, low + tape.small(0, width), low + width)
            }
            7 => Size::Unknown,
            _ => self.share(unit).unwrap_or(Size::Fixed(low)),
        }
    }

    /// A share that leaves the sum of shares at one or less, whatever is chosen.
    fn share(&mut self, unit: &str) -> Option<Size> {
        let assumptions = &self.case.assumptions;
        let of = assumptions.iter().position(|assumption| assumption.unit == unit)?;
        let by = assumptions.iter().position(|assumption| assumption.unit == "share");
        let most = |at: usize| assumptions[at].options.iter().map(|(_, value)| *value).max();
        let taken = |size: Size| match size {
            Size::Share(share, _) => share,
            Size::SharedBy(by, _) => most(by).unwrap_or(0),
            _ => 0,
        };
        let members = self.case.pledges().map(|(_, _, pledge)| pledge.size);
        let members: Vec<Size> = members.filter(|size| size.of() == Some(of)).collect();
        let left = WHOLE - members.iter().map(|size| taken(*size)).sum::<u32>();
        let rest = members.iter().any(|size| matches!(size, Size::Rest(_)));
        match (self.tape.below(4), by) {
            (2, _) if !rest => Some(Size::Rest(of)),
            (3, Some(by)) if most(by)? <= left => Some(Size::SharedBy(by, of)),
            _ => {
                let share = self.tape.pick(&[500, 250, 125, 333, 600]);
                (share <= left).then_some(Size::Share(share, of))
            }
        }
    }

    fn requirements(&mut self) {
        for _ in 0..self.tape.below(3) {
            let needs = self.tape.chance(50).then(|| self.formula(2));
            let always = needs.is_none();
            let floor = (always || self.tape.chance(75)).then(|| self.tape.small(0, 25));
            let asked_when = self.tape.chance(30).then(|| self.formula(1));
            let (id, tape) = (self.id(), &mut self.tape);
            let mut basings = tape.some(&BASINGS.map(|(id, _)| id), 25);
            basings.extend(tape.chance(10).then_some("unstated"));
            self.case.requirements.push(Requirement {
                id,
                floor,
                unit: if tape.chance(12) { "ships" } else { TROOPS },
                basings,
                domains: tape.some(&["land", "sea", "air", "unstated"], 20),
                nations: tape.some(&NATIONS.map(|(id, _)| id), 20),
                needs,
                asked_when,
            });
        }
    }

    fn questions(&mut self) {
        self.case.asked_when = self.tape.chance(60).then(|| self.formula(1));
        self.case.given = self.tape.chance(35).then(|| self.formula(1));
    }

    /// Random sizes become fixed until there are few enough combinations.
    fn tamed(self) -> Case {
        let mut case = self.case;
        let worlds: usize = case.conditions().map(|(_, _, c)| c.options()).product();
        let mut combinations = worlds;
        for entry in &mut case.entries {
            let What::Pledge(pledge) = &mut entry.what else { continue };
            let (Size::Range(low, high) | Size::Pert(low, _, high)) = pledge.size else {
                continue;
            };
            combinations *= (high - low + 1) as usize;
            if combinations > MOST_COMBINATIONS {
                combinations /= (high - low + 1) as usize;
                pledge.size = Size::Fixed(high);
            }
        }
        case
    }
}
