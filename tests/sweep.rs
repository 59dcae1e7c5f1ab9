//! Figures over grids: worked out by hand, against single runs, and the command.

use crate::synthetic::generator::{SEED, counting};
use assert_cmd::Command;
use contingent::evaluate::Effort;
use contingent::pipeline::{self, Request};
use contingent::study::break_even::break_even;
use contingent::study::sweep::axes::Axis;
use contingent::study::sweep::own::Place;
use contingent::study::sweep::{Failure, Grid, Sweep};
use std::fs;
use std::path::Path;

const PARIS: &str = "scenarios/paris-2026/scenario.toml";

/// A truce lets a vote pass (0.5; never without), which sends 1000; 600 come where there is no truce
/// or a lift. A requirement of 1000 is asked where a lift is there.
const VOTE: &str = "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\n\
    [basings]\nu = { name = \"U\", theatre = true }\n[nations]\nFRA = {}\n\
    [conditions]\ntruce = { probability = 0.4 }\nlift = { probability = 0.1 }\n\
    vote = { requires = \"truce\", probability = 0.5 }\n\
    [pledges.p]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\nstage = \"declared\"\n\
    when = \"vote\"\nsize = 1000\n\
    [pledges.q]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\nstage = \"indicated\"\n\
    when = \"!truce | lift\"\nsize = 600\n\
    [requirements.many]\nfloor = 1000\nasked_when = \"lift\"\n";

fn grid(
    path: &Path,
    axes: &[&str],
    metrics: &[&str],
    given: Option<&str>,
) -> Result<Sweep, Failure> {
    let axes = axes.iter().map(|axis| Axis::parse(axis).unwrap()).collect();
    let given = given.map(str::to_owned);
    let request = Request { path: path.to_path_buf(), given, ..Request::default() };
    let metrics: Vec<String> = metrics.iter().map(|metric| (*metric).to_owned()).collect();
    Grid::new(request, axes, &metrics)?.sweep(Effort::default(), &|| ())
}

fn vote(axes: &[&str], metrics: &[&str], given: Option<&str>) -> Vec<Vec<Option<f64>>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vote.toml");
    fs::write(&path, VOTE).unwrap();
    let sweep = grid(&path, axes, metrics, given).unwrap();
    (0..sweep.points()).map(|point| sweep.figures(&sweep.positions(point))).collect()
}

fn near(found: Option<f64>, wanted: Option<f64>) -> bool {
    match (found, wanted) {
        (Some(found), Some(wanted)) => (found - wanted).abs() <= 1e-12 * (1.0 + wanted.abs()),
        (found, wanted) => found == wanted,
    }
}

#[test]
fn figures_over_a_grid_are_those_worked_out_by_hand() {
    let metrics =
        ["in_theatre", "requirement.many", "requirement.many.when_asked", "headline", "counted"];
    let found = vote(&["truce=0..1/0.25", "lift=0,0.5"], &metrics, None);
    assert_eq!(found.len(), 10);
    let mut points = found.iter();
    for truce in [0.0, 0.25, 0.5, 0.75, 1.0] {
        for lift in [0.0, 0.5] {
            let point = points.next().unwrap();
            let troops = 1000.0 * truce * 0.5 + 600.0 * (1.0 - truce + truce * lift);
            let asked = (lift > 0.0).then_some(truce * 0.5);
            let wanted = [Some(troops), Some(truce * 0.5), asked, Some(1600.0), Some(1600.0)];
            for (found, wanted) in point.iter().zip(wanted) {
                assert!(near(*found, wanted), "{truce} {lift}: {point:?}, not {wanted:?}");
            }
        }
    }
}

#[test]
fn what_is_given_changes_with_the_point_and_may_be_impossible() {
    // P(truce | vote or lift) = (0.5 t + 0.5 t l) / (0.5 t + l - 0.5 t l)
    let found = vote(&["truce=0,0.5,1", "lift=0,0.2"], &["requirement.many"], Some("vote | lift"));
    let mut points = found.iter();
    for truce in [0.0, 0.5, 1.0_f64] {
        for lift in [0.0, 0.2] {
            let given = 0.5 * truce + lift - 0.5 * truce * lift;
            let wanted = (given > 0.0).then(|| 0.5 * truce / given);
            let point = points.next().unwrap();
            assert!(near(point[0], wanted), "{truce} {lift}: {point:?}, not {wanted:?}");
        }
    }
}

