//! Distributions by their characteristic functions.
//!
//! In: programs, roots of one sum, and what each watched formula adds. Out: for each root the
//! weight of every value of the sum. The program is evaluated at the roots of unity, where adding
//! numbers is multiplying, and one inverse transform gives the weights: cost grows with the number
//! of values and not with its square. The error is absolute, and what is smaller than it counts as
//! zero. Frequencies are done in classes, k = r modulo the number of classes, so
//! that what is in work stays small; each class is worked out alone, so threads change no bit.
//! Cooley and Tukey, An algorithm for the machine calculation of complex Fourier series, 1965.

use super::program::{ProgramId, Programs, Step};
use super::traverse::reachable;
use crate::law::{self, Law};
use crate::model::NodeId;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// Frequencies that are worked out side by side.
pub const LANES: usize = 16;

/// Frequencies in a class, at most.
pub const CLASS: usize = 1 << 11;

/// Rounding adds less than this part of the root mean square of all weights, times the number of
/// their square: each of some hundred operations on the way adds an error of its own in the last place.
const NOISE: f64 = 4e-14;

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex {
    /// Its real part.
    pub re: f64,
    /// Its imaginary part.
    pub im: f64,
}

impl Complex {
    fn times(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

/// The weights of `low`, `low + 1`, ... up to `high` at each root. `sizes` are what the watched
/// formulas add where they hold, as laws of whole numbers; `low` and `high` are the ends of the sum.
pub fn weights(
    programs: &Programs<'_>,
    roots: &[ProgramId],
    sizes: &BTreeMap<NodeId, Vec<Law>>,
    ends: (u64, u64),
) -> Vec<Vec<f64>> {
    transformed(&Flat::new(programs, roots, sizes), ends)
}

/// The weights of the sum of independent numbers, from its smallest to its largest value.
pub fn sum(laws: &[Law], ends: (u64, u64)) -> Vec<f64> {
    transformed(&Flat::of_sum(laws), ends).pop().unwrap_or_default()
}

fn transformed(flat: &Flat, (low, high): (u64, u64)) -> Vec<Vec<f64>> {
    let span = place(high - low) + 1;
    let length = span.next_power_of_two().max(LANES);
    let unity = Unity::new(length);
    let class = CLASS.min(length);
    let classes = length / class;
    let spectra = flat.half(&unity, class);
    let inverse = |root: usize| {
        let mut values: Vec<Complex> = (0..length)
            .map(|k| {
                let (residue, sign) =
                    if k % classes <= classes / 2 { (k, -1.0) } else { (length - k, 1.0) };
                let value = spectra[residue % classes][root][residue / classes];
                Complex { re: value.re, im: sign * value.im }
            })
            .collect();
        unity.transform(&mut values);
        let weight = |offset: usize| values[(place(low) + offset) % length].re / real(length);
        let squares = (0..span).map(|offset| weight(offset) * weight(offset));
        let noise = NOISE * (squares.sum::<f64>() / real(length)).sqrt();
        let kept = (0..span).map(weight).map(|weight| if weight < noise { 0.0 } else { weight });
        // At frequency 0 nothing is turned: there stands the sum of all weights.
        let mut row: Vec<f64> = kept.collect();
        let scale = spectra[0][root][0].re / law::sum(row.iter().copied());
        for weight in &mut row {
            *weight *= scale;
        }
        row
    };
    (0..flat.roots.len()).into_par_iter().map(inverse).collect()
}

/// A program laid out for many passes.
struct Flat {
    steps: Vec<FlatStep>,
    branches: Vec<FlatBranch>,
    /// Positions in `shifts` and `laws` that branches refer to.
    holds: Vec<u32>,
    kids: Vec<u32>,
    roots: Vec<usize>,
    sizes: Vec<Term>,
}

enum FlatStep {
    Or(Range<usize>),
    And(Range<usize>),
}

struct FlatBranch {
    weight: f64,
    holds: Range<usize>,
    kid: usize,
}

/// What a watched formula adds.
enum Term {
    Fixed(usize),
    Random(Vec<(usize, f64)>),
}

impl Term {
    fn new(law: &Law) -> Self {
        match law.atoms() {
            [(value, _)] => Self::Fixed(place(*value)),
            atoms => Self::Random(atoms.iter().map(|(value, p)| (place(*value), *p)).collect()),
        }
    }
}

/// Values of some frequencies.
pub type Lanes = [[f64; LANES]; 2];

/// Nothing is added.
pub const ONE: Lanes = [[1.0; LANES], [0.0; LANES]];

impl Flat {
    /// A program of one branch in which everything is added.
    fn of_sum(laws: &[Law]) -> Self {
        Self {
            steps: vec![FlatStep::And(0..0), FlatStep::Or(0..1)],
            branches: vec![FlatBranch { weight: 1.0, holds: 0..laws.len(), kid: 0 }],
            holds: (0..super::factors::narrow(laws.len())).collect(),
            kids: Vec::new(),
            roots: vec![1],
            sizes: laws.iter().map(Term::new).collect(),
        }
    }

    fn new(
        programs: &Programs<'_>,
        roots: &[ProgramId],
        sizes: &BTreeMap<NodeId, Vec<Law>>,
    ) -> Self {
        let order = reachable(programs, roots);
        let at = |program: &ProgramId| order.binary_search(program).unwrap_or(0);
        // Each node's terms among all terms.
        let mut terms: BTreeMap<NodeId, Range<u32>> = BTreeMap::new();
        let mut next = 0;
        for (node, laws) in sizes {
            let end = next + super::factors::narrow(laws.len());
            terms.insert(*node, next..end);
            next = end;
        }
        let mut flat = Self {
            steps: Vec::new(),
            branches: Vec::new(),
            holds: Vec::new(),
            kids: Vec::new(),
            roots: roots.iter().map(at).collect(),
            sizes: sizes.values().flatten().map(Term::new).collect(),
        };
        for program in &order {
            let step = match programs.step(*program) {
                Step::Or(branches) => {
                    let first = flat.branches.len();
                    for branch in programs.branches(branches) {
                        let start = flat.holds.len();
                        let held = programs.holds(branch).iter();
                        flat.holds
                            .extend(held.filter_map(|node| terms.get(node).cloned()).flatten());
                        let holds = start..flat.holds.len();
                        let (weight, kid) = (programs.weight(branch), at(&branch.kid));
                        flat.branches.push(FlatBranch { weight, holds, kid });
                    }
                    FlatStep::Or(first..flat.branches.len())
                }
                Step::And(kids) => {
                    let first = flat.kids.len();
                    let kids =
                        programs.kids(kids).iter().map(|kid| super::factors::narrow(at(kid)));
                    flat.kids.extend(kids);
                    FlatStep::And(first..flat.kids.len())
                }
            };
            flat.steps.push(step);
        }
        flat
    }

    /// The values at each root, class by class, up to half of all classes: the spectrum of real
    /// weights is symmetric, so the second half mirrors the first.
    fn half(&self, unity: &Unity, class: usize) -> Vec<Vec<Vec<Complex>>> {
        let classes = unity.roots.len() / class;
        let residues = (0..=classes / 2).into_par_iter();
        residues.map(|residue| self.class(unity, residue, class)).collect()
    }

    /// The values at each root for the frequencies that leave a residue.
    fn class(&self, unity: &Unity, residue: usize, class: usize) -> Vec<Vec<Complex>> {
        let classes = unity.roots.len() / class;
        let own = Unity { roots: unity.roots.iter().step_by(classes).copied().collect() };
        let laws: Vec<Option<Vec<Complex>>> = self
            .sizes
            .iter()
            .map(|term| match term {
                Term::Fixed(_) => None,
                Term::Random(atoms) => Some(characteristic(atoms, unity, residue, &own)),
            })
            .collect();
        let mut found = vec![Vec::with_capacity(class); self.roots.len()];
        let mut terms: Vec<Lanes> = vec![[[0.0; LANES]; 2]; self.sizes.len()];
        let mut values: Vec<Lanes> = vec![[[0.0; LANES]; 2]; self.steps.len()];
        for block in 0..class / LANES {
            for ((lanes, term), law) in terms.iter_mut().zip(&self.sizes).zip(&laws) {
                let [re, im] = lanes;
                for (lane, (re, im)) in re.iter_mut().zip(im).enumerate() {
                    let own = block * LANES + lane;
                    let value = match (term, law) {
                        (Term::Fixed(shift), _) => unity.power((residue + classes * own) * shift),
                        (_, Some(law)) => law[own],
                        _ => Complex::default(),
                    };
                    (*re, *im) = (value.re, value.im);
                }
            }
            self.pass(&terms, &mut values);
            for (found, root) in found.iter_mut().zip(&self.roots) {
                let [re, im] = &values[*root];
                found.extend(re.iter().zip(im).map(|(re, im)| Complex { re: *re, im: *im }));
            }
        }
        found
    }

    /// One pass over the program.
    fn pass(&self, terms: &[Lanes], values: &mut [Lanes]) {
        for (at, step) in self.steps.iter().enumerate() {
            let value = match step {
                FlatStep::And(kids) => {
                    let kids = self.kids[kids.clone()].iter();
                    kids.fold(ONE, |product, kid| times(&product, &values[*kid as usize]))
                }
                FlatStep::Or(branches) => {
                    let mut sum = [[0.0; LANES]; 2];
                    for branch in &self.branches[branches.clone()] {
                        let mut value = values[branch.kid];
                        for term in &self.holds[branch.holds.clone()] {
                            value = times(&value, &terms[*term as usize]);
                        }
                        for part in 0..2 {
                            for lane in 0..LANES {
                                sum[part][lane] += branch.weight * value[part][lane];
                            }
                        }
                    }
                    sum
                }
            };
            values[at] = value;
        }
    }
}

/// Products, frequency by frequency.
pub fn times(left: &Lanes, right: &Lanes) -> Lanes {
    let mut product = [[0.0; LANES]; 2];
    for lane in 0..LANES {
        product[0][lane] = left[0][lane] * right[0][lane] - left[1][lane] * right[1][lane];
        product[1][lane] = left[0][lane] * right[1][lane] + left[1][lane] * right[0][lane];
    }
    product
}

/// The characteristic function of a law at the frequencies of a class: its values are turned by the
/// residue, folded to the length of the class, and transformed.
pub fn characteristic(
    atoms: &[(usize, f64)],
    unity: &Unity,
    residue: usize,
    own: &Unity,
) -> Vec<Complex> {
    let class = own.roots.len();
    let mut folded = vec![Complex::default(); class];
    for (value, p) in atoms {
        let turn = unity.power(residue * value);
        let sum = &mut folded[value % class];
        sum.re += p * turn.re;
        sum.im += p * turn.im;
    }
    own.transform(&mut folded);
    folded
}

/// The powers of exp(-2 pi i / n), n a power of two.
#[derive(Debug)]
pub struct Unity {
    /// All of them.
    pub roots: Vec<Complex>,
}

impl Unity {
    /// By plain arithmetic, so that they are the same bits everywhere: the first eighth of the
    /// circle by Taylor's series, the rest by symmetry.
    pub fn new(length: usize) -> Self {
        let eighth = length / 8;
        let step = std::f64::consts::TAU / real(length);
        let roots = (0..length).map(|k| {
            let (octant, rest) = (k / eighth, k % eighth);
            let near = if octant % 2 == 0 { rest } else { eighth - rest };
            let (cos, sin) = cos_sin(real(near) * step);
            let (cos, sin) = if octant % 2 == 0 { (cos, sin) } else { (sin, cos) };
            match octant / 2 {
                0 => Complex { re: cos, im: -sin },
                1 => Complex { re: -sin, im: -cos },
                2 => Complex { re: -cos, im: sin },
                _ => Complex { re: sin, im: cos },
            }
        });
        Self { roots: roots.collect() }
    }

    /// One of them; exponents go round.
    pub fn power(&self, exponent: usize) -> Complex {
        self.roots[exponent & (self.roots.len() - 1)]
    }

    /// The discrete Fourier transform in place.
    fn transform(&self, values: &mut [Complex]) {
        let length = values.len();
        let bits = length.trailing_zeros();
        for at in 0..length {
            let mirrored = at.reverse_bits() >> (usize::BITS - bits);
            values.swap(at, mirrored.max(at));
        }
        let mut half = 1;
        let mut turns = Vec::with_capacity(length / 2);
        while half < length {
            turns.clear();
            turns.extend(self.roots.iter().step_by(length / (2 * half)).take(half));
            for block in values.chunks_exact_mut(2 * half) {
                let (left, right) = block.split_at_mut(half);
                for ((left, right), turn) in left.iter_mut().zip(right).zip(&turns) {
                    let turned = right.times(*turn);
                    *right = Complex { re: left.re - turned.re, im: left.im - turned.im };
                    *left = Complex { re: left.re + turned.re, im: left.im + turned.im };
                }
            }
            half *= 2;
        }
    }
}

/// Cosine and sine between 0 and pi/4 by Taylor's series to the last place.
fn cos_sin(angle: f64) -> (f64, f64) {
    let square = angle * angle;
    let (mut cos, mut sin) = (1.0, 1.0);
    for k in (1..=9_u32).rev() {
        let k = f64::from(k);
        cos = 1.0 - square / ((2.0 * k - 1.0) * (2.0 * k)) * cos;
        sin = 1.0 - square / ((2.0 * k) * (2.0 * k + 1.0)) * sin;
    }
    (cos, angle * sin)
}

/// A value as an index.
pub fn place(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// A length as a real number.
#[expect(clippy::cast_precision_loss, reason = "lengths stay far below 2^53")]
pub fn real(value: usize) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::{Complex, Flat, LANES, Unity, place, real, sum};
    use crate::law::{self, Law};
    use crate::model::Size;

    #[test]
    fn powers_of_unity_are_right_to_the_last_place() {
        for length in [8, 32, 4096] {
            let unity = Unity::new(length);
            for (k, root) in unity.roots.iter().enumerate() {
                let angle = -std::f64::consts::TAU * real(k) / real(length);
                assert!((root.re - angle.cos()).abs() < 1e-15, "{k} of {length}: {root:?}");
                assert!((root.im - angle.sin()).abs() < 1e-15, "{k} of {length}: {root:?}");
            }
        }
    }

    #[test]
    fn a_transform_agrees_with_its_definition() {
        let unity = Unity::new(16);
        let values: Vec<Complex> =
            (0..16_u32).map(|k| Complex { re: f64::from(k * k % 7), im: f64::from(k) }).collect();
        let mut found = values.clone();
        unity.transform(&mut found);
        for (k, found) in found.iter().enumerate() {
            let mut expected = Complex::default();
            for (n, value) in values.iter().enumerate() {
                let term = value.times(unity.power(k * n));
                expected = Complex { re: expected.re + term.re, im: expected.im + term.im };
            }
            assert!((found.re - expected.re).abs() < 1e-12);
            assert!((found.im - expected.im).abs() < 1e-12);
        }
    }

    #[test]
    fn a_sum_of_fixed_and_random_numbers_agrees_with_adding_them_one_by_one() {
        let either = Law::from_rising([(0, 0.5), (4000, 0.5)].into_iter());
        let spread = [Law::of(Size::Uniform(0, 900)), Law::of(Size::Pert(100, 500, 1200))];
        let [first, second] = spread;
        let laws = [Law::point(5), first, Law::point(3), second, either];
        let expected = laws.iter().fold(Law::point(0), |sum, law| sum.plus(law));
        let (low, high) = (108, 6108);
        assert_eq!((expected.low(), expected.high()), (Some(low), Some(high)));
        let mut wanted = vec![0.0; place(high - low) + 1];
        expected.atoms().iter().for_each(|(value, p)| wanted[place(value - low)] = *p);
        let found = sum(&laws, (low, high));
        assert_eq!(found.len(), wanted.len());
        for (offset, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
            assert!((found - wanted).abs() < 1e-16, "{offset}: {found} is not {wanted}");
            // What is impossible has no weight at all, and nothing has less.
            assert!(*found >= 0.0 && (*wanted > 0.0 || *found <= 0.0), "{offset}: {found}");
        }
    }

    #[test]
    fn what_is_cut_off_as_noise_is_not_lost() {
        // Each of three hundred coins is worth 40 once in a thousand times.
        let coin = Law::from_rising([(0, 0.999), (40, 0.001)].into_iter());
        let found = sum(&vec![coin; 300], (0, 12_000));
        let whole = law::sum(found.into_iter());
        assert!((whole - 1.0).abs() < 4e-15, "{whole}");
    }

    #[test]
    fn small_weights_are_no_noise() {
        for (rare, error) in [(1e-10, 1e-3), (1e-12, 1e-2)] {
            let far = Law::from_rising([(0, 1.0 - rare), (1000, rare)].into_iter());
            let found = sum(&[Law::of(Size::Uniform(0, 2999)), far], (0, 3999));
            for tail in &found[3000..] {
                assert!((tail * 3e3 / rare - 1.0).abs() < error, "{tail} is not {rare} / 3000");
            }
        }
    }

    #[test]
    fn a_sum_of_few_values_fills_no_block_of_frequencies() {
        let coin = Law::from_rising([(0, 0.25), (1, 0.75)].into_iter());
        for count in 0..=LANES {
            let coins = vec![coin.clone(); count];
            let expected = coins.iter().fold(Law::point(0), |sum, law| sum.plus(law));
            let found = sum(&coins, (0, u64::try_from(count).unwrap()));
            assert_eq!(found.len(), expected.atoms().len());
            for (found, (_, wanted)) in found.iter().zip(expected.atoms()) {
                assert!((found - wanted).abs() < 1e-15, "{count}: {found} is not {wanted}");
            }
        }
    }

    #[test]
    fn half_of_the_frequencies_are_enough() {
        let flat = Flat::of_sum(&[Law::point(3)]);
        let unity = Unity::new(8 * LANES);
        let lengths = [1, 2, 4, 8].map(|classes| flat.half(&unity, 8 * LANES / classes).len());
        assert_eq!(lengths, [1, 2, 3, 5]);
    }
}
