//! What keeps the words of a scenario words: escapers for both templates, and the links that may be followed.
//!
//! In: text that anybody may have written. Out: text that neither a browser nor a Markdown reader takes for markup.
//! Marks that turn, hide or join text go, and what controls a terminal is a space.

use crate::characters::seen;
use askama::filters::Escaper;
use std::fmt::{self, Write};

/// For text and quoted attributes of HTML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Html;

impl Escaper for Html {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        for letter in seen(text) {
            match letter {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                _ => out.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// For text of Markdown, in a paragraph, a list or a cell of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Markdown;

impl Escaper for Markdown {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        let mut before = Before::Nothing;
        let mut letters = seen(text).peekable();
        while let Some(letter) = letters.next() {
            let next = letters.peek().copied();
            match letter {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                // What would call somebody, or become a link by itself.
                '@' => out.write_str("&#64;")?,
                ':' if next == Some('/') => out.write_str("&#58;")?,
                _ => {
                    if MARKS.contains(letter) || before.makes_a_list(letter, next) {
                        out.write_char('\\')?;
                    }
                    out.write_char(letter)?;
                }
            }
            before = before.and(letter);
        }
        Ok(())
    }
}

/// What stands before a letter: a dash or a number with a point would begin a list where it stands first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Before {
    Nothing,
    Digits,
    Other,
}

impl Before {
    fn and(self, letter: char) -> Self {
        if self != Self::Other && letter.is_ascii_digit() { Self::Digits } else { Self::Other }
    }

    fn makes_a_list(self, letter: char, next: Option<char>) -> bool {
        match self {
            Self::Nothing => matches!(letter, '-' | '+' | '='),
            Self::Digits => matches!(letter, '.' | ')') && next.is_none_or(|next| next == ' '),
            Self::Other => false,
        }
    }
}

/// What has a meaning in Markdown wherever it stands.
const MARKS: &str = "\\`*_{}[]#|~!$^";

/// An address that may become a link: of the web, and all of it to be seen.
pub(super) fn link(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let web = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let plain = |letter: char| letter.is_ascii_graphic() && !"\"'<>\\^`{|}".contains(letter);
    let whole = rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[');
    (web && whole && rest.chars().all(plain)).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(escaper: impl Escaper, text: &str) -> String {
        let mut out = String::new();
        escaper.write_escaped_str(&mut out, text).unwrap();
        out
    }

    #[test]
    fn no_text_is_markup() {
        let html = through(Html, "<script>\u{202e}\"onload='x' & ]]>\n");
        assert_eq!(html, "&lt;script&gt;&quot;onload=&#39;x&#39; &amp; ]]&gt; ");
        let markdown = through(Markdown, "<b> [a](javascript:b) `c` | _d_ ![e]\n# f\u{200f}");
        let expected = "&lt;b&gt; \\[a\\](javascript:b) \\`c\\` \\| \\_d\\_ \\!\\[e\\] \\# f";
        assert_eq!(markdown, expected);
        assert_eq!(through(Markdown, "http://a.b @c a: b"), "http&#58;//a.b &#64;c a: b");
    }

    #[test]
    fn no_text_begins_a_list_or_a_heading() {
        let begun = ["- a", "+ a", "1. a", "12) a", "=== a", "# a", "1.5 a - b"];
        let kept = ["\\- a", "\\+ a", "1\\. a", "12\\) a", "\\=== a", "\\# a", "1.5 a - b"];
        assert_eq!(begun.map(|text| through(Markdown, text)), kept);
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        let good = ["https://example.org/a?b=c&d=%20#e", "HTTP://[2001:db8::1]/"];
        assert!(good.iter().all(|address| link(address).as_deref() == Some(*address)));
        let bad = [
            "javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,x",
            "https://",
            "https://a b",
            "https://a\"onclick=b",
            "https://a\u{202e}b",
            " https://a",
            "//example.org",
            "ftp://example.org",
        ];
        assert!(bad.iter().all(|address| link(address).is_none()));
    }
}
