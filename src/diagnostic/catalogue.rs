//! Every diagnostic code explained: what `contingent explain CODE` prints.
//!
//! In: a `Code`. Out: an `Entry`, or its plain text, at most 80 columns wide. The bad example is
//! the file under `scenarios/invalid/` that the tests hold to exactly that code, so that it cannot
//! go stale. The entries stand in one file for each kind of rule.

mod files;
mod grounds;
mod names;
mod numbers;
mod shape;

use super::{Code, Severity};
use crate::characters::lines;
use std::fmt::Write as _;

/// A diagnostic explained.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// A few words, without an article's weight: what it is.
    pub title: &'static str,
    /// What the program found.
    pub meaning: &'static str,
    /// Why it is worth an analyst's time.
    pub matters: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// A small scenario that has the problem and no other.
    pub bad: &'static str,
    /// The part of it that is right.
    pub good: &'static str,
}

/// Explains a code.
pub fn explain(code: Code) -> Entry {
    let entry = entry(code);
    Entry { bad: without_directives(entry.bad), ..entry }
}

/// The explanation as plain text.
pub fn text(code: Code) -> String {
    let (entry, options) = (explain(code), options(entry(code).bad));
    let verdict = match code.severity() {
        Severity::Error => "Refused",
        Severity::Warning => "Warned about",
    };
    let mut text = format!("{}[{code}]: {}\n", code.severity().word(), entry.title);
    for (heading, words) in
        [("", entry.meaning), ("Why it matters", entry.matters), ("Remedy", entry.remedy)]
    {
        let heading = if heading.is_empty() { String::new() } else { format!("{heading}\n") };
        let _ = write!(text, "\n{heading}{}", wrapped(words));
    }
    let examples = [(verdict, options.as_str(), entry.bad), ("Right", "", entry.good)];
    for (heading, options, example) in examples {
        let _ = writeln!(text, "\n{heading}{options}\n");
        for line in example.trim_end().lines() {
            let _ = writeln!(text, "{}", format!("    {line}").trim_end());
        }
    }
    text
}

/// The comments at the head of an invalid file that speak to the tests.
const DIRECTIVES: [&str; 7] =
    ["# span:", "# given:", "# set:", "# archive:", "# strict:", "# as-of:", "#:schema"];

/// The options that the bad example needs, as typed.
fn options(file: &str) -> String {
    let mut text = String::new();
    for line in file.lines() {
        if let Some(given) = line.strip_prefix("# given: ") {
            let _ = write!(text, " with --given \"{given}\"");
        } else if let Some(folder) = line.strip_prefix("# archive: ") {
            let _ = write!(text, " with --archive {folder}");
        }
    }
    text
}

fn without_directives(file: &'static str) -> &'static str {
    let mut rest = file;
    while let Some((line, after)) = rest.split_once('\n')
        && (line.is_empty() || DIRECTIVES.iter().any(|directive| line.starts_with(directive)))
    {
        rest = after;
    }
    rest
}

/// The widest line, without its indentation.
const WIDTH: usize = 78;

/// Lines of at most `WIDTH` characters, indented by two.
fn wrapped(words: &str) -> String {
    format!("  {}\n", lines(words, WIDTH).join("\n  "))
}

fn entry(code: Code) -> Entry {
    match code {
        Code::ArchiveFileMissing => grounds::ARCHIVE_FILE_MISSING,
        Code::BadCount => names::BAD_COUNT,
        Code::BadId => shape::BAD_ID,
        Code::BadPath => files::BAD_PATH,
        Code::BesideTotal => grounds::BESIDE_TOTAL,
        Code::CircularRequirement => grounds::CIRCULAR_REQUIREMENT,
        Code::ConflictingKeys => shape::CONFLICTING_KEYS,
        Code::ControlCharacter => files::CONTROL_CHARACTER,
        Code::Cycle => names::CYCLE,
        Code::DatesOutOfOrder => numbers::DATES_OUT_OF_ORDER,
        Code::DuplicateId => names::DUPLICATE_ID,
        Code::DuplicateKey => files::DUPLICATE_KEY,
        Code::EmptyFile => files::EMPTY_FILE,
        Code::FormulaSyntax => shape::FORMULA_SYNTAX,
        Code::GivenOrder => numbers::GIVEN_ORDER,
        Code::ImpossibleEvidence => numbers::IMPOSSIBLE_EVIDENCE,
        Code::IncludeLoop => files::INCLUDE_LOOP,
        Code::InvalidDate => shape::INVALID_DATE,
        Code::MandateExpired => grounds::MANDATE_EXPIRED,
        Code::MissingKey => shape::MISSING_KEY,
        Code::MissingOtherwise => numbers::MISSING_OTHERWISE,
        Code::MissingPlace => shape::MISSING_PLACE,
        Code::MissingSplit => numbers::MISSING_SPLIT,
        Code::NoEvidence => grounds::NO_EVIDENCE,
        Code::NotATruthValue => names::NOT_A_TRUTH_VALUE,
        Code::NothingToRemove => names::NOTHING_TO_REMOVE,
        Code::NothingToUpdate => names::NOTHING_TO_UPDATE,
        Code::OutOfRange => numbers::OUT_OF_RANGE,
        Code::ProbabilityRange => numbers::PROBABILITY_RANGE,
        Code::ProbabilitySum => numbers::PROBABILITY_SUM,
        Code::QuoteNotFound => grounds::QUOTE_NOT_FOUND,
        Code::QuoteTooLong => grounds::QUOTE_TOO_LONG,
        Code::ReservedWord => shape::RESERVED_WORD,
        Code::ReviewDue => grounds::REVIEW_DUE,
        Code::ShareOverOne => numbers::SHARE_OVER_ONE,
        Code::SizeRange => numbers::SIZE_RANGE,
        Code::SplitSum => numbers::SPLIT_SUM,
        Code::TomlSyntax => files::TOML_SYNTAX,
        Code::TooLarge => numbers::TOO_LARGE,
        Code::TwoRests => numbers::TWO_RESTS,
        Code::UnitMismatch => numbers::UNIT_MISMATCH,
        Code::UnknownAssumption => names::UNKNOWN_ASSUMPTION,
        Code::UnknownBasing => names::UNKNOWN_BASING,
        Code::UnknownKey => shape::UNKNOWN_KEY,
        Code::UnknownName => names::UNKNOWN_NAME,
        Code::UnknownNation => names::UNKNOWN_NATION,
        Code::UnknownOption => names::UNKNOWN_OPTION,
        Code::UnknownSource => names::UNKNOWN_SOURCE,
        Code::UnknownWord => names::UNKNOWN_WORD,
        Code::UnreadableFile => files::UNREADABLE_FILE,
        Code::UnusedSource => grounds::UNUSED_SOURCE,
        Code::WrongType => shape::WRONG_TYPE,
    }
}

#[cfg(test)]
mod tests {
    use super::{explain, text};
    use crate::diagnostic::Code;

    #[test]
    fn every_code_is_explained_in_eighty_columns() {
        for code in Code::ALL {
            let text = text(*code);
            for line in text.lines() {
                assert!(line.chars().count() <= 80, "{code}: {line}");
            }
            let entry = explain(*code);
            assert!(!entry.title.ends_with('.'), "{code}: a title is no sentence");
            for sentence in [entry.meaning, entry.matters, entry.remedy] {
                assert!(sentence.ends_with('.'), "{code}: {sentence}");
                assert!(!sentence.to_lowercase().contains("you"), "{code}: {sentence}");
            }
            assert!(!text.contains("# span"), "{code}: directives are for the tests");
        }
    }
}
