//! Why structure factors could not be read or written.

use std::path::PathBuf;

use crate::{Bounds, Miller};

/// Why structure factors could not be read or written; the message says what was expected and what was found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened, read or mapped.
    #[error("cannot read {}: {reason}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// A file could not be written; what was at its place before is still there.
    #[error("cannot write {}: {reason}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// HKL text does not say `h k l F`.
    #[error("{file}:{line}:{column}: expected {expected}, found {found}")]
    Parse {
        /// The name the text was read under.
        file: String,
        /// Counted from 1.
        line: usize,
        /// In bytes, counted from 1.
        column: usize,
        /// The text in question, in quotes, or what is there instead of text.
        found: String,
        /// What would have been right there.
        expected: String,
    },
    /// An Fdump header does not say `h_min h_max k_min k_max l_min l_max`.
    #[error("{}: byte {byte}: expected {expected}, found {found}", file.display())]
    Header {
        /// The file.
        file: PathBuf,
        /// Counted from 0.
        byte: usize,
        /// The bytes in question, in quotes, or what is there instead.
        found: String,
        /// What would have been right there.
        expected: String,
    },
    /// An Fdump is shorter or longer than its header says.
    #[error(
        "{}: expected {expected_bytes} bytes for {bounds}, found {found_bytes} bytes",
        file.display()
    )]
    FdumpSize {
        /// The file.
        file: PathBuf,
        /// What the header says.
        bounds: Bounds,
        /// The size that an Fdump with this header has.
        expected_bytes: u128,
        /// The size of the file.
        found_bytes: usize,
    },
    /// A grid over these bounds needs more memory than is allowed.
    #[error(
        "{name}: expected a grid of at most {max_bytes} bytes, found {bounds}, which need {needed_bytes} bytes"
    )]
    GridTooLarge {
        /// Where the reflections come from.
        name: String,
        /// The bounds of the reflections.
        bounds: Bounds,
        /// 8 bytes a node.
        needed_bytes: u128,
        /// The most that is allowed.
        max_bytes: usize,
    },
    /// The machine has less memory than is allowed, and than a grid needs.
    #[error("{name}: expected {needed_bytes} bytes of memory for {bounds}, found less")]
    OutOfMemory {
        /// Where the reflections come from.
        name: String,
        /// The bounds of the reflections.
        bounds: Bounds,
        /// 8 bytes a node.
        needed_bytes: usize,
    },
    /// A list without reflections spans no grid.
    #[error("expected at least one reflection, found none")]
    NoReflections,
    /// NaN or an infinity as the F of a node.
    #[error("expected a finite structure factor F for {miller}, found {structure_factor}")]
    NotFinite {
        /// The node.
        miller: Miller,
        /// Its F.
        structure_factor: f64,
    },
    /// NaN or an infinity as the default F.
    #[error("expected a finite default F, found {default_f}")]
    DefaultNotFinite {
        /// The default F.
        default_f: f64,
    },
}

impl From<whole_file::Error> for Error {
    fn from(whole_file::Error { path, reason, .. }: whole_file::Error) -> Self {
        Self::Write { file: path, reason }
    }
}
