//! A chart inside a page: text that keeps its width in any font, and the chart's words beside it.
//!
//! In: the SVG of a chart. Out: the same picture for a browser that may not have Noto Sans. Every text is told the width
//! that the embedded font gives it (`textLength`), so a wider fallback is squeezed and never runs into its neighbours.

use super::style::Type;

/// A chart as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Fitted {
    /// Its `<title>`, as text.
    pub(in crate::report) headline: String,
    /// Its `<desc>`, as text.
    pub(in crate::report) description: String,
    /// Its markup, free of the XML head.
    pub(in crate::report) svg: String,
}

/// Makes a chart fit for a page.
pub(in crate::report) fn fitted(svg: &str) -> Fitted {
    let mut parts = svg.split("<text ");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown.push_str("<text ");
        shown.push_str(&length(part).unwrap_or_default());
        shown.push_str(part);
    }
    let words = |element| plain(between(svg, element).unwrap_or_default());
    Fitted { headline: words("title"), description: words("desc"), svg: shown }
}

/// The attributes that keep the width of a text, which stands on a line of its own.
fn length(element: &str) -> Option<String> {
    let (attributes, rest) = element.split_once(">\n")?;
    let (text, _) = rest.split_once("\n</text>")?;
    let (_, size) = attributes.split_once("font-size=\"")?;
    let face = Type::new(size.split('"').next()?.parse().ok()?);
    let face = if attributes.contains("font-weight=\"bold\"") { face.bold() } else { face };
    let width = face.width(plain(text).trim());
    let keep = format!("textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\" ");
    (width > 0).then_some(keep)
}

/// What stands in an element that occurs once.
fn between<'a>(svg: &'a str, element: &str) -> Option<&'a str> {
    let (_, rest) = svg.split_once(&format!("<{element} "))?;
    let (_, rest) = rest.split_once('>')?;
    rest.split_once(&format!("</{element}>")).map(|(text, _)| text)
}

/// Markup of a text as text.
pub(super) fn plain(markup: &str) -> String {
    let codes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    codes.iter().fold(markup.to_owned(), |text, (code, letter)| text.replace(code, letter))
}

#[cfg(test)]
mod tests {
    use super::super::canvas::{Align, Canvas, finish};
    use super::super::{Look, style::Type};
    use super::*;

    #[test]
    fn every_text_is_as_wide_as_the_embedded_font_has_it() {
        let mut svg = String::new();
        let mut canvas = Canvas::new(&mut svg, &Look::default());
        let face = Type::new(20).bold();
        canvas.text((10, 20), "A < \"B\" & 'C'", face, Align::Start);
        canvas.text((10, 60), " ", face, Align::Start);
        canvas.close();
        let page = fitted(&finish(&svg, "A > B", "x & y"));
        assert_eq!((page.headline.as_str(), page.description.as_str()), ("A > B", "x & y"));
        let width = face.width("A < \"B\" & 'C'");
        let told = format!("<text textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\" x=");
        assert!(page.svg.contains(&told), "{}", page.svg);
        assert_eq!(page.svg.matches("textLength").count(), 1);
    }
}
