//! The engine against the listing of all worlds that it replaced, over random models.
//!
//! `worlds`, `joint`, `gates` and `bring_about` are that listing, kept as it was; `models` makes
//! random models and a few large ones, on which only time matters.

mod bring_about;
mod gates;
mod joint;
mod models;
pub(crate) mod worlds;

use contingent::compile;
use contingent::evaluate::bring_about::{Way, ways};
use contingent::evaluate::{Choice, Effort, Parts, Settings, evaluate, gates as new_gates, likely};
use contingent::model::{Model, NodeId};
use contingent::outcomes::Role;
use contingent::pipeline::{self, Request};
use std::time::Instant;

/// Work that suffices for any small model.
const BUDGET: u64 = 20_000_000;

#[test]
fn gates_are_those_of_the_listing() {
    for seed in 0..3000 {
        let model = models::random(seed, 8);
        assert_eq!(new_gates::gates(&model, BUDGET), gates::gates(&model), "seed {seed}");
    }
}

#[test]
fn gates_are_unknown_where_the_work_does_not_suffice() {
    let model = models::coalition(3);
    let roles = new_gates::gates(&model, 0);
    for (pledge, roles) in model.pledges.iter().zip(roles) {
        let support = model.support(pledge.active);
        for (variable, role) in roles.into_iter().enumerate() {
            let mentioned = support.contains(&variable);
            assert_eq!(role, if mentioned { Role::Unknown } else { Role::None });
        }
    }
    // Where only exact figures will do, that is too little.
    let parts = Parts { gates: true, ..Parts::default() };
    let with = |choice, budget| {
        let effort = Effort { choice, budget, ..Effort::default() };
        evaluate(&model, Settings { effort, ..Settings::new(parts) }).is_ok()
    };
    let found = [(Choice::Auto, 0), (Choice::Exact, 0), (Choice::Exact, 1_000_000_000)];
    assert_eq!(found.map(|(choice, budget)| with(choice, budget)), [true, false, true]);
}

#[test]
fn likely_worlds_are_the_first_of_the_listing() {
    for seed in 0..3000 {
        let model = models::random(seed, 7);
        let all = joint::Joint::list(&model, None);
        for top in [usize::MAX, 1, 5] {
            let found = likely::likely(&model, top, BUDGET).unwrap();
            let wanted = &all.worlds[..all.worlds.len().min(top)];
            assert_eq!(found.worlds.len(), wanted.len(), "seed {seed}");
            for (own, wanted) in found.worlds.iter().zip(wanted) {
                assert_eq!(own.1, wanted.1, "seed {seed}");
                assert!((own.0 - wanted.0).abs() < 1e-14, "seed {seed}");
            }
            assert_eq!(format!("{}", found.possible), format!("{}", all.worlds_possible));
            let rest: f64 = all.worlds[wanted.len()..].iter().map(|(p, _)| p).sum();
            assert!((found.left_out - rest).abs() < 1e-14, "seed {seed}");
        }
    }
}

fn activity(model: &Model) -> Vec<NodeId> {
    model.pledges.iter().map(|pledge| pledge.active).collect()
}

#[test]
fn ways_are_smallest_most_probable_and_closed() {
    for seed in 0..2000 {
        let model = models::random(seed, if seed % 10 == 0 { 8 } else { 6 });
        let nodes = activity(&model);
        let forces = bring_about::Space::occurring(&model, &nodes);
        for (force, way) in forces.iter().zip(ways(&model, &nodes, &forces, BUDGET)) {
            let fault = bring_about::fault(&model, &nodes, force, &way.unwrap());
            assert!(fault.is_none(), "seed {seed}, {force:?}: {}", fault.unwrap());
        }
    }
}

