//! Amorphous material in the beam.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Structure factor of water in forward direction, electrons.
pub const WATER_F: f64 = 2.57;

/// A cube of water, or of what has another curve of structure factors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Background {
    /// Edge of the cube, µm.
    pub thickness_um: f64,
    /// Structure factor of a molecule against the scattering angle; 2.57 electrons at all angles by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<Curve>,
}

/// A file of structure factors of amorphous material.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Curve {
    /// Text: rows of an abscissa in Å⁻¹ and F in electrons.
    pub file: PathBuf,
    /// What the first column is.
    #[serde(default)]
    pub abscissa: Abscissa,
}

/// What the first column of a curve is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Abscissa {
    /// sin θ/λ.
    #[default]
    Stol,
    /// 4 sin θ/λ.
    FourStol,
    /// Q = 4π sin θ/λ.
    Q,
}

impl Background {
    /// A cube of water with an edge in µm.
    #[must_use]
    pub const fn water(thickness_um: f64) -> Self {
        Self { thickness_um, curve: None }
    }

    /// The same cube with a curve of structure factors.
    #[must_use]
    pub fn with_curve(mut self, file: impl Into<PathBuf>, abscissa: Abscissa) -> Self {
        self.curve = Some(Curve::new(file, abscissa));
        self
    }
}

impl Curve {
    /// A file and what its first column is.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>, abscissa: Abscissa) -> Self {
        Self { file: file.into(), abscissa }
    }
}
