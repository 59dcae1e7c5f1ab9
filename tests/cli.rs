//! The program as its users meet it: commands, output, exit status, files.

use assert_cmd::Command;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const PARIS: &str = "scenarios/paris-2026/scenario.toml";
const MINIMAL: &str = "scenarios/minimal/scenario.toml";

pub(super) struct Ended {
    pub(super) status: i32,
    pub(super) output: String,
    pub(super) errors: String,
}

pub(super) fn run(args: &[&str]) -> Ended {
    let mut command = Command::cargo_bin("contingent").unwrap();
    let ended = command.args(args).env("NO_COLOR", "1").output().unwrap();
    Ended {
        status: ended.status.code().unwrap(),
        output: String::from_utf8(ended.stdout).unwrap(),
        errors: String::from_utf8(ended.stderr).unwrap(),
    }
}

fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not there to be changed");
    text.replace(from, to)
}

#[test]
fn run_writes_tables_charts_and_a_summary_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    let ended = run(&["run", MINIMAL, "-o", output.to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    assert!(ended.output.starts_with("# Example: a force to watch a truce\n"));
    assert!(ended.errors.contains("39 files written to "), "{}", ended.errors);
    assert_eq!(fs::read_to_string(output.join("summary.md")).unwrap(), ended.output);
    assert!(fs::read(output.join("charts/gates.png")).unwrap().starts_with(b"\x89PNG"));
    assert!(output.join("tables/datapackage.json").exists());
}

#[test]
fn data_goes_to_standard_output_and_all_else_to_standard_error() {
    let ended = run(&["table", "totals", PARIS, "--format", "csv"]);
    assert!(ended.output.starts_with("scenario,as_of,given,variant,total,"));
    assert!(ended.errors.starts_with("4 warnings; contingent check "), "{}", ended.errors);
    let quiet = run(&["table", "totals", PARIS, "--format", "csv", "--quiet"]);
    assert_eq!((quiet.output, quiet.errors.as_str()), (ended.output, ""));
}

#[test]
fn given_set_and_as_of_change_what_is_asked() {
    let cell = |args: &[&str], total: &str, column: &str| {
        let ended = run(&[&["table", "totals", PARIS, "--format", "json", "-q"], args].concat());
        let rows: serde_json::Value = serde_json::from_str(&ended.output).unwrap();
        let rows = rows.as_array().unwrap();
        rows.iter().find(|row| row["total"] == total).unwrap()[column].clone()
    };
    let given = cell(&["--given", "ceasefire"], "in_theatre", "probability_any");
    assert_eq!(given, serde_json::json!(0.455_625));
    assert_eq!(cell(&["--given", "ceasefire"], "in_theatre", "given"), "ceasefire");
    assert_eq!(cell(&["--set", "force_size=high"], "in_theatre", "max"), 30_000);
    assert_eq!(cell(&["--set", "ceasefire=1"], "in_theatre", "probability_any"), 0.455_625);
    let long = ["--set", "conditions.ceasefire.probability=1"];
    assert_eq!(cell(&long, "in_theatre", "probability_any"), 0.455_625);
    assert_eq!(cell(&long, "in_theatre", "variant"), "conditions.ceasefire.probability=1");
    assert_eq!(cell(&["--as-of", "2026-01-05"], "in_theatre", "max"), 0, "nothing was known yet");
}

#[test]
fn a_scenario_with_errors_ends_with_one_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.toml");
    let text = fs::read_to_string(MINIMAL).unwrap();
    fs::write(&path, changed(&text, "probability = 0.7", "probability = 1.4")).unwrap();
    let output = folder.path().join("out");
    let ended = run(&["run", path.to_str().unwrap(), "-o", output.to_str().unwrap()]);
    assert_eq!((ended.status, ended.output.as_str()), (1, ""));
    assert!(ended.errors.contains("error[probability-range]"), "{}", ended.errors);
    assert!(!output.exists());
}

#[test]
fn evidence_that_cannot_hold_is_an_error_of_the_scenario() {
    let ended = run(&["table", "totals", MINIMAL, "--given", "mandate and not truce"]);
    assert_eq!(ended.status, 1);
    assert!(ended.errors.contains("error[impossible-evidence]"), "{}", ended.errors);
    assert!(ended.errors.contains("--given"), "{}", ended.errors);
}

