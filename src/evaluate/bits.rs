//! Sets as words of bits, and the hash of words: what diagrams, supports, orders, forces and
//! sampling have in common.
//!
//! In: words. Out: members in rising order, membership, a mixed word.

/// The positions of the bits of a word, in rising order.
#[inline]
pub fn of_word(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros() as usize;
            word &= word - 1;
            bit
        })
    })
}

/// The members of a set, in rising order.
pub fn members(set: &[u64]) -> impl Iterator<Item = usize> {
    let words = set.iter().enumerate();
    words.flat_map(|(at, word)| of_word(*word).map(move |bit| 64 * at + bit))
}

/// An empty set with room for so many members.
pub fn empty(count: usize) -> Vec<u64> {
    vec![0; count.div_ceil(64)]
}

/// Adds a member.
#[inline]
pub fn insert(set: &mut [u64], member: usize) {
    set[member / 64] |= 1 << (member % 64);
}

/// Whether a set has a member.
#[inline]
pub fn has(set: &[u64], member: usize) -> bool {
    set[member / 64] >> (member % 64) & 1 == 1
}

/// Multiplicative hashing with the golden ratio (Knuth, volume 3, section 6.4), folded so that
/// high bits reach the low ones.
#[inline]
pub fn mix(hash: u64, word: u64) -> u64 {
    let product = (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product ^ product >> 29
}

#[cfg(test)]
mod tests {
    use super::{empty, has, insert, members, mix, of_word};
    use std::collections::BTreeSet;

    #[test]
    fn words_and_their_order_reach_the_low_bits() {
        let words = || 0..64_u64;
        let mixed = words().flat_map(|one| words().map(move |other| mix(mix(0, one), other)));
        let mixed: Vec<u64> = mixed.collect();
        let distinct = |bits: u64| {
            mixed.iter().map(|hash| hash & (u64::MAX >> (64 - bits))).collect::<BTreeSet<_>>().len()
        };
        assert_eq!(distinct(64), 4096);
        // Of 4,096 balls thrown into as many boxes, 63 of 100 boxes get one.
        assert!(distinct(12) > 2400, "{}", distinct(12));
        let high: BTreeSet<u64> = words().map(|word| mix(0, word << 32) & 0xfff).collect();
        assert_eq!(high.len(), 64, "high bits reach the low ones");
    }

    #[test]
    fn a_set_has_what_was_put_into_it() {
        let mut set = empty(130);
        for member in [129, 0, 63, 64] {
            insert(&mut set, member);
        }
        assert_eq!(members(&set).collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert_eq!(
            (0..130).filter(|member| has(&set, *member)).collect::<Vec<_>>(),
            [0, 63, 64, 129]
        );
    }

    #[test]
    fn the_bits_of_a_word_come_in_rising_order() {
        assert_eq!(of_word(1 | 1 << 5 | 1 << 63).collect::<Vec<usize>>(), [0, 5, 63]);
        assert_eq!(of_word(0).count(), 0);
    }
}
