//! Text that a spreadsheet, a browser or a terminal would obey.

use super::{Fault, HEAD, Place, pledge};
use std::path::Path;

/// A scenario in which a text stands wherever a text may stand.
fn saying(text: &str) -> Place {
    let quoted = serde_json::Value::from(text).to_string();
    let head = HEAD.replacen("\"t\"", &quoted, 1).replacen("\"U\"", &quoted, 1).replacen(
        "FRA = {}",
        &format!("FRA = {{ name = {quoted} }}"),
        1,
    );
    let rest = format!(
        "[sources.s]\ntitle = {quoted}\npublisher = {quoted}\npublished = 2026-01-01\n\
         [conditions.c]\ntext = {quoted}\nlabel = {quoted}\nprobability = 0.5\nassumed.probability = {quoted}\n\
         {}label = {quoted}\nclaim = {quoted}\nassumed.size = {quoted}\n\
         evidence = [{{ source = \"s\", by = {quoted}, quote = {quoted} }}]\n\
         [requirements.r]\ntext = {quoted}\nlabel = {quoted}\nfloor = 1\nassumed.floor = {quoted}\n",
        pledge("p", "c", "100")
    );
    Place::new().file("case.toml", head + &rest)
}

/// Whether a file has an ending.
fn ends_in(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|own| own == ending)
}

/// All CSV files of a run, as cells.
fn cells(place: &Place) -> Vec<String> {
    let mut cells = Vec::new();
    for name in place.names("out/tables").iter().filter(|name| ends_in(name, "csv")) {
        let text = place.read(&format!("out/tables/{name}"));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        cells.extend(
            reader
                .records()
                .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()),
        );
    }
    cells
}

fn ran(text: &str) -> Place {
    let place = saying(text);
    place.run(&["run", "case.toml", "-q", "-o", "out"]).is(0, "");
    place
}

