//! What is counted in each world, and which counts answer which question.
//!
//! In: a `Model` and `Questions`. Out: a `Plan`. What several questions share is counted once:
//! events, patterns of activity, totals of drawn sums, their histograms.

use super::patterns::{Few, Pattern};
use super::sets::Sets;
use super::sizes::{Drawn, DrawnSum};
use super::worlds::{ALWAYS, Program, Slot};
use crate::evaluate::question::{FloorQuestion, LawQuestion, Questions, SetsQuestion};
use crate::evaluate::sums;
use crate::law::Law;
use crate::model::{Model, NodeId, Sum};
use std::collections::BTreeMap;

/// The most bins of all histograms of a thread together: 64 MB.
const MOST_BINS: u64 = 1 << 22;

/// What a floor of 0 needs to know.
static NOTHING: Sum = Vec::new();

/// The event of every accepted world.
pub(super) const EVERYTHING: usize = 0;

/// All that is counted. The numbers of a tally are first those of the events, then those of
/// patterns, floors and histograms, wherever each starts.
#[derive(Debug)]
pub(super) struct Plan {
    /// How worlds are drawn.
    pub(super) program: Program,
    /// Where the evidence is.
    pub(super) evidence: Slot,
    /// Two words that must hold.
    pub(super) events: Vec<[Slot; 2]>,
    /// Patterns of the sums that are not drawn.
    pub(super) patterns: Vec<Pattern>,
    /// Sums that are not drawn.
    pub(super) few: Vec<Few>,
    /// Sums that are.
    pub(super) drawn: Drawn,
    /// Their floors.
    pub(super) floors: Vec<DrawnFloor>,
    /// Their histograms.
    pub(super) histograms: Vec<Histogram>,
    /// Sets of active pledges.
    pub(super) sets: Vec<Sets>,
    /// How many numbers a tally has.
    pub(super) numbers: usize,
    /// Where the answers are.
    pub(super) replies: Replies,
}

/// A floor of a drawn sum: in how many worlds of an event it is reached.
#[derive(Debug)]
pub(super) struct DrawnFloor {
    /// Which drawn sum.
    pub(super) sum: usize,
    /// How much it must be.
    pub(super) floor: u64,
    /// The events, each with its number.
    pub(super) events: Vec<(usize, usize)>,
}

/// How often each total came up in an event: bins of `1 << shift` totals, the first of just the
/// smallest. Wide bins also know their mean.
#[derive(Debug)]
pub(super) struct Histogram {
    /// Which drawn sum.
    pub(super) sum: usize,
    /// Which event.
    pub(super) event: usize,
    /// The smallest total.
    pub(super) low: u64,
    /// How wide a bin is.
    pub(super) shift: u32,
    /// How many bins there are.
    pub(super) bins: usize,
    /// The first of its numbers.
    pub(super) start: usize,
}

/// For each question where its answer is.
#[derive(Debug, Default)]
pub(super) struct Replies {
    /// The event of each node.
    pub(super) nodes: Vec<usize>,
    /// The events of each variable's options but the first.
    pub(super) variables: Vec<Vec<usize>>,
    /// The source of each law.
    pub(super) laws: Vec<Source>,
    /// Those of each floor.
    pub(super) floors: Vec<FloorSource>,
}

/// What a distribution is made of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// A sum that is not drawn, and its pattern.
    Few { few: usize, pattern: usize },
    /// A histogram.
    Drawn { histogram: usize },
}

/// What the figures of a floor are made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct FloorSource {
    /// The event given.
    pub(super) given: usize,
    /// The sum where that holds.
    pub(super) all: Source,
    /// Where what is needed holds too: the pattern, or the number of worlds that reach it.
    pub(super) met: usize,
}

/// Which way a sum goes.
#[derive(Clone, Copy, Debug)]
enum Form {
    Few(usize),
    Drawn(usize),
}

struct Builder<'a> {
    model: &'a Model,
    laws: Vec<Option<Law>>,
    program: Program,
    events: Interned<[Slot; 2]>,
    patterns: Interned<(Vec<Slot>, usize)>,
    forms: BTreeMap<&'a Sum, Form>,
    few: Vec<Few>,
    drawn: Vec<Sum>,
    floors: Interned<(usize, u64, usize)>,
    histograms: Interned<(usize, usize)>,
}

/// Things in the order in which they were first named.
#[derive(Debug)]
struct Interned<Key>(Vec<Key>, BTreeMap<Key, usize>);

