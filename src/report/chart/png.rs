//! SVG to PNG, with the embedded Noto Sans and no other font.
//!
//! In: SVG text. Out: PNG bytes, the same on every machine.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{IntSize, Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Options, Tree};

/// The most pixels of a side.
pub const MOST: u32 = 8192;

/// The pixels of a page of `(width, height)`, `scale` times as large.
///
/// # Errors
///
/// Where they would be none, or more than [`MOST`] a side.
pub fn fits((width, height): (u32, u32), scale: f32) -> Result<(u32, u32), String> {
    let size = IntSize::from_wh(width, height).and_then(|size| size.scale_by(scale));
    let size = size.ok_or("the picture has no size")?;
    let (wide, high) = (size.width(), size.height());
    if wide.max(high) > MOST {
        return Err(format!(
            "a PNG of {wide} x {high} pixels is larger than {MOST} a side; \
             lower --scale or --size, or write SVG"
        ));
    }
    Ok((wide, high))
}

/// Draws SVG text as a PNG, `scale` times as large as the SVG says.
///
/// # Errors
///
/// Where the text is no SVG, or the picture would be too large or too small to draw.
pub fn render(svg: &str, scale: f32) -> Result<Vec<u8>, String> {
    let tree = Tree::from_str(svg, &options()).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size();
    let (wide, high) = fits((size.width(), size.height()), scale)?;
    let mut pixels = Pixmap::new(wide, high).ok_or("the picture is too large")?;
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
        assert!(render(SVG, 1000.0).unwrap_err().contains("lower --scale"));
    }
}
