//! Sampling: answers from worlds that are drawn instead of listed.
//!
//! In: a `Model`, `Questions`, how many worlds and a seed. Out: `Answers` with standard errors.
//! Sixty-four worlds are drawn at once, one a bit (`worlds`, `chance`, `lanes`); blocks of worlds
//! have a random stream each and leave nothing but whole numbers (`tally`, `sets`), so that any
//! number of threads gives the same bytes. A sum over few pledges draws no sizes: its worlds are
//! counted by which pledges are active and the exact laws of the sizes are mixed (`patterns`).
//! Other sums add up one draw for each pledge (`sizes`, `alias`). `plan` decides what is counted,
//! `replies` makes answers of it.
//!
//! What contradicts the evidence is rejected: `samples` counts the worlds drawn, and where none is
//! accepted no question has an answer.

mod alias;
mod chance;
mod lanes;
mod patterns;
mod plan;
mod replies;
mod sets;
mod sizes;
mod tally;
mod worlds;

use super::question::{Answers, Questions};
use crate::model::Model;
use plan::Plan;

/// How much to sample.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sampling {
    /// How many worlds are drawn, those that contradict the evidence included.
    pub samples: u64,
    /// Which random numbers; the same seed gives the same bytes.
    pub seed: u64,
    /// How many threads; as many as rayon sees fit where it is none.
    pub threads: Option<usize>,
}

/// Answers every question by sampling.
pub fn answer(model: &Model, questions: &Questions, sampling: Sampling) -> Answers {
    let work = || {
        let plan = Plan::new(model, questions);
        let tally = tally::count(&plan, sampling.samples, sampling.seed);
        replies::answers(&plan, &tally, questions)
    };
    let build = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok();
    match sampling.threads.and_then(build) {
        Some(pool) => pool.install(work),
        None => work(),
    }
}
