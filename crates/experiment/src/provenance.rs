//! Where each value of an experiment comes from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a value comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Provenance {
    /// No front end gave it.
    #[default]
    Default,
    /// The detector's convention.
    Convention,
    /// Worked out from other values.
    Derived,
    /// The clock of the machine: another value at every run.
    Clock,
    /// The header of an image.
    Header {
        /// The image.
        path: PathBuf,
        /// The header's key.
        key: &'static str,
    },
    /// A file, such as a TOML description or a detector geometry.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1, where it is known.
        line: Option<usize>,
    },
    /// An argument of a command line, with its dash.
    Argument(String),
}

/// The provenance of values by their keys, such as `beam.spectrum.wavelength_angstrom`; default where none is stated.
///
/// A key stands for everything below it that has no provenance of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenances(BTreeMap<String, Provenance>);

impl Provenances {
    /// States where the value of a key comes from.
    pub fn set(&mut self, key: impl Into<String>, provenance: Provenance) {
        self.0.insert(key.into(), provenance);
    }

    /// Where the value of a key comes from: as stated for it, or for the nearest key above it.
    #[must_use]
    pub fn of(&self, key: &str) -> &Provenance {
        let mut key = key;
        loop {
            match (self.0.get(key), key.rfind('.')) {
                (Some(found), _) => return found,
                (None, Some(dot)) => key = &key[..dot],
                (None, None) => return &Provenance::Default,
            }
        }
    }

    /// Forgets a key and every key below it.
    pub fn forget(&mut self, key: &str) {
        let below = format!("{key}.");
        self.0.retain(|known, _| known != key && !known.starts_with(&below));
    }

    /// Takes over what another one states, in place of what is stated here.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The files that values come from, each as often as it has values.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.values().filter_map(|from| match from {
            Provenance::File { path, .. } => Some(path.as_path()),
            _ => None,
        })
    }

    /// What a message calls the value of a key: the argument that gave it, or the key.
    #[must_use]
    pub fn name_of<'a>(&'a self, key: &'a str) -> &'a str {
        match self.of(key) {
            Provenance::Argument(name) => name,
            _ => key,
        }
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Convention => f.write_str("convention"),
            Self::Derived => f.write_str("derived"),
            Self::Clock => f.write_str("the clock"),
            Self::Header { path, key } => write!(f, "{key} in the header of {}", path.display()),
            Self::File { path, line: Some(line) } => write!(f, "{}:{line}", path.display()),
            Self::File { path, line: None } => write!(f, "{}", path.display()),
            Self::Argument(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_for_what_is_below_it() {
        let mut from = Provenances::default();
        from.set("detector", Provenance::Derived);
        from.set("detector.panels.0", Provenance::Convention);
        for (key, expected) in [
            ("detector.panels.0.origin_mm", Provenance::Convention),
            ("detector.panels.1.origin_mm", Provenance::Derived),
            ("beam.direction", Provenance::Default),
        ] {
            assert_eq!(from.of(key), &expected, "{key}");
        }
        from.forget("detector.panels");
        assert_eq!(from.of("detector.panels.0.origin_mm"), &Provenance::Derived);
    }
}
