//! Turns diagnostics into text for people, lines for editors and JSON for programs.
//!
//! In: `Diagnostics` and the `Sources` they point into. Out: a string; nothing is printed here.
//! Control characters that stand in a file never reach the terminal.

use super::{Diagnostic, Diagnostics, Label, Severity};
use crate::characters::{harmless, is_unseen};
use crate::source::{SourceId, Sources, Span};
use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_WARNING_STYLE};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use std::fmt::Write as _;

/// How diagnostics are shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// With an excerpt of the file, the place underlined, and the remedy below.
    Full,
    /// `file:line:column: error[code]: message; remedy`, one line each.
    Short,
    /// One JSON array, for programs.
    Json,
}

/// The most bytes of a text that are shown around a place; of more only the places are told.
const LONGEST_EXCERPT: usize = 32 * 1024;

/// All diagnostics by place. Ends with a line break unless there is nothing to show.
pub fn render(
    diagnostics: &Diagnostics,
    sources: &Sources,
    format: Format,
    colour: bool,
) -> String {
    let list = diagnostics.sorted();
    match format {
        Format::Full => {
            let shown: Vec<String> =
                list.iter().map(|diagnostic| full(diagnostic, sources, colour)).collect();
            shown.join("\n")
        }
        Format::Short => list.iter().map(|diagnostic| short(diagnostic, sources, colour)).collect(),
        Format::Json => json(&list, sources),
    }
}

/// `2 errors, 1 warning`; nothing where there is nothing to count.
pub fn tally(diagnostics: &Diagnostics) -> Option<String> {
    let counted = |severity: Severity| {
        let count = diagnostics.count(severity);
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{plural}", severity.word()))
    };
    let parts: Vec<String> =
        [Severity::Error, Severity::Warning].into_iter().filter_map(counted).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn full(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(harmless(&diagnostic.message)).id(diagnostic.code.word());
    let mut group = Group::with_title(title);
    for excerpt in excerpts(diagnostic) {
        group = match excerpt.text(sources) {
            Some((start, text)) => group.element(excerpt.snippet(sources, start, text)),
            None => group.elements(excerpt.origins(sources)),
        };
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for line in renderer.render(&[group]).lines() {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// The places of one diagnostic that stand in one text.
struct Excerpt<'a> {
    source: SourceId,
    labels: Vec<(AnnotationKind, &'a Label)>,
}

/// The primary place's text first, then the others in the order in which they were added.
fn excerpts(diagnostic: &Diagnostic) -> Vec<Excerpt<'_>> {
    let primary = (AnnotationKind::Primary, &diagnostic.primary);
    let secondary = diagnostic.secondary.iter().map(|label| (AnnotationKind::Context, label));
    let mut excerpts: Vec<Excerpt<'_>> = Vec::new();
    for (kind, label) in std::iter::once(primary).chain(secondary) {
        match excerpts.iter_mut().find(|excerpt| excerpt.source == label.span.source) {
            Some(excerpt) => excerpt.labels.push((kind, label)),
            None => {
                excerpts.push(Excerpt { source: label.span.source, labels: vec![(kind, label)] });
            }
        }
    }
    excerpts
}

impl Excerpt<'_> {
    /// Where the lines from the first place to the last begin, and they; none where they are more than can be shown.
    fn text(&self, sources: &Sources) -> Option<(usize, String)> {
        let source = sources.get(self.source);
        let spans = || self.labels.iter().map(|(_, label)| label.span);
        let first = spans().map(|span| span.start as usize).min().unwrap_or(0);
        let last = spans().map(|span| span.end as usize).max().unwrap_or(0);
        let start = source.line_start(first);
        let text = source.text.get(start..source.line_end(last)).unwrap_or("");
        (text.len() <= LONGEST_EXCERPT).then(|| (start, same_width(text)))
    }

    /// The places alone.
    fn origins(&self, sources: &Sources) -> Vec<Origin<'static>> {
        let source = sources.get(self.source);
        let origin = |(_, label): &(AnnotationKind, &Label)| {
            let (line, column) = source.position(label.span.start as usize);
            Origin::path(harmless(&source.name)).line(line).char_column(column)
        };
        self.labels.iter().map(origin).collect()
    }

    /// The text with its places marked; the renderer folds what lies between.
    fn snippet(
        &self,
        sources: &Sources,
        start: usize,
        text: String,
    ) -> Snippet<'static, Annotation<'static>> {
        let source = sources.get(self.source);
        let (line, _) = source.position(start);
        let annotations = self.labels.iter().map(|(kind, label)| {
            let range = label.span.range();
            let words = harmless(&label.text);
            let words = (!words.is_empty()).then_some(words);
            kind.span(range.start - start..range.end.max(range.start) - start).label(words)
        });
        let name = harmless(&source.name);
        Snippet::source(text).path(name).line_start(line).annotations(annotations)
    }
}

fn short(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let span = diagnostic.primary.span;
    let (line, column) = sources.line_and_column(span);
    let name = harmless(&sources.get(span.source).name);
    let (severity, code) = (diagnostic.severity.word(), diagnostic.code);
    let style = match diagnostic.severity {
        Severity::Error => DEFAULT_ERROR_STYLE,
        Severity::Warning => DEFAULT_WARNING_STYLE,
    };
    let mut text = format!("{name}:{line}:{column}: ");
    let _ = if colour {
        write!(text, "{style}{severity}[{code}]{style:#}")
    } else {
        write!(text, "{severity}[{code}]")
    };
    let _ = write!(text, ": {}", harmless(&diagnostic.message));
    if let Some(help) = &diagnostic.help {
        let _ = write!(text, "; {}", harmless(help));
    }
    text.push('\n');
    text
}

/// Lines of a file with the control characters that the renderer lets through replaced by others
/// of the same width in bytes, so that every place stays where it is.
fn same_width(text: &str) -> String {
    let shown = |character: char| match character {
        '\n' | '\t' => character,
        '\r' => ' ',
        _ if !is_unseen(character) => character,
        _ if character.len_utf8() == 1 => '?',
        _ if character.len_utf8() == 2 => '\u{a4}',
        _ => '\u{fffd}',
    };
    text.chars().map(shown).collect()
}

/// A diagnostic as programs read it.
#[derive(Serialize)]
struct Record<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    #[serde(flatten)]
    place: Place<'a>,
    start: u32,
    end: u32,
    label: &'a str,
    related: Vec<Related<'a>>,
}

/// Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// A second place.
#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

fn json(list: &[&Diagnostic], sources: &Sources) -> String {
    let records: Vec<Record<'_>> = list
        .iter()
        .map(|diagnostic| Record {
            code: diagnostic.code.word(),
            severity: diagnostic.severity.word(),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            place: place(sources, diagnostic.primary.span),
            start: diagnostic.primary.span.start,
            end: diagnostic.primary.span.end,
            label: &diagnostic.primary.text,
            related: diagnostic
                .secondary
                .iter()
                .map(|label| Related { place: place(sources, label.span), message: &label.text })
                .collect(),
        })
        .collect();
    let text = serde_json::to_string_pretty(&records).unwrap_or_default();
    let mut shown = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        if character != '\n' && is_unseen(character) {
            // Outside strings JSON is plain ASCII, so this one stands in a string.
            let _ = write!(shown, "\\u{:04x}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown.push('\n');
    shown
}

fn place(sources: &Sources, span: Span) -> Place<'_> {
    let source = sources.get(span.source);
    let (line, column) = source.position(span.start as usize);
    let (end_line, end_column) = source.position(span.end as usize);
    Place { file: &source.name, line, column, end_line, end_column }
}