impl<Key: Clone + Ord> Interned<Key> {
    fn new() -> Self {
        Self(Vec::new(), BTreeMap::new())
    }

    fn of(&mut self, key: Key) -> usize {
        let Self(keys, known) = self;
        *known.entry(key).or_insert_with_key(|key| {
            keys.push(key.clone());
            keys.len() - 1
        })
    }
}

impl Plan {
    /// Plans how to answer some questions.
    pub(super) fn new(model: &Model, questions: &Questions) -> Self {
        let mut builder = Builder {
            model,
            laws: sums::size_laws(model),
            program: Program::new(model, &questions.roots(model), &questions.variables),
            events: Interned::new(),
            patterns: Interned::new(),
            forms: BTreeMap::new(),
            few: Vec::new(),
            drawn: Vec::new(),
            floors: Interned::new(),
            histograms: Interned::new(),
        };
        builder.events.of([ALWAYS; 2]);
        let replies = builder.replies(questions);
        let sets = questions.sets.iter().map(|question| builder.sets(question)).collect();
        builder.plan(replies, sets)
    }
}

impl<'a> Builder<'a> {
    fn replies(&mut self, questions: &'a Questions) -> Replies {
        let nodes = questions.nodes.iter().map(|node| self.event(Some(*node), None)).collect();
        let variables = questions.variables.iter().map(|variable| {
            let options = 1..self.model.variables[*variable].options;
            let slots = options.map(|option| [self.program.option(*variable, option), ALWAYS]);
            slots.map(|slots| self.events.of(slots)).collect()
        });
        let variables = variables.collect();
        let laws = questions.laws.iter().map(|question| self.law(question)).collect();
        let floors = questions.floors.iter().map(|question| self.floor(question)).collect();
        Replies { nodes, variables, laws, floors }
    }

    fn event(&mut self, given: Option<NodeId>, needs: Option<NodeId>) -> usize {
        let mut slots = [given, needs].map(|node| node.map_or(ALWAYS, |n| self.program.node(n)));
        slots.sort_unstable();
        self.events.of(slots)
    }

    fn law(&mut self, question: &'a LawQuestion) -> Source {
        let event = self.event(question.given, None);
        self.source(&question.sum, event)
    }

    fn source(&mut self, sum: &'a Sum, event: usize) -> Source {
        match self.form(sum) {
            Form::Few(few) => Source::Few { few, pattern: self.pattern(few, event) },
            Form::Drawn(sum) => Source::Drawn { histogram: self.histograms.of((sum, event)) },
        }
    }

    fn floor(&mut self, question: &'a FloorQuestion) -> FloorSource {
        let given = self.event(question.given, None);
        let needed = self.event(question.given, Some(question.needs));
        let sum = if question.floor == 0 { &NOTHING } else { &question.sum };
        let all = self.source(sum, given);
        let met = match self.form(sum) {
            Form::Few(few) => self.pattern(few, needed),
            Form::Drawn(sum) => self.floors.of((sum, question.floor, needed)),
        };
        FloorSource { given, all, met }
    }

    fn pattern(&mut self, few: usize, event: usize) -> usize {
        self.patterns.of((self.few[few].slots.clone(), event))
    }

    fn form(&mut self, sum: &'a Sum) -> Form {
        if let Some(form) = self.forms.get(sum) {
            return *form;
        }
        let slot = |node| self.program.node(node);
        let form = if let Some(few) = Few::of(self.model, &self.laws, sum, slot) {
            self.few.push(few);
            Form::Few(self.few.len() - 1)
        } else {
            self.drawn.push(sum.clone());
            Form::Drawn(self.drawn.len() - 1)
        };
        self.forms.insert(sum, form);
        form
    }

    fn sets(&mut self, question: &SetsQuestion) -> Sets {
        let active = |pledge: &usize| self.program.node(self.model.pledges[*pledge].active);
        let active = question.pledges.iter().map(active).collect();
        Sets { active, given: question.given.map(|given| self.event(Some(given), None)) }
    }

