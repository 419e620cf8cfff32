//! What an interrupted run leaves in its checkpoint, for its last line.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The checkpoint of the run, and how long its file is without a row.
static KEPT: Mutex<Option<(PathBuf, u64)>> = Mutex::new(None);

/// A checkpoint is there, which has rows where it is longer than this.
pub(super) fn begin(path: &Path, bytes_without_rows: u64) {
    set(Some((path.to_owned(), bytes_without_rows)));
}

/// There is no checkpoint any more.
pub(super) fn end() {
    set(None);
}

/// How to go on after an interruption; empty without a checkpoint.
#[cfg(unix)]
pub(crate) fn told() -> String {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((path, without_rows)) = &*kept else { return String::new() };
    let has_rows = std::fs::metadata(path).is_ok_and(|file| file.len() > *without_rows);
    match has_rows {
        true => format!("; the same command goes on from the rows in {}", path.display()),
        false => format!(", and {} has no row yet", path.display()),
    }
}

fn set(kept: Option<(PathBuf, u64)>) {
    *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = kept;
}