#[test]
fn exit_status_tells_usage_from_files() {
    assert_eq!(run(&["run"]).status, 2);
    assert_eq!(run(&["table", "nonsense", MINIMAL]).status, 2);
    assert_eq!(run(&["chart", "gates", MINIMAL, "-o", "gates.pdf"]).status, 2);
    assert_eq!(run(&["explain", "no-such-code"]).status, 2);
    let missing = run(&["check", "nowhere/scenario.toml"]);
    assert_eq!(missing.status, 3);
    assert!(missing.errors.starts_with("error: cannot read `nowhere/scenario.toml`: no such file"));
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("out");
    let blocked = run(&["run", MINIMAL, "-q", "-o", below.to_str().unwrap()]);
    assert_eq!(blocked.status, 3, "{}", blocked.errors);
}

#[test]
fn init_writes_a_scenario_that_runs_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("mine");
    let target = target.to_str().unwrap();
    assert_eq!(run(&["init", target]).status, 0);
    let scenario = Path::new(target).join("scenario.toml");
    let ended = run(&["check", "--strict", scenario.to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    assert!(Path::new(target).join("scenario.schema.json").exists());
    assert_eq!(run(&["init", target]).status, 3);
}

#[test]
fn check_prints_problems_as_lines_or_as_data() {
    let short = run(&["check", PARIS, "--format", "short"]);
    assert_eq!((short.status, short.output.as_str()), (0, ""));
    assert!(short.errors.starts_with("scenarios/paris-2026/scenario.toml:"), "{}", short.errors);
    let json = run(&["check", PARIS, MINIMAL, "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&json.output).unwrap();
    assert!(list.as_array().unwrap().iter().all(|d| d["code"] == "circular-requirement"));
}

#[test]
fn explain_lists_all_codes_and_tells_one_in_full() {
    let all = run(&["explain"]);
    assert!(all.output.lines().count() >= 40);
    let one = run(&["explain", "unknown-name"]);
    assert_eq!(one.status, 0);
    assert!(one.output.contains("unknown-name"));
    let typo = run(&["explain", "unknown-nam"]);
    assert!(typo.errors.contains("did you mean `unknown-name`?"), "{}", typo.errors);
}

#[test]
fn charts_are_written_by_their_files_ending() {
    let folder = tempfile::tempdir().unwrap();
    for (file, begins) in [("a.svg", b"<svg" as &[u8]), ("a.png", b"\x89PNG")] {
        let path = folder.path().join(file);
        let ended = run(&["chart", "exceedance", MINIMAL, "-q", "-o", path.to_str().unwrap()]);
        assert_eq!(ended.status, 0, "{}", ended.errors);
        let bytes = fs::read(path).unwrap();
        assert!(bytes.starts_with(begins) || bytes.windows(4).take(200).any(|w| w == begins));
    }
}

#[test]
fn compare_puts_options_and_scenarios_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let options = run(&["compare", PARIS, "--across", "force_size", "-q", "-o", out]);
    assert!(options.output.contains("force_size=mid *"), "{}", options.output);
    let csv = fs::read_to_string(folder.path().join("comparison.csv")).unwrap();
    assert!(
        csv.contains(",force_size=high,false,in_theatre.if_any_mean,troops,24000,8000"),
        "{csv}"
    );
    assert!(folder.path().join("compare.png").exists());
    let unknown = run(&["compare", PARIS, "--across", "force_sise", "-q"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.errors.contains("did you mean `force_size`?"), "{}", unknown.errors);
    let two = run(&["compare", PARIS, "scenarios/paris-2026-30000/scenario.toml", "-q"]);
    assert!(two.output.contains("paris-2026 *") && two.output.contains("paris-2026-30000"));
}

#[test]
fn excel_styles_differ_only_in_their_marks() {
    let csv =
        |style: &str| run(&["table", "requirements", MINIMAL, "-q", "--format", "csv", style]);
    let plain = csv("--step=500").output;
    let excel = csv("--excel").output;
    assert_eq!(excel, format!("\u{feff}{plain}"));
    let semicolon = csv("--excel=semicolon").output;
    assert!(semicolon.starts_with("\u{feff}scenario;as_of;") && semicolon.contains(";0,"));
}

#[test]
fn a_table_alone_is_the_one_that_run_writes() {
    for entry in fs::read_dir("reports/minimal/tables").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        let alone = run(&["table", name, MINIMAL, "--format", "csv", "-q"]);
        assert_eq!(alone.status, 0, "{}", alone.errors);
        assert_eq!(alone.output, fs::read_to_string(&path).unwrap(), "{name}");
    }
}

#[test]
fn what_was_set_is_told_on_one_line_without_tabs() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    let set = "conditions.truce.probability\t=\t0.5";
    let ended = run(&["run", MINIMAL, "-q", "--set", set, "-o", output.to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    let told = "Set on the command line: conditions.truce.probability\\\\t=\\\\t0.5.";
    assert!(ended.output.contains(told), "{}", ended.output);
    let drawn = fs::read_to_string(output.join("charts/outcomes.svg")).unwrap();
    assert!(drawn.contains("probability\\t=\\t0.5") && !drawn.contains("y\t="));
}

#[test]
fn a_chart_alone_is_the_one_that_run_writes() {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir("reports/minimal/charts").unwrap() {
        let path = entry.unwrap().path();
        let (name, to) = (path.file_stem().unwrap(), folder.path().join(path.file_name().unwrap()));
        let args = ["chart", name.to_str().unwrap(), MINIMAL, "-q", "-o", to.to_str().unwrap()];
        let alone = run(&args);
        assert_eq!(alone.status, 0, "{}", alone.errors);
        assert!(fs::read(&to).unwrap() == fs::read(&path).unwrap(), "{}", path.display());
    }
}

#[test]
fn what_compare_and_set_cannot_take_is_told() {
    let two = run(&["compare", PARIS, MINIMAL, "--across", "force_size"]);
    assert_eq!(two.status, 2);
    assert!(
        two.errors.contains("compares the options of one scenario; name one"),
        "{}",
        two.errors
    );
    let bare = run(&["table", "totals", MINIMAL, "--set", "ceasefire"]);
    assert_eq!(bare.status, 2);
    assert!(bare.errors.contains("write it as KEY=VALUE"), "{}", bare.errors);
}

#[test]
fn completions_and_schema_are_printed() {
    assert!(run(&["completions", "bash"]).output.contains("contingent"));
    let schema: serde_json::Value = serde_json::from_str(&run(&["schema"]).output).unwrap();
    assert!(schema["properties"]["pledges"].is_object());
}

#[test]
fn the_shipped_scenarios_pass_strict_checks() {
    for entry in fs::read_dir("scenarios").unwrap() {
        let path = entry.unwrap().path().join("scenario.toml");
        if path.exists() {
            let ended = run(&["check", "--strict", path.to_str().unwrap()]);
            assert_eq!(ended.status, 0, "{}", ended.errors);
        }
    }
}

#[test]
fn what_no_drawn_world_has_is_not_called_impossible() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let rare = ["--set", "truce=0.000001", "-q", "-o", out];
    let sampling = ["--method", "sampled", "--samples", "1000"];
    let ended = run(&[&["run", MINIMAL], rare.as_slice(), sampling.as_slice()].concat());
    assert_eq!(ended.status, 0, "{}", ended.errors);
    let text = ended.output;
    assert!(text.contains(": no counted troops in any of 1,000 worlds drawn."), "{text}");
    assert!(text.contains(": met in none of the worlds drawn; given truce, no figure: "), "{text}");
    for word in ["never", "cannot", "possible world."] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    let chart = |name: &str| {
        fs::read_to_string(folder.path().join("charts").join(name).with_extension("svg")).unwrap()
    };
    for name in ["gates", "outcomes", "waterfall", "exceedance", "compare"] {
        assert!(chart(name).contains("estimated from 1,000 worlds drawn at random"), "{name}");
    }
    assert!(!chart("posture").contains("estimated"), "nothing in it is sampled");
    assert!(chart("outcomes").contains("No force in any of the worlds drawn\n"));
    assert!(!chart("exceedance").contains("over every combination"));
    let exact = run(&[&["run", MINIMAL], rare.as_slice()].concat());
    assert!(exact.output.contains("no counted troops in over 99 of 100"), "{}", exact.output);
    assert!(!chart("outcomes").contains("estimated"));
}

#[test]
fn forces_that_are_not_listed_are_accounted_for() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let ended = run(&["run", PARIS, "--top", "2", "-q", "-o", out]);
    let summary = "The outcomes are the 2 most probable forces; others, 23 % together, are not";
    assert!(ended.output.contains(summary), "{}", ended.output);
    let chart = fs::read_to_string(folder.path().join("charts/outcomes.svg")).unwrap();
    assert!(chart.contains("\nThe most probable forces, troops in theatre (Ukraine)"));
    assert!(chart.contains("\n7\u{a0}% in outcomes that are not listed\n"));
    let package = fs::read_to_string(folder.path().join("tables/datapackage.json")).unwrap();
    let package: serde_json::Value = serde_json::from_str(&package).unwrap();
    let left_out = package["contingent"]["probability_left_out_of_outcomes"].as_f64().unwrap();
    assert!((left_out - 0.228_688).abs() < 1e-6, "{left_out}");
}

/// Sixty pledges behind a condition each.
fn sixty() -> String {
    let mut text = "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\n\
                    [basings]\nu = { name = \"U\", theatre = true }\n[nations]\nFRA = {}\n"
        .to_owned();
    for at in 0..60 {
        write!(
            text,
            "[conditions.c{at}]\nprobability = 0.5\n[pledges.p{at}]\nnations = \"FRA\"\n\
             domain = \"land\"\nbasing = \"u\"\nstage = \"declared\"\nwhen = \"c{at}\"\nsize = 9\n"
        )
        .unwrap();
    }
    text
}

#[test]
fn more_worlds_than_anybody_can_store_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sixty.toml");
    fs::write(&path, sixty()).unwrap();
    let path = path.to_str().unwrap();
    let out = folder.path().join("out");
    for args in [
        ["table", "worlds", path, "--top", "all", "--format", "csv"].as_slice(),
        ["run", path, "--top", "all", "-o", out.to_str().unwrap()].as_slice(),
    ] {
        let ended = run(args);
        assert_eq!((ended.status, ended.output.as_str()), (2, ""));
        let words = "about 1 x 10^18 worlds are possible, which is too many to list\nhelp: list";
        assert!(ended.errors.contains(words), "{}", ended.errors);
    }
    assert!(!out.exists());
    let ended = run(&["table", "worlds", path, "--top", "5", "--format", "csv", "-q"]);
    assert_eq!((ended.status, ended.output.lines().count()), (0, 6));
}

