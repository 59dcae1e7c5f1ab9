//! Briefs and summaries: what they say is compared with what would be said now. And what is said of files in which only
//! names changed, or that somebody edited.

use super::{Case, SMALL, TRACKING, with};
use crate::cli::run;
use std::fs;

impl Case {
    fn brief(&self, file: &str, options: &[&str]) {
        let (scenario, file) = (self.word("small.toml"), self.word(file));
        let ended = run(&[&["brief", &scenario, "-o", &file, "-q"], options].concat());
        assert_eq!(ended.status, 0, "{}", ended.errors);
    }

    fn run(&self, options: &[&str]) {
        let (scenario, out) = (self.word("small.toml"), self.word("out"));
        let ended = run(&[&["run", &scenario, "-o", &out, "-q"], options].concat());
        assert_eq!(ended.status, 0, "{}", ended.errors);
    }

    /// Replaces words of a file.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "{file} lacks {from}");
        fs::write(self.path(file), text.replacen(from, to, 1)).unwrap();
    }
}

#[test]
fn a_brief_is_true_until_a_figure_changes() {
    let case = Case::new(SMALL);
    for file in ["brief.html", "brief.md"] {
        case.write(SMALL);
        case.brief(file, &[]);
        assert_eq!(case.sentence(file, "still true"), "still true");
        let text = fs::read_to_string(case.path(file)).unwrap();
        fs::write(case.path(file), text.replace('\n', "\r\n")).unwrap();
        assert_eq!(case.sentence(file, "still true"), "still true", "lines may end otherwise");
        case.write(&with("probability = 0.5", "probability = 0.2"));
        let sentence = case.sentence(file, "changed");
        assert!(sentence.starts_with("no longer holds: "), "{sentence}");
        assert!(sentence.ends_with("; the scenario's file was changed"), "{sentence}");
        let told = case.told(file);
        let changes = told["changes"].as_array().unwrap();
        let force = changes.iter().find(|own| own["figure"] == "What force").unwrap();
        let words = |of: &str| force[of].as_str().unwrap().to_owned();
        assert!(words("was").contains("50 of 100") && words("is").contains("80 of 100"), "{force}");
        // Only the date moved on.
        case.write(&with("2026-01-08", "2026-02-01"));
        let words = "still true as of 1 February 2026; it was made as of 8 January 2026, and nothing that \
                     it shows changed";
        assert_eq!(case.sentence(file, "still true"), words);
    }
}

#[test]
fn a_brief_is_made_anew_with_its_own_options() {
    let case = Case::new(SMALL);
    let drawn = ["--method", "sampled", "--samples", "1000", "--seed", "7"];
    case.brief("brief.html", &[&drawn[..], &["--set", "truce=0.9"]].concat());
    case.brief("brief.md", &["--given", "truce"]);
    assert_eq!(case.sentence("brief.html", "still true"), "still true");
    assert_eq!(case.sentence("brief.md", "still true"), "still true");
    case.write(&with("probability = 0.5", "probability = 0.3"));
    case.sentence("brief.html", "still true");
    // Of what `run` lists a brief depends on little, and still says with what it was made.
    case.write(SMALL);
    case.run(&["--top", "all", "--max-size", "1", "--step", "100"]);
    assert_eq!(case.sentence("out/brief.html", "still true"), "still true");
    assert_eq!(case.verify("out", &[]).output, "still true: all 20 figures\n");
}

#[test]
fn a_brief_of_an_earlier_date_holds_as_of_that_date() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("brief.html");
    let page = page.to_str().unwrap();
    assert_eq!(run(&["brief", TRACKING, "-o", page, "--as-of", "2026-01-06", "-q"]).status, 0);
    let ended = run(&["verify", page, TRACKING]);
    assert_eq!(ended.status, 4);
    assert!(
        ended.output.contains("; as of 6 January 2026, its own date, it holds\n"),
        "{}",
        ended.output
    );
}

#[test]
fn what_somebody_edited_is_said_to_be_edited() {
    let case = Case::new(SMALL);
    case.run(&[]);
    let (md, brief, summary) = ("out/brief.md", "out/brief.html", "out/summary.md");
    case.brief(md, &[]);
    for (file, from, to) in [
        (md, "50 of 100", "5 of 100"),
        (brief, "50 of 100", "5 of 100"),
        (summary, "50 of 100", "5 of 100"),
        ("out/tables/totals.csv", ",500,", ",501,"),
    ] {
        let whole = fs::read(case.path(file)).unwrap();
        case.edit(file, from, to);
        let all = case.verify("out", &["--format", "json"]);
        let all: serde_json::Value = serde_json::from_str(&all.output).unwrap();
        let all = all.as_array().unwrap();
        let edited: Vec<_> = all.iter().filter(|own| own["verdict"] != "still true").collect();
        let [edited] = edited.as_slice() else { panic!("{file}: {edited:?}") };
        assert_eq!(edited["verdict"], "edited", "{edited}");
        let sentence = edited["sentence"].as_str().unwrap();
        assert!(sentence.starts_with("edited since it was made: "), "{sentence}");
        assert!(sentence.contains("made anew from the same scenario it is "), "{sentence}");
        let named = edited["changes"][0]["file"].as_str().unwrap();
        assert!(file.ends_with(named), "{file} {named}");
        fs::write(case.path(file), whole).unwrap();
    }
    assert_eq!(case.verify("out", &[]).output, "still true: all 21 figures\n");
    // The words are the same, and the page is not.
    case.edit(brief, "</style>", "p { display: none }\n</style>");
    let sentence = case.sentence(brief, "edited");
    assert_eq!(sentence, "edited since it was made, though not its words: still true");
    // Both: edited, and out of date.
    case.edit(md, "50 of 100", "5 of 100");
    case.write(&with("probability = 0.5", "probability = 0.2"));
    let sentence = case.sentence(md, "changed");
    assert!(sentence.ends_with("; it was also edited since it was made"), "{sentence}");
}

