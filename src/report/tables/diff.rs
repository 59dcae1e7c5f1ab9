//! The table of a difference: what moved each figure between two scenarios.
//!
//! In: a `Diff`. Out: a tidy table, one row a figure and cause; the same for people, and the finding
//! in a sentence. Printed shares sum to the printed change: all numbers of a figure are rounded to
//! the same place, and what that leaves goes to the largest share.

use super::{ERROR, FOUND, begin_with, briefly, joined};
use crate::outcomes::{Estimate, Method};
use crate::report::changes::Changes;
use crate::report::table::{Builder, Kind, Table};
use crate::report::words::thousands;
use crate::scenario::Scenario;
use crate::study::diff::causes::{Cause, CauseKind};
use crate::study::diff::{Diff, Figure, PROBABILITY, Part};

/// What the table calls a change that cannot be split.
const TOGETHER: &str = "together";

/// What moved a figure in a row.
#[derive(Clone, Copy)]
enum By<'a> {
    /// Nothing, or nobody can tell.
    Nothing,
    /// One cause.
    Cause(&'a Cause),
    /// All changes, which cannot be told apart.
    Together,
}

struct Row<'a> {
    figure: Option<&'a Figure>,
    old: Option<f64>,
    new: Option<f64>,
    by: By<'a>,
    change: Option<f64>,
    standard_error: Option<f64>,
}

/// Builds the table.
pub fn diff(diff: &Diff) -> Table {
    let worded = Changes { old: &diff.sides.old, new: &diff.sides.new };
    let (old, new) = (&diff.sides.old, &diff.sides.new);
    let cause = |row: &Row<'_>, shown: &dyn Fn(&Cause) -> String| match row.by {
        By::Cause(cause) => shown(cause),
        _ => String::new(),
    };
    let table: Builder<'_, Row<'_>> = begin_with(new, "diff", "a cause that moved a figure");
    let table = table
        .column("old_scenario", Kind::Text, "id of the old scenario", |_| old.id.as_str())
        .column("old_as_of", Kind::Date, "its date of the knowledge", |_| old.as_of)
        .column("old_variant", Kind::Text, "settings that differ from its file", |_| old.variant());
    table
        .column("metric", Kind::Text, "the figure; empty where a cause moved none", |row| {
            row.figure.map(|figure| figure.name.clone())
        })
        .column("unit", Kind::Text, "unit of the figure", |row| row.figure.map(|own| own.unit))
        .column("old", Kind::Amount, "the figure in the old scenario", |row| row.old)
        .column("new", Kind::Amount, "the figure in the new scenario", |row| row.new)
        .column("cause_kind", Kind::Text, "what kind of thing changed", |row| match row.by {
            By::Cause(cause) => cause.kind.word(),
            By::Together => TOGETHER,
            By::Nothing => "",
        })
        .column("cause", Kind::Text, "id of what changed", |row| match row.by {
            By::Cause(cause) => cause.name.clone(),
            By::Together => "all changes together".to_owned(),
            By::Nothing => String::new(),
        })
        .column("what", Kind::Text, "what changed, in words", move |row| {
            cause(row, &|cause| worded.what(cause))
        })
        .column("change", Kind::Amount, "its part of new less old (Shapley value)", |row| {
            row.change
        })
        .column("sources", Kind::Text, "sources of the new value", move |row| {
            cause(row, &|cause| joined(worded.sources(cause)))
        })
        .column("assumed", Kind::Text, "the reason, where the new value is assumed", move |row| {
            cause(row, &|cause| joined(worded.assumed(cause)))
        })
        .column("method", Kind::Text, FOUND, |row| {
            row.change.map(|_| Method::of(row.standard_error).word())
        })
        .column("standard_error", Kind::Amount, ERROR, |row| row.standard_error)
        .rows(rows(diff))
}

/// The causes of each figure, then those that moved none.
fn rows(diff: &Diff) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for figure in &diff.figures {
        let settled = Settled::of(figure);
        let row = |by: By<'static>| Row {
            figure: Some(figure),
            old: settled.old,
            new: settled.new,
            by,
            change: None,
            standard_error: None,
        };
        if figure.parts.is_empty() {
            let error = |end: Option<Estimate>| end.and_then(|end| end.standard_error);
            let standard_error = error(figure.old).or(error(figure.new));
            let change = settled.old.zip(settled.new).map(|(old, new)| new - old);
            rows.push(Row { change, standard_error, ..row(By::Nothing) });
        }
        for (part, change) in figure.parts.iter().zip(&settled.changes) {
            let by = part.cause.map_or(By::Together, |cause| By::Cause(&diff.causes[cause]));
            let standard_error = part.change.standard_error;
            rows.push(Row { by, change: Some(*change), standard_error, ..row(By::Nothing) });
        }
    }
    rows.extend(idle(diff).map(|cause| Row {
        figure: None,
        old: None,
        new: None,
        by: By::Cause(cause),
        change: Some(0.0),
        standard_error: None,
    }));
    rows
}

