//! The names of the model's choices, as they stand in files.

use std::fmt;
use std::str::FromStr;

use crate::experiment::Mode;
use crate::model::{Abscissa, Convention, Interpolation, Pivot, Preset, Shape};

/// A word that is no name of a choice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {expected}, found {found:?}")]
#[non_exhaustive]
pub struct UnknownName {
    /// The word.
    pub found: String,
    /// The names there are.
    pub expected: &'static str,
}

/// `Display` and `FromStr` by the names that files have.
macro_rules! named {
    ($($choice:ident, $expected:literal { $($variant:ident $name:literal),* })*) => {$(
        impl fmt::Display for $choice {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $name,)* })
            }
        }

        impl FromStr for $choice {
            type Err = UnknownName;

            fn from_str(name: &str) -> Result<Self, UnknownName> {
                match name {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(UnknownName { found: name.to_owned(), expected: $expected }),
                }
            }
        }
    )*};
}

named! {
    Mode, "physics, compat" { Physics "physics", Compat "compat" }
    Shape, "square, round, gauss, tophat" { Square "square", Round "round", Gauss "gauss", Tophat "tophat" }
    Convention, "mosflm, denzo, adxv, xds, dials, custom" {
        Mosflm "mosflm", Denzo "denzo", Adxv "adxv", Xds "xds", Dials "dials", Custom "custom"
    }
    Pivot, "beam, sample" { Beam "beam", Sample "sample" }
    Interpolation, "nearest, tricubic" { Nearest "nearest", Tricubic "tricubic" }
    Preset, "pilatus, eiger, jungfrau, ccd" {
        Pilatus "pilatus", Eiger "eiger", Jungfrau "jungfrau", Ccd "ccd"
    }
    Abscissa, "stol, four_stol, q" { Stol "stol", FourStol "four_stol", Q "q" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names are those of files.
    #[test]
    fn a_name_reads_back_and_is_that_of_files() {
        for name in ["mosflm", "denzo", "adxv", "xds", "dials", "custom"] {
            let convention: Convention = name.parse().unwrap();
            assert_eq!(convention.to_string(), name);
            assert_eq!(serde_json::to_value(convention).unwrap(), name);
        }
        for name in ["stol", "four_stol", "q"] {
            assert_eq!(serde_json::to_value(name.parse::<Abscissa>().unwrap()).unwrap(), name);
        }
        let error = "spherical".parse::<Shape>().unwrap_err().to_string();
        assert_eq!(error, "expected one of square, round, gauss, tophat, found \"spherical\"");
    }
}
