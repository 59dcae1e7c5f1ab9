//! Tracking: a file is its own history, and what it says of a date is what it said on that date.

use crate::cli::run;
use contingent::diagnostic::render::{Format, render};
use contingent::evaluate::{Effort, Parts, Settings};
use contingent::pipeline::{Checked, Request, check, check_every_date, check_pair, earlier};
use contingent::report::summary;
use contingent::report::table::{Table, Value};
use contingent::report::tables::{self, DEFAULT_STEP, Name};
use contingent::study::diff::diff;
use contingent::study::{self, Beside, Finding};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What does not change: conditions, assumptions and definitions exist at every date.
const VOCABULARY: &str = r#"
[basings]
ukraine = { name = "Ukraine", theatre = true }
poland = { name = "Poland", theatre = false }

[assumptions.force_size]
options = { low = 10000, high = 20000 }
chosen = "low"
assumed = { options = "two figures", chosen = "the lower" }

[assumptions.trigger]
options = { truce = {}, peace = {} }
chosen = "truce"
assumed = { options = "two readings", chosen = "the first" }

[conditions.truce]
probability = 0.3
assumed = { probability = "low" }

[conditions.peace]
requires = "truce"
probability = 0.5
assumed = { probability = "even" }
resolves_by = 2026-01-20

[conditions.route]
outcomes = { north = 0.5, south = 0.5 }
assumed = { outcomes = "even" }

[definitions]
entry = "trigger.truce and truce or trigger.peace and peace"

[requirements.floor]
text = "5,000 in Ukraine"
floor = 5000
"#;

/// What the file gained on each date, in the order in which it was written.
const STEPS: [(&str, &str); 12] = [
    (
        "2026-01-02",
        r#"
[sources.first]
title = "First report"
published = 2026-01-02
reliability = "B"

[nations]
FRA = { name = "France" }

[pledges.lead]
nations = "FRA"
domain = "land"
basing = "ukraine"
stage = "floated"
on = 2026-01-02
when = "entry"
size = { share = 0.6, of = "force_size" }
claim = "Most of the force"
assumed = { size = "read as 60 percent" }

[[pledges.lead.evidence]]
source = "first"
by = "FRA: minister"
credibility = 2
"#,
    ),
    (
        "2026-01-05",
        r#"
[sources.second]
title = "Second report"
published = 2026-01-05
reliability = "C"

[nations.NLD]
name = "Netherlands"
pool = 3000
rotation = 3
assumed = { pool = "a guess", rotation = "rule of thirds" }

[pledges.ships]
nations = "NLD"
domain = "sea"
basing = "ukraine"
stage = "indicated"
on = 2026-01-01
size = [500, 900]
evidence = [{ source = "second", for = "size", credibility = 3 }]
"#,
    ),
    (
        "2026-01-06",
        r#"
[[pledges.lead.updates]]
on = 2026-01-06
stage = "committed"
evidence = [{ source = "first", by = "FRA: president", stage = "declared", credibility = 1 }]
"#,
    ),
    (
        "2026-01-07",
        r#"
[[conditions.truce.updates]]
on = 2026-01-07
probability = 0.6
assumed = { probability = "talks have begun" }
"#,
    ),
    // It happened on the third, and nobody knew before the eighth.
    (
        "2026-01-08",
        r#"
[sources.late]
title = "Late report"
published = 2026-01-08
reliability = "A"

[[pledges.ships.updates]]
on = 2026-01-03
size = 700
basing = "poland"
evidence = [{ source = "late", for = "size" }]
"#,
    ),
    (
        "2026-01-09",
        r#"
[sources.aside]
title = "Nothing new on the pledge"
published = 2026-01-09

[[pledges.lead.evidence]]
source = "aside"
quote = "most of the force"
"#,
    ),
    (
        "2026-01-10",
        r#"
[[conditions.truce.updates]]
on = 2026-01-10
holds = true
sources = ["late"]
"#,
    ),
    (
        "2026-01-11",
        r#"
[[assumptions.force_size.updates]]
on = 2026-01-11
chosen = "high"
sources = ["late"]
"#,
    ),
    (
        "2026-01-12",
        r#"
[[pledges.ships.updates]]
on = 2026-01-12
stage = "mandated"
basing = "ukraine"
expires = 2026-01-13
sources = ["late"]
"#,
    ),
    ("2026-01-14", ""),
    (
        "2026-01-15",
        r#"
[[pledges.lead.updates]]
on = 2026-01-15
when = "entry and route.north"
size = 8000
sources = ["late"]
assumed = { size = "said so" }
"#,
    ),
    (
        "2026-01-16",
        r#"
[[conditions.truce.updates]]
on = 2026-01-16
probability = 0.2
assumed = { probability = "it has broken down" }

[[conditions.route.updates]]
on = 2026-01-16
holds = "north"
sources = ["late"]
"#,
    ),
];

