//! What a brief carries: a `<meta>` element of HTML, a link of Markdown that nothing refers to. Neither is shown.
//!
//! In: a page. Out: the same with the text inside; and the text read back with a digest of the page, which does not depend
//! on how the file's lines end.

use crate::pipeline::sha256;
use std::fmt::Write as _;

/// What stands before and behind the text.
const HTML: [&str; 2] = ["<meta name=\"contingent\" content=\"", "\">\n"];
const MARKDOWN: [&str; 2] = ["\n[contingent]: # (", ")\n"];

/// Before which element of the head the text goes.
const PLACE: &str = "<title>";

/// Whether a page is one of HTML.
pub(in crate::report) fn is_html(page: &str) -> bool {
    let start = page.trim_start().get(..14);
    start.is_some_and(|start| start.eq_ignore_ascii_case("<!doctype html"))
}

/// Whether a line of Markdown is the one that carries the text.
pub(in crate::report) fn carries(line: &str) -> bool {
    line.starts_with(MARKDOWN[0].trim_start())
}

/// Puts a text into a page of HTML.
pub(super) fn stamp_html(page: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    page.replacen(PLACE, &format!("{}{text}{}{PLACE}", HTML[0], HTML[1]), 1)
}

/// Puts a text, which is JSON, behind a page of Markdown. What Markdown or HTML would obey in it is a number.
pub(super) fn stamp_markdown(page: &str, text: &str) -> String {
    let mut quiet = String::new();
    for letter in text.chars() {
        if "()<>/|*`~&".contains(letter) {
            let _ = write!(quiet, "\\u{:04x}", u32::from(letter));
        } else {
            quiet.push(letter);
        }
    }
    format!("{page}{}{quiet}{}", MARKDOWN[0], MARKDOWN[1])
}

/// The text that a page carries, and the digest of the page without it; none where it carries nothing.
pub(super) fn read(page: &str) -> Option<(String, String)> {
    let plain = page.replace("\r\n", "\n");
    let (text, rest) = match cut(&plain, HTML) {
        Some((text, rest)) => {
            let text = text.replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&");
            (text, rest)
        }
        None => cut(&plain, MARKDOWN)?,
    };
    Some((text, digest(&rest)))
}

/// What stands between two marks, and everything without both.
fn cut(page: &str, [front, back]: [&str; 2]) -> Option<(String, String)> {
    let (before, rest) = page.split_once(front)?;
    let (text, after) = rest.split_once(back)?;
    Some((text.to_owned(), format!("{before}{after}")))
}

/// The digest of a page; how it ends does not matter.
pub(super) fn digest(page: &str) -> String {
    sha256(page.replace("\r\n", "\n").trim_end().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"contingent\":1,\"a\":[\"<b> & \\\"(c)\\\" --> https://x\"]}";

    fn same(read: &str) -> bool {
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        json(read) == json(TEXT)
    }

    #[test]
    fn what_is_carried_is_read_back_and_changes_no_digest() {
        let html = "<!doctype html>\n<head>\n<title>t</title>\n</head>\n";
        let markdown = "# t\n\nwords\n";
        for (page, stamped) in
            [(html, stamp_html(html, TEXT)), (markdown, stamp_markdown(markdown, TEXT))]
        {
            let (text, found) = read(&stamped).unwrap();
            assert!(same(&text), "{text}");
            assert_eq!(found, digest(page));
            assert_eq!(read(&stamped.replace('\n', "\r\n")).unwrap().1, found);
            assert_ne!(read(&stamped.replace(" t", " u").replace(">t<", ">u<")).unwrap().1, found);
            assert!(read(page).is_none());
        }
    }

    #[test]
    fn what_is_carried_is_no_markup() {
        let html = stamp_html("<title>t</title>", TEXT);
        assert_eq!(html.matches('<').count(), 3, "{html}");
        let markdown = stamp_markdown("", TEXT);
        assert!(!markdown.contains('<') && !markdown.contains("//"), "{markdown}");
        assert_eq!(markdown.matches(['(', ')']).count(), 2, "{markdown}");
    }
}