/// Texts with a character that terminals obey, as a file may write it.
const OBEYED: [(&str, &str); 6] = [
    ("\\u001b[2J", "U+001B"),
    ("\\u0000", "U+0000"),
    ("\\u009b31m", "U+009B"),
    ("\u{202e}", "U+202E"),
    ("\\u2066", "U+2066"),
    ("\\u2028", "U+2028"),
];

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        tried: "texts that begin with `=`, `+`, `-`, `@` (also of full width), in all CSV tables",
        happens: "an apostrophe stands before them, so that a spreadsheet shows text",
        holds: || {
            for sign in ["=", "+", "-", "@", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}"] {
                let text = format!("{sign}1+cmd|' /C calc'!A0");
                let place = ran(&text);
                let found = cells(&place);
                assert!(found.contains(&format!("'{text}")), "{sign}");
                assert!(!found.contains(&text), "{sign}");
            }
        },
    },
    Fault {
        tried: "texts that begin with a tab or line break and then `=`",
        happens: "white space around a text that spans lines goes, and an apostrophe comes",
        holds: || {
            for text in ["\t=1+1", "\r=1+1", "\n=1+1"] {
                let found = cells(&ran(text));
                assert!(found.contains(&"'=1+1".to_owned()), "{text:?}");
                assert!(
                    found.iter().all(|cell| !cell.starts_with(['\t', '\r', '\n', '='])),
                    "{text:?}"
                );
            }
        },
    },
    Fault {
        tried: "negative numbers in CSV tables",
        happens: "they stay numbers: no apostrophe",
        holds: || {
            let place = Place::with(&format!(
                "[conditions.c]\nprobability = 0.5\n{}",
                pledge("p", "not c", "100")
            ));
            let ended = place.run(&["table", "drivers", "case.toml", "-q", "--format", "csv"]);
            assert!(ended.output.contains(",-100,"), "{}", ended.output);
            assert!(!ended.output.contains('\''));
        },
    },
    Fault {
        tried: "texts with quotation marks, commas, semicolons",
        happens: "RFC 4180 quotes them; every row has as many cells as the header",
        holds: || {
            let text = "a \"b\", c; d";
            assert!(cells(&ran(text)).contains(&text.to_owned()));
        },
    },
    Fault {
        tried: "a scenario file called `=1+1.toml`",
        happens: "the column `scenario` is neutral too",
        holds: || {
            let text = saying("x").read("case.toml");
            let place = Place::new().file("=1+1.toml", text);
            let ended = place.run(&["table", "totals", "=1+1.toml", "-q", "--format", "csv"]);
            assert!(ended.output.contains("\r\n'=1+1,"), "{}", ended.output);
        },
    },
    Fault {
        tried: "markup in titles, labels and texts, in all SVG charts",
        happens: "it is text: no element and no attribute of its own; the PNG is drawn",
        holds: || {
            let place =
                ran("</text><script>alert(1)</script><a href=\"javascript:x\">&amp;]]><!--");
            for name in place.names("out/charts") {
                if ends_in(&name, "svg") {
                    let svg = place.read(&format!("out/charts/{name}"));
                    for markup in ["<script", "<a ", "<!--", "]]><"] {
                        assert!(!svg.contains(markup), "{name}: {markup}");
                    }
                } else {
                    let bytes = std::fs::read(place.path(&format!("out/charts/{name}"))).unwrap();
                    assert!(bytes.starts_with(b"\x89PNG"));
                }
            }
        },
    },
    Fault {
        tried: "markup, links and emphasis in `summary.md`",
        happens: "a backslash stands before what Markdown would obey",
        holds: || {
            let summary =
                ran("<img src=x onerror=y> [a](javascript:b) *c* &lt;").read("out/summary.md");
            assert!(
                summary.starts_with(
                    "# \\<img src=x onerror=y\\> \\[a\\](javascript:b) \\*c\\* \\&lt;\n"
                )
            );
            let bare = summary.replace("\\<", "").replace("\\[", "").replace("\\&", "");
            assert!(!bare.contains(['<', '[', '&']), "{summary}");
        },
    },
    Fault {
        tried: "line breaks in titles and texts, followed by a heading or list of their own",
        happens: "every text is one line, in all tables and pages",
        holds: || {
            let place = ran("one\n# two\r\n- three\tfour");
            let summary = place.read("out/summary.md");
            assert!(summary.starts_with("# one # two - three four\n"), "{summary}");
            assert!(cells(&place).iter().all(|cell| !cell.contains(['\n', '\r', '\t'])));
            let ended = place.run(&["table", "ledger", "case.toml", "-q"]);
            assert!(ended.output.contains("one # two - three four"), "{}", ended.output);
        },
    },
    Fault {
        tried: "ESC, NUL, C1 codes, bidirectional marks, line separators in texts, written out or as escapes",
        happens: "`control-character` at the place; the message spells it",
        holds: || {
            for (text, name) in OBEYED {
                let head = HEAD.replacen("\"t\"", &format!("\"a{text}b\""), 1);
                let place = Place::new().file("case.toml", head);
                place.is_refused(&format!(
                    "case.toml:2:{}",
                    if text.starts_with('\\') { 9 } else { 11 }
                ));
                place.is_refused(&format!("error[control-character]: the character {name} is"));
            }
        },
    },
    Fault {
        tried: "the same in ids and keys",
        happens: "`control-character`, or `toml-syntax` where it is written out",
        holds: || {
            for (text, name) in OBEYED {
                let place = Place::with(&format!("[conditions.\"a{text}b\"]\nprobability = 0.5\n"));
                place.is_refused(
                    &format!("case.toml:10:13: error[control-character]: the character {name}")
                        .replace(
                            ":10:13",
                            if text.starts_with('\\') { ":10:13" } else { ":10:15" },
                        ),
                );
            }
        },
    },
    Fault {
        tried: "ESC or bidirectional marks in comments",
        happens: "excerpts show other characters of the same width; places stay right",
        holds: || {
            let place = Place::with("[conditions.c]\nprobability = 2 # \u{202e}x\n");
            place.run(&["check", "case.toml"]).is(1, "case.toml:11:15");
            let place = Place::with("[conditions.c]\nprobability = 2 # \u{1b}[31m\n");
            place.run(&["check", "case.toml"]).is(1, "case.toml:11:");
        },
    },
    Fault {
        tried: "ESC or bidirectional marks in `--set`, also in its comment, and in `--given`",
        happens: "`control-character`, `formula-syntax`; spelled in the message",
        holds: || {
            let place = saying("x");
            for value in ["scenario.title=\u{1b}[31m", "c=0.5 # \u{202e}", "\u{202e}=1", "c=\u{9b}"]
            {
                let ended = place.run(&["table", "totals", "case.toml", "--set", value]);
                ended.is(1, "error[control-character]");
            }
            let ended = place.run(&["table", "totals", "case.toml", "--given", "c\u{1b}[2J"]);
            ended.is(1, "error[formula-syntax]: `\\u{1b}` has no meaning");
        },
    },
    Fault {
        tried: "ESC in the name of a file, a command, an option, a code to explain, a metric",
        happens: "spelled wherever it is repeated",
        holds: || {
            let place = saying("x");
            let red = "\u{9b}31mred\u{7}";
            for (args, status) in [
                (["check", red].as_slice(), 3),
                (&[red], 2),
                (&["explain", red], 2),
                (&["table", red, "case.toml"], 2),
                (&["table", "totals", "case.toml", red], 2),
                (&["compare", "case.toml", "--across", red], 2),
                (&["sweep", "case.toml", "--vary", red], 2),
                (&["sweep", "case.toml", "--vary", "c=0,1", "--metric", red], 2),
                (&["table", "drivers", "case.toml", "--break-even", "\u{9b}=0.5"], 2),
            ] {
                let ended = place.run(args);
                ended.is(status, "\\u{9b}");
            }
        },
    },
    Fault {
        tried: "control characters in the JSON of `check` and of tables",
        happens: "escaped as JSON escapes them; the text is the same",
        holds: || {
            let text = "a \"b\" \\ </script>";
            let place = saying(text);
            let ended = place.run(&["table", "evidence", "case.toml", "-q", "--format", "json"]);
            let rows: Vec<serde_json::Value> = serde_json::from_str(&ended.output).unwrap();
            assert!(rows.iter().any(|row| row["publisher"] == text), "{}", ended.output);
            let head = HEAD.replacen("\"t\"", "\"\u{202e}\"", 1);
            let ended = Place::new().file("case.toml", head).run(&[
                "check",
                "case.toml",
                "--format",
                "json",
            ]);
            let list: Vec<serde_json::Value> = serde_json::from_str(&ended.output).unwrap();
            assert_eq!(list[0]["code"], "control-character");
        },
    },
    Fault {
        tried: "letters of other scripts, accents in two parts, emoji, joiners that Persian needs",
        happens: "they stay as they are, in tables and charts",
        holds: || {
            let text = "Київ 北京 ه\u{200c}ا e\u{301} 🇫🇷";
            assert!(cells(&ran(text)).contains(&text.to_owned()));
        },
    },
];
