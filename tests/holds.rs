//! `verify FIGURE SCENARIO`: whether what a picture or a data package shows still holds.

mod pages;
mod sweeps;

use super::cli::{Ended, run};
use contingent::report::figures::Name;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const PARIS: &str = "scenarios/paris-2026/scenario.toml";
const TRACKING: &str = "scenarios/paris-2026-tracking/scenario.toml";

const SMALL: &str = "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\nasked_when = \"truce\"\n\
    [basings]\nu = { name = \"U\", theatre = true }\n[nations]\nFRA = {}\n\
    [conditions.truce]\nprobability = 0.5\n\
    [pledges.p]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\nstage = \"declared\"\n\
    when = \"truce\"\nsize = 1000\n[requirements.floor]\nfloor = 800\n";

/// A scenario of its own in a folder of its own.
struct Case(tempfile::TempDir);

impl Case {
    fn new(text: &str) -> Self {
        let case = Self(tempfile::tempdir().unwrap());
        case.write(text);
        case
    }

    fn write(&self, text: &str) {
        fs::write(self.path("small.toml"), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn word(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn chart(&self, name: &str, file: &str, options: &[&str]) {
        let (scenario, file) = (self.word("small.toml"), self.word(file));
        let ended = run(&[&["chart", name, &scenario, "-o", &file, "-q"], options].concat());
        assert_eq!(ended.status, 0, "{}", ended.errors);
    }

    fn verify(&self, figure: &str, options: &[&str]) -> Ended {
        let arguments = [self.word(figure), self.word("small.toml")];
        let arguments = arguments.iter().map(String::as_str).collect::<Vec<_>>();
        run(&[&["verify"], arguments.as_slice(), options].concat())
    }

    /// The first verdict, as data.
    fn told(&self, figure: &str) -> Value {
        let ended = self.verify(figure, &["--format", "json"]);
        let all: Value =
            serde_json::from_str(&ended.output).unwrap_or_else(|_| panic!("{}", ended.errors));
        let told = all[0].clone();
        assert_eq!(ended.status, if told["verdict"] == "still true" { 0 } else { 4 });
        told
    }

    fn sentence(&self, figure: &str, verdict: &str) -> String {
        let told = self.told(figure);
        assert_eq!(told["verdict"], verdict, "{told}");
        told["sentence"].as_str().unwrap().to_owned()
    }
}

fn with(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from}");
    SMALL.replace(from, to)
}

#[test]
fn everything_that_run_wrote_is_still_true_at_first() {
    for scenario in [PARIS, TRACKING, "scenarios/minimal/scenario.toml"] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_str().unwrap();
        assert_eq!(run(&["run", scenario, "-q", "-o", out]).status, 0);
        let ended = run(&["verify", out, scenario]);
        assert_eq!((ended.status, ended.errors.as_str()), (0, ""), "{}", ended.output);
        assert_eq!(ended.output, "still true: all 20 figures\n");
    }
}

#[test]
fn what_changed_is_told_by_how_much() {
    let case = Case::new(SMALL);
    case.chart("outcomes", "a.svg", &[]);
    case.chart("outcomes", "a.png", &[]);
    case.write(&with("probability = 0.5", "probability = 0.2"));
    for figure in ["a.svg", "a.png"] {
        let told = case.told(figure);
        assert_eq!(told["verdict"], "changed");
        let sentence = told["sentence"].as_str().unwrap();
        assert!(
            sentence.starts_with("no longer holds: headline was \"No force in 50 of 100; otherwise 1,000\", is now \"No force in 80 of 100"),
            "{sentence}"
        );
        assert!(sentence.ends_with("; the scenario's file was changed"), "{sentence}");
        let changes = told["changes"].as_array().unwrap();
        let change = |name: &str| changes.iter().find(|own| own["figure"] == name);
        let some = change("1,000 troops, probability").unwrap();
        assert_eq!((some["was"].as_f64(), some["is"].as_f64()), (Some(0.5), Some(0.2)));
        assert!((some["change"].as_f64().unwrap() + 0.3).abs() < 1e-12);
        assert!(
            change("1,000 troops, probability when asked").is_none(),
            "it is certain either way"
        );
    }
    let people = case.verify("a.svg", &[]);
    assert!(people.output.contains(" 1,000 troops, probability "), "{}", people.output);
    // A size is another row: one came, the other went.
    case.write(&with("size = 1000", "size = 900"));
    let told = case.told("a.svg");
    let changes = told["changes"].as_array().unwrap();
    let change = |name: &str| changes.iter().find(|own| own["figure"] == name).unwrap();
    assert!(change("1,000 troops, probability")["is"].is_null());
    assert!(change("900 troops, probability")["was"].is_null());
}

#[test]
fn what_changed_is_told_as_data_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("minimal/scenario.toml");
    fs::create_dir(path.parent().unwrap()).unwrap();
    let text = fs::read_to_string("scenarios/minimal/scenario.toml").unwrap();
    let told = |text: &str, figure: &str| {
        fs::write(&path, text).unwrap();
        let ended = run(&["verify", figure, path.to_str().unwrap(), "--format", "csv"]);
        (ended.status, ended.output, ended.errors)
    };
    let head = "scenario,as_of,given,variant,file,figure,was,is,change\r\n";
    let (status, data, said) = told(&text, "reports/minimal");
    assert_eq!((status, data.as_str()), (0, head));
    assert_eq!(said.lines().filter(|line| line.ends_with(": still true")).count(), 20, "{said}");
    let other = text.replace("\nprobability = 0.7\n", "\nprobability = 0.8\n");
    assert_ne!(text, other);
    let figure = "reports/minimal/charts/exceedance.svg";
    let (status, data, said) = told(&other, figure);
    assert!(status == 4 && said.starts_with(&format!("{figure}: no longer holds")), "{said}");
    // 0.325 * 0.7 * 0.5 = 11 percent become 0.325 * 0.8 * 0.5 = 13.
    let row = "headline,\"At least 1,000 troops: 11 % overall, 35 % given truce\",\"At least 1,000 troops: 13 % overall, 40 % given truce\",";
    assert!(data.starts_with(head) && data.contains(row), "{data}");
}

