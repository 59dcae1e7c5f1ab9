//! What changed between two states of one scenario, in words.

use crate::scenario::Scenario;
use crate::study::diff::causes::causes;

/// One phrase for each thing that changed.
pub fn changes(old: &Scenario, new: &Scenario) -> Vec<String> {
    let all = causes(old, new, &[]);
    all.iter().map(|cause| format!("{} ({})", cause.name, cause.kind.word())).collect()
}
