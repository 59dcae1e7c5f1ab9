//! The stage write: named bytes become files.
//!
//! In: relative names and bytes, or functions that write them. Out: files under a folder, each written beside its place and
//! moved there whole, so that a crash or a full disk leaves the old file as it was. A signal that ends the program asks
//! for `give_up` first (`cli::signals`), so that nothing unfinished stays; what a kill leaves that asks for nothing is
//! removed a day later by whatever is written into the same folder.

use crate::error::Error;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A file to be written: its path relative to the output folder, and its bytes.
#[derive(Clone, Debug)]
pub struct NamedBytes {
    /// Relative path with forward slashes.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl NamedBytes {
    /// Pairs a name with its content.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

/// What is written into a file.
type Fill<'a> = Box<dyn Fn(&mut (dyn Write + Send)) -> io::Result<()> + 'a>;

/// A file whose content is written as it is made, because it may be too large for memory.
pub struct NamedStream<'a> {
    /// Relative path with forward slashes.
    pub name: String,
    fill: Fill<'a>,
}

impl<'a> NamedStream<'a> {
    /// Pairs a relative path with what writes the content.
    pub fn new(
        name: impl Into<String>,
        fill: impl Fn(&mut (dyn Write + Send)) -> io::Result<()> + 'a,
    ) -> Self {
        Self { name: name.into(), fill: Box::new(fill) }
    }
}

impl std::fmt::Debug for NamedStream<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NamedStream").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Files that are not in their places yet, and folders that were made for them.
#[derive(Debug, Default)]
pub struct Unfinished {
    files: BTreeSet<PathBuf>,
    folders: Vec<PathBuf>,
}

/// What is unfinished now, in all threads.
static UNFINISHED: Mutex<Unfinished> =
    Mutex::new(Unfinished { files: BTreeSet::new(), folders: Vec::new() });

fn unfinished() -> MutexGuard<'static, Unfinished> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes whatever is not in its place yet, for a program that is about to end. As long as what is returned lives,
/// nothing is begun and nothing takes its place; files that are taking their places do so first.
pub fn give_up() -> MutexGuard<'static, Unfinished> {
    let unfinished = unfinished();
    for file in &unfinished.files {
        let _ = fs::remove_file(file);
    }
    remove_empty(&unfinished.folders);
    unfinished
}

/// How the names of files that are not in their places yet begin, and how many letters and digits follow.
const HIDDEN: (&str, usize) = (".contingent-", 6);