#[test]
fn what_a_picture_does_not_show_may_change() {
    let case = Case::new(SMALL);
    case.chart("gates", "a.svg", &[]);
    case.write(&with("floor = 800", "floor = 700"));
    let sentence = case.sentence("a.svg", "still true");
    assert!(sentence.contains("the scenario changed in what it does not show"), "{sentence}");
    case.write(SMALL);
    assert_eq!(case.sentence("a.svg", "still true"), "still true");
}

/// The lines of an SVG that are drawn, but for the one that says of which state of the scenario it is.
fn drawing(svg: &str) -> String {
    let start = svg.find("<metadata>").unwrap();
    let end = svg.find("</metadata>").unwrap();
    let drawn = format!("{}{}", &svg[..start], &svg[end..]);
    let head = ["<svg", "<title", "<desc", "Sources: "];
    drawn.lines().filter(|line| !head.iter().any(|own| line.starts_with(own))).collect()
}

/// The scenarios of the Paris declaration, to be changed.
fn paris() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["paris-2026", "paris-2026-30000"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        for entry in fs::read_dir(Path::new("scenarios").join(name)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(name).join(entry.file_name())).unwrap();
        }
    }
    folder
}

/// Replaces some words of a file of the Paris declaration, and gives the whole as it was.
fn replace(folder: &Path, file: &str, from: &str, to: &str) -> impl FnOnce() + use<> {
    let path = folder.join("paris-2026").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(&path, text.replacen(from, to, 1)).unwrap();
    move || fs::write(&path, text).unwrap()
}

