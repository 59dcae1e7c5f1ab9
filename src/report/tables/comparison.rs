//! The table of comparisons: each metric under each variant, and the difference.
//!
//! In: groups of variants, each with its base. Out: a tidy table, one row a variant and metric.

use super::{FOUND, begin};
use crate::law::Law;
use crate::layout::{ELSEWHERE, IN_THEATRE};
use crate::outcomes::Method;
use crate::report::table::{Builder, Kind, Table};
use crate::report::words::{percent, thousands};
use crate::scenario::TROOPS;
use crate::study::{Finding, Reading, Variant};

/// One variant as it is compared.
#[derive(Clone, Debug)]
pub struct Compared<'a> {
    /// What differs: `force_size=high`, or nothing for a scenario as it stands.
    pub variant: String,
    /// Whether it is what the scenario chose, or the first scenario.
    pub base: bool,
    /// What was found; none where the variant cannot be evaluated.
    pub finding: Option<&'a Finding>,
    /// What differences are taken from.
    pub against: &'a Finding,
}

impl<'a> Compared<'a> {
    /// What says which scenario it is.
    fn shown(&self) -> &'a Finding {
        self.finding.unwrap_or(self.against)
    }

    /// Its figures; all undefined where it cannot be evaluated.
    fn metrics(&self) -> Vec<Metric> {
        let undefined = |metric| Metric { value: None, ..metric };
        self.finding
            .map_or_else(|| metrics(self.against).into_iter().map(undefined).collect(), metrics)
    }
}

/// Each reading beside what the scenario says.
pub fn compared<'a>(finding: &'a Finding, variants: &'a [Variant]) -> Vec<Compared<'a>> {
    let scenario = &finding.scenario;
    let compared = variants.iter().map(|variant| Compared {
        variant: match variant.reading {
            Reading::Option { assumption, option } => {
                let name = &scenario.assumptions.at(assumption).options[option].name;
                format!("{}={name}", scenario.assumptions.id(assumption))
            }
            Reading::Stage { pledge, stage } => {
                format!("pledges.{}.stage={stage}", scenario.pledges.id(pledge))
            }
        },
        base: variant.reading.is_own(scenario),
        finding: variant.finding.as_ref(),
        against: finding,
    });
    compared.collect()
}

/// A figure less that of the base; what differs by rounding alone does not differ.
fn difference((value, base): (f64, f64)) -> f64 {
    let difference = value - base;
    if difference.abs() <= 1e-13 * base.abs() { 0.0 } else { difference }
}

/// Several scenarios beside the first.
pub fn compared_scenarios(findings: &[Finding]) -> Vec<Compared<'_>> {
    let compared = findings.iter().enumerate().map(|(position, finding)| Compared {
        variant: finding.variant(),
        base: position == 0,
        finding: Some(finding),
        against: &findings[0],
    });
    compared.collect()
}

/// A figure that is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Its name: `in_theatre.if_any_mean`, `requirement.floor_15000.probability`.
    pub name: String,
    /// `troops` or another unit of pledges, or `probability`.
    pub unit: String,
    /// Its value.
    pub value: Option<f64>,
    /// How it was found.
    pub method: Method,
}

/// The unit of probabilities.
const PROBABILITY: &str = "probability";

/// Builds the table.
pub fn comparison(variants: &[Compared<'_>]) -> Table {
    struct Row<'a> {
        compared: &'a Compared<'a>,
        metric: Metric,
        difference: Option<f64>,
    }
    let mut rows = Vec::new();
    for compared in variants {
        let base = metrics(compared.against);
        for metric in compared.metrics() {
            let against = base.iter().find(|other| other.name == metric.name);
            let against = against.and_then(|against| against.value);
            let difference = metric.value.zip(against).map(difference);
            rows.push(Row { compared, metric, difference });
        }
    }
    let scenario = |row: &Row<'_>| row.compared.shown().scenario.id.clone();
    let table: Builder<'_, Row<'_>> = Builder::new("comparison", "a metric under a variant");
    table
        .column("scenario", Kind::Text, "id of the scenario", scenario)
        .column("as_of", Kind::Date, "date of the knowledge", |row| {
            row.compared.shown().scenario.as_of
        })
        .column("given", Kind::Text, "what is taken as given", |row| {
            row.compared.shown().given().to_owned()
        })
        .column(
            "variant",
            Kind::Text,
            "options, stages or settings that differ from the file",
            |row| row.compared.variant.clone(),
        )
        .column("base", Kind::Boolean, "whether differences are taken from it", |row| {
            row.compared.base
        })
        .column("metric", Kind::Text, "name of the figure", |row| row.metric.name.clone())
        .column("unit", Kind::Text, "unit of the figure", |row| row.metric.unit.clone())
        .column("value", Kind::Amount, "the figure", |row| row.metric.value)
        .column("difference", Kind::Amount, "the figure less that of the base", |row| {
            row.difference
        })
        .column("method", Kind::Text, FOUND, |row| {
            row.metric.value.map(|_| row.metric.method.word())
        })
        .rows(rows)
}

