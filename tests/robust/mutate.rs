//! Valid scenarios, and how they are spoilt.

use proptest::prelude::{Strategy, any};

/// A shipped scenario: its folder, and its files, the scenario first.
pub(crate) struct Base {
    folder: &'static str,
    files: &'static [&'static str],
}

/// What is spoilt.
pub(crate) const BASES: &[Base] = &[
    Base { folder: "scenarios/minimal", files: &["scenario.toml"] },
    Base {
        folder: "scenarios/paris-2026",
        files: &[
            "scenario.toml",
            "sources.toml",
            "nations.toml",
            "conditions.toml",
            "pledges.toml",
        ],
    },
    Base { folder: "tests/robust", files: &["everything.toml"] },
];

impl Base {
    /// The files by name.
    pub(crate) fn read(&self) -> Vec<(String, Vec<u8>)> {
        let read = |name: &&str| {
            let bytes = std::fs::read(format!("{}/{name}", self.folder)).unwrap();
            let name = if *name == self.files[0] { "scenario.toml" } else { name };
            (name.to_owned(), bytes)
        };
        self.files.iter().map(read).collect()
    }
}

/// Values that a program might not expect.
pub(crate) const NASTY: &[&str] = &[
    "0",
    "1",
    "-1",
    "-0",
    "-0.0",
    "1.0",
    "0.5",
    "1e-18",
    "1e-400",
    "1e400",
    "nan",
    "inf",
    "-inf",
    "0.1",
    "0.333333333333333333",
    "0.000000000000000001",
    "0.999999999999999999",
    "2",
    "1.5",
    "1_000_000_000",
    "1_000_000_001",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "999999999999999999",
    "18446744073709551616",
    "0x7fffffffffffffff",
    "0xffffffffffffffffffffffff",
    "0b1",
    "0o777",
    "+5",
    "1__0",
    "01",
    ".5",
    "5.",
    "1e",
    "1e5",
    "true",
    "false",
    "\"\"",
    "\" \"",
    "\"true\"",
    "\"false\"",
    "\"unknown\"",
    "\"none\"",
    "\"\\u0000\"",
    "\"\\u001b[31m\"",
    "\"\\u202e\"",
    "\"\\ufeff\"",
    "\"\u{202e}\"",
    "\"\u{feff}\"",
    "\"=1+1\"",
    "\"<script>\"",
    "\"../../../../etc/passwd\"",
    "\"/dev/zero\"",
    "\"scenario.toml\"",
    "\"not not not\"",
    "\"truce and\"",
    "\"(\"",
    "\"at_least(1, truce, truce)\"",
    "\"x.y.z\"",
    "\"a\\\nb\"",
    "\"\"\"\"\"\"",
    "''''''",
    "'''a\nb'''",
    "'\"'",
    "\"\\q\"",
    "\"",
    "'",
    "\"\"\"",
    "[]",
    "[[]]",
    "[[[[[[]]]]]]",
    "{}",
    "{ a = {} }",
    "[1, 2]",
    "[2, 1]",
    "[0, 0]",
    "[1, 2, 3]",
    "[0, 200_000]",
    "[0, 200_001]",
    "[0, 1]",
    "[1e9, 1e9]",
    "[\"a\", 1]",
    "[0.2, 0.45]",
    "[0, 1.0]",
    "{ low = 0, mode = 0, high = 200_000 }",
    "{ low = 1, mode = 1, high = 1 }",
    "{ share = 1, of = \"force_size\" }",
    "{ share = 0.5, of = \"nothing\" }",
    "{ rest = true, of = \"force_size\" }",
    "{ FRA = 0.5, GBR = 0.5 }",
    "{ FRA = 1 }",
    "[{ probability = 0.5 }]",
    "[{ when = \"truce\", probability = 0.5 }]",
    "[{ when = \"truce\", probability = 0.5 }, { probability = 0 }]",
    "{ a = 0.5, b = 0.5 }",
    "{ a = 1e-18, b = 0.999999999999999999 }",
    "{ a = [0, 1], b = [0, 1] }",
    "2026-01-08",
    "0000-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-13-01",
    "10000-01-01",
    "2026-01-08T00:00:00Z",
    "12:00:00",
    "-9999-01-01",
    "\"likely\"",
    "\"unlikely\"",
    "\"remote\"",
    "\"deployed\"",
    "\"refused\"",
    "\"FRA\"",
    "[\"FRA\", \"GBR\"]",
    "\"COALITION\"",
    "\"troops\"",
    "\"force\"",
    "\"guarantee\"",
    "\"share\"",
    "",
    "=",
    "#",
    "\\",
    "\u{0}",
    "\u{1b}[2J",
    "\u{85}",
    "\u{2028}",
    "\u{fffe}",
    "\u{10ffff}",
    "e\u{301}",
    "\u{feff}",
];