#[test]
fn wrong_numbers_are_met_with_what_to_write() {
    let told = |option: &str, value: &str| {
        let ended = run(&["table", "totals", MINIMAL, option, value]);
        assert_eq!(ended.status, 2, "{option} {value}");
        ended.errors
    };
    for option in ["--samples", "--budget", "--threads", "--step", "--top"] {
        for value in ["0", "-5", "x", "1.5"] {
            let errors = told(option, value);
            assert!(errors.contains("write a whole number above 0"), "{option} {value}: {errors}");
        }
    }
    assert!(told("--budget", "999999").contains("100000 at most"));
    assert!(told("--seed", "-1").contains("write a whole number, 0 or more"));
}

#[test]
fn quiet_prints_errors_without_the_warnings_among_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.toml");
    let text = changed(&fs::read_to_string(MINIMAL).unwrap(), "\"unlikely\"", "\"unlikly\"");
    let reason = "assumed     = { probability = \"example: no member has spoken against it\" }";
    fs::write(&path, changed(&text, reason, "")).unwrap();
    let broken = ["table", "totals", path.to_str().unwrap()];
    let loud = run(&broken);
    assert!(loud.errors.contains("warning[") && loud.errors.contains("error["), "{}", loud.errors);
    let quiet = run(&[broken.as_slice(), &["-q"]].concat());
    assert_eq!(quiet.status, 1);
    assert!(quiet.errors.contains("error["), "{}", quiet.errors);
    assert!(!quiet.errors.contains("warning"), "{}", quiet.errors);
}