#[test]
fn nothing_visible_changes_without_being_told() {
    let folder = paris();
    let scenario = folder.path().join("paris-2026/scenario.toml");
    let scenario = scenario.to_str().unwrap();
    let out = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert_eq!(run(&["run", scenario, "-q", "-o", &out("old")]).status, 0);
    let (mut same, mut other) = (0, 0);
    for (number, (file, from, to)) in [
        ("conditions.toml", "\"unlikely\"", "\"likely\""),
        ("scenario.toml", "\"mid\"", "\"high\""),
        (
            "conditions.toml",
            "[conditions.ceasefire]",
            "[conditions.ceasefire]\nlabel = \"Armistice\"",
        ),
        ("pledges.toml", "stage           = \"declared\"", "stage           = \"committed\""),
    ]
    .into_iter()
    .enumerate()
    {
        let restore = replace(folder.path(), file, from, to);
        let new = out(&format!("new{number}"));
        assert_eq!(run(&["run", scenario, "-q", "-o", &new]).status, 0);
        let told = run(&["verify", &out("old"), scenario, "--format", "json"]);
        let told: Value = serde_json::from_str(&told.output).unwrap();
        for chart in Name::ALL {
            let file = format!("charts/{}.svg", chart.word());
            let [then, now] = [out("old"), new.clone()]
                .map(|folder| fs::read_to_string(Path::new(&folder).join(&file)).unwrap());
            let own = told.as_array().unwrap().iter().find(|own| own["file"] == *file).unwrap();
            let changed = drawing(&then) != drawing(&now);
            let verdict = if changed { "changed" } else { "still true" };
            assert_eq!(own["verdict"], verdict, "{to}, {file}: {own}");
            assert_eq!(own["changes"].as_array().unwrap().is_empty(), !changed);
            if changed { other += 1 } else { same += 1 }
        }
        restore();
    }
    assert!(same > 3 && other > 8, "{same} {other}");
}

#[test]
fn options_are_those_that_the_figure_was_made_with() {
    let case = Case::new(SMALL);
    case.chart("outcomes", "given.svg", &["--given", "truce"]);
    case.chart("outcomes", "set.png", &["--set", "truce=0.9"]);
    case.chart(
        "exceedance",
        "drawn.svg",
        &["--method", "sampled", "--samples", "1000", "--seed", "7"],
    );
    for figure in ["given.svg", "set.png", "drawn.svg"] {
        assert_eq!(case.sentence(figure, "still true"), "still true");
    }
    let carried = |name: &str| fs::read_to_string(case.path(name)).unwrap();
    assert!(
        carried("drawn.svg").contains("\"samples\":1000")
            && carried("drawn.svg").contains("\"seed\":7")
    );
    // What the figure replaced may change without touching it.
    case.write(&with("probability = 0.5", "probability = 0.1"));
    case.sentence("set.png", "still true");
    case.sentence("drawn.svg", "changed");
    // What it set is gone.
    case.write(&with("truce", "armistice"));
    let sentence = case.sentence("set.png", "cannot tell");
    assert!(sentence.contains("--set truce=0.9, which no longer applies"), "{sentence}");
    let sentence = case.sentence("given.svg", "cannot tell");
    assert!(sentence.contains("--given \"truce\", which no longer applies"), "{sentence}");
    for more in [["--given", "truce"], ["--set", "truce=1"]] {
        assert_eq!(case.verify("set.png", &more).status, 2);
    }
}

