//! A fault tree as a scenario: basic events are conditions, gates definitions, and one pledge
//! stands behind the top gate.
//!
//! Gates are numbered from the top, and each mentions later ones only. A gate that shares a part
//! of the tree with another shares it with a neighbour, as in real trees, so that most of the tree
//! falls into parts that can be taken apart.

use super::coalition::Sizes;
use super::random::Random;
use super::text::Text;

/// How many numbers apart a gate and the gate that it hangs below may be.
const REACH: usize = 6;

/// How many gates in a hundred share a later gate with another.
const SHARED_GATES: u32 = 8;

/// How many events in a hundred stand below a second gate too.
const SHARED_EVENTS: u32 = 12;

/// So many events and gates; gates that came out with one child have a few more events repeated
/// below them, never more events in all.
pub(crate) fn fault_tree(events: usize, gates: usize, seed: u64) -> String {
    let mut random = Random::new(seed);
    let children = children(&mut random, events, gates);
    let title = format!("Synthetic fault tree of {events} events and {gates} gates");
    let mut text = Text::new(&title, "", Sizes::Fixed);
    text.nation("BLOC");
    for event in 0..events {
        text.condition(&format!("e{event}"), random.between(5, 150));
    }
    let formulas = children
        .iter()
        .enumerate()
        .map(|(gate, children)| (format!("g{gate}"), formula(&mut random, gate, children)));
    let formulas: Vec<(String, String)> = formulas.collect();
    text.definitions(&formulas);
    text.pledge("released", "BLOC", "g0", 1000);
    text.finish()
}

/// What stands below each gate.
fn children(random: &mut Random, events: usize, gates: usize) -> Vec<Vec<String>> {
    let mut children: Vec<Vec<String>> = vec![Vec::new(); gates];
    for gate in 1..gates {
        let parent = gate - 1 - random.below(REACH.min(gate));
        children[parent].push(format!("g{gate}"));
    }
    for (gate, below) in children.iter_mut().enumerate().take(gates - 1) {
        if random.chance(SHARED_GATES) {
            let later = (gate + 1 + random.below(REACH)).min(gates - 1);
            push_new(below, format!("g{later}"));
        }
    }
    let bare: Vec<usize> = (0..gates).filter(|gate| children[*gate].is_empty()).collect();
    for event in 0..events {
        let gate = if event < bare.len() { bare[event] } else { random.below(gates) };
        children[gate].push(format!("e{event}"));
        if random.chance(SHARED_EVENTS) {
            let other = (gate + 1 + random.below(REACH)).min(gates - 1);
            push_new(&mut children[other], format!("e{event}"));
        }
    }
    for children in &mut children {
        while children.len() < 2 {
            push_new(children, format!("e{}", random.below(events)));
        }
    }
    children
}

fn push_new(children: &mut Vec<String>, child: String) {
    if !children.contains(&child) {
        children.push(child);
    }
}

/// A gate over its children: `or` as often as not at the top, `and` and votes below.
fn formula(random: &mut Random, gate: usize, children: &[String]) -> String {
    match random.between(1, 100) {
        61..=90 if gate > 0 => children.join(" and "),
        91..=100 if gate > 0 && children.len() > 2 => {
            format!("at_least(2, {})", children.join(", "))
        }
        _ => children.join(" or "),
    }
}
