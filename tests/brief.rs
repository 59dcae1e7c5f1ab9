//! The brief: everything is in it, nothing in it is markup that a scenario wrote, and it is the same every time.
//! How it looks in a browser is looked at by `tests/browser`.

use assert_cmd::Command;
use contingent::evaluate::{Effort, Parts, Settings};
use contingent::pipeline::{self, Request};
use contingent::report::brief::{Brief, brief};
use contingent::scenario::Scenario;
use contingent::study::{self, Beside};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn made(request: &Request) -> (Scenario, Brief) {
    let scenario = pipeline::check(request).unwrap().scenario.expect("no errors");
    let settings = Settings { top: Some(1), top_forces: Some(4096), ..Settings::new(Parts::ALL) };
    let finding = study::find(scenario, settings).unwrap();
    let variants = study::all_variants(&finding, settings);
    let earlier = pipeline::earlier(request, &finding.scenario).unwrap().unwrap();
    let earlier = study::earlier(earlier, settings.effort).unwrap();
    // What `run` spends on the worst cases.
    let effort = Effort { budget: settings.effort.budget / 8, ..settings.effort };
    let stress = study::stress::stress(&finding.scenario, effort).unwrap();
    let made = brief(&finding, &Beside { variants, earlier, stress, ..Beside::default() });
    (finding.scenario, made)
}

fn of(name: &str) -> (Scenario, Brief) {
    made(&Request { path: path(name), ..Request::default() })
}

const PARIS: &str = "scenarios/paris-2026/scenario.toml";
const NASTY: &str = "tests/browser/nasty.toml";

fn in_html(text: &str) -> String {
    let codes = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];
    codes.iter().fold(text.to_owned(), |text, (letter, code)| text.replace(letter, code))
}

/// Markdown as its reader sees it: without the escapes.
fn read(markdown: &str) -> String {
    markdown.replace("&amp;", "&").replace('\\', "")
}

#[test]
fn every_source_assumption_and_pledge_is_in_it_with_its_words() {
    let (scenario, brief) = of(PARIS);
    let (html, markdown) = (brief.html(), read(&brief.markdown()));
    let mut told = 0;
    let mut expect = |text: &str| {
        assert!(html.contains(&in_html(text)), "{text}");
        assert!(markdown.contains(text), "{text}");
        told += 1;
    };
    for (id, source) in scenario.sources.iter() {
        expect(id);
        expect(source.title.as_ref().unwrap());
        source.publisher.iter().for_each(|publisher| expect(publisher));
        source.assumed.values().for_each(|reason| expect(reason));
    }
    for (_, basis) in scenario.bases() {
        basis.assumed.values().for_each(|reason| expect(reason));
    }
    for (_, pledge) in scenario.pledges.iter() {
        expect(pledge.claim.as_ref().unwrap());
    }
    for (_, assumption) in scenario.assumptions.iter() {
        expect(assumption.text.as_ref().unwrap());
    }
    expect(&scenario.title);
    expect(&scenario.hash);
    assert!(told > 80, "{told}");
}

#[test]
fn it_leads_with_the_summarys_sentences_and_the_gates() {
    let html = of(PARIS).1.html();
    let lead = "In theatre (Ukraine) by 31 December 2026: no counted troops in 85 of 100; otherwise \
                12,000 (7 in 100) or 20,000 (7 in 100) troops.";
    let places = [
        "<h1>",
        "8 January 2026",
        lead,
        "Ceasefire gates 20 of 29 pledges",
        "No force in 85 of 100",
        "<caption>Requirements",
        "id=\"ledger\"",
        "id=\"assumptions\"",
        "id=\"sources\"",
        "id=\"caveats\"",
        "<footer>",
    ];
    let places = places.map(|text| html.find(text).unwrap_or_else(|| panic!("{text} is missing")));
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(html.matches("<svg ").count(), 8, "no figure moved, so there is no history");
    assert!(!html.contains("unchanged"));
}

#[test]
fn charts_that_say_nothing_are_left_out_and_tables_without_rows_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bare.toml");
    fs::write(&file, "[scenario]\ntitle = \"Nothing\"\nas_of = 2026-01-01\n").unwrap();
    let (_, brief) = made(&Request { path: file, ..Request::default() });
    let html = brief.html();
    assert_eq!(html.matches("<svg ").count(), 0);
    assert!(!html.contains("id=\"charts\"") && !html.contains("id=\"ledger\""));
    assert!(html.contains("None is stated.") && brief.markdown().contains("None is stated."));
}

#[test]
fn a_history_is_shown_where_a_figure_moved() {
    let html = of("scenarios/paris-2026-tracking/scenario.toml").1.html();
    assert_eq!(html.matches("<svg ").count(), 9);
}