#[test]
fn people_see_which_variant_a_row_compares() {
    let ended = run(&["table", "comparison", PARIS, "-q"]);
    assert!(ended.output.starts_with("comparison: "), "{}", ended.output);
    assert!(!ended.output.lines().next().unwrap().contains("variant "), "{}", ended.output);
    assert!(ended.output.contains("\n force_size=high "), "{}", ended.output);
}

#[test]
fn verify_says_where_nothing_could_be_compared() {
    let given = "truce and (mandate or belgian_vote)";
    let rare = ["--set", "truce=0.0000001", "--given", given, "--samples", "10"];
    let ended = run(&[&["verify", MINIMAL], rare.as_slice()].concat());
    assert_eq!(ended.status, 4);
    let words = "nothing could be compared\nhelp: what is taken as given";
    assert!(ended.errors.contains(words), "{}", ended.errors);
}

#[test]
fn sets_that_are_not_listed_are_counted_for_people() {
    let run = |more: &[&str]| {
        let mut command = Command::cargo_bin("contingent").unwrap();
        let table = ["table", "block", "scenarios/paris-2026/scenario.toml", "--top", "1"];
        let output = command.args(table).args(more).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let said = run(&[]);
    let note = "note: 3 more sets of up to 3 conditions are not listed for floor_15000; --top all";
    assert!(said.contains(note), "{said}");
    // It has one set, which is listed.
    assert!(!said.contains("floor_30000"), "{said}");
    let absent =
        "note: no set of up to 0 conditions rules out floor_15000; --max-size all looks for";
    assert!(run(&["--max-size", "0"]).contains(absent));
    assert!(!run(&["--format", "csv"]).contains("not listed"));
    assert_eq!(run(&["-q"]), "");
}
