//! What the program has to say about a scenario: plain data that knows no terminal.
//!
//! In: places and words from `load`, `parse`, `check` and `compile`. Out: a sorted list that
//! `diagnostic::render` turns into text and JSON, and `diagnostic::catalogue` explains by code.

pub mod catalogue;
pub mod render;

use crate::limits::MOST_PROBLEMS;
use crate::source::{SourceId, Span};
use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// The scenario cannot be evaluated.
    Error,
    /// It can, but an analyst would want to know.
    Warning,
}

impl Severity {
    /// The word that messages use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $word:literal $severity:ident,)*) => {
        /// The stable name of a kind of problem. Kebab-case, never reused.
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        pub enum Code {
            $(#[doc = concat!("`", $word, "`")] $variant,)*
        }

        impl Code {
            /// Every code, in alphabetical order.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The name that users see and `explain` takes.
            pub fn word(self) -> &'static str {
                match self { $(Code::$variant => $word,)* }
            }

            /// How bad it is unless `--strict` raises it.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    ArchiveFileMissing "archive-file-missing" Error,
    BadCount "bad-count" Error,
    BadId "bad-id" Error,
    BadPath "bad-path" Error,
    BesideTotal "beside-total" Warning,
    CircularRequirement "circular-requirement" Warning,
    ConflictingKeys "conflicting-keys" Error,
    ControlCharacter "control-character" Error,
    Cycle "cycle" Error,
    DatesOutOfOrder "dates-out-of-order" Error,
    DuplicateId "duplicate-id" Error,
    DuplicateKey "duplicate-key" Error,
    EmptyFile "empty-file" Error,
    FormulaSyntax "formula-syntax" Error,
    GivenOrder "given-order" Error,
    ImpossibleEvidence "impossible-evidence" Error,
    IncludeLoop "include-loop" Error,
    InvalidDate "invalid-date" Error,
    MandateExpired "mandate-expired" Warning,
    MissingKey "missing-key" Error,
    MissingOtherwise "missing-otherwise" Error,
    MissingPlace "missing-place" Error,
    MissingSplit "missing-split" Error,
    NoEvidence "no-evidence" Warning,
    NotATruthValue "not-a-truth-value" Error,
    NothingToRemove "nothing-to-remove" Error,
    NothingToUpdate "nothing-to-update" Error,
    OutOfRange "out-of-range" Error,
    ProbabilityRange "probability-range" Error,
    ProbabilitySum "probability-sum" Error,
    QuoteNotFound "quote-not-found" Error,
    QuoteTooLong "quote-too-long" Error,
    ReservedWord "reserved-word" Error,
    ReviewDue "review-due" Warning,
    ShareOverOne "share-over-one" Error,
    SizeRange "size-range" Error,
    SplitSum "split-sum" Error,
    TomlSyntax "toml-syntax" Error,
    TooLarge "too-large" Error,
    TwoRests "two-rests" Error,
    UnitMismatch "unit-mismatch" Error,
    UnknownAssumption "unknown-assumption" Error,
    UnknownBasing "unknown-basing" Error,
    UnknownKey "unknown-key" Error,
    UnknownName "unknown-name" Error,
    UnknownNation "unknown-nation" Error,
    UnknownOption "unknown-option" Error,
    UnknownSource "unknown-source" Error,
    UnknownWord "unknown-word" Error,
    UnreadableFile "unreadable-file" Error,
    UnusedSource "unused-source" Warning,
    WrongType "wrong-type" Error,
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// A place and what is to be said about it.
#[derive(Clone, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words shown beside it; may be empty.
    pub text: String,
}

/// One problem: code, place, words, remedy.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence, lower case, no full stop, the user's words in backticks.
    pub message: String,
    /// Where it stands and what that place is.
    pub primary: Label,
    /// Another place that matters: the first of two, the members of a cycle.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A problem at a place, as bad as its code says.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            help: None,
        }
    }

    /// Words beside the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// A second place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// The remedy.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Whether the remedy is a known name.
    fn knows_what_was_meant(&self) -> bool {
        self.help.as_deref().is_some_and(|help| help.starts_with(DID_YOU_MEAN))
    }

    /// "did you mean", when a known name is close to `word`; otherwise the list of names.
    #[must_use]
    pub fn suggest<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match suggestion(word, known) {
            Some(text) => self.help(text),
            None => self,
        }
    }
}

/// The most names that a remedy lists.
const MOST_NAMES_LISTED: usize = 20;

/// How a remedy begins that knows what was meant.
const DID_YOU_MEAN: &str = "did you mean";

/// How many letters apart two names are, capitals aside, when one may be a slip for the other.
/// Names that differ in their numbers only are siblings, not slips.
fn slip(word: &str, name: &str) -> Option<usize> {
    let letters_of = |name: &str| name.replace(|digit: char| digit.is_ascii_digit(), "");
    if word != name && letters_of(word) == letters_of(name) {
        return None;
    }
    let distance = strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase());
    let letters = word.chars().count().min(name.chars().count());
    if letters < 3 && word.chars().count() != name.chars().count() {
        return None;
    }
    let limit = if letters < 2 { 0 } else { (letters / 3).clamp(1, 4) };
    (distance <= limit).then_some(distance)
}

/// Whether `word` may be a slip for `name`.
pub fn is_slip(word: &str, name: &str) -> bool {
    slip(word, name).is_some()
}

