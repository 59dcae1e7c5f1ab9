//! Stream of 64 worlds, one world a bit (a lane).
//!
//! In: a seed and the number of a block, or 64 words. Out: random words; the words transposed; the
//! lanes of a word.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// How many worlds a word holds.
pub(super) const LANES: usize = 64;

/// How many bytes are generated at once.
const BUFFER: usize = 4096;

/// The random words of one block.
#[derive(Debug)]
pub(super) struct Stream {
    generator: ChaCha8Rng,
    bytes: [u8; BUFFER],
    numbers: [u64; BUFFER / 8],
    next: usize,
}

impl Stream {
    /// The stream of a block.
    pub(super) fn of(seed: u64, block: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(block);
        let (bytes, numbers) = ([0; BUFFER], [0; BUFFER / 8]);
        Self { generator, bytes, numbers, next: BUFFER / 8 }
    }

    /// The next word.
    #[inline]
    pub(super) fn draw(&mut self) -> u64 {
        if self.next >= self.numbers.len() {
            self.refill();
        }
        let word = self.numbers[self.next];
        self.next += 1;
        word
    }

    #[inline(never)]
    fn refill(&mut self) {
        self.generator.fill_bytes(&mut self.bytes);
        let (chunks, _) = self.bytes.as_chunks::<8>();
        for (word, bytes) in self.numbers.iter_mut().zip(chunks) {
            *word = u64::from_le_bytes(*bytes);
        }
        self.next = 0;
    }
}

/// Swaps rows and columns: bit `l` of word `j` becomes bit `j` of word `l`. (Warren, Hacker's
/// Delight, 2012, section 7-3.)
pub(super) fn transpose(words: &mut [u64; LANES]) {
    let mut step = 32;
    let mut mask = 0x0000_0000_FFFF_FFFF_u64;
    while step > 0 {
        for pair in words.chunks_exact_mut(2 * step) {
            let (upper, lower) = pair.split_at_mut(step);
            for (one, other) in upper.iter_mut().zip(lower) {
                let swapped = ((*one >> step) ^ *other) & mask;
                *one ^= swapped << step;
                *other ^= swapped;
            }
        }
        step /= 2;
        mask ^= mask << step;
    }
}

/// A word with every bit equal.
#[inline]
pub(super) fn all(value: bool) -> u64 {
    if value { u64::MAX } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{LANES, Stream, transpose};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    #[test]
    fn transposing_swaps_rows_and_columns() {
        let mut stream = Stream::of(1, 2);
        let rows: [u64; LANES] = std::array::from_fn(|_| stream.draw());
        let mut columns = rows;
        transpose(&mut columns);
        for (row, word) in rows.iter().enumerate() {
            for (lane, column) in columns.iter().enumerate() {
                assert_eq!(word >> lane & 1, column >> row & 1);
            }
        }
    }

    #[test]
    fn words_are_those_of_the_generator() {
        let (mut stream, mut generator) = (Stream::of(3, 4), ChaCha8Rng::seed_from_u64(3));
        generator.set_stream(4);
        for _ in 0..1100 {
            assert_eq!(stream.draw(), generator.next_u64());
        }
    }

    #[test]
    fn streams_differ_and_repeat() {
        let first = |seed, block| {
            let mut stream = Stream::of(seed, block);
            (0..600).map(|_| stream.draw()).collect::<Vec<u64>>()
        };
        assert_eq!(first(1, 0), first(1, 0));
        assert_ne!(first(1, 0), first(1, 1));
        assert_ne!(first(1, 0), first(2, 0));
    }
}
