//! Diagnostics: every code has a file that raises it and nothing else, every place is the right
//! one, and a scenario with many mistakes is told all of them at once.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod edges;

use contingent::diagnostic::catalogue::{explain, text};
use contingent::diagnostic::render::{Format, render, tally};
use contingent::diagnostic::{Code, Diagnostic};
use contingent::pipeline::{Checked, Request, check};
use std::collections::BTreeSet;
#[cfg(unix)]
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const INVALID: &str = "scenarios/invalid";

/// The comments at the head of an invalid file that say how to check it and what to expect.
#[derive(Default)]
struct Directives {
    span: Option<String>,
    request: Request,
}

fn directives(path: &Path) -> Directives {
    let mut found = Directives::default();
    found.request.path = path.to_path_buf();
    let text = std::fs::read_to_string(path).unwrap();
    for line in text.lines().map_while(|line| line.strip_prefix("# ")) {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.trim().to_owned();
        match key {
            "span" => found.span = Some(value),
            "given" => found.request.given = Some(value),
            "set" => found.request.settings.push(value),
            "archive" => found.request.archive = Some(Path::new(INVALID).join(value)),
            "strict" => found.request.strict = value == "true",
            "as-of" => found.request.as_of = Some(value.parse().unwrap()),
            _ => {}
        }
    }
    found
}

#[test]
fn every_invalid_file_yields_its_code_and_no_other_at_the_words_it_names() {
    for code in Code::ALL {
        let path = PathBuf::from(format!("{INVALID}/{code}.toml"));
        let Directives { span, request } = directives(&path);
        let checked = check(&request).unwrap();
        let shown = render(&checked.diagnostics, &checked.sources, Format::Full, false);
        let list = checked.diagnostics.sorted();
        let [only] = list.as_slice() else { panic!("{code}: not exactly one problem\n{shown}") };
        assert_eq!(only.code, *code, "{shown}");
        let span = span.unwrap_or_else(|| panic!("{code}: no span directive"));
        assert_eq!(checked.sources.slice(only.primary.span), span, "{shown}");
        check_wording(only);
    }
}

/// The options that an invalid file asks for.
#[cfg(unix)]
fn options(request: &Request) -> Vec<String> {
    let mut args = Vec::new();
    args.extend(request.strict.then(|| "--strict".to_owned()));
    args.extend(request.as_of.map(|date| format!("--as-of={date}")));
    args.extend(request.given.iter().map(|given| format!("--given={given}")));
    args.extend(request.settings.iter().map(|setting| format!("--set={setting}")));
    let archive = request.archive.iter();
    args.extend(archive.map(|folder| format!("--archive={}", folder.display())));
    args
}

/// An argument as a shell takes it.
#[cfg(unix)]
fn quoted(arg: &str) -> String {
    if arg.contains(' ') { format!("\"{arg}\"") } else { arg.to_owned() }
}

#[test]
#[cfg(unix)]
fn pages_of_diagnostics_are_what_the_program_prints() {
    let mut page = "# Diagnostics\n\nEvery code: what it means, a file that has it, what `contingent check` prints \
                    (the last line counts), the remedy.\nThe same words as `contingent explain CODE`; this page is made \
                    from them by `WRITE_DOCS=1 cargo test pages`.\n"
        .to_owned();
    for code in Code::ALL {
        let path = format!("{INVALID}/{code}.toml");
        let args = options(&directives(Path::new(&path)).request);
        let args: Vec<&str> =
            ["check"].into_iter().chain(args.iter().map(String::as_str)).collect();
        let ended = crate::cli::run(&[&args, [path.as_str()].as_slice()].concat());
        let status = i32::from(ended.errors.contains("error["));
        assert_eq!((ended.status, ended.output.as_str()), (status, ""), "{code}");
        let typed: Vec<String> = args.iter().map(|arg| quoted(arg)).collect();
        let typed = typed.join(" ");
        let entry = explain(*code);
        let (severity, bad) = (code.severity().word(), entry.bad.trim_end());
        write!(
            page,
            "\n## {code}\n\n{} ({severity}). {}\n\n{}\n\n```toml\n{bad}\n```\n\n```text\n$ contingent {typed} {path}\n\
             {}```\n\n**Remedy.** {}\n\n```toml\n{}\n```\n",
            entry.title, entry.meaning, entry.matters, ended.errors, entry.remedy, entry.good.trim_end()
        )
        .unwrap();
    }
    crate::faults::is_page("docs/diagnostics.md", &page);
}

/// Lower case, no full stop, no second person, a remedy, no names of Rust.
fn check_wording(diagnostic: &Diagnostic) {
    let Diagnostic { code, message, help, secondary, .. } = diagnostic;
    let help = help.as_deref().unwrap_or_else(|| panic!("{code}: no remedy"));
    let labels = secondary.iter().map(|label| label.text.as_str());
    for words in [message.as_str(), help].into_iter().chain(labels) {
        assert!(!words.ends_with('.'), "{code}: {words}");
        let first = words.chars().next().unwrap_or('x');
        assert!(!first.is_uppercase(), "{code}: {words}");
        let words: BTreeSet<&str> = words.split_whitespace().collect();
        for banned in ["your", "String", "Option", "None", "usize", "i64", "f64", "bool"] {
            assert!(!words.contains(banned), "{code}: {banned}");
        }
    }
}

