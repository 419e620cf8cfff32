//! Amorphous material in the beam.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Structure factor of water in forward direction, electrons.
pub const WATER_F: f64 = 2.57;

/// Amorphous material in the beam: a cube of water, as the C program has it, or a path through any material.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Background {
    /// Edge of a cube of water, or of what has another curve of structure factors, µm; 0 with a path.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub thickness_um: f64,
    /// Path of the beam through the material, mm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_mm: Option<f64>,
    /// Width of the material across the beam, mm; what is wider than the beam is not illuminated. The beam's by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_mm: Option<f64>,
    /// Density of the material along a path, g/cm³; by default that of water.
    #[serde(default = "water_density", skip_serializing_if = "is_water_density")]
    pub density_g_per_cm3: f64,
    /// Molar mass of the material along a path, g/mol; by default that of water.
    #[serde(default = "water_molar_mass", skip_serializing_if = "is_water_molar_mass")]
    pub molar_mass_g_per_mol: f64,
    /// The share of what is scattered along a path that leaves the sample, from 0 to 1; 1 by default.
    #[serde(default = "all", skip_serializing_if = "is_all")]
    pub transmission: f64,
    /// Structure factor of a molecule against the scattering angle; 2.57 electrons at all angles by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<Curve>,
}

const fn water_density() -> f64 {
    1.0
}

const fn water_molar_mass() -> f64 {
    18.0
}

const fn all() -> f64 {
    1.0
}

fn is_zero(value: &f64) -> bool {
    value.to_bits() == 0
}

fn is_water_density(value: &f64) -> bool {
    value.to_bits() == water_density().to_bits()
}

fn is_water_molar_mass(value: &f64) -> bool {
    value.to_bits() == water_molar_mass().to_bits()
}

fn is_all(value: &f64) -> bool {
    value.to_bits() == all().to_bits()
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
        Self {
            thickness_um,
            path_mm: None,
            width_mm: None,
            density_g_per_cm3: water_density(),
            molar_mass_g_per_mol: water_molar_mass(),
            transmission: all(),
            curve: None,
        }
    }

    /// A path in mm through a material of a density in g/cm³ and a molar mass in g/mol, as wide as the beam.
    #[must_use]
    pub fn path(path_mm: f64, density_g_per_cm3: f64, molar_mass_g_per_mol: f64) -> Self {
        Self { path_mm: Some(path_mm), density_g_per_cm3, molar_mass_g_per_mol, ..Self::water(0.0) }
    }

    /// The same material with a curve of structure factors.
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
