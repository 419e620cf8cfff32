//! What a path leads to, and how that is written.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Large enough that rows of a detector image pass in few system calls.
pub(crate) const BUFFER_BYTES: usize = 1 << 16;

/// As many links as Linux follows.
const MOST_LINKS: usize = 40;

/// What a path leads to, once its symbolic links are followed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A regular file, or nothing yet.
    Replace(PathBuf),
    /// A device, a pipe, or a folder, which then refuses to be opened for writing.
    WriteThrough(PathBuf),
}

impl Target {
    pub(crate) fn of(path: &Path) -> Self {
        match fs::canonicalize(path) {
            Ok(existing) if existing.is_file() => Self::Replace(existing),
            Ok(existing) => Self::WriteThrough(existing),
            Err(_) => Self::Replace(end_of_links(path)),
        }
    }
}

/// Where [`write()`](crate::write()) puts the file of a path: its symbolic links are followed, and its folder is the same
/// however it is spelled. The file need not exist.
#[must_use]
pub fn destination(path: &Path) -> PathBuf {
    match Target::of(path) {
        Target::Replace(path) | Target::WriteThrough(path) => path,
    }
}

/// Refuses to replace a file that nobody may write to. A rename would not ask: it needs the permissions of the folder alone.
pub(crate) fn check_old(old: &Metadata) -> io::Result<()> {
    if old.is_file() && old.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "is read-only"));
    }
    Ok(())
}

/// The folder that a file is in.
pub(crate) fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where a link leads that points to no file yet; any other path as it is, by the name of its folder.
fn end_of_links(path: &Path) -> PathBuf {
    let mut end = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&end) else { break };
        end = folder(&end).join(next);
    }
    match (fs::canonicalize(folder(&end)), end.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => end,
    }
}
