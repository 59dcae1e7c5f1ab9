//! All worlds, streamed: the rows of the table of worlds in the order of the combinations.

use assert_cmd::cargo::cargo_bin;
use contingent::evaluate::{BUDGET, Parts, Settings};
use contingent::pipeline::{Request, check};
use contingent::report::format::{Spreadsheet, csv};
use contingent::report::stream;
use contingent::report::tables::{DEFAULT_STEP, Name, table};
use contingent::scenario::Scenario;
use contingent::study::{self, Beside, Finding};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _, Write};
use std::path::Path;
use std::process::{Command, Stdio};

fn everything() -> Settings {
    Settings { top: None, top_forces: Some(1), ..Settings::new(Parts::ALL) }
}

fn scenario(path: &Path, given: Option<&str>) -> Scenario {
    let given = given.map(str::to_owned);
    let request = Request { path: path.to_path_buf(), given, ..Request::default() };
    let checked = check(&request).unwrap();
    let list = checked.diagnostics.sorted();
    let problems: Vec<String> = list.iter().map(|problem| problem.message.clone()).collect();
    checked.scenario.unwrap_or_else(|| panic!("{problems:?}"))
}

fn streamed(scenario: &Scenario, style: Spreadsheet, threads: usize) -> String {
    let worlds = study::worlds(scenario, BUDGET).unwrap();
    let mut bytes = Vec::new();
    stream::worlds(scenario, &worlds, style, threads, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The header, and the rows without their numbers, sorted.
fn rows(text: &str) -> (&str, Vec<String>) {
    let (header, rows) = text.split_once("\r\n").unwrap();
    let delimiter = if header.contains(';') { ';' } else { ',' };
    let unnumbered = |row: &str| {
        let (before, cells) = row.split_at(place(row, delimiter));
        let (_, cells) = cells.split_once(delimiter).unwrap();
        format!("{before}{cells}")
    };
    let mut rows: Vec<String> = rows.lines().map(unnumbered).collect();
    rows.sort();
    (header, rows)
}

/// Where the fifth cell begins; the first four may be quoted.
fn place(row: &str, delimiter: char) -> usize {
    let mut quoted = false;
    let ends = row.char_indices().filter(|(_, c)| {
        quoted ^= *c == '"';
        *c == delimiter && !quoted
    });
    ends.map(|(at, _)| at + 1).nth(3).unwrap()
}

/// Whether the streamed rows are those of the table, whatever the style and the number of threads.
pub(crate) fn compare(finding: &Finding) -> Result<(), String> {
    let table = table(Name::Worlds, finding, &Beside::default(), DEFAULT_STEP);
    for style in [Spreadsheet::Plain, Spreadsheet::Excel, Spreadsheet::ExcelSemicolon] {
        let expected = String::from_utf8(csv(&table, style)).unwrap();
        let one = streamed(&finding.scenario, style, 1);
        if rows(&one) != rows(&expected) {
            return Err(format!("{one}is not\n{expected}"));
        }
        if [2, 3].iter().any(|threads| streamed(&finding.scenario, style, *threads) != one) {
            return Err("the bytes depend on the number of threads".to_owned());
        }
    }
    Ok(())
}

fn agrees(scenario: &Scenario) {
    let finding = study::find(scenario.clone(), everything()).unwrap();
    let compared = compare(&finding);
    assert!(compared.is_ok(), "{}: {}", scenario.id, compared.unwrap_err());
}

/// Conditions of every sort, enough for several batches, and random sizes.
fn mixed(conditions: usize, stated: bool) -> String {
    let mut text = "[scenario]\ntitle = \"mixed\"\nas_of = 2026-01-01\n[nations.FRA]\nname = \"F\"\n\
         [basings]\nhere = { name = \"h\", theatre = true }\nthere = { name = \"t\", theatre = false }\n\
         [conditions.vote]\noutcomes = { yes = 0.3, no = 0.5, late = 0.2, never = 0 }\n\
         [conditions.after]\nrequires = \"vote.yes or c00\"\nprobability = 0.35\n"
        .to_owned();
    for c in 0..conditions {
        let _ = writeln!(text, "[conditions.c{c:02}]");
        if stated || c != 1 {
            let _ = writeln!(text, "probability = 0.{}", 37 + c);
        }
    }
    let sizes = ["1000", "[100, 131]", "{ low = 10, mode = 25, high = 60 }"];
    for p in 0..conditions {
        let (size, place) = (sizes[p % 3], if p % 4 == 3 { "there" } else { "here" });
        let when = [format!("c{p:02} and vote.no"), format!("c{p:02}"), "after".to_owned()];
        let _ = write!(
            text,
            "[pledges.p{p:02}]\nnations = \"FRA\"\nstage = \"committed\"\ndomain = \"land\"\n\
             basing = \"{place}\"\nwhen = \"{}\"\nsize = {size}\n",
            when[p % 3]
        );
    }
    text.push_str("[requirements.r]\nfloor = 1150\nbasing = [\"here\"]\n");
    text.push_str("[requirements.s]\nfloor = 60\nneeds = \"not c02\"\n");
    text
}

fn written(folder: &Path, text: &str) -> std::path::PathBuf {
    let path = folder.join("mixed.toml");
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_shipped_scenarios_stream_the_rows_of_their_tables() {
    for entry in fs::read_dir("scenarios").unwrap() {
        let path = entry.unwrap().path().join("scenario.toml");
        if path.exists() {
            agrees(&scenario(&path, None));
        }
    }
    agrees(&scenario(
        Path::new("scenarios/minimal/scenario.toml"),
        Some("at_least(1, truce, mandate)"),
    ));
    agrees(&scenario(Path::new("scenarios/paris-2026/scenario.toml"), Some("ceasefire")));
}

#[test]
fn outcomes_requirements_random_sizes_and_missing_probabilities_stream_too() {
    let folder = tempfile::tempdir().unwrap();
    for stated in [true, false] {
        let path = written(folder.path(), &mixed(9, stated));
        agrees(&scenario(&path, None));
        agrees(&scenario(&path, Some("p03 or not vote.no and c05")));
    }
}

#[test]
fn the_order_is_that_of_the_combinations() {
    let text = streamed(
        &scenario(Path::new("scenarios/minimal/scenario.toml"), None),
        Spreadsheet::Plain,
        2,
    );
    let options: Vec<String> = text
        .lines()
        .map(|row| row.split(',').skip(4).take(5).collect::<Vec<_>>())
        .map(|cells| format!("{} {}", cells[0], cells[2..].join(" ")))
        .collect();
    let expected = [
        "world truce belgian_vote mandate",
        "1 false false false",
        "2 true false false",
        "3 true false true",
        "4 true true false",
        "5 true true true",
    ];
    assert_eq!(options, expected);
}

/// Takes so many bytes and then has no room.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_ends_every_thread() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(&written(folder.path(), &mixed(14, true)), None);
    let worlds = study::worlds(&scenario, BUDGET).unwrap();
    for (threads, room) in [(1, 0), (1, 100_000), (2, 100_000), (3, 300_000)] {
        let ended = stream::worlds(&scenario, &worlds, Spreadsheet::Plain, threads, Full(room));
        assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), &mixed(12, true));
    let mut child = Command::new(cargo_bin("contingent"))
        .args(["table", "worlds", path.to_str().unwrap()])
        .args(["--top", "all", "--format", "csv", "-q"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 9];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!((&first, ended.status.code()), (b"scenario,", Some(0)));
    assert!(ended.stderr.is_empty());
}

#[test]
fn run_streams_into_its_folder_and_replaces_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = "scenarios/minimal/scenario.toml";
    let run = |arguments: &[&str]| {
        let ended = Command::new(cargo_bin("contingent")).args(arguments).output().unwrap();
        assert!(ended.status.success());
        ended.stdout
    };
    fs::create_dir_all(folder.path().join("tables")).unwrap();
    fs::write(folder.path().join("tables/worlds.csv"), "old").unwrap();
    run(&["run", path, "-q", "--top", "all", "-o", folder.path().to_str().unwrap()]);
    let printed = run(&["table", "worlds", path, "-q", "--top", "all", "--format", "csv"]);
    assert_eq!(fs::read(folder.path().join("tables/worlds.csv")).unwrap(), printed);
    assert_eq!(fs::read_dir(folder.path().join("tables")).unwrap().count(), 19);
    let package = fs::read_to_string(folder.path().join("tables/datapackage.json")).unwrap();
    assert!(package.contains("number in the order of the combinations"), "{package}");
    let package: serde_json::Value = serde_json::from_str(&package).unwrap();
    assert_eq!(package["contingent"]["probability_left_out"], 0.0);
    assert_eq!(package["contingent"]["worlds_possible"], 5);
}