#[test]
fn other_keys_make_groups_in_the_order_of_the_grid() {
    let axes = ["truce=0.2,0.6", "pledges.p.size=500,2000", "vote=0..1/0.5"];
    let found = vote(&axes, &["in_theatre", "requirement.many"], None);
    let mut points = found.iter();
    for truce in [0.2, 0.6] {
        for size in [500.0, 2000.0] {
            for vote in [0.0, 0.5, 1.0] {
                let troops = size * truce * vote + 600.0 * (1.0 - truce + truce * 0.1);
                // The vote alone reaches the floor with 2000; with 500 it needs the lift's 600.
                let met = truce * vote * if size > 1000.0 { 1.0 } else { 0.1 };
                let point = points.next().unwrap();
                let both = near(point[0], Some(troops)) && near(point[1], Some(met));
                assert!(both, "{truce} {size} {vote}: {point:?}, not {troops} {met}");
            }
        }
    }
}

#[test]
fn a_requirement_breaks_even_where_worked_out_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vote.toml");
    fs::write(&path, VOTE).unwrap();
    let found = |wanted: f64, given: Option<&str>| {
        let given = given.map(str::to_owned);
        let request = Request { path: path.clone(), given, ..Request::default() };
        let scenario = pipeline::check(&request).unwrap().scenario.unwrap();
        // By id: lift, truce, vote.
        break_even(&scenario, 0, wanted, Effort::default()).unwrap().chances
    };
    let all = |found: Vec<Option<f64>>, wanted: [Option<f64>; 3]| {
        found.len() == 3 && found.iter().zip(wanted).all(|(found, wanted)| near(*found, wanted))
    };
    // P = truce * vote = 0.2; no lift changes that.
    assert!(all(found(0.3, None), [None, Some(0.6), Some(0.75)]));
    assert!(all(found(0.2, None), [None, Some(0.4), Some(0.5)]));
    assert!(all(found(0.45, None), [None, Some(0.9), None]));
    assert!(all(found(0.0, None), [None, Some(0.0), Some(0.0)]));
    // Given a vote or a lift: 0.2 / (0.2 + 0.8 l), 0.5 t / (0.45 t + 0.1) and 0.4 v / (0.36 v + 0.1).
    let given = [Some(0.25), Some(0.05 / 0.275), Some(0.05 / 0.22)];
    assert!(all(found(0.5, Some("vote | lift")), given));
    assert!(all(found(1.0, Some("vote | lift")), [Some(0.0), None, None]));
}

#[test]
fn drivers_have_the_column_where_it_is_asked_for() {
    let run = |table: &str, wanted: &[&str]| {
        let output =
            command().args(["table", table, PARIS, "-q", "--format", "json"]).args(wanted).output();
        output.unwrap()
    };
    let wanted = ["--break-even", "floor_20000=0.1"];
    let rows: serde_json::Value = serde_json::from_slice(&run("drivers", &wanted).stdout).unwrap();
    let row = |condition: &str, result: &str| {
        let mut rows = rows.as_array().unwrap().iter();
        rows.find(|row| row["condition"] == condition && row["result"] == result).unwrap()
    };
    assert!(row("ceasefire", "in_theatre")["break_even"].is_null());
    let chance = row("ceasefire", "floor_20000")["break_even"].as_f64().unwrap();
    let sweep = grid(
        Path::new(PARIS),
        &[&format!("ceasefire={chance},1")],
        &["requirement.floor_20000"],
        None,
    );
    assert!((sweep.unwrap().figures(&[0])[0].unwrap() - 0.1).abs() < 1e-11);
    // Partners approve with 50 percent once a ceasefire (32.5) is there.
    let approvals = row("partner_approvals", "floor_20000");
    assert_eq!(approvals["probability_stated"], 0.5);
    assert_eq!(approvals["probability"], 0.1625);
    let plain: serde_json::Value = serde_json::from_slice(&run("drivers", &[]).stdout).unwrap();
    assert!(plain[0].get("break_even").is_none());
    for (table, wanted) in [
        ("drivers", "floor_2000=0.5"),
        ("drivers", "floor_20000=1.5"),
        ("drivers", "floor_20000"),
        ("totals", "floor_20000=0.5"),
    ] {
        assert_eq!(
            run(table, &["--break-even", wanted]).status.code(),
            Some(2),
            "{table} {wanted}"
        );
    }
}