/// The causes that moved no figure.
fn idle(diff: &Diff) -> impl Iterator<Item = &Cause> {
    let moves = |at: usize| {
        let parts = diff.figures.iter().flat_map(|figure| &figure.parts);
        parts.into_iter().any(|part| part.cause == Some(at))
    };
    diff.causes.iter().enumerate().filter(move |(at, _)| !moves(*at)).map(|(_, cause)| cause)
}

/// The numbers of a figure at one number of decimal places.
struct Settled {
    old: Option<f64>,
    new: Option<f64>,
    changes: Vec<f64>,
}

impl Settled {
    fn of(figure: &Figure) -> Self {
        let ends = [figure.old, figure.new].map(|end| end.map(|end| end.value));
        let mut changes: Vec<f64> = figure.parts.iter().map(|part| part.change.value).collect();
        let numbers = ends.iter().flatten().chain(&changes);
        let places = numbers.map(|number| places(*number)).min().unwrap_or(0);
        let [old, new] = ends.map(|end| end.map(|end| rounded(end, places)));
        for change in &mut changes {
            *change = rounded(*change, places);
        }
        if let (Some(old), Some(new), Some((first, others))) = (old, new, changes.split_first_mut())
        {
            *first = rounded(new - old - crate::law::sum(others.iter().copied()), places);
        }
        Self { old, new, changes }
    }
}

/// How many decimal places of a number are among its 12 printed digits.
fn places(number: f64) -> usize {
    let shown = format!("{number:e}");
    let exponent = shown.split_once('e').and_then(|(_, power)| power.parse::<i32>().ok());
    usize::try_from(11 - exponent.unwrap_or(0)).unwrap_or(0).min(15)
}

fn rounded(number: f64, places: usize) -> f64 {
    format!("{number:.places$}").parse().unwrap_or(number)
}

/// Whether a part goes the other way than the change that it is a part of.
fn against(part: &Part, change: f64) -> bool {
    part.change.value * change < 0.0
}

/// The finding in a sentence.
pub fn sentence(diff: &Diff) -> String {
    let worded = Changes { old: &diff.sides.old, new: &diff.sides.new };
    let order = |figure: &&Figure| figure.name != crate::layout::IN_THEATRE;
    let mut figures: Vec<&Figure> = diff.figures.iter().collect();
    figures.sort_by_key(order);
    let moved = figures.into_iter().find(|figure| !figure.parts.is_empty());
    let leading = |figure: &Figure| {
        let change = figure.new.zip(figure.old).map_or(0.0, |(new, old)| new.value - old.value);
        let mut parts = figure.parts.iter();
        parts.find(|part| !against(part, change)).or(figure.parts.first()).copied()
    };
    let Some((figure, part)) = moved.and_then(|figure| Some((figure, leading(figure)?))) else {
        return match diff.causes.len() {
            0 => "Nothing differs that could move a figure.".to_owned(),
            1 => "One thing differs, and no figure moves.".to_owned(),
            several => format!("{several} things differ, and no figure moves."),
        };
    };
    let settled = Settled::of(figure);
    let (old, new) = (settled.old.unwrap_or(0.0), settled.new.unwrap_or(0.0));
    let name = match figure.name.as_str() {
        crate::layout::IN_THEATRE => "The expected force in theatre".to_owned(),
        "headline" | "counted" => format!("The {} force", figure.name),
        name => format!("The probability of {name}"),
    };
    let verb = match new.total_cmp(&old) {
        std::cmp::Ordering::Greater => "rose",
        std::cmp::Ordering::Less => "fell",
        std::cmp::Ordering::Equal => "stayed the same: it went",
    };
    let unit = if figure.unit == PROBABILITY { "" } else { " troops" };
    let because = match part.cause {
        None => {
            "the change cannot be split, because some mixture of the two has no value".to_owned()
        }
        Some(cause) => {
            let cause = &diff.causes[cause];
            let change = signed(figure, part.change.value);
            let size = |part: &Part| crate::law::coarse(part.change.value.abs());
            let tied = figure.parts.iter().filter(|other| size(other) == size(&part)).count() > 1;
            let part = match figure.parts.len() {
                1 => "the one cause is".to_owned(),
                _ if figure.parts.iter().any(|other| against(other, new - old)) => {
                    format!(
                        "the largest cause of the {} is",
                        if new < old { "fall" } else { "rise" }
                    )
                }
                _ if tied => "none moved it more than".to_owned(),
                _ => "the largest cause is".to_owned(),
            };
            format!("{part} {} ({}): {change}", cause.name, worded.what(cause))
        }
    };
    format!("{name} {verb} from {} to {}{unit}; {because}.", plain(figure, old), plain(figure, new))
}

/// A figure as people read it.
fn plain(figure: &Figure, value: f64) -> String {
    if figure.unit == PROBABILITY { format!("{:.1} %", value * 100.0) } else { thousands(value) }
}

