//! What is asked of a method, and what it answers.
//!
//! In: nodes, sums and floors of a `Model`. Out: for each question an answer, in the same order, or
//! none where the question is beyond the method's reach. Every figure of the tables is made of
//! these; each method (`exact`, `sampled`, the listing of worlds in the tests) answers all of them,
//! so that one can stand in for another, question by question. All answers are given the evidence.

use crate::law::{self, Law};
use crate::model::{Model, NodeId, Sum};
pub use crate::outcomes::Estimate;
use std::cmp::{Ordering, Reverse};

/// Everything that is asked of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Questions {
    /// P(a formula).
    pub nodes: Vec<NodeId>,
    /// P(each option of a variable).
    pub variables: Vec<usize>,
    /// The distribution of a sum.
    pub laws: Vec<LawQuestion>,
    /// Whether a sum reaches a floor.
    pub floors: Vec<FloorQuestion>,
    /// The sets of pledges that are active together.
    pub sets: Vec<SetsQuestion>,
}

impl Questions {
    /// The questions that were not answered.
    #[must_use]
    pub fn open(&self, answers: &Answers) -> Self {
        Self {
            nodes: unanswered(&self.nodes, &answers.nodes),
            variables: unanswered(&self.variables, &answers.variables),
            laws: unanswered(&self.laws, &answers.laws),
            floors: unanswered(&self.floors, &answers.floors),
            sets: unanswered(&self.sets, &answers.sets),
        }
    }

    /// Every formula that some question mentions, and the evidence, in rising order.
    pub fn roots(&self, model: &Model) -> Vec<NodeId> {
        let sums = self.laws.iter().map(|question| &question.sum);
        let sums = sums.chain(self.floors.iter().map(|question| &question.sum));
        let summed = sums.flatten().map(|term| term.pledge);
        let pledges =
            summed.chain(self.sets.iter().flat_map(|question| &question.pledges).copied());
        let mut roots: Vec<NodeId> = pledges.map(|pledge| model.pledges[pledge].active).collect();
        roots.push(model.evidence);
        roots.extend(&self.nodes);
        roots.extend(self.laws.iter().filter_map(|question| question.given));
        roots.extend(self.floors.iter().filter_map(|question| question.given));
        roots.extend(self.floors.iter().map(|question| question.needs));
        roots.extend(self.sets.iter().filter_map(|question| question.given));
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// How many questions there are.
    pub fn len(&self) -> usize {
        let sums = self.laws.len() + self.floors.len() + self.sets.len();
        self.nodes.len() + self.variables.len() + sums
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn unanswered<Q: Clone, A>(questions: &[Q], answers: &[Option<A>]) -> Vec<Q> {
    let pairs = questions.iter().zip(answers);
    pairs.filter(|(_, answer)| answer.is_none()).map(|(question, _)| question.clone()).collect()
}

/// The distribution of a sum, given a formula or everywhere.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct LawQuestion {
    /// What is summed.
    pub sum: Sum,
    /// What is given.
    pub given: Option<NodeId>,
}

/// Whether a sum reaches a floor while a formula holds, given another or everywhere.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct FloorQuestion {
    /// What is summed.
    pub sum: Sum,
    /// How much it must be; 0 always is.
    pub floor: u64,
    /// What must hold too.
    pub needs: NodeId,
    /// What is given.
    pub given: Option<NodeId>,
}

/// The distinct sets of active pledges among some.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct SetsQuestion {
    /// The pledges, by dense id in rising order.
    pub pledges: Vec<usize>,
    /// Each set's probability is also wanted given this.
    pub given: Option<NodeId>,
    /// The most sets to answer with, the most probable ones; all where it is none.
    pub top: Option<usize>,
}

/// The answers, each list in the order of its questions; none where a question is out of reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// To `nodes`.
    pub nodes: Vec<Option<Estimate>>,
    /// To `variables`: one for each option.
    pub variables: Vec<Option<Vec<Estimate>>>,
    /// To `laws`.
    pub laws: Vec<Option<LawAnswer>>,
    /// To `floors`.
    pub floors: Vec<Option<FloorAnswer>>,
    /// To `sets`.
    pub sets: Vec<Option<SetsAnswer>>,
}

impl Answers {
    /// No answer to any question.
    pub fn none(questions: &Questions) -> Self {
        Self {
            nodes: vec![None; questions.nodes.len()],
            variables: vec![None; questions.variables.len()],
            laws: vec![None; questions.laws.len()],
            floors: vec![None; questions.floors.len()],
            sets: vec![None; questions.sets.len()],
        }
    }

