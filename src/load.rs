//! The stage load: a path becomes `Loaded`, the text and TOML tree of every file in layers.
//!
//! In: the path of a scenario, the `--set` arguments and values of `--vary`. Out: one layer for each
//! scenario file along `extends`, the most basic first, its included files beside it; then one for each
//! setting. The only reader of scenario files. Links that lead nowhere are diagnostics at the line
//! that has the link; only a scenario that cannot be read at all is an `Error`.

use crate::characters::is_unseen;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Unread, is_slip, listed};
use crate::document::{self, Item, Node, Table, Value};
use crate::error::Error;
use crate::limits::{DEEPEST_LINK, LARGEST_FILE, LARGEST_SCENARIO, LONGEST_ARGUMENT, MOST_FILES};
use crate::source::{SourceId, Sources, Span};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

/// A scenario's texts and trees.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The scenario's id: its folder's name, or its file's stem.
    pub id: String,
    /// Every text.
    pub sources: Sources,
    /// What overrides what: later layers win.
    pub layers: Vec<Layer>,
    /// Every file that takes part, each once, and those that are named but not there.
    pub files: Vec<PathBuf>,
}

/// One level of overriding.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A scenario file and what it includes: none may repeat an id of another.
    Files(Vec<Table>),
    /// A `--set KEY=VALUE`: the table that its key spells, and where its value begins.
    Setting {
        /// The nested tables that the dotted key spells.
        table: Table,
        /// Offset of the value in the setting's text.
        value_start: u32,
    },
}

impl Layer {
    /// Whether it comes before updates are folded: the files, and what is set of the scenario as a
    /// whole, such as its date. What is set of an entry comes last.
    pub fn comes_before_updates(&self) -> bool {
        match self {
            Self::Files(_) => true,
            Self::Setting { table, .. } => table.contains_key("scenario"),
        }
    }
}

/// One of the values that a `--vary KEY=VALUES` gives its key.
#[derive(Clone, Debug)]
pub struct Varied {
    /// All of `KEY=VALUES`.
    pub argument: String,
    /// `KEY=VALUE`, the value as far from the start as it, or the range that it is of, is in the
    /// argument.
    pub setting: String,
}

/// Reads a scenario, everything that it includes and extends, the settings, and the values of
/// varied keys.
pub fn load(
    path: &Path,
    settings: &[String],
    varied: &[Varied],
    diagnostics: &mut Diagnostics,
) -> Result<Loaded, Error> {
    let (sources, read, files) = (Sources::default(), Budget::default(), vec![path.to_path_buf()]);
    let mut loader = Loader { sources, layers: Vec::new(), files, read, diagnostics };
    let text = read_text(path)?;
    loader.scenario(path, text, &mut Vec::new());
    for setting in settings {
        let id = loader.sources.add("--set".to_owned(), setting.clone());
        loader.setting(id, setting);
    }
    for varied in varied {
        let id = loader.sources.add("--vary".to_owned(), varied.argument.clone());
        loader.setting(id, &varied.setting);
    }
    let Loader { sources, layers, files, .. } = loader;
    Ok(Loaded { id: scenario_id(path), sources, layers, files })
}

/// A scenario's id: the folder's name where the file is `scenario.toml`, else the file's stem. A name of dots would
/// lead out of the folder of reports.
pub fn scenario_id(path: &Path) -> String {
    let shown = |name: &std::ffi::OsStr| {
        let name = name.to_string_lossy().replace(is_unseen, "\u{fffd}");
        (!name.trim_matches('.').is_empty()).then_some(name)
    };
    let stem = path.file_stem().and_then(shown).unwrap_or_else(|| SCENARIO.to_owned());
    if stem != SCENARIO {
        return stem;
    }
    let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    absolute.parent().and_then(Path::file_name).and_then(shown).unwrap_or(stem)
}

/// The stem of a scenario's file that says nothing.
const SCENARIO: &str = "scenario";

/// How much was read so far.
#[derive(Default)]
struct Budget {
    files: usize,
    bytes: usize,
}

/// A scenario file and what it includes, each once.
struct Group {
    files: Vec<Table>,
    seen: Vec<PathBuf>,
}

struct Loader<'a> {
    sources: Sources,
    layers: Vec<Layer>,
    files: Vec<PathBuf>,
    read: Budget,
    diagnostics: &'a mut Diagnostics,
}

