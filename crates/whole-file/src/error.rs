//! Why a file could not be written.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be written; what was at `path` before is still there.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be written: {reason}", path.display())]
#[non_exhaustive]
pub struct Error {
    /// The file, as the caller named it.
    pub path: PathBuf,
    /// The error of the system, or of the caller's code that writes the content.
    pub reason: io::Error,
}

impl Error {
    /// The error of a file at `path`, for a caller who also creates folders or writes by other means.
    #[must_use]
    pub fn new(path: impl AsRef<Path>, reason: io::Error) -> Self {
        Self { path: path.as_ref().to_owned(), reason }
    }
}
