//! One listing of the worlds, and the most probable of them.

use super::worlds::{self, World};
use contingent::law::Accumulator;
use contingent::model::Model;

/// What a listing finds.
#[derive(Debug)]
pub(crate) struct Joint {
    /// The most probable worlds, most probable first: probability and options.
    pub(crate) worlds: Vec<(f64, Vec<usize>)>,
    /// How many worlds are possible.
    pub(crate) worlds_possible: u64,
}

impl Joint {
    /// Lists the worlds over the relevant variables and keeps the `top` most probable.
    pub(crate) fn list(model: &Model, top: Option<usize>) -> Self {
        let mut best = Best { top, worlds: Vec::new() };
        let mut worlds_possible = 0;
        let mut whole = Accumulator::default();
        worlds::list(model, &model.relevant, &mut |world| {
            if world.values[model.evidence] {
                worlds_possible += 1;
                whole.add(world.probability);
                best.offer(world);
            }
        });
        Self { worlds: best.sorted(whole.total()), worlds_possible }
    }
}

/// The most probable worlds so far; earlier ones first among equals.
struct Best {
    top: Option<usize>,
    worlds: Vec<(f64, Vec<usize>)>,
}

impl Best {
    fn offer(&mut self, world: &World<'_>) {
        self.worlds.push((world.probability, world.options.to_vec()));
        if let Some(top) = self.top
            && self.worlds.len() >= 2 * top.max(1024)
        {
            self.sort();
            self.worlds.truncate(top);
        }
    }

    fn sort(&mut self) {
        self.worlds.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    }

    fn sorted(mut self, whole: f64) -> Vec<(f64, Vec<usize>)> {
        self.sort();
        self.worlds.truncate(self.top.unwrap_or(usize::MAX));
        self.worlds.iter_mut().for_each(|(probability, _)| *probability /= whole);
        self.worlds
    }
}
