//! What can be wrong with an experiment or with the files it names.

use std::path::{Path, PathBuf};

use crate::provenance::{Provenance, Provenances};

/// Why an experiment cannot be read or resolved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A value that cannot be one.
    #[error("{}: expected {expected}, found {found}", place(key, from))]
    Value {
        /// Its key, such as `crystal.cell`.
        key: String,
        /// Where it comes from.
        from: Box<Provenance>,
        /// The value.
        found: String,
        /// What would have done.
        expected: String,
    },
    /// Something needed that is not there.
    #[error("{what}: {hint}")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// How to give it.
        hint: &'static str,
    },
    /// Two values that exclude each other, or a value without what it needs.
    #[error("{0}")]
    Contradiction(String),
    /// A detector that faces away from the sample, so that its pixels would have negative solid angles.
    #[error(
        "the detector faces away from the sample: the nearest point of its plane is at {close_mm} mm along its \
             normal, expected more than 0; check its rotations, two-theta, normal and origin"
    )]
    FacesAway {
        /// Distance of the plane's nearest point along the normal, mm.
        close_mm: f64,
    },
    /// Nothing gives the crystal's lattice.
    #[error(
        "no unit cell: give crystal.cell, an orientation matrix with crystal.matrix_file, or structure factors in a file \
         that has a cell"
    )]
    NoCell,
    /// Images and tables that do not fit into memory.
    #[error("the {what} need {bytes} bytes, and {available} are available: expected less of {names}")]
    Memory {
        /// What needs most of it.
        what: &'static str,
        /// Bytes in all.
        bytes: u64,
        /// Bytes there are.
        available: u64,
        /// What its values are called: the arguments that gave them, or their keys.
        names: String,
    },
    /// Two outputs of one name.
    #[error("{one} and {other} both write {}: expected two names", path.display())]
    Collision {
        /// What the first is called: the argument that gave it, or its key.
        one: String,
        /// What the second is called.
        other: String,
        /// The file.
        path: PathBuf,
    },
    /// An output that would replace a file that is read.
    #[error("{output} would replace {}, which {input} reads", path.display())]
    WouldReplace {
        /// What the output is called: the argument that gave it, or its key.
        output: String,
        /// What the input is called.
        input: String,
        /// The file.
        path: PathBuf,
    },
    /// A file that cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
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
    /// A key of a file that is wrong.
    #[error("{}:{line}: {key}: {what}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The key, with those above it.
        key: String,
        /// Expected and found.
        what: String,
    },
    /// A file that is whole but does not fit.
    #[error("{}: {what}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// Expected and found.
        what: String,
    },
    /// A description that is no experiment.
    #[error("{}: {error}", path.display())]
    Description {
        /// The file.
        path: PathBuf,
        /// What is wrong with the experiment it describes.
        error: Box<Error>,
    },
    /// Structure factors that cannot be read.
    #[error(transparent)]
    Hkl(#[from] hkl_io::Error),
    /// Coordinates that cannot be read, or of which no structure factors can be computed.
    #[error(transparent)]
    Structure(#[from] nanobragg_structure::Error),
    /// An image that cannot be read.
    #[error(transparent)]
    Image(#[from] nanobragg_image_io::Error),
    /// An impossible geometry.
    #[error(transparent)]
    Geometry(#[from] nanobragg_geometry::Error),
}

impl Error {
    /// Whether it is about what was typed, and not about a file.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        match self {
            Self::Value { from, .. } => {
                !matches!(**from, Provenance::Header { .. } | Provenance::File { .. })
            }
            Self::Missing { .. }
            | Self::Contradiction(_)
            | Self::FacesAway { .. }
            | Self::NoCell
            | Self::Memory { .. }
            | Self::Collision { .. }
            | Self::WouldReplace { .. }
            | Self::Geometry(_) => true,
            Self::Read { .. }
            | Self::Parse { .. }
            | Self::Key { .. }
            | Self::Description { .. }
            | Self::Unfit { .. }
            | Self::Hkl(_)
            | Self::Structure(_)
            | Self::Image(_) => false,
        }
    }

    /// The same error of an experiment that a file alone describes: it names the file.
    #[must_use]
    pub fn in_description(self, path: &Path) -> Self {
        if self.is_usage() {
            Self::Description { path: path.to_owned(), error: Box::new(self) }
        } else {
            self
        }
    }

    /// Structure factors that do not fit into memory; `name` is the key or the flag that gave them.
    pub(crate) fn factors_too_large(bytes: u64, memory_bytes: usize, name: &str) -> Self {
        Self::Memory {
            what: "structure factors",
            bytes,
            available: memory_bytes as u64,
            names: name.to_owned(),
        }
    }

    pub(crate) fn value(from: &Provenances, key: &str, found: impl ToString, expected: &str) -> Self {
        Self::Value {
            key: key.to_owned(),
            from: Box::new(from.of(key).clone()),
            found: format!("{:?}", found.to_string()),
            expected: expected.to_owned(),
        }
    }

    pub(crate) fn read(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }
}

/// What a message calls a value: the argument that gave it, or the file and the key.
fn place(key: &str, from: &Provenance) -> String {
    match from {
        Provenance::Argument(name) => name.clone(),
        Provenance::Header { path, key } => format!("{}: {key} in the header", path.display()),
        Provenance::File { path, line: Some(line) } => format!("{}:{line}: {key}", path.display()),
        Provenance::File { path, line: None } => format!("{}: {key}", path.display()),
        _ => key.to_owned(),
    }
}
