//! SVG to PNG, with the embedded Noto Sans and no other font.
//!
//! In: SVG text. Out: PNG bytes, the same on every machine.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Options, Tree};

/// Draws SVG text as a PNG, `scale` times as large as the SVG says.
///
/// # Errors
///
/// Where the text is no SVG, or the picture would be too large or too small to draw.
pub fn render(svg: &str, scale: f32) -> Result<Vec<u8>, String> {
    let tree = Tree::from_str(svg, &options()).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size().scale_by(scale).ok_or("the picture has no size")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("the picture is too large")?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}

fn options() -> Options<'static> {
    Options {
        fontdb: Arc::clone(&FONTS),
        font_family: "Noto Sans".to_owned(),
        ..Options::default()
    }
}

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for font in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
        fonts.load_font_source(Source::Binary(Arc::new(font)));
    }
    fonts.set_sans_serif_family("Noto Sans");
    Arc::new(fonts)
});

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = r#"<svg width="40" height="20" xmlns="http://www.w3.org/2000/svg">
        <text x="2" y="16" font-family="Noto Sans, Arial" font-size="16">Ω</text></svg>"#;

    #[test]
    fn a_picture_has_the_scaled_size_and_shows_its_text() {
        let png = render(SVG, 2.0).unwrap();
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!((&png[16..20], &png[20..24]), (&[0, 0, 0, 80][..], &[0, 0, 0, 40][..]));
        let empty = render(&SVG.replace('Ω', " "), 2.0).unwrap();
        assert_ne!(png, empty);
    }

    #[test]
    fn what_is_no_picture_is_an_error() {
        assert!(render("no svg", 1.0).is_err());
        assert!(render(SVG, f32::NAN).is_err());
    }
}
