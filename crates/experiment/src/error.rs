//! What can be wrong with a description or with the files it names.

use std::path::{Path, PathBuf};

use crate::flag::{Flag, Values};

/// Why an experiment cannot be resolved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A flag that is not in the table.
    #[error("unknown flag -{found}{}", nearest.map(|name| format!(": did you mean -{name}?")).unwrap_or_default())]
    UnknownFlag {
        /// Its name, without dashes.
        found: String,
        /// The known name nearest to it.
        nearest: Option<&'static str>,
    },
    /// A word that is not a flag's value.
    #[error("expected a flag, found {found:?}")]
    Stray {
        /// The word.
        found: String,
    },
    /// Too many values or too few.
    #[error("{}: expected {}, found {}", flag.dashed(), counted(*flag, *fewest, *most), if *found == 0 { "none".to_owned() } else { found.to_string() })]
    WrongCount {
        /// The flag.
        flag: Flag,
        /// How many there were.
        found: usize,
        /// The fewest it takes.
        fewest: usize,
        /// The most it takes.
        most: usize,
    },
    /// A value that cannot be one.
    #[error("{}: expected {expected}, found {found:?}", flag.dashed())]
    WrongValue {
        /// The flag.
        flag: Flag,
        /// The value.
        found: String,
        /// What would have done.
        expected: String,
    },
    /// Something needed that was not said.
    #[error("{what}: {hint}")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// How to say it.
        hint: &'static str,
    },
    /// Two statements that exclude each other, or a statement without what it needs.
    #[error("{0}")]
    Contradiction(String),
    /// A file that cannot be read.
    #[error("{}: cannot read it: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that holds something else than expected.
    #[error("{}:{line}:{column}: expected {expected}, found {found:?}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What would have done.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A file that is whole but does not fit.
    #[error("{}: {what}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// Expected and found.
        what: String,
    },
    /// Structure factors that cannot be read.
    #[error(transparent)]
    Hkl(#[from] hkl_io::Error),
    /// An image that cannot be read.
    #[error(transparent)]
    Image(#[from] nanobragg_image_io::Error),
    /// An impossible geometry.
    #[error(transparent)]
    Geometry(#[from] nanobragg_geometry::Error),
}

impl Error {
    /// The error of a flag that is not known.
    #[must_use]
    pub fn unknown_flag(name: &str) -> Self {
        Self::UnknownFlag { found: name.to_owned(), nearest: Flag::nearest_name(name) }
    }

    /// Whether it is about what was typed, and not about a file.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        !matches!(
            self,
            Self::Read { .. } | Self::Parse { .. } | Self::Unfit { .. } | Self::Hkl(_) | Self::Image(_)
        )
    }

    pub(crate) fn wrong(flag: Flag, found: &str, expected: &str) -> Self {
        Self::WrongValue { flag, found: found.to_owned(), expected: expected.to_owned() }
    }

    pub(crate) fn read(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }
}

fn counted(flag: Flag, fewest: usize, most: usize) -> String {
    let count = match (fewest, most) {
        (0, 0) => return "no value".to_owned(),
        (1, 1) => "1 value".to_owned(),
        (fewest, most) if fewest == most => format!("{most} values"),
        (fewest, most) => format!("{fewest} to {most} values"),
    };
    let count = match flag.row().unit {
        "" => count,
        unit => format!("{count} ({unit})"),
    };
    match flag.row().values {
        Values::NumbersOrWord(_, word) => format!("{count} or `{word}`"),
        _ => count,
    }
}
