//! How charts look: the options of `chart`, `run` and `compare`, and names in every script.

use super::cli::run;
use super::semantics::find;
use contingent::report::chart::{Look, is_drawable};
use contingent::report::figures::{self, Name};
use contingent::report::spelt::{for_pixels, spelt};
use contingent::study::Beside;
use std::fs;
use std::path::Path;

const MINIMAL: &str = "scenarios/minimal/scenario.toml";

/// A chart of the minimal scenario with options.
fn drawn(folder: &Path, file: &str, options: &[&str]) -> Vec<u8> {
    let path = folder.join(file);
    let path = path.to_str().unwrap();
    let ended = run(&[&["chart", "drivers", MINIMAL, "-q", "-o", path], options].concat());
    assert_eq!((ended.status, ended.errors.as_str()), (0, ""), "{options:?}");
    fs::read(path).unwrap()
}

/// Width and height, from the header of a PNG.
fn pixels(png: &[u8]) -> [u32; 2] {
    [16, 20].map(|at| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()))
}

#[test]
fn a_png_has_the_pixels_of_its_page_times_its_scale() {
    let folder = tempfile::tempdir().unwrap();
    for (options, expected) in [
        (&[][..], [1600, 900]),
        (&["--size", "1080x1080", "--scale", "2"], [2160, 2160]),
        (&["--size", "a4"], [1754, 1240]),
        (&["--size", "640x360", "--scale", "0.5"], [320, 180]),
    ] {
        assert_eq!(pixels(&drawn(folder.path(), "a.png", options)), expected);
    }
    let svg = |options: &[&str]| drawn(folder.path(), "a.svg", options);
    assert_eq!(svg(&["--scale", "8"]), svg(&[]), "an SVG has no pixels");
}

#[test]
fn grey_charts_name_no_colour() {
    let folder = tempfile::tempdir().unwrap();
    let coloured = |svg: Vec<u8>| {
        let svg = String::from_utf8(svg).unwrap();
        let codes = svg.split("=\"#").skip(1).map(|rest| rest[..6].to_owned());
        codes.filter(|code| code[..2] != code[2..4] || code[2..4] != code[4..]).count()
    };
    assert_eq!(coloured(drawn(folder.path(), "a.svg", &["--grey"])), 0);
    assert_ne!(coloured(drawn(folder.path(), "a.svg", &[])), 0);
}

#[test]
fn a_title_takes_the_place_of_the_headline() {
    let folder = tempfile::tempdir().unwrap();
    let svg = |title: &str| {
        String::from_utf8(drawn(folder.path(), "a.svg", &["--title", title])).unwrap()
    };
    let computed = "Truce matters most: without it never 1,000 troops";
    let own = svg("What a truce <would> bring");
    assert!(own.contains(">What a truce &lt;would&gt; bring</title>"));
    assert!(
        own.contains("\nWhat a truce &lt;would&gt; bring\n</text>")
            && !own.contains(&format!("\n{computed}\n"))
    );
    for empty in ["", "  ", "\u{200B}"] {
        let none = svg(empty);
        assert!(none.contains(&format!(">{computed}</title>")), "for those who cannot see it");
        assert!(!none.contains(&format!("\n{computed}\n")));
    }
    // Two lines at most, the second shortened.
    let long = svg(&"All work and no play ".repeat(20));
    let lines: Vec<&str> = long
        .lines()
        .filter(|line| line.starts_with("All work") && !line.contains("title"))
        .collect();
    assert!(long.contains("…\n</text>") && lines.len() <= 2, "{lines:?}");
}

#[test]
fn what_cannot_be_drawn_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |command: &[&str], reason: &str| {
        let ended = run(command);
        assert_eq!(ended.status, 2, "{command:?}");
        assert!(ended.errors.contains(reason), "{}", ended.errors);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    };
    let png = folder.path().join("a.png");
    let png = png.to_str().unwrap();
    let chart = |options: &[&'static str]| {
        [&["chart", "drivers", MINIMAL, "-o", png][..], options].concat()
    };
    refused(&chart(&["--size", "600x400"]), "640 x 360 pixels at least");
    refused(&chart(&["--size", "a3"]), "such as 1600x900, or a4");
    refused(&chart(&["--scale", "9"]), "from 0.25 to 8");
    refused(&chart(&["--scale", "6"]), "lower --scale or --size, or write SVG");
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    refused(&["run", MINIMAL, "-o", out, "--scale", "6"], "lower --scale");
    refused(&["compare", MINIMAL, "-o", out, "--scale", "6"], "lower --scale");
}

#[test]
fn run_and_compare_draw_as_they_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let options = ["-q", "-o", path, "--size", "1080x1080", "--scale", "0.5", "--grey"];
    for (command, file) in [("run", "charts/drivers.png"), ("compare", "compare.png")] {
        let ended = run(&[&[command, MINIMAL], &options[..]].concat());
        assert_eq!(ended.status, 0, "{}", ended.errors);
        assert_eq!(pixels(&fs::read(folder.path().join(file)).unwrap()), [540, 540]);
    }
}