    /// Gives everything its numbers.
    fn plan(self, mut replies: Replies, sets: Vec<Sets>) -> Plan {
        let slot = |node| self.program.node(node);
        let drawn = Drawn::new(self.model, &self.laws, &self.drawn, slot);
        let mut numbers = self.events.0.len();
        let mut patterns: Vec<Pattern> = Vec::new();
        for (slots, event) in self.patterns.0 {
            patterns.push(Pattern { slots, event, start: numbers });
            numbers += patterns.last().map_or(0, Pattern::len);
        }
        let first_floor = numbers;
        let mut floors: BTreeMap<(usize, u64), Vec<(usize, usize)>> = BTreeMap::new();
        for (sum, floor, event) in self.floors.0 {
            floors.entry((sum, floor)).or_default().push((event, numbers));
            numbers += 1;
        }
        for reply in &mut replies.floors {
            if matches!(reply.all, Source::Drawn { .. }) {
                reply.met += first_floor;
            }
        }
        let floors = floors.into_iter();
        let histograms = histograms(&drawn.sums, &self.histograms.0, &mut numbers);
        Plan {
            evidence: self.program.node(self.model.evidence),
            events: self.events.0,
            patterns,
            few: self.few,
            drawn,
            floors: floors
                .map(|((sum, floor), events)| DrawnFloor { sum, floor, events })
                .collect(),
            histograms,
            sets,
            numbers,
            replies,
            program: self.program,
        }
    }
}

/// Lays histograms out: the bins of the widest are as wide as it takes for all to have room.
fn histograms(sums: &[DrawnSum], wanted: &[(usize, usize)], numbers: &mut usize) -> Vec<Histogram> {
    let spans: Vec<u64> = wanted.iter().map(|(sum, _)| sums[*sum].high - sums[*sum].low).collect();
    let fits = |most: &u64| spans.iter().map(|span| span.min(most) + 1).sum::<u64>() <= MOST_BINS;
    let most = (4..=22).rev().map(|bits| 1 << bits).find(fits).unwrap_or(1 << 4);
    let lay_out = |(&(sum, event), span): (&(usize, usize), &u64)| {
        let width = |shift: u32| (span + (1 << shift) - 1) >> shift;
        let shift = (0..40).find(|shift| width(*shift) <= most).unwrap_or(40);
        let bins = usize::try_from(width(shift)).unwrap_or(0) + 1;
        let start = *numbers;
        *numbers += if shift == 0 { bins } else { 2 * bins };
        Histogram { sum, event, low: sums[sum].low, shift, bins, start }
    };
    wanted.iter().zip(&spans).map(lay_out).collect()
}

#[cfg(test)]
mod tests {
    use super::{FloorQuestion, LawQuestion, Plan, Questions};
    use crate::model::{Model, Node, Size, Sum};

    /// So many conditions with a pledge of this size each, the sum of which is asked for given any of some
    /// conditions.
    fn plan(pledges: usize, size: u64, given: usize) -> Plan {
        let mut model = Model::sketch(vec![Node::Constant(true)], &vec![2; pledges]);
        let mut sum = Sum::new();
        for variable in 0..pledges {
            let active = model.is(variable);
            sum.push(model.pledge(active, Size::Fixed(size)));
        }
        let law = |given| LawQuestion { sum: sum.clone(), given: Some(given) };
        let floor = FloorQuestion { sum: sum.clone(), floor: 9, needs: 0, given: Some(1) };
        let laws = (1..=given).map(law).collect();
        Plan::new(&model, &Questions { laws, floors: vec![floor], ..Questions::default() })
    }

    #[test]
    fn sums_of_nine_activities_are_drawn_and_those_of_eight_are_not() {
        assert!(plan(8, 1, 1).histograms.is_empty());
        assert_eq!(plan(9, 1, 1).histograms.len(), 1);
    }

    #[test]
    fn bins_are_as_wide_as_it_takes_for_all_to_have_room() {
        // Sixteen pledges: the largest total is sixteen times the size.
        for (size, given, shift, bins) in [
            (1 << 16, 1, 0, (1 << 20) + 1),
            ((1 << 18) - 1, 1, 0, (1 << 22) - 15),
            (1 << 18, 1, 1, (1 << 21) + 1),
            (1 << 18, 3, 2, (1 << 20) + 1),
            (1 << 14, 15, 0, (1 << 18) + 1),
            (1 << 14, 16, 1, (1 << 17) + 1),
            ((1 << 18) + 1, 1, 2, (1 << 20) + 5),
        ] {
            let plan = plan(16, size, given);
            let mut start = plan.numbers;
            for histogram in plan.histograms.iter().rev() {
                assert_eq!((histogram.shift, histogram.bins), (shift, bins), "{size} {given}");
                start -= if shift == 0 { bins } else { 2 * bins };
                assert_eq!(histogram.start, start);
            }
            assert_eq!(plan.histograms.len(), given);
            assert_eq!(
                plan.floors[0].events[0].1,
                start - 1,
                "the number before is that of the floor"
            );
        }
    }
}