impl Loader<'_> {
    /// Reads a scenario file and its base, most basic first. `chain` holds the files that led here.
    fn scenario(&mut self, path: &Path, text: String, chain: &mut Vec<PathBuf>) {
        let table = self.document(path, text);
        chain.push(resolved(path));
        for link in links(&table, "extends") {
            if let Some((base, text)) = self.follow(path, &link, chain, Unread::Base) {
                self.scenario(&base, text, chain);
            }
        }
        let mut group = Group { files: Vec::new(), seen: vec![resolved(path)] };
        self.includes(path, table, chain, &mut group);
        chain.pop();
        self.layers.push(Layer::Files(group.files));
    }

    /// Adds a file and then what it includes to a group.
    fn includes(&mut self, path: &Path, table: Table, chain: &mut Vec<PathBuf>, group: &mut Group) {
        let targets = links(&table, "include");
        group.files.push(table);
        for link in targets {
            let found = self.follow(path, &link, chain, Unread::Include);
            let Some((file, text)) = found else { continue };
            let resolved = resolved(&file);
            if group.seen.contains(&resolved) {
                continue;
            }
            group.seen.push(resolved.clone());
            let table = self.document(&file, text);
            chain.push(resolved);
            self.includes(&file, table, chain, group);
            chain.pop();
        }
    }

    fn document(&mut self, path: &Path, text: String) -> Table {
        let id = self.sources.add(path.display().to_string(), text);
        let text = &self.sources.get(id).text;
        let before = self.diagnostics.len();
        let table = document::read(id, text, self.diagnostics);
        if table.is_empty() && self.diagnostics.len() == before {
            let message = "there is nothing in this file";
            let help = "`contingent init` writes a small scenario to start from";
            let span = Span::new(id, 0..0);
            self.diagnostics.push(Diagnostic::new(Code::EmptyFile, span, message).help(help));
            self.diagnostics.note_unread(Unread::Part(id));
        }
        table
    }

    /// Reads the file that a link names, or says at the link why it cannot be read.
    fn follow(
        &mut self,
        from: &Path,
        (target, span): &(String, Span),
        chain: &[PathBuf],
        unread: Unread,
    ) -> Option<(PathBuf, String)> {
        let path = target_of(from, target);
        if !self.files.contains(&path) {
            self.files.push(path);
        }
        match self.afford(*span).and_then(|()| follow_link(from, target, *span, chain)) {
            Ok((path, text)) => {
                self.read.files += 1;
                self.read.bytes += text.len();
                Some((path, text))
            }
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                self.diagnostics.note_unread(unread);
                None
            }
        }
    }

    /// Whether one more file may be read.
    fn afford(&self, span: Span) -> Result<(), Box<Diagnostic>> {
        let message = if self.read.files + 1 >= MOST_FILES {
            format!("a scenario is made of more than {MOST_FILES} files")
        } else if self.read.bytes > LARGEST_SCENARIO {
            format!("the files of a scenario have more than {} MiB", LARGEST_SCENARIO >> 20)
        } else {
            return Ok(());
        };
        let help = "put files together, and link each from one place only";
        Err(Box::new(Diagnostic::new(Code::TooLarge, span, message).help(help)))
    }

    fn setting(&mut self, id: SourceId, setting: &str) {
        let whole = Span::new(id, 0..setting.len());
        if setting.len() > LONGEST_ARGUMENT {
            return self.diagnostics.push(too_long(whole));
        }
        if let Some(problem) = document::obeyed(whole, setting, setting) {
            return self.diagnostics.push(problem);
        }
        let mut found = Diagnostics::default();
        let table = document::read(id, setting, &mut found);
        if found.has_errors()
            && let Some((key, value)) = setting.split_once('=')
        {
            let word = value.trim_start();
            let blank = &value[..value.len() - word.len()];
            let quoted = format!("{key}={blank}\"{}\"", word.trim().replace(['"', '\\'], ""));
            let mut ignored = Diagnostics::default();
            let retried = document::read(id, &quoted, &mut ignored);
            if !ignored.has_errors() {
                return self.push_setting(clipped(retried, setting.len()), setting);
            }
        }
        let spoilt = found.has_errors();
        if setting.contains('\n') || table.is_empty() && !spoilt {
            return self.refuse_setting(Span::new(id, 0..setting.len()));
        }
        for diagnostic in found.sorted() {
            let help = "write KEY=VALUE, such as force_size=high";
            self.diagnostics.push(diagnostic.clone().help(help));
        }
        if !spoilt {
            self.push_setting(table, setting);
        }
    }

    /// A setting that sets nothing.
    fn refuse_setting(&mut self, span: Span) {
        let message = "this is not one key and one value on one line";
        let help = "write KEY=VALUE, such as force_size=high";
        self.diagnostics.push(Diagnostic::new(Code::TomlSyntax, span, message).help(help));
    }

    fn push_setting(&mut self, table: Table, setting: &str) {
        let offset = setting.find('=').unwrap_or(setting.len());
        let value_start = u32::try_from(offset).unwrap_or(u32::MAX);
        self.layers.push(Layer::Setting { table, value_start });
    }
}

/// An argument of the command line that nobody typed.
pub fn too_long(span: Span) -> Diagnostic {
    let message = format!("more than {LONGEST_ARGUMENT} bytes on the command line");
    let help = "write it into a file that `extends` the scenario";
    Diagnostic::new(Code::TooLarge, Span { end: span.start, ..span }, message).help(help)
}