fn command() -> Command {
    Command::cargo_bin("contingent").unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = command().args(["sweep", PARIS, "-q"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_paris_declaration_is_swept_as_single_runs_find_it() {
    let axes = ["ceasefire=0.1,likely,[0.3, 0.5],0.9", "force_size=low,high"];
    let metrics = ["in_theatre", "requirement.floor_20000"];
    let sweep = grid(Path::new(PARIS), &axes, &metrics, None).unwrap();
    for (point, (chance, size)) in ["0.1", "likely", "[0.3, 0.5]", "0.9"]
        .into_iter()
        .flat_map(|chance| ["low", "high"].map(|size| (chance, size)))
        .enumerate()
    {
        let settings = [format!("ceasefire={chance}"), format!("force_size={size}")];
        let cell = |table: &str, row: &str, column: &str| {
            let output = command()
                .args(["table", table, PARIS, "-q", "--format", "json"])
                .args(settings.iter().flat_map(|setting| ["--set", setting]))
                .output()
                .unwrap();
            let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let rows = rows.as_array().unwrap();
            let row = rows.iter().find(|own| own.as_object().unwrap().values().any(|v| v == row));
            row.unwrap()[column].as_f64()
        };
        let found = sweep.figures(&sweep.positions(point as u64));
        assert!(near(found[0], cell("totals", "in_theatre", "mean")), "{settings:?} {found:?}");
        let met = cell("requirements", "floor_20000", "probability");
        assert!(near(found[1], met), "{settings:?} {found:?} {met:?}");
    }
}

#[test]
fn bytes_do_not_depend_on_threads_and_json_says_the_same() {
    let axes = ["--vary", "ceasefire=0..1/0.001", "--vary", "force_size=low,high"];
    let csv =
        |threads: &str| printed(&[&axes[..], &["--format", "csv", "--threads", threads]].concat());
    let one = csv("1");
    assert!(one == csv("2") && one == csv("7"), "threads change the bytes");
    let mut rows = csv::Reader::from_reader(one.as_bytes());
    let header = rows.headers().unwrap().clone();
    let expected = [
        "scenario",
        "as_of",
        "given",
        "variant",
        "ceasefire",
        "force_size",
        "metric",
        "unit",
        "value",
    ];
    assert_eq!(header.iter().collect::<Vec<_>>(), expected);
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let json = printed(&[&axes[..], &["--format", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let json = json.as_array().unwrap();
    assert_eq!(rows.len(), json.len());
    for (row, object) in rows.iter().zip(json) {
        assert_eq!(row.get(8).unwrap().parse::<f64>().ok(), object["value"].as_f64());
        assert_eq!(row.get(4).unwrap().parse::<f64>().ok(), object["ceasefire"].as_f64());
        assert_eq!(row.get(5).unwrap(), object["force_size"].as_str().unwrap());
    }
}

#[test]
fn a_sweep_is_written_into_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().display().to_string();
    let axes = ["--vary", "ceasefire=0.2,0.4", "--format", "csv"];
    let printed = printed(&[&axes[..], &["-o", &to]].concat());
    assert_eq!(fs::read_to_string(folder.path().join("sweep.csv")).unwrap(), printed);
}

#[test]
fn a_file_is_written_by_its_ending_and_nothing_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let axes = ["--vary", "ceasefire=0.2,0.4", "--metric", "in_theatre"];
    let write = |name: &str| {
        let to = folder.path().join(name);
        assert_eq!(printed(&[&axes[..], &["-o", &to.display().to_string()]].concat()), "");
        fs::read(to).unwrap()
    };
    assert_eq!(write("a.csv"), printed(&[&axes[..], &["--format", "csv"]].concat()).as_bytes());
    let svg = String::from_utf8(write("a.SVG")).unwrap();
    assert!(svg.contains("<title ") && svg.contains("<desc "), "{svg}");
    // In the file the ceasefire has 0.325, which lies between the two.
    assert!(svg.contains("in the file: 32.5") && svg.contains("2,369 in the file"), "{svg}");
    assert!(svg.contains(">Ceasefire lifts expected force from 1,458 to 2,916</title>"), "{svg}");
    assert_eq!(write("a.png")[..4], *b"\x89PNG");
    let to = folder.path().join("all").display().to_string();
    assert_eq!(printed(&[&axes[..], &["-o", &to]].concat()), "");
    let all = |name: &str| fs::read(folder.path().join("all").join(name)).unwrap();
    assert_eq!(all("sweep.svg"), svg.as_bytes());
    assert_eq!((all("sweep.png"), all("sweep.csv")), (write("a.png"), write("a.csv")));
}

#[test]
fn what_a_chart_cannot_show_is_refused_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("chart.svg").display().to_string();
    let said = |arguments: &[&str]| {
        let (status, said) = refused(&[arguments, &["-q", "-o", &to]].concat());
        assert!(status == 2 && !Path::new(&to).exists(), "{said}");
        said
    };
    let (one, two) = ("ceasefire=0,1", "legal_framework=0,1");
    let three = ["--vary", one, "--vary", two, "--vary", "partner_approvals=0,1"];
    let message = said(&three);
    assert!(message.contains("not 3") && message.contains("one value each"), "{message}");
    let message = said(&["--vary", "ceasefire=0..1/0.000001"]);
    assert!(message.contains("1,000,001") && message.contains(".csv"), "{message}");
    let message = said(&["--vary", "ceasefire=0..1/0.001", "--vary", "legal_framework=0..1/0.001"]);
    assert!(message.contains("50,000 cells") && message.contains("larger steps"), "{message}");
    let units = ["in_theatre", "requirement.floor_15000"];
    let message = said(&[&["--vary", one, "--metric"], &units[..]].concat());
    assert!(message.contains("one unit") && message.contains("--metric"), "{message}");
    let metrics = ["requirement.floor_15000", "requirement.floor_20000"];
    let message = said(&[&["--vary", one, "--vary", two, "--metric"], &metrics[..]].concat());
    assert!(message.contains("shows one figure"), "{message}");
    // A key with one value is no third key, and a folder gets at least the table.
    let fixed = [&three[..4], &["--vary", "partner_approvals=0.3", "-o", &to]].concat();
    assert_eq!(printed(&fixed), "");
    assert!(fs::read_to_string(&to).unwrap().contains("probability of partner approvals: 30"));
    let all = folder.path().join("all").display().to_string();
    let arguments = [&three[..], &["-o", &all]].concat();
    let output = command().args(["sweep", PARIS]).args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("no chart is written"), "{said}");
    let mut names: Vec<_> =
        fs::read_dir(all).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["datapackage.json", "sweep.csv"]);
}

#[test]
fn slips_of_the_command_line_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("chart.pdf").display().to_string();
    let vary = ["--vary", "ceasefire=0,1"];
    let (status, said) = refused(&[&vary[..], &["-o", &to]].concat());
    assert!(status == 2 && said.contains("ends in .svg, .png or .csv"), "{said}");
    assert!(!Path::new(&to).exists());
    let of_its_own = folder.path().join("v1.2/").display().to_string();
    printed(&[&vary[..], &["-o", &of_its_own]].concat());
    assert_eq!(fs::read_dir(of_its_own).unwrap().count(), 4);
    let (status, said) = refused(&[&vary[..], &["-q"], &vary[..]].concat());
    assert!(
        status == 2 && said.contains("`conditions.ceasefire.probability` is varied twice"),
        "{said}"
    );
}