#[test]
fn a_page_that_says_nothing_of_itself_cannot_be_judged() {
    let case = Case::new(SMALL);
    case.brief("brief.html", &[]);
    fs::write(case.path("notes.md"), "# Notes\n").unwrap();
    fs::write(case.path("page.html"), "<!doctype html>\n<title>t</title>\n").unwrap();
    for file in ["notes.md", "page.html"] {
        let sentence = case.sentence(file, "cannot tell");
        assert!(sentence.contains("it does not say how it was made"), "{sentence}");
    }
    fs::write(case.path("summary.md"), "# Summary\n").unwrap();
    let sentence = case.sentence("summary.md", "cannot tell");
    assert!(sentence.contains("verify the folder that `run` wrote"), "{sentence}");
    case.edit("brief.html", "<meta name=\"contingent\"", "<meta name=\"other\"");
    let folder = case.0.path().to_str().unwrap().to_owned();
    let ended = run(&["verify", &folder, &case.word("small.toml"), "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ended.output).unwrap();
    // The notes are nobody's brief.
    assert_eq!((told.as_array().unwrap().len(), &told[0]["file"]), (1, &"brief.html".into()));
    assert_eq!(told[0]["verdict"], "cannot tell");
}

#[test]
fn of_a_change_of_names_it_is_said_that_figures_hold() {
    let case = Case::new(SMALL);
    case.run(&[]);
    case.chart("gates", "gates.svg", &[]);
    let renamed = with("[conditions.truce]", "[conditions.truce]\nlabel = \"Armistice\"");
    case.write(&renamed);
    case.sentence("out/tables/datapackage.json", "still true");
    for figure in ["gates.svg", "out/brief.html"] {
        let sentence = case.sentence(figure, "changed");
        assert!(
            sentence.starts_with("names changed and its figures hold: ")
                && sentence.ends_with("; make it anew for the new names")
                && !sentence.contains("is now not there"),
            "{figure}: {sentence}"
        );
    }
    let people = case.verify("gates.svg", &[]).output;
    assert_eq!(people.lines().count(), 1, "{people}");
    // Figures that somebody changed do not hold, whatever is called otherwise.
    case.edit("out/tables/totals.csv", ",1000,", ",1300,");
    case.edit("out/brief.html", "50 of 100", "5 of 100");
    for figure in ["out/tables/datapackage.json", "out/brief.html"] {
        let sentence = case.sentence(figure, "changed");
        assert!(sentence.starts_with("no longer holds: "), "{figure}: {sentence}");
    }
    // A figure changed too.
    case.write(&renamed.replace("probability = 0.5", "probability = 0.2"));
    let sentence = case.sentence("gates.svg", "changed");
    assert!(sentence.starts_with("no longer holds: "), "{sentence}");
}

#[test]
fn rows_that_are_there_twice_or_not_at_all_hide_nothing() {
    let case = Case::new(SMALL);
    let package = "out/tables/datapackage.json";
    case.run(&[]);
    let path = case.path("out/tables/totals.csv");
    let table = fs::read_to_string(&path).unwrap();
    let last = table.lines().last().unwrap();
    for spoilt in [
        table.replacen(",1000,", ",1300,", 1) + last + "\r\n",
        table.clone() + last + "\r\n",
        table.replace(&format!("{last}\r\n"), ""),
        table.replace("small,2026-01-08,,,", "small,2026-01-08,not truce,,"),
    ] {
        assert_ne!(spoilt, table);
        fs::write(&path, &spoilt).unwrap();
        case.sentence(package, "edited");
    }
    fs::write(&path, table.replacen(",1000,", ",1300,", 1) + last + "\r\n").unwrap();
    let told = case.told(package);
    let changes = told["changes"].as_array().unwrap();
    assert!(changes.iter().any(|own| own["change"] == -300.0), "{told}");
}

#[test]
fn who_rewrites_the_past_of_a_history_is_not_said_to_have_edited_the_picture() {
    let update = |before: &str| {
        let update = |date: &str, to: &str| {
            format!(
                "[[conditions.truce.updates]]\non = 2026-01-0{date}\nprobability = {to}\n\
                 assumed = {{ probability = \"x\" }}\n"
            )
        };
        SMALL.to_owned() + &update("3", before) + &update("5", "0.6")
    };
    let case = Case::new(&update("0.5"));
    case.chart("history", "history.svg", &[]);
    case.write(&update("0.4"));
    let told = case.told("history.svg");
    assert_eq!(told["verdict"], "changed", "{told}");
}
