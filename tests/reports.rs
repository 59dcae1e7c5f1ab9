//! The committed reports are what the program makes of the shipped scenarios, byte for byte; and
//! what it makes is fit for spreadsheets and programs.

use contingent::evaluate::{Effort, Parts, Settings};
use contingent::pipeline::{self, Request};
use contingent::report::chart::Look;
use contingent::report::format::Spreadsheet;
use contingent::report::provenance::Recipe;
use contingent::report::write::NamedBytes;
use contingent::report::{self, TableStyle, brief, figures, summary, tables};
use contingent::study::{self, Beside, Finding};
use std::fs;
use std::path::{Path, PathBuf};

/// The scenarios whose reports are committed.
const SHIPPED: [&str; 6] = [
    "minimal",
    "paris-2026",
    "paris-2026-30000",
    "paris-2026-consent",
    "paris-2026-peace-deal",
    "paris-2026-tracking",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn settings() -> Settings {
    Settings { top: Some(4096), top_forces: Some(4096), ..Settings::new(Parts::ALL) }
}

fn find_alone(name: &str) -> (Request, Finding) {
    let path = root().join("scenarios").join(name).join("scenario.toml");
    let request = Request { path, ..Request::default() };
    let checked = pipeline::check(&request).unwrap();
    let scenario = checked.scenario.expect("a shipped scenario has no errors");
    (request, study::find(scenario, settings()).unwrap())
}

fn find(name: &str) -> (Finding, Beside) {
    let (settings, (request, finding)) = (settings(), find_alone(name));
    let variants = study::all_variants(&finding, settings);
    let earlier = pipeline::earlier(&request, &finding.scenario).unwrap().unwrap();
    let earlier = study::earlier(earlier, settings.effort).unwrap();
    let effort = Effort { budget: settings.effort.budget / 8, ..settings.effort };
    let stress = study::stress::stress(&finding.scenario, effort).unwrap();
    (finding, Beside { variants, earlier, stress, ..Beside::default() })
}

fn files(finding: &Finding, beside: &Beside) -> Vec<NamedBytes> {
    let style = TableStyle { spreadsheet: Spreadsheet::Plain, step: tables::DEFAULT_STEP };
    let all = report::all_tables(finding, beside, style.step);
    let mut files = report::table_files(finding, &all, style, &Recipe::default());
    for name in figures::Name::ALL {
        files.extend(
            report::chart_files(name, finding, beside, &Recipe::default(), &Look::default())
                .unwrap(),
        );
    }
    files.push(NamedBytes::new("brief.html", brief::brief(finding, beside).html()));
    files.push(NamedBytes::new("summary.md", summary::summary(finding, &beside.stress)));
    files
}

fn committed(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { committed(&path, found) } else { found.push(path) }
    }
}

fn check_report(name: &str) {
    let (finding, beside) = find(name);
    let folder = root().join("reports").join(name);
    let remedy = format!("run: cargo run --release -- run scenarios/{name}/scenario.toml");
    let files = files(&finding, &beside);
    for file in &files {
        let path = folder.join(&file.name);
        let old = fs::read(&path).unwrap_or_else(|_| panic!("{} is missing; {remedy}", file.name));
        assert!(old == file.bytes, "{} has changed; {remedy}", path.display());
    }
    let mut present = Vec::new();
    committed(&folder, &mut present);
    assert_eq!(present.len(), files.len(), "{} holds other files", folder.display());
}

#[test]
fn the_report_of_minimal_is_current() {
    check_report("minimal");
}

#[test]
fn the_report_of_paris_2026_is_current() {
    check_report("paris-2026");
}

#[test]
fn the_reports_of_the_variants_are_current() {
    for name in &SHIPPED[2..] {
        check_report(name);
    }
}

/// The charts of the gallery: a history needs dates on which something moved.
fn shown_in_gallery(chart: figures::Name) -> &'static str {
    if chart == figures::Name::History { "paris-2026-tracking" } else { "paris-2026" }
}

#[test]
fn the_gallery_shows_every_chart_in_colour_and_in_grey() {
    let folder = root().join("reports/gallery");
    let page = fs::read_to_string(folder.join("README.md")).unwrap();
    let found = ["paris-2026", "paris-2026-tracking"].map(|name| (name, find(name)));
    for chart in figures::Name::ALL {
        let (word, shown) = (chart.word(), shown_in_gallery(chart));
        let (_, (finding, beside)) = found.iter().find(|(name, _)| *name == shown).unwrap();
        let look = Look { grey: true, ..Look::default() };
        let files = report::chart_files(chart, finding, beside, &Recipe::default(), &look).unwrap();
        let png = files.iter().find(|file| file.bytes.starts_with(b"\x89PNG")).unwrap();
        let command = format!("contingent chart {word} scenarios/{shown}/scenario.toml");
        let grey = format!("{command} --grey -o reports/gallery/{word}-grey.png");
        let old = fs::read(folder.join(format!("{word}-grey.png")));
        assert!(old.is_ok_and(|old| old == png.bytes), "run: {grey}");
        for needed in [
            format!("(../{shown}/charts/{word}.png)"),
            format!("({word}-grey.png)"),
            format!("{command} -o {word}.png"),
        ] {
            assert!(page.contains(&needed), "reports/gallery/README.md lacks {needed}");
        }
    }
}

