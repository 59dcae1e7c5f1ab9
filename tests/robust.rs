//! Whatever bytes it is given, the program answers: no panic, no endless work, and every problem has
//! a place inside its text and a remedy.
//!
//! `mutate` spoils valid scenarios, `survive` takes files through the whole line and judges what comes
//! out, `targets` is what is fuzzed. `PROPERTY_CASES` asks for more cases than usual.

pub(super) mod mutate;
pub(super) mod survive;
mod targets;

use mutate::{BASES, NASTY, Spoiling, spoilings};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::fmt::Debug;
use survive::{Asked, survive};

/// Runs a check over random values, always the same ones for a seed, and shows the simplest that
/// fails.
fn for_values<S: Strategy<Value: Debug>>(
    seed: u8,
    usual: u32,
    values: S,
    check: impl Fn(S::Value) -> Result<(), String>,
) {
    let cases = std::env::var("PROPERTY_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = cases.unwrap_or(usual);
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let outcome = TestRunner::new_with_rng(config, random)
        .run(&values, |value| check(value).map_err(TestCaseError::fail));
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// Words that formulas are made of, and some that they are not.
fn formula_words() -> impl Strategy<Value = String> {
    let known = prop_oneof![
        Just("truce"),
        Just("mandate"),
        Just("and"),
        Just("or"),
        Just("not"),
        Just("("),
        Just(")"),
        Just("at_least("),
        Just("at_most(1,"),
        Just("exactly(0,"),
        Just(","),
        Just("2"),
        Just("."),
        Just("true"),
        Just("false"),
        Just("&"),
        Just("||"),
        Just("!"),
        Just("force_size"),
        Just("backstop.informal"),
        Just("9999999999"),
        Just("\u{e9}"),
        Just("\u{85}"),
        Just("\n"),
    ];
    let word = prop_oneof![
        6 => known.prop_map(str::to_owned),
        1 => proptest::sample::select(NASTY).prop_map(str::to_owned),
    ];
    vec(word, 0..24).prop_map(|words| words.join(" "))
}

#[test]
fn arbitrary_bytes_are_answered() {
    for_values(61, 200, vec(any::<u8>(), 0..300), |bytes| {
        survive(&[("scenario.toml", &bytes)], &Asked::default())
    });
    // Bytes that TOML has a use for.
    let signs: &[u8] = b"[]{}\"'=.,#\\\n\r\t ab01-+_e:\xc3\xa9";
    for_values(62, 300, vec(proptest::sample::select(signs), 0..120), |bytes| {
        survive(&[("scenario.toml", &bytes)], &Asked::default())
    });
}

#[test]
fn spoilt_scenarios_are_answered() {
    let few = vec(spoilings(), 1..4);
    let count = std::cell::Cell::new(0_u32);
    for_values(63, 300, (0..BASES.len(), few), |(base, spoilings)| {
        let base = &BASES[base];
        let mut files = base.read();
        for Spoiling { file, .. } in &spoilings {
            let at = *file as usize % files.len();
            files[at].1 = mutate::spoil(&files[at].1, &spoilings, at, files.len());
        }
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_slice())).collect();
        // Charts take longer than all else.
        count.set(count.get() + 1);
        survive(&files, &Asked { charts: count.get().is_multiple_of(60), ..Asked::default() })
    });
}

#[test]
fn arbitrary_formulas_are_answered() {
    for_values(64, 300, formula_words(), |formula| {
        let given = Asked { given: Some(formula.clone()), ..Asked::default() };
        let minimal = &BASES[0].read()[0].1;
        survive(&[("scenario.toml", minimal)], &given)?;
        let set = Asked {
            settings: vec![format!("definitions.x = '''{formula}'''")],
            ..Asked::default()
        };
        survive(&[("scenario.toml", minimal)], &set)
    });
}

/// Keys that settings may name, and some that they may not.
const KEYS: &[&str] = &[
    "truce",
    "conditions.truce.probability",
    "scenario.as_of",
    "scenario.extends",
    "scenario.include",
    "conditions.truce",
    "pledges",
    "a.b.c.d",
    "force_size",
    "",
    "\"\"",
    "conditions.truce.given",
    "scenario.horizon",
    "requirements.x.floor",
    "scenario",
];

#[test]
fn arbitrary_settings_are_answered() {
    let texts = prop_oneof![
        2 => (proptest::sample::select(KEYS), proptest::sample::select(NASTY))
            .prop_map(|(key, value)| format!("{key}={value}")),
        1 => "\\PC{0,30}",
        1 => vec(any::<char>(), 0..12).prop_map(|letters| letters.into_iter().collect()),
    ];
    for_values(65, 300, vec(texts, 1..3), |settings: Vec<String>| {
        let asked = Asked { settings, ..Asked::default() };
        survive(&[("scenario.toml", &BASES[0].read()[0].1)], &asked)
    });
}

/// Runs a command; whatever it is told, it ends in one of its own ways.
fn run(words: &[String]) -> Result<(), String> {
    if words.iter().any(|word| word.contains('\0')) {
        return Ok(()); // No system hands such a word on.
    }
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_contingent"));
    let output = command.args(words).output().map_err(|error| error.to_string())?;
    survive::harmless(&String::from_utf8_lossy(&output.stderr))?;
    match output.status.code() {
        Some(0..=4) => Ok(()),
        code => Err(format!("{words:?} ends with {code:?}")),
    }
}

#[test]
fn what_fuzzing_kept_is_answered() {
    for (target, judge) in targets::TARGETS {
        let folder = format!("fuzz/corpus/{target}");
        let entries = std::fs::read_dir(&folder).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        assert!(paths.len() > 20, "{folder} has {} files", paths.len());
        for path in &paths {
            let judged = judge(&std::fs::read(path).unwrap());
            judged.unwrap_or_else(|reason| panic!("{}: {reason}", path.display()));
        }
    }
}