/// How long nothing was written to a hidden file before it counts as left over by a run that was killed. A run that is
/// still going on after that, and finds its file gone, fails and leaves the old files whole.
const LEFT_OVER: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes what runs that were killed left in a folder, as far as that is certain and possible.
fn remove_left_over(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(HIDDEN.0));
        let own = random.is_some_and(|random| {
            random.len() == HIDDEN.1 && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        // What a symbolic link leads to does not count.
        let written = entry.metadata().ok().filter(fs::Metadata::is_file);
        let written = written.and_then(|file| file.modified().ok()?.elapsed().ok());
        if own && written.is_some_and(|ago| ago > LEFT_OVER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes folders, the last made first, as far as nothing is in them.
fn remove_empty(folders: &[PathBuf]) {
    for folder in folders.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

/// Writes all files under `folder`, creating folders as needed. All are written in full before
/// the first takes its place; where one cannot be written, the folder is as it was.
pub fn write(folder: &Path, files: &[NamedBytes]) -> Result<(), Error> {
    write_with(folder, files, &[])
}

/// The same, with files that are written as they are made.
pub fn write_with(
    folder: &Path,
    files: &[NamedBytes],
    streams: &[NamedStream<'_>],
) -> Result<(), Error> {
    let mut batch = Batch::default();
    for file in files {
        batch.prepare(&folder.join(&file.name), &|out| out.write_all(&file.bytes))?;
    }
    for stream in streams {
        batch.prepare(&folder.join(&stream.name), &stream.fill)?;
    }
    batch.place()
}

/// Writes one file in full or not at all.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut batch = Batch::default();
    batch.prepare(path, &|out| out.write_all(bytes))?;
    batch.place()
}

/// Files that take their places together. What is dropped before leaves nothing behind.
#[derive(Default)]
struct Batch {
    ready: Vec<(tempfile::NamedTempFile, PathBuf)>,
    made: Vec<PathBuf>,
    /// Folders in which nothing is left over.
    tidy: BTreeSet<PathBuf>,
}

impl Batch {
    /// Writes a file beside its place.
    fn prepare(
        &mut self,
        path: &Path,
        fill: &dyn Fn(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<(), Error> {
        let fail = |source: io::Error| Error::Write { path: path.to_path_buf(), source };
        if path.is_dir() {
            return Err(fail(io::Error::other("it is a folder; name a file")));
        }
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        self.make_folder(parent).map_err(fail)?;
        if self.tidy.insert(parent.to_path_buf()) {
            remove_left_over(parent);
        }
        self.ready.push((temporary_in(parent).map_err(fail)?, path.to_path_buf()));
        let Some((temporary, _)) = self.ready.last_mut() else { return Ok(()) };
        fill(temporary.as_file_mut()).map_err(fail)?;
        temporary.as_file().sync_all().map_err(fail)
    }

    /// Makes a folder and those above it, and remembers which were not there.
    fn make_folder(&mut self, folder: &Path) -> io::Result<()> {
        let missing =
            folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists());
        let missing: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
        let mut unfinished = unfinished();
        for folder in missing.into_iter().rev() {
            unfinished.folders.push(folder.clone());
            self.made.push(folder);
        }
        fs::create_dir_all(folder)
    }

    /// Moves all files to their places.
    fn place(mut self) -> Result<(), Error> {
        let mut unfinished = unfinished();
        let ready = std::mem::take(&mut self.ready).into_iter();
        let mut failed = None;
        for (temporary, path) in ready {
            unfinished.files.remove(temporary.path());
            let placed = if failed.is_none() { temporary.persist(&path) } else { continue };
            failed = placed.err().map(|error| Error::Write { path, source: error.error });
        }
        // Dropping the batch takes what is left out of the list.
        drop(unfinished);
        failed.map_or(Ok(()), Err)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let mut unfinished = unfinished();
        for (temporary, _) in self.ready.drain(..) {
            unfinished.files.remove(temporary.path());
        }
        unfinished.folders.retain(|folder| !self.made.contains(folder));
        remove_empty(&self.made);
    }
}

/// A hidden file beside the target, readable by whoever may read the folder.
fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(HIDDEN.0).rand_bytes(HIDDEN.1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut unfinished = unfinished();
    let temporary = builder.tempfile_in(folder)?;
    unfinished.files.insert(temporary.path().to_path_buf());
    Ok(temporary)
}

#[cfg(test)]
mod tests {
    use super::{NamedBytes, NamedStream, write, write_with};
    use std::fs;
    use std::io;

    #[test]
    fn files_are_replaced_whole_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        for content in ["first", "second"] {
            write(folder.path(), &[NamedBytes::new("tables/a.csv", content)]).unwrap();
        }
        assert_eq!(fs::read_to_string(folder.path().join("tables/a.csv")).unwrap(), "second");
        assert_eq!(fs::read_dir(folder.path().join("tables")).unwrap().count(), 1);
    }

    #[test]
    fn a_failure_leaves_every_old_file_whole() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[NamedBytes::new("a", "old")]).unwrap();
        let files = [NamedBytes::new("a", "new"), NamedBytes::new("a/b", "impossible")];
        let message = write(folder.path(), &files).unwrap_err().to_string();
        assert!(message.starts_with("cannot write `"), "{message}");
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "old");
    }

    #[test]
    fn a_stream_that_breaks_off_leaves_the_old_file_whole_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[NamedBytes::new("a", "old")]).unwrap();
        let files = [NamedBytes::new("b", "new")];
        let full = NamedStream::new("a", |out| {
            out.write_all(b"some of it")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        let message = write_with(folder.path(), &files, &[full]).unwrap_err().to_string();
        assert!(message.ends_with("no storage space"), "{message}");
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