#[test]
fn every_invalid_file_belongs_to_a_code() {
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{code}.toml")).collect();
    let files = std::fs::read_dir(INVALID).unwrap().map(|entry| entry.unwrap());
    let files = files.filter(|entry| entry.file_type().unwrap().is_file());
    let files: BTreeSet<String> =
        files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(files, codes);
}

/// Files in a folder of their own, checked from the first one.
struct Case {
    folder: tempfile::TempDir,
    request: Request,
}

fn case<const N: usize>(files: [(&str, &str); N]) -> Case {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let path = folder.path().join(files[0].0);
    Case { folder, request: Request { path, ..Request::default() } }
}

impl Case {
    fn with(mut self, change: impl FnOnce(&mut Request)) -> Self {
        change(&mut self.request);
        self
    }

    fn check(&self) -> Checked {
        check(&self.request).unwrap()
    }

    fn shown(&self, format: Format) -> String {
        let checked = self.check();
        let text = render(&checked.diagnostics, &checked.sources, format, false);
        text.replace(&format!("{}/", self.folder.path().display()), "")
    }

    /// One line a problem.
    fn short(&self) -> String {
        self.shown(Format::Short)
    }
}

const HEAD: &str = "[scenario]\ntitle = \"Example\"\nas_of = 2026-01-08\n";

fn with_head(rest: &str) -> String {
    format!("{HEAD}\n{rest}")
}

