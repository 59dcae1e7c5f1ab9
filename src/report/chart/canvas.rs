//! The one place that draws: plotters' SVG backend behind a handful of marks, and the finishing of its text.
//!
//! In: marks in whole pixels. Out: SVG text with a title and a description for screen readers. Text stands on its
//! baseline; plotters' own offsets, which renderers read differently, are taken out again.

use plotters::prelude::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, ShapeStyle, TextStyle,
};

use super::scale::round;
use super::style::{Colour, SOFT, Type, WHITE, clean};
use super::{Look, Size};

/// A place on the page, in pixels.
pub(super) type Point = (i32, i32);

/// A rectangle on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Area {
    pub(super) const fn width(self) -> i32 {
        self.right - self.left
    }

    pub(super) const fn height(self) -> i32 {
        self.bottom - self.top
    }

    pub(super) const fn middle(self) -> Point {
        (i32::midpoint(self.left, self.right), i32::midpoint(self.top, self.bottom))
    }

    pub(super) const fn grown(self, by: i32) -> Self {
        Self {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }

    /// The size of the part that two areas share, in square pixels.
    pub(super) fn overlap(self, other: Self) -> i64 {
        let wide = self.right.min(other.right) - self.left.max(other.left);
        let high = self.bottom.min(other.bottom) - self.top.max(other.top);
        i64::from(wide.max(0)) * i64::from(high.max(0))
    }
}

/// Which part of a text stands at the given point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Start,
    Middle,
    End,
}

/// A page being drawn.
pub(super) struct Canvas<'a> {
    backend: SVGBackend<'a>,
    unit: f64,
    grey: bool,
}

/// The size of type on a small page: what would be 16 pixels on a slide has 10.
const LEAST_UNIT: f64 = 0.625;

/// The size of a page relative to a slide of 1600 x 900. On small pages type stays legible, and less is shown.
fn unit(size: Size) -> f64 {
    (f64::from(size.width) * f64::from(size.height) / 1_440_000.0).sqrt().max(LEAST_UNIT)
}

impl<'a> Canvas<'a> {
    pub(super) fn new(svg: &'a mut String, look: &Look) -> Self {
        let size = look.size;
        let backend = SVGBackend::with_string(svg, (size.width, size.height));
        let mut canvas = Self { backend, unit: unit(size), grey: look.grey };
        let (right, bottom) = (round(size.width.into()), round(size.height.into()));
        canvas.fill(Area { left: 0, top: 0, right, bottom }, WHITE);
        canvas
    }

    /// Pixels of a slide of 1600 x 900 as pixels of this page.
    pub(super) fn px(&self, pixels: i32) -> i32 {
        round(f64::from(pixels) * self.unit).max(1)
    }

    /// Type of a size stated for a slide of 1600 x 900.
    pub(super) fn face(&self, size: i32) -> Type {
        Type::new(self.px(size))
    }

    /// Soft type for what is secondary.
    pub(super) fn soft(&self, size: i32) -> Type {
        self.face(size).colour(SOFT)
    }

    pub(super) fn fill(&mut self, area: Area, colour: Colour) {
        let corners = ((area.left, area.top), (area.right, area.bottom));
        let style = self.stroke(colour, 1);
        drawn(&self.backend.draw_rect(corners.0, corners.1, &style, true));
    }

    /// A crisp horizontal line, `thick` pixels below `y`.
    pub(super) fn level(&mut self, (left, right): (i32, i32), y: i32, thick: i32, colour: Colour) {
        self.fill(Area { left, top: y, right, bottom: y + thick }, colour);
    }

    /// A crisp vertical line, `thick` pixels right of `x`.
    pub(super) fn upright(&mut self, x: i32, (top, bottom): Point, thick: i32, colour: Colour) {
        self.fill(Area { left: x, top, right: x + thick, bottom }, colour);
    }

    pub(super) fn path(&mut self, points: &[Point], thick: i32, colour: Colour) {
        let style = self.stroke(colour, thick);
        drawn(&self.backend.draw_path(points.iter().copied(), &style));
    }

    /// A path in dashes and gaps of the lengths given.
    pub(super) fn dashed(
        &mut self,
        points: &[Point],
        (dash, gap): (i32, i32),
        thick: i32,
        colour: Colour,
    ) {
        for dash in dashes(points, dash, gap) {
            self.path(&dash, thick, colour);
        }
    }