#[test]
fn what_is_taken_as_given_or_set_is_said_at_the_top_and_at_the_foot() {
    let request = Request {
        path: path(PARIS),
        settings: vec!["force_size=high".to_owned()],
        given: Some("ceasefire".to_owned()),
        ..Request::default()
    };
    let (_, brief) = made(&request);
    let html = brief.html();
    let said = |name: &str, value: &str| html.contains(&format!("<dt>{name}</dt><dd>{value}</dd>"));
    assert!(said("Taken as given", "ceasefire") && said("Given", "ceasefire"));
    assert!(said("Set otherwise than in the file", "force_size=high"));
    assert!(said("Settings", "force_size=high"));
}

/// The tags of a page as name and the rest, checked to be closed.
fn tags(html: &str) -> Vec<(&str, &str)> {
    let tags = html.split('<').skip(1).map(|part| part.split_once('>').expect("a tag is closed").0);
    tags.map(|tag| tag.split_once([' ', '\n']).unwrap_or((tag, ""))).collect()
}

#[test]
fn no_word_of_a_scenario_is_markup() {
    const KNOWN: &str = "!doctype html head meta title style body header h1 h2 h3 dl div dt dd main section p ul li bdi svg \
                         rect text circle polygon polyline path line g desc table caption thead tbody tr th td small code \
                         b i cite span a footer";
    let known: BTreeSet<&str> = KNOWN.split_whitespace().collect();
    let html = of(NASTY).1.html();
    for (name, attributes) in tags(&html) {
        assert!(known.contains(name.trim_start_matches('/')), "<{name} {attributes}>");
        for attribute in attributes.split('"').step_by(2) {
            assert!(!attribute.trim_start().starts_with("on"), "<{name} {attributes}>");
        }
        assert!(!attributes.contains("javascript:") || name == "div", "<{name} {attributes}>");
    }
    let links: Vec<&str> = html.split("href=\"").skip(1).collect();
    assert_eq!(links.len(), 1);
    assert!(links[0].starts_with("https://example.org/a?b=c&amp;d=%22e\""));
    assert!(html.contains("javascript:alert(7)//https://example.org"), "what is no link is text");
    let (style, _) = html.split_once("</style>").unwrap();
    assert!(!style.contains("alert(3)"), "the marking is letters by number in the style");
}

#[test]
fn no_word_of_a_scenario_is_markdown() {
    let markdown = of(NASTY).1.markdown();
    let bare = markdown.replace("<https://example.org/a?b=c&d=%22e>", "").replace("\\]", "");
    assert!(!bare.contains('<') && !bare.contains("](") && !bare.contains("https://"));
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let lines: Vec<&str> = markdown.lines().collect();
    let rows = lines.windows(2).filter(|pair| pair.iter().all(|line| line.starts_with('|')));
    let rows: Vec<[usize; 2]> = rows.map(|pair| [cells(pair[0]), cells(pair[1])]).collect();
    assert!(rows.len() > 10 && rows.iter().all(|[one, next]| one == next), "{rows:?}");
}

#[test]
fn ids_are_unique_and_headings_go_down_by_one() {
    for name in [PARIS, NASTY, "scenarios/minimal/scenario.toml"] {
        let html = of(name).1.html();
        let ids: Vec<&str> =
            html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: {ids:?}");
        let levels = tags(&html).into_iter().filter_map(|(name, _)| match name {
            "h1" => Some(1),
            "h2" => Some(2),
            "h3" => Some(3),
            _ => None,
        });
        let levels: Vec<u8> = levels.collect();
        assert_eq!(levels[..2], [1, 2]);
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    }
}

#[test]
fn it_asks_for_nothing_and_knows_no_clock() {
    let (_, brief) = of(PARIS);
    let html = brief.html();
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                  style-src 'unsafe-inline'; img-src data:;";
    assert!(html.contains(policy) && html.starts_with("<!doctype html>"));
    assert!(!html.contains("<script") && !html.contains("src=") && !html.contains("url("));
    assert_eq!(html, of(PARIS).1.html());
    assert!(html.len() < 500_000, "{}", html.len());
}

fn written(arguments: &[&str], folder: &Path) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("contingent").unwrap();
    command.current_dir(folder).args(arguments).assert()
}

#[test]
fn the_command_writes_what_run_writes_by_the_files_ending() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = path(PARIS);
    let scenario = scenario.to_str().unwrap();
    for file in ["a/brief.html", "brief.HTML", "brief.md"] {
        written(&["brief", scenario, "-q", "-o", file], folder.path()).success();
    }
    let page = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(page("a/brief.html"), page("brief.HTML"));
    assert_eq!(
        page("brief.HTML"),
        fs::read_to_string(path("reports/paris-2026/brief.html")).unwrap()
    );
    assert_eq!(page("brief.md"), of(PARIS).1.markdown());
    let refused = written(&["brief", scenario, "-o", "brief.pdf"], folder.path()).code(2);
    let message = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(message.contains("a brief ends in .html or .md"), "{message}");
    assert!(!folder.path().join("brief.pdf").exists());
}
