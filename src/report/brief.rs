//! The brief: one page that goes to whoever decides, as HTML that needs nothing beside it, or as Markdown.
//!
//! In: a `Finding` and what is beside it. Out: the page. [`brief`] gathers the words, charts and tables; two templates
//! under `brief/` set them. Nothing here finds a figure: sentences are the summary's, cells the tables', pictures the
//! charts'. The same scenario gives the same bytes.
//!
//! Reading order: `escape` (what the templates may put out), `charts`, `grids` and `decisions` (tables for reading),
//! `ledger`, `grounds` (what is assumed, and the sources).

mod charts;
mod decisions;
mod escape;
mod grids;
mod grounds;
mod ledger;

use super::provenance::{BRIEF, Provenance, Recipe};
use super::summary;
use super::wording::{day, formula_in_words};
use super::words::thousands;
use crate::evaluate::deciding::Direction;
use crate::law::real;
use crate::study::{Beside, Finding};
use askama::Template;
use grids::Grid;
use grounds::{Assumed, SourceNote};
use serde_json::Value;

/// Everything that a brief says, in the order of the page.
#[derive(Clone, Debug)]
pub struct Brief {
    title: String,
    marking: Option<String>,
    /// The dates, and what is taken as given or set: what it is, and how it stands.
    facts: Vec<Fact>,
    /// What force there is.
    force: Vec<String>,
    /// What else was found: a heading and its sentences.
    findings: Vec<(&'static str, Vec<Sentence>)>,
    charts: Vec<Picture>,
    tables: Vec<Grid>,
    ledger: Grid,
    chosen: Grid,
    assumed: Vec<Assumed>,
    sources: Vec<SourceNote>,
    caveats: Vec<Sentence>,
    /// How the page was made, for people and for programs.
    run: Vec<Fact>,
    made: Provenance,
}

/// Something and how it stands.
#[derive(Clone, Debug)]
struct Fact {
    name: &'static str,
    value: String,
}

/// A chart with its words.
#[derive(Clone, Debug)]
struct Picture {
    headline: String,
    description: String,
    svg: String,
}

/// A sentence in pieces, of which every other is what one would type.
#[derive(Clone, Debug)]
struct Sentence(Vec<String>);

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        Self(text.split('`').map(str::to_owned).collect())
    }
}

impl Sentence {
    /// The pieces, and whether each is typed.
    fn pieces(&self) -> impl Iterator<Item = (&String, bool)> {
        self.0.iter().enumerate().map(|(at, piece)| (piece, at % 2 == 1))
    }
}

/// Gathers a brief.
pub fn brief(finding: &Finding, beside: &Beside) -> Brief {
    let (scenario, one) = (&finding.scenario, std::slice::from_ref(finding));
    let sentences = |lines: Vec<String>| lines.into_iter().map(Sentence::from).collect();
    let findings = [
        (summary::MEETS, summary::meets(finding)),
        (summary::DECIDES, summary::deciding(finding, &beside.stress)),
    ];
    let findings = findings.into_iter().filter(|(_, lines)| !lines.is_empty());
    Brief {
        title: scenario.title.clone(),
        marking: scenario.marking.clone().filter(|marking| !marking.trim().is_empty()),
        facts: facts(finding),
        force: summary::force(finding),
        findings: findings.map(|(heading, lines)| (heading, sentences(lines))).collect(),
        charts: charts::charts(finding, beside),
        tables: tables(finding),
        ledger: ledger::ledger(finding),
        chosen: grounds::chosen(scenario),
        assumed: grounds::assumed(scenario),
        sources: grounds::sources(scenario),
        caveats: sentences(summary::grounds(finding)),
        run: run(finding),
        made: Provenance::new(BRIEF, one, Recipe::default(), Value::Null),
    }
}

impl Brief {
    /// The same, found with options that change numbers.
    #[must_use]
    pub fn with(self, options: Recipe) -> Self {
        Self { made: Provenance { options, ..self.made }, ..self }
    }

    /// The page as HTML.
    pub fn html(&self) -> String {
        self.made.stamp_html(&rendered(&HtmlPage { brief: self }))
    }

    /// The page as Markdown, without the pictures.
    pub fn markdown(&self) -> String {
        let page = rendered(&MarkdownPage { brief: self });
        self.made.stamp_markdown(&(page.trim_end().to_owned() + "\n"))
    }

    /// The marking as a string of CSS, each letter by its number, for the margins of printed pages.
    fn marking_in_css(&self) -> Option<String> {
        let letters = self.marking.as_ref()?.chars().filter(|letter| !letter.is_control());
        let numbers: Vec<String> =
            letters.map(|letter| format!("{:06x}", u32::from(letter))).collect();
        Some(format!("\\{}", numbers.join("\\")))
    }
}

/// The templates were checked when the program was built, and writing to memory cannot fail; an empty page would fail
/// every test of the brief.
fn rendered(page: &impl Template) -> String {
    page.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "brief.html", config = "src/report/brief/askama.toml")]
struct HtmlPage<'a> {
    brief: &'a Brief,
}

#[derive(Template)]
#[template(path = "brief.md", config = "src/report/brief/askama.toml")]
struct MarkdownPage<'a> {
    brief: &'a Brief,
}

/// The tables that have rows.
fn tables(finding: &Finding) -> Vec<Grid> {
    let all = [
        grids::requirements(finding),
        grids::totals(finding),
        decisions::deciding(finding, Direction::Unlock),
        decisions::deciding(finding, Direction::Block),
        decisions::drivers(finding),
    ];
    all.into_iter().map(Grid::filled).filter(|grid| !grid.rows.is_empty()).collect()
}

fn facts(finding: &Finding) -> Vec<Fact> {
    let scenario = &finding.scenario;
    let asked = scenario.asked_when.as_ref().map(|asked| formula_in_words(&asked.text));
    let given = scenario.given.as_ref().map(|given| formula_in_words(&given.text));
    let set = (!scenario.settings.is_empty()).then(|| finding.variant());
    let facts = [
        ("Known as of", Some(day(scenario.as_of))),
        ("Every probability means by", scenario.horizon.map(day)),
        ("Taken as given", Some(given.unwrap_or_else(|| "nothing".to_owned()))),
        ("The force is asked for when", asked),
        ("Set otherwise than in the file", set),
    ];
    stated(facts)
}

fn run(finding: &Finding) -> Vec<Fact> {
    let scenario = &finding.scenario;
    let sampling = finding.outcomes.sampling;
    let drawn = sampling.map(|sampling| {
        format!("{} worlds, seed {}", thousands(real(sampling.samples)), sampling.seed)
    });
    let or_none = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    stated([
        ("Scenario", Some(scenario.id.clone())),
        ("Scenario's SHA-256", Some(scenario.hash.clone())),
        ("As of", Some(scenario.as_of.to_string())),
        ("Horizon", scenario.horizon.map(|date| date.to_string())),
        ("Given", Some(or_none(finding.given()))),
        ("Settings", Some(or_none(&finding.variant()))),
        ("Counts from stage", Some(scenario.counts_from.word().to_owned())),
        ("Method", Some(finding.outcomes.method.word().to_owned())),
        ("Drawn", drawn),
        ("Made by", Some(format!("contingent {}", env!("CARGO_PKG_VERSION")))),
    ])
}

fn stated<const N: usize>(facts: [(&'static str, Option<String>); N]) -> Vec<Fact> {
    let facts = facts.into_iter();
    facts.filter_map(|(name, value)| value.map(|value| Fact { name, value })).collect()
}
