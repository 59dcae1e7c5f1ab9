//! What marks look like: the palette, and type as the embedded font draws it.
//!
//! In: text as a scenario wrote it. Out: widths in pixels and lines that fit a given width. Widths are sums of advance
//! widths of Noto Sans without kerning, so they never depend on the machine and err on the wide side.

use std::sync::LazyLock;

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

use super::scale::{count, index, round};
use crate::characters::seen;

/// A colour as red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

impl Colour {
    /// The grey that stands for it: those of the palette are far apart, the rest as light as they are.
    pub(super) fn grey(self) -> Self {
        let found = GREYS.iter().find(|(colour, _)| *colour == self);
        let light = found.map_or_else(|| self.light(), |(_, grey)| *grey);
        Self(light, light, light)
    }

    /// The grey of the same luminance by ITU-R BT.709. Squares stand for sRGB's curve, which is within 3 of 255 of it.
    fn light(self) -> u8 {
        let parts = [(2126, self.0), (7152, self.1), (722, self.2)];
        let square = |part: u8| u32::from(part) * u32::from(part);
        let sum: u32 = parts.iter().map(|(weight, part)| weight * square(*part)).sum();
        u8::try_from((sum / 10_000).isqrt()).unwrap_or(u8::MAX)
    }

    /// So many parts of the way to another colour.
    fn towards(self, other: Self, part: usize, of: usize) -> Self {
        let (part, of) = (count(part), count(of).max(1));
        let mix = |from: u8, to: u8| {
            let (from, to) = (i32::from(from), i32::from(to));
            u8::try_from(from + (to - from) * part / of).unwrap_or(u8::MAX)
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// The same hue for text, dark enough to be read on white.
    pub(super) fn text(self) -> Self {
        TEXTS.iter().find(|(colour, _)| *colour == self).map_or(self, |(_, text)| *text)
    }
}

pub(super) const WHITE: Colour = Colour(255, 255, 255);
pub(super) const INK: Colour = Colour(26, 26, 26);
pub(super) const SOFT: Colour = Colour(89, 89, 89);
pub(super) const AXIS: Colour = Colour(128, 128, 128);
/// What is not the force.
pub(super) const OTHER: Colour = Colour(140, 140, 140);
pub(super) const FAINT: Colour = Colour(196, 196, 196);
pub(super) const GRID: Colour = Colour(226, 226, 226);
pub(super) const BAND: Colour = Colour(246, 246, 246);

// Okabe and Ito (2008), "Color Universal Design".
pub(super) const BLUE: Colour = Colour(0, 114, 178);
pub(super) const ORANGE: Colour = Colour(230, 159, 0);
pub(super) const GREEN: Colour = Colour(0, 158, 115);
pub(super) const VERMILLION: Colour = Colour(213, 94, 0);
pub(super) const PURPLE: Colour = Colour(204, 121, 167);
pub(super) const SKY: Colour = Colour(86, 180, 233);

/// The most steps of lightness that can be told apart.
pub(super) const MOST_SHADES: usize = 10;

/// From little to much: steps of equal lightness (CIELAB, 96 to 15) through the palette's blue, so
/// that they are as even in grey.
const SHADES: [Colour; MOST_SHADES] = [
    Colour(238, 245, 250),
    Colour(205, 220, 237),
    Colour(172, 196, 224),
    Colour(138, 172, 211),
    Colour(101, 149, 198),
    Colour(56, 126, 185),
    Colour(2, 104, 164),
    Colour(5, 81, 132),
    Colour(6, 59, 101),
    Colour(5, 39, 72),
];

/// The first of the shades on which white is easier to read than ink.
const FIRST_DARK: usize = 5;

/// One of so many shades spread evenly over the whole range, and the colour of text on it.
pub(super) fn shade(at: usize, of: usize) -> (Colour, Colour) {
    let last = SHADES.len() - 1;
    let steps = of.saturating_sub(1);
    if steps == 0 {
        return (SHADES[last / 4], INK);
    }
    let at = at.min(steps) * last;
    let (low, part) = (at / steps, at % steps);
    let colour = SHADES[low].towards(SHADES[(low + 1).min(last)], part, steps);
    (colour, if at >= FIRST_DARK * steps { WHITE } else { INK })
}

// Bluish green and sky blue lightened, so that no two parts of a stacked bar look alike.
pub(super) const PALE_GREEN: Colour = Colour(51, 177, 143);
pub(super) const PALE_SKY: Colour = Colour(154, 210, 242);
pub(super) const REST: Colour = Colour(222, 222, 222);

/// What stays apart in grey although it is about equally light in colour.
const GREYS: [(Colour, u8); 8] = [
    (BLUE, 70),
    (GREEN, 105),
    (GREEN_TEXT, 105),
    (VERMILLION, 140),
    (VERMILLION_TEXT, 105),
    (ORANGE, 152),
    (PALE_GREEN, 182),
    (PALE_SKY, 204),
];

const GREEN_TEXT: Colour = Colour(0, 122, 89);
const VERMILLION_TEXT: Colour = Colour(186, 82, 0);

/// Colours too light for text, and what text has instead.
const TEXTS: [(Colour, Colour); 2] = [(GREEN, GREEN_TEXT), (VERMILLION, VERMILLION_TEXT)];

/// Size, weight and colour of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) size: i32,
    pub(super) bold: bool,
    pub(super) colour: Colour,
}

impl Type {
    pub(super) const fn new(size: i32) -> Self {
        Self { size, bold: false, colour: INK }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// From one baseline to the next.
    pub(super) const fn leading(self) -> i32 {
        self.size * 5 / 4
    }

    /// How far a baseline lies below the middle of a line of capitals and digits.
    pub(super) const fn drop(self) -> i32 {
        self.size * 9 / 25
    }

    /// The width of a line of text, rounded up.
    pub(super) fn width(self, text: &str) -> i32 {
        let widths = if self.bold { &*BOLD } else { &*REGULAR };
        let ems: f64 = text.chars().map(|letter| widths.advance(letter)).sum();
        round((ems * f64::from(self.size)).ceil())
    }

    /// The widest of several lines, 0 if there are none.
    pub(super) fn widest<'a>(self, lines: impl IntoIterator<Item = &'a str>) -> i32 {
        lines.into_iter().map(|line| self.width(line)).max().unwrap_or(0)
    }

