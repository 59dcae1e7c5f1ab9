//! The generator of synthetic scenarios: what the benchmarks measure is what it is said to be.

#[path = "bench/synthetic/mod.rs"]
pub(crate) mod generator;

use contingent::diagnostic::Severity;
use contingent::pipeline::{Request, check};
use sha2::{Digest, Sha256};
use std::path::Path;

/// What `check` has against a scenario.
fn problems(path: &Path) -> Vec<String> {
    let request = Request { path: path.to_path_buf(), strict: true, ..Request::default() };
    let checked = check(&request).unwrap();
    let found = checked.diagnostics.sorted();
    let errors = found.iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| problem.message.clone()).collect()
}

#[test]
fn synthetic_scenarios_pass_strict_checks() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in generator::all() {
        let path = folder.path().join(&name).with_extension("toml");
        std::fs::write(&path, text).unwrap();
        assert_eq!(problems(&path), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_coalition_has_the_shape_of_its_header() {
    let text = generator::coalition(30, generator::Sizes::Fixed, generator::SEED);
    let count = |section: &str| text.matches(section).count();
    assert_eq!((count("[conditions."), count("[pledges."), count("[nations.")), (96, 60, 30));
}

#[test]
fn a_seed_gives_the_same_scenarios_everywhere() {
    let mut hash = Sha256::new();
    for (name, text) in generator::all() {
        hash.update(name);
        hash.update(text);
    }
    let start = u64::from_be_bytes(hash.finalize()[..8].try_into().unwrap());
    assert_eq!(start, 0x195C_AE20_ED21_3C67);
    let other = generator::independent(20, 20, generator::SEED + 1);
    assert_ne!(other, generator::independent(20, 20, generator::SEED));
}
