//! A coalition: six shared conditions and three for each nation, which makes two pledges.

use super::random::Random;
use super::text::Text;

/// Whether sizes are known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Sizes {
    /// Every size is a number.
    Fixed,
    /// Every size is PERT, from a fifth less to a fifth more.
    Pert,
}

/// What everybody depends on: the probability with the ceasefire and without, in thousandths.
const SHARED: [(&str, u32, u32); 5] = [
    ("consent", 550, 20),
    ("backstop", 600, 150),
    ("roe", 700, 200),
    ("legal", 750, 100),
    ("protocol", 800, 300),
];

/// How many nations lead, with several times the troops of any other.
const LEADS: usize = 2;

/// So many nations, 6 + 3 conditions for each and 2 pledges for each.
pub(crate) fn coalition(nations: usize, sizes: Sizes, seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut text =
        Text::new(&format!("Synthetic coalition of {nations} nations"), "ceasefire", sizes);
    text.condition("ceasefire", 400);
    for (id, yes, no) in SHARED {
        text.given(id, "ceasefire", yes, no);
    }
    for nation in 0..nations {
        add_nation(&mut text, &mut random, nation);
    }
    text.requirement("floor_15000", 15_000, "");
    text.requirement("floor_30000", 30_000, "");
    text.requirement("floor_15000_with_consent", 15_000, "consent and (roe or protocol)");
    text.finish()
}

fn add_nation(text: &mut Text, random: &mut Random, nation: usize) {
    let (id, name) = (format!("n{nation:02}"), format!("N{nation:02}"));
    let (mandate, funding, lift) =
        (format!("mandate_{id}"), format!("funding_{id}"), format!("lift_{id}"));
    text.nation(&name);
    text.given(&mandate, "ceasefire", random.between(400, 900), random.between(0, 200));
    text.condition(&funding, random.between(400, 950));
    text.given(&lift, "backstop", random.between(500, 900), random.between(100, 400));
    let first = if nation < LEADS { (4000, 6000) } else { (200, 1500) };
    let when = format!("ceasefire and legal and {mandate}");
    text.pledge(&format!("first_{id}"), &name, &when, random.between(first.0, first.1));
    let when = format!("ceasefire and {mandate} and {funding} and (backstop or {lift})");
    text.pledge(&format!("second_{id}"), &name, &when, random.between(50, 670));
}
