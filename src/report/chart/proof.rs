//! Proofreading for tests: reads the text of a drawn SVG back and finds what leaves the page or runs into other text.
//!
//! In: SVG as the charts draw it. Out: boxes of text, as wide as the embedded font says, and what is wrong with them.

mod sweep;

use super::fitted::plain;
use super::style::Type;
use super::*;

/// A piece of text on the page: what it says, its size, and the corners of its box.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) size: i32,
    corners: [(f64, f64); 4],
}

/// Panics where text leaves the page, meets other text, or is smaller than 14 pixels on a slide.
pub(super) fn proofread(svg: &str, size: Size) -> Vec<Piece> {
    let pieces: Vec<Piece> = svg.split("<text ").skip(1).map(piece).collect();
    let framing = |piece: &&Piece| FRAMING.iter().any(|start| piece.text.starts_with(start));
    let marks: Vec<[f64; 4]> = marks(svg).collect();
    for piece in pieces.iter().filter(framing) {
        assert!(!marks.iter().any(|mark| piece.is_under(*mark)), "a mark runs through {piece:?}");
    }
    for (number, one) in pieces.iter().enumerate() {
        assert!(one.inside(size), "leaves the page: {one:?}");
        let least = if size == Size::SLIDE { 14 } else { 9 };
        assert!(one.size >= least, "too small: {one:?}");
        for other in &pieces[number + 1..] {
            assert!(one.apart(other), "{one:?} meets {other:?}");
        }
    }
    pieces
}

/// How the headline and the source line of these tests begin.
const FRAMING: [&str; 2] = ["No force in 94", "Sources:"];

/// The filled rectangles of a drawing but white ones: left, top, width, height.
fn marks(svg: &str) -> impl Iterator<Item = [f64; 4]> {
    let filled = svg.split("<rect ").skip(1).filter(|head| {
        let head = head.split('>').next().unwrap();
        !head.contains("#FFFFFF")
    });
    filled.map(|head| {
        let number = |name: &str| attribute(head, name).and_then(|value| value.parse().ok());
        ["x", "y", "width", "height"].map(|name| number(name).unwrap())
    })
}

fn piece(element: &str) -> Piece {
    let (head, rest) = element.split_once(">\n").unwrap();
    let text = rest.split_once("\n</text>").unwrap().0;
    let text = plain(text);
    let number = |name: &str| attribute(head, name).and_then(|value| value.parse::<i32>().ok());
    let (x, y, size) = (number("x").unwrap(), number("y").unwrap(), number("font-size").unwrap());
    let face = Type::new(size);
    let face = if head.contains("font-weight=\"bold\"") { face.bold() } else { face };
    let width = f64::from(face.width(&text));
    let left = match attribute(head, "text-anchor") {
        Some("end") => -width,
        Some("middle") => -width / 2.0,
        _ => 0.0,
    };
    let (up, down) = (f64::from(size) * 0.72, f64::from(size) * 0.2);
    let corners = [(left, -up), (left + width, -up), (left + width, down), (left, down)];
    let turn = if head.contains("rotate(-45, ") { 0.5_f64.sqrt() } else { 0.0 };
    let straight = if turn > 0.0 { turn } else { 1.0 };
    let place = |(across, along): (f64, f64)| {
        let x = f64::from(x) + across * straight + along * turn;
        (x, f64::from(y) + along * straight - across * turn)
    };
    Piece { text, size, corners: corners.map(place) }
}

fn attribute<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let start = format!("{name}=\"");
    let at = if head.starts_with(&start) { 0 } else { head.find(&format!(" {start}"))? + 1 };
    head[at + start.len()..].split('"').next()
}

impl Piece {
    fn inside(&self, size: Size) -> bool {
        let (wide, high) = (f64::from(size.width), f64::from(size.height));
        self.corners.iter().all(|(x, y)| (0.0..=wide).contains(x) && (0.0..=high).contains(y))
    }

