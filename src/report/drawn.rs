//! A chart drawn, with how it was made inside: the bytes of an SVG or a PNG file.
//!
//! In: a chart's name or its struct, what it is made of, options. Out: a `Drawn`, hence bytes. Nothing here fails but the
//! drawing of pixels.

use super::chart::{CompareChart, Look, is_drawable, png};
use super::figures::{self, Picture};
use super::provenance::{Provenance, Recipe, Varied};
use super::spelt::{for_pixels, spelt};
use crate::error::Error;
use crate::scenario::Scenario;
use crate::study::sweep::Sweep;
use crate::study::sweep::own::Own;
use crate::study::{Beside, Finding};

/// A chart and how it was made.
#[derive(Clone, Debug)]
pub struct Drawn {
    svg: String,
    /// The same with names that the font of pixels has letters for, where they differ.
    spelt: Option<String>,
    made: Provenance,
    scale: f32,
}

impl Drawn {
    /// One of the charts of a finding.
    pub fn new(
        name: figures::Name,
        (finding, beside): (&Finding, &Beside),
        options: &Recipe,
        look: &Look,
    ) -> Self {
        let Picture { svg, data } = figures::picture(name, finding, beside, look);
        let options = options.of(finding, beside).for_chart(name == figures::Name::Outcomes);
        let one = std::slice::from_ref(finding);
        let made = Provenance::new(name.word(), one, options, data);
        let made = Provenance { drawing: look.unusual(), ..made };
        Self {
            spelt: for_pixels(&svg, (name, finding, beside), look),
            svg,
            made,
            scale: look.scale,
        }
    }

    /// A comparison of scenarios.
    pub fn comparison(
        chart: &CompareChart,
        findings: &[Finding],
        options: Recipe,
        look: &Look,
    ) -> Self {
        let Picture { svg, data } = Picture::of_comparison(chart, look);
        let made = Provenance::new(figures::Name::Compare.word(), findings, options, data);
        let made = Provenance { drawing: look.unusual(), ..made };
        let spelt = (!is_drawable(&svg)).then(|| {
            let spelt = |own: &Finding| Finding { scenario: spelt(&own.scenario), ..own.clone() };
            let findings: Vec<Finding> = findings.iter().map(spelt).collect();
            figures::compare_scenarios(&findings).map(|chart| chart.draw(look))
        });
        Self { svg, spelt: spelt.flatten(), made, scale: look.scale }
    }

    /// A chart of some metrics of a sweep, with the file's own point.
    pub fn sweep(
        sweep: &Sweep,
        own: Option<&Own>,
        metrics: &[usize],
        options: Recipe,
        look: &Look,
    ) -> Self {
        let scenario = figures::sweep::shown_scenario(sweep, own);
        let draw = |scenario: &Scenario| figures::sweep::sweep(sweep, own, metrics, scenario);
        let chart = draw(scenario);
        let svg = chart.draw(look);
        let spelt = (!is_drawable(&svg)).then(|| draw(&spelt(scenario)).draw(look));
        let data = figures::sweep::shown(&chart);
        let made = Provenance::of_sweep(scenario, Varied::new(sweep, metrics), options, data);
        let made = Provenance { drawing: look.unusual(), ..made };
        Self { svg, spelt, made, scale: look.scale }
    }

    /// What is drawn, without how it was made.
    pub fn drawing(&self) -> &str {
        &self.svg
    }

    /// An SVG file.
    pub fn svg(&self) -> String {
        self.made.stamp_svg(&self.svg)
    }

    /// A PNG file.
    pub fn png(&self) -> Result<Vec<u8>, Error> {
        let pixels =
            pixels(&self.made.chart, self.spelt.as_ref().unwrap_or(&self.svg), self.scale)?;
        Ok(self.made.stamp_png(&pixels))
    }
}

/// An SVG as PNG.
pub fn pixels(name: &str, svg: &str, scale: f32) -> Result<Vec<u8>, Error> {
    png::render(svg, scale).map_err(|reason| Error::Draw { name: name.to_owned(), reason })
}
