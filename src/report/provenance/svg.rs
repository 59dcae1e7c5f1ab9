//! What an SVG carries: a `<metadata>` element, which no program draws.
//!
//! In: SVG text. Out: the same with the element behind the description; and its text read back with
//! a digest of the drawing, which does not depend on how the file's lines end.

use crate::pipeline::sha256;
use roxmltree::{Document, Node};
use std::fmt::Write as _;

/// Every text that is carried begins so.
const BEGINNING: &str = "{\"contingent\":";

/// Puts a text into an SVG.
pub(super) fn stamp(drawn: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    drawn.replacen("</desc>\n", &format!("</desc>\n<metadata>{text}</metadata>\n"), 1)
}

/// The text that an SVG carries, and the digest of the drawing.
pub(super) fn read(svg: &str) -> Result<(String, String), String> {
    let document = parse(svg)?;
    let mut carried = document.descendants().filter(|node| node.has_tag_name("metadata"));
    // Another program may have added an element of its own.
    let text = carried.find_map(|node| {
        let words = node.descendants().filter(Node::is_text);
        let text: String = words.filter_map(|inner| inner.text()).collect();
        text.trim().starts_with(BEGINNING).then(|| text.trim().to_owned())
    });
    let text = text.ok_or(super::SILENT)?;
    Ok((text, digest_of(&document)))
}

/// The digest of a drawing without what it carries; none where it is no SVG.
pub(super) fn digest(svg: &str) -> Option<String> {
    parse(svg).ok().map(|document| digest_of(&document))
}

fn parse(svg: &str) -> Result<Document<'_>, String> {
    let document = Document::parse(svg).map_err(|error| format!("it is no SVG: {error}"))?;
    let is_svg = document.root_element().tag_name().name() == "svg";
    is_svg.then_some(document).ok_or_else(|| "it is no SVG".to_owned())
}

/// Elements with their attributes and the number of what they hold, and words, all in their order;
/// spaces around words do not count.
fn digest_of(document: &Document<'_>) -> String {
    let (mut text, mut carried) = (String::new(), 0);
    for node in document.descendants() {
        if node.has_tag_name("metadata") {
            carried = carried.max(node.range().end);
        }
        if node.range().start < carried || !is_drawn(node) {
            continue;
        }
        if node.is_text() {
            let _ = write!(text, "{:?}", node.text().unwrap_or_default().trim());
            continue;
        }
        let _ = write!(text, "<{:?}", node.tag_name().name());
        for attribute in node.attributes() {
            let _ = write!(text, " {:?}={:?}", attribute.name(), attribute.value());
        }
        let inside = node.children().filter(|inner| is_drawn(*inner)).count();
        let _ = write!(text, " {inside}>");
    }
    sha256(text.as_bytes())
}

/// Whether a node bears upon the drawing.
fn is_drawn(node: Node<'_, '_>) -> bool {
    match node.text().filter(|_| node.is_text()) {
        Some(words) => !words.trim().is_empty(),
        None => node.is_element() && node.tag_name().name() != "metadata",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWN: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\">\n<desc>d</desc>\n<text x=\"1\">7 %</text>\n</svg>";

    #[test]
    fn what_is_carried_is_read_back_and_changes_no_digest() {
        let text = "{\"contingent\":1,\"a\":\"<b> & ]]> \\u0001\"}";
        let stamped = stamp(DRAWN, text);
        assert_ne!(stamped, DRAWN);
        let (words, digest_read) = read(&stamped).unwrap();
        assert_eq!(words, text);
        assert_eq!(Some(digest_read), digest(DRAWN));
    }

    #[test]
    fn lines_may_end_otherwise_but_no_word_may_change() {
        let own = digest(DRAWN);
        assert_eq!(digest(&DRAWN.replace('\n', "\r\n")), own);
        for (from, to) in [("7 %", "8 %"), ("x=\"1\"", "x=\"2\""), (">d<", ">e<")] {
            assert_ne!(digest(&DRAWN.replace(from, to)), own, "{to}");
        }
    }

    #[test]
    fn what_another_program_adds_is_no_hindrance_and_depth_no_danger() {
        let text = "{\"contingent\":1}";
        let more = stamp(DRAWN, text).replace("<desc>", "<metadata><a>b</a></metadata><desc>");
        assert_eq!(read(&more).unwrap().0, text);
        let deep = format!("<svg>{}{}</svg>", "<g>".repeat(800), "</g>".repeat(800));
        assert!(digest(&deep).is_some());
        assert_ne!(digest("<svg><g/><g/></svg>"), digest("<svg><g><g/></g></svg>"));
    }

    #[test]
    fn what_carries_nothing_says_so() {
        assert_eq!(read(DRAWN).unwrap_err(), "it does not say how it was made");
        assert!(read("<html/>").unwrap_err().starts_with("it is no SVG"));
        assert!(read("<svg").unwrap_err().starts_with("it is no SVG"));
    }
}
