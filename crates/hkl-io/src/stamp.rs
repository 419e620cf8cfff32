//! Whether a file is still the one that it was.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use crate::Error;

/// What tells that the content of an open file has been changed. A file that is replaced by a rename stays open as it
/// was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    is_regular: bool,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self { is_regular: metadata.is_file(), bytes: metadata.len(), modified: metadata.modified().ok() })
    }

    /// The size of a regular file.
    pub(crate) fn regular_bytes(self) -> Option<u64> {
        self.is_regular.then_some(self.bytes)
    }

    /// Checks that a regular file has not been written to since.
    pub(crate) fn check(self, file: &File, path: &Path) -> Result<(), Error> {
        let now = Self::of(file).map_err(|reason| Error::Read { file: path.to_owned(), reason })?;
        if self.is_regular && now != self {
            return Err(Error::Changed { file: path.to_owned() });
        }
        Ok(())
    }
}