    /// Puts the answers to what was open into the gaps.
    pub fn fill(&mut self, others: Self) {
        fill(&mut self.nodes, others.nodes);
        fill(&mut self.variables, others.variables);
        fill(&mut self.laws, others.laws);
        fill(&mut self.floors, others.floors);
        fill(&mut self.sets, others.sets);
    }
}

fn fill<A>(answers: &mut [Option<A>], others: Vec<Option<A>>) {
    let gaps = answers.iter_mut().filter(|answer| answer.is_none());
    gaps.zip(others).for_each(|(gap, other)| *gap = other);
}

/// A distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct LawAnswer {
    /// The distribution; none where what is given cannot happen.
    pub law: Option<Law>,
    /// The smallest and the largest possible value; none where that is not known.
    pub ends: Option<(u64, u64)>,
    /// The standard error of its mean; none where it is exact.
    pub mean_error: Option<f64>,
    /// How many sampled worlds it rests on; none where it is exact.
    pub samples: Option<u64>,
}

/// How a sum stands to a floor; each none where what is given cannot happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FloorAnswer {
    /// P(sum >= floor and needs).
    pub met: Option<Estimate>,
    /// E[max(0, floor - sum)], whatever `needs` says.
    pub shortfall: Option<Estimate>,
}

/// The distinct sets, in their [`SetAnswer::order`].
#[derive(Clone, Debug, PartialEq)]
pub struct SetsAnswer {
    /// The sets.
    pub sets: Vec<SetAnswer>,
    /// The probability of all sets that are not among them, 0 where all are.
    pub left_out: f64,
}

/// A set of active pledges.
#[derive(Clone, Debug, PartialEq)]
pub struct SetAnswer {
    /// The pledges, by dense id in rising order.
    pub pledges: Vec<usize>,
    /// P(just these are active).
    pub probability: Estimate,
    /// The same, given what the question gives; none without it, or where it cannot happen.
    pub when_given: Option<Estimate>,
}

impl SetAnswer {
    /// Most probable first; among those that differ by rounding alone, fewer pledges first, then
    /// by their ids.
    pub fn order(&self, other: &Self) -> Ordering {
        let rank = |set: &Self| Reverse(law::coarse(set.probability.value));
        let order = rank(self).cmp(&rank(other));
        let order = order.then(self.pledges.len().cmp(&other.pledges.len()));
        order.then_with(|| self.pledges.cmp(&other.pledges))
    }
}

#[cfg(test)]
mod tests {
    use super::{Answers, LawQuestion, Questions, SetAnswer, SetsQuestion};
    use crate::outcomes::Estimate;

    #[test]
    fn questions_of_every_kind_are_counted_and_what_is_open_asked_again() {
        let law = LawQuestion { sum: Vec::new(), given: None };
        let sets = SetsQuestion { pledges: Vec::new(), given: None, top: None };
        let mut asked =
            Questions { nodes: vec![1, 2, 3], variables: vec![5, 6], ..Questions::default() };
        assert!(!asked.is_empty());
        assert_eq!(asked.len(), 5);
        asked.laws = vec![law; 7];
        asked.sets = vec![sets; 11];
        assert_eq!(asked.len(), 23);
        assert!(Questions::default().is_empty());
        let mut answers = Answers::none(&asked);
        assert_eq!(asked.open(&answers), asked);
        answers.nodes[1] = Some(Estimate::exact(0.5));
        let open = asked.open(&answers);
        assert_eq!((open.nodes.as_slice(), open.len()), ([1, 3].as_slice(), 22));
        let mut others = Answers::none(&open);
        others.nodes = vec![None, Some(Estimate::exact(0.25))];
        answers.fill(others);
        let values = answers.nodes.iter().map(|found| found.map(|found| found.value));
        assert_eq!(values.collect::<Vec<_>>(), [None, Some(0.5), Some(0.25)]);
    }

    #[test]
    fn sets_are_ordered_by_probability_then_size_then_pledges() {
        let set = |probability: f64, pledges: &[usize]| SetAnswer {
            pledges: pledges.to_vec(),
            probability: Estimate::exact(probability),
            when_given: None,
        };
        let sorted = [
            set(0.5, &[4, 5, 6]),
            set(0.25, &[3]),
            set(0.25, &[0, 1]),
            set(0.25, &[0, 2]),
            set(0.125, &[]),
        ];
        for (at, one) in sorted.iter().enumerate() {
            for (other_at, other) in sorted.iter().enumerate() {
                assert_eq!(one.order(other), at.cmp(&other_at));
            }
        }
    }
}
