//! Finds what is never closed, and keeps it from spoiling the rest of the file.
//!
//! In: the text of one file. Out: where a bracket, a header or a quotation mark lacks its partner,
//! and the same text with each such statement blanked out, every other byte in its place. A TOML
//! reader alone would take the following lines for part of the value and complain about each.

use std::ops::Range;

/// A text that can be read further.
pub(super) struct Mended {
    /// The text, broken statements replaced by spaces.
    pub(super) text: String,
    /// What was broken, one a statement.
    pub(super) problems: Vec<Problem>,
    /// Where each statement stands, the first first.
    pub(super) statements: Vec<Range<usize>>,
}

/// One thing that lacks its partner.
pub(super) struct Problem {
    /// The bracket, quotation mark or word.
    pub(super) range: Range<usize>,
    /// What is wrong with it.
    pub(super) message: &'static str,
    /// What to do.
    pub(super) help: &'static str,
}

/// Mends a text.
pub(super) fn mend(text: &str) -> Mended {
    let mut bytes = text.as_bytes().to_vec();
    let (mut problems, mut statements) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < text.len() {
        let line = line_at(text, at);
        let words = uncommented(line).trim();
        let (end, problem) = if words.is_empty() {
            (at + line.len(), None)
        } else if words.starts_with('[') || !words.contains('=') {
            lonely(text, at, words)
        } else {
            Value::of(text, at).end()
        };
        let mut end = end;
        if let Some(problem) = problem {
            problems.push(problem);
            end = torn_off(text, at, end);
            blank(&mut bytes[at..end]);
        }
        statements.push(at..end);
        at = next_line(text, end);
    }
    // Whole bytes above ASCII were replaced, so nothing is lost here.
    let text = String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned());
    Mended { text, problems, statements }
}

/// Where the lines end that belong to a broken statement: before one that begins another.
fn torn_off(text: &str, at: usize, mut end: usize) -> usize {
    let indent = indent(line_at(text, at));
    loop {
        let next = next_line(text, end);
        let line = line_at(text, next);
        if next >= text.len() || is_header(line) || begins_statement(line, indent) {
            return end;
        }
        end = next + line.len();
    }
}

fn blank(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().filter(|byte| !byte.is_ascii_control()) {
        *byte = b' ';
    }
}

/// The rest of the line from an offset on, its line break left out.
fn line_at(text: &str, at: usize) -> &str {
    text[at..].split('\n').next().unwrap_or("")
}