#[test]
fn a_comparison_is_held_against_what_it_compares() {
    let folder = paris();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let [own, other, figure] =
        ["paris-2026/scenario.toml", "paris-2026-30000/scenario.toml", "out/compare.svg"].map(path);
    let (own, other, figure, out) = (&*own, &*other, &*figure, path("out"));
    let ended = run(&["compare", own, "--across", "force_size", "-o", &out, "-q"]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    assert_eq!(run(&["verify", figure, own]).status, 0);
    let restore = replace(folder.path(), "scenario.toml", "20000", "22000");
    let changed = run(&["verify", figure, own]);
    assert!(changed.output.contains("no longer holds: "), "{}", changed.output);
    restore();
    assert_eq!(run(&["compare", own, other, "-o", &out, "-q"]).status, 0);
    assert_eq!(run(&["verify", figure, own, other]).status, 0);
    let turned = run(&["verify", figure, other, own]);
    assert_eq!(turned.status, 4);
    let words = "cannot tell: it was made of the scenario paris-2026, paris-2026-30000";
    assert!(turned.output.contains(words), "{}", turned.output);
    let _ = replace(folder.path(), "scenario.toml", "20000", "22000");
    let changed = run(&["verify", figure, own, other]);
    assert_eq!(changed.status, 4);
    assert!(changed.output.contains("no longer holds: "), "{}", changed.output);
}

#[test]
fn a_figure_of_an_earlier_date_holds_as_of_that_date() {
    let folder = tempfile::tempdir().unwrap();
    let figure = folder.path().join("outcomes.png");
    let figure = figure.to_str().unwrap();
    let ended = run(&["chart", "outcomes", TRACKING, "-o", figure, "--as-of", "2026-01-06", "-q"]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    let ended = run(&["verify", figure, TRACKING]);
    assert_eq!(ended.status, 4);
    let words = "20,000 troops, probability was 10 in 100, is now 7 in 100 (and 3 other figures); \
                 the scenario changed on 7 January 2026; as of 6 January 2026, its own date, it holds\n";
    assert!(ended.output.contains(words), "{}", ended.output);
    assert_eq!(run(&["verify", figure, TRACKING, "--as-of", "2026-01-06"]).status, 0);
}

#[test]
fn what_cannot_be_told_says_why() {
    let case = Case::new(SMALL);
    case.chart("outcomes", "a.svg", &[]);
    case.chart("outcomes", "a.png", &[]);
    let svg = fs::read_to_string(case.path("a.svg")).unwrap();
    let put = |name: &str, content: &[u8]| fs::write(case.path(name), content).unwrap();
    put("edited.svg", svg.replace(">\nNo force in 50", ">\nNo force in 40").as_bytes());
    assert_ne!(fs::read_to_string(case.path("edited.svg")).unwrap(), svg);
    let sentence = case.sentence("edited.svg", "cannot tell");
    assert!(sentence.contains("was edited, or saved by another program"), "{sentence}");
    assert!(sentence.ends_with("what it was drawn from is still true"), "{sentence}");
    put("crlf.svg", svg.replace('\n', "\r\n").as_bytes());
    case.sentence("crlf.svg", "still true");
    let start = svg.find("<metadata>").unwrap();
    let end = svg.find("</metadata>").unwrap() + "</metadata>".len();
    put("bare.svg", [&svg[..start], &svg[end..]].concat().as_bytes());
    assert!(case.sentence("bare.svg", "cannot tell").contains("it does not say how it was made"));
    put("later.svg", svg.replace("{\"contingent\":1,", "{\"contingent\":2,").as_bytes());
    assert!(
        case.sentence("later.svg", "cannot tell")
            .contains("in a form that this version does not read")
    );
    put("cut.svg", &svg.as_bytes()[..svg.len() / 2]);
    assert!(case.sentence("cut.svg", "cannot tell").contains("it is no SVG"));
    let png = fs::read(case.path("a.png")).unwrap();
    put("cut.png", &png[..100]);
    assert!(case.sentence("cut.png", "cannot tell").contains("it is a damaged PNG"));
    put("short.png", &png[..png.len() - 30]);
    assert!(case.sentence("short.png", "cannot tell").contains("it is a damaged PNG"));
    let mut spoilt = png.clone();
    let last = spoilt.len() - 20;
    spoilt[last] ^= 1;
    put("spoilt.png", &spoilt);
    assert!(case.sentence("spoilt.png", "cannot tell").contains("it is a damaged PNG"));
    // Another program saved it: all is whole, and something was added.
    let (rest, end) = png.split_at(png.len() - 12);
    let added = b"tEXtSoftware\0another";
    let length = u32::try_from(added.len() - 4).unwrap().to_be_bytes();
    let checksum = crc32fast::hash(added).to_be_bytes();
    put("saved.png", &[rest, &length, added, &checksum, end].concat());
    assert!(case.sentence("saved.png", "cannot tell").contains("was edited"));
    put("x.json", b"{}");
    assert!(case.sentence("x.json", "cannot tell").contains("it does not say how it was made"));
    fs::rename(case.path("small.toml"), case.path("other.toml")).unwrap();
    let other = run(&["verify", &case.word("a.svg"), &case.word("other.toml")]);
    assert_eq!(other.status, 4);
    assert!(
        other.output.contains("it was made of the scenario small, and this is other"),
        "{}",
        other.output
    );
    assert_eq!(run(&["verify", &case.word("a.svg")]).status, 2);
    assert_eq!(run(&["verify", PARIS, PARIS]).status, 2);
    assert_eq!(run(&["verify", &case.word("none.svg"), PARIS]).status, 3);
}

#[test]
fn what_is_no_figure_or_not_there_is_named() {
    let case = Case::new(SMALL);
    case.chart("outcomes", "a.svg", &[]);
    fs::write(case.path("notes.txt"), "hi").unwrap();
    for (figure, status, words) in [
        ("notes.txt", 2, "is no figure"),
        ("notes.txt", 2, "a datapackage.json (for the tables beside it)"),
        ("gone.txt", 2, "gone.txt` does not exist"),
        ("gone.svg", 3, "cannot read `"),
    ] {
        let ended = case.verify(figure, &[]);
        assert!(ended.status == status && ended.errors.contains(words), "{}", ended.errors);
    }
    let ended = run(&["verify", &case.word("a.svg"), &case.word("gone.toml")]);
    assert!(ended.status == 3 && ended.errors.contains("gone.toml"), "{}", ended.errors);
}

#[test]
fn cells_of_a_data_package_are_compared_one_by_one() {
    let case = Case::new(SMALL);
    let (scenario, out) = (case.word("small.toml"), case.word("out"));
    let options = ["--excel=semicolon", "--step", "100", "--top", "50", "--max-size", "3"];
    let ended = run(&[&["run", &scenario, "-q", "-o", &out], options.as_slice()].concat());
    assert_eq!(ended.status, 0, "{}", ended.errors);
    let package = "out/tables/datapackage.json";
    case.sentence(package, "still true");
    case.write(&with("probability = 0.5", "probability = 0.25"));
    let told = case.told(package);
    let changes = told["changes"].as_array().unwrap();
    let own = |figure: &str| changes.iter().find(|own| own["figure"] == figure);
    let met = own("requirements: floor, probability").unwrap();
    assert_eq!((met["was"].as_f64(), met["is"].as_f64()), (Some(0.5), Some(0.25)));
    assert!(own("requirements: floor, probability_when_asked").is_none());
    let mean = own("totals: in_theatre, mean").unwrap();
    assert_eq!(mean["change"].as_f64(), Some(-250.0));
    let sentence = told["sentence"].as_str().unwrap();
    assert!(sentence.contains("floor, probability was 50 in 100, is now 25 in 100"), "{sentence}");
    // A file whose past was rewritten.
    let later = with("probability = 0.5", "probability = 0.25").replace("2026-01-08", "2026-02-01");
    case.write(&later);
    let words = "; nor does it hold as of 8 January 2026, its own date";
    assert!(case.sentence(package, "changed").ends_with(words));
    // Only the date moved on.
    case.write(&with("2026-01-08", "2026-02-01"));
    let sentence = case.sentence(package, "still true");
    assert!(sentence.starts_with("still true as of 1 February 2026"), "{sentence}");
    // Cells that somebody changed are told too.
    case.write(SMALL);
    let totals = fs::read_to_string(case.path("out/tables/totals.csv")).unwrap();
    assert!(totals.contains(";500;"), "{totals}");
    fs::write(case.path("out/tables/totals.csv"), totals.replacen(";500;", ";501;", 1)).unwrap();
    let told = case.told(package);
    assert_eq!(told["changes"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["changes"][0]["change"], -1.0);
    assert_eq!(told["verdict"], "edited");
    let words = "edited since it was made: totals: in_theatre, mean is 501 in the file; made anew from \
                 the same scenario it is 500";
    assert_eq!(told["sentence"], words);
    fs::remove_file(case.path("out/tables/totals.csv")).unwrap();
    assert!(case.sentence(package, "cannot tell").contains("totals.csv`: no such file"));
}

#[test]
fn a_date_that_moved_as_far_as_that_of_the_knowledge_is_a_change() {
    let text = with("size = 1000\n", "size = 1000\nreview_by = 2027-01-08\n");
    let case = Case::new(&text.replace("as_of = 2026-01-08", "as_of = 2027-01-08"));
    let (scenario, out) = (case.word("small.toml"), case.word("out"));
    assert_eq!(run(&["run", &scenario, "-o", &out, "-q"]).status, 0);
    case.write(&text.replace("2026-01-08", "2027-01-09").replace("2027-01-08", "2027-01-09"));
    let told = case.told("out/tables/datapackage.json");
    assert_eq!(told["verdict"], "changed");
    let changes = told["changes"].as_array().unwrap();
    let moved = |change: &&Value| change["was"] == "2027-01-08" && change["is"] == "2027-01-09";
    assert!(changes.iter().any(|change| moved(&change)), "{told}");
}
