//! Whether a page still says what it said: a brief of HTML or Markdown, or a summary.
//!
//! In: a page as it was written and as it would be written now. Out: `Change`s, by the heading and the row of a table under
//! which they stand. Only words count: markup and how lines are broken do not.

use super::Change;
use crate::report::provenance::page;
use serde_json::Value;
use std::collections::BTreeMap;

/// Elements that break no line.
const INLINE: [&str; 8] = ["a", "b", "bdi", "cite", "code", "em", "i", "span"];

/// Elements whose words are not shown on the page.
const UNSEEN: [&str; 4] = ["desc", "head", "style", "title"];

/// Elements whose words are what follows is called.
const HEADINGS: [&str; 4] = ["h1", "h2", "h3", "caption"];

/// Words, and under what they stand.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    under: String,
    words: String,
}

/// What differs between two pages.
pub fn lines(was: &str, is: &str) -> Vec<Change> {
    let (was, is) = (words(was), words(is));
    if was.len() == is.len() {
        let pairs = was.iter().zip(&is).filter(|(was, is)| was.words != is.words);
        return pairs.map(|(was, is)| change(&was.under, Some(was), Some(is))).collect();
    }
    let gone = without(&was, &is);
    let mut come = without(&is, &was);
    let mut found = Vec::new();
    for was in gone {
        let same = come.iter().position(|is| is.under == was.under);
        let is = same.map(|at| come.remove(at));
        found.push(change(&was.under, Some(was), is));
    }
    found.extend(come.into_iter().map(|is| change(&is.under, None, Some(is))));
    found
}

fn change(under: &str, was: Option<&Line>, is: Option<&Line>) -> Change {
    let words = |line: Option<&Line>| line.map_or(Value::Null, |line| line.words.clone().into());
    Change { figure: under.to_owned(), was: words(was), is: words(is) }
}

/// The lines of one page that the other lacks; what stands twice counts twice.
fn without<'a>(lines: &'a [Line], others: &[Line]) -> Vec<&'a Line> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for line in others {
        *left.entry(&line.words).or_default() += 1;
    }
    let lacks = |line: &&Line| match left.get_mut(line.words.as_str()) {
        Some(number) if *number > 0 => {
            *number -= 1;
            false
        }
        _ => true,
    };
    lines.iter().filter(lacks).collect()
}

/// The words of a page, line by line.
fn words(page: &str) -> Vec<Line> {
    if page::is_html(page) { Reader::default().read(page) } else { plain(page) }
}

/// Of Markdown, whose headings begin with `#`.
fn plain(page: &str) -> Vec<Line> {
    let mut under = "page".to_owned();
    let mut found = Vec::new();
    let lines = page.lines().map(str::trim).filter(|line| !line.is_empty());
    for line in lines.filter(|line| !page::carries(line)) {
        found.push(Line { under: under.clone(), words: line.to_owned() });
        if line.starts_with('#') {
            line.trim_start_matches(['#', ' ']).clone_into(&mut under);
        }
    }
    found
}

/// Reads HTML.
#[derive(Debug, Default)]
struct Reader {
    found: Vec<Line>,
    words: String,
    heading: String,
    /// The first cell of the row of a table or the term that is explained, once it was read.
    row: Option<String>,
    in_row: bool,
}

impl Reader {
    fn read(mut self, page: &str) -> Vec<Line> {
        let mut unseen: Option<&str> = None;
        for piece in page.split('<') {
            let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
            let name = tag.split_whitespace().next().unwrap_or_default();
            let bare = name.trim_start_matches('/').trim_end_matches('/');
            let closes = name.starts_with('/');
            if unseen.is_some_and(|own| closes && own == bare) {
                unseen = None;
            } else if unseen.is_some() {
                continue;
            } else if UNSEEN.contains(&bare) && !closes {
                unseen = Some(bare);
                continue;
            }
            if !INLINE.contains(&bare) {
                self.end_line(closes && HEADINGS.contains(&bare));
            }
            // A term and what is said of it are a row too.
            if matches!((bare, closes), ("tr" | "dt", false) | ("tr" | "div", true)) {
                (self.row, self.in_row) = (None, !closes);
            }
            self.words.push_str(&unescaped(text));
        }
        self.end_line(false);
        self.found
    }

    fn end_line(&mut self, is_heading: bool) {
        let words: Vec<&str> = self.words.split_whitespace().collect();
        let words = words.join(" ");
        self.words.clear();
        if words.is_empty() {
            return;
        }
        let parts = [Some(self.heading.as_str()), self.row.as_deref()];
        let parts: Vec<&str> =
            parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let under = if parts.is_empty() { "page".to_owned() } else { parts.join(", ") };
        if is_heading {
            self.heading.clone_from(&words);
        } else if self.in_row && self.row.is_none() {
            self.row = Some(words.clone());
        }
        self.found.push(Line { under, words });
    }
}

/// Text without the escapes that briefs and charts have; `&` comes last, so nothing is read twice.
fn unescaped(text: &str) -> String {
    let codes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'")];
    let text = codes.iter().fold(text.to_owned(), |text, (code, own)| text.replace(code, own));
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(cell: &str, more: &str) -> String {
        format!(
            "<!doctype html>\n<head><title>t</title><style>b</style></head>\n<h2>Force</h2>\n\
             <p>One &lt; <b>two</b>\n three</p><table><caption>All</caption><tr><th>Land</th>\
             <td>{cell}</td></tr></table>{more}<svg><desc>d</desc><text>\n7 %\n</text></svg>"
        )
    }

    fn told(was: &str, is: &str) -> Vec<String> {
        let told = |own: &Change| format!("{}: {} -> {}", own.figure, own.was, own.is);
        lines(was, is).iter().map(told).collect()
    }

    #[test]
    fn words_count_and_markup_does_not() {
        let words: Vec<String> = words(&html("9", "")).into_iter().map(|own| own.words).collect();
        assert_eq!(words, ["Force", "One < two three", "All", "Land", "9", "7 %"]);
        let styled =
            html("<i>9</i>", "").replace("<p>", "<p class=\"lead\">").replace("\n t", " t");
        assert!(told(&html("9", ""), &styled).is_empty());
    }

    #[test]
    fn what_changed_is_told_by_where_it_stands() {
        assert_eq!(told(&html("9", ""), &html("8", "")), ["All, Land: \"9\" -> \"8\""]);
        let more = told(&html("9", ""), &html("8", "<p>new</p>"));
        assert_eq!(more, ["All, Land: \"9\" -> \"8\"", "All: null -> \"new\""]);
        let facts = |year: &str| {
            format!("<!doctype html><div><dt>Known as of</dt><dd>{year}</dd></div><p>p</p>")
        };
        assert_eq!(told(&facts("2026"), &facts("2027")), ["Known as of: \"2026\" -> \"2027\""]);
        assert_eq!(words(&facts("2026")).last().unwrap().under, "page");
        let [was, is] = ["# t\n\n## Force\n\n- a\n- b\n", "# t\n\n## Force\n\n- a\n- c\n"];
        assert_eq!(told(was, is), ["Force: \"- b\" -> \"- c\""]);
        assert_eq!(told(was, "# t\n## Force\n- b\n- a\n").len(), 2, "the order counts");
    }
}
