//! Numbers at the ends of what numbers can be.

use super::{Fault, Place, pledge};
use std::fmt::Write as _;

/// A condition with a probability, and a pledge of 100 that waits for it.
fn chance(probability: &str) -> Place {
    let text = format!("[conditions.c]\nprobability = {probability}\n{}", pledge("p", "c", "100"));
    Place::with(&text)
}

/// Conditions of the same probability.
fn conditions(count: usize, probability: &str) -> String {
    let mut text = "[conditions]\n".to_owned();
    for at in 0..count {
        writeln!(text, "c{at} = {{ probability = {probability} }}").unwrap();
    }
    text
}

/// All of so many conditions.
fn all(count: usize) -> String {
    (0..count).map(|at| format!("c{at}")).collect::<Vec<_>>().join(" and ")
}

/// A figure of the total in theatre.
fn total(place: &Place, more: &[&str], column: &str) -> serde_json::Value {
    let args = ["table", "totals", "case.toml", "-q", "--format", "json"];
    let ended = place.run(&[args.as_slice(), more].concat());
    ended.is(0, "");
    ended.figure("in_theatre", column)
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        tried: "`nan`, `inf`, `1e400`, numbers of 19 digits",
        happens: "`out-of-range`",
        holds: || {
            for number in [
                "nan",
                "inf",
                "-inf",
                "1e400",
                "1e-400",
                "0.1234567890123456789",
                "9223372036854775808",
            ] {
                chance(number).is_refused("error[out-of-range]");
            }
        },
    },
    Fault {
        tried: "probabilities of -0.0, 0, 1, -1e-18, 1.000000000000000001",
        happens: "the first three are probabilities; the others `probability-range`",
        holds: || {
            for (number, probability) in [("-0.0", 0.0), ("0", 0.0), ("1", 1.0)] {
                assert_eq!(total(&chance(number), &[], "probability_any"), probability);
            }
            for number in ["-1e-18", "1.00000000000000001"] {
                chance(number).is_refused("error[probability-range]");
            }
        },
    },
    Fault {
        tried: "a probability of 1e-18, the smallest that a file can say",
        happens: "exact in every table",
        holds: || {
            let place = chance("1e-18");
            assert_eq!(total(&place, &[], "probability_any"), 1e-18);
            assert_eq!(total(&place, &["--given", "c"], "probability_any"), 1.0);
        },
    },
    Fault {
        tried: "20 conditions of 1e-18 at once: a probability of 1e-360, below every number of the machine",
        happens: "the smallest number above 0, never 0: such a world stays possible",
        holds: || {
            let floor = "[requirements.r]\nfloor = 101\n";
            for more in ["", "[conditions.d]\nprobability = 0.5\n"] {
                let also = if more.is_empty() { "false" } else { "d" };
                let text = conditions(20, "1e-18")
                    + more
                    + &pledge("p", &all(20), "100")
                    + &pledge("q", &format!("({}) or {also}", all(19)), "1");
                let place = Place::with(&(text + floor));
                assert_eq!(total(&place, &[], "max"), 101);
                assert!(total(&place, &[], "probability_any").as_f64().unwrap() > 0.0);
                let ended =
                    place.run(&["table", "requirements", "case.toml", "-q", "--format", "json"]);
                assert_eq!(ended.figure("r", "probability"), f64::from_bits(1));
            }
        },
    },
    Fault {
        tried: "a requirement that is asked for only where 20 conditions of 1e-18 hold",
        happens: "no figure given that, and the reason: it is too improbable to divide by",
        holds: || {
            let text = conditions(20, "1e-18")
                + "d = { probability = 0.3 }\n"
                + &pledge("p", "d", "100")
                + &format!("[requirements.r]\nfloor = 100\nasked_when = \"{}\"\n", all(20));
            let place = Place::with(&text);
            let ended =
                place.run(&["table", "requirements", "case.toml", "-q", "--format", "json"]);
            assert_eq!(ended.figure("r", "probability"), 0.3);
            assert!(ended.figure("r", "probability_when_asked").is_null());
            place.run(&["run", "case.toml", "-q", "-o", "out"]).is(0, "");
            let told = place.read("out/summary.md");
            assert!(told.contains("no figure: it is too improbable to divide by"), "{told}");
        },
    },
    Fault {
        tried: "20 conditions of 1e-18 taken as given at once",
        happens: "exact: what each part of the evidence says is given by itself",
        holds: || {
            let text = conditions(20, "1e-18")
                + "d = { probability = 0.3 }\n"
                + &pledge("p", "c0 and d", "100");
            let found = total(&Place::with(&text), &["--given", &all(20)], "probability_any");
            assert!((found.as_f64().unwrap() - 0.3).abs() < 1e-15, "{found}");
        },
    },
    Fault {
        tried: "17 conditions of 1e-18 taken as given: a product between the smallest number and the smallest precise one",
        happens: "the other figures keep their digits",
        holds: || {
            let text = conditions(17, "1e-18")
                + "d = { probability = 0.3 }\n"
                + &pledge("p", "d and c1", "100");
            let place = Place::with(&text);
            let found = total(&place, &["--given", &all(17)], "probability_any").as_f64().unwrap();
            assert!((found - 0.3).abs() < 1e-15, "{found}");
        },
    },
    Fault {
        tried: "`--given \"at_least(10, ...)\"` of 40 conditions of 1e-18; `at_least(20, ...)`: 1e-170 and 1e-350",
        happens: "exact; `impossible-evidence`: its probability is below 1e-200, and what to do",
        holds: || {
            let place = Place::with(&(conditions(40, "1e-18") + &pledge("p", "c0", "100")));
            let names = all(40).replace(" and ", ", ");
            let given = |least: u32| format!("at_least({least}, {names})");
            let found =
                total(&place, &["--given", &given(10)], "probability_any").as_f64().unwrap();
            assert!((found - 0.25).abs() < 1e-14, "{found}");
            let ended = place.run(&["table", "totals", "case.toml", "--given", &given(20)]);
            ended.is(1, "error[impossible-evidence]: what is taken as given is too improbable");
            assert!(ended.errors.contains("take less as given"), "{}", ended.errors);
        },
    },
    Fault {
        tried: "a probability of 0.999999999999999999, which is 1 to the machine; 400 of them",
        happens: "that it fails has exactly 1e-18, and that any of them does 4e-16; also in `sweep`",
        holds: || {
            let near = "0.999999999999999999";
            let place = Place::with(&(conditions(1, near) + &pledge("p", "not c0", "100")));
            assert_eq!(total(&place, &[], "probability_any"), 1e-18);
            let text = conditions(400, near) + &pledge("p", &format!("not ({})", all(400)), "100");
            let found = total(&Place::with(&text), &[], "probability_any").as_f64().unwrap();
            assert!((found - 4e-16).abs() < 1e-30, "{found}");
            let vary = format!("c0={near},1");
            let swept = place.run(&[
                "sweep",
                "case.toml",
                "-q",
                "--vary",
                &vary,
                "--metric",
                "in_theatre",
                "--format",
                "csv",
            ]);
            swept.is(0, "");
            assert!(
                swept.output.contains(",in_theatre,troops,0.0000000000000001"),
                "{}",
                swept.output
            );
        },
    },
    Fault {
        tried: "outcomes that sum to 0.999999999999999999 (three thirds of 18 digits), to 0.9999999999 (of 10); to 0.99999",
        happens: "the first two are taken as 1, each outcome as its part of the sum, because less than 1e-9 is rounding; `probability-sum` with what is missing",
        holds: || {
            let thirds = |third: &str| {
                format!("[conditions.c]\noutcomes = {{ x = {third}, y = {third}, z = {third} }}\n")
            };
            let place =
                Place::with(&(thirds("0.333333333333333333") + &pledge("p", "not c.x", "100")));
            let found = total(&place, &[], "probability_any").as_f64().unwrap();
            assert!((found - 2.0 / 3.0).abs() < 1e-12, "{found}");
            let short = thirds("0.3333333333") + "[conditions.d]\nprobability = 0.5\n";
            for (when, exact) in [("not c.x", 2.0 / 3.0), ("c.y and d", 1.0 / 6.0)] {
                let found = total(
                    &Place::with(&(short.clone() + &pledge("p", when, "100"))),
                    &[],
                    "probability_any",
                );
                assert!((found.as_f64().unwrap() - exact).abs() < 1e-12, "{when}: {found}");
            }
            Place::with(&thirds("0.33333")).is_refused("0.00001 short of 1");
        },
    },
    Fault {
        tried: "ten outcomes of 0.1, which sum to 1 only as decimals",
        happens: "exact: all ten together have probability 1",
        holds: || {
            let names: Vec<String> = (0..10).map(|at| format!("o{at}")).collect();
            let outcomes: Vec<String> = names.iter().map(|name| format!("{name} = 0.1")).collect();
            let any: Vec<String> = names.iter().map(|name| format!("c.{name}")).collect();
            let text = format!(
                "[conditions.c]\noutcomes = {{ {} }}\n{}",
                outcomes.join(", "),
                pledge("p", &any.join(" or "), "100")
            );
            assert_eq!(total(&Place::with(&text), &[], "probability_any"), 1.0);
        },
    },
    Fault {
        tried: "splits and shares in thirds of 18 digits",
        happens: "`split-sum` for nations; shares leave a rest, in whole troops that sum to the total",
        holds: || {
            let third = "0.333333333333333333";
            let split = pledge("p", "true", "100")
                .replace("\"FRA\"", &format!("{{ FRA = {third}, GBR = {third} }}"));
            Place::with(&split).is_refused("error[split-sum]");
            let mut text =
                "[conditions.c]\n[assumptions.n]\noptions = { all = 1000 }\nchosen = \"all\"\n"
                    .to_owned();
            for id in ["p", "q"] {
                text += &pledge(id, "true", &format!("{{ share = {third}, of = \"n\" }}"));
            }
            text += &pledge("r", "true", "{ rest = true, of = \"n\" }");
            assert_eq!(total(&Place::with(&text), &[], "max"), 1000);
        },
    },
    Fault {
        tried: "1,000 pledges of 1,000,000,000 troops each",
        happens: "1,000,000,000,000 exactly",
        holds: || {
            let text: String =
                (0..1000).map(|at| pledge(&format!("p{at}"), "true", "1_000_000_000")).collect();
            let place = Place::with(&text);
            for column in ["min", "max", "mean"] {
                assert_eq!(total(&place, &[], column).as_f64(), Some(1e12), "{column}");
            }
        },
    },
    Fault {
        tried: "sizes of 999,999,999 beside sizes of 1, each with a condition of its own",
        happens: "no troop is lost beside a billion",
        holds: || {
            let mut text = conditions(4, "0.5");
            for (at, size) in ["999_999_999", "1", "1_000_000_000", "1"].iter().enumerate() {
                text += &pledge(&format!("p{at}"), &format!("c{at}"), size);
            }
            let place = Place::with(&text);
            assert_eq!(total(&place, &[], "max"), 2_000_000_001);
            assert_eq!(total(&place, &[], "mean"), 1_000_000_000.5);
        },
    },
    Fault {
        tried: "the widest ranges together: two sizes of [0, 200,000]",
        happens: "mean 200,000",
        holds: || {
            let text: String =
                (0..2).map(|at| pledge(&format!("p{at}"), "true", "[0, 200_000]")).collect();
            let found = total(&Place::with(&text), &[], "mean").as_f64().unwrap();
            assert!((found - 200_000.0).abs() < 1e-3, "{found}");
        },
    },
    Fault {
        tried: "a requirement of 0 troops; of 1,000,000,000; of 1,000,000,001",
        happens: "always met; never met; `size-range`",
        holds: || {
            for (floor, probability) in [("0", 1.0), ("1_000_000_000", 0.0)] {
                let text =
                    format!("{}[requirements.r]\nfloor = {floor}\n", pledge("p", "true", "100"));
                let ended = Place::with(&text).run(&[
                    "table",
                    "requirements",
                    "case.toml",
                    "-q",
                    "--format",
                    "json",
                ]);
                assert_eq!(ended.figure("r", "probability"), probability, "{floor}");
            }
            Place::with("[requirements.r]\nfloor = 1_000_000_001\n")
                .is_refused("error[size-range]");
        },
    },
    Fault {
        tried: "evidence of probability 0 (`--given` a condition that cannot hold)",
        happens: "`impossible-evidence` at `--given`",
        holds: || {
            let ended = chance("0").run(&["table", "totals", "case.toml", "--given", "c"]);
            ended.is(1, "error[impossible-evidence]");
            assert!(ended.errors.contains("--> --given:1:1"), "{}", ended.errors);
        },
    },
    Fault {
        tried: "sampling given a condition of 1e-18; given one of two such, which no world drawn agrees with",
        happens: "as good as any figure; empty cells, and a warning that says why",
        holds: || {
            let text =
                conditions(2, "1e-18") + "d = { probability = 0.5 }\n" + &pledge("p", "d", "100");
            let place = Place::with(&text);
            let given = |formula| {
                let args = ["table", "totals", "case.toml", "--format", "json", "--given", formula];
                place.run(
                    &[args.as_slice(), &["--method", "sampled", "--samples", "10000"]].concat(),
                )
            };
            let sampled = given("c0 and not c1");
            let found = sampled.figure("in_theatre", "probability_any").as_f64().unwrap();
            assert!((found - 0.5).abs() < 0.03, "{found}");
            assert!(!sampled.errors.contains("warning: figures"), "{}", sampled.errors);
            let none = given("c0 or c1");
            none.is(0, "warning: figures are missing because no world that was drawn agrees");
            assert!(none.figure("in_theatre", "probability_any").is_null());
        },
    },
    Fault {
        tried: "contradictory evidence among much that agrees",
        happens: "`impossible-evidence` names a smallest part that contradicts itself, and nothing else",
        holds: || {
            let mut text =
                "[conditions.c1]\n[conditions.c2]\n[conditions.c4]\n[conditions.truce]\n\
                            [conditions.c3]\nrequires = \"truce\"\n"
                    .to_owned();
            for (id, holds) in [
                ("truce", "false"),
                ("c1", "true"),
                ("c2", "false"),
                ("c3", "true"),
                ("c4", "true"),
            ] {
                write!(text, "[[conditions.{id}.updates]]\non = 2026-01-05\nholds = {holds}\n")
                    .unwrap();
            }
            let ended = Place::with(&text).run(&["check", "case.toml", "-q", "--format", "json"]);
            let list: Vec<serde_json::Value> = serde_json::from_str(&ended.output).unwrap();
            let errors: Vec<_> =
                list.iter().filter(|problem| problem["severity"] == "error").collect();
            let [problem] = errors.as_slice() else { panic!("{}", ended.output) };
            assert_eq!(problem["code"], "impossible-evidence");
            let lines = [&problem["line"], &problem["related"][0]["line"]]
                .map(|line| line.as_u64().unwrap());
            let source = text.lines().collect::<Vec<_>>();
            let entry = |line: u64| source[usize::try_from(line).unwrap() - 12];
            assert_eq!(problem["related"].as_array().unwrap().len(), 1);
            assert_eq!(
                lines.map(entry),
                ["[[conditions.c3.updates]]", "[[conditions.truce.updates]]"]
            );
        },
    },
    Fault {
        tried: "no probability at all",
        happens: "empty cells, never 0; the range over all that it may be",
        holds: || {
            let place = Place::with(&format!("[conditions.c]\n{}", pledge("p", "c", "100")));
            assert!(total(&place, &[], "mean").is_null());
            assert_eq!(
                (total(&place, &[], "mean_low"), total(&place, &[], "mean_high")),
                (0.0.into(), 100.0.into())
            );
        },
    },
];
