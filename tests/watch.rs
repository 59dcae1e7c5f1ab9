//! `watch`: saved however editors save, broken for a while, gone and back; and ended by a signal.
//!
//! The tests wait for lines and files, never for a time, so that a slow machine is only slow.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

const SCENARIO: &str = "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\ninclude = [\"pledges.toml\"]\n\
    [basings]\nu = { name = \"U\", theatre = true }\n[nations]\nFRA = {}\n\
    [conditions.truce]\nprobability = 0.5\n";

const PLEDGES: &str = "[pledges.p]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\n\
    stage = \"declared\"\nwhen = \"truce\"\nsize = 1000\n";

/// The longest that anything may take.
const LONG: Duration = Duration::from_secs(120);

struct Watched {
    folder: tempfile::TempDir,
    program: Child,
    lines: Receiver<String>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Watched {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("scenario.toml"), SCENARIO).unwrap();
        fs::write(folder.path().join("pledges.toml"), PLEDGES).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_contingent"))
            .arg("watch")
            .arg(folder.path().join("scenario.toml"))
            .arg("-o")
            .arg(folder.path().join("out"))
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let errors = BufReader::new(program.stderr.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self { folder, program, lines }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The next line that holds some words.
    fn line(&self, words: &str) -> String {
        let mut before = Vec::new();
        loop {
            let Ok(line) = self.lines.recv_timeout(LONG) else {
                panic!("`{words}` was not printed after {before:?}");
            };
            if line.contains(words) {
                return line;
            }
            before.push(line);
        }
    }

    fn totals(&self) -> String {
        fs::read_to_string(self.path("out/tables/totals.csv")).unwrap()
    }
}

fn pledging(size: &str) -> String {
    assert!(PLEDGES.contains("1000"));
    PLEDGES.replace("1000", size)
}

#[test]
fn what_is_saved_in_any_way_is_written_anew_with_what_moved() {
    let watched = Watched::start();
    let first = watched.line("files written to ");
    assert!(first.contains("pledged 1,000 troops; counted 1,000 troops"), "{first}");
    assert!(first.contains("expected in theatre 500 troops"), "{first}");
    // An included file, written in place.
    fs::write(watched.path("pledges.toml"), pledging("2000")).unwrap();
    let line = watched.line("files written to ");
    assert!(line.contains("expected in theatre 1,000 troops, was 500 troops"), "{line}");
    assert!(watched.totals().contains(",2000,"), "{}", watched.totals());
    // Saved beside it and renamed, as many editors do.
    fs::write(watched.path(".pledges.toml.swp"), pledging("3000")).unwrap();
    fs::rename(watched.path(".pledges.toml.swp"), watched.path("pledges.toml")).unwrap();
    let line = watched.line("files written to ");
    assert!(line.contains("expected in theatre 1,500 troops, was 1,000 troops"), "{line}");
    // Of the same length, so that only the content tells; and nothing half-written stays.
    fs::write(watched.path("pledges.toml"), pledging("4000")).unwrap();
    let line = watched.line("files written to ");
    assert!(line.contains("pledged 4,000 troops, was 3,000 troops"), "{line}");
    let hidden = |folder: &str| {
        let entries = fs::read_dir(watched.path(folder)).unwrap();
        entries
            .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'))
            .count()
    };
    assert_eq!(["out", "out/tables", "out/charts"].map(hidden), [0, 0, 0]);
}

#[test]
fn what_is_broken_or_gone_leaves_the_last_output_whole_until_it_is_mended() {
    let watched = Watched::start();
    watched.line("files written to ");
    let good = watched.totals();
    // Broken: its problems are shown.
    fs::write(watched.path("pledges.toml"), pledging("many")).unwrap();
    watched.line("error[");
    watched.line("what was written last is kept; waiting for the next change");
    assert_eq!(watched.totals(), good);
    // Gone: the file that names it is told of.
    fs::remove_file(watched.path("pledges.toml")).unwrap();
    watched.line("error[unreadable-file]");
    watched.line("what was written last is kept");
    assert_eq!(watched.totals(), good);
    // Back again, though it was no part of what was read last.
    fs::write(watched.path("pledges.toml"), pledging("5000")).unwrap();
    let line = watched.line("files written to ");
    assert!(line.contains("pledged 5,000 troops, was 1,000 troops"), "{line}");
    // The scenario's own file gone and back.
    fs::remove_file(watched.path("scenario.toml")).unwrap();
    watched.line("error: cannot read ");
    watched.line("what was written last is kept");
    fs::write(watched.path("scenario.toml"), SCENARIO.replace("0.5", "0.25")).unwrap();
    let line = watched.line("files written to ");
    assert!(line.contains("expected in theatre 1,250 troops, was 2,500 troops"), "{line}");
    // A file that a saved change names takes part from then on.
    let both = SCENARIO.replace("[\"pledges.toml\"]", "[\"pledges.toml\", \"more.toml\"]");
    fs::write(watched.path("scenario.toml"), both).unwrap();
    watched.line("error[unreadable-file]");
    fs::write(watched.path("more.toml"), pledging("7000").replace("pledges.p", "pledges.q"))
        .unwrap();
    let line = watched.line("files written to ");
    assert!(line.contains("pledged 12,000 troops, was 5,000 troops"), "{line}");
}

#[test]
fn a_path_that_leads_nowhere_ends_the_watch_at_once() {
    let missing = Path::new("nowhere/scenario.toml").to_str().unwrap();
    let ended = crate::cli::run(&["watch", missing]);
    assert_eq!(ended.status, 3);
    assert!(ended.errors.starts_with("error: cannot read `nowhere/scenario.toml`"));
}

#[cfg(unix)]
/// Whether whoever started the tests ignores interrupts, as a shell does in the background: so does the program then.
pub(crate) fn interrupts_are_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0");
    u64::from_str_radix(mask.trim(), 16).unwrap() & 2 != 0
}

#[test]
fn an_interrupt_ends_it_as_done() {
    let mut watched = Watched::start();
    watched.line("files written to ");
    let process = watched.program.id().to_string();
    assert!(Command::new("kill").args(["-INT", &process]).status().unwrap().success());
    if interrupts_are_ignored() {
        assert!(watched.program.try_wait().unwrap().is_none(), "an ignored interrupt ended it");
    } else {
        assert_eq!(watched.program.wait().unwrap().code(), Some(0));
    }
}
