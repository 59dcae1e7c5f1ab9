//! `contingent brief`: one page that goes to whoever decides.
//!
//! In: a scenario. Out: the page, as HTML or Markdown by the file's ending. Figures are found as `run` finds them.

use super::make::{find_all, options};
use super::scenario::read;
use super::{Changes, EffortArgs, End, ending, output};
use crate::report::brief::brief as gather;
use crate::report::provenance::Recipe;
use crate::report::write::write_file;
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(super) struct BriefArgs {
    /// The scenario file
    scenario: PathBuf,
    /// The file to write: HTML or Markdown by its ending
    #[arg(long, short, value_name = "FILE", value_parser = page_path)]
    output: PathBuf,
    #[command(flatten)]
    pub(super) effort: EffortArgs,
    #[command(flatten)]
    changes: Changes,
}

fn page_path(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if language(&path).is_some() {
        Ok(path)
    } else {
        Err("a brief ends in .html or .md".to_owned())
    }
}

/// What a page is written in.
#[derive(Clone, Copy, Debug)]
enum Language {
    Html,
    Markdown,
}

fn language(path: &std::path::Path) -> Option<Language> {
    match ending(path).as_str() {
        "html" | "htm" => Some(Language::Html),
        "md" => Some(Language::Markdown),
        _ => None,
    }
}

pub(super) fn brief(args: &BriefArgs) -> Result<(), End> {
    let scenario = read(&args.scenario, &args.changes)?;
    let usual = options(&Recipe::default());
    let asked = (&usual, args.effort.effort());
    let found = find_all(scenario, (&args.scenario, &args.changes), asked, |_| ())?;
    let options = Recipe::new(args.effort.effort()).of(&found.finding, &found.beside);
    let gathered = gather(&found.finding, &found.beside).with(options);
    let page = match language(&args.output) {
        Some(Language::Markdown) => gathered.markdown(),
        _ => gathered.html(),
    };
    write_file(&args.output, page.as_bytes())?;
    output::wrote("brief", &args.output, args.changes.quiet);
    Ok(())
}
