//! Provenance: how a picture was made and what it shows, carried inside the picture.
//!
//! In: a `Finding`, the options that change numbers, and a chart's data. Out: SVG with a `<metadata>`
//! element, PNG with an `iTXt` chunk, both holding the same compact JSON; and the same read back. It
//! holds nothing that does not change the picture: no paths, clock or threads.

pub(in crate::report) mod page;
mod png;
mod svg;

use super::table::rounded;
use crate::evaluate::{Choice, Effort};
use crate::outcomes::{Method, Sampling};
use crate::pipeline::sha256;
use crate::scenario::Scenario;
use crate::study::sweep::Sweep;
use crate::study::{Beside, Finding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The form of what is carried. It rises when an older reader would misunderstand a newer picture.
pub const FORMAT: u32 = 1;

/// What the chart of a sweep is called.
pub const SWEEP: &str = "sweep";

/// What a page is called, which shows everything.
pub const BRIEF: &str = "brief";

/// How many worlds and forces are listed where nobody says how many.
pub const TOP: usize = 4096;

/// The longest list of a chart's data that is carried whole.
const LONGEST: usize = 256;

/// The options that change numbers, where they are not the usual ones.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recipe {
    /// `sampled`, where everything was sampled though the budget might have sufficed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// What exact figures may cost, in steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<u64>,
    /// How many worlds were drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
    /// Which random numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The most worlds and outcomes, or `all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top: Option<Value>,
    /// The most conditions of a set, or `all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_size: Option<Value>,
    /// Troops a step of a distribution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<u64>,
    /// The assumptions whose options are compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub across: Vec<String>,
}

impl Recipe {
    /// The part of it that is about how figures are found.
    pub fn new(effort: Effort) -> Self {
        let usual = Effort::default();
        let other = |own: u64, usual: u64| (own != usual).then_some(own);
        Self {
            method: (effort.choice == Choice::Sampled).then(|| "sampled".to_owned()),
            budget: other(effort.budget, usual.budget),
            samples: other(effort.sampling.samples, usual.sampling.samples),
            seed: other(effort.sampling.seed, usual.sampling.seed),
            ..Self::default()
        }
    }

    /// How figures are found.
    pub fn effort(&self) -> Effort {
        let usual = Effort::default();
        Effort {
            choice: if self.method.is_some() { Choice::Sampled } else { Choice::Auto },
            budget: self.budget.unwrap_or(usual.budget),
            sampling: Sampling {
                samples: self.samples.unwrap_or(usual.sampling.samples),
                seed: self.seed.unwrap_or(usual.sampling.seed),
            },
        }
    }

    /// Without what changes no number of a finding: what would have been drawn, had anything been.
    #[must_use]
    pub fn of(&self, finding: &Finding, beside: &Beside) -> Self {
        let variants = beside.variants.iter().filter_map(|variant| variant.finding.as_ref());
        let mut all = variants.chain(&beside.earlier).chain([finding]);
        if all.any(|finding| finding.outcomes.sampling.is_some()) {
            return self.clone();
        }
        Self { samples: None, seed: None, ..self.clone() }
    }

    /// The part that a chart depends on.
    #[must_use]
    pub fn for_chart(&self, lists_forces: bool) -> Self {
        let top = self.top.clone().filter(|top| lists_forces && *top != TOP);
        Self { top, max_size: None, step: None, ..self.clone() }
    }
}

/// A scenario as it stood when a picture was made of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Origin {
    /// Its id.
    pub id: String,
    /// SHA-256 of the resolved scenario as of the date.
    pub sha256: String,
    /// The same without what entries are called.
    #[serde(default)]
    pub nameless_sha256: String,
    /// The date of the knowledge.
    pub as_of: Date,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon: Option<Date>,
}

impl Origin {
    /// Of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            id: scenario.id.clone(),
            sha256: scenario.hash.clone(),
            nameless_sha256: scenario.nameless_hash.clone(),
            as_of: scenario.as_of,
            horizon: scenario.horizon,
        }
    }

    /// Whether a scenario differs from it only in what entries are called, so that every figure is the same.
    pub fn is_renamed(&self, now: &Scenario) -> bool {
        self.nameless_sha256 == now.nameless_hash && self.sha256 != now.hash
    }
}

/// What a sweep varies, and what it finds at each point; nothing of anything else.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Varied {
    /// `KEY=VALUES`, the first varies slowest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vary: Vec<String>,
    /// The metrics by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<String>,
}

impl Varied {
    /// Of some metrics of a sweep.
    pub fn new(sweep: &Sweep, metrics: &[usize]) -> Self {
        let found = metrics.iter().filter_map(|at| sweep.metrics.get(*at));
        Self {
            vary: sweep.axes.iter().map(|axis| axis.argument().to_owned()).collect(),
            metrics: found.map(|metric| metric.name(&sweep.scenario)).collect(),
        }
    }

    /// Whether what is known differs from point to point.
    pub fn varies_the_date(&self) -> bool {
        self.vary.iter().any(|vary| vary.trim_start().starts_with("scenario.as_of"))
    }

    /// Whether it is of a sweep.
    pub fn is_sweep(&self) -> bool {
        !self.vary.is_empty()
    }
}