/// One way to spoil a text: what is done, to which file, where, and with what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoiling {
    kind: u8,
    pub(crate) file: u16,
    at: u16,
    with: u16,
}

/// All of them.
pub(crate) fn spoilings() -> impl Strategy<Value = Spoiling> {
    let parts = (0_u8..10, any::<u16>(), any::<u16>(), any::<u16>());
    parts.prop_map(|(kind, file, at, with)| Spoiling { kind, file, at, with })
}

/// A text with those spoilings that are meant for its file.
pub(crate) fn spoil(text: &[u8], spoilings: &[Spoiling], file: usize, files: usize) -> Vec<u8> {
    let own = spoilings.iter().filter(|spoiling| spoiling.file as usize % files == file);
    own.fold(text.to_vec(), |text, spoiling| spoiling.applied(&text))
}

impl Spoiling {
    fn applied(self, text: &[u8]) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> =
            text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        if lines.is_empty() {
            return Vec::new();
        }
        let (at, other) = (self.at as usize % lines.len(), self.with as usize % lines.len());
        let nasty = NASTY[self.with as usize % NASTY.len()].as_bytes();
        match self.kind {
            0 => {
                lines.remove(at);
            }
            1 => lines.insert(other, lines[at].clone()),
            2 => lines.swap(at, other),
            3 | 4 => lines[at] = with_value(&lines[at], nasty),
            5 | 6 => lines[at] = with_word(&lines[at], self.with, nasty),
            7 => lines[at] = with_value(&lines[at], value(&lines[other])),
            8 => {
                let cut = self.with as usize % lines[at].len();
                lines[at].remove(cut);
            }
            _ => {
                let cut = self.with as usize % lines[at].len();
                lines[at].splice(cut..cut, nasty.iter().copied());
            }
        }
        lines.concat()
    }
}

/// What stands behind the `=` of a line.
fn value(line: &[u8]) -> &[u8] {
    let sign = line.iter().position(|byte| *byte == b'=').map_or(0, |sign| sign + 1);
    line[sign..].trim_ascii()
}

fn with_value(line: &[u8], value: &[u8]) -> Vec<u8> {
    let sign = line.iter().position(|byte| *byte == b'=').map_or(0, |sign| sign + 1);
    [&line[..sign], b" ", value, b"\n"].concat()
}

/// A line with one of its words, numbers or strings in quotes replaced.
fn with_word(line: &[u8], which: u16, value: &[u8]) -> Vec<u8> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-\"".contains(byte);
    let starts: Vec<usize> = (0..line.len())
        .filter(|at| plain(&line[*at]) && (*at == 0 || !plain(&line[*at - 1])))
        .collect();
    if starts.is_empty() {
        return line.to_vec();
    }
    let start = starts[which as usize / 7 % starts.len()];
    let length = line[start..].iter().take_while(|byte| plain(byte)).count();
    [&line[..start], value, &line[start + length..]].concat()
}