/// The figures of a finding that are compared, in a fixed order.
pub fn metrics(finding: &Finding) -> Vec<Metric> {
    let mut metrics = Vec::new();
    for name in [IN_THEATRE, ELSEWHERE] {
        total_metrics(finding, name, &mut metrics);
    }
    let requirements = finding.scenario.requirements.iter().zip(&finding.outcomes.requirements);
    for ((id, requirement), result) in requirements {
        let all = Method::of(result.standard_error);
        let when_asked = Method::of(result.standard_error_when_asked);
        let (chance, shortfall) =
            (result.probability_when_asked, result.expected_shortfall_when_asked);
        let figures = [
            ("probability", PROBABILITY, result.probability, all),
            ("probability_when_asked", PROBABILITY, chance, when_asked),
            ("expected_shortfall_when_asked", &requirement.unit, shortfall, when_asked),
        ];
        for (figure, unit, value, method) in figures {
            let name = format!("requirement.{id}.{figure}");
            metrics.push(Metric { name, unit: unit.to_owned(), value, method });
        }
    }
    metrics
}

fn total_metrics(finding: &Finding, name: &str, metrics: &mut Vec<Metric>) {
    let total = finding.totals.iter().position(|total| total.name == name);
    let Some(result) = total.map(|index| &finding.outcomes.totals[index]) else { return };
    let law = result.law.as_ref();
    let if_any = law.and_then(Law::if_any);
    let quantile =
        |level| if_any.as_ref().and_then(|law| law.quantile(level)).map(crate::law::real);
    let any = |law: &Law| law.at_least(1);
    let all = Method::of(result.standard_error);
    let when_asked = Method::of(result.standard_error_when_asked);
    let any_when_asked = result.law_when_asked.as_ref().map(any);
    let figures = [
        ("probability_any", PROBABILITY, law.map(any), all),
        ("probability_any_when_asked", PROBABILITY, any_when_asked, when_asked),
        ("if_any_p05", TROOPS, quantile(0.05), all),
        ("if_any_mean", TROOPS, if_any.as_ref().map(Law::mean), all),
        ("if_any_p95", TROOPS, quantile(0.95), all),
        ("mean", TROOPS, law.map(Law::mean), all),
    ];
    for (figure, unit, value, method) in figures {
        let name = format!("{name}.{figure}");
        metrics.push(Metric { name, unit: unit.to_owned(), value, method });
    }
}

/// The same figures for people: a row a metric, a column a variant. Leaves out what is elsewhere
/// where nothing ever is.
pub fn side_by_side(variants: &[Compared<'_>]) -> Option<Table> {
    let first = variants.first()?;
    let columns: Vec<Vec<Metric>> = variants.iter().map(Compared::metrics).collect();
    let row_is = "a metric, a column a variant; * marks what others are compared with";
    let table: Builder<'_, (usize, Metric)> = begin(first.shown(), "comparison", row_is);
    let mut table =
        table.column("metric", Kind::Text, "name of the figure", |(_, metric)| metric.name.clone());
    for (variant, figures) in variants.iter().zip(&columns) {
        let id = &variant.shown().scenario.id;
        let name = if variant.variant.is_empty() { id } else { &variant.variant };
        let mark = if variant.base { " *" } else { "" };
        table = table.column(format!("{name}{mark}"), Kind::Amount, "value", |(_, metric)| {
            let figure = figures.iter().find(|figure| figure.name == metric.name);
            let value = figure.and_then(|figure| Some(shown(&figure.unit, figure.value?)));
            value.unwrap_or_else(|| "–".to_owned())
        });
    }
    let nothing = |name: &str| {
        let figures = columns.iter().flatten().filter(|figure| figure.name == name);
        figures.into_iter().all(|figure| figure.value.is_none_or(|value| value == 0.0))
    };
    let rows = columns.first()?.iter().cloned().enumerate();
    Some(table.rows(rows.filter(|(_, m)| !(m.name.starts_with(ELSEWHERE) && nothing(&m.name)))))
}

fn shown(unit: &str, value: f64) -> String {
    if unit == PROBABILITY { percent(value) } else { thousands(value) }
}
