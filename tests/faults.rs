//! What happens to faults and bad input: `docs/faults.md`, a row a test.
//!
//! Each row says what was tried and what happens, and holds both to it on the program as users meet it. The page is made
//! from the same rows; `WRITE_DOCS=1 cargo test pages` makes it anew.

mod injection;
mod limits;
mod numbers;
mod world;

use crate::robust::survive::harmless;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A row of the page.
pub(super) struct Fault {
    /// The fault or bad input.
    tried: &'static str,
    /// What happens.
    happens: &'static str,
    /// Panics where that does not hold.
    holds: fn(),
}

/// A part of the page.
struct Part {
    heading: &'static str,
    words: &'static str,
    faults: &'static [Fault],
}

const PARTS: [Part; 4] = [
    Part {
        heading: "More than the program takes on",
        words: "The limits stand in `src/limits.rs`. They lie far beyond real scenarios.",
        faults: limits::FAULTS,
    },
    Part {
        heading: "Files, folders, pipes, signals",
        words: "Files are written beside their places and moved there whole, all together.",
        faults: world::FAULTS,
    },
    Part {
        heading: "Text that would be a command",
        words: "Text of a scenario is text everywhere: in a spreadsheet, a chart, a page, a terminal.",
        faults: injection::FAULTS,
    },
    Part {
        heading: "Numbers",
        words: "Decimals stay decimals until probabilities are multiplied.",
        faults: numbers::FAULTS,
    },
];

fn hold(part: usize) {
    let broken: Vec<&str> = PARTS[part]
        .faults
        .iter()
        .filter(|fault| std::panic::catch_unwind(fault.holds).is_err())
        .map(|fault| fault.tried)
        .collect();
    assert!(broken.is_empty(), "these rows do not hold:\n{}", broken.join("\n"));
}

#[test]
fn limits_hold() {
    hold(0);
}

#[test]
fn the_world_outside_is_met() {
    hold(1);
}

#[test]
fn text_stays_text() {
    hold(2);
}

#[test]
fn numbers_are_right_or_refused() {
    hold(3);
}

#[test]
fn pages_of_faults_are_those_of_the_tests() {
    let mut page = "# Faults and bad input\n\nWhat was tried, and what happens. Every row is a test \
                    (`tests/faults`); this page is made from the tests\nby `WRITE_DOCS=1 cargo test pages`.\n"
        .to_owned();
    for Part { heading, words, faults } in &PARTS {
        write!(page, "\n## {heading}\n\n{words}\n\n| tried | what happens |\n|---|---|\n").unwrap();
        for Fault { tried, happens, .. } in *faults {
            writeln!(page, "| {tried} | {happens} |").unwrap();
        }
    }
    assert!(PARTS.iter().map(|part| part.faults.len()).sum::<usize>() >= 60);
    is_page("docs/faults.md", &page);
}

/// A page says what it should, or is made anew where that is asked for.
pub(super) fn is_page(path: &str, page: &str) {
    if std::env::var_os("WRITE_DOCS").is_some() {
        fs::write(path, page).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(found == page, "{path} is out of date: WRITE_DOCS=1 cargo test pages");
}

/// A small scenario's beginning.
const HEAD: &str = "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\nhorizon = 2026-12-31\n\
    [basings]\nu = { name = \"U\", theatre = true }\n[nations]\nFRA = {}\nGBR = {}\n";

/// A pledge of a condition.
fn pledge(id: &str, when: &str, size: &str) -> String {
    format!(
        "[pledges.{id}]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\nstage = \"declared\"\n\
         when = \"{when}\"\nsize = {size}\n"
    )
}

/// A folder to try something in.
struct Place {
    folder: TempDir,
}

/// How the program ended.
struct Ended {
    /// None where a signal ended it.
    status: Option<i32>,
    output: String,
    errors: String,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with `case.toml`, a head and what follows it.
    fn with(text: &str) -> Self {
        Self::new().file("case.toml", format!("{HEAD}{text}"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(name), bytes).unwrap();
        self
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names in a folder, hidden ones too.
    fn names(&self, name: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(name)).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The program, in this folder.
    fn program(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("contingent"));
        command.current_dir(self.folder.path()).env("NO_COLOR", "1");
        command
    }

    /// Runs it. Whatever it is given, a terminal is safe.
    fn run<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Ended {
        ended(self.program().args(args))
    }

    /// Runs a line of a shell, in which `$P` is the program.
    fn shell(&self, line: &str) -> Ended {
        let mut command = Command::new("sh");
        command.current_dir(self.folder.path()).env("NO_COLOR", "1");
        command.env("P", assert_cmd::cargo::cargo_bin!("contingent")).args(["-c", line]);
        ended(&mut command)
    }

    /// `check` ends with status 1, and says exactly one thing of that kind.
    fn is_refused(&self, says: &str) {
        let ended = self.run(&["check", "case.toml", "--format", "short", "-q"]);
        ended.is(1, says);
        let errors = ended.errors.lines().filter(|line| line.contains(": error["));
        assert_eq!(errors.count(), 1, "{}", ended.errors);
    }
}

impl Ended {
    fn is(&self, status: i32, says: &str) {
        assert_eq!(self.status, Some(status), "{}", self.errors);
        assert!(self.errors.contains(says), "{says:?} is not in:\n{}", self.errors);
    }

    /// A figure of a table in JSON.
    fn figure(&self, row: &str, column: &str) -> serde_json::Value {
        let rows: Vec<serde_json::Value> = serde_json::from_str(&self.output).unwrap();
        let found = rows.iter().find(|cells| cells.as_object().unwrap().values().any(|v| v == row));
        found.unwrap_or_else(|| panic!("no {row} in {}", self.output))[column].clone()
    }
}

fn ended(command: &mut Command) -> Ended {
    let ended = command.output().unwrap();
    let ended = Ended {
        status: ended.status.code(),
        output: String::from_utf8_lossy(&ended.stdout).into_owned(),
        errors: String::from_utf8_lossy(&ended.stderr).into_owned(),
    };
    for text in [&ended.output, &ended.errors] {
        harmless(&text.replace(['\r', '\t'], " ")).unwrap();
        assert!(!text.contains("panicked"), "{text}");
    }
    ended
}
