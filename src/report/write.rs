//! The stage write: named bytes become files.
//!
//! In: relative names and bytes, or functions that write them. Out: files under a folder, each written beside its place and
//! moved there whole, so that a crash or a full disk leaves the old file as it was.

use crate::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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

/// Writes all files under `folder`, creating folders as needed. All are written in full before
/// the first takes its place.
pub fn write(folder: &Path, files: &[NamedBytes]) -> Result<(), Error> {
    write_with(folder, files, &[])
}

/// The same, with files that are written as they are made.
pub fn write_with(
    folder: &Path,
    files: &[NamedBytes],
    streams: &[NamedStream<'_>],
) -> Result<(), Error> {
    let mut ready = Vec::new();
    for file in files {
        ready.push(prepare(&folder.join(&file.name), &|out| out.write_all(&file.bytes))?);
    }
    for stream in streams {
        ready.push(prepare(&folder.join(&stream.name), &stream.fill)?);
    }
    for (temporary, path) in ready {
        place(temporary, &path)?;
    }
    Ok(())
}

/// Writes one file in full or not at all.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let (temporary, path) = prepare(path, &|out| out.write_all(bytes))?;
    place(temporary, &path)
}

fn prepare(
    path: &Path,
    fill: &dyn Fn(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<(tempfile::NamedTempFile, PathBuf), Error> {
    let fail = |source: io::Error| Error::Write { path: path.to_path_buf(), source };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(fail)?;
    let mut temporary = temporary_in(parent).map_err(fail)?;
    fill(temporary.as_file_mut()).map_err(fail)?;
    temporary.as_file().sync_all().map_err(fail)?;
    Ok((temporary, path.to_path_buf()))
}

/// A hidden file beside the target, readable by whoever may read the folder.
fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".contingent-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn place(temporary: tempfile::NamedTempFile, path: &Path) -> Result<(), Error> {
    let persisted = temporary.persist(path);
    persisted.map_err(|error| Error::Write { path: path.to_path_buf(), source: error.error })?;
    Ok(())
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