/// Where the line after an offset begins.
fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// A line without its comment, quotation marks heeded.
fn uncommented(line: &str) -> &str {
    let mut quote = None;
    for (at, byte) in line.bytes().enumerate() {
        match (quote, byte) {
            (None, b'#') => return &line[..at],
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    line
}

/// A line that is a header, or neither a header nor `key = value`. A broken header takes the keys
/// under it along, so that they do not fall to the table before.
fn lonely(text: &str, at: usize, words: &str) -> (usize, Option<Problem>) {
    let start = at + text[at..].find(words).unwrap_or(0);
    let end = at + line_at(text, at).len();
    let range = start..start + words.len();
    let (opened, closed) = (words.starts_with('['), words.ends_with(']'));
    let (message, help) = match (opened, closed) {
        (true, true) => return (end, None),
        (false, false) => {
            let first = words.split_whitespace().next().unwrap_or(words).len();
            let message = "this is no `key = value`";
            let help = "write a key, `=` and a value; a comment begins with `#`";
            return (end, Some(Problem { range: start..start + first, message, help }));
        }
        (true, false) => ("this header is never closed", "add `]` at its end"),
        (false, true) => ("this header has no opening bracket", "add `[` at its beginning"),
    };
    let mut end = end;
    loop {
        let next = next_line(text, end);
        if next >= text.len() || is_header(line_at(text, next)) {
            break;
        }
        end = next + line_at(text, next).len();
    }
    (end, Some(Problem { range, message, help }))
}

/// Whether a line can only be a header: `[word` at its very beginning, `]` at its end.
fn is_header(line: &str) -> bool {
    let line = uncommented(line).trim_end();
    let inner = line.trim_start_matches('[').trim_end_matches(']');
    line.starts_with('[')
        && line.ends_with(']')
        && inner.starts_with(|first: char| first.is_ascii_alphabetic())
        && !inner.contains(['[', ']', ',', '='])
}

/// Whether a line begins a statement: `key =`, indented no further than the one before.
fn begins_statement(line: &str, deepest: usize) -> bool {
    is_assignment(line) && indent(line) <= deepest
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether a line begins with `key =`, as no line inside an array does.
fn is_assignment(line: &str) -> bool {
    let Some((key, _)) = line.split_once('=') else { return false };
    let key = key.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    key.starts_with(|first: char| first.is_ascii_alphabetic()) && key.bytes().all(plain)
}

/// The value of `key = value`, read only for what opens and closes.
struct Value<'a> {
    text: &'a str,
    at: usize,
    /// How far its line is indented.
    indent: usize,
    /// Brackets that wait for their partner.
    open: Vec<usize>,
    /// The last byte that is neither white space nor comment.
    last: u8,
    problem: Option<Problem>,
}

impl<'a> Value<'a> {
    fn of(text: &'a str, at: usize) -> Self {
        let sign = text[at..].find('=').map_or(at, |sign| at + sign);
        let indent = indent(line_at(text, at));
        Self { text, at: sign + 1, indent, open: Vec::new(), last: b'=', problem: None }
    }

    /// Where the value ends, and the first thing in it that lacks its partner.
    fn end(mut self) -> (usize, Option<Problem>) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            let start = self.at;
            match byte {
                b'\n' if self.open.is_empty() || self.begins_anew() => break,
                b'#' => self.at += line_at(self.text, self.at).len(),
                b'"' | b'\'' => self.string(),
                b'[' | b'{' => self.opens(),
                b']' | b'}' => self.closes(*byte),
                b',' => self.comma(),
                _ => self.at += 1,
            }
            if !byte.is_ascii_whitespace() && *byte != b'#' {
                self.last = bytes[start.max(self.at - 1)];
            }
        }
        if self.last == b'=' {
            let sign = self.text[..self.at].rfind('=').unwrap_or(self.at);
            self.complain(sign..sign + 1, "a value is missing here", "write one behind the `=`");
        }
        if let Some(open) = self.open.last().copied() {
            self.never_closed(open);
        }
        (self.at, self.problem)
    }

    fn complain(&mut self, range: Range<usize>, message: &'static str, help: &'static str) {
        self.problem.get_or_insert(Problem { range, message, help });
    }

    fn never_closed(&mut self, open: usize) {
        let help = if self.text.as_bytes()[open] == b'[' { "add a `]`" } else { "add a `}`" };
        self.complain(open..open + 1, "this bracket is never closed", help);
    }

    /// Whether the next line cannot belong to the value.
    fn begins_anew(&self) -> bool {
        let line = line_at(self.text, self.at + 1);
        let array = self.open.last().is_some_and(|open| self.text.as_bytes()[*open] == b'[');
        // Inside braces a key may follow, but only behind a comma.
        let key = !array && [b',', b'{'].contains(&self.last);
        is_header(line) || !key && begins_statement(line, self.indent)
    }

    fn opens(&mut self) {
        if let Some(open) = self.open.last().copied()
            && self.text.as_bytes()[open] == b'{'
            && self.last == b','
        {
            // A bracket where a key should be: the one before was meant to be closed.
            self.never_closed(open);
            self.open.pop();
        }
        self.open.push(self.at);
        self.at += 1;
    }

    fn closes(&mut self, byte: u8) {
        let partner = if byte == b']' { b'[' } else { b'{' };
        let bytes = self.text.as_bytes();
        if let Some(position) = self.open.iter().rposition(|open| bytes[*open] == partner) {
            if let Some(unclosed) = self.open.get(position + 1).copied() {
                self.never_closed(unclosed);
            }
            self.open.truncate(position);
        } else {
            let help = "remove it, or open one";
            self.complain(self.at..self.at + 1, "this bracket closes nothing", help);
        }
        self.at += 1;
    }

    /// `0,35` outside an array is meant to be a number.
    fn comma(&mut self) {
        let bytes = self.text.as_bytes();
        let array = self.open.last().is_some_and(|open| bytes[*open] == b'[');
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        if !array && digit(self.at - 1) && digit(self.at + 1) {
            let help =
                "thousands have no separator, as in 15000; fractions have a point, as in 0.35";
            self.complain(self.at..self.at + 1, "this comma stands inside a number", help);
        }
        self.at += 1;
    }

    fn string(&mut self) {
        let (start, rest) = (self.at, &self.text[self.at..]);
        let quote = &rest[..1];
        let triple = quote.repeat(3);
        let (delimiter, within) = if rest.starts_with(&triple) {
            (triple.as_str(), rest)
        } else {
            (quote, line_at(self.text, start))
        };
        let escapes = quote == "\"";
        if let Some(length) = closing(within, delimiter, escapes) {
            self.at += length;
            return;
        }
        self.at += within.len();
        let message = "this quotation mark is never closed";
        self.complain(start..start + delimiter.len(), message, "close the text in the same line");
    }
}

