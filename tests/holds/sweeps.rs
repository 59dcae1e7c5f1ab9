//! Charts and tables of sweeps: found anew over the same grid.

use super::{Case, SMALL, with};
use crate::cli::run;
use std::fs;

impl Case {
    fn sweep(&self, file: &str, options: &[&str]) {
        let (scenario, file) = (self.word("small.toml"), self.word(file));
        let ended = run(&[&["sweep", &scenario, "-o", &file, "-q"], options].concat());
        assert_eq!(ended.status, 0, "{}", ended.errors);
    }
}

/// A truce decides whether 1000 come, a lift whether 400 more do.
fn two() -> String {
    SMALL.replace("[conditions.truce]", "[conditions.lift]\nprobability = 0.2\n[conditions.truce]")
        + "[pledges.q]\nnations = \"FRA\"\ndomain = \"air\"\nbasing = \"u\"\nstage = \"declared\"\n\
           when = \"lift & truce\"\nsize = 400\n"
}

#[test]
fn lines_bars_and_maps_say_whether_they_still_hold() {
    let case = Case::new(&two());
    let size = ["--vary", "pledges.p.size=1000,2000"];
    let map = ["--vary", "lift=0..1/0.02", "--vary", "truce=0..1/0.05"];
    for ending in ["svg", "png"] {
        case.sweep(&format!("lines.{ending}"), &["--vary", "truce=0..1/0.1"]);
        case.sweep(&format!("bars.{ending}"), &["--vary", "truce=0.5,likely", "--given", "!lift"]);
        case.sweep(&format!("map.{ending}"), &map);
        case.sweep(&format!("fixed.{ending}"), &[&size[..], &["--metric", "headline"]].concat());
    }
    let all =
        ["lines", "bars", "map", "fixed"].map(|name| [".svg", ".png"].map(|e| name.to_owned() + e));
    for figure in all.as_flattened() {
        assert_eq!(case.sentence(figure, "still true"), "still true", "{figure}");
    }
    // What every point sets itself may change; where the file stood moves.
    case.write(&two().replace("probability = 0.5", "probability = 0.4"));
    for figure in ["bars.svg", "map.png", "fixed.svg"] {
        let words =
            "still true as of 8 January 2026; the scenario changed in what it does not show";
        match figure {
            "map.png" => {
                let told = case.sentence(figure, "changed");
                assert!(told.contains("in the file"), "{told}");
            }
            _ => assert_eq!(case.sentence(figure, "still true"), words, "{figure}"),
        }
    }
    // A size moves every point but those that are 0.
    case.write(&two().replace("size = 400", "size = 300"));
    for figure in ["lines.svg", "lines.png"] {
        let told = case.told(figure);
        let changes = told["changes"].as_array().unwrap();
        let name = "Expected force in theatre, Truce: probability 50\u{a0}%, troops";
        let change = changes.iter().find(|own| own["figure"] == name);
        let change = change.unwrap_or_else(|| panic!("{told}"));
        // 0.5 * (1000 + 0.2 * 400), then 300.
        assert_eq!((&change["was"], &change["is"]), (&540.0.into(), &530.0.into()));
    }
    let told = case.told("map.svg");
    let changes = told["changes"].as_array().unwrap();
    let corner = changes.iter().find(|own| {
        own["figure"] == "Lift: probability 100\u{a0}%, Truce: probability 100\u{a0}%, troops"
            || own["figure"]
                == "Truce: probability 100\u{a0}%, Lift: probability 100\u{a0}%, troops"
    });
    assert_eq!(corner.unwrap_or_else(|| panic!("{told}"))["change"], -100.0);
    let told = case.sentence("fixed.svg", "changed");
    assert!(told.contains("from 1,400 to 2,400\", is now"), "{told}");
    case.sentence("bars.svg", "still true");
}

