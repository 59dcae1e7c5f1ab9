//! Shapes that an engine may find hard: chains, wide sharing, counting, and no structure at all.

use super::coalition::Sizes;
use super::random::Random;
use super::text::Text;

/// Nations of the bipartite and of the counting structure.
const NATIONS: usize = 30;

/// Each nation's mandate depends on those of the two before it.
pub(crate) fn chain(nations: usize, seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut text = Text::new(&format!("Synthetic chain of {nations}"), "root", Sizes::Fixed);
    text.condition("root", 400);
    add_shared(&mut text, &mut random, 2);
    for nation in 0..nations {
        let name = add_private(&mut text, &mut random, nation);
        let parents = match nation {
            0 | 1 => "root".to_owned(),
            _ => format!("mandate_{} or mandate_{} and root", nation - 1, nation - 2),
        };
        add_mandate(&mut text, &mut random, nation, &parents);
        let when = format!("mandate_{nation} and shared_1");
        add_first(&mut text, &mut random, nation, &when);
        let when = format!("mandate_{nation} and private_{nation} and shared_2");
        text.pledge(&format!("second_{nation}"), &name, &when, random.between(50, 699));
    }
    text.requirement("floor_10000", 10_000, "");
    text.finish()
}

/// Each nation depends on three of so many shared conditions below a root (which is counted too) and
/// on two of its own.
pub(crate) fn bipartite(shared: usize, seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut text =
        Text::new(&format!("Synthetic sharing of {shared} conditions"), "root", Sizes::Fixed);
    text.condition("root", 400);
    add_shared(&mut text, &mut random, shared - 1);
    for nation in 0..NATIONS {
        let name = add_private(&mut text, &mut random, nation);
        add_mandate(&mut text, &mut random, nation, "root");
        let of = random.distinct(3, shared - 1);
        let of: Vec<String> = of.iter().map(|place| format!("shared_{}", place + 1)).collect();
        let when = format!("root and {} and mandate_{nation}", of[0]);
        add_first(&mut text, &mut random, nation, &when);
        let when =
            format!("root and mandate_{nation} and ({} or private_{nation} or {})", of[1], of[2]);
        text.pledge(&format!("second_{nation}"), &name, &when, random.between(50, 699));
    }
    text.requirement("floor_10000", 10_000, "");
    text.finish()
}

/// Pledges and a shared condition wait until enough nations have a mandate.
pub(crate) fn counting(seed: u64) -> String {
    let mandates = |count: usize| {
        let names: Vec<String> = (0..count).map(|nation| format!("mandate_{nation}")).collect();
        names.join(", ")
    };
    let mut random = Random::new(seed);
    let mut text = Text::new("Synthetic tipping by count", "root", Sizes::Fixed);
    text.condition("root", 400);
    add_shared(&mut text, &mut random, 2);
    let tipped = format!("at_least(5, {})", mandates(12));
    text.given("tipped", &tipped, random.between(500, 900), random.between(10, 200));
    for nation in 0..NATIONS {
        let name = add_private(&mut text, &mut random, nation);
        add_mandate(&mut text, &mut random, nation, "root");
        let when = format!("mandate_{nation} and shared_1");
        add_first(&mut text, &mut random, nation, &when);
        let when = format!(
            "mandate_{nation} and private_{nation} and at_least(3, {}) and (shared_2 or tipped)",
            mandates(8)
        );
        text.pledge(&format!("second_{nation}"), &name, &when, random.between(50, 699));
    }
    let needs = format!("at_least(10, {})", mandates(NATIONS));
    text.requirement("floor_10000", 10_000, &needs);
    text.finish()
}

/// Forty pledges, each behind so many of the conditions at random, a fifth of them negated.
pub(crate) fn scattered(conditions: usize, each: usize, seed: u64) -> String {
    let mut random = Random::new(seed);
    let title = format!("Synthetic scatter of {conditions} conditions, {each} each");
    let mut text = Text::new(&title, "", Sizes::Fixed);
    text.nation("BLOC");
    for condition in 0..conditions {
        text.condition(&format!("c{condition}"), random.between(100, 900));
    }
    for pledge in 0..40 {
        let drawn = random.distinct(each, conditions);
        let literals: Vec<String> = drawn
            .iter()
            .map(|c| if random.chance(20) { format!("not c{c}") } else { format!("c{c}") })
            .collect();
        let troops = random.between(100, 1999);
        text.pledge(&format!("pledge_{pledge}"), "BLOC", &literals.join(" and "), troops);
    }
    text.requirement("floor_10000", 10_000, "");
    text.finish()
}

/// So many conditions that depend on nothing, and pledges that wait for one or two of them: every
/// combination is a possible world.
pub(crate) fn independent(conditions: usize, pledges: usize, seed: u64) -> String {
    let mut random = Random::new(seed);
    let title = format!("Synthetic: {conditions} independent conditions");
    let mut text = Text::new(&title, "", Sizes::Fixed);
    text.nation("BLOC");
    for condition in 0..conditions {
        text.condition(&format!("c{condition}"), random.between(100, 900));
    }
    for pledge in 0..pledges {
        let (one, step) = (pledge % conditions, 1 + random.below(conditions - 1));
        let other = (one + step) % conditions;
        let when = match random.below(3) {
            0 => format!("c{one}"),
            1 => format!("c{one} and c{other}"),
            _ => format!("c{one} or c{other}"),
        };
        text.pledge(&format!("pledge_{pledge}"), "BLOC", &when, random.between(100, 1999));
    }
    text.requirement("floor_10000", 10_000, "");
    text.finish()
}

/// What several nations depend on, each given the root.
fn add_shared(text: &mut Text, random: &mut Random, count: usize) {
    for place in 1..=count {
        let (yes, no) = (random.between(500, 900), random.between(10, 300));
        text.given(&format!("shared_{place}"), "root", yes, no);
    }
}

/// A nation, and a condition of its own that depends on nothing.
fn add_private(text: &mut Text, random: &mut Random, nation: usize) -> String {
    let name = format!("N{nation:02}");
    text.nation(&name);
    text.condition(&format!("private_{nation}"), random.between(300, 950));
    name
}

fn add_mandate(text: &mut Text, random: &mut Random, nation: usize, when: &str) {
    let (yes, no) = (random.between(400, 900), random.between(10, 200));
    text.given(&format!("mandate_{nation}"), when, yes, no);
}

fn add_first(text: &mut Text, random: &mut Random, nation: usize, when: &str) {
    let troops = random.between(200, 1499);
    text.pledge(&format!("first_{nation}"), &format!("N{nation:02}"), when, troops);
}