/// Moves every span into a text of `length` bytes (a value was put into quotes to read it).
fn clipped(table: Table, length: usize) -> Table {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    let clip = |span: Span| Span { end: span.end.min(length), ..span };
    let entries = table.into_iter().map(|(name, item)| {
        let value = match item.node.value {
            Value::Table(inner) => Value::Table(clipped(inner, length as usize)),
            other => other,
        };
        let node = Node { value, span: clip(item.node.span) };
        (name, Item { key: clip(item.key), node })
    });
    entries.collect()
}

/// The paths under `[scenario]` `key`, one or several. Types are judged by `parse`.
fn links(table: &Table, key: &str) -> Vec<(String, Span)> {
    let Some(Value::Table(header)) = table.get("scenario").map(|item| &item.node.value) else {
        return Vec::new();
    };
    let nodes: Vec<&Node> = match header.get(key).map(|item| &item.node) {
        Some(Node { value: Value::Array(nodes), .. }) => nodes.iter().collect(),
        Some(node) => vec![node],
        None => Vec::new(),
    };
    let text = |node: &Node| match &node.value {
        Value::String(text) => Some((text.clone(), node.span)),
        _ => None,
    };
    nodes.into_iter().filter_map(text).collect()
}

/// The file that a link in another names.
fn target_of(from: &Path, target: &str) -> PathBuf {
    tidied(&from.parent().unwrap_or(Path::new("")).join(target))
}

fn follow_link(
    from: &Path,
    target: &str,
    span: Span,
    chain: &[PathBuf],
) -> Result<(PathBuf, String), Box<Diagnostic>> {
    let bad = |code, message: String, help: &str| {
        Err(Box::new(Diagnostic::new(code, span, message).help(help)))
    };
    let relative = Path::new(target);
    let rooted = relative
        .components()
        .any(|component| matches!(component, Component::RootDir | Component::Prefix(_)));
    if target.is_empty() || rooted {
        let help = "give a path relative to the file that names it";
        return bad(Code::BadPath, format!("`{target}` is not a relative path"), help);
    }
    let path = target_of(from, target);
    if chain.contains(&resolved(&path)) {
        let help = "remove one of the links";
        return bad(Code::IncludeLoop, format!("`{target}` leads back to itself"), help);
    }
    if chain.len() >= DEEPEST_LINK {
        let message = format!("more than {DEEPEST_LINK} files stand in one another");
        return bad(Code::TooLarge, message, "name the files from one place");
    }
    match read_text(&path) {
        Ok(text) => Ok((path, text)),
        Err(error) => {
            let diagnostic = Diagnostic::new(Code::UnreadableFile, span, error.to_string());
            let help = match nearby(&path) {
                Some(near) if !path.exists() => near,
                _ => "correct the path, or the file that it leads to".to_owned(),
            };
            Err(Box::new(diagnostic.help(help)))
        }
    }
}

/// Files beside a missing one that end as it does: which is meant, or which there are.
pub fn nearby(path: &Path) -> Option<String> {
    path.extension()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let files = entries.flatten().map(|entry| PathBuf::from(entry.file_name()));
    let files: Vec<PathBuf> = files.filter(|file| file.extension() == path.extension()).collect();
    let word =
        |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let stem = word(path.file_stem())?;
    let close = |file: &&PathBuf| word(file.file_stem()).is_some_and(|near| is_slip(&stem, &near));
    if let Some(near) = files.iter().filter(close).min() {
        return Some(format!("did you mean `{}`?", near.display()));
    }
    let mut names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    names.sort_unstable();
    let names = listed(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
    Some(format!("correct the path; the folder has {names}"))
}

/// `a/../b` as `b`, as far as words go.
fn tidied(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        let named = matches!(tidy.components().next_back(), Some(Component::Normal(_)));
        if component == Component::ParentDir && named {
            tidy.pop();
        } else if component != Component::CurDir {
            tidy.push(component);
        }
    }
    tidy
}

fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Reads a scenario file as UTF-8, without its byte-order mark.
fn read_text(path: &Path) -> Result<String, Error> {
    if path.is_dir() {
        let source = io::Error::other("it is a folder; name the scenario file in it");
        return Err(Error::Read { path: path.to_path_buf(), source });
    }
    let bytes = read_bytes(path, LARGEST_FILE)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned)),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.split(|byte| *byte == b'\n').count();
            Err(Error::NotUtf8 { path: path.to_path_buf(), line })
        }
    }
}

/// Reads a regular file of at most so many bytes. What is no regular file is not even opened: a pipe would wait for
/// ever, and some devices never end.
///
/// # Errors
/// Where there is no such file, or it cannot be read or is larger.
pub(crate) fn read_bytes(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let fail = |source: io::Error| Error::Read { path: path.to_path_buf(), source };
    let metadata = fs::metadata(path).map_err(fail)?;
    if !metadata.is_file() {
        return Err(fail(io::Error::other("it is not a regular file")));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(fail)?;
    // One that grows while it is read, or does not know its size, is held to the limit too.
    file.take(most + 1).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > most {
        let reason = format!("it is larger than {} MiB", most >> 20);
        return Err(fail(io::Error::other(reason)));
    }
    Ok(bytes)
}
