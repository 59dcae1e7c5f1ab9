//! What is fuzzed: bytes become files, formulas, settings and figures, and `survive` judges what comes of them.
//!
//! `fuzz/` hands each function what its fuzzer makes up; `robust` hands them what `fuzz/corpus` keeps of that. Commands
//! are run by `run` of whoever uses this.

use super::run;
use super::survive::{self, Asked};
use std::fs;
use std::path::Path;

/// What does not hold, in words.
type Judged = Result<(), String>;

type Target = fn(&[u8]) -> Judged;

/// What takes the bytes of each target.
pub(crate) const TARGETS: [(&str, Target); 5] = [
    ("check", check),
    ("figure", figure),
    ("formula", formula),
    ("pipeline", pipeline),
    ("settings", settings),
];

/// A formula or setting is checked on a scenario that says everything that a scenario may say.
const EVERYTHING: &[(&str, &[u8])] = &[("scenario.toml", include_bytes!("everything.toml"))];

/// What comes of it is found on a small one, many times a second.
const MINIMAL: &[(&str, &[u8])] =
    &[("scenario.toml", include_bytes!("../../scenarios/minimal/scenario.toml"))];

/// Reads bytes as a scenario, and as its included file where a line `#file NAME` begins one, and checks it.
pub(crate) fn check(bytes: &[u8]) -> Judged {
    let files = files(bytes);
    survive::check(&borrowed(&files), &Asked::default())
}

/// The same, and every table and the summary; where the last byte is `c`, also every chart.
pub(crate) fn pipeline(bytes: &[u8]) -> Judged {
    let files = files(bytes);
    let asked = Asked { charts: bytes.ends_with(b"c"), ..Asked::default() };
    survive::survive(&borrowed(&files), &asked)
}

/// Takes a text as what is given, and as a definition.
pub(crate) fn formula(bytes: &[u8]) -> Judged {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(()) };
    let settings = vec![format!("definitions.fuzzed = {}", toml_string(text))];
    let asked = [
        Asked { given: Some(text.to_owned()), ..Asked::default() },
        Asked { settings, ..Asked::default() },
    ];
    for asked in asked {
        survive::check(EVERYTHING, &asked)?;
        survive::survive(MINIMAL, &asked)?;
    }
    Ok(())
}

/// Takes each line as a setting; after a `?` as what is given, after a `*` as what a sweep varies.
pub(crate) fn settings(bytes: &[u8]) -> Judged {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(()) };
    let mut asked = Asked::default();
    let mut varied = Vec::new();
    for line in text.lines() {
        match line.strip_prefix('?') {
            Some(given) => asked.given = Some(given.to_owned()),
            None => match line.strip_prefix('*') {
                Some(vary) => varied.push(vary.to_owned()),
                None => asked.settings.push(line.to_owned()),
            },
        }
    }
    survive::check(EVERYTHING, &asked)?;
    survive::survive(MINIMAL, &asked)?;
    if !varied.is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let mut words =
            vec!["sweep".to_owned(), scenario(folder.path()), "--format=csv".to_owned()];
        words.extend(varied.into_iter().map(|vary| format!("--vary={vary}")));
        words.extend(asked.settings.into_iter().map(|setting| format!("--set={setting}")));
        words.extend(asked.given.map(|given| format!("--given={given}")));
        run(&words)?;
    }
    Ok(())
}

/// Takes bytes as a figure or a brief, and holds it against a scenario: the first byte says of which kind.
pub(crate) fn figure(bytes: &[u8]) -> Judged {
    let Some((kind, bytes)) = bytes.split_first() else { return Ok(()) };
    let name = match kind {
        b'<' => "figure.svg",
        b'{' => "datapackage.json",
        b'h' => "brief.html",
        b'm' => "brief.md",
        _ => "figure.png",
    };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let figure = folder.path().join(name).display().to_string();
    run(&["verify".to_owned(), figure, scenario(folder.path())])
}

/// The small scenario as a file.
fn scenario(folder: &Path) -> String {
    let path = folder.join("scenario.toml");
    fs::write(&path, MINIMAL[0].1).unwrap();
    path.display().to_string()
}

/// The files that bytes are made of, the scenario first.
fn files(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![("scenario.toml".to_owned(), Vec::new())];
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let name = line.strip_prefix(b"#file ").map(|name| String::from_utf8_lossy(name));
        match name.as_deref().map(str::trim_end) {
            Some(name) if files.len() < 8 && is_plain(name) => {
                files.push((name.to_owned(), Vec::new()));
            }
            _ => files.last_mut().unwrap().1.extend_from_slice(line),
        }
    }
    files
}

/// Whether a name stays inside its folder.
fn is_plain(name: &str) -> bool {
    let stem = name.strip_suffix(".toml").unwrap_or_default();
    (1..20).contains(&stem.len()) && stem.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
}

/// A text as TOML writes it.
fn toml_string(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|letter| match letter {
            '"' | '\\' => format!("\\{letter}"),
            letter if letter.is_control() => format!("\\u{:04X}", u32::from(letter)),
            letter => letter.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
