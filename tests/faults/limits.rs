//! Too much of anything.

use super::{Fault, HEAD, Place, pledge};
use std::fmt::Write as _;

/// Lines made of numbers.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// A file of so many bytes that says nothing.
fn comment(bytes: usize) -> String {
    format!("# {}\n[definitions]\n", "x".repeat(bytes - 17))
}

const MEBIBYTE: usize = 1 << 20;

/// Definitions that need one another, each as deep as may be.
fn chain(length: usize, depth: usize) -> String {
    let mut text = "[conditions]\nc = { probability = 0.5 }\n[definitions]\n".to_owned();
    for at in 1..=length {
        let next = if at == length { "c".to_owned() } else { format!("d{}", at + 1) };
        let (open, close) = ("not (".repeat(depth), ")".repeat(depth));
        writeln!(text, "d{at} = \"{open}{next} and c{close}\"").unwrap();
    }
    text + &pledge("p", "d1", "10") + "[requirements.r]\nfloor = 1\nneeds = \"d1\"\n"
}

fn updates(entry: &str, count: usize) -> String {
    lines(count, |at| {
        let (year, month, day) = (1990 + at / 336, at / 28 % 12 + 1, at % 28 + 1);
        let size = at + 1;
        format!("[[pledges.{entry}.updates]]\non = {year}-{month:02}-{day:02}\nsize = {size}\n")
    })
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        tried: "a scenario of more than 16 MiB",
        happens: "status 3: it is larger than 16 MiB",
        holds: || {
            let place = Place::new().file("case.toml", comment(16 * MEBIBYTE + 1));
            place.run(&["check", "case.toml"]).is(3, "it is larger than 16 MiB");
        },
    },
    Fault {
        tried: "an included file of more than 16 MiB",
        happens: "`unreadable-file` at the link",
        holds: || {
            let place = Place::new().file("big.toml", comment(16 * MEBIBYTE + 1));
            let head = HEAD.replacen("[basings]", "include = [\"big.toml\"]\n[basings]", 1);
            place.file("case.toml", head).is_refused("case.toml:5:12: error[unreadable-file]");
        },
    },
    Fault {
        tried: "files of more than 64 MiB together",
        happens: "`too-large` at the link that is one too many",
        holds: || {
            let mut place = Place::new();
            for name in ["a", "b", "c", "d", "e", "f"] {
                place = place.file(&format!("{name}.toml"), comment(15 * MEBIBYTE));
            }
            let list = "include = [\"a.toml\", \"b.toml\", \"c.toml\", \"d.toml\", \"e.toml\", \"f.toml\"]\n";
            let head = HEAD.replacen("[basings]", &format!("{list}[basings]"), 1);
            place.file("case.toml", head).is_refused("case.toml:5:62: error[too-large]");
        },
    },
    Fault {
        tried: "a chain of more than 16 files, each including the next",
        happens: "`too-large` at the link that is one too many",
        holds: || {
            let mut place = Place::with("").file("case.toml", with_include(HEAD, "f1.toml"));
            for at in 1..20 {
                let text = with_include("[scenario]\n[basings]\n", &format!("f{}.toml", at + 1));
                place = place.file(&format!("f{at}.toml"), text);
            }
            place.is_refused("more than 16 files stand in one another");
        },
    },
    Fault {
        tried: "a scenario that includes 300 files",
        happens: "`too-large` at the 256th",
        holds: || {
            let names: Vec<String> = (0..300).map(|at| format!("\"f{at}.toml\"")).collect();
            let list = format!("include = [{}]\n[basings]", names.join(", "));
            let mut place = Place::new().file("case.toml", HEAD.replacen("[basings]", &list, 1));
            for at in 0..300 {
                place = place
                    .file(&format!("f{at}.toml"), format!("[definitions]\nd{at} = \"true\"\n"));
            }
            let ended = place.run(&["check", "case.toml", "-q", "--format", "short"]);
            ended.is(1, "more than 256 files");
        },
    },
    Fault {
        tried: "16 levels of files that each extend the next twice (65,536 readings)",
        happens: "`too-large` after 256",
        holds: || {
            let twice =
                |next: usize| format!("extends = [\"f{next}.toml\", \"f{next}.toml\"]\n[basings]");
            let mut place =
                Place::new().file("case.toml", HEAD.replacen("[basings]", &twice(1), 1));
            for at in 1..16 {
                let text = "[scenario]\n[basings]\n".replacen("[basings]", &twice(at + 1), 1);
                place = place.file(&format!("f{at}.toml"), text);
            }
            let ended = place.file("f16.toml", HEAD).run(&["check", "case.toml", "-q"]);
            ended.is(1, "error[too-large]: a scenario is made of more than 256 files");
        },
    },
    Fault {
        tried: "5,000 brackets in one another; a key of 5,000 names",
        happens: "`toml-syntax`: too many brackets, too many names",
        holds: || {
            let brackets =
                format!("[definitions]\na = {}1{}\n", "[".repeat(5000), "]".repeat(5000));
            Place::with(&brackets)
                .run(&["check", "case.toml"])
                .is(1, "too many brackets stand in one another");
            let names = format!("[definitions]\n{} = 1\n", vec!["a"; 5000].join("."));
            Place::with(&names).is_refused("too many names stand behind one another");
        },
    },
    Fault {
        tried: "formulas with 65 parentheses in one another; with 5,000 `not`",
        happens: "`too-large` at the one that is too deep",
        holds: || {
            for (open, close) in
                [("(".repeat(65), ")".repeat(65)), ("not ".repeat(5000), String::new())]
            {
                let text = format!("[conditions.c]\n[definitions]\nd = \"{open}c{close}\"\n");
                Place::with(&text).is_refused("error[too-large]: more than 64 levels");
            }
        },
    },
    Fault {
        tried: "`at_least(600, ...)` of 1,200 conditions",
        happens: "figures: exact within the budget, else sampled",
        holds: || {
            let conditions = lines(1200, |at| format!("[conditions.c{at}]\nprobability = 0.5\n"));
            let names: Vec<String> = (0..1200).map(|at| format!("c{at}")).collect();
            let when = format!("at_least(600, {})", names.join(", "));
            let place = Place::with(&(conditions + &pledge("p", &when, "10")));
            let small = ["--budget", "1", "--samples", "2000", "--format", "json"];
            let ended =
                place.run(&[["table", "totals", "case.toml", "-q"].as_slice(), &small].concat());
            ended.is(0, "");
            let mean = ended.figure("in_theatre", "mean").as_f64().unwrap();
            assert!((mean - 5.0).abs() < 1.0, "{mean}");
        },
    },
    Fault {
        tried: "a formula of more than 20,000 words and signs",
        happens: "`too-large` at the first word beyond",
        holds: || {
            let text = format!(
                "[conditions.c]\n[definitions]\nd = \"{}\"\n",
                vec!["c"; 10_001].join(" or ")
            );
            Place::with(&text).is_refused("a formula of more than 20000 words and signs");
        },
    },
    Fault {
        tried: "400 definitions that need one another, each 62 deep",
        happens: "figures, in tables, sweeps and charts: the stack suffices",
        holds: || {
            let place = Place::with(&chain(400, 31));
            for args in [
                ["table", "requirements", "case.toml", "-q"].as_slice(),
                &["sweep", "case.toml", "--vary", "c=0,0.5,1", "-q"],
                &["chart", "gates", "case.toml", "-o", "gates.svg", "-q"],
            ] {
                place.run(args).is(0, "");
            }
        },
    },
    Fault {
        tried: "600 definitions that need one another",
        happens: "`too-large` at the first",
        holds: || Place::with(&chain(600, 0)).is_refused("more than 500 formulas depend"),
    },
    Fault {
        tried: "10,001 conditions; 10,001 pledges",
        happens: "`too-large` at the first beyond",
        holds: || {
            let conditions = lines(10_001, |at| format!("c{at} = {{ probability = 0.5 }}\n"));
            Place::with(&format!("[conditions]\n{conditions}"))
                .is_refused("case.toml:10011:1: error[too-large]");
            let pledges = lines(10_001, |at| {
                format!("p{at} = {{ nations = \"FRA\", stage = \"declared\" }}\n")
            });
            Place::with(&format!("[pledges]\n{pledges}")).is_refused("more than 10000 `pledges`");
        },
    },
    Fault {
        tried: "2,000 pledges and 1,001 conditions",
        happens: "`too-large`: tables of pledges and conditions would have more than 2,000,000 rows",
        holds: || {
            let conditions = lines(1001, |at| format!("c{at} = {{ probability = 0.5 }}\n"));
            let pledges = lines(2000, |at| {
                format!("p{at} = {{ nations = \"FRA\", stage = \"declared\" }}\n")
            });
            let text = format!("[conditions]\n{conditions}[pledges]\n{pledges}");
            Place::with(&text).is_refused("more than 2000000 pairs");
        },
    },
    Fault {
        tried: "a condition with 1,001 outcomes; an assumption with 1,001 options",
        happens: "`too-large` at the first beyond",
        holds: || {
            let outcomes: Vec<String> = (0..1001).map(|at| format!("o{at} = 0.0001")).collect();
            let text = format!("[conditions.c]\noutcomes = {{ {} }}\n", outcomes.join(", "));
            Place::with(&text).is_refused("more than 1000 `outcomes`");
            let options: Vec<String> = (0..1001).map(|at| format!("o{at} = {at}")).collect();
            let text = format!(
                "[assumptions.a]\noptions = {{ {} }}\nchosen = \"o1\"\n",
                options.join(", ")
            );
            Place::with(&text).is_refused("more than 1000 `options`");
        },
    },
    Fault {
        tried: "an entry with 501 updates",
        happens: "`too-large` at the first beyond",
        holds: || {
            Place::with(&(pledge("p", "true", "1") + &updates("p", 501)))
                .is_refused("more than 500 `updates`");
        },
    },
    Fault {
        tried: "changes on more than 1,000 dates",
        happens: "`too-large`",
        holds: || {
            let dated = lines(1001, |at| {
                let (year, month, day) = (1990 + at / 336, at / 28 % 12 + 1, at % 28 + 1);
                let on = format!("on = {year}-{month:02}-{day:02}");
                format!("p{at} = {{ nations = \"FRA\", stage = \"declared\", {on} }}\n")
            });
            Place::with(&format!("[pledges]\n{dated}"))
                .is_refused("something changes on more than 1000 dates");
        },
    },
    Fault {
        tried: "a size's range wider than 200,000; a size above 1,000,000,000",
        happens: "`too-large`; `size-range`",
        holds: || {
            let refused = |size: &str, says: &str| {
                Place::with(&pledge("p", "true", size)).is_refused(says);
            };
            refused("[0, 200_001]", "error[too-large]: the size's range is wider");
            refused("1_000_000_001", "error[size-range]: a size cannot be larger");
        },
    },
    Fault {
        tried: "`--set` or `--given` of more than 64 KiB",
        happens: "`too-large`",
        holds: || {
            let place = Place::with("[conditions.c]\nprobability = 0.5\n");
            let long = "x".repeat(70_000);
            for args in [["--set", &format!("scenario.title={long}")], ["--given", &long]] {
                let ended = place.run(&["table", "totals", "case.toml", args[0], args[1]]);
                ended.is(1, "error[too-large]: more than 65536 bytes on the command line");
            }
        },
    },
    Fault {
        tried: "100,000 headers that are written twice; 100,000 broken lines; 5,000 unknown names in one line",
        happens: "the first 1,000 errors and that there are more, at once",
        holds: || {
            let names: Vec<String> = (0..5000).map(|at| format!("n{at}")).collect();
            for text in [
                "[conditions.c]\n".repeat(100_000),
                "a = \"\n".repeat(100_000),
                (0..100_000).fold(String::new(), |text, at| text + &format!("a{at} = 1_\n")),
                format!("[definitions]\nd = \"{}\"\n", names.join(" or ")),
            ] {
                let ended =
                    Place::with(&text).run(&["check", "case.toml", "-q", "--format", "short"]);
                ended.is(1, "there are more than 1000 errors; correct those that are shown");
                assert_eq!(ended.errors.lines().count(), 1001);
            }
        },
    },
    Fault {
        tried: "10,000 conditions without evidence, and an error behind them",
        happens: "1,000 warnings, that there are more, and the error",
        holds: || {
            let conditions = lines(9_999, |at| format!("c{at} = {{ probability = 0.5 }}\n"));
            let text = format!("[conditions]\n{conditions}z = {{ probability = 2 }}\n");
            let ended = Place::with(&text).run(&["check", "case.toml", "--format", "short"]);
            ended.is(1, "error[probability-range]");
            assert!(ended.errors.ends_with("case.toml: 1 error, 1001 warnings\n"));
        },
    },
    Fault {
        tried: "a line of a megabyte with a mistake in it",
        happens: "the place without the excerpt",
        holds: || {
            let text =
                format!("[conditions.c]\ntext = \"{}\"\nprobability = 2\n", "x".repeat(1_000_000));
            let wide = text.replace("\"\nprobability", "\"\n probability");
            Place::with(&wide).run(&["check", "case.toml", "-q"]).is(1, "2");
            let inline = format!(
                "[conditions]\nc = {{ text = \"{}\", probability = 2 }}\n",
                "x".repeat(1_000_000)
            );
            let ended = Place::with(&inline).run(&["check", "case.toml", "-q"]);
            ended.is(1, "--> case.toml:11:1000032");
            assert!(ended.errors.len() < 1000, "{}", ended.errors.len());
        },
    },
    Fault {
        tried: "`table worlds --top all` of 2^60 worlds; a sweep of more than 1,000,000,000 points",
        happens: "status 2, with what to ask instead",
        holds: || {
            let sixty = lines(60, |at| {
                format!("[conditions.c{at}]\nprobability = 0.5\n")
                    + &pledge(&format!("p{at}"), &format!("c{at}"), "1")
            });
            let place = Place::with(&sixty);
            let all = ["table", "worlds", "case.toml", "--top", "all", "--format", "csv"];
            place.run(&all).is(2, "list the most probable with --top 1000");
            let axes = ["--vary", "c1=0..1/0.00001", "--vary", "c2=0..1/0.00001"];
            place
                .run(&[["sweep", "case.toml", "-q"].as_slice(), &axes].concat())
                .is(2, "take larger steps");
        },
    },
    Fault {
        tried: "`--step 1` where distributions have more than 2,000,000 values",
        happens: "status 2, with what to ask instead",
        holds: || {
            let text = lines(9, |at| pledge(&format!("p{at}"), "true", "[0, 100_000]"));
            let place = Place::with(&text);
            let args = ["table", "distribution", "case.toml", "-q", "--step", "1"];
            place.run(&args).is(2, "too many to list");
        },
    },
    Fault {
        tried: "a distribution of more than 50,000 steps (17 sizes that double, each with a condition)",
        happens: "steps ten times as wide until they fit; `troops_to` says how wide, and nothing is left out",
        holds: || {
            let text = lines(17, |at| {
                let size = format!("{}", 1000 << at);
                format!("[conditions.c{at}]\nprobability = 0.5\n")
                    + &pledge(&format!("p{at}"), &format!("c{at}"), &size)
            });
            let place = Place::with(&text);
            let ended = place.run(&["table", "distribution", "case.toml", "-q", "--format", "csv"]);
            ended.is(0, "");
            let mut reader = csv::Reader::from_reader(ended.output.as_bytes());
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            let own = rows.iter().filter(|row| &row[4] == "in_theatre");
            let masses: Vec<f64> = own.map(|row| row[8].parse().unwrap()).collect();
            assert!((1_000..=50_000).contains(&masses.len()), "{}", masses.len());
            assert!((masses.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        },
    },
    Fault {
        tried: "`--samples`, `--budget`, `--threads` or `--step` of 0, below 0, or beyond reason",
        happens: "status 2, with the numbers that are taken",
        holds: || {
            let place = Place::with("");
            for option in ["--samples", "--budget", "--threads", "--step"] {
                for value in ["0", "-1", "1e9", "99999999999999999999"] {
                    let ended = place.run(&["table", "totals", "case.toml", option, value]);
                    ended.is(2, "write a whole number above 0");
                }
            }
        },
    },
];

fn with_include(head: &str, file: &str) -> String {
    head.replacen("[basings]", &format!("include = [\"{file}\"]\n[basings]"), 1)
}
