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
    /// A raw float image whose shape is not known.
    #[error(
        "{}: found {bytes} bytes without a header, expected a shape, a file of the same shape, \
         {} in the same folder, or an SMV image of {bytes}/4 pixels there",
        path.display(), path.with_extension("json").file_name().unwrap_or_default().display()
    )]
    NoShape {
        /// The raw image.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// SMV images in the folder of a raw float image fit its size with different shapes.
    #[error(
        "{}: found {} ({} slow x {} fast pixels) and {} ({} x {}) beside it, expected one shape",
        path.display(), first.0.display(), first.1[0], first.1[1], second.0.display(), second.1[0], second.1[1]
    )]
    ShapeUnclear {
        /// The raw image.
        path: PathBuf,
        /// A file and its shape `[slow, fast]`.
        first: (PathBuf, [usize; 2]),
        /// A file with another shape.
        second: (PathBuf, [usize; 2]),
    },
    /// The file holds fewer images.
    #[error("{}: found {count} image{}, expected image {index}, counted from 0", path.display(), if *count == 1 { "" } else { "s" })]
    NoSuchImage {
        /// The file.
        path: PathBuf,
        /// The image that was wanted, counted from 0.
        index: usize,
        /// The images that there are.
        count: usize,
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
    /// What is to be written cannot be, for example a length that is not a number.
    #[error("{}: not written: {what} is {found}, expected {expected}", path.display())]
    Unwritable {
        /// The file that was not written.
        path: PathBuf,
        /// What cannot be written.
        what: String,
        /// What it is.
        found: String,
        /// What it can be.
        expected: String,
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
    /// Whether it is about a file that was read, and not about one to be written.
    #[must_use]
    pub const fn is_about_input(&self) -> bool {
        match self {
            Self::Read { .. }
            | Self::Size { .. }
            | Self::Malformed { .. }
            | Self::NoShape { .. }
            | Self::ShapeUnclear { .. }
            | Self::NoSuchImage { .. } => true,
            Self::Write { .. } | Self::HeaderShape { .. } | Self::Unwritable { .. } | Self::Png { .. } => {
                false
            }
        }
    }

    pub(crate) fn read(path: &Path, reason: io::Error) -> Self {
        Self::Read { path: path.to_owned(), reason }
    }

    pub(crate) fn malformed(path: &Path, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Malformed { path: path.to_owned(), found: found.into(), expected: expected.into() }
    }
}