    /// One line no wider than `width`, cut with an ellipsis where it must be.
    pub(super) fn fit(self, text: &str, width: i32) -> String {
        let text = clean(text);
        if self.width(&text) <= width {
            return text;
        }
        let letters: Vec<char> = text.chars().collect();
        let shortened = |end: &usize| {
            let kept: String = letters[..*end].iter().collect();
            format!("{}…", kept.trim_end_matches([' ', ',', ';', ':', '·']))
        };
        let fits = (1..letters.len()).rev().map(|end| shortened(&end));
        fits.into_iter().find(|line| self.width(line) <= width).unwrap_or_else(|| "…".to_owned())
    }

    /// At most `most` lines no wider than `width`, about equally long; what does not fit ends in an ellipsis.
    pub(super) fn wrap(self, text: &str, width: i32, most: usize) -> Vec<String> {
        let text = clean(text);
        let lines = self.fill(&text, width);
        if lines.len() > most {
            return self.cut(lines, width, most);
        }
        self.balance(&text, width, lines)
    }

    /// Whether `text` wraps at its spaces into `most` lines of that width.
    pub(super) fn wraps(self, text: &str, width: i32, most: usize) -> bool {
        let text = clean(text);
        words(&text).iter().all(|word| self.width(word) <= width)
            && self.fill(&text, width).len() <= most
    }

    fn balance(self, text: &str, width: i32, lines: Vec<String>) -> Vec<String> {
        if lines.len() < 2 || !self.wraps(text, width, lines.len()) {
            return lines;
        }
        let (mut narrow, mut wide) = (width / count(lines.len()) / 2, width);
        while wide - narrow > 1 {
            let middle = i32::midpoint(narrow, wide);
            if self.wraps(text, middle, lines.len()) { wide = middle } else { narrow = middle }
        }
        self.fill(text, wide)
    }

    fn cut(self, mut lines: Vec<String>, width: i32, most: usize) -> Vec<String> {
        let rest = lines.split_off(most.saturating_sub(1)).join(" ");
        lines.push(self.fit(&rest, width));
        lines
    }

