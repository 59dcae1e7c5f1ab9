//! The stage evaluate: a `Model` becomes `Outcomes`.
//!
//! In: nodes, variables, sizes and sums. Out: every figure of the tables that is asked for. The
//! figures are put as `question`s; `exact` answers what it can within a budget of work, `sampled`
//! the rest, and `assemble` turns the answers into `Outcomes`. What is no question (the most
//! probable worlds, gates, ways to a force) has a file of its own. Nothing fails here unless exact
//! figures are insisted upon.

pub mod bits;
pub mod question;

pub mod diagram;
pub mod factors;
pub mod modules;
pub mod order;
pub mod paths;
pub mod polarity;
pub mod portfolio;
pub mod support;

pub mod program;
pub mod traverse;

pub mod contexts;

pub mod spectral;
pub mod weights;

pub mod distribution;
pub mod sets;
pub mod sums;

pub mod rings;

pub mod reach;
pub mod responses;

pub mod evidence;
pub mod exact;
pub mod intervention;

pub mod choices;
pub mod families;
pub mod implicant;
pub mod primes;
pub mod threshold;

pub mod bring_about;
pub mod prerequisites;

pub mod ranges;
pub mod swings;

pub mod dependence;
pub mod simplex;

pub mod deciding;
pub mod gates;
pub mod likely;
pub mod stream;

pub mod sampled;
pub mod verify;

mod assemble;

use crate::law::Law;
use crate::model::{Contributor, Model, NodeId, Pledge};
use crate::outcomes::{Estimate, Outcomes, Role, Sampling};
use assemble::{Answered, Assembly};
use diagram::{OverBudget, Spent};
use question::{Answers, FloorQuestion, LawQuestion, Questions, SetsQuestion};
use verify::Comparison;

/// What the caller wants.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Which results.
    pub parts: Parts,
    /// The most worlds to return; all where it is none.
    pub top: Option<usize>,
    /// The most distinct forces to explain and return; all where it is none.
    pub top_forces: Option<usize>,
    /// Which of the sets that decide requirements.
    pub sets: SetLimits,
    /// How they are found.
    pub effort: Effort,
}

/// Which of the minimal sets that decide a requirement are found and returned.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SetLimits {
    /// How many conditions a set may have.
    pub max_size: MaxSize,
    /// The most sets to return for each requirement; all where it is none.
    pub top: Option<usize>,
    /// One such part of the budget may be spent on them.
    pub part: u64,
}

/// How many conditions a set may have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MaxSize {
    /// So many more than the smallest.
    SmallestAnd(u32),
    /// So many.
    AtMost(u32),
    /// Any number.
    All,
}

impl Default for SetLimits {
    fn default() -> Self {
        Self { max_size: MaxSize::SmallestAnd(2), top: Some(SETS), part: 1 }
    }
}

/// How many sets are returned for each requirement by default.
pub const SETS: usize = 100;

impl Settings {
    /// Some results with the usual effort, and of lists only the first entry.
    pub fn new(parts: Parts) -> Self {
        let (sets, effort) = (SetLimits::default(), Effort::default());
        Self { parts, top: Some(1), top_forces: Some(1), sets, effort }
    }
}

/// How figures are found, and how much that may cost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Effort {
    /// Exactly or by sampling.
    pub choice: Choice,
    /// How much work may be spent on exact figures, in operations on diagrams.
    pub budget: u64,
    /// What is drawn where figures are sampled.
    pub sampling: Sampling,
}

impl Default for Effort {
    fn default() -> Self {
        let sampling = Sampling { samples: SAMPLES, seed: 1 };
        Self { choice: Choice::Auto, budget: BUDGET, sampling }
    }
}

/// The work that is spent on exact figures by default: a few seconds and less than 2 GB.
pub const BUDGET: u64 = 30_000_000;

/// How many worlds are drawn by default.
pub const SAMPLES: u64 = 4_000_000;

/// How figures are found.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Choice {
    /// Exactly where the budget allows, else sampled.
    #[default]
    Auto,
    /// Exactly or not at all.
    Exact,
    /// Sampled.
    Sampled,
}

/// Which results are wanted; the others are left empty.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "a set of independent parts")]
pub struct Parts {
    /// The most probable worlds.
    pub worlds: bool,
    /// The distinct forces.
    pub forces: bool,
    /// The totals.
    pub totals: bool,
    /// The cells of the posture.
    pub cells: bool,
    /// What each nation is left with, from headline to sustained.
    pub contributors: bool,
    /// The requirements.
    pub requirements: bool,
    /// Conditions and pledges: marginals and activity.
    pub marginals: bool,
    /// The part that each condition plays for each pledge.
    pub gates: bool,
    /// How results answer to how each condition ends.
    pub responses: bool,
    /// The ranges of requirements and totals, of those of both that are wanted.
    pub ranges: bool,
    /// The sets of conditions that are enough for each requirement.
    pub unlock: bool,
    /// The sets that rule each requirement out.
    pub block: bool,
}

