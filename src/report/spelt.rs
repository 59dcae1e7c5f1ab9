//! Names that the embedded font cannot show give way to ids, which are plain words in Latin letters.
//!
//! In: a `Finding` whose names may be in any script. Out: the same for PNG charts, whose only font has Latin, Greek and
//! Cyrillic letters. SVG keeps the names: whatever shows it has fonts of its own.

use super::chart::{Look, is_drawable};
use super::figures::{self, Name};
use crate::scenario::Scenario;
use crate::study::{Beside, Finding};

/// The SVG that a PNG is made of, with ids where names have letters that the font lacks; none where they have not.
pub fn for_pixels(
    svg: &str,
    (name, finding, beside): (Name, &Finding, &Beside),
    look: &Look,
) -> Option<String> {
    let spelt = || Finding { scenario: spelt(&finding.scenario), ..finding.clone() };
    (!is_drawable(svg)).then(|| figures::draw(name, &spelt(), beside, look))
}

/// The same with the ids of what has a name that cannot be shown.
pub fn spelt(scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    for at in 0..scenario.nations.len() {
        let id = scenario.nations.id(at).to_owned();
        spell(&mut scenario.nations.at_mut(at).name, &id);
    }
    for at in 0..scenario.basings.len() {
        let id = scenario.basings.id(at).replace('_', " ");
        spell(&mut scenario.basings.at_mut(at).name, &id);
    }
    for at in 0..scenario.sources.len() {
        let id = scenario.sources.id(at).replace('_', " ");
        if let Some(publisher) = &mut scenario.sources.at_mut(at).publisher {
            spell(publisher, &id);
        }
    }
    for at in 0..scenario.assumptions.len() {
        drop_label(&mut scenario.assumptions.at_mut(at).label);
    }
    for at in 0..scenario.conditions.len() {
        drop_label(&mut scenario.conditions.at_mut(at).label);
    }
    for at in 0..scenario.pledges.len() {
        drop_label(&mut scenario.pledges.at_mut(at).label);
    }
    for at in 0..scenario.requirements.len() {
        drop_label(&mut scenario.requirements.at_mut(at).label);
    }
    scenario
}

fn spell(name: &mut String, id: &str) {
    if !is_drawable(name) {
        id.clone_into(name);
    }
}

/// What has no label is called by its id.
fn drop_label(label: &mut Option<String>) {
    label.take_if(|label| !is_drawable(label));
}
