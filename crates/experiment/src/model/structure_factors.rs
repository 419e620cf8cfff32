//! Structure factors of the unit cell: there is no experiment without.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Structure factors, and how they are used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StructureFactors {
    /// Where F comes from.
    pub source: FactorSource,
    /// F of reflections that are not in the list, electrons.
    #[serde(default)]
    pub default_f: f64,
    /// How F is looked up between reflections; by default tricubic where the crystal has 2 cells or fewer along an
    /// axis, else nearest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpolation: Option<Interpolation>,
    /// Where a list that was read is written as a binary dump.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dump_file: Option<PathBuf>,
    /// Structure factors whose grid would need more memory are refused; the machine's memory by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_grid_bytes: Option<u64>,
}

/// Where structure factors come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FactorSource {
    /// A text file with h k l F a line.
    File(PathBuf),
    /// A binary dump, as the C program nanoBragg writes it.
    Dump(PathBuf),
    /// One F for all reflections, electrons.
    Uniform(f64),
    /// Rows of h, k, l and F (electrons).
    Reflections(Vec<(i32, i32, i32, f64)>),
}

/// How F is looked up between reflections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Interpolation {
    /// F of the nearest reflection.
    Nearest,
    /// Four-point Lagrange interpolation along h, k and l, where the list reaches far enough.
    Tricubic,
}

impl StructureFactors {
    /// From a source; F is 0 where the source has none.
    #[must_use]
    pub const fn new(source: FactorSource) -> Self {
        Self { source, default_f: 0.0, interpolation: None, dump_file: None, max_grid_bytes: None }
    }

    /// From a text file with h k l F a line.
    #[must_use]
    pub fn from_file(path: impl Into<PathBuf>) -> Self {
        Self::new(FactorSource::File(path.into()))
    }

    /// One F for all reflections, electrons.
    #[must_use]
    pub const fn uniform(structure_factor: f64) -> Self {
        Self::new(FactorSource::Uniform(structure_factor))
    }

    /// From rows of h, k, l and F (electrons).
    pub fn from_reflections(rows: impl IntoIterator<Item = (i32, i32, i32, f64)>) -> Self {
        Self::new(FactorSource::Reflections(rows.into_iter().collect()))
    }

    /// Whether there is a list, and not one F for all.
    #[must_use]
    pub const fn is_list(&self) -> bool {
        !matches!(self.source, FactorSource::Uniform(_))
    }
}
