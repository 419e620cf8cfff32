//! What can be wrong with a command line.

use nanobragg_experiment::{self as experiment, Provenance};

use crate::flag::{Flag, Values};

/// Why a command line does not describe an experiment.
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
    /// An argument that is not a flag's value.
    #[error("expected a flag, found {found:?}")]
    Stray {
        /// The argument.
        found: String,
    },
    /// Too many values or too few.
    #[error("{name}: expected {}, found {}", counted(*flag, *fewest, *most), if *found == 0 { "none".to_owned() } else { found.to_string() })]
    WrongCount {
        /// The flag.
        flag: Flag,
        /// Its name, as [`Error::with_typed_name`] knows it.
        name: String,
        /// How many there were.
        found: usize,
        /// The fewest it takes.
        fewest: usize,
        /// The most it takes.
        most: usize,
    },
    /// A value that cannot be one.
    #[error("{name}: expected {expected}, found {found:?}")]
    WrongValue {
        /// The flag.
        flag: Flag,
        /// Its name, as [`Error::with_typed_name`] knows it.
        name: String,
        /// The value.
        found: String,
        /// What would have done.
        expected: String,
    },
    /// A value of a header that cannot be one.
    #[error("{}: {key} in the header: expected {expected}, found {found:?}", path.display())]
    WrongHeader {
        /// The file.
        path: std::path::PathBuf,
        /// The header's key.
        key: &'static str,
        /// The value.
        found: String,
        /// What would have done.
        expected: String,
    },
    /// Something needed that is not given.
    #[error("{what}: {hint}")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// How to give it.
        hint: &'static str,
    },
    /// Nothing gives F.
    #[error(
        "no structure factors: give a list or coordinates with -hkl FILE, a binary one with -dump FILE, or one F for all \
         reflections with -default_F F"
    )]
    NoStructureFactors,
    /// Two flags that exclude each other, or a flag without what it needs.
    #[error("{0}")]
    Contradiction(String),
    /// What is wrong with the experiment that the flags describe.
    #[error("{}", in_flags(.0))]
    Experiment(#[from] experiment::Error),
}

/// The flags of values that have a default, by their keys.
const FLAGS_OF_KEYS: [(&str, Flag); 20] = [
    ("output.float_file", Flag::Floatfile),
    ("output.int_file", Flag::Intfile),
    ("output.pgm_file", Flag::Pgmfile),
    ("output.noise_file", Flag::Noisefile),
    ("output.cbf_file", Flag::Cbffile),
    ("output.nxmx_file", Flag::Nxmx),
    ("output.smv_file", Flag::Smvfile),
    ("output.npy_file", Flag::Npyfile),
    ("output.png_file", Flag::Pngfile),
    ("output.expt_file", Flag::ExptOut),
    ("response.preset", Flag::Response),
    ("scan.images", Flag::Images),
    ("structure_factors.dump_file", Flag::Dump),
    ("structure_factors.source.file", Flag::Hkl),
    ("structure_factors.source.dump", Flag::Dump),
    ("crystal.matrix_file", Flag::Mat),
    ("beam.sources_file", Flag::Sourcefile),
    ("background.0.curve.file", Flag::Stol),
    ("detector.convention.mask_file", Flag::Mask),
    ("detector.panels.0.mask_file", Flag::Mask),
];

impl Error {
    /// The error of a flag that is not known.
    #[must_use]
    pub fn unknown_flag(name: &str) -> Self {
        Self::UnknownFlag { found: name.to_owned(), nearest: Flag::nearest_name(name) }
    }

    /// Whether it is about what was typed, and not about a file.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        match self {
            Self::Experiment(error) => error.is_usage(),
            Self::WrongHeader { .. } => false,
            _ => true,
        }
    }

    /// The error of a value that cannot be one.
    #[must_use]
    pub fn wrong(flag: Flag, found: &str, expected: &str) -> Self {
        let (found, expected) = (found.to_owned(), expected.to_owned());
        Self::WrongValue { flag, name: flag.dashed(), found, expected }
    }

    /// With the flag under the name that was typed, where that is another one: an alias.
    #[must_use]
    pub fn with_typed_name(mut self, typed: impl Fn(Flag) -> Option<String>) -> Self {
        if let Self::WrongValue { flag, name, .. } | Self::WrongCount { flag, name, .. } = &mut self
            && let Some(spelling) = typed(*flag)
        {
            *name = spelling;
        }
        self
    }

    /// A wrong value is an error of the header that holds it, where it was not typed.
    pub(crate) fn of(self, from: &Provenance) -> Self {
        match (self, from) {
            (Self::WrongValue { found, expected, .. }, Provenance::Header { path, key }) => {
                Self::WrongHeader { path: path.clone(), key, found, expected }
            }
            (error, _) => error,
        }
    }
}

impl From<nanobragg_geometry::Error> for Error {
    fn from(error: nanobragg_geometry::Error) -> Self {
        Self::Experiment(error.into())
    }
}

/// An error of an experiment in terms of flags.
fn in_flags(error: &experiment::Error) -> String {
    let flag = |key: &str| {
        let known = FLAGS_OF_KEYS.iter().find(|(known, _)| *known == key);
        known.map_or_else(|| key.to_owned(), |(_, flag)| flag.dashed())
    };
    match error {
        experiment::Error::NoCell => {
            "no unit cell: give -cell A B C ALPHA BETA GAMMA, an orientation matrix with -mat \
             FILE, or structure factors in a file that has a cell with -hkl FILE"
                .to_owned()
        }
        experiment::Error::FacesAway { close_mm } => format!(
            "the detector shows its back to the sample: the nearest point of its plane is at {close_mm} mm along its \
             normal, expected more than 0; check -detector_rotx, -detector_roty, -detector_rotz, -twotheta, \
             -odet_vector and -pix0_vector"
        ),
        experiment::Error::Collision { one, other, path } => {
            format!("{} and {} both write {}: expected two names", flag(one), flag(other), path.display())
        }
        experiment::Error::WouldReplace { output, input, path } => {
            format!("{} would replace {}, which {} reads", flag(output), path.display(), flag(input))
        }
        error => error.to_string(),
    }
}

fn counted(flag: Flag, fewest: usize, most: usize) -> String {
    let count = match (fewest, most) {
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