    /// Whether a level rectangle covers any of its box.
    fn is_under(&self, [left, top, width, height]: [f64; 4]) -> bool {
        let [(start, high), _, (end, low), _] = self.corners;
        left < end && left + width > start && top < low && top + height > high
    }

    /// Two convex shapes are apart where some side of one parts them.
    fn apart(&self, other: &Self) -> bool {
        let sides = |piece: &Self| [0, 1].map(|at| (piece.corners[at], piece.corners[at + 1]));
        let axes = [sides(self), sides(other)];
        axes.iter().flatten().any(|((x, y), (to_x, to_y))| {
            let (across, along) = (to_x - x, to_y - y);
            let range = |piece: &Self| {
                let places = piece.corners.map(|(x, y)| x * across + y * along);
                let low = places.iter().copied().fold(f64::INFINITY, f64::min);
                (low, places.iter().copied().fold(f64::NEG_INFINITY, f64::max))
            };
            let ((low, high), (other_low, other_high)) = (range(self), range(other));
            high <= other_low || other_high <= low
        })
    }
}

const LONG: &str = "A legal framework lets foreign forces operate in Ukraine and its waters";
const NAMES: [&str; 6] = ["GBR", "Ελλάδα", "Україна", "Some, <several> & \"others\"", "", LONG];
/// What is asked for, then the ends of what is allowed: the smallest, the lowest and the narrowest page.
const SIZES: [Size; 8] = [
    Size::SLIDE,
    Size::SQUARE,
    Size::A4,
    Size { width: 800, height: 450 },
    Size { width: 900, height: 1600 },
    Size { width: 640, height: 360 },
    Size { width: 2500, height: 1000 },
    Size { width: 640, height: 1280 },
];

fn name(number: usize) -> String {
    NAMES[number % NAMES.len()].to_owned()
}

fn frame(number: usize) -> Frame {
    Frame {
        headline: "No force in 94 of 100 worlds; if any, 20,000".to_owned(),
        subtitle: [LONG, "by 2026", LONG].join("; "),
        source: format!("Sources: {}", LONG.repeat(3)),
        marking: (number % 2 == 1).then(|| "OFFICIAL".to_owned()),
        description: LONG.to_owned(),
    }
}

fn floors(most: f64) -> Vec<Floor> {
    let floor = |(number, share): (usize, f64)| Floor { label: name(number), value: share * most };
    [0.5, 0.51, 0.52, 0.9, 1.0, 0.0].into_iter().enumerate().map(floor).collect()
}

fn proofread_at_all_sizes(draw: impl Fn(&Look) -> String) {
    for size in SIZES {
        let look = Look::from(size);
        let svg = draw(&look);
        let pieces = proofread(&svg, size);
        let named = |piece: &Piece| piece.text.starts_with("No force in 94 of 100");
        assert!(pieces.iter().any(named));
        if size == Size::SLIDE {
            assert_eq!(svg, draw(&look));
            let grey = Look { grey: true, ..look };
            assert!(colours(&draw(&grey)).iter().all(|colour| is_grey(colour)));
        }
    }
}

/// The colours that a drawing names.
fn colours(svg: &str) -> Vec<&str> {
    svg.split("=\"#").skip(1).filter_map(|rest| rest.get(..6)).collect()
}

fn is_grey(colour: &str) -> bool {
    colour[..2] == colour[2..4] && colour[2..4] == colour[4..]
}

#[test]
fn gates_stay_on_the_page() {
    for (rows, columns) in [(0, 0), (1, 1), (3, 2), (17, 9), (17, 13), (40, 24), (40, 60)] {
        let roles = [
            GateRole::None,
            GateRole::Needed,
            GateRole::Alternative,
            GateRole::Contested,
            GateRole::Unknown,
        ];
        let row = |row| GateRow {
            label: name(row),
            detail: "indicated · 12,000".to_owned(),
            roles: (0..columns).map(|column| roles[(row + column * column) % 5]).collect(),
        };
        let column = |column| GateColumn { label: name(column), note: "roughly even".to_owned() };
        let (columns, rows) = ((0..columns).map(column).collect(), (0..rows).map(row).collect());
        let subtitle_with_notes = frame(0).subtitle;
        let chart = GatesChart { frame: frame(0), subtitle_with_notes, columns, rows };
        proofread_at_all_sizes(|look| chart.draw(look));
    }
}

