//! Sizes by their definitions: lists of values with probabilities, shares and splits in whole
//! troops by largest remainder.

use super::case::{Case, Pledge, Size, WHOLE};

/// What a size can be, with probabilities; nothing where it is unknown.
pub(super) fn law(case: &Case, id: &str, pledge: &Pledge) -> Option<Vec<(u32, f64)>> {
    match pledge.size {
        Size::Unknown => None,
        Size::Fixed(size) => Some(vec![(size, 1.0)]),
        Size::Range(low, high) => {
            let each = 1.0 / f64::from(high - low + 1);
            Some((low..=high).map(|value| (value, each)).collect())
        }
        Size::Pert(low, mode, high) => Some(pert(low, mode, high)),
        Size::Share(_, of) | Size::SharedBy(_, of) | Size::Rest(of) => {
            Some(vec![(shared(case, id, of), 1.0)])
        }
    }
}

/// The beta-binomial law on low..=high with a = 1 + 4(mode - low)/(high - low) and
/// b = 1 + 4(high - mode)/(high - low), in whole numbers:
/// P(k) = C(n, k) a(a+1)..(a+k-1) b(b+1)..(b+n-k-1) / (a+b)(a+b+1)..(a+b+n-1), times n^n above and
/// below.
fn pert(low: u32, mode: u32, high: u32) -> Vec<(u32, f64)> {
    let n = u64::from(high - low);
    if n == 0 {
        return vec![(low, 1.0)];
    }
    let rising = |start: u64, steps: u64| (0..steps).map(|step| start + n * step).product::<u64>();
    let (a, b) = (n + 4 * u64::from(mode - low), n + 4 * u64::from(high - mode));
    let whole = rising(6 * n, n);
    let mut weights = Vec::new();
    for (value, k) in (low..=high).zip(0..) {
        weights.push((value, choose(n, k) * rising(a, k) * rising(b, n - k)));
    }
    assert_eq!(weights.iter().map(|(_, weight)| weight).sum::<u64>(), whole, "a law sums to 1");
    let mean: u64 = weights.iter().map(|(value, weight)| u64::from(*value) * weight).sum();
    assert_eq!(mean * 6, u64::from(low + 4 * mode + high) * whole, "PERT has the mean of PERT");
    weights.into_iter().map(|(value, weight)| (value, real(weight) / real(whole))).collect()
}

fn choose(n: u64, k: u64) -> u64 {
    (0..k).fold(1, |product, step| product * (n - step) / (step + 1))
}

/// A whole number as a float, exact up to 2^53 and rounded once above.
fn real(whole: u64) -> f64 {
    let (high, low) = (whole >> 32, whole & u64::from(u32::MAX));
    let part = |bits: u64| f64::from(u32::try_from(bits).unwrap());
    part(high) * 4_294_967_296.0 + part(low)
}

/// What a pledge gets of an assumption: largest remainder over all pledges that name it, the rest
/// claiming what the shares leave; where nobody does, it is a claimant behind all others.
fn shared(case: &Case, id: &str, of: usize) -> u32 {
    let chosen = |at: usize| case.assumptions[at].options[case.assumptions[at].chosen].1;
    let mut claims: Vec<(&str, u32)> = Vec::new();
    let mut rest = None;
    for (_, id, pledge) in case.pledges() {
        match pledge.size {
            Size::Share(share, total) if total == of => claims.push((id, share)),
            Size::SharedBy(by, total) if total == of => claims.push((id, chosen(by))),
            Size::Rest(total) if total == of => rest = Some(id),
            _ => {}
        }
    }
    let left = WHOLE - claims.iter().map(|(_, share)| share).sum::<u32>();
    // A tilde sorts behind every id.
    claims.push((rest.unwrap_or("~"), left));
    let amounts = apportion(chosen(of), &claims);
    amounts.into_iter().find(|(claimant, _)| *claimant == id).unwrap().1
}

/// Largest remainder: everyone gets the whole part of the claim, and what is left goes one by one
/// to the largest remainders, ties by id. Claims are in thousandths and sum to 1.
pub(super) fn apportion<'a>(total: u32, claims: &[(&'a str, u32)]) -> Vec<(&'a str, u32)> {
    let mut ranked: Vec<(u32, &str, u32)> = claims
        .iter()
        .map(|(id, share)| (total * share % WHOLE, *id, total * share / WHOLE))
        .collect();
    ranked.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
    let mut left = total - ranked.iter().map(|(_, _, whole)| whole).sum::<u32>();
    let mut amounts = Vec::new();
    for (_, id, whole) in ranked {
        let extra = left.min(1);
        left -= extra;
        amounts.push((id, whole + extra));
    }
    amounts
}

/// A joint size split among a pledge's nations, in their order.
pub(super) fn split(size: u32, nations: &[(&'static str, u32)]) -> Vec<u32> {
    let amounts = apportion(size, nations);
    let of = |nation: &str| amounts.iter().find(|(id, _)| *id == nation).unwrap().1;
    nations.iter().map(|(nation, _)| of(nation)).collect()
}
