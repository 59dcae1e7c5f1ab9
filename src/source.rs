//! Where text comes from and where in it a thing stands.
//!
//! `Sources` owns the text of every file that a scenario is made of, and of what came from the
//! command line (`--set`, `--given`). A `Span` is a byte range in one of them. Nothing here reads
//! a disk; `load` does.

/// Index of a text in [`Sources`].
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct SourceId(pub u32);

/// A byte range in one source text, end exclusive.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range` in `source`. Files are 16 MiB at most, so the narrowing is exact.
    pub fn new(source: SourceId, range: std::ops::Range<usize>) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { source, start: narrow(range.start), end: narrow(range.end) }
    }

    /// The byte range as `usize`.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and the place where the user wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// One text: a file, or an argument of the command line.
#[derive(Clone, Debug)]
pub struct SourceText {
    /// What messages call it: the path as given, or the option's name.
    pub name: String,
    /// The whole text, without a byte-order mark.
    pub text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl SourceText {
    fn new(name: String, text: String) -> Self {
        let breaks = text.match_indices('\n').map(|(offset, _)| offset + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        Self { name, text, lines }
    }

    /// Line and column of an offset, both from 1, columns in characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= offset);
        let before = self.text.get(self.lines[line - 1]..offset).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    /// Where the line that holds an offset begins.
    pub fn line_start(&self, offset: usize) -> usize {
        self.lines[self.lines.partition_point(|start| *start <= offset) - 1]
    }

    /// Where the line that holds an offset ends, its line break left out.
    pub fn line_end(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|start| *start <= offset);
        self.lines.get(line).map_or(self.text.len(), |next| next - 1)
    }
}

/// Every text that a scenario is made of.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: Vec<SourceText>,
}

impl Sources {
    /// Adds a text and returns its id.
    pub fn add(&mut self, name: String, text: String) -> SourceId {
        self.texts.push(SourceText::new(name, text));
        SourceId(u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX))
    }

    /// The text behind an id.
    pub fn get(&self, id: SourceId) -> &SourceText {
        &self.texts[id.0 as usize]
    }

    /// The whole of the first text with a name, such as `--given`.
    pub fn whole(&self, name: &str) -> Option<Span> {
        let index = self.texts.iter().position(|text| text.name == name)?;
        let id = SourceId(u32::try_from(index).unwrap_or(u32::MAX));
        Some(Span::new(id, 0..self.texts[index].text.len()))
    }

    /// The words a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.range()).unwrap_or("")
    }

    /// Line and column (both from 1, columns in characters) of a span's start.
    pub fn line_and_column(&self, span: Span) -> (usize, usize) {
        self.get(span.source).position(span.start as usize)
    }
}