    pub(super) fn disc(&mut self, centre: Point, radius: i32, colour: Colour) {
        let style = self.stroke(colour, 1);
        drawn(&self.backend.draw_circle(centre, radius.max(1).unsigned_abs(), &style, true));
    }

    /// A circle whose stroke lies within `radius`, white inside.
    pub(super) fn ring(&mut self, centre: Point, radius: i32, thick: i32, colour: Colour) {
        self.disc(centre, radius, colour);
        self.disc(centre, radius - thick, WHITE);
    }

    pub(super) fn polygon(&mut self, points: &[Point], colour: Colour) {
        let style = self.stroke(colour, 1);
        drawn(&self.backend.fill_polygon(points.iter().copied(), &style));
    }

    /// A filled square on its corner.
    pub(super) fn diamond(&mut self, (x, y): Point, radius: i32, colour: Colour) {
        let points = [(x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius)];
        self.polygon(&points, colour);
    }

    /// A line of text on its baseline.
    pub(super) fn text(&mut self, at: Point, text: &str, face: Type, align: Align) {
        let style = self.text_style(face, FontTransform::None, align);
        drawn(&self.backend.draw_text(&clean(text), &style, at));
    }

    /// A line of text that hides the lines behind it.
    pub(super) fn plate(&mut self, (x, y): Point, text: &str, face: Type) {
        let right = x + face.width(text);
        let area = Area { left: x, top: y - face.size * 4 / 5, right, bottom: y + face.size / 5 };
        self.fill(area.grown(self.px(2)), WHITE);
        self.text((x, y), text, face, Align::Start);
    }

    /// Lines of text under each other, the first on the baseline given. Returns the last baseline.
    pub(super) fn lines(&mut self, at: Point, lines: &[String], face: Type, align: Align) -> i32 {
        let mut y = at.1 - face.leading();
        for line in lines {
            y += face.leading();
            self.text((at.0, y), line, face, align);
        }
        y
    }

    /// A line of text that rises to the right by 45 degrees.
    pub(super) fn rising(&mut self, at: Point, text: &str, face: Type) {
        let style = self.text_style(face, FontTransform::Rotate270, Align::Start);
        drawn(&self.backend.draw_text(&clean(text), &style, at));
    }

    /// The one place where colours become greys.
    fn rgb(&self, colour: Colour) -> RGBColor {
        let Colour(red, green, blue) = if self.grey { colour.grey() } else { colour };
        RGBColor(red, green, blue)
    }

    fn stroke(&self, colour: Colour, thick: i32) -> ShapeStyle {
        let stroke_width = thick.max(1).unsigned_abs();
        ShapeStyle { color: self.rgb(colour).to_rgba(), filled: true, stroke_width }
    }

    fn text_style(&self, face: Type, transform: FontTransform, align: Align) -> TextStyle<'static> {
        let weight = if face.bold { FontStyle::Bold } else { FontStyle::Normal };
        let anchor = match align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let size = f64::from(face.size) * BACKEND_DIVISOR;
        let font = FontDesc::new(FAMILY, size, weight).transform(transform);
        TextStyle { pos: Pos::new(anchor, VPos::Bottom), ..font.color(&self.rgb(face.colour)) }
    }

    /// Ends the drawing.
    pub(super) fn close(mut self) {
        drawn(&self.backend.present());
    }
}

/// Cuts a path into dashes that run on around its corners.
fn dashes(points: &[Point], dash: i32, gap: i32) -> Vec<Vec<Point>> {
    let (dash, gap) = (f64::from(dash), f64::from(gap));
    let mut dashes = vec![points.first().copied().into_iter().collect::<Vec<_>>()];
    let (mut drawing, mut left) = (true, dash);
    for ends in points.windows(2) {
        let [from, to] = [ends[0], ends[1]].map(|(x, y)| (f64::from(x), f64::from(y)));
        let (wide, high) = (to.0 - from.0, to.1 - from.1);
        let length = (wide * wide + high * high).sqrt();
        let mut gone = 0.0;
        while gone < length {
            let step = left.min(length - gone);
            gone += step;
            left -= step;
            let share = gone / length;
            let next = (round(from.0 + wide * share), round(from.1 + high * share));
            if drawing {
                dashes.extend(dashes.is_empty().then(Vec::new));
                if let Some(last) = dashes.last_mut() {
                    last.push(next);
                }
            }
            if left <= 0.0 {
                drawing = !drawing;
                left = if drawing { dash } else { gap };
                dashes.extend(drawing.then(|| vec![next]));
            }
        }
    }
    dashes.retain(|dash| dash.len() > 1);
    dashes
}

