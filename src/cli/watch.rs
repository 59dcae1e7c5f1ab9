//! `contingent watch`: everything that `run` writes, again whenever a file of the scenario is saved.
//!
//! In: `run`'s arguments. Out: its files, each whole, and a line for each time they were written. Files
//! are looked at every third of a second: that works on every disk and network drive, needs no library,
//! and what editors do to save (write, rename, delete and write) all looks the same.

use super::make::{Made, make};
use super::scenario::{complain_about, note_unknown, request};
use super::{End, RunArgs, STACK, output, signals};
use crate::pipeline::{self, sha256};
use crate::report::tables::history_figures;
use crate::report::wording::short_requirement;
use crate::report::words::{hundredths, thousands};
use crate::scenario::Scenario;
use crate::study::Finding;
use crate::study::metric::Metric;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, SystemTime};

/// From one look at the files to the next.
const PAUSE: Duration = Duration::from_millis(300);

/// From one look to the next while something is being saved.
const SHORT_PAUSE: Duration = Duration::from_millis(100);

/// So many looks in a row must find the same before a change is taken to be complete.
const CALM: usize = 2;

/// The same where a file is gone: some programs delete it before they write it again.
const CALM_WHERE_MISSING: usize = 6;

/// The most looks at files that never come to rest.
const PATIENCE: usize = 30;

/// How often in a row what was made is thrown away because a file changed meanwhile.
const MOST_IN_VAIN: usize = 3;

/// The largest file whose content is looked at; of larger ones length and time tell.
const LARGEST: u64 = 1024 * 1024;

/// What happens beside the main thread.
enum Event {
    /// Everything is made, or its making ended with problems that were printed.
    Made(Result<Box<Made>, End>),
    /// Ctrl-C, or whatever else ends a program.
    End,
}

/// How a file looks.
#[derive(Clone, Debug, PartialEq)]
enum Stamp {
    Missing,
    Content(String),
    Large(u64, Option<SystemTime>),
}

/// A watch that goes on.
struct Watch {
    args: Arc<RunArgs>,
    sender: Sender<Event>,
    events: Receiver<Event>,
    /// Every file that takes part, and how each looked when it was last read.
    files: Vec<(PathBuf, Stamp)>,
    /// The leading figures as they were last written.
    shown: Vec<(String, String)>,
}

/// Told to end.
struct Ended;

pub(super) fn watch(args: RunArgs) -> Result<(), End> {
    args.look.look(true)?;
    let (sender, events) = mpsc::channel();
    let ending = sender.clone();
    signals::when_ended(move |_| {
        // It fails only where the watch has ended already.
        let _ = ending.send(Event::End);
    });
    let path = args.scenario.clone();
    // A path that leads nowhere at the start is a slip.
    drop(pipeline::check(&request(&path, &args.changes))?);
    let files = vec![(path, Stamp::Missing)];
    let mut watch = Watch { args: Arc::new(args), sender, events, files, shown: Vec::new() };
    while watch.rewrite().is_ok() && watch.wait().is_ok() {}
    Ok(())
}

impl Watch {
    /// Writes everything anew, or says what is in the way. What was written before stays whole.
    fn rewrite(&mut self) -> Result<(), Ended> {
        for vain in 0..=MOST_IN_VAIN {
            let Some(scenario) = self.read()? else { break };
            let made = self.make(scenario)?;
            // A file that never comes to rest does not hold up what can be said meanwhile.
            if vain < MOST_IN_VAIN && self.is_changed() {
                continue;
            }
            match made {
                Ok(made) => self.write(&made),
                // What cannot be drawn or read now may be so after the next change.
                Err(end) => {
                    end.status();
                    self.say_kept();
                }
            }
            break;
        }
        Ok(())
    }

    /// The scenario as it is now, once its files have come to rest; none where there are errors.
    fn read(&mut self) -> Result<Option<Scenario>, Ended> {
        loop {
            self.settle()?;
            let args = Arc::clone(&self.args);
            let checked = match pipeline::check(&request(&args.scenario, &args.changes)) {
                Ok(checked) => checked,
                Err(error) => {
                    output::complain(&format!("error: {error}"));
                    self.say_kept();
                    return Ok(None);
                }
            };
            let known = self.files.iter().map(|(path, _)| path);
            if !known.eq(checked.files.iter()) {
                // Only how a file looked before it was read tells whether it changed since.
                self.files = checked.files.into_iter().map(|path| (path, Stamp::Missing)).collect();
                continue;
            }
            complain_about(&checked, &args.scenario, args.changes.quiet);
            match &checked.scenario {
                Some(scenario) if !args.changes.quiet => note_unknown(scenario),
                Some(_) => {}
                None => self.say_kept(),
            }
            return Ok(checked.scenario);
        }
    }