#[test]
fn the_file_stands_where_its_own_values_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vote.toml");
    fs::write(&path, VOTE).unwrap();
    let own = |axes: &[&str]| {
        let axes = axes.iter().map(|axis| Axis::parse(axis).unwrap()).collect();
        let request = Request { path: path.clone(), ..Request::default() };
        let grid = Grid::new(request, axes, &["in_theatre".to_owned()]).unwrap();
        let own = grid.own().unwrap();
        let figures = grid.sweep(Effort::default(), &|| ()).unwrap().own_figures(&own);
        (own.places, figures.map(|figures| figures[0]))
    };
    let troops = 1000.0 * 0.4 * 0.5 + 600.0 * (0.6 + 0.4 * 0.1);
    let (places, figure) = own(&["truce=0..1/0.25", "lift=0,1"]);
    assert_eq!(places, [Some(Place::Chance(0.4)), Some(Place::Chance(0.1))]);
    assert!(near(figure.unwrap(), Some(troops)), "{figure:?}");
    let (places, figure) = own(&["pledges.p.size=500,1000", "lift=0,1"]);
    assert_eq!((places, figure), (vec![None, Some(Place::Chance(0.1))], None));
}

#[test]
fn the_option_in_force_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("a.svg").display().to_string();
    printed(&["--vary", "force_size=low,\"mid\",high", "-o", &to]);
    let svg = fs::read_to_string(&to).unwrap();
    assert!(svg.contains("\n2,369, in the file\n") && svg.contains("\n1,777\n"), "{svg}");
}

