//! What the program is built from: every crate builds with the oldest Rust that `Cargo.toml` promises,
//! and the oldest versions that it allows are those that are tested. Licences, duplicates, sources and advisories are
//! cargo-deny's, which `.ci/run` calls.

use std::process::Command;

/// A version of Rust as numbers: `1.88` comes after `1.9.1` and is `1.88.0`.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

/// What cargo knows of the crates of this platform, without a network.
fn packages() -> Vec<serde_json::Value> {
    let cargo = Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let cargo = String::from_utf8(cargo.stdout).unwrap();
    let host = cargo.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let args =
        ["metadata", "--offline", "--locked", "--format-version=1", "--filter-platform", host];
    let told = Command::new(env!("CARGO")).args(args).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn the_oldest_versions_allowed_are_those_tested() {
    let packages = packages();
    let own = packages.iter().find(|package| package["name"] == "contingent").unwrap();
    let everywhere = own["dependencies"].as_array().unwrap().iter();
    for dependency in everywhere.filter(|dependency| dependency["target"].is_null()) {
        let oldest = dependency["req"].as_str().unwrap().trim_start_matches('^');
        let is_oldest = |package: &serde_json::Value| {
            let locked = package["version"].as_str().unwrap();
            package["name"] == dependency["name"] && locked.split('+').next() == Some(oldest)
        };
        let name = &dependency["name"];
        assert!(
            packages.iter().any(is_oldest),
            "Cargo.toml: state the version of {name} in Cargo.lock"
        );
    }
}

#[test]
fn no_dependency_wants_a_newer_rust_than_ours() {
    let ours = version(env!("CARGO_PKG_RUST_VERSION"));
    let packages = packages();
    assert!(packages.len() > 50);
    for package in packages {
        let theirs = package["rust_version"].as_str().unwrap_or("1.0");
        assert!(version(theirs) <= ours, "{} wants Rust {theirs}", package["name"]);
    }
}
