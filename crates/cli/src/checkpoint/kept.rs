//! What an interrupted run leaves in its checkpoint, for its last line.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The checkpoint of the run, and whether a row is in its file.
static KEPT: Mutex<Option<(PathBuf, bool)>> = Mutex::new(None);

/// A checkpoint is there, with rows of an earlier run or without.
pub(super) fn begin(path: &Path, has_rows: bool) {
    set(Some((path.to_owned(), has_rows)));
}

/// What was kept so far is in the file.
pub(super) fn rows_are_written() {
    if let Some((_, has_rows)) = &mut *KEPT.lock().unwrap_or_else(PoisonError::into_inner) {
        *has_rows = true;
    }
}

/// There is no checkpoint any more.
pub(super) fn end() {
    set(None);
}

/// How to go on after an interruption; empty without a checkpoint.
#[cfg(unix)]
pub(crate) fn told() -> String {
    match &*KEPT.lock().unwrap_or_else(PoisonError::into_inner) {
        Some((path, true)) => format!("; the same command goes on from the rows in {}", path.display()),
        Some((path, false)) => format!(", and {} has no row yet", path.display()),
        None => String::new(),
    }
}

fn set(kept: Option<(PathBuf, bool)>) {
    *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = kept;
}