/// "did you mean `x`?" or, when nothing is close, the names that exist.
pub fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    let close = known.iter().filter_map(|name| slip(word, name).map(|far| (far, *name))).min();
    match close {
        Some((_, name)) => Some(format!("{DID_YOU_MEAN} `{name}`?")),
        None => listed(&known).map(|names| format!("known here: {names}")),
    }
}

/// The first names of a list, and how many more there are.
pub fn listed(known: &[&str]) -> Option<String> {
    let listed: Vec<String> =
        known.iter().take(MOST_NAMES_LISTED).map(|name| format!("`{name}`")).collect();
    let more = known.len().saturating_sub(MOST_NAMES_LISTED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!listed.is_empty()).then(|| listed.join(", ") + &rest)
}

/// Something that the user wrote and the program could not read: what is missing elsewhere may
/// stand there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unread {
    /// A file that `include` names.
    Include,
    /// A file that `extends` names.
    Base,
    /// Part of a text, because of a syntax error.
    Part(SourceId),
}

/// Everything found so far.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    unread: Vec<Unread>,
}

impl Diagnostics {
    /// Adds a problem; of each severity at most so many, and then one that says that there are more.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let severity = diagnostic.severity;
        match self.count(severity) {
            count if count < MOST_PROBLEMS => self.list.push(diagnostic),
            MOST_PROBLEMS => {
                let message = format!("there are more than {MOST_PROBLEMS} {}s", severity.word());
                let help = "correct those that are shown, and check again";
                let last = Diagnostic::new(Code::TooLarge, diagnostic.primary.span, message);
                self.list.push(Diagnostic { severity, ..last.help(help) });
            }
            _ => {}
        }
    }

    /// An empty list for another look at the same texts.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self { list: Vec::new(), unread: self.unread.clone() }
    }

    /// Adds what another look found and this list does not say yet.
    pub fn add_new(&mut self, found: &Self) {
        for diagnostic in &found.list {
            let said = |known: &Diagnostic| known.message == diagnostic.message;
            if !self.about(diagnostic).any(said) {
                self.push(diagnostic.clone());
            }
        }
    }

    /// Whether something of that kind is said of that place.
    pub fn speaks_of(&self, diagnostic: &Diagnostic) -> bool {
        self.about(diagnostic).next().is_some()
    }

    /// What is said of the same kind about the same place.
    fn about(&self, other: &Diagnostic) -> impl Iterator<Item = &Diagnostic> {
        let (code, span) = (other.code, other.primary.span);
        self.list.iter().filter(move |known| (known.code, known.primary.span) == (code, span))
    }

    /// Remembers that something could not be read.
    pub fn note_unread(&mut self, unread: Unread) {
        self.unread.push(unread);
    }

    /// Drops what may only follow from something else: names and keys that may stand in what
    /// could not be read, and sources whose use may be hidden by an error. A name that looks like
    /// a slip for a known one stays.
    pub fn drop_consequences(&mut self) {
        let (unread, errors) = (std::mem::take(&mut self.unread), self.has_errors());
        let in_part = |diagnostic: &Diagnostic| {
            unread.contains(&Unread::Part(diagnostic.primary.span.source))
        };
        let base = unread.contains(&Unread::Base);
        let torn = base || unread.iter().any(|unread| matches!(unread, Unread::Part(_)));
        self.list.retain(|diagnostic| match diagnostic.code {
            Code::UnknownAssumption
            | Code::UnknownBasing
            | Code::UnknownName
            | Code::UnknownNation
            | Code::UnknownSource => unread.is_empty() || diagnostic.knows_what_was_meant(),
            Code::UnknownOption => !torn || diagnostic.knows_what_was_meant(),
            Code::ConflictingKeys | Code::NotATruthValue | Code::UnitMismatch => {
                !in_part(diagnostic)
            }
            Code::MissingKey | Code::MissingOtherwise | Code::MissingPlace | Code::NoEvidence => {
                !base && !in_part(diagnostic)
            }
            Code::NothingToRemove | Code::NothingToUpdate => !base,
            Code::UnusedSource => !errors,
            _ => true,
        });
        self.unread = unread;
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether every error is of one kind.
    pub fn only(&self, code: Code) -> bool {
        let mut errors = self.list.iter().filter(|own| own.severity == Severity::Error);
        errors.all(|own| own.code == code)
    }

    /// Raises what `--strict` raises: missing evidence, and nothing else.
    pub fn raise_strict(&mut self) {
        for diagnostic in &mut self.list {
            if diagnostic.code == Code::NoEvidence {
                diagnostic.severity = Severity::Error;
            }
        }
    }

    /// How many are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// All of them by place, then code.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut list: Vec<&Diagnostic> = self.list.iter().collect();
        list.sort_by_key(|diagnostic| (diagnostic.primary.span, diagnostic.code));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, suggestion};

    #[test]
    fn codes_are_unique_alphabetical_and_kebab_case() {
        let words: Vec<&str> = Code::ALL.iter().map(|code| code.word()).collect();
        let mut sorted = words.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(words, sorted);
        for word in words {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{word}");
        }
    }

    #[test]
    fn a_typo_is_answered_with_the_name_and_a_stranger_with_the_list() {
        let known = ["ceasefire", "bundestag"];
        assert_eq!(suggestion("ceasfire", known).unwrap(), "did you mean `ceasefire`?");
        assert_eq!(suggestion("zebra", known).unwrap(), "known here: `bundestag`, `ceasefire`");
        assert_eq!(suggestion("zebra", []), None);
        assert_eq!(suggestion("x", ["y"]).unwrap(), "known here: `y`");
        assert_eq!(suggestion("Ceasefire", known).unwrap(), "did you mean `ceasefire`?");
    }
}