#[test]
fn ways_are_enough_where_the_work_does_not_suffice_for_the_smallest() {
    let (mut known, mut larger) = (0, 0);
    for seed in 0..600 {
        let model = models::random(seed, 7);
        let nodes = activity(&model);
        let space = bring_about::Space::list(&model, &nodes);
        let forces = bring_about::Space::occurring(&model, &nodes);
        let found = ways(&model, &nodes, &forces, 100 + 40 * (seed % 40));
        for (force, way) in forces.iter().zip(found) {
            let Some(way) = way else { continue };
            let excess = space.excess(force, &way.smallest);
            known += 1;
            larger += usize::from(excess.expect("a way is enough") > 0);
        }
    }
    assert!(known > 500 && (1..known / 5).contains(&larger), "{larger} of {known}");
}

#[test]
fn ways_are_not_known_where_the_work_does_not_suffice() {
    let model = models::coalition(3);
    let found = ways(&model, &activity(&model), &[vec![0], vec![1]], 50);
    assert!(found.iter().all(Option::is_none));
}

/// Forces of a coalition that occur: those of worlds drawn at random.
fn drawn_forces(model: &Model, count: usize) -> Vec<Vec<u64>> {
    let mut numbers = models::Numbers::new(3);
    let mut forces = Vec::new();
    while forces.len() < count {
        let mut options: Vec<usize> = model.variables.iter().map(|_| numbers.below(2)).collect();
        // With the ceasefire, or most forces are none.
        options[0] = 1;
        let mut values = Vec::new();
        for node in &model.nodes {
            values.push(node.holds(&options, &values));
        }
        let mut force = vec![0; model.pledges.len().div_ceil(64)];
        for (at, pledge) in model.pledges.iter().enumerate() {
            force[at / 64] |= u64::from(values[pledge.active]) << (at % 64);
        }
        forces.push(force);
    }
    forces
}

/// Paris, with nothing summed, and its forces.
fn paris() -> (Model, Vec<NodeId>, Vec<Vec<u64>>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/paris-2026/scenario.toml").into();
    let checked = pipeline::check(&Request { path, ..Request::default() }).unwrap();
    let model = compile::compile(&checked.scenario.unwrap(), &[], &[]).unwrap();
    let forces = model.pledges.iter().filter(|pledge| pledge.counts && pledge.force);
    let nodes: Vec<NodeId> = forces.map(|pledge| pledge.active).collect();
    let forces = bring_about::Space::occurring(&model, &nodes);
    (model, nodes, forces)
}

fn sizes(ways: &[Option<Way>]) -> (usize, usize, usize) {
    let sizes = ways.iter().flatten().map(|way| way.smallest.len());
    let known = ways.iter().flatten().count();
    (known, sizes.clone().min().unwrap_or(0), sizes.max().unwrap_or(0))
}

/// How long the large models take; run with `--release -- --ignored --nocapture measured`.
#[test]
#[ignore = "a measurement"]
fn measured() {
    let (model, nodes, forces) = paris();
    let start = Instant::now();
    let found = ways(&model, &nodes, &forces, BUDGET);
    eprintln!("paris: ways {:?}, {:?}", start.elapsed(), sizes(&found));
    for (name, model) in [
        ("coalition of 30", models::coalition(30)),
        ("coalition of 100", models::coalition(100)),
        ("fault tree of 500", models::fault_tree(500, 1)),
        ("half of 500", models::half(500)),
        ("tangle of 24 behind 12 pledges", models::tangle(24, 12)),
        ("fault tree of 500, shared widely", models::fault_tree(500, 120)),
    ] {
        let start = Instant::now();
        let roles = new_gates::gates(&model, BUDGET);
        let unknown = roles.iter().flatten().filter(|role| **role == Role::Unknown).count();
        eprintln!("{name}: gates {:?}, {unknown} unknown", start.elapsed());
        let start = Instant::now();
        let found = likely::likely(&model, 4096, BUDGET).unwrap();
        eprintln!("{name}: {} worlds {:?}", found.worlds.len(), start.elapsed());
        let forces = drawn_forces(&model, 100);
        let start = Instant::now();
        let found = ways(&model, &activity(&model), &forces, BUDGET);
        eprintln!("{name}: ways {:?}, {:?}", start.elapsed(), sizes(&found));
    }
}