impl Parts {
    /// All of them.
    pub const ALL: Self = Self {
        worlds: true,
        forces: true,
        totals: true,
        cells: true,
        contributors: true,
        requirements: true,
        marginals: true,
        gates: true,
        responses: true,
        ranges: true,
        unlock: true,
        block: true,
    };

    /// None of them.
    pub const NONE: Self = Self {
        worlds: false,
        forces: false,
        totals: false,
        cells: false,
        contributors: false,
        requirements: false,
        marginals: false,
        gates: false,
        responses: false,
        ranges: false,
        unlock: false,
        block: false,
    };
}

/// Evaluates a model. Over budget only where exact figures are insisted upon.
pub fn evaluate(model: &Model, settings: Settings) -> Spent<Outcomes> {
    let laws = sums::size_laws(model);
    let questions = questions(model, settings);
    let answers = answers(model, &laws, &questions, settings.effort)?;
    let answered = Answered { model, questions: &questions, answers: &answers };
    let mut outcomes = Assembly::new(model, &laws, answered, settings).outcomes();
    let unlisted = settings.parts.worlds && outcomes.worlds_possible.is_none();
    let unknown = outcomes.gates.iter().flatten().any(|role| *role == Role::Unknown);
    let silent = settings.parts.responses && outcomes.responses.missing() > 0;
    let undecided = outcomes.unlock.iter().chain(&outcomes.block).any(Option::is_none);
    if settings.effort.choice == Choice::Exact && (unlisted || unknown || silent || undecided) {
        return Err(OverBudget);
    }
    outcomes.unanswered += usize::from(unlisted);
    Ok(outcomes)
}

/// Answers by the chosen method; what is beyond the budget is sampled where that is allowed.
fn answers(
    model: &Model,
    laws: &[Option<Law>],
    questions: &Questions,
    effort: Effort,
) -> Spent<Answers> {
    if effort.choice == Choice::Sampled {
        return Ok(sampled::answer(model, questions, effort.sampling));
    }
    let mut answers = exact::answer(model, laws, questions, effort.budget);
    let open = questions.open(&answers);
    if open.is_empty() {
        return Ok(answers);
    }
    if effort.choice == Choice::Exact {
        return Err(OverBudget);
    }
    answers.fill(sampled::answer(model, &open, effort.sampling));
    Ok(answers)
}

/// Whether requirements are met, everywhere and when anyone asks, and whether pledges are active: a
/// few figures of one model among many, which `study::diff` asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// For each requirement asked about, P(met) and P(met, given that anyone asks).
    pub met: Vec<[Option<Estimate>; 2]>,
    /// For each pledge asked about, P(active).
    pub active: Vec<Option<Estimate>>,
}

/// Finds such figures by dense ids. Over budget only where exact figures are insisted upon.
pub fn figures(
    model: &Model,
    requirements: &[usize],
    pledges: &[usize],
    effort: Effort,
) -> Spent<Figures> {
    let mut questions = Questions::default();
    let active = |pledge: &usize| model.pledges[*pledge].active;
    questions.nodes.extend(pledges.iter().map(active));
    let asked = |at: usize| model.floors[at].asked.map(|asked| model.asked[asked]);
    for &at in requirements {
        questions.floors.push(floor_question(model, at, None));
        questions.floors.extend(asked(at).map(|asked| floor_question(model, at, Some(asked))));
    }
    only_stated(model, &mut questions);
    let summed: Vec<usize> =
        questions.floors.iter().flat_map(|floor| &floor.sum).map(|term| term.pledge).collect();
    let laws = model.pledges.iter().enumerate();
    let laws = laws.map(|(at, pledge)| pledge.size.filter(|_| summed.contains(&at)).map(Law::of));
    let answers = answers(model, &laws.collect::<Vec<_>>(), &questions, effort)?;
    let met = |given: Option<NodeId>, at: usize| {
        let question = floor_question(model, at, given);
        let found = questions.floors.iter().position(|own| *own == question)?;
        answers.floors[found].and_then(|answer| answer.met)
    };
    let probability = |node: NodeId| {
        let found = questions.nodes.iter().position(|own| *own == node)?;
        answers.nodes[found]
    };
    let both = |at: &usize| [met(None, *at), asked(*at).and_then(|node| met(Some(node), *at))];
    Ok(Figures {
        met: requirements.iter().map(both).collect(),
        active: pledges.iter().map(|pledge| probability(active(pledge))).collect(),
    })
}

/// The same questions answered in both ways.
#[derive(Debug)]
pub struct Both {
    /// What was asked.
    pub questions: Questions,
    /// The exact answers.
    pub exact: Answers,
    /// The figures that both ways gave.
    pub comparisons: Vec<Comparison>,
}

