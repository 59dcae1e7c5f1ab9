//! Whole troops from shares: the method of largest remainders (Hamilton, 1792).
//!
//! In: a total and weights as exact decimals. Out: whole parts that sum to the total. Ties go to
//! the earlier weight, which is the smaller id.

use crate::decimal::Decimal;

/// Splits `total` in proportion to `weights`, which sum to at most 1. What they leave over takes
/// part as one more claimant behind all of them and is not returned.
pub fn apportion(total: u64, weights: &[Decimal]) -> Vec<u64> {
    let scale = weights.iter().map(|weight| weight.scale()).max().unwrap_or(0);
    let one = Decimal::ONE.digits_at(scale);
    let mut digits: Vec<i128> = weights.iter().map(|weight| weight.digits_at(scale)).collect();
    let claimed: i128 = digits.iter().sum();
    digits.push((one - claimed).max(0));
    let quotas: Vec<i128> = digits.iter().map(|digits| i128::from(total) * digits).collect();
    let mut parts: Vec<i128> = quotas.iter().map(|quota| quota / one).collect();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|index| std::cmp::Reverse(quotas[*index] % one));
    let given: i128 = parts.iter().sum();
    let left = usize::try_from(i128::from(total) - given).unwrap_or(0);
    for index in by_remainder.into_iter().take(left) {
        parts[index] += 1;
    }
    parts.pop();
    parts.into_iter().map(|part| u64::try_from(part).unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::apportion;
    use crate::decimal::Decimal;

    fn check(total: u64, weights: &[&str], expected: &[u64]) {
        let weights: Vec<Decimal> = weights.iter().map(|w| Decimal::parse(w).unwrap()).collect();
        assert_eq!(apportion(total, &weights), expected);
    }

    #[test]
    fn seats_go_to_the_largest_remainders() {
        check(20000, &["0.6"], &[12000]);
        check(10, &["0.33", "0.33", "0.34"], &[3, 3, 4]);
        check(100, &["0.155", "0.155", "0.69"], &[16, 15, 69]);
        check(1, &["0.5", "0.5"], &[1, 0]);
        check(0, &["0.5", "0.5"], &[0, 0]);
    }

    #[test]
    fn what_is_left_over_claims_its_part() {
        check(10, &["0.25"], &[3]);
        check(10, &["0.24"], &[2]);
        check(7, &["0.1", "0.1", "0.1"], &[1, 1, 0]);
    }
}
