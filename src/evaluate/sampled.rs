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
//! Where the evidence only says how conditions ended upon which nothing bears, no other way is drawn.
//! Else what contradicts it is rejected: `samples` counts the worlds drawn, and where none is accepted
//! no question has an answer.

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

use super::evidence::conditioned;
use super::question::{Answers, Questions};
use crate::model::Model;
use crate::outcomes::Sampling;
use plan::Plan;

/// Answers every question by sampling, on the threads of the pool that it is called in.
pub fn answer(model: &Model, questions: &Questions, sampling: Sampling) -> Answers {
    let known = conditioned(model);
    let plan = Plan::new(known.as_ref().unwrap_or(model), questions);
    let tally = tally::count(&plan, sampling.samples, sampling.seed);
    replies::answers(&plan, &tally, questions)
}
