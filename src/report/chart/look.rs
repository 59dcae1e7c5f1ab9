//! How a chart is to look, apart from what it shows: its page, its pixels, its colours and its title.
//!
//! In: what the command line says. Out: a [`Look`], which every chart is drawn with.

use serde_json::{Map, Value};
use std::str::FromStr;

/// The size of a chart in pixels. Type and spacing follow the area of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

impl Size {
    /// A 16:9 slide, 1600 x 900.
    pub const SLIDE: Self = Self { width: 1600, height: 900 };
    /// A square.
    pub const SQUARE: Self = Self { width: 1080, height: 1080 };
    /// A sheet of A4 on its side at 150 pixels an inch; twice that, for print, with a scale of 2.
    pub const A4: Self = Self { width: 1754, height: 1240 };
}

impl Default for Size {
    fn default() -> Self {
        Self::SLIDE
    }
}

/// The narrowest, the lowest and the longest page.
const LEAST: (u32, u32) = (640, 360);
const MOST: u32 = 8192;

impl FromStr for Size {
    type Err = String;

    /// `1600x900`, or `a4` for a sheet on its side.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("a4") {
            return Ok(Self::A4);
        }
        let sides = text.split_once(['x', 'X', '×']);
        let sides = sides.and_then(|(width, height)| {
            Some((width.trim().parse::<u32>().ok()?, height.trim().parse::<u32>().ok()?))
        });
        let (width, height) =
            sides.ok_or("write it as WIDTHxHEIGHT in pixels, such as 1600x900, or a4")?;
        if width < LEAST.0 || height < LEAST.1 || width > MOST || height > MOST {
            return Err(format!(
                "a page has {} x {} pixels at least and {MOST} x {MOST} at most; \
                 for a smaller PNG of the same page lower --scale",
                LEAST.0, LEAST.1
            ));
        }
        if width * 2 > height * 5 || height > width * 2 {
            return Err("a page is at most two and a half times as wide as high, \
                        and at most twice as high as wide"
                .to_owned());
        }
        Ok(Self { width, height })
    }
}

/// How charts are drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The page.
    pub size: Size,
    /// Pixels of a PNG for each of the page; SVG has no use for it.
    pub scale: f32,
    /// Greys for colours.
    pub grey: bool,
    /// What stands in place of the headline that the chart computes; empty for none.
    pub title: Option<String>,
}

impl Default for Look {
    fn default() -> Self {
        Self { size: Size::SLIDE, scale: 1.0, grey: false, title: None }
    }
}

impl From<Size> for Look {
    fn from(size: Size) -> Self {
        Self { size, ..Self::default() }
    }
}

impl Look {
    /// What differs from the usual, by the names of the options; the scale, which draws nothing else, aside.
    pub fn unusual(&self) -> Map<String, Value> {
        let Size { width, height } = self.size;
        let options = [
            ("size", (self.size != Size::default()).then(|| format!("{width}x{height}").into())),
            ("grey", self.grey.then(|| true.into())),
            ("title", self.title.as_deref().map(Value::from)),
        ];
        let stated = options.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        stated.collect()
    }

    /// Whether a PNG of the page can be made.
    ///
    /// # Errors
    ///
    /// Where it would have more pixels than [`super::png::MOST`] a side.
    pub fn has_pixels(&self) -> Result<(), String> {
        let Size { width, height } = self.size;
        super::png::fits((width, height), self.scale).map(|_| ())
    }
}

/// A scale as the command line has it.
///
/// # Errors
///
/// Where it is no number from a quarter to 8.
pub fn scale(text: &str) -> Result<f32, String> {
    let number = text.parse::<f32>().ok().filter(|number| (0.25..=8.0).contains(number));
    number.ok_or("write a number from 0.25 to 8, such as 2".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_limited() {
        let read = |text: &str| text.parse::<Size>();
        assert_eq!(read("1600x900"), Ok(Size::SLIDE));
        assert_eq!(read("1080X1080"), Ok(Size::SQUARE));
        assert_eq!(read("A4"), Ok(Size::A4));
        assert_eq!(read("640x360"), Ok(Size { width: 640, height: 360 }));
        for (text, reason) in [
            ("", "such as 1600x900"),
            ("1600", "such as 1600x900"),
            ("1600x-900", "such as 1600x900"),
            ("a5", "such as 1600x900"),
            ("639x360", "640 x 360 pixels at least"),
            ("8193x8192", "8192 x 8192 at most"),
            ("4294967295x4294967295", "at most"),
            ("1000x399", "two and a half times"),
            ("700x1401", "twice as high"),
        ] {
            assert!(read(text).unwrap_err().contains(reason), "{text}");
        }
    }

    #[test]
    fn scales_are_read_and_limited() {
        assert!(["2", "0.25", "8"].into_iter().all(|text| scale(text).is_ok()));
        assert!(["0", "-1", "8.1", "NaN", "inf", "x", ""].iter().all(|text| scale(text).is_err()));
    }

    #[test]
    fn too_many_pixels_are_refused_with_the_remedy() {
        let look = |scale| Look { scale, ..Look::from(Size::A4) };
        assert_eq!(look(4.0).has_pixels(), Ok(()));
        let reason = look(5.0).has_pixels().unwrap_err();
        assert!(reason.contains("8770 x 6200") && reason.contains("lower --scale"), "{reason}");
    }
}
