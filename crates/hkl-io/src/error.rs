//! Why structure factors could not be read or written.

use std::path::PathBuf;

use crate::{Bounds, Miller};

/// Why structure factors could not be read or written; the message names what was expected and what was found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened, read or mapped.
    #[error("{}: cannot be read: {reason}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The error of the operating system.
        reason: std::io::Error,
    },
    /// A file could not be written; a previous file of that name is unchanged.
    #[error("cannot write {}: {reason}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// The error of the operating system.
        reason: std::io::Error,
    },
    /// A file was written to while it was read, so that it is neither the old one nor the new one.
    #[error("{}: was changed while it was read", file.display())]
    Changed {
        /// The file.
        file: PathBuf,
    },
    /// A line of HKL text is not `h k l F`, or a value of an mmCIF file is not what it must be.
    #[error("{file}:{line}:{column}: expected {expected}, found {found}")]
    Parse {
        /// The name of the text, for example of its file.
        file: String,
        /// Counted from 1.
        line: usize,
        /// In bytes, counted from 1.
        column: usize,
        /// The text in question, in quotes, or what is there instead of text.
        found: String,
        /// What is valid there.
        expected: String,
    },
    /// The header of an Fdump is not `h_min h_max k_min k_max l_min l_max`, or part of an MTZ file not what it must be.
    #[error("{}: byte {byte}: expected {expected}, found {found}", file.display())]
    Header {
        /// The file.
        file: PathBuf,
        /// Counted from 0.
        byte: usize,
        /// The bytes in question, in quotes, or what is there instead.
        found: String,
        /// What is valid there.
        expected: String,
    },
    /// The size of an Fdump does not match the bounds in its header.
    #[error(
        "{}: expected {expected_bytes} bytes for {bounds}, found {found_bytes} bytes",
        file.display()
    )]
    FdumpSize {
        /// The file.
        file: PathBuf,
        /// The bounds in the header.
        bounds: Bounds,
        /// The size that an Fdump with this header has.
        expected_bytes: u128,
        /// The size of the file.
        found_bytes: usize,
    },
    /// A file lacks what is needed of it, or is not what it is taken for.
    #[error("{file}: expected {expected}, found {found}")]
    Content {
        /// The name of the file.
        file: String,
        /// What is needed.
        expected: String,
        /// What is there instead.
        found: String,
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
        /// 8 bytes per node.
        needed_bytes: u128,
        /// The most that is allowed.
        max_bytes: usize,
    },
    /// A grid needs less memory than is allowed, but more than is available.
    #[error("{name}: expected {needed_bytes} bytes of memory for {bounds}, found less")]
    OutOfMemory {
        /// Where the reflections come from.
        name: String,
        /// The bounds of the reflections.
        bounds: Bounds,
        /// 8 bytes per node.
        needed_bytes: usize,
    },
    /// A triplet is no symmetry operator.
    #[error("symmetry operator {text}:{column}: expected {expected}, found {found}")]
    Operator {
        /// The triplet, in quotes.
        text: String,
        /// In bytes, counted from 1.
        column: usize,
        /// The text in question, in quotes, or what is there instead of text.
        found: String,
        /// What is valid there.
        expected: String,
    },
    /// A symbol or a number stands for no space group.
    #[error("expected {expected}, found {found}")]
    UnknownSpaceGroup {
        /// What would be one.
        expected: &'static str,
        /// The symbol, in quotes, or the number.
        found: String,
    },
    /// Symmetry operators are not all those of a space group.
    #[error("expected symmetry operators that are {expected}, found {found}")]
    NotAGroup {
        /// What they would be.
        expected: &'static str,
        /// What they are.
        found: String,
    },
    /// There are no reflections to make a grid of.
    #[error("expected at least one reflection, found none")]
    NoReflections,
    /// The F of a node is NaN or infinite.
    #[error("expected a finite structure factor F for {miller}, found {structure_factor}")]
    NotFinite {
        /// The node.
        miller: Miller,
        /// Its F.
        structure_factor: f64,
    },
    /// The default F is NaN or infinite.
    #[error("expected a finite default F, found {default_f}")]
    DefaultNotFinite {
        /// The default F.
        default_f: f64,
    },
}

impl Error {
    /// For a reader that says itself where symmetry is wrong: bytes before the defect, what was expected, what was found.
    pub(crate) fn of_symmetry(self) -> (usize, String, String) {
        match self {
            Self::Operator { column, expected, found, .. } => (column - 1, expected, found),
            Self::NotAGroup { expected, found } => {
                (0, format!("symmetry operators that are {expected}"), found)
            }
            Self::UnknownSpaceGroup { expected, found } => (0, expected.to_owned(), found),
            other => (0, "symmetry".to_owned(), other.to_string()),
        }
    }
}

impl From<whole_file::Error> for Error {
    fn from(whole_file::Error { path, reason, .. }: whole_file::Error) -> Self {
        Self::Write { file: path, reason }
    }
}
