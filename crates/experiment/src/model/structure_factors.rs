//! Structure factors of the unit cell: there is no experiment without.

use std::path::{Path, PathBuf};

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
    /// Of a file of several columns, that of F or of the intensities: the label of an MTZ column, or an item of `_refln`
    /// such as `F_meas_au`. Of an anomalous pair either stands for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The space group in place of the file's: a symbol or a number.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::space_group::deserialize"
    )]
    #[schemars(extend("type" = ["string", "integer", "null"]))]
    pub space_group: Option<String>,
    /// Whether F of coordinates is with a bulk solvent.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub solvent: bool,
    /// Whether F of coordinates is summed over the atoms, which is exact and slow, rather than transformed from their
    /// density.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
    /// Whether the crystal may have another cell than the file of structure factors.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub force_cell: bool,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde wants")]
const fn is_yes(value: &bool) -> bool {
    *value
}

/// Where structure factors come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FactorSource {
    /// A file, told apart by its content: text with h k l F a line, a binary dump, an MTZ or mmCIF file of reflections,
    /// or a PDB or mmCIF file of coordinates, from which F is computed.
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
        Self {
            source,
            default_f: 0.0,
            interpolation: None,
            dump_file: None,
            max_grid_bytes: None,
            column: None,
            space_group: None,
            solvent: true,
            direct: false,
            force_cell: false,
        }
    }

    /// From a file of any of the formats that [`FactorSource::File`] names.
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

    /// The file, unless it is a dump that is named as one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.source {
            FactorSource::File(path) => Some(path),
            _ => None,
        }
    }

    /// Whether there is a list, and not one F for all.
    #[must_use]
    pub const fn is_list(&self) -> bool {
        !matches!(self.source, FactorSource::Uniform(_))
    }
}
