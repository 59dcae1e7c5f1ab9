//! Paths through diagrams: which options occur where a function holds, and what is left of it when
//! some levels do not matter.
//!
//! In: diagrams that are true or false everywhere. Out: options by level, or a diagram over fewer
//! levels. Each is one pass over the nodes: in a reduced diagram every node but "false" leads to
//! "true", and an edge that skips a level allows all of its options.

use super::diagram::{Diagrams, FALSE, Ref, Spent};
use super::factors::narrow;

/// For each level, which of its options occur where `f` holds.
pub fn options(diagrams: &mut Diagrams, f: Ref) -> Spent<Vec<Vec<bool>>> {
    let levels = diagrams.levels();
    let mut found = Found { occur: Vec::new(), skips: vec![0; levels + 1] };
    for level in 0..levels {
        found.occur.push(vec![false; diagrams.width(narrow(level))]);
    }
    if f != FALSE {
        found.skip(0, diagrams.level(f));
    }
    let mut seen = vec![false; diagrams.len()];
    let mut open = vec![f];
    while let Some(f) = open.pop() {
        if std::mem::replace(&mut seen[f as usize], true) || diagrams.value(f).is_some() {
            continue;
        }
        diagrams.spend(1)?;
        let level = diagrams.level(f);
        let kids = diagrams.kids(f).iter().enumerate();
        for (option, kid) in kids.filter(|(_, kid)| **kid != FALSE) {
            found.occur[level as usize][option] = true;
            found.skip(level + 1, diagrams.level(*kid));
            open.push(*kid);
        }
    }
    Ok(found.all())
}

/// Options that occur, and how many edges begin to skip at each level less those that end there.
struct Found {
    occur: Vec<Vec<bool>>,
    skips: Vec<i64>,
}

impl Found {
    fn skip(&mut self, first: u32, end: u32) {
        let last = self.occur.len();
        self.skips[(first as usize).min(last)] += 1;
        self.skips[(end as usize).min(last)] -= 1;
    }

    fn all(mut self) -> Vec<Vec<bool>> {
        let mut skipping = 0;
        for (occur, change) in self.occur.iter_mut().zip(&self.skips) {
            skipping += change;
            if skipping > 0 {
                occur.fill(true);
            }
        }
        self.occur
    }
}

/// Where `f` holds under some options of the levels that are marked.
pub fn forget(diagrams: &mut Diagrams, f: Ref, levels: &[bool]) -> Spent<Ref> {
    let mut known = vec![None; diagrams.len()];
    forget_in(diagrams, f, levels, &mut known)
}

fn forget_in(
    diagrams: &mut Diagrams,
    f: Ref,
    levels: &[bool],
    known: &mut [Option<Ref>],
) -> Spent<Ref> {
    if diagrams.value(f).is_some() {
        return Ok(f);
    }
    if let Some(result) = known[f as usize] {
        return Ok(result);
    }
    diagrams.spend(1)?;
    let level = diagrams.level(f);
    let mut kids = diagrams.kids(f).to_vec();
    for kid in &mut kids {
        *kid = forget_in(diagrams, *kid, levels, known)?;
    }
    let result =
        if levels[level as usize] { diagrams.any(&kids)? } else { diagrams.node(level, &kids) };
    known[f as usize] = Some(result);
    Ok(result)
}

/// The one option of a level that occurs, if there is just one.
pub fn only(occur: &[bool]) -> Option<usize> {
    let mut found = occur.iter().enumerate().filter(|(_, occurs)| **occurs);
    let (option, _) = found.next()?;
    found.next().is_none().then_some(option)
}

#[cfg(test)]
mod tests {
    use super::{forget, narrow, only, options};
    use crate::evaluate::diagram::{Diagrams, FALSE, OverBudget, TRUE};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    #[test]
    fn options_occur_on_paths_and_where_levels_are_skipped() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2, 3, 2], u64::MAX);
        let (a, b, c) = (diagrams.literal(0, 1), diagrams.literal(1, 2), diagrams.literal(2, 0));
        let ab = diagrams.and(a, b)?;
        assert_eq!(
            options(&mut diagrams, ab)?,
            [vec![false, true], vec![false, false, true], vec![true; 2]]
        );
        let bc = diagrams.and(b, c)?;
        let f = diagrams.or(a, bc)?;
        assert_eq!(options(&mut diagrams, f)?, [vec![true; 2], vec![true; 3], vec![true; 2]]);
        assert!(options(&mut diagrams, FALSE)?.into_iter().flatten().all(|occurs| !occurs));
        Ok(())
    }

    #[test]
    fn what_is_forgotten_may_be_anything() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2, 3, 2], u64::MAX);
        let (a, b, c) = (diagrams.literal(0, 1), diagrams.literal(1, 2), diagrams.literal(2, 1));
        let all = diagrams.all(&[a, b, c])?;
        let expected = diagrams.and(a, c)?;
        assert_eq!(forget(&mut diagrams, all, &[false, true, false])?, expected);
        assert_eq!(only(&[false, true]), Some(1));
        assert_eq!(only(&[true, true]), None);
        Ok(())
    }

    #[test]
    fn options_are_those_of_some_case_in_which_the_function_holds() -> Result<(), OverBudget> {
        let mut stream = ChaCha8Rng::seed_from_u64(1);
        let widths = [2_usize, 3, 2, 3];
        let mut diagrams = Diagrams::new(vec![2, 3, 2, 3], u64::MAX);
        for round in 0..300 {
            // The cases in which it holds: few at first, so that options are missing.
            let mut expected: Vec<Vec<bool>> =
                widths.iter().map(|width| vec![false; *width]).collect();
            let mut f = FALSE;
            for _ in 0..=round / 60 {
                let mut case = TRUE;
                let free = stream.next_u32() % 16;
                for (level, width) in widths.iter().enumerate() {
                    let option = stream.next_u32() as usize % width;
                    if free >> level & 1 == 1 {
                        expected[level].fill(true);
                    } else {
                        expected[level][option] = true;
                        let literal = diagrams.literal(narrow(level), option);
                        case = diagrams.and(case, literal)?;
                    }
                }
                f = diagrams.or(f, case)?;
            }
            assert_eq!(options(&mut diagrams, f)?, expected);
        }
        Ok(())
    }

    #[test]
    fn each_function_on_the_way_is_looked_at_once() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 24], u64::MAX);
        let of: Vec<_> = (0..24).map(|level| diagrams.literal(level, 1)).collect();
        let half = diagrams.at_least(12, &of)?;
        let before = diagrams.steps();
        assert_eq!(options(&mut diagrams, half)?, vec![vec![true; 2]; 24]);
        // As many as there are ways to have so many so far, and so many left: 12 times 13.
        assert_eq!(diagrams.steps() - before, 156);
        Ok(())
    }
}