/// A change as people read it: troops, or points of a hundred.
fn signed(figure: &Figure, change: f64) -> String {
    if figure.unit == PROBABILITY {
        format!("{} points", with_sign(change * 100.0))
    } else {
        with_sign(change)
    }
}

/// `+1,200`; below ten, two significant digits.
fn with_sign(change: f64) -> String {
    let sign = if change > 0.0 { "+" } else { "" };
    if change.abs() >= 10.0 {
        return format!("{sign}{}", thousands(change));
    }
    format!("{sign}{}", format!("{change:.1e}").parse().unwrap_or(change))
}

/// For people: one line a figure.
pub fn figures(diff: &Diff) -> Table {
    let shown = |figure: &Figure, value: Option<f64>| {
        value.map_or_else(|| "–".to_owned(), |value| plain(figure, value))
    };
    let table: Builder<'_, &Figure> = begin_with(&diff.sides.new, "figures", "a figure");
    table
        .column("metric", Kind::Text, "name of the figure", |figure| figure.name.clone())
        .column("old", Kind::Amount, "in the old scenario", |figure| {
            shown(figure, Settled::of(figure).old)
        })
        .column("new", Kind::Amount, "in the new scenario", |figure| {
            shown(figure, Settled::of(figure).new)
        })
        .column("change", Kind::Amount, "new less old", |figure| {
            let settled = Settled::of(figure);
            let moved = settled.old.zip(settled.new).map(|(old, new)| new - old);
            match moved {
                None => "–".to_owned(),
                Some(_) if figure.parts.is_empty() => "0".to_owned(),
                Some(change) => signed(figure, change),
            }
        })
        .rows(&diff.figures)
}

/// For people: the causes, those that move most first; changes of method in a table of their own.
pub fn causes(diff: &Diff) -> [Table; 2] {
    let mut order: Vec<usize> = (0..diff.causes.len()).collect();
    let rank = |cause: &usize| {
        let mut figures: Vec<&Figure> = diff.figures.iter().collect();
        figures.sort_by_key(|figure| figure.name != crate::layout::IN_THEATRE);
        let size = |figure: &&Figure| {
            std::cmp::Reverse(crate::law::coarse(change(figure, *cause).unwrap_or(0.0).abs()))
        };
        figures.iter().map(size).collect::<Vec<_>>()
    };
    order.sort_by_cached_key(rank);
    let method = |cause: &usize| diff.causes[*cause].kind == CauseKind::Method;
    let (apart, own): (Vec<usize>, Vec<usize>) = order.into_iter().partition(method);
    [list(diff, "causes", "a cause", own), list(diff, "method", "a change of method", apart)]
}

fn list(diff: &Diff, name: &'static str, row_is: &'static str, causes: Vec<usize>) -> Table {
    let worded = Changes { old: &diff.sides.old, new: &diff.sides.new };
    let table: Builder<'_, usize> = begin_with(&diff.sides.new, name, row_is);
    let mut table = table
        .column("cause", Kind::Text, "id of what changed", |at| diff.causes[*at].name.clone())
        .column("what", Kind::Text, "what changed", move |at| worded.what(&diff.causes[*at]));
    for figure in diff.figures.iter().filter(|figure| figure.unit != PROBABILITY) {
        if !figure.parts.is_empty() {
            table = table.column(figure.name.clone(), Kind::Amount, "its part", move |at| {
                change(figure, *at).map(|change| signed(figure, change))
            });
        }
    }
    if diff.figures.iter().any(|own| own.unit == PROBABILITY && !own.parts.is_empty()) {
        table = table.column("requirements, points", Kind::Text, "its part", |at| {
            let moved = diff.figures.iter().filter(|figure| figure.unit == PROBABILITY);
            let moved = moved.filter_map(|figure| {
                let name = briefly(&figure.name);
                Some(format!("{name} {}", with_sign(change(figure, *at)? * 100.0)))
            });
            joined(moved.collect::<Vec<_>>())
        });
    }
    table
        .column("sources", Kind::Text, "sources of the new value", move |at| {
            let cause = &diff.causes[*at];
            let assumed = worded.assumed(cause).into_iter().map(|why| format!("assumed: {why}"));
            joined(worded.sources(cause).into_iter().chain(assumed))
        })
        .rows(causes)
}

/// What a cause adds to a figure; none where that is nothing.
fn change(figure: &Figure, cause: usize) -> Option<f64> {
    let part = figure.parts.iter().find(|part| part.cause == Some(cause))?;
    Some(part.change.value)
}

/// What is compared with what, for the line above the tables.
pub fn between(diff: &Diff) -> String {
    let side = |scenario: &Scenario| {
        let variant = scenario.variant();
        let set = if variant.is_empty() { variant } else { format!(", {variant}") };
        format!("{} as of {}{set}", scenario.id, scenario.as_of)
    };
    format!("From {} to {}.", side(&diff.sides.old), side(&diff.sides.new))
}