#[test]
fn a_place_is_shown_with_a_caret_a_second_place_and_a_remedy() {
    let text =
        with_head("[conditions.truce]\n\n[definitions]\nready = \"truse\"\ntruce = \"true\"\n");
    let case = case([("case.toml", &text)]);
    insta::assert_snapshot!(case.shown(Format::Full), @r#"
    error[unknown-name]: nothing that can be true or false is called `truse`
     --> case.toml:8:10
      |
    8 | ready = "truse"
      |          ^^^^^
      |
      = help: did you mean `truce`?

    error[duplicate-id]: `truce` is both a condition and a definition
     --> case.toml:9:1
      |
    5 | [conditions.truce]
      |             ----- first here
    ...
    9 | truce = "true"
      | ^^^^^ again
      |
      = help: conditions, assumptions, definitions, pledges and requirements share one namespace; rename one of the two
    "#);
    insta::assert_snapshot!(tally(&case.check().diagnostics).unwrap(), @"2 errors");
}

#[test]
fn a_second_place_in_another_file_is_shown_with_its_file() {
    let main = format!("{HEAD}include = [\"more.toml\"]\n\n[conditions.truce]\n");
    let case = case([("case.toml", &main), ("more.toml", "[conditions.truce]\n")]);
    insta::assert_snapshot!(case.shown(Format::Full), @r"
    error[duplicate-id]: `truce` is declared twice in the files of one scenario
     --> more.toml:1:13
      |
    1 | [conditions.truce]
      |             ^^^^^ again
      |
     ::: case.toml:6:13
      |
    6 | [conditions.truce]
      |             ----- first here
      |
      = help: `include` never overrides; rename one of the two, or use `extends`
    ");
}

#[test]
fn short_lines_begin_with_the_place_and_end_with_the_remedy() {
    let text = with_head("[conditions.truce]\nprobabilty = 0.4\n");
    insta::assert_snapshot!(case([("case.toml", &text)]).short(), @"case.toml:6:1: error[unknown-key]: unknown key `probabilty` in condition `truce`; did you mean `probability`?");
}

#[test]
fn json_has_every_place() {
    let text = with_head("[conditions.truce]\n[definitions]\ntruce = \"true\"\n");
    insta::assert_snapshot!(case([("case.toml", &text)]).shown(Format::Json), @r#"
    [
      {
        "code": "duplicate-id",
        "severity": "error",
        "message": "`truce` is both a condition and a definition",
        "help": "conditions, assumptions, definitions, pledges and requirements share one namespace; rename one of the two",
        "file": "case.toml",
        "line": 7,
        "column": 1,
        "end_line": 7,
        "end_column": 6,
        "start": 82,
        "end": 87,
        "label": "again",
        "related": [
          {
            "file": "case.toml",
            "line": 5,
            "column": 13,
            "end_line": 5,
            "end_column": 18,
            "message": "first here"
          }
        ]
      }
    ]
    "#);
    assert_eq!(case([("case.toml", HEAD)]).shown(Format::Json), "[]\n");
}

#[test]
fn control_characters_of_a_file_never_reach_the_terminal() {
    let text = with_head(
        "[definitions]\nready = \"a\\u001b[31m \u{9b}31m \u{202e}\"\n\"\\u0007\" = \"true\"\n",
    );
    let case = case([("case.toml", &text)]);
    for format in [Format::Full, Format::Short, Format::Json] {
        let shown = case.shown(format);
        let spoilt = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!shown.contains(spoilt), "{shown:?}");
    }
}

/// The shipped scenario in a folder of its own.
fn paris() -> Case {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir("scenarios/paris-2026").unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let path = folder.path().join("scenario.toml");
    Case { folder, request: Request { path, ..Request::default() } }
}

impl Case {
    /// Replaces words that occur in a file.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }
}

/// A problem by file and words instead of lines, which the shipped scenario may change.
fn at_its_words(checked: &Checked, found: &Diagnostic) -> String {
    let name = &checked.sources.get(found.primary.span.source).name;
    let file = name.rsplit('/').next().unwrap_or(name);
    let words = checked.sources.slice(found.primary.span);
    let (code, help) = (found.code, found.help.as_deref().unwrap_or(""));
    let message = found.message.replace(name.trim_end_matches(file), "");
    format!("{file}, {words}\n  {code}: {message}\n  {help}")
}

#[test]
fn ten_mistakes_are_ten_diagnostics_in_one_run() {
    let case = paris();
    let framework = "[conditions.legal_framework]";
    for (file, from, to) in [
        // a name that nothing has, a parenthesis without its partner, a cycle
        ("conditions.toml", "= \"german_government\"", "= \"german_goverment\""),
        ("scenario.toml", "or us_guarantees)\"", "or us_guarantees\""),
        ("conditions.toml", framework, &format!("{framework}\nrequires = \"legal_framework\"")),
        // a wrong type, an unknown key, an id of another file, a probability of 1.4
        ("scenario.toml", "floor   = 15000", "floor   = \"15,000\""),
        ("pledges.toml", "claim           = \"Britain", "claims = \"Britain"),
        (
            "conditions.toml",
            framework,
            &format!("[nations.GBR]\nname = \"Britain\"\n\n{framework}"),
        ),
        ("conditions.toml", "probability         = \"unlikely\"", "probability = 1.4"),
        // a share of nothing, a date that does not exist, a file that is not there
        ("pledges.toml", "rest = true, of = \"force_size\"", "rest = true, of = \"force_sise\""),
        ("sources.toml", "published           = 2026-01-06", "published = 2026-13-06"),
        ("scenario.toml", "\"pledges.toml\"]", "\"pledges.toml\", \"claims.toml\"]"),
    ] {
        case.edit(file, from, to);
    }
    let checked = case.check();
    let list = checked.diagnostics.sorted();
    let shown: Vec<String> = list.iter().map(|found| at_its_words(&checked, found)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    scenario.toml, "claims.toml"
      unreadable-file: cannot read `claims.toml`: no such file or directory
      correct the path; the folder has `conditions.toml`, `nations.toml`, `pledges.toml`, `scenario.toml`, `sources.toml`
    scenario.toml, (
      formula-syntax: this parenthesis is never closed
      add a `)`
    scenario.toml, "15,000"
      wrong-type: `floor` must be a number, not text
      remove the quotes: 15000
    sources.toml, 2026-13-06
      invalid-date: `2026-13-06` is not a date: expected month between 01 and 12
      write a calendar date without quotes or a time, such as 2026-01-06
    conditions.toml, 1.4
      probability-range: 1.4 is not a probability
      write a number from 0 to 1, such as 0.4 for 40 percent
    conditions.toml, GBR
      duplicate-id: `GBR` is declared twice in the files of one scenario
      `include` never overrides; rename one of the two, or use `extends`
    conditions.toml, legal_framework
      cycle: `legal_framework` depends on itself
      take `legal_framework` out of its own formula
    conditions.toml, german_goverment
      unknown-name: nothing that can be true or false is called `german_goverment`
      did you mean `german_government`?
    pledges.toml, claims
      unknown-key: unknown key `claims` in pledge `lead_land`
      did you mean `claim`?
    pledges.toml, "force_sise"
      unknown-assumption: no assumption is called `force_sise`
      did you mean `force_size`?
    "#);
    assert_eq!(list.len(), 10);
    assert!(list.iter().all(|diagnostic| diagnostic.help.is_some()));
}

#[test]
fn dates_quotes_and_words_as_people_write_them_are_told_how_toml_has_them() {
    let text = "[scenario]\ntitle = “A”\nas_of = 05.05.2026\nhorizon = 6/1/2027\n\
                scale = phia # words\n[requirements.r]\nfloor = 1,200\n";
    let case = case([("case.toml", text)]);
    insta::assert_snapshot!(case.shown(Format::Short), @r#"
    case.toml:2:9: error[toml-syntax]: these quotation marks are typographic; use straight ones: "A"
    case.toml:3:9: error[invalid-date]: `05.05.2026` is not a date as TOML writes it; write the year first: 2026-05-05
    case.toml:4:11: error[invalid-date]: `6/1/2027` is not a date as TOML writes it; write the year first: 2027-01-06
    case.toml:5:9: error[toml-syntax]: `phia` is no value: text needs quotes; put it in quotes: "phia"
    case.toml:7:10: error[toml-syntax]: this comma stands inside a number; thousands have no separator, as in 15000; fractions have a point, as in 0.35
    "#);
}

#[test]
fn a_byte_order_mark_and_carriage_returns_keep_every_place() {
    let text = with_head("[definitions]\nready = \"truce\"\n").replace('\n', "\r\n");
    let case = case([("case.toml", &format!("\u{feff}{text}"))]);
    insta::assert_snapshot!(case.shown(Format::Full), @r#"
    error[unknown-name]: nothing that can be true or false is called `truce`
     --> case.toml:6:10
      |
    6 | ready = "truce"
      |          ^^^^^
      |
      = help: known here: `ready`
    "#);
}

#[test]
fn what_a_missing_file_may_declare_is_not_missed() {
    let main = with_head(
        "[conditions.truce]\n\n[definitions]\nready = \"truse and vote\"\n\n\
         [pledges.x]\nnations = \"NLD\"\nstage = \"declared\"\nsources = [\"report\"]\n",
    );
    let main = main.replace("2026-01-08\n", "2026-01-08\ninclude = [\"gone.toml\"]\n");
    insta::assert_snapshot!(case([("case.toml", &main)]).short(), @r"
    case.toml:4:12: error[unreadable-file]: cannot read `gone.toml`: no such file or directory; correct the path; the folder has `case.toml`
    case.toml:9:10: error[unknown-name]: nothing that can be true or false is called `truse`; did you mean `truce`?
    ");
}

#[test]
fn a_missing_base_does_not_make_its_entries_incomplete() {
    let main = "[scenario]\ntitle = \"x\"\nextends = \"bse.toml\"\n[pledges.p]\nstage = \"comitted\"\n\
                [pledges.q]\nremoved = true\n";
    insta::assert_snapshot!(case([("case.toml", main), ("base.toml", HEAD)]).short(), @r"
    case.toml:3:11: error[unreadable-file]: cannot read `bse.toml`: no such file or directory; did you mean `base.toml`?
    case.toml:5:9: error[unknown-word]: `comitted` is not a stage; did you mean `committed`?
    ");
}

#[test]
fn a_syntax_error_spoils_no_other_line() {
    let text = with_head(
        "[conditions.truce]\nprobability = 0.4 0.5\nassumed = { probability = \"x\" }\n\n\
         [conditions.vote]\nrequires = truce\nprobability = 1.4\nassumed = { probability = \"x\" }\n",
    );
    insta::assert_snapshot!(case([("case.toml", &text)]).short(), @r#"
    case.toml:6:15: error[toml-syntax]: `0.4 0.5` is no value: text needs quotes; put it in quotes, "0.4 0.5", or correct the number
    case.toml:10:12: error[toml-syntax]: `truce` is no value: text needs quotes; put it in quotes: "truce"
    case.toml:11:15: error[probability-range]: 1.4 is not a probability; write a number from 0 to 1, such as 0.4 for 40 percent
    "#);
}

#[test]
fn one_mistake_is_one_diagnostic() {
    for (mistake, expected) in [
        ("[conditions]\na = 0.4\n[definitions]\nd = \"a\"", "wrong-type"),
        ("[conditions.a]\nprobability = 0.4\nevidence = \"talks\"", "wrong-type"),
        ("[conditions.a]\nprobability = 0.4\nassumd = { probability = \"x\" }", "unknown-key"),
        ("[conditions.a]\nprobability = 0.4\nassumed = { probabilty = \"x\" }", "unknown-key"),
        ("[conditions.a]\noutcomes = 3\n[definitions]\nd = \"a.x\"", "wrong-type"),
        (
            "[conditions.a]\noutcomes = { x = 1.4, y = 0.6 }\nassumed = { outcomes = \"x\" }",
            "probability-range",
        ),
        (
            "[conditions.a]\noutcomes = { x = true, y = 0.6 }\nassumed = { outcomes = \"x\" }\n[definitions]\nd = \"a.x\"",
            "wrong-type",
        ),
        (
            "[conditions.a]\n[conditions.b]\ngiven = [{ when = \"a and\", probability = 0.4 }, { probability = 0.2 }]\nassumed = { given = \"x\" }",
            "formula-syntax",
        ),
        (
            "[nations]\nFRA = {}\n[pledges.p]\nnations = \"FRA\"\nstge = \"declared\"\nassumed = { when = \"x\" }",
            "unknown-key",
        ),
        (
            "[assumptions.a]\noptons = { x = {}, y = {} }\nchosen = \"x\"\n[definitions]\nd = \"a.x\"",
            "unknown-key",
        ),
        (
            "[nations]\nFRA = {}\n[pledges.p]\nnations = { FRA = \"all\" }\nstage = \"declared\"\nassumed = { nations = \"x\" }",
            "wrong-type",
        ),
        (
            "[assumptions.a]\noptions = { x = 1, y = 2 }\nchosen = \"x\"\nassumed = { options = \"x\" }\n[nations]\nFRA = {}\n[pledges.p]\nnations = \"FRA\"\nstage = \"declared\"\nsize = { share = true, of = \"a\" }\ndomain = \"land\"\nbasing = \"unstated\"\nassumed = { size = \"x\" }",
            "wrong-type",
        ),
        ("[requirements.r]\nflor = 300", "unknown-key"),
        ("[requirements.r]\ntext = \"nothing\"", "missing-key"),
        ("[[pledges]]\nnations = \"FRA\"", "wrong-type"),
        ("[requirements.r]\nfloor = 0xFFFF_FFFF_FFFF_FFFF_FFFF", "out-of-range"),
    ] {
        let case = case([("case.toml", &with_head(mistake))]);
        let checked = case.check();
        let mut codes: Vec<&str> =
            checked.diagnostics.sorted().iter().map(|found| found.code.word()).collect();
        codes.sort_unstable_by_key(|code| !expected.starts_with(code));
        assert_eq!(codes.join(" "), expected, "{mistake}\n{}", case.short());
    }
}

/// A pledge that lacks nothing but what is said of it next.
const PLEDGE: &str = "[nations]\nFRA = {}\n[pledges.p]\nnations = \"FRA\"\ndomain = \"land\"\n\
    basing = \"unstated\"\nstage = \"declared\"\nassumed = { size = \"x\" }\n";
/// A condition whose values have their reasons, before its values.
const CONDITION: &str = "[conditions.a]\nassumed = { probability = \"x\", outcomes = \"x\", given = \"x\", holds = \"x\" }\n";
/// Another, which clauses may ask for.
const OTHER: &str = "\n[conditions.b]\nprobability = 0.5\nassumed = { probability = \"x\" }\n";
/// The ends of a clause that gives two outcomes.
const EVEN: &str = "outcomes = { x = 0.5, y = 0.5 }";

/// That `told` is the one error of a scenario.
fn is_told(rest: &str, told: &str) {
    let short = case([("case.toml", &with_head(rest))]).short();
    let errors: Vec<&str> = short.lines().filter(|line| line.contains("error[")).collect();
    let [error] = errors.as_slice() else { panic!("{rest}\n{short}") };
    let (_, error) = error.split_once("error").unwrap();
    assert_eq!(error, told, "{rest}");
}

#[test]
fn a_value_that_cannot_be_is_told_with_one_that_can() {
    for (rest, told) in [
        (
            "[requirements.r]\nfloor = 3\nunit = \"troop\"",
            "[unknown-word]: nothing is counted in `troop`; did you mean `troops`?",
        ),
        (
            "[basings]\nunstated = { name = \"x\" }",
            "[reserved-word]: `unstated` is no basing: it means that nobody says where; choose another id; `unstated` needs no declaration",
        ),
        (
            "[nations]\nFRA = { pool = 9, rotation = 0.5, assumed = { pool = \"x\", rotation = \"x\" } }",
            "[out-of-range]: a rotation of 0.5 ties up less than it deploys; write how many troops are tied up for each one deployed, such as 3",
        ),
    ] {
        is_told(rest, told);
    }
    for (rest, told) in [
        (
            "on = 2026-01-05\nexpires = 2026-01-04\nsize = 3",
            "[dates-out-of-order]: `p` runs out before it begins; correct one of the two dates",
        ),
        (
            "size = { low = 2, mode = 9, high = 5 }",
            "[size-range]: the mode 9 is not between 2 and 5; low, mode and high must rise",
        ),
        ("size = \"unknwn\"", "[unknown-word]: `size` cannot be `unknwn`; did you mean `unknown`?"),
        (
            "size = { low = 2 }",
            "[wrong-type]: this size has none of the forms that a size can have; write a number, [low, high], { low, mode, high }, { share, of }, { rest = true, of } or \"unknown\"",
        ),
        (
            "size = { rest = false, of = \"t\" }\n[assumptions.t]\noptions = { x = 5, y = 6 }\nchosen = \"x\"\nassumed = { options = \"x\", chosen = \"x\" }",
            "[wrong-type]: `rest` can only be `true`; write { share = ..., of = ... } where it is not the rest",
        ),
        (
            "size = 3\nupdates = [3]",
            "[wrong-type]: `updates` must be a table for each update, not the number 3; write a table for each update",
        ),
    ] {
        is_told(&format!("{PLEDGE}{rest}"), told);
    }
}

#[test]
fn what_a_condition_cannot_be_is_told_with_what_it_can() {
    for (rest, told) in [
        (
            "probability = [0.4, 0.3]",
            "[probability-range]: the range [0.4, 0.3] has its ends the wrong way round; write [0.3, 0.4]",
        ),
        (
            "outcomes = { x = 1 }",
            "[probability-sum]: one outcome alone is no condition; name at least two outcomes, or use `probability`",
        ),
        (
            "outcomes = {}",
            "[missing-key]: `outcomes` names no outcome; name at least two: outcomes = { signed = 0.4, unsigned = 0.6 }",
        ),
        (
            &format!("{EVEN}\nholds = \"z\""),
            "[unknown-option]: `a` has no outcome `z`; known here: `x`, `y`",
        ),
        (
            &format!("{EVEN}\nholds = true"),
            "[wrong-type]: `holds` of `a` must be the name of an outcome; write which one obtains, such as \"x\"",
        ),
        (
            "probability = 0.5\nholds = \"x\"",
            "[wrong-type]: `holds` of `a` must be true or false; write true or false without quotes",
        ),
        (
            "probability = 0.5\nholds = 3",
            "[wrong-type]: `holds` cannot be the number 3; write true, false or the name of an outcome",
        ),
        (
            &format!(
                "given = [{{ when = \"b\", probability = 0.3, {EVEN} }}, {{ {EVEN} }}]{OTHER}"
            ),
            "[conflicting-keys]: a clause has both `probability` and `outcomes`; keep one of the two",
        ),
        (
            &format!("given = [{{ when = \"b\" }}, {{ {EVEN} }}]{OTHER}"),
            "[missing-key]: this clause gives the outcomes no probabilities; every clause of a condition with outcomes has `outcomes`",
        ),
        (
            "probability = 0.5\n[definitions]\nd = \"at_least a\"",
            "[formula-syntax]: a count needs a list in parentheses; write it as `at_least(2, first, second, third)`",
        ),
    ] {
        is_told(&format!("{CONDITION}{rest}"), told);
    }
}

#[test]
fn an_included_file_extends_nothing_and_a_section_is_a_table_in_every_file() {
    let head = with_head("[conditions]\n")
        .replace("[conditions]", "include = [\"part.toml\"]\n[conditions]");
    let part = "conditions = 3\n[scenario]\nextends = \"case.toml\"\n";
    let short = case([("case.toml", head.as_str()), ("part.toml", part)]).short();
    assert!(short.contains("part.toml:3:1: error[unknown-key]: `extends` has no effect in an included file; move it"), "{short}");
    assert!(
        short.contains(
            "part.toml:1:14: error[wrong-type]: `conditions` must be a table, not the number 3"
        ),
        "{short}"
    );
}

impl Case {
    /// The problems of one `--set`.
    fn set(self, setting: &str) -> (String, Checked) {
        let case = self.with(|request| request.settings = vec![setting.to_owned()]);
        (case.short(), case.check())
    }
}

#[test]
fn settings_reach_any_key_and_are_said_to_be_set() {
    for (setting, section, id, key) in [
        ("force_size=high", "assumptions", "force_size", "chosen"),
        ("force_size = \"high\"", "assumptions", "force_size", "chosen"),
        ("ceasefire=0.5", "conditions", "ceasefire", "probability"),
        ("conditions.ceasefire.probability=0.5", "conditions", "ceasefire", "probability"),
        ("conditions.ceasefire.probability=likely", "conditions", "ceasefire", "probability"),
        ("conditions.ceasefire.probability=[0.2, 0.4]", "conditions", "ceasefire", "probability"),
        ("pledges.hubs.when=ceasefire and legal_framework", "pledges", "hubs", "when"),
    ] {
        let (shown, checked) = paris().set(setting);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{setting}: {shown}"));
        let basis = match section {
            "assumptions" => {
                let found = scenario.assumptions.at(scenario.assumptions.index(id).unwrap());
                assert_eq!(found.options[found.chosen].name, "high");
                &found.basis
            }
            "conditions" => &scenario.conditions.at(scenario.conditions.index(id).unwrap()).basis,
            _ => &scenario.pledges.at(scenario.pledges.index(id).unwrap()).basis,
        };
        assert_eq!(basis.assumed[key], "set on the command line", "{setting}");
    }
    let (_, checked) = paris().set("scenario.counts_from=committed");
    assert_eq!(checked.scenario.unwrap().counts_from.word(), "committed");
}

#[test]
fn settings_that_lead_nowhere_are_told_apart() {
    let settings = [
        "force_sise=high",
        "force_size=hihg",
        "conditions.ceasfire.probability=0.5",
        "conditions.ceasefire.probabilty=0.5",
        "ceasefire.probability=0.5",
        "counts_from=committed",
        "conditons.ceasefire.probability=0.5",
        "ceasefire=1.5",
        "pledges.hubs.when=ceasefire and",
        "ceasefire",
        "",
        "# force_size=high",
    ];
    let shown: Vec<String> = settings.into_iter().map(|setting| paris().set(setting).0).collect();
    let shown = shown.join("");
    let shown: Vec<&str> = shown.lines().filter(|line| !line.contains("circular")).collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    --set:1:1: error[unknown-key]: `force_sise` is not a key of the scenario; did you mean `force_size`?
    --set:1:12: error[unknown-option]: `force_size` has no option `hihg`; did you mean `high`?
    --set:1:12: error[unknown-key]: `[conditions]` has no `ceasfire` to set; did you mean `ceasefire`?
    --set:1:22: error[unknown-key]: unknown key `probabilty` in condition `ceasefire`; did you mean `probability`?
    --set:1:1: error[unknown-key]: `ceasefire` is not a key of the scenario; write `conditions.ceasefire.probability`
    --set:1:1: error[unknown-key]: `counts_from` is not a key of the scenario; write `scenario.counts_from`
    --set:1:1: error[unknown-key]: `conditons` is not a key of the scenario; did you mean `conditions`?
    --set:1:11: error[probability-range]: 1.5 is not a probability; write a number from 0 to 1, such as 0.4 for 40 percent
    --set:1:29: error[formula-syntax]: the formula ends where something is missing; name a condition, a definition or a pledge
    --set:1:1: error[toml-syntax]: this is no `key = value`; write KEY=VALUE, such as force_size=high
    --set:1:1: error[toml-syntax]: this is not one key and one value on one line; write KEY=VALUE, such as force_size=high
    --set:1:1: error[toml-syntax]: this is not one key and one value on one line; write KEY=VALUE, such as force_size=high
    ");
}

#[test]
fn a_child_overrides_key_by_key_and_removes_entries() {
    let base = with_head(
        "[conditions.truce]\ntext = \"A truce\"\nprobability = 0.3\nassumed = { probability = \"x\" }\n\
         [conditions.vote]\n",
    );
    let child = "[scenario]\ntitle = \"Child\"\nextends = \"base.toml\"\n\
                 [conditions.truce]\ngiven = [{ probability = 0.6 }]\nassumed.given = \"y\"\n\
                 [conditions.vote]\nremoved = true\n";
    let checked = case([("child.toml", child), ("base.toml", &base)]).check();
    let scenario = checked.scenario.unwrap();
    assert_eq!(scenario.title, "Child");
    assert_eq!(scenario.as_of.to_string(), "2026-01-08");
    assert_eq!(scenario.conditions.len(), 1);
    let truce = scenario.conditions.at(0);
    assert_eq!(truce.text.as_deref(), Some("A truce"));
    let chance = &truce.clauses[0].chances.as_ref().unwrap()[0];
    assert_eq!(chance.stated, "0.6", "the base's probability is replaced, not kept beside it");
}

#[test]
fn the_order_of_includes_changes_nothing() {
    let paths = ["sources.toml", "nations.toml", "conditions.toml", "pledges.toml"];
    let hashes =
        [paths, ["pledges.toml", "conditions.toml", "nations.toml", "sources.toml"]].map(|order| {
            let case = paris();
            case.edit("scenario.toml", &format!("{paths:?}"), &format!("{order:?}"));
            let checked = case.check();
            (case.short(), checked.scenario.unwrap().hash)
        });
    assert_eq!(hashes[0], hashes[1]);
}

#[test]
fn quotations_are_found_whatever_their_typography() {
    let text = with_head(
        "[sources.r]\nfile = \"r.txt\"\n[conditions.truce]\nevidence = [\n\
         { source = \"r\", quote = \"the parties' own words\" },\n\
         { source = \"r\", quote = \"15,000-20,000 troops\" },\n\
         { source = \"r\", quote = \"not there\" },\n]\n",
    );
    let case = case([
        ("case.toml", &text),
        (
            "r.txt",
            "The parties speak: the parties\u{2019}\u{a0}own\nwords, 15,000\u{2013}20,000  troops.",
        ),
    ]);
    let folder = case.folder.path().to_path_buf();
    let case = case.with(|request| request.archive = Some(folder));
    insta::assert_snapshot!(case.short(), @"case.toml:11:25: error[quote-not-found]: `r` does not say this in `r.txt`; quote the source's own words, letter by letter");
}

#[test]
fn formulas_keep_their_places_in_every_kind_of_string() {
    for (written, words) in [
        ("\"not truse\"", "truse"),
        ("'not truse'", "truse"),
        ("\"\"\"\n  not\n  truse\"\"\"", "truse"),
        ("'''not truse'''", "truse"),
        ("\"not tr\\u0075se\"", "\"not tr\\u0075se\""),
        ("\"\"\"not \\\n  truse.x\"\"\"", "\"\"\"not \\\n  truse.x\"\"\""),
        ("\"not truse.x\"", "truse"),
        ("\"\"", "\"\""),
        ("\"  \"", "\"  \""),
        ("\"not\"", "not"),
        ("\"(truce or (not truce)\"", "("),
        ("\"truce truce\"", "truce"),
        ("\"truce or é\"", "é"),
        ("\"at_least(3, truce, truce)\"", "3"),
        ("true", "true"),
    ] {
        let text = with_head(&format!("[conditions.truce]\n[definitions]\nready = {written}\n"));
        let checked = case([("case.toml", &text)]).check();
        let list = checked.diagnostics.sorted();
        assert_eq!(list.len(), 1, "{written}");
        assert_eq!(checked.sources.slice(list[0].primary.span), words, "{written}");
        assert!(list[0].help.is_some(), "{written}");
        for format in [Format::Full, Format::Short, Format::Json] {
            assert!(!render(&checked.diagnostics, &checked.sources, format, true).is_empty());
        }
    }
}

#[test]
fn names_of_every_kind_are_told_from_others() {
    let text = with_head(
        "[basings]\nisland = { theatre = true }\n[nations]\nFRA = {}\n\
         [assumptions.reading]\noptions = { narrow = {}, wide = {} }\nchosen = \"narow\"\nassumed = { options = \"x\" }\n\
         [conditions.truce]\n[conditions.border]\noutcomes = { old = 0.4, new = 0.6 }\notherwise = \"odl\"\nassumed = { outcomes = \"x\" }\n\
         [definitions]\na = \"FRA and border and border.nwe and truce.x and reading and reading.wdie and r\"\n\
         [requirements.r]\nfloor = 1\nbasing = [\"truce\"]\nnation = \"FRE\"\ndomain = \"lnad\"\n",
    );
    insta::assert_snapshot!(case([("case.toml", &text)]).short(), @r"
    case.toml:11:10: error[unknown-option]: `reading` has no option `narow`; did you mean `narrow`?
    case.toml:16:13: error[unknown-option]: `border` has no outcome `odl`; did you mean `old`?
    case.toml:19:6: error[unknown-name]: nothing that can be true or false is called `FRA`; known here: `a`, `border`, `reading`, `truce`
    case.toml:19:14: error[not-a-truth-value]: `border` has outcomes, so it neither holds nor fails; name one of them, such as `border.new`
    case.toml:19:32: error[unknown-option]: `border` has no outcome `nwe`; did you mean `new`?
    case.toml:19:46: error[not-a-truth-value]: `truce` has no outcomes, so `.x` means nothing; write `truce` alone
    case.toml:19:52: error[not-a-truth-value]: `reading` is a reading and needs its option; write `reading.narrow`, for example
    case.toml:19:72: error[unknown-option]: `reading` has no option `wdie`; did you mean `wide`?
    case.toml:19:81: error[not-a-truth-value]: the requirement `r` is no part of a formula; formulas speak of conditions, readings, definitions and pledges
    case.toml:22:11: error[unknown-basing]: no basing is called `truce`; known here: `island`
    case.toml:23:10: error[unknown-nation]: no nation is called `FRE`; did you mean `FRA`?
    case.toml:24:10: error[unknown-word]: `lnad` is not a domain; did you mean `land`?
    ");
}

#[test]
fn files_that_cannot_be_read_at_all_are_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("latin.toml"), b"# a\ntitle = \"caf\xe9\"\n").unwrap();
    for (name, words) in [
        ("", "it is a folder; name the scenario file in it"),
        ("latin.toml", "line 2 is not UTF-8 text; save the file as UTF-8"),
        ("gone.toml", "no such file or directory"),
    ] {
        let path = folder.path().join(name);
        let error = check(&Request { path, ..Request::default() }).unwrap_err();
        assert!(error.to_string().ends_with(words), "{error}");
    }
}

#[test]
fn hostile_files_are_answered_and_not_obeyed() {
    let deep = format!("[definitions]\na = {}1{}\n", "[".repeat(5000), "]".repeat(5000));
    let dotted = format!("{} = 1\n", vec!["a"; 5000].join("."));
    let nested = format!("[definitions]\na = \"{}\"\n", "not ".repeat(5000));
    let chain: Vec<String> =
        (0..5000).map(|at| format!("d{at:04} = \"d{:04}\"\n", at + 1)).collect();
    let chain = format!("[definitions]\n{}d5000 = \"true\"\n", chain.join(""));
    let numbers = "[requirements]\na.floor = 0e-999999999\nb.floor = 1e400\nc.floor = nan\n";
    let mut reversed: Vec<String> =
        (1..900).map(|at| format!("d{:04} = \"d{at:04}\"\n", at - 1)).collect();
    reversed.reverse();
    let reversed = format!("[definitions]\nd0899 = \"true\"\n{}", reversed.join(""));
    for text in [deep.as_str(), &dotted, &nested, &chain, numbers, &reversed] {
        let case = case([("case.toml", &with_head(text))]);
        assert!(case.check().diagnostics.has_errors());
        for format in [Format::Full, Format::Short, Format::Json] {
            assert!(!case.shown(format).is_empty());
        }
    }
}

#[test]
fn explanations_show_an_example_that_is_refused_and_one_that_is_toml() {
    for code in Code::ALL {
        let entry = explain(*code);
        assert!(toml::from_str::<toml::Table>(entry.good).is_ok(), "{code}: {}", entry.good);
        assert!(text(*code).contains(entry.title));
    }
    insta::assert_snapshot!(text(Code::ImpossibleEvidence), @r#"
    error[impossible-evidence]: evidence that no possible world satisfies

      What `--given` takes as given, or what `holds` says has happened, has the
      probability zero, or one below 1e-200. How improbable it was that single
      conditions ended as they did does not matter for that.

    Why it matters
      Nothing can be said about worlds that do not exist: every result would be a
      division by zero. Where it can happen yet hardly ever, numbers have too few
      digits left to say what is likely then.

    Remedy
      Weaken the formula, or change the conditions that rule it out.

    Refused with --given "vote and not truce"

        [scenario]
        title = "Example"
        as_of = 2026-01-08

        [conditions.truce]
        text = "A truce is in force"
        probability = 0.3
        assumed = { probability = "example" }

        [conditions.vote]
        text = "Parliament agrees"
        requires = "truce"
        probability = 0.6
        assumed = { probability = "example" }

    Right

        # --given "vote and truce"
    "#);
}

#[test]
fn a_slip_of_the_pen_is_one_diagnostic_at_its_place() {
    for (file, from, to, place) in [
        (
            "conditions.toml",
            "[conditions.territory]",
            "[conditions.territory",
            "[conditions.territory",
        ),
        (
            "conditions.toml",
            "[conditions.territory]",
            "conditions.territory]",
            "conditions.territory]",
        ),
        ("conditions.toml", "unsettled = 0.35 }", "unsettled = 0.35", "{"),
        ("conditions.toml", "unsettled = 0.35 }", "unsettled = 0,35 }", ","),
        ("conditions.toml", "evidence            = [", "evidence            =", "="),
        ("conditions.toml", "evidence            = [", "evidence            [", "evidence"),
        ("conditions.toml", "credibility = 1 },", "credibility = 1 ,", "{"),
        ("conditions.toml", "{ source = \"unnamed_000\"", "source = \"unnamed_000\"", "}"),
        (
            "conditions.toml",
            "text                = \"A ceasefire",
            "text                = A ceasefire",
            "\"",
        ),
        ("conditions.toml", "called credible\"", "called credible", "\""),
        ("pledges.toml", "FRA = 0.5 }", "FRA = 0.5", "{"),
        ("pledges.toml", "\"FRA\"]", "\"FRA\"", "["),
        ("scenario.toml", "covers         = {", "covers         =", "}"),
    ] {
        let case = paris();
        case.edit(file, from, to);
        let checked = case.check();
        let list = checked.diagnostics.sorted();
        let errors: Vec<_> =
            list.iter().filter(|found| found.code != Code::CircularRequirement).collect();
        assert_eq!(errors.len(), 1, "{to}\n{}", case.short());
        assert_eq!(errors[0].code, Code::TomlSyntax, "{to}\n{}", case.short());
        assert_eq!(checked.sources.slice(errors[0].primary.span), place, "{to}");
    }
}