/// Answers the same questions exactly, as far as the budget goes, and by sampling.
pub fn both(model: &Model, settings: Settings) -> Both {
    let (laws, questions) = (sums::size_laws(model), questions(model, settings));
    let exact = exact::answer(model, &laws, &questions, settings.effort.budget);
    let sampled = sampled::answer(model, &questions, settings.effort.sampling);
    let comparisons = verify::compare(&questions, &exact, &sampled);
    Both { questions, exact, comparisons }
}

/// Everything that the wanted parts ask. What depends on a probability that the scenario does not
/// state is left out.
fn questions(model: &Model, settings: Settings) -> Questions {
    let parts = settings.parts;
    let mut questions = Questions::default();
    let asked = model.asked_by_scenario.then(|| model.asked[0]);
    if parts.totals {
        for sum in &model.totals {
            for given in [None].into_iter().chain(asked.map(Some)) {
                questions.laws.push(LawQuestion { sum: sum.clone(), given });
            }
        }
    }
    if parts.cells {
        let laws = model.cells.iter().map(|sum| LawQuestion { sum: sum.clone(), given: None });
        questions.laws.extend(laws);
    }
    if parts.contributors {
        let laws = model.contributors.iter().map(|own| &own.in_theatre);
        questions.laws.extend(laws.map(|sum| LawQuestion { sum: sum.clone(), given: None }));
        questions.floors.extend(model.contributors.iter().filter_map(kept_question));
    }
    if parts.requirements {
        questions.floors.extend(model.floors.iter().enumerate().flat_map(|(index, floor)| {
            let asked = floor.asked.map(|asked| model.asked[asked]);
            [None]
                .into_iter()
                .chain(asked.map(Some))
                .map(move |given| floor_question(model, index, given))
        }));
        questions.nodes.extend(&model.asked);
    }
    if parts.forces {
        for pledges in [counting_forces(model), in_theatre(model)] {
            let (given, top) = (asked, settings.top_forces);
            questions.sets.push(SetsQuestion { pledges, given, top });
        }
    }
    questions.nodes.extend(asked);
    if parts.marginals || parts.totals || parts.contributors || parts.requirements {
        questions.nodes.extend(model.pledges.iter().map(|pledge| pledge.active));
    }
    if parts.marginals {
        questions.variables.extend(0..model.variables.len());
    }
    only_stated(model, &mut questions);
    questions
}

/// Leaves out what is not stated and what is asked twice.
fn only_stated(model: &Model, questions: &mut Questions) {
    let stated = |roots: &[NodeId]| is_stated(model, &model.ancestors(roots));
    questions.nodes.sort_unstable();
    questions.nodes.dedup();
    questions.nodes.retain(|node| stated(&[*node]));
    questions.variables.retain(|variable| is_stated(model, &model.ancestors_of(*variable)));
    questions.laws.sort_unstable();
    questions.laws.dedup();
    questions.laws.retain(|law| {
        let mut roots = sums::activity(model, &law.sum);
        roots.extend(law.given);
        stated(&roots)
    });
    questions.floors.sort_unstable();
    questions.floors.dedup();
    questions.floors.retain(|floor| {
        let mut roots = sums::activity(model, &floor.sum);
        roots.push(floor.needs);
        roots.extend(floor.given);
        stated(&roots)
    });
    questions.sets.sort_unstable();
    questions.sets.dedup();
}

/// Whether every probability that marked variables depend on is stated. Evidence ties what it
/// depends on to everything that shares a condition with it.
pub fn is_stated(model: &Model, marked: &[bool]) -> bool {
    is_stated_alone(model, &model.with_evidence(marked.to_vec()))
}

/// Whether every probability of marked variables is stated.
fn is_stated_alone(model: &Model, marked: &[bool]) -> bool {
    let mut variables = marked.iter().zip(&model.variables);
    variables.all(|(marked, variable)| !marked || variable.stated)
}

/// Whether a requirement is met, given a formula or everywhere.
fn floor_question(model: &Model, index: usize, given: Option<NodeId>) -> FloorQuestion {
    let floor = &model.floors[index];
    FloorQuestion {
        sum: floor.sum.clone(),
        floor: floor.floor.unwrap_or(0),
        needs: floor.needs,
        given,
    }
}

/// How far what a nation has in theatre is from the most that it can keep there.
fn kept_question(own: &Contributor) -> Option<FloorQuestion> {
    let (sum, needs) = (own.in_theatre.clone(), own.always);
    Some(FloorQuestion { sum, floor: own.most?, needs, given: None })
}

/// The pledges whose activity makes up a force.
fn counting_forces(model: &Model) -> Vec<usize> {
    let pledges = model.pledges.iter().enumerate();
    let forces = pledges.filter(|(_, pledge): &(usize, &Pledge)| pledge.counts && pledge.force);
    forces.map(|(index, _)| index).collect()
}

/// The pledges that the first total sums: those with troops in theatre.
fn in_theatre(model: &Model) -> Vec<usize> {
    let first = model.totals.first();
    first.map(|sum| sum.iter().map(|term| term.pledge).collect()).unwrap_or_default()
}