/// Names that the font has, names that it lacks, and what stands for these.
const SCRIPTS: &str = "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\n\
    [basings]\nnorth_coast = { name = \"北海岸\", theatre = true }\n\
    [nations]\nGRC = { name = \"Ελλάδα\" }\nJPN = { name = \"日本国\" }\nSAU = { name = \"السعودية\" }\n\
    [conditions]\ncease_fire = { label = \"הפסקת אש\", probability = 0.5 }\n\
    [pledges.home_fleet]\nlabel = \"艦隊\"\nnations = \"JPN\"\nstage = \"declared\"\ndomain = \"sea\"\n\
    basing = \"north_coast\"\nwhen = \"cease_fire\"\nsize = 200\n\
    [pledges.greek]\nnations = \"GRC\"\nstage = \"declared\"\ndomain = \"sea\"\nbasing = \"north_coast\"\nsize = 100\n\
    [pledges.arab]\nnations = \"SAU\"\nstage = \"declared\"\ndomain = \"sea\"\nbasing = \"north_coast\"\nsize = 50\n\
    [requirements.some]\nlabel = \"兵力\"\nfloor = 200\nbasing = [\"north_coast\"]\n";

#[test]
fn names_that_the_font_of_pictures_lacks_give_way_to_ids_in_them() {
    let finding = find(SCRIPTS);
    let (beside, look) = (Beside::default(), Look::default());
    let drawn = |name| {
        let svg = figures::draw(name, &finding, &beside, &look);
        let pixels = for_pixels(&svg, (name, &finding, &beside), &look).unwrap_or(svg.clone());
        assert!(is_drawable(&pixels), "{}", name.word());
        (svg, pixels)
    };
    for name in Name::ALL {
        drawn(name);
    }
    let (svg, pixels) = drawn(Name::Gates);
    assert!(svg.contains("\n艦隊\n") && svg.contains("\nהפסקת אש\n"));
    assert!(pixels.contains("\nHome fleet\n") && pixels.contains("\nCease fire\n"));
    let (_, pixels) = drawn(Name::Ledger);
    assert!(["\nJPN\n", "\nSAU\n", "\nΕλλάδα\n"].iter().all(|name| pixels.contains(name)));
    let (_, pixels) = drawn(Name::Exceedance);
    assert!(
        pixels.contains("(north coast)") && pixels.contains(">At least 200 troops: 50 % overall<")
    );
    let scenario = spelt(&finding.scenario);
    assert_eq!(scenario.hash, finding.scenario.hash);
}

#[test]
fn the_program_says_which_letters_pictures_lack() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    fs::write(&file, SCRIPTS).unwrap();
    let file = file.to_str().unwrap();
    let chart = |out: &str, more: &[&str]| {
        let out = folder.path().join(out);
        let ended = run(&[&["chart", "gates", file, "-o", out.to_str().unwrap()], more].concat());
        assert_eq!(ended.status, 0, "{}", ended.errors);
        ended.errors
    };
    let told = "warning: PNG charts cannot show ";
    assert!(chart("a.png", &[]).contains(told));
    assert!(!chart("a.svg", &[]).contains(told), "an SVG shows them");
    assert_eq!(chart("a.png", &["-q"]), "");
}

#[test]
fn a_title_that_png_cannot_show_is_refused_and_names_in_sweeps_are_spelt() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let titled = ["--title", "停戦"];
    let sweep = ["sweep", MINIMAL, "--vary", "truce=0,1", "-q"];
    for (command, file, status) in [
        (&["chart", "drivers", MINIMAL, "-q"][..], "a.png", 2),
        (&["chart", "drivers", MINIMAL, "-q"][..], "a.svg", 0),
        (&sweep[..], "b.png", 2),
        (&sweep[..], "b", 2),
        (&sweep[..], "b.svg", 0),
    ] {
        let ended = run(&[command, &titled[..], &["-o", &path(file)]].concat());
        assert_eq!(ended.status, status, "{file}: {}", ended.errors);
        assert_eq!(ended.errors.contains("font of PNG charts lacks: 停 戦"), status == 2);
        assert_eq!(fs::exists(path(file)).unwrap(), status == 0);
    }
    // Of the same scenario with such a name only the PNG differs from one without it in nothing.
    let text = fs::read_to_string(MINIMAL).unwrap();
    let named = |label: &str| {
        let label = format!("[conditions.truce]\n{label}");
        let named = text.replacen("[conditions.truce]\n", &label, 1);
        fs::write(path("case.toml"), &named).unwrap();
        let arguments = ["sweep", &path("case.toml"), "--vary", "truce=0..1/0.1", "-q", "-o"];
        for file in ["c.svg", "c.png"] {
            assert_eq!(run(&[&arguments[..], &[&path(file)]].concat()).status, 0);
        }
        let png = fs::read(path("c.png")).unwrap();
        (fs::read_to_string(path("c.svg")).unwrap(), pixmap(&png))
    };
    let (svg, pixels) = named("label = \"停戦\"\n");
    assert!(svg.contains("停戦: probability"));
    // The hash at the foot differs: what stands above it is compared.
    let (plain, other) = named("");
    assert!(plain.contains("Truce: probability"));
    let above = pixels.len() * 9 / 10;
    assert!(pixels[..above] == other[..above]);
}

fn pixmap(png: &[u8]) -> Vec<u8> {
    resvg::tiny_skia::Pixmap::decode_png(png).unwrap().data().to_vec()
}
