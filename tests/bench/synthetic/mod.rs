//! Synthetic scenarios of any size, as TOML: the same text for a seed on every machine.
//!
//! In: how large, and a seed. Out: the text of a scenario that `check` has nothing against.
//! `random` chooses with whole numbers only, `text` writes, and a family of scenarios has a file:
//! `coalition` is the common case, `structures` are the shapes that an engine may find hard, and
//! `fault_tree` is purely Boolean. Nothing here means anything about anyone.

mod coalition;
mod fault_tree;
mod random;
mod structures;
mod text;

pub(crate) use coalition::{Sizes, coalition};
pub(crate) use fault_tree::fault_tree;
pub(crate) use structures::{bipartite, chain, counting, independent, scattered};

/// The seed of every scenario that has a name.
pub(crate) const SEED: u64 = 1;

/// Every family at the sizes that are measured: a name and the text of each.
pub(crate) fn all() -> Vec<(String, String)> {
    let mut named = Vec::new();
    for nations in [10, 30, 100] {
        named.push((format!("coalition-{nations}"), coalition(nations, Sizes::Fixed, SEED)));
        named.push((format!("coalition-{nations}-pert"), coalition(nations, Sizes::Pert, SEED)));
    }
    named.push(("chain-40".to_owned(), chain(40, SEED)));
    for shared in [6, 10, 14, 18] {
        named.push((format!("bipartite-{shared}"), bipartite(shared, SEED)));
    }
    named.push(("counting".to_owned(), counting(SEED)));
    for (conditions, each) in [(20, 3), (30, 2), (30, 3), (40, 3), (60, 2)] {
        let name = format!("scattered-{conditions}-{each}");
        named.push((name, scattered(conditions, each, SEED)));
    }
    for (events, gates) in [(100, 80), (200, 150), (400, 300), (800, 600)] {
        named.push((format!("fault-tree-{events}"), fault_tree(events, gates, SEED)));
    }
    named.push(("independent-20".to_owned(), independent(20, 20, SEED)));
    named
}
