//! A chart drawn, with how it was made inside: the bytes of an SVG or a PNG file.
//!
//! In: a chart's name or its struct, what it is made of, options. Out: a `Drawn`, hence bytes. Nothing here fails but the
//! drawing of pixels.

use super::chart::{CompareChart, Look, png};
use super::figures::{self, Picture};
use super::provenance::{Provenance, Recipe};
use super::spelt::for_pixels;
use crate::error::Error;
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
        Self { svg, spelt: None, made, scale: look.scale }
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
