//! The options of charts: their page, their pixels, their colours and their title.
//!
//! In: arguments. Out: a `Look`, or a usage error where a PNG of it would be too large.

use super::end::{End, usage};
use super::output;
use crate::report::chart::{Look, Size, is_drawable, look};
use clap::Args;
use std::collections::BTreeSet;

/// How charts are drawn.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "How charts look")]
pub(super) struct LookArgs {
    /// The page in pixels: `1600x900`, `1080x1080`, any other from 640x360 to 8192x8192, or `a4`
    /// (1754x1240: A4 on its side at 150 pixels an inch)
    #[arg(long, value_name = "SIZE", default_value = "1600x900")]
    size: Size,
    /// Pixels of a PNG for each pixel of the page, such as 2 for a sharp screen or for print
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, value_parser = look::scale, allow_negative_numbers = true)]
    scale: f32,
    /// Greys for colours, for print
    #[arg(long)]
    grey: bool,
}

impl LookArgs {
    /// How charts look, and whether a PNG of one can be made where it is `wanted`.
    pub(super) fn look(self, wanted: bool) -> Result<Look, End> {
        let look = Look { size: self.size, scale: self.scale, grey: self.grey, title: None };
        match look.has_pixels() {
            Err(reason) if wanted => Err(usage(&reason)),
            _ => Ok(look),
        }
    }

    /// The same with a title; a PNG cannot be made of one whose letters its font lacks.
    pub(super) fn titled(self, title: Option<&str>, png: bool) -> Result<Look, End> {
        if let Some(title) = title.filter(|title| png && !is_drawable(title)) {
            return Err(usage(&format!(
                "the title has letters that the font of PNG charts lacks: {}\n\
                 help: it has Latin, Greek and Cyrillic letters; an .svg file shows any",
                lacking(title)
            )));
        }
        Ok(Look { title: title.map(str::to_owned), ..self.look(png)? })
    }
}

/// Says which letters of charts the font of PNG lacks.
pub(super) fn warn(svg: &str, quiet: bool) {
    if quiet || is_drawable(svg) {
        return;
    }
    output::complain(&format!(
        "warning: PNG charts cannot show {}\n\
         help: their font has Latin, Greek and Cyrillic letters; names in others give way to ids. SVG keeps them",
        lacking(svg)
    ));
}

/// The letters of a text that the font of PNG lacks, the first of them.
fn lacking(text: &str) -> String {
    let missing = text.chars().filter(|letter| !is_drawable(&letter.to_string()));
    let letters: BTreeSet<char> = missing.collect();
    let shown: Vec<String> = letters.iter().take(SHOWN).map(char::to_string).collect();
    let more = if letters.len() > SHOWN { " and others" } else { "" };
    format!("{}{more}", shown.join(" "))
}

/// The most letters that a warning lists.
const SHOWN: usize = 8;