#[test]
fn every_report_belongs_to_a_shipped_scenario() {
    let mut folders: Vec<String> = fs::read_dir(root().join("reports"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    // Its pictures are those of `every_chart_of_the_gallery` below and of `tests/sweep.rs`.
    folders.retain(|folder| folder != "gallery");
    assert_eq!(folders, SHIPPED);
}

#[test]
fn worlds_sum_to_one_and_requirements_to_their_worlds() {
    for name in SHIPPED {
        let (_, finding) = find_alone(name);
        let outcomes = &finding.outcomes;
        let sum: f64 = outcomes.worlds.iter().filter_map(|world| world.probability).sum();
        assert!((sum - 1.0).abs() < 1e-12, "{name}: {sum}");
        for (index, requirement) in outcomes.requirements.iter().enumerate() {
            let worlds = outcomes.worlds.iter();
            let met: f64 = worlds.map(|w| w.probability.unwrap() * w.met[index].unwrap()).sum();
            assert!((met - requirement.probability.unwrap()).abs() < 1e-12, "{name}");
        }
    }
}

#[test]
fn figures_of_paris_agree_with_those_worked_out_by_hand() {
    // ceasefire 0.325; legal framework 0.675, rules of engagement 0.675 and partners 0.5 given it.
    let (_, finding) = find_alone("paris-2026");
    let any = 0.325 * 0.675 * 0.675;
    let law = finding.outcomes.totals[0].law.as_ref().unwrap();
    assert!((law.at_least(1) - any).abs() < 1e-15);
    assert!((law.at_least(15_000) - any * 0.5).abs() < 1e-15);
    assert!((law.mean() - any * (12_000.0 + 0.5 * 8_000.0)).abs() < 1e-9);
}

/// Every cell of every table has the type that the data package gives its column, and the rows are
/// rectangular.
#[test]
fn tables_are_what_their_data_package_says() {
    for name in SHIPPED {
        let folder = root().join("reports").join(name).join("tables");
        let text = fs::read_to_string(folder.join("datapackage.json")).unwrap();
        let package: serde_json::Value = serde_json::from_str(&text).unwrap();
        for resource in package["resources"].as_array().unwrap() {
            let path = folder.join(resource["path"].as_str().unwrap());
            let fields = resource["schema"]["fields"].as_array().unwrap();
            let mut reader = csv::Reader::from_path(&path).unwrap();
            let names: Vec<&str> = fields.iter().map(|f| f["name"].as_str().unwrap()).collect();
            assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), names, "{path:?}");
            assert_eq!(names[..4], ["scenario", "as_of", "given", "variant"], "{path:?}");
            for row in reader.records() {
                for (cell, field) in row.unwrap().iter().zip(fields) {
                    assert!(cell.is_empty() || has_type(cell, field), "{path:?}: {cell} {field}");
                }
            }
        }
    }
}

fn has_type(cell: &str, field: &serde_json::Value) -> bool {
    match field["type"].as_str().unwrap() {
        "string" => !cell.starts_with(['=', '+', '-', '@']),
        "integer" => cell.parse::<u64>().is_ok(),
        "number" => {
            let number: f64 = cell.parse().unwrap_or(f64::NAN);
            let bounded = field.get("constraints").is_none() || (0.0..=1.0).contains(&number);
            number.is_finite() && bounded && !cell.contains('e')
        }
        "boolean" => ["true", "false"].contains(&cell),
        "date" => cell.parse::<jiff::civil::Date>().is_ok(),
        other => panic!("{other} is no type of ours"),
    }
}

#[test]
fn headlines_have_ten_words_at_most() {
    for name in SHIPPED {
        for chart in figures::Name::ALL {
            // Another test holds that this is what is drawn.
            let path = format!("reports/{name}/charts/{}.svg", chart.word());
            let svg = fs::read_to_string(root().join(path)).unwrap();
            let title = svg.split("</title>").next().unwrap().rsplit('>').next().unwrap();
            let words = title.replace(" %", "%").split_whitespace().count();
            assert!((3..=10).contains(&words), "{name} {}: {title}", chart.word());
        }
    }
}

/// `chart` works out only what the chart reads.
#[test]
fn a_chart_looks_at_nothing_beyond_its_parts() {
    let path = root().join("scenarios/paris-2026/scenario.toml");
    let (whole, beside) = find("paris-2026");
    for chart in figures::Name::ALL {
        let checked =
            pipeline::check(&Request { path: path.clone(), ..Request::default() }).unwrap();
        let settings =
            |parts| Settings { top: None, top_forces: Some(4096), ..Settings::new(parts) };
        let finding = study::find(checked.scenario.unwrap(), settings(chart.parts())).unwrap();
        let few = chart.variant_parts().map(|parts| study::all_variants(&finding, settings(parts)));
        let few = Beside { variants: few.unwrap_or_default(), ..beside.clone() };
        let look = Look::default();
        let drawn = figures::draw(chart, &finding, &few, &look);
        assert!(drawn == figures::draw(chart, &whole, &beside, &look), "{}", chart.word());
    }
}
