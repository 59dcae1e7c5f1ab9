//! What the program is built from: every crate's licence lets anybody use and pass on the whole. A test in place of a
//! tool that would have to be built first; it reads what cargo knows, without a network.

use std::process::Command;

/// Licences that ask for no more than to be named.
const PERMISSIVE: [&str; 11] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn told(program: &str, args: &[&str]) -> String {
    let ended = Command::new(program).args(args).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).unwrap()
}

#[test]
fn every_dependency_has_a_permissive_licence() {
    let cargo = env!("CARGO");
    let version = told(cargo, &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let args =
        ["metadata", "--offline", "--locked", "--format-version=1", "--filter-platform", host];
    let metadata: serde_json::Value = serde_json::from_str(&told(cargo, &args)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50);
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        let words = licence.replace(['(', ')'], "").replace('/', " OR ").replace(" AND ", " OR ");
        for word in words.split(" OR ") {
            assert!(PERMISSIVE.contains(&word), "{}: {licence}", package["name"]);
        }
    }
}
