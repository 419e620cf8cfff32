//! Advisory locks on folders: they leave nothing behind and end with the process, however it ends.
//!
//! Not every file system has them; NFS, for one, locks files alone. Nothing is locked there.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

/// The names of a set are given in less than a millisecond; whoever holds a lock for longer does something else, or is
/// stopped.
const PATIENCE: Duration = Duration::from_secs(1);

/// What came of an attempt to lock a folder.
#[derive(Debug)]
pub(crate) enum Claim {
    /// Locked until the file is dropped.
    Ours(File),
    /// Somebody else has it, or it is not there any more.
    Others,
    /// There are no locks.
    Unknown,
}

/// Locks the folder that is at `path` now.
pub(crate) fn claim(path: &Path) -> Claim {
    if !fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
        return Claim::Others;
    }
    let Ok(folder) = File::open(path) else { return Claim::Unknown };
    let is_there = || {
        let found = [fs::symlink_metadata(path), folder.metadata()];
        matches!(found, [Ok(there), Ok(opened)] if identity(&there) == identity(&opened))
    };
    match folder.try_lock() {
        // Between the two it may have been removed, and another put in its place.
        Ok(()) if is_there() => Claim::Ours(folder),
        Ok(()) | Err(TryLockError::WouldBlock) => Claim::Others,
        Err(TryLockError::Error(_)) => Claim::Unknown,
    }
}

/// Locks folders in an order that is the same in every program; they are free again when the result is dropped.
///
/// A folder that somebody else keeps locked for longer than a second, or that cannot be locked, is not.
pub(crate) fn wait_for<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Vec<File> {
    // Keyed by what they are: a folder with two names is not to wait for itself.
    let opened: BTreeMap<_, File> = folders
        .into_iter()
        .filter_map(|path| {
            let folder = File::open(path).ok()?;
            let metadata = folder.metadata().ok()?;
            Some((identity(&metadata), folder))
        })
        .collect();
    let deadline = Instant::now() + PATIENCE;
    opened.into_values().filter(|folder| is_locked_by(folder, deadline)).collect()
}

fn is_locked_by(folder: &File, deadline: Instant) -> bool {
    loop {
        match folder.try_lock() {
            Ok(()) => return true,
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(_) => return false,
        }
    }
}

/// What tells a folder from every other on the machine.
#[cfg(unix)]
fn identity(found: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

/// No folder can be opened as a file there.
#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}
