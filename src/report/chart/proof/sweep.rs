//! Proofreading of the charts of sweeps.
//!
//! In: lines, bars and maps of every kind. Out: nothing; a test fails where text leaves the page or meets other text.

use super::*;

const SMALL: Size = Size { width: 800, height: 450 };

fn measure(chances: bool, title: &str) -> SweepMeasure {
    SweepMeasure { title: title.to_owned(), chances }
}

fn numbers(number: u32, (low, high): (f64, f64), chances: bool) -> SweepAxis {
    let share = |at: u32| f64::from(at) / f64::from(number.max(2) - 1);
    let numbers: Vec<f64> = (0..number).map(|at| low + (high - low) * share(at)).collect();
    let labels = numbers.iter().map(|value| format!("{value}"));
    let labels = labels.collect();
    SweepAxis { title: LONG.repeat(2), labels, numbers: Some(numbers), chances }
}

fn words(number: usize) -> SweepAxis {
    let labels = (0..number).map(name).collect();
    SweepAxis { title: LONG.repeat(2), labels, numbers: None, chances: false }
}

/// Kinds of figures: rising, falling, the same, nothing but zeros, with gaps, missing.
fn value(kind: usize, share: f64, most: f64) -> Option<f64> {
    match kind {
        0 => Some(share * most),
        1 => Some((1.0 - share) * most),
        2 => Some(most),
        3 => Some(0.0),
        4 => (share > 0.3).then_some(share * most),
        _ => None,
    }
}

fn draw(chart: &SweepChart) {
    proofread_at_all_sizes(|look| chart.draw(look));
    proofread(&chart.draw(&Look::from(SMALL)), SMALL);
}

#[test]
fn lines_of_sweeps_stay_on_the_page() {
    let ends = [(0.0, 1.0), (0.3, 0.3001), (15_000.0, 30_000.0), (0.001, 0.002), (-5.0, 5.0)];
    for (number, lines) in [(0, 0), (1, 1), (2, 1), (11, 2), (101, 4), (1001, 7)] {
        for (at, (low, high)) in ends.into_iter().enumerate() {
            let (chances, most) = (at % 2 == 0, [1.0, 1_250_000.0, 0.0003, 3.0, 0.5][at]);
            let axis = numbers(number, (low, high), at == 0);
            let line = |own: usize| SweepLine {
                label: name(own + at),
                told: "0 % to 100 %; 3 % in the file; none at 3 of 11".to_owned(),
                values: (0..number)
                    .map(|place| {
                        let share = f64::from(place) / f64::from(number.max(2) - 1);
                        value((own + at) % 6, share, most / f64::from(1 + u8::from(own > 2)))
                    })
                    .collect(),
                own: (own == 1).then_some(most / 3.0),
            };
            draw(&SweepChart::Lines(SweepLines {
                frame: frame(at),
                measure: measure(chances, LONG),
                axis,
                lines: (0..lines).map(line).collect(),
                own: Some((low + (high - low) * [0.0, 0.5, 1.0, 0.01, 2.0][at], LONG.to_owned())),
                floors: floors(most),
                nothing: LONG.to_owned(),
            }));
        }
    }
}

#[test]
fn bars_of_sweeps_stay_on_the_page() {
    for (groups, rows) in [(0, 0), (1, 1), (1, 3), (2, 6), (7, 12)] {
        for (kind, most) in [(0, 1.0), (1, 1_250_000.0), (3, 0.0), (4, 0.2), (5, 1.0)] {
            let row = |at: u32| SweepBar {
                label: name(at as usize),
                note: if at == 1 { LONG } else { "" }.to_owned(),
                value: value(kind, f64::from(at) / f64::from(rows), most),
            };
            let group = |at: usize| SweepGroup {
                label: if groups > 1 { name(at) } else { String::new() },
                rows: (0..rows).map(row).collect(),
            };
            draw(&SweepChart::Bars(SweepBars {
                frame: frame(kind),
                measure: measure(most <= 1.0, LONG),
                groups: (0..groups).map(group).collect(),
                nothing: LONG.to_owned(),
            }));
        }
    }
}

#[test]
fn maps_of_sweeps_stay_on_the_page() {
    let sizes = [(0, 0), (1, 1), (2, 2), (3, 40), (11, 11), (101, 101), (7, 200), (250, 8)];
    for (at, (wide, high)) in sizes.into_iter().enumerate() {
        for (kind, most) in [(0, 1.0), (1, 1_250_000.0), (2, 0.5), (3, 0.0), (4, 0.004), (5, 1.0)] {
            let axis = |number: u32| match (at + kind) % 3 {
                0 => words(number as usize),
                _ => numbers(number, (0.0, 1.0), true),
            };
            let cell = |at: u32| {
                let share = f64::from((at % wide) * (at / wide)) / f64::from(wide * high);
                value(kind, share, most)
            };
            let far = [f64::from(wide) - 1.0, f64::from(high) - 1.0];
            let chart = SweepChart::Map(SweepMap {
                frame: frame(at),
                measure: measure(most <= 1.0, LONG),
                across: axis(wide),
                up: axis(high),
                cells: (0..wide * high).map(cell).collect(),
                own: [None, Some((far[0], far[1])), Some((0.0, 0.0)), Some((far[0] / 3.3, 0.4))]
                    [(at + kind) % 4]
                    .filter(|_| wide > 0),
                own_label: "in the file: 1,250,000".to_owned(),
                nothing: LONG.to_owned(),
            });
            draw(&chart);
            assert!(chart.draw(&Look::default()).len() < 1_000_000, "{wide} {high} {kind}");
        }
    }
}

#[test]
fn a_map_prints_its_figures_where_they_fit_and_hatches_what_has_none() {
    let map = |number: u32| {
        let cell = |at: u32| (at > 0).then(|| f64::from(at) / f64::from(number * number));
        let chart = SweepChart::Map(SweepMap {
            frame: frame(0),
            measure: measure(true, "Chance"),
            across: numbers(number, (0.0, 1.0), true),
            up: numbers(number, (0.0, 1.0), true),
            cells: (0..number * number).map(cell).collect(),
            own: None,
            own_label: String::new(),
            nothing: String::new(),
        });
        proofread(&chart.draw(&Look::default()), Size::SLIDE)
    };
    let texts =
        |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.clone()).collect::<Vec<_>>();
    let few = texts(&map(3));
    for figure in ["11 %", "44 %", "89 %", "No figure"] {
        assert!(few.iter().any(|text| text.replace('\u{a0}', " ") == figure), "{figure}: {few:?}");
    }
    assert!(!few.iter().any(|text| text.starts_with("Even chance")), "{few:?}");
    let many = texts(&map(60));
    for label in ["No figure", "Even chance (50 %)", "20 to 30 %"] {
        assert!(many.iter().any(|text| text.replace('\u{a0}', " ") == label), "{label}: {many:?}");
    }
}