#[test]
fn ledgers_stay_on_the_page() {
    for (rows, columns) in [(0, 0), (0, 2), (1, 1), (3, 2), (10, 5), (40, 5)] {
        let marks = [LedgerMark::Rung(1, 4), LedgerMark::Rung(6, 6), LedgerMark::Refused];
        let entry = |number: usize| LedgerEntry {
            mark: if number == 7 { LedgerMark::Withdrawn } else { marks[number % 3] },
            force: number.is_multiple_of(2),
            contested: number % 3 == 1,
            hearsay: number % 4 == 1,
            texts: [
                format!("guarantee: declared / committed, 6,000 troops ({number}) · floated"),
                name(number),
                "6,000 troops".to_owned(),
            ],
        };
        let cell = |number: usize, most: usize| (0..number % (most + 1)).map(entry).collect();
        let row = |row: usize| LedgerRow {
            label: name(row),
            bloc: row.is_multiple_of(7),
            by_kind: (0..columns).map(|column| cell(row + column * column, 4)).collect(),
            brief: (0..columns).map(|column| cell(row + column, 1)).collect(),
        };
        let chart = LedgerChart {
            frame: frame(rows),
            rungs: ["floated", "declared", "deployed"].map(str::to_owned).to_vec(),
            columns: (0..columns).map(name).collect(),
            rows: (0..rows).map(row).collect(),
        };
        proofread_at_all_sizes(|look| chart.draw(look));
    }
}

#[test]
fn a_ledger_without_room_says_what_it_leaves_out() {
    let entry = LedgerEntry {
        mark: LedgerMark::Rung(3, 3),
        force: true,
        contested: false,
        hearsay: false,
        texts: ["declared", "declared", "declared"].map(str::to_owned),
    };
    let row = |number: usize| LedgerRow {
        label: format!("Nation {number}"),
        bloc: number == 39,
        by_kind: vec![vec![entry.clone(); 3]],
        brief: vec![vec![entry.clone()]],
    };
    let chart = |rows: usize| LedgerChart {
        frame: frame(0),
        rungs: vec!["floated".to_owned()],
        columns: vec!["Land".to_owned()],
        rows: (0..rows).map(row).collect(),
    };
    let shown = |rows: usize| {
        let pieces = proofread(&chart(rows).draw(&Look::default()), Size::SLIDE);
        let nations = pieces.iter().filter(|piece| piece.text.starts_with("Nation ")).count();
        let entries = pieces.iter().filter(|piece| piece.text == "declared").count();
        let more = pieces.iter().find(|piece| piece.text.ends_with(" in ledger.csv"));
        (nations, entries, more.map(|piece| piece.text.clone()))
    };
    assert_eq!(shown(4), (4, 12, None), "each kind has a line");
    assert_eq!(shown(20), (20, 20, None), "force in one line, the rest in another");
    let (nations, entries, more) = shown(40);
    assert_eq!(entries, nations);
    assert!(nations > 15 && nations < 40, "{nations}");
    let left = 39 - nations;
    assert_eq!(more, Some(format!("{left} more nations and 1 more bloc in ledger.csv")));
}

#[test]
fn outcomes_stay_on_the_page() {
    for (rows, columns) in [(0, 3), (1, 0), (3, 2), (6, 10), (12, 13), (40, 24), (40, 60)] {
        let marks = [OutcomeMark::Free, OutcomeMark::Holds, OutcomeMark::Fails];
        let row = |row: usize| OutcomeRow {
            label: name(row),
            detail: name(row + 1),
            probability: [0.94, 0.002, 0.0, 1.0][row % 4],
            probability_when_asked: (columns % 2 == 0).then_some(0.998),
            marks: (0..columns).map(|column| marks[(row + column) % 3]).collect(),
        };
        let chart = OutcomesChart {
            frame: frame(rows),
            conditions: (0..columns).map(name).collect(),
            asked_label: Some(LONG.to_owned()),
            left_out: if rows % 4 == 0 { 0.125 } else { 0.0 },
            rows: (0..rows).map(row).collect(),
        };
        proofread_at_all_sizes(|look| chart.draw(look));
    }
}