#[test]
fn a_sweep_over_dates_says_so_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("a.svg").display().to_string();
    let tracking = "scenarios/paris-2026-tracking/scenario.toml";
    let drawn = |vary: &str| {
        let arguments = ["sweep", tracking, "-q", "--vary", vary, "-o", &to];
        command().args(arguments).assert().success();
        fs::read_to_string(&to).unwrap()
    };
    let svg = drawn("scenario.as_of=2026-01-06,2026-01-07");
    assert!(svg.contains("; over date of the knowledge\n") && !svg.contains("over scenario."));
    assert!(svg.contains("\n6 January 2026\n") && svg.contains("as of the dates shown.\n"));
    let svg = drawn("scenario.horizon=2026-12-31,2027-12-31");
    assert!(svg.contains("; over horizon\n") && !svg.contains("by 31 December"), "{svg}");
    assert!(svg.contains("as of 2026-01-07.\n"));
}

#[test]
fn what_was_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let said = |arguments: &[&str]| {
        let output = command().args(arguments).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let swept = |name: &str| said(&["sweep", PARIS, "--vary", "ceasefire=0,1", "-o", &path(name)]);
    for (said, words) in [
        (swept("a.svg"), format!("chart written to {}\n", path("a.svg"))),
        (swept("a.csv"), format!("table written to {}\n", path("a.csv"))),
        (swept("all"), format!("4 files written to {}\n", path("all"))),
        (
            said(&["chart", "drivers", PARIS, "-o", &path("b.png")]),
            format!("chart written to {}\n", path("b.png")),
        ),
        (
            said(&["compare", PARIS, "--across", "force_size", "-o", &path("c")]),
            format!("3 files written to {}\n", path("c")),
        ),
    ] {
        assert!(said.ends_with(&words), "{said}");
    }
    let quiet = said(&["sweep", PARIS, "--vary", "ceasefire=0,1", "-q", "-o", &path("d.svg")]);
    assert_eq!(quiet, "");
}

/// The pictures of the gallery, and how they are made.
const GALLERY: [(&str, &[&str]); 3] = [
    ("sweep-lines", &["--vary", "ceasefire=0..1/0.01", "--vary", "force_size=low,mid,high"]),
    (
        "sweep-map",
        &[
            "--vary",
            "partner_approvals=0..1/0.01",
            "--vary",
            "legal_framework=0..1/0.01",
            "--metric",
            "requirement.floor_15000.when_asked",
        ],
    ),
    (
        "sweep-bars",
        &["--vary", "ceasefire=very unlikely,unlikely,roughly even chance,likely,very likely"],
    ),
];

#[test]
fn the_pictures_of_sweeps_are_current_in_colour_and_in_grey() {
    let folder = tempfile::tempdir().unwrap();
    let page = fs::read_to_string("reports/gallery/README.md").unwrap();
    // A command may be broken where it is long.
    let shown = page.replace("\\\n", "").split_whitespace().collect::<Vec<_>>().join(" ");
    for (name, arguments) in GALLERY {
        for (file, look) in [(name.to_owned(), &[][..]), (format!("{name}-grey"), &["--grey"][..])]
        {
            let to = folder.path().join(&file).with_extension("png");
            let to = to.display().to_string();
            assert_eq!(printed(&[arguments, look, &["-o", &to]].concat()), "");
            let committed = Path::new("reports/gallery").join(&file).with_extension("png");
            let old = fs::read(&committed).unwrap_or_default();
            assert!(fs::read(to).unwrap() == old, "{}", committed.display());
            assert!(
                page.contains(&format!("({file}.png)")),
                "reports/gallery/README.md lacks {file}"
            );
        }
        let quoted = |word: &&str| {
            if word.contains(' ') { format!("\"{word}\"") } else { (*word).to_owned() }
        };
        let typed = arguments.iter().map(quoted).collect::<Vec<_>>().join(" ");
        let command = format!("contingent sweep {PARIS} {typed} -o {name}.png");
        assert!(shown.contains(&command), "reports/gallery/README.md lacks {command}");
    }
}

