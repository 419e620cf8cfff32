//! Why an image file could not be read or written.

use std::io;
use std::path::{Path, PathBuf};

/// Why an image file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file could not be opened or read.
    #[error("{}: cannot be read: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system, or of the code that makes the content.
        reason: io::Error,
    },
    /// The file could not be created, written or renamed; a previous file at `path` is unchanged.
    #[error("{}: cannot be written: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the operating system, or of the code that makes the content.
        reason: io::Error,
    },
    /// The number of pixels in the file does not match its shape.
    #[error(
        "{}: found {found_bytes} bytes of pixels, expected {expected_bytes} \
         ({} slow x {} fast pixels of {sample_bytes} bytes)",
        path.display(), shape[0], shape[1]
    )]
    Size {
        /// The file.
        path: PathBuf,
        /// Bytes of pixels in the file.
        found_bytes: u64,
        /// Bytes of pixels of an image of that shape.
        expected_bytes: u128,
        /// The shape requested, or stated in the file's header: `[slow, fast]`.
        shape: [usize; 2],
        /// Bytes of one pixel.
        sample_bytes: usize,
    },
    /// The file's content is invalid, or of a variant of its format that this crate does not read.
    #[error("{}: found {found}, expected {expected}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The invalid text, or a description of it.
        found: String,
        /// What is valid there.
        expected: String,
    },
    /// The header for a new file and its pixels have different shapes.
    #[error(
        "{}: not written: the header states {} slow x {} fast pixels, the image has {} x {}",
        path.display(), header[0], header[1], pixels[0], pixels[1]
    )]
    HeaderShape {
        /// The file that was not written.
        path: PathBuf,
        /// `[slow, fast]` of the header.
        header: [usize; 2],
        /// `[slow, fast]` of the pixels.
        pixels: [usize; 2],
    },
    /// A picture cannot be encoded as PNG, for example one without pixels.
    #[error("a picture of {slow} slow x {fast} fast pixels cannot be a PNG: {reason}")]
    Png {
        /// Rows.
        slow: usize,
        /// Columns.
        fast: usize,
        /// The error of the encoder.
        reason: String,
    },
}

impl From<whole_file::Error> for Error {
    fn from(whole_file::Error { path, reason, .. }: whole_file::Error) -> Self {
        Self::Write { path, reason }
    }
}

impl Error {
    pub(crate) fn read(path: &Path, reason: io::Error) -> Self {
        Self::Read { path: path.to_owned(), reason }
    }

    pub(crate) fn malformed(path: &Path, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Malformed { path: path.to_owned(), found: found.into(), expected: expected.into() }
    }
}