#[test]
fn a_value_between_those_that_are_named_is_not_lost() {
    // A map carries 16 names a side and a digest of all cells: the chance of 1,000 moves at lift = 0.5 only.
    let case = Case::new(&two());
    let sizes = (1..=40).map(|size| (size * 50).to_string()).collect::<Vec<_>>().join(",");
    let vary = format!("pledges.q.size={sizes}");
    let options = ["--vary", &vary, "--vary", "lift=0..1/0.05", "--metric", "requirement.floor"];
    case.write(&two().replace("floor = 800", "floor = 1040"));
    case.sweep("map.svg", &options);
    case.sentence("map.svg", "still true");
    case.write(&two().replace("floor = 800", "floor = 1060"));
    let told = case.told("map.svg");
    assert_eq!(told["verdict"], "changed", "{told}");
}

#[test]
fn the_folder_of_a_sweep_is_judged_with_its_table() {
    let case = Case::new(&two());
    case.sweep(
        "out",
        &["--vary", "truce=0..1/0.25", "--vary", "lift=0.2,1", "--set", "pledges.p.size=900"],
    );
    let ended = case.verify("out", &[]);
    assert_eq!(ended.output, "still true: all 3 figures\n", "{}", ended.errors);
    case.write(&two().replace("size = 400", "size = 300"));
    let told = case.told("out");
    assert_eq!((&told["file"], &told["verdict"]), (&"datapackage.json".into(), &"changed".into()));
    let changes = told["changes"].as_array().unwrap();
    let change = changes.iter().find(|own| own["figure"] == "sweep: 1, 1, in_theatre, value");
    assert_eq!(change.unwrap_or_else(|| panic!("{told}"))["change"], -100.0);
    // Cells that somebody changed.
    case.write(&two());
    let table = fs::read_to_string(case.path("out/sweep.csv")).unwrap();
    assert!(table.contains(",980\r\n"), "{table}");
    fs::write(case.path("out/sweep.csv"), table.replacen(",980\r\n", ",990\r\n", 1)).unwrap();
    let told = case.told("out/datapackage.json");
    assert_eq!(told["verdict"], "edited", "{told}");
    assert_eq!(told["changes"][0]["change"], -10.0);
}

#[test]
fn a_package_reads_no_other_files_and_keeps_nobody_waiting() {
    let case = Case::new(&two());
    case.sweep("out", &["--vary", "truce=0,1"]);
    let package = fs::read_to_string(case.path("out/datapackage.json")).unwrap();
    let tampered = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value: serde_json::Value = serde_json::from_str(&package).unwrap();
        change(&mut value);
        fs::write(case.path("out/datapackage.json"), value.to_string()).unwrap();
        case.sentence("out/datapackage.json", "cannot tell")
    };
    fs::write(case.path("secret.csv"), "a,b,c,d,e\nof,nobody,else's,business,1\n").unwrap();
    let secret = case.word("secret");
    for name in [secret.as_str(), "../secret"] {
        let told = tampered(&|own| own["resources"][0]["name"] = name.into());
        assert!(told.contains("makes no table called"), "{told}");
    }
    let many = "truce=0..1/0.000001";
    let told = tampered(&|own| own["contingent"]["vary"] = [many].into());
    assert!(told.contains("200,000 are compared at most"), "{told}");
    for (key, number) in [("samples", 1_000_000_001_u64), ("budget", u64::MAX)] {
        let told = tampered(&|own| own["contingent"]["options"][key] = number.into());
        assert!(told.contains("takes more samples or a larger budget"), "{told}");
    }
}

#[test]
fn a_sweep_that_cannot_be_made_anew_says_why() {
    let case = Case::new(&two());
    case.sweep("a.svg", &["--vary", "lift=0..1/0.5"]);
    case.sweep("b.svg", &["--vary", "truce=0,1", "--metric", "requirement.floor"]);
    case.write(SMALL);
    let told = case.sentence("a.svg", "cannot tell");
    assert!(told.contains("--vary lift=0..1/0.5, which no longer applies"), "{told}");
    case.write(&with("[requirements.floor]", "[requirements.other]"));
    let told = case.sentence("b.svg", "cannot tell");
    assert!(told.contains("no metric is called `requirement.floor`"), "{told}");
    case.write("[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\nwrong = 1\n");
    let ended = case.verify("a.svg", &[]);
    assert!(ended.status == 1 && ended.errors.contains("wrong"), "{}", ended.errors);
}
