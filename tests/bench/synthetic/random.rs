//! Chance in whole numbers: `SplitMix64`, whose sequence is the same everywhere.

/// A stream of numbers that a seed determines.
#[derive(Debug)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of `low..=high`. What the remainder favours is far below anything that is measured.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        let choices = u64::from(high - low) + 1;
        low + u32::try_from(self.next() % choices).unwrap_or(0)
    }

    /// One of `0..count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).unwrap_or(0)
    }

    /// True so many times in a hundred.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.between(1, 100) <= percent
    }

    /// So many different ones of `0..count`, in the order drawn.
    pub(crate) fn distinct(&mut self, wanted: usize, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..count).collect();
        for place in 0..wanted {
            let other = place + self.below(count - place);
            all.swap(place, other);
        }
        all.truncate(wanted);
        all
    }
}