#[test]
fn postures_stay_on_the_page() {
    for (bars, most) in [(0, 1.0), (1, 12_000.0), (3, 1_250_000.0), (4, 3.0), (40, 30_000.0)] {
        let shares = [0.3, 0.3, 0.32, 0.06, 0.02];
        let bar = |number: usize| PostureBar {
            label: name(number),
            note: name(number + 2),
            values: shares.map(|share| if number == 1 { 0.0 } else { share * most }).to_vec(),
        };
        let chart = PostureChart {
            frame: frame(bars),
            unit: "troops".to_owned(),
            segments: (0..5).map(name).collect(),
            bars: (0..bars).map(bar).collect(),
            floors: floors(most),
        };
        proofread_at_all_sizes(|look| chart.draw(look));
    }
}

#[test]
fn waterfalls_stay_on_the_page() {
    let falls =
        [[1.0, 0.98, 0.5, 0.03, 0.0], [1.0, 1.0, 0.999, 0.9, 0.1], [1.0, 0.02, 0.01, 0.0, 0.0]];
    for (nations, most) in [(0, 0.0), (1, 3.0), (3, 12_000.0), (5, 1_250_000.0), (40, 30_000.0)] {
        for (number, shares) in falls.into_iter().enumerate() {
            let step = |(at, share): (usize, f64)| WaterfallStep {
                label: name(at + number),
                detail: name(at),
                level: (at < 4 || number != 1).then_some(share * most),
                causes: (0..nations + at).map(name).collect(),
                nations: (0..nations).map(|own| (own != 2).then_some(share * most)).collect(),
            };
            let chart = WaterfallChart {
                frame: frame(nations),
                steps: shares.into_iter().enumerate().take(5 - number % 2).map(step).collect(),
                nations: (0..nations).map(name).collect(),
                missing: format!("No figure: {LONG}"),
                note: name(number),
            };
            proofread_at_all_sizes(|look| chart.draw(look));
        }
    }
}

#[test]
fn a_waterfall_has_all_its_steps_on_the_smallest_page() {
    let step = |at: u32| WaterfallStep {
        label: format!("Step {at}"),
        detail: LONG.to_owned(),
        level: Some(f64::from(6 - at)),
        causes: vec![LONG.to_owned(); 3],
        nations: vec![Some(1.0); 3],
    };
    let chart = WaterfallChart {
        frame: frame(0),
        steps: (1..=5).map(step).collect(),
        nations: (0..3).map(name).collect(),
        missing: String::new(),
        note: LONG.to_owned(),
    };
    for size in SIZES {
        let pieces = proofread(&chart.draw(&size.into()), size);
        assert_eq!(pieces.iter().filter(|piece| piece.text.starts_with("Step ")).count(), 5);
    }
}

#[test]
fn exceedance_curves_stay_on_the_page() {
    for (curves, most) in [(0, 1.0), (1, 12_000.0), (2, 20_500.0), (3, 1_250_000.0), (4, 3.0)] {
        let curve = |number: usize| ExceedanceCurve {
            label: name(number),
            points: (1..=4).map(|at| (f64::from(at) * most / 4.0, 0.9 / f64::from(at))).collect(),
        };
        let chart = ExceedanceChart {
            frame: frame(curves),
            unit: "troops".to_owned(),
            curves: (0..curves).map(curve).collect(),
            nothing: "No force in any world.".to_owned(),
            floors: if curves < 3 { floors(most) } else { Vec::new() },
        };
        proofread_at_all_sizes(|look| chart.draw(look));
    }
}