    /// Waits until all files look the same for a while, and remembers how.
    fn settle(&mut self) -> Result<(), Ended> {
        self.look();
        let mut calm = 0;
        for _ in 0..PATIENCE {
            let missing = self.files.iter().any(|(_, stamp)| *stamp == Stamp::Missing);
            if calm >= if missing { CALM_WHERE_MISSING } else { CALM } {
                break;
            }
            self.pause(SHORT_PAUSE)?;
            calm = if self.is_changed() { 0 } else { calm + 1 };
            self.look();
        }
        Ok(())
    }

    fn look(&mut self) {
        self.files.iter_mut().for_each(|(path, seen)| *seen = stamp(path));
    }

    fn is_changed(&self) -> bool {
        self.files.iter().any(|(path, seen)| stamp(path) != *seen)
    }

    /// Makes everything on a thread of its own, so that the program can be ended meanwhile.
    fn make(&self, scenario: Scenario) -> Result<Result<Box<Made>, End>, Ended> {
        let (args, sender) = (Arc::clone(&self.args), self.sender.clone());
        let work = move || {
            let made = make(&args, scenario).map(Box::new);
            let _ = sender.send(Event::Made(made));
        };
        // Where no thread can be had there is no memory either.
        thread::Builder::new().stack_size(STACK).spawn(work).map_err(|_| Ended)?;
        match self.events.recv() {
            Ok(Event::Made(made)) => Ok(made),
            Ok(Event::End) | Err(_) => Err(Ended),
        }
    }

    fn write(&mut self, made: &Made) {
        let folder = made.folder(&self.args);
        let count = match made.write(&folder) {
            Ok(count) => count,
            Err(error) => {
                output::complain(&format!("error: {error}"));
                return self.say_kept();
            }
        };
        let shown = leading(&made.finding);
        if !self.args.changes.quiet {
            let told = moved(&self.shown, &shown);
            output::complain(&format!("{count} files written to {}: {told}", folder.display()));
        }
        self.shown = shown;
    }

    fn say_kept(&self) {
        let kept = if self.shown.is_empty() { "" } else { "; what was written last is kept" };
        output::complain(&format!("nothing is written{kept}; waiting for the next change"));
    }

    /// Waits until a file looks otherwise than it did.
    fn wait(&self) -> Result<(), Ended> {
        while !self.is_changed() {
            self.pause(PAUSE)?;
        }
        Ok(())
    }

    fn pause(&self, time: Duration) -> Result<(), Ended> {
        match self.events.recv_timeout(time) {
            Err(RecvTimeoutError::Timeout) => Ok(()),
            Ok(_) | Err(RecvTimeoutError::Disconnected) => Err(Ended),
        }
    }
}

/// How a file looks: by its content, because clocks of disks are coarse.
fn stamp(path: &Path) -> Stamp {
    let Ok(metadata) = fs::metadata(path) else { return Stamp::Missing };
    if metadata.is_file() && metadata.len() <= LARGEST {
        return fs::read(path).map_or(Stamp::Missing, |bytes| Stamp::Content(sha256(&bytes)));
    }
    Stamp::Large(metadata.len(), metadata.modified().ok())
}

/// The leading figures and their values in words.
fn leading(finding: &Finding) -> Vec<(String, String)> {
    let scenario = &finding.scenario;
    let figures = history_figures(finding).into_iter().map(|(metric, value)| {
        let (name, joint) = match metric {
            Metric::Headline => ("pledged".to_owned(), "troops"),
            Metric::Counted => ("counted".to_owned(), "troops"),
            Metric::InTheatre => ("expected in theatre".to_owned(), "troops"),
            Metric::Met(at) => (short_requirement(scenario, at), ""),
            Metric::MetWhenAsked(at) => {
                (format!("{} when asked", short_requirement(scenario, at)), "")
            }
        };
        let value = value.map(|value| value.value);
        let words = value.map(|value| match joint {
            "" => hundredths(value, "in"),
            unit => format!("{} {unit}", thousands(value)),
        });
        (name, words.unwrap_or_else(|| "no figure".to_owned()))
    });
    figures.collect()
}

/// What moved among the leading figures; at first, all of them.
fn moved(was: &[(String, String)], is: &[(String, String)]) -> String {
    let told =
        is.iter().filter_map(|(name, value)| match was.iter().find(|(own, _)| own == name) {
            Some((_, before)) if before == value => None,
            Some((_, before)) => Some(format!("{name} {value}, was {before}")),
            None => Some(format!("{name} {value}")),
        });
    let told: Vec<String> = told.collect();
    if told.is_empty() { "no leading figure moved".to_owned() } else { told.join("; ") }
}