    /// Greedy lines; a word that is too long by itself is broken where it must be.
    fn fill(self, text: &str, width: i32) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in words(text).into_iter().flat_map(|word| self.pieces(&word, width)) {
            let Some(line) = lines.last_mut() else { break };
            let longer = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
            if line.is_empty() || self.width(&longer) <= width {
                *line = longer;
            } else {
                lines.push(word);
            }
        }
        lines.retain(|line| !line.is_empty());
        lines
    }

    fn pieces(self, word: &str, width: i32) -> Vec<String> {
        let mut pieces = vec![String::new()];
        for letter in word.chars() {
            let Some(piece) = pieces.last_mut() else { break };
            piece.push(letter);
            if self.width(piece) > width && piece.chars().nth(1).is_some() {
                piece.pop();
                pieces.push(letter.to_string());
            }
        }
        pieces
    }
}

/// Text on one line: no control characters, no marks that turn or hide text, single spaces.
pub(super) fn clean(text: &str) -> String {
    let shown: String = seen(text).collect();
    shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What may be parted by a line break: words, with a per cent sign or a middle dot kept at the word before it.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match words.last_mut() {
            Some(before) if word.starts_with(['%', '·']) => *before = format!("{before} {word}"),
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// How wide the letters of a weight are.
struct Widths {
    face: Option<Face>,
    /// The advance widths of the letters that come first in Unicode, which is where most text is.
    first: Vec<f64>,
}

/// What of a font says how wide its letters are.
struct Face {
    glyphs: Charmap<'static>,
    advances: GlyphMetrics<'static>,
    units_per_em: f64,
}

const FIRST: u32 = 0x0530;

static REGULAR: LazyLock<Widths> = LazyLock::new(|| Widths::of(notosans::REGULAR_TTF));
static BOLD: LazyLock<Widths> = LazyLock::new(|| Widths::of(notosans::BOLD_TTF));

impl Face {
    fn of(font: &'static [u8]) -> Option<Self> {
        let font = FontRef::new(font).ok()?;
        let (unscaled, upright) = (Size::unscaled(), LocationRef::default());
        Some(Self {
            glyphs: font.charmap(),
            advances: font.glyph_metrics(unscaled, upright),
            units_per_em: f64::from(font.metrics(unscaled, upright).units_per_em),
        })
    }

    /// The advance width in ems, none where the font has no such letter.
    fn advance(&self, letter: char) -> Option<f64> {
        let units = self.advances.advance_width(self.glyphs.map(letter)?)?;
        Some(f64::from(units) / self.units_per_em)
    }
}

impl Widths {
    fn of(font: &'static [u8]) -> Self {
        let mut widths = Self { face: Face::of(font), first: Vec::new() };
        let letters = (0..FIRST).map(|code| char::from_u32(code).unwrap_or('\u{0}'));
        widths.first = letters.map(|letter| widths.look_up(letter)).collect();
        widths
    }

    /// The advance width in ems.
    fn advance(&self, letter: char) -> f64 {
        let known = self.first.get(index(i32::try_from(u32::from(letter)).unwrap_or(i32::MAX)));
        known.copied().unwrap_or_else(|| self.look_up(letter))
    }

    /// A full em where the font has no such letter.
    fn look_up(&self, letter: char) -> f64 {
        self.face.as_ref().and_then(|face| face.advance(letter)).unwrap_or(1.0)
    }

    fn has(&self, letter: char) -> bool {
        self.face.as_ref().is_some_and(|face| face.glyphs.map(letter).is_some())
    }
}

/// Whether the embedded font, and so a PNG, can show a text.
pub(super) fn is_drawable(text: &str) -> bool {
    clean(text).chars().all(|letter| REGULAR.has(letter) && BOLD.has(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: Type = Type::new(18);

    #[test]
    fn lines_stay_within_the_width_and_lose_no_word() {
        let text = "A legal framework lets foreign forces operate in Ukraine";
        let lines = LABEL.wrap(text, 150, 9);
        assert!(lines.iter().all(|line| LABEL.width(line) <= 150), "{lines:?}");
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn lines_are_about_equally_long() {
        let lines = LABEL.wrap("one two three four five six seven", 250, 4);
        assert_eq!(lines, ["one two three", "four five six seven"]);
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(LABEL.wrap("alpha beta gamma delta", 60, 2), ["alpha", "beta…"]);
        assert_eq!(LABEL.fit("alpha beta", 5), "…");
    }

    #[test]
    fn a_word_too_long_for_a_line_is_broken() {
        let lines = LABEL.wrap("Donaudampfschifffahrtsgesellschaft", 120, 9);
        assert!(lines.len() > 2 && lines.iter().all(|line| LABEL.width(line) <= 120));
    }

    #[test]
    fn a_number_keeps_its_per_cent_sign() {
        assert_eq!(LABEL.wrap("20-45 % or", 80, 2), ["20-45 %", "or"]);
        assert!(!LABEL.wraps("20-45 %", 55, 2));
    }

    #[expect(clippy::disallowed_methods, reason = "a threshold, not an output")]
    /// Contrast by WCAG 2.2: 1 for equal colours, 21 for black on white.
    fn contrast(one: Colour, other: Colour) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let light = |colour: Colour| {
            0.2126 * linear(colour.0) + 0.7152 * linear(colour.1) + 0.0722 * linear(colour.2)
        };
        let (one, other) = (light(one), light(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_can_be_read_in_colour_and_in_grey() {
        let on_white = [INK, SOFT, BLUE, GREEN.text(), VERMILLION.text()].map(|ink| (ink, WHITE));
        let on_bands = [INK, SOFT].map(|ink| (ink, BAND));
        let on_bars = [ORANGE, PALE_GREEN, PALE_SKY, REST].map(|bar| (INK, bar));
        let pairs = on_white.into_iter().chain(on_bands).chain(on_bars).chain([(WHITE, BLUE)]);
        for (ink, paper) in pairs {
            assert!(contrast(ink, paper) >= 4.5, "{ink:?} on {paper:?}");
            assert!(contrast(ink.grey(), paper.grey()) >= 4.5, "{ink:?} on {paper:?} in grey");
        }
    }

    #[test]
    fn any_number_of_shades_is_even_and_can_be_written_on() {
        for of in 1..=MOST_SHADES {
            let shades: Vec<_> = (0..of).map(|at| shade(at, of)).collect();
            for (paper, ink) in &shades {
                // On what lies midway neither ink nor white reaches 4.2.
                assert!(contrast(*ink, *paper) >= 4.1, "{of}: {ink:?} on {paper:?}");
                assert!(contrast(*ink, paper.grey()) >= 4.1, "{of}: {ink:?} on {paper:?} in grey");
            }
            let greys: Vec<u32> = shades.iter().map(|(own, _)| own.grey().0.into()).collect();
            let steps = greys.windows(2).map(|pair| pair[0] - pair[1]).collect::<Vec<_>>();
            let (least, most) = (steps.iter().min(), steps.iter().max());
            let even = least.zip(most).is_none_or(|(least, most)| *most * 2 <= *least * 3);
            assert!(even, "{of}: {greys:?}");
        }
    }

    #[test]
    fn greys_stay_apart() {
        let lines = [BLUE, VERMILLION, GREEN, INK];
        let bars = [BLUE, ORANGE, PALE_GREEN, PALE_SKY, REST];
        for colours in [&lines[..], &bars[..]] {
            for (at, one) in colours.iter().enumerate() {
                let apart = |other: &Colour| one.grey().0.abs_diff(other.grey().0) >= 18;
                assert!(colours[at + 1..].iter().all(apart), "{one:?}");
                assert_eq!(one.grey().grey(), one.grey());
            }
        }
    }

    #[test]
    fn control_and_turning_characters_go() {
        assert_eq!(clean(" a\u{0}b\n\tc\u{202E}d "), "a b cd");
    }

    #[test]
    fn widths_are_those_that_the_font_states() {
        // At 2048 pixels an em a pixel is a unit of Noto Sans; what the font lacks has a full em.
        let type_of_units = Type::new(2048);
        assert_eq!(
            ["A", " ", "1", "日"].map(|text| type_of_units.width(text)),
            [1309, 532, 1171, 2048]
        );
        assert_eq!(type_of_units.bold().width("A"), 1413);
        assert_eq!(type_of_units.width("A 1"), 1309 + 532 + 1171);
    }

    #[test]
    fn greek_and_cyrillic_are_in_the_font() {
        assert!(is_drawable("Ελλάδα Україна Việt Nam Łódź ≥ … · – − № †"));
        assert!(!["日本", "السعودية", "ישראל", "🛡"].into_iter().any(is_drawable));
    }
}