#[test]
fn comparisons_stay_on_the_page() {
    for (groups, rows) in [(0, 0), (1, 1), (2, 3), (4, 10)] {
        let row = |row: usize| CompareRow {
            label: name(row),
            chosen: row == 1,
            low: (row != 3).then_some(4_000.0),
            central: (row != 2).then_some(12_000.0),
            high: (row % 3 != 1).then_some(1_250_000.0),
            columns: ["<1 %", ">99 %", "roughly even chance"].map(str::to_owned).to_vec(),
        };
        let group = |group| CompareGroup { label: name(group), rows: (0..rows).map(row).collect() };
        let key = CompareKey { chosen: "As chosen", other: "Other options", range: "low to high" };
        let chart = CompareChart {
            key,
            frame: frame(rows),
            unit: "troops".to_owned(),
            column_heads: ["Chance of any", LONG, "15,000"].map(str::to_owned).to_vec(),
            groups: (0..groups).map(group).collect(),
        };
        proofread_at_all_sizes(|look| chart.draw(look));
    }
}

#[test]
fn drivers_stay_on_the_page() {
    for (rows, most) in [(0, 1.0), (1, 100.0), (2, 0.04), (9, 1_250_000.0), (40, 23.0)] {
        let end = |share: f64, word: &str| (share * most, format!("if {word} {:.0}", share * most));
        let row = |row: usize| DriverRow {
            label: name(row),
            holds: end([1.0, 0.0, 0.4, 0.5][row % 4], "so"),
            fails: end([0.0, 1.0, 0.39, 0.9][row % 4], "not"),
        };
        let present = [0.0, 0.5, 1.0].map(|share| (share * most, format!("as things are: {most}")));
        for present in present.into_iter().map(Some).chain([None]) {
            let chart = DriversChart {
                frame: frame(rows),
                in_percent: rows % 2 == 1,
                present,
                rows: (0..rows).map(row).collect(),
                others: if rows % 2 == 0 { "9 conditions change nothing" } else { "" }.to_owned(),
                nothing: "No single condition changes the mean force.".to_owned(),
            };
            proofread_at_all_sizes(|look| chart.draw(look));
        }
    }
}

#[test]
fn text_that_meets_is_found() {
    let text = |x: i32, more: &str| {
        format!("<text x=\"{x}\" y=\"50\" font-size=\"20\"{more}>\nlonger\n</text>\n")
    };
    let pieces = |svg: &str| svg.split("<text ").skip(1).map(piece).collect::<Vec<_>>();
    let level = pieces(&(text(10, "") + &text(40, "")));
    assert!(!level[0].apart(&level[1]) && level[0].inside(Size::SLIDE));
    let rising = pieces(&(0..2).fold(String::new(), |svg, number| {
        svg + &text(10 + 40 * number, " transform=\"rotate(-45, 0, 0)\"")
    }));
    assert!(rising[0].apart(&rising[1]));
    assert!(!rising[0].inside(Size { width: 40, height: 40 }));
}

#[test]
fn histories_stay_on_the_page() {
    for (days, most) in [(0, 1.0), (1, 1.0), (2, 20_000.0), (5, 1_250_000.0), (40, 3.0)] {
        let day = |number: u32| HistoryDay {
            at: f64::from(number * number % 97 + 3 * number),
            label: format!("{} September 2026", number % 28 + 1),
            note: LONG.repeat(2),
        };
        let line = |number: usize| HistoryLine {
            label: name(number),
            values: (0..days)
                .map(|day| (day % 7 != 3).then_some(most / f64::from(day + 1)))
                .collect(),
        };
        let mut days: Vec<HistoryDay> = (0..days).map(day).collect();
        days.sort_by(|one, other| one.at.total_cmp(&other.at));
        let panel = |chances| HistoryPanel {
            title: LONG.to_owned(),
            chances,
            lines: (0..4).map(line).collect(),
        };
        let chart = HistoryChart {
            frame: frame(days.len()),
            days,
            panels: vec![panel(false), panel(true)],
            largest: vec![LONG.repeat(3); 5],
            nothing: "Nothing has changed.".to_owned(),
        };
        proofread_at_all_sizes(|look| chart.draw(look));
    }
}