/// How a picture was made, and what it shows.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Provenance {
    /// [`FORMAT`].
    pub contingent: u32,
    /// The program's version.
    pub version: String,
    /// The chart's name.
    pub chart: String,
    /// What it was made of; several for a comparison of scenarios.
    pub scenarios: Vec<Origin>,
    /// What is taken as given; empty for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub given: String,
    /// `KEY=VALUE`, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<String>,
    /// What a sweep varies and finds.
    #[serde(flatten)]
    pub grid: Varied,
    /// `exact`, `sampled` or `mixed`.
    pub method: String,
    /// The options that change numbers.
    #[serde(default)]
    pub options: Recipe,
    /// The options that change the drawing only, where they are not the usual ones.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub drawing: Map<String, Value>,
    /// Every number and word of the chart; of long lists how many values, and their SHA-256.
    pub shows: Value,
    /// SHA-256 of the picture, or of the page, without this.
    #[serde(default)]
    pub picture: String,
}

impl Provenance {
    /// Of a chart of some findings.
    pub fn new(chart: &str, findings: &[Finding], options: Recipe, data: Value) -> Self {
        let first = findings.first();
        Self {
            contingent: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            chart: chart.to_owned(),
            scenarios: findings.iter().map(|finding| Origin::new(&finding.scenario)).collect(),
            given: first.map(|finding| finding.given().to_owned()).unwrap_or_default(),
            settings: first.map(|finding| finding.scenario.settings.clone()).unwrap_or_default(),
            grid: Varied::default(),
            method: first.map(|own| own.outcomes.method.word().to_owned()).unwrap_or_default(),
            options,
            drawing: Map::new(),
            shows: carried(data),
            picture: String::new(),
        }
    }

    /// Of a chart of a sweep; its figures are exact.
    pub fn of_sweep(scenario: &Scenario, grid: Varied, options: Recipe, data: Value) -> Self {
        Self {
            scenarios: vec![Origin::new(scenario)],
            given: scenario.given_text().to_owned(),
            settings: scenario.settings.clone(),
            grid,
            method: Method::Exact.word().to_owned(),
            ..Self::new(SWEEP, &[], options, data)
        }
    }

    /// An SVG that carries this.
    #[must_use]
    pub fn stamp_svg(&self, drawn: &str) -> String {
        let own = Self { picture: svg::digest(drawn).unwrap_or_default(), ..self.clone() };
        svg::stamp(drawn, &own.text())
    }

    /// A PNG that carries this.
    #[must_use]
    pub fn stamp_png(&self, pixels: &[u8]) -> Vec<u8> {
        let own = Self { picture: sha256(pixels), ..self.clone() };
        png::stamp(pixels, &own.text())
    }

    /// A page of HTML that carries this.
    #[must_use]
    pub fn stamp_html(&self, page: &str) -> String {
        let own = Self { picture: page::digest(page), ..self.clone() };
        page::stamp_html(page, &own.text())
    }

    /// A page of Markdown that carries this.
    #[must_use]
    pub fn stamp_markdown(&self, page: &str) -> String {
        let own = Self { picture: page::digest(page), ..self.clone() };
        page::stamp_markdown(page, &own.text())
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What a picture says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// How it was made.
    pub provenance: Provenance,
    /// Whether it was changed since, or saved by another program.
    pub edited: bool,
}

/// Reads back what a picture carries, or says why that cannot be done.
pub fn read(bytes: &[u8]) -> Result<Carried, String> {
    let (text, picture) = if png::is_png(bytes) {
        png::read(bytes)?
    } else {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is neither an SVG nor a PNG")?;
        match page::read(text) {
            Some(found) => found,
            None if is_page(text) => return Err(SILENT.to_owned()),
            None => svg::read(text)?,
        }
    };
    let broken =
        |error: serde_json::Error| format!("what it says of how it was made is broken: {error}");
    let value: Value = serde_json::from_str(&text).map_err(broken)?;
    let form = value.get("contingent").and_then(Value::as_u64);
    if form != Some(FORMAT.into()) {
        let version = value.get("version").and_then(Value::as_str).unwrap_or("another version");
        return Err(format!(
            "contingent {version} wrote it in a form that this version does not read"
        ));
    }
    let provenance: Provenance = serde_json::from_value(value).map_err(broken)?;
    let edited = provenance.picture != picture;
    Ok(Carried { provenance, edited })
}

/// Why a file without all this cannot be judged.
const SILENT: &str = "it does not say how it was made";

/// Whether a text is a page of HTML or plain text, and no SVG.
fn is_page(text: &str) -> bool {
    !text.trim_start().starts_with('<') || page::is_html(text)
}

/// A chart's data as it is carried: numbers of 12 digits, long lists as their digest.
pub fn carried(data: Value) -> Value {
    match data {
        Value::Array(list) => {
            let list: Vec<Value> = list.into_iter().map(carried).collect();
            if list.len() <= LONGEST {
                return list.into();
            }
            let (values, whole) = (list.len(), Value::Array(list).to_string());
            json!({ "values": values, "sha256": sha256(whole.as_bytes()) })
        }
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (key, carried(value))).collect::<Map<_, _>>().into()
        }
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or(Value::Null, |number| rounded(number).into())
        }
        other => other,
    }
}