/// The status and what is said.
fn refused(arguments: &[&str]) -> (i32, String) {
    let output = command().args(["sweep", PARIS]).args(arguments).output().unwrap();
    assert!(output.stdout.is_empty());
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn what_cannot_be_swept_is_refused_before_anything_runs() {
    let (status, said) =
        refused(&["--vary", "force_size=low,high", "--vary", "ceasefire=0.5,0.7..1.5/0.1,0.2"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("--vary:1:15") && said.contains("0.7..1.5/0.1"), "{said}");
    let (status, said) = refused(&["--vary", "force_size=low,hihg"]);
    assert!(status == 1 && said.contains("--vary:1:16") && said.contains("high"), "{said}");
    let (status, said) = refused(&["--vary", "ceasefier=0.1,0.2"]);
    assert!(status == 1 && said.contains("ceasefire"), "{said}");
    let (status, said) =
        refused(&["--vary", "ceasefire=0,1", "--vary", "conditions.ceasefire.probability=0,1"]);
    assert!(status == 2 && said.contains("is varied twice"), "{said}");
    let (status, said) =
        refused(&["--vary", "ceasefire=0,1", "--vary", "conditions.ceasefire.holds=true,false"]);
    assert!(status == 2 && said.contains("both are varied"), "{said}");
    let (status, said) = refused(&["--vary", "ceasefire=0,1", "--metric", "in_theater"]);
    assert!(status == 2 && said.contains("`in_theatre`"), "{said}");
    let (status, said) = refused(&["--vary", "ceasefire=0..1"]);
    assert!(status == 2 && said.contains("FROM..TO/STEP"), "{said}");
    let (status, said) = refused(&["--vary", "ceasefire=0..1/0.000001"]);
    assert!(status == 2 && said.contains("--format csv"), "{said}");
    assert_eq!(refused(&[]).0, 2);
    let (status, said) = refused(&["--vary", "ceasefire=0,1", "--given", "ceasefire & !ceasefire"]);
    assert!(status == 1 && said.contains("no possible world"), "{said}");
}

#[test]
fn a_sweep_beyond_the_budget_is_refused_and_not_sampled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hard.toml");
    fs::write(&path, counting(SEED)).unwrap();
    let arguments = ["--vary", "root=0.1,0.2", "--budget", "1", "--format", "csv", "-q"];
    let output = command().arg("sweep").arg(&path).args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty() && output.status.code() == Some(4), "{said}");
    assert!(said.contains("not sampled"), "{said}");
}

#[test]
fn charts_name_their_figure_and_find_the_files_own_word() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("chart.svg");
    let drawn = |args: &[&str]| {
        let mut command = Command::cargo_bin("contingent").unwrap();
        command.args(["sweep", "scenarios/paris-2026/scenario.toml", "-q", "-o"]).arg(&to);
        command.args(args).assert().success();
        fs::read_to_string(&to).unwrap()
    };
    for (metrics, told) in [
        (&["headline"][..], "Mean size of all pledges of troops by"),
        (&["counted"], "Mean size of the pledges of troops that count by"),
        (&["headline", "counted"], "Troops by"),
        (
            &["requirement.floor_15000", "requirement.floor_20000"],
            "Chance that each requirement is met by",
        ),
    ] {
        let mut args = vec!["--vary", "ceasefire=0..1/0.25"];
        args.extend(metrics.iter().flat_map(|metric| ["--metric", metric]));
        let svg = drawn(&args);
        assert!(svg.contains(told), "{metrics:?}: {svg}");
    }
    // The file says `unlikely`, 32.5 percent: the first bar is its own, 2,369 troops.
    let svg = drawn(&["--vary", "ceasefire=unlikely,likely"]);
    assert!(svg.contains("2,369, in the file"), "{svg}");
    assert!(svg.contains(">Expected force: 2,369 (unlikely) to 4,921 (likely)<"), "{svg}");
}
