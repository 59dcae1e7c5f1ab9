//! The charts of a brief: which ones say something, each with its headline and its words.
//!
//! In: a `Finding` and what is beside it. Out: [`Picture`]s in the order of the page.

use super::Picture;
use crate::law::coarse;
use crate::report::chart::{Look, Size, fitted};
use crate::report::figures::{self, Name};
use crate::report::tables;
use crate::report::wording::in_theatre;
use crate::study::{Beside, Finding};

/// In the order of the page, the first on page one.
const ORDER: [Name; 9] = [
    Name::Gates,
    Name::Outcomes,
    Name::Exceedance,
    Name::Posture,
    Name::Waterfall,
    Name::Drivers,
    Name::Compare,
    Name::Ledger,
    Name::History,
];

/// Two of them and their headings fill a page of A4, on which the 16 pixels of a slide are 6.5 points.
const SIZE: Size = Size { width: 800, height: 528 };

/// For the chart of gates, whose rows are many; the style sheet gives it three quarters of the width.
const TALL: Size = Size { width: 800, height: 600 };

/// The charts that say something.
pub(super) fn charts(finding: &Finding, beside: &Beside) -> Vec<Picture> {
    let shown = ORDER.into_iter().filter(|name| says_something(*name, finding, beside));
    shown.map(|name| picture(name, finding, beside)).collect()
}

fn picture(name: Name, finding: &Finding, beside: &Beside) -> Picture {
    // The headline is the heading over the chart.
    let size = if name == Name::Gates { TALL } else { SIZE };
    let look = Look { title: Some(String::new()), ..Look::from(size) };
    let drawn = fitted(&figures::draw(name, finding, beside, &look));
    // No line of the heading begins with a per cent sign.
    let headline = drawn.headline.replace(" %", "\u{A0}%");
    Picture { headline, description: drawn.description, svg: drawn.svg }
}

/// Whether there is more to draw than a sentence that there is nothing to draw.
fn says_something(name: Name, finding: &Finding, beside: &Beside) -> bool {
    let scenario = &finding.scenario;
    let any_force = || in_theatre(finding).law.as_ref().is_some_and(|law| law.if_any().is_some());
    match name {
        Name::Gates => !tables::gate_axes(finding).1.is_empty(),
        Name::Outcomes => finding.outcomes.forces.len() > 1,
        Name::Exceedance => any_force(),
        Name::Posture | Name::Waterfall => tables::headline(finding).0 > 0.0,
        Name::Drivers => drives(finding),
        Name::Compare => beside.variants.len() > 1,
        Name::Ledger => scenario.pledges.iter().any(|(_, pledge)| pledge.known),
        Name::History => has_moved(finding, &beside.earlier),
    }
}

/// Whether any figure has moved since an earlier date.
fn has_moved(finding: &Finding, earlier: &[Finding]) -> bool {
    let figures = |state: &Finding| -> Vec<_> {
        let figures = tables::history_figures(state).into_iter();
        figures.map(|(metric, found)| (metric, found.map(|found| coarse(found.value)))).collect()
    };
    let now = figures(finding);
    earlier.iter().any(|state| figures(state) != now)
}

/// Whether setting some condition moves the force or a requirement.
fn drives(finding: &Finding) -> bool {
    let responses = &finding.outcomes.responses;
    let all = responses.met.iter().chain([&responses.troops]).flatten();
    let mut turns = all.flat_map(|response| response.options.iter().flatten());
    turns.any(|turn| turn.swing().is_some_and(|swing| swing != 0.0))
}