/// The file with everything up to a date, as of that date.
fn file_on(date: &str) -> String {
    let header = format!("[scenario]\ntitle = \"Tracked\"\nas_of = {date}\nhorizon = 2026-12-31\n");
    let steps = STEPS.iter().filter(|(on, _)| *on <= date).map(|(_, text)| *text);
    header + VOCABULARY + &steps.collect::<String>()
}

struct Case {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn case(text: &str) -> Case {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tracked.toml");
    fs::write(&path, text).unwrap();
    Case { _folder: folder, path }
}

impl Case {
    fn request(&self) -> Request {
        Request { path: self.path.clone(), ..Request::default() }
    }

    fn as_of(&self, date: &str) -> Request {
        Request { as_of: Some(date.parse().unwrap()), ..self.request() }
    }
}

fn checked(request: &Request) -> Checked {
    let checked = check(request).unwrap();
    let shown = render(&checked.diagnostics, &checked.sources, Format::Full, false);
    assert!(!checked.diagnostics.has_errors(), "{shown}");
    checked
}

fn problems(text: &str) -> String {
    let case = case(text);
    let checked = check(&case.request()).unwrap();
    let shown = render(&checked.diagnostics, &checked.sources, Format::Short, false);
    shown.replace(&case.path.display().to_string(), "FILE")
}

fn found(request: &Request) -> Finding {
    let scenario = checked(request).scenario.unwrap();
    study::find(scenario, Settings::new(Parts::ALL)).unwrap()
}

fn in_theatre(request: &Request) -> f64 {
    found(request).outcomes.totals[0].law.as_ref().unwrap().mean()
}

/// The row of a pledge in the ledger, by column.
fn ledger(request: &Request, pledge: &str) -> BTreeMap<String, String> {
    let finding = found(request);
    let table: Table = tables::table(Name::Ledger, &finding, &Beside::default(), DEFAULT_STEP);
    let at = table.columns.iter().position(|column| column.name == "pledge").unwrap();
    let row = table.rows.iter().find(|row| row[at] == Value::from(pledge)).unwrap();
    let cell = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    table.columns.iter().map(|c| c.name.clone()).zip(row.iter().map(cell)).collect()
}

/// Every file that a run writes, by name.
fn written(arguments: &[&str], scenario: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_contingent"));
    command.arg("run").arg(scenario).arg("-o").arg(folder.path()).args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut files = BTreeMap::from([(PathBuf::from("stdout"), output.stdout)]);
    for inner in ["", "tables", "charts"] {
        for entry in fs::read_dir(folder.path().join(inner)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(folder.path()).unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn replaying_a_date_gives_the_bytes_that_the_file_gave_on_that_date() {
    let (last, _) = STEPS[STEPS.len() - 1];
    let whole = case(&file_on(last));
    let mut earlier = None;
    for (date, _) in STEPS {
        let then = case(&file_on(date));
        let (old, replayed) = (written(&[], &then.path), written(&["--as-of", date], &whole.path));
        assert_eq!(old.keys().collect::<Vec<_>>(), replayed.keys().collect::<Vec<_>>(), "{date}");
        for (name, bytes) in &old {
            assert!(*bytes == replayed[name], "{date}: {}", name.display());
        }
        let ledger = old[Path::new("tables/ledger.csv")].clone();
        assert_ne!(earlier.replace(ledger.clone()), Some(ledger), "{date} changed nothing");
    }
}

#[test]
fn what_is_left_out_is_named_beside_the_output() {
    let case = case(&file_on("2026-01-16"));
    let run = |extra: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_contingent"));
        command.args(["table", "ledger", "--as-of", "2026-01-04"]).args(extra).arg(&case.path);
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let note = "note: left out, as dated or published after 2026-01-04: `pledges.ships`, \
                `assumptions.force_size (update of 2026-01-11)`, ";
    assert!(run(&[]).contains(note), "{}", run(&[]));
    assert_eq!(run(&["-q"]), "");
}

#[test]
fn people_read_a_history_date_by_date() {
    let case = case(&file_on("2026-01-16"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_contingent"));
    let output = command.args(["table", "history", "-q"]).arg(&case.path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches(" 2026-01-10 ").count(), 1, "{text}");
    assert!(text.contains("\n2026-01-10: truce known to hold\n"), "{text}");
    assert!(text.contains("\n2026-01-02: the first pledge\n"), "{text}");
}

#[test]
fn each_date_has_the_force_that_its_words_add_up_to() {
    let case = case(&file_on("2026-01-16"));
    let force = |date: &str| in_theatre(&case.as_of(date));
    let near = |date: &str, expected: f64| {
        let found = force(date);
        assert!((found - expected).abs() < 1e-9 * expected.max(1.0), "{date}: {found}");
    };
    near("2026-01-01", 0.0);
    // 60 percent of 10,000 where there is a truce.
    near("2026-01-02", 0.3 * 6000.0);
    // Ships from 500 to 900, in any world.
    near("2026-01-06", 0.3 * 6000.0 + 700.0);
    near("2026-01-07", 0.6 * 6000.0 + 700.0);
    // The ships are in Poland since the third, which is known from the eighth.
    near("2026-01-08", 0.6 * 6000.0);
    near("2026-01-10", 6000.0);
    near("2026-01-11", 12000.0);
    near("2026-01-12", 12700.0);
    near("2026-01-13", 12700.0);
    // The mandate of the ships has run out.
    near("2026-01-14", 12000.0);
    near("2026-01-15", 0.5 * 8000.0);
    // The truce has broken down again; the route is known.
    near("2026-01-16", 0.2 * 8000.0);
}

#[test]
fn the_ledger_tells_what_changed_when_and_what_is_contested() {
    let case = case(&file_on("2026-01-16"));
    let told = |date: &str, pledge: &str, column: &str| {
        ledger(&case.as_of(date), pledge).remove(column).unwrap()
    };
    assert_eq!(told("2026-01-05", "lead", "stage"), "floated");
    assert_eq!(told("2026-01-05", "lead", "changed"), "Empty");
    // Another stage for the same event is contested; the stage before is history.
    assert_eq!(told("2026-01-06", "lead", "stages_claimed"), "declared; committed");
    assert_eq!(told("2026-01-06", "lead", "changed"), "stage");
    assert_eq!(told("2026-01-15", "lead", "changed"), "size; when");
    assert!(told("2026-01-15", "lead", "stage_date").contains("2026-01-06"));
    assert!(told("2026-01-15", "lead", "last_change").contains("2026-01-15"));
    assert!(told("2026-01-16", "lead", "age_days").contains('1'));
    assert_eq!(told("2026-01-13", "ships", "overdue"), "Empty");
    assert_eq!(told("2026-01-14", "ships", "overdue"), "expired");
    // A reason goes with the value that it was given for.
    assert_eq!(told("2026-01-14", "lead", "assumed"), "size: read as 60 percent");
    assert_eq!(told("2026-01-15", "lead", "assumed"), "size: said so");
}

/// The ledger as the program prints it: what changed about each pledge since a date.
fn since(path: &Path, date: &str) -> Vec<(String, String)> {
    let path = path.to_str().unwrap();
    let ended = run(&["table", "ledger", "--format", "csv", "--since", date, path]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    let mut table = csv::Reader::from_reader(ended.output.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = table.deserialize().map(Result::unwrap).collect();
    rows.iter().map(|row| (row["pledge"].clone(), row["changed"].clone())).collect()
}

#[test]
fn the_ledger_since_a_date_has_what_changed_after_it_and_nothing_else() {
    let renewed = "\n[[pledges.ships.updates]]\non = 2026-01-15\nexpires = 2026-12-31\nsources = [\"late\"]\n";
    let case = case(&(file_on("2026-01-16") + renewed));
    let told = |date: &str| since(&case.path, date);
    let row = |pledge: &str, changed: &str| (pledge.to_owned(), changed.to_owned());
    let lead = "stage floated -> committed; when entry -> entry and route.north; \
        size 0.6 of force_size -> 8,000; new source aside; new source late";
    let ships = "stage indicated -> mandated; size 500 to 900 -> 700; \
        expires never -> 2026-12-31; new source late";
    assert_eq!(told("2026-01-05"), [row("lead", lead), row("ships", ships)]);
    let lead =
        "when entry -> entry and route.north; size 0.6 of force_size -> 8,000; new source late";
    let ships = "expires 2026-01-13 -> 2026-12-31";
    assert_eq!(told("2026-01-13"), [row("lead", lead), row("ships", ships)]);
    assert_eq!(told("2026-01-16"), []);
    let refused = |table: &str, date: &str| {
        let ended = run(&["table", table, "--since", date, case.path.to_str().unwrap()]);
        assert_eq!(ended.status, 2);
        ended.errors
    };
    let told = refused("ledger", "2026-02-16");
    assert!(told.contains("2026-02-16 lies after the date of the knowledge, 2026-01-16"), "{told}");
    assert!(refused("totals", "2026-01-05").contains("`--since` is for the ledger"));
}

#[test]
fn the_summary_says_what_is_known_to_have_happened() {
    let case = case(&file_on("2026-01-16"));
    let summary = |date: &str| summary::summary(&found(&case.as_of(date)), &[]);
    assert!(!summary("2026-01-09").contains("Known to have happened"));
    let told = "Known to have happened: truce (10 January 2026).";
    assert!(summary("2026-01-10").contains(told), "{}", summary("2026-01-10"));
    let told = "Known to have happened: route: north (16 January 2026).";
    assert!(summary("2026-01-16").contains(told), "{}", summary("2026-01-16"));
}

#[test]
fn a_setting_comes_after_every_update() {
    let case = case(&file_on("2026-01-16"));
    let set = |settings: &[&str]| {
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        in_theatre(&Request { settings, ..case.as_of("2026-01-12") })
    };
    assert!((set(&["force_size=low"]) - 6700.0).abs() < 1e-9);
    assert!((set(&["pledges.ships.size=100"]) - 12100.0).abs() < 1e-9);
    // A probability that is set replaces what is known.
    assert!((set(&["truce=0.5"]) - 6700.0).abs() < 1e-9);
    assert!((set(&["conditions.truce.holds=false"]) - 700.0).abs() < 1e-9);
    let refused = Request { settings: vec!["pledges.ships.updates=[]".into()], ..case.request() };
    assert!(check(&refused).unwrap().diagnostics.has_errors());
}

#[test]
fn what_a_variant_says_outlasts_the_updates_of_its_base() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("base.toml"), file_on("2026-01-16")).unwrap();
    let path = folder.path().join("child.toml");
    let child = "[scenario]\nextends = \"base.toml\"\nas_of = 2026-01-12\n\n\
                 [pledges.ships]\nsize = 100\nassumed.size = \"what if\"\n\n\
                 [conditions.truce]\nprobability = 0.5\nassumed.probability = \"what if\"\n";
    fs::write(&path, child).unwrap();
    let request = Request { path, ..Request::default() };
    assert!((in_theatre(&request) - (0.5 * 12000.0 + 100.0)).abs() < 1e-9);
    assert_eq!(ledger(&request, "ships")["stage"], "mandated");
    assert_eq!(ledger(&request, "ships")["assumed"], "size: what if");
    // Also how a condition ended, and one option of several; an update's own date and sources stay.
    let child = "[scenario]\nextends = \"base.toml\"\nas_of = 2026-01-07\n\n\
                 [pledges.ships]\nsources = [\"first\"]\n\n\
                 [conditions.truce]\nholds = true\nassumed.holds = \"what if\"\n";
    fs::write(&request.path, child).unwrap();
    assert!((in_theatre(&request) - (6000.0 + 700.0)).abs() < 1e-9, "{}", in_theatre(&request));
    assert_eq!(ledger(&request, "ships")["basing"], "ukraine", "the late report is not out");
}

#[test]
fn how_a_condition_ended_is_evidence_for_what_it_rests_on() {
    let text = file_on("2026-01-09").replace("as_of = 2026-01-09", "as_of = 2026-01-19");
    let ended =
        "\n[[conditions.peace.updates]]\non = 2026-01-18\nholds = true\nsources = [\"first\"]\n";
    let case = case(&(text.clone() + ended));
    // Peace presupposes the truce, so both hold.
    assert!((in_theatre(&case.request()) - 6000.0).abs() < 1e-9);
    let failed = ended.replace("true", "false");
    // P(truce | no peace) = 0.6 * 0.5 / (1 - 0.6 * 0.5).
    let expected = 6000.0 * 0.3 / 0.7;
    let case = self::case(&(text.clone() + &failed));
    assert!((in_theatre(&case.request()) - expected).abs() < 1e-9);
    // Without a probability it needs none once it is known.
    let open = text.replace("probability = 0.3\nassumed = { probability = \"low\" }", "");
    let open =
        open.replace("\n[[conditions.truce.updates]]\non = 2026-01-07\nprobability = 0.6", "");
    let open = open.replace("\nassumed = { probability = \"talks have begun\" }", "");
    let known =
        "\n[[conditions.truce.updates]]\non = 2026-01-10\nholds = true\nsources = [\"first\"]\n";
    let case = self::case(&(open.clone() + known));
    assert!((in_theatre(&case.request()) - 6000.0).abs() < 1e-9);
    assert!(found(&self::case(&open).request()).outcomes.totals[0].law.is_none());
}

#[test]
fn a_failure_that_a_requirement_may_explain_needs_a_probability() {
    let text = |law: &str| {
        file_on("2026-01-09").replace(
            "requires = \"truce\"\nprobability = 0.5\nassumed = { probability = \"even\" }",
            &format!("requires = \"truce\"\n{law}holds = false\nassumed.holds = \"said so\""),
        )
    };
    let stated = text("probability = 0.5\nassumed.probability = \"even\"\n");
    let mean = in_theatre(&case(&stated).request());
    assert!((mean - 6000.0 * 0.3 / 0.7).abs() < 1e-9, "{mean}");
    // Without it nobody can tell whether there was no truce, or a truce and no peace.
    let open = found(&case(&text("")).request());
    assert!(open.outcomes.totals[0].law.is_none());
    // With a peace that is never signed its failure tells nothing, with one that is sure everything.
    let span = open.outcomes.totals[0].span.unwrap();
    assert!(span.sharp && span.low.abs() < 1e-9, "{span:?}");
    assert!((span.high - 6000.0 * 0.6).abs() < 1e-9, "{span:?}");
}

#[test]
fn what_moved_between_two_dates_sums_and_turns_round() {
    let case = case(&file_on("2026-01-16"));
    let split = |old: &str, new: &str| {
        let pair = check_pair(&case.as_of(old), &case.as_of(new)).unwrap();
        diff(pair.aligned.unwrap().unwrap(), Effort::default()).unwrap()
    };
    for pair in STEPS.windows(2).chain([&[STEPS[0], STEPS[11]][..], &[STEPS[4], STEPS[10]]]) {
        let (there, back) = (split(pair[0].0, pair[1].0), split(pair[1].0, pair[0].0));
        for (figure, reverse) in there.figures.iter().zip(&back.figures) {
            let at = |date: &str| figures(&found(&case.as_of(date)), &figure.name);
            let (old, new) = (figure.old.unwrap().value, figure.new.unwrap().value);
            assert!((old - at(pair[0].0)).abs() < 1e-9 && (new - at(pair[1].0)).abs() < 1e-9);
            let sum: f64 = figure.parts.iter().map(|part| part.change.value).sum();
            assert!((sum - (new - old)).abs() < 1e-9, "{}: {sum}", figure.name);
            let sum: f64 = reverse.parts.iter().map(|part| part.change.value).sum();
            assert!((sum + (new - old)).abs() < 1e-9, "{} turned round: {sum}", figure.name);
        }
    }
    let ended = split("2026-01-09", "2026-01-10");
    let kinds: Vec<&str> = ended.causes.iter().map(|cause| cause.kind.word()).collect();
    assert_eq!(kinds, ["evidence"]);
    let expired = split("2026-01-13", "2026-01-14");
    let counted = expired.figures.iter().find(|figure| figure.name == "counted").unwrap();
    assert_eq!(counted.parts.len(), 1, "the mandate ran out");
    assert!((counted.parts[0].change.value + 700.0).abs() < 1e-9);
}

/// A figure of a finding, worked out from its tables.
fn figures(finding: &Finding, name: &str) -> f64 {
    let scenario = &finding.scenario;
    let sum = |wanted: &dyn Fn(&contingent::scenario::Pledge) -> bool| -> f64 {
        let sizes = scenario.pledges.iter().zip(&finding.outcomes.sizes);
        let own = sizes.filter(|((_, pledge), _)| wanted(pledge));
        own.filter_map(|(_, size)| Some(size.as_ref()?.central)).sum()
    };
    match name {
        "headline" => sum(&|pledge| scenario.stands(pledge)),
        "counted" => sum(&|pledge| scenario.counts(pledge)),
        "in_theatre" => finding.outcomes.totals[0].law.as_ref().unwrap().mean(),
        _ => finding.outcomes.requirements[0].probability.unwrap(),
    }
}

#[test]
fn a_history_has_the_states_that_differ_and_says_how() {
    let text = file_on("2026-01-16")
        + "\n[[pledges.ships.updates]]\non = 2026-01-15\nexpires = 2026-12-31\nsources = [\"late\"]\n";
    let case = case(&text);
    let scenario = checked(&case.request()).scenario.unwrap();
    let states = earlier(&case.request(), &scenario).unwrap().unwrap();
    let states = study::earlier(states, Effort::default()).unwrap();
    let dates: Vec<String> = states.iter().map(|state| state.scenario.as_of.to_string()).collect();
    // The mandate ran out on the 13th and was renewed on the 15th; the evidence of the 9th moves nothing.
    let expected = ["02", "05", "06", "07", "08", "10", "11", "12", "14", "15"];
    assert_eq!(dates, expected.map(|day| format!("2026-01-{day}")));
    let finding = found(&case.request());
    let beside = Beside { earlier: states, ..Beside::default() };
    let table = tables::table(Name::History, &finding, &beside, DEFAULT_STEP);
    let column = |name: &str| table.columns.iter().position(|column| column.name == name).unwrap();
    for row in &table.rows {
        let (Value::Date(date), Value::Text(metric)) =
            (&row[column("date")], &row[column("metric")])
        else {
            panic!("{row:?}");
        };
        let Value::Number(value) = row[column("value")] else { panic!("{row:?}") };
        let own = found(&case.as_of(&date.to_string()));
        assert!((value - figures(&own, metric)).abs() < 1e-9, "{date} {metric}");
    }
    let told = format!("{:?}", table.rows);
    assert!(told.contains("ships ran out on 2026-01-13"), "{told}");
    assert!(told.contains("ships expires 2026-01-13 -> 2026-12-31"), "{told}");
}

#[test]
fn a_new_size_rests_on_what_was_said_of_it() {
    let text = file_on("2026-01-06")
        + "\n[pledges.air]\nnations = \"FRA\"\ndomain = \"air\"\nbasing = \"ukraine\"\n\
           stage = \"declared\"\non = 2026-01-02\nsize = 100\nsources = [\"first\", \"second\"]\n\
           [[pledges.air.updates]]\non = 2026-01-06\nsize = 500\n\
           evidence = [{ source = \"second\", by = \"reporter\" }]\n";
    let finding = found(&case(&text).request());
    let table = tables::table(Name::Grounds, &finding, &Beside::default(), DEFAULT_STEP);
    let at = |name: &str| table.columns.iter().position(|column| column.name == name).unwrap();
    let of = |ground: &str| {
        let row = table.rows.iter().find(|row| row[at("ground")] == Value::from(ground)).unwrap();
        format!("{:?}", row[at("pledges")])
    };
    for ground in ["one_source", "c_or_worse", "unnamed"] {
        assert!(of(ground).contains("air"), "{ground}: {}", of(ground));
    }
}

#[test]
fn what_was_and_what_will_be_is_checked_too() {
    let mistakes = "\n[[pledges.lead.updates]]\non = 2026-01-03\nstage = \"comitted\"\nsources = [\"first\"]\n\
                    [[pledges.lead.updates]]\non = 2026-01-04\nstage = \"declared\"\nsources = [\"first\"]\n\
                    [[pledges.lead.updates]]\non = 2027-01-04\nsize = -3\nwen = \"truce\"\nsources = [\"nobody\"]\n\
                    [[pledges.lead.updates]]\non = 2025-01-04\nstage = \"declared\"\nsources = [\"first\"]\n\
                    [[pledges.lead.updates]]\nstage = \"declared\"\n\
                    [[conditions.peace.updates]]\non = 2026-01-04\nholds = \"north\"\n\
                    [[conditions.route.updates]]\non = 2027-01-04\nholds = \"north\"\nupdates = 3\n";
    let found = problems(&(file_on("2026-01-05") + mistakes));
    let lines: Vec<&str> = found.lines().filter(|line| line.contains("error")).collect();
    let expected = [
        "error[unknown-word]: `comitted` is not a stage; did you mean `committed`?",
        "error[size-range]",
        "error[unknown-key]: unknown key `wen` in pledge `lead`; did you mean `when`?",
        "error[unknown-source]",
        "error[dates-out-of-order]: an update of pledge `lead` is dated before what it changes",
        "error[missing-key]: an update of pledge `lead` has no `on`",
        "error[wrong-type]: `holds` of `peace` must be true or false",
        "error[unknown-key]: an update of condition `route` cannot have `updates`",
    ];
    for words in expected {
        assert_eq!(lines.iter().filter(|line| line.contains(words)).count(), 1, "{words}\n{found}");
    }
}

#[test]
fn every_state_of_the_file_must_add_up() {
    let text = file_on("2026-01-09")
        + "\n[pledges.rest]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"ukraine\"\n\
           stage = \"floated\"\non = 2026-01-02\nsize = { share = 0.3, of = \"force_size\" }\n\
           assumed.size = \"a guess\"\n\
           [[pledges.rest.updates]]\non = 2026-01-08\nsize = { share = 0.5, of = \"force_size\" }\n\
           assumed.size = \"more\"\n\
           [[pledges.rest.updates]]\non = 2026-01-09\nsize = { share = 0.2, of = \"force_size\" }\n\
           assumed.size = \"less\"\n";
    let case = case(&text);
    checked(&case.request());
    let every = check_every_date(&case.request()).unwrap();
    let shown = render(&every.diagnostics, &every.sources, Format::Short, false);
    let told = "the shares of `force_size` sum to 1.1, more than 1, as of 2026-01-08";
    assert_eq!(shown.matches(told).count(), 1, "{shown}");
    assert!(every.scenario.is_none());
}

#[test]
fn evidence_that_contradicts_itself_is_named() {
    let text = file_on("2026-01-16").replace("as_of = 2026-01-16", "as_of = 2026-01-20");
    let ended = "\n[[conditions.peace.updates]]\non = 2026-01-18\nholds = true\nsources = [\"first\"]\n\
                 [[conditions.truce.updates]]\non = 2026-01-18\nholds = false\nsources = [\"first\"]\n";
    let found = problems(&(text + ended));
    let errors: Vec<&str> = found.lines().filter(|line| line.contains("error")).collect();
    assert_eq!(errors.len(), 1, "{found}");
    assert!(errors[0].contains("impossible-evidence"), "{found}");
}

#[test]
fn what_is_past_its_date_is_listed_by_check() {
    let text = file_on("2026-01-14").replace("as_of = 2026-01-14", "as_of = 2026-02-01");
    let review = text.replace("[pledges.lead]\n", "[pledges.lead]\nreview_by = 2026-01-31\n");
    let found = problems(&review);
    for words in [
        "warning[review-due]: `lead` was to be reviewed by 2026-01-31",
        "warning[review-due]: how `peace` ended should be known since 2026-01-20",
        "warning[mandate-expired]: `ships` ran out on 2026-01-13 and counts no more",
    ] {
        assert_eq!(found.matches(words).count(), 1, "{words}\n{found}");
    }
    let before = review.replace("as_of = 2026-02-01", "as_of = 2026-01-13");
    assert!(!problems(&before).contains("review-due"));
}