/// The length of a string with its delimiters.
fn closing(text: &str, delimiter: &str, escapes: bool) -> Option<usize> {
    let mut at = delimiter.len();
    while at < text.len() {
        if escapes && text.as_bytes()[at] == b'\\' {
            at += 2;
        } else if text.as_bytes()[at..].starts_with(delimiter.as_bytes()) {
            // Of more quotation marks than three the first belong to the text.
            let quote = &delimiter[..1];
            let more = text[at + delimiter.len()..].bytes().take(2);
            let more = more.take_while(|byte| delimiter.len() == 3 && quote.as_bytes()[0] == *byte);
            return Some(at + delimiter.len() + more.count());
        } else {
            at += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::mend;

    fn check(text: &str, problem: Option<(&str, &str)>, left: &str) {
        let mended = mend(text);
        let found = mended.problems.first();
        let found = found.map(|problem| (&text[problem.range.clone()], problem.message));
        assert_eq!(found, problem, "{text}");
        assert_eq!(mended.text.len(), text.len());
        let words: Vec<&str> = mended.text.split_whitespace().collect();
        assert_eq!(words.join(" "), left, "{text}");
    }

    #[test]
    fn what_is_whole_stays_as_it_is() {
        for text in [
            "a = [1, 2]",
            "a = [1,2]",
            "a = {b=1,c=2}",
            "a = [ # one ]\n 1,\n]",
            "a = \"#[\" # {",
            "a = { b = [{ c = 1 }, { d = '\"' }] }",
            "a = \"\"\"x = [\n[y]\"\"\"",
            "a = \"\\\"[\"",
            "[[a.b]] # x",
            "a = '''it's'''",
            "a = \"\"\"\"quoted\"\"\"\"",
            "a = [\n  [1, 2],\n  [3, 4],\n]",
            "a = {\n  b = 1,\n  c = 2,\n}",
            "a = {\nb = 1, # x\nc = 2 # {\n}",
            "a = {\n# x\nb = [\n],\nc = 2 }",
            "  a = [\n\"b = 1\",\n]",
        ] {
            check(text, None, &text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }

    #[test]
    fn what_is_broken_takes_nothing_else_along() {
        let never = "this bracket is never closed";
        check("a = [1,\nb = 2", Some(("[", never)), "b = 2");
        check("a = [{ b = 1, { c = 2 }]\nd = 3", Some(("{", never)), "d = 3");
        check("a = { b = 1\n[c]\nd = 3", Some(("{", never)), "[c] d = 3");
        check("a = 1]\nb = 2", Some(("]", "this bracket closes nothing")), "b = 2");
        let quote = "this quotation mark is never closed";
        check("a = \"é\nb = 2", Some(("\"", quote)), "b = 2");
        check("a = [\"x, 1]\nb = 2", Some(("\"", quote)), "b = 2");
        check("[a\nb = 1\n[c]\nd = 2", Some(("[a", "this header is never closed")), "[c] d = 2");
        let header = "this header has no opening bracket";
        check("a.b]\nb = 1\n[c]\nd = 2", Some(("a.b]", header)), "[c] d = 2");
        check(
            "[a\n\nb = 1]\n\n[c]\n\nd = [1\ne = 2",
            Some(("[a", "this header is never closed")),
            "[c] e = 2",
        );
        check(
            "a = [\n  b = 1, c = 2 },\n  { b = 3 },\n]\nd = 4",
            Some(("}", "this bracket closes nothing")),
            "d = 4",
        );
        check("a = { b = 1\nc = 2", Some(("{", never)), "c = 2");
        check("a =\n  { b = 1 },\n]\nc = 2", Some(("=", "a value is missing here")), "c = 2");
        check("a = { b = 0,35 }\nc = 2", Some((",", "this comma stands inside a number")), "c = 2");
        check("a 1\nb = 2", Some(("a", "this is no `key = value`")), "b = 2");
    }
}