/// Writing to a string cannot fail.
fn drawn<E>(result: &Result<(), E>) {
    debug_assert!(result.is_ok());
}

/// plotters' SVG backend divides sizes of type by this.
const BACKEND_DIVISOR: f64 = 1.24;
const FAMILY: FontFamily<'static> = FontFamily::Name("Noto Sans, Arial, sans-serif");

/// Makes plotters' SVG a document of its own: title, description, text on baselines, slanting text.
pub(super) fn finish(svg: &str, title: &str, description: &str) -> String {
    let (title, description) = (clean(title), clean(description));
    let id = fingerprint(&[&title, &description, svg]);
    let head = format!(
        " role=\"img\" aria-labelledby=\"title-{id} desc-{id}\">\n<title id=\"title-{id}\">{}\
         </title>\n<desc id=\"desc-{id}\">{}</desc>\n",
        escape(&title),
        escape(&description)
    );
    whole_sizes(svg)
        .replace(" dy=\"-0.5ex\"", "")
        .replace(" opacity=\"1\"", "")
        .replace("transform=\"rotate(270, ", "transform=\"rotate(-45, ")
        .replacen(">\n", &head, 1)
}

/// Takes off what plotters' division leaves behind the point of sizes of type.
fn whole_sizes(svg: &str) -> String {
    let mut parts = svg.split(" font-size=\"");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (size, rest) = part.split_once('"').unwrap_or_default();
        let size = round(size.parse().unwrap_or_default());
        whole.extend([" font-size=\"", &size.to_string(), "\"", rest]);
    }
    whole
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// FNV-1a, so that ids differ between charts on one page.
fn fingerprint(texts: &[&str]) -> String {
    let bytes = texts.iter().flat_map(|text| text.bytes());
    let hash = bytes
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_type_are_printed_as_they_are() {
        let mut svg = String::new();
        let mut canvas = Canvas::new(&mut svg, &Look::default());
        (12..60).for_each(|size| canvas.text((1, 1), "x", Type::new(size), Align::Start));
        canvas.close();
        let svg = finish(&svg, "", "");
        assert!((12..60).all(|size| svg.contains(&format!(" font-size=\"{size}\" "))));
    }

    #[test]
    fn the_document_says_what_it_shows_and_hides_no_markup() {
        let mut svg = String::new();
        let mut canvas = Canvas::new(&mut svg, &Look::default());
        canvas.text((10, 20), "<b> & \u{1}dy=\"-0.5ex\"", Type::new(20), Align::Start);
        canvas.close();
        let svg = finish(&svg, "A < B", "x\u{0}y");
        assert!(svg.contains("role=\"img\"") && svg.contains("viewBox=\"0 0 1600 900\""));
        assert!(svg.contains(">A &lt; B</title>") && svg.contains(">x y</desc>"));
        assert!(svg.contains("&lt;b&gt; &amp; dy=&quot;-0.5ex&quot;") && !svg.contains(" dy=\"-"));
    }

    #[test]
    fn dashes_run_around_corners() {
        let found = dashes(&[(0, 0), (10, 0), (10, 10)], 6, 2);
        assert_eq!(
            found,
            [vec![(0, 0), (6, 0)], vec![(8, 0), (10, 0), (10, 4)], vec![(10, 6), (10, 10)]]
        );
        assert!(dashes(&[], 6, 2).is_empty());
    }

    #[test]
    fn areas_overlap_only_where_they_share_pixels() {
        let area = Area { left: 0, top: 0, right: 10, bottom: 10 };
        assert_eq!(area.overlap(Area { left: 10, top: 0, right: 20, bottom: 10 }), 0);
        assert_eq!(area.overlap(Area { left: 5, top: 5, right: 20, bottom: 20 }), 25);
        assert_eq!(area.overlap(area.grown(-6)), 0);
    }
}
