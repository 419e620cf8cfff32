//! The beam: direction, spectrum, divergence, polarization, intensity.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// hc in eV Å, to the digits of the C program nanoBragg.
pub const EV_ANGSTROM: f64 = 12_398.42;

/// With this fluence r_e² · fluence is 1, as the C program nanoBragg has it.
pub const DEFAULT_FLUENCE_PER_M2: f64 = 125_932_015_286_227_086_360_700_780_544.0;

/// The X-ray beam.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Beam {
    /// Direction in which the photons travel, in the laboratory frame; any length. That of the detector's convention
    /// by default, `[0, 0, 1]` for panels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<[f64; 3]>,
    /// Wavelengths and their weights.
    pub spectrum: Spectrum,
    /// Spread of directions.
    pub divergence: Divergence,
    /// Polarization.
    pub polarization: Polarization,
    /// Photons per area.
    pub intensity: Intensity,
    /// A file of sources, a row each: x y z weight wavelength(m). It replaces the spectrum and the divergence, of
    /// which only the central wavelength remains, for rows without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources_file: Option<PathBuf>,
}

/// The wavelengths of a beam.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Spectrum {
    /// One wavelength, Å.
    WavelengthAngstrom(f64),
    /// One photon energy, eV.
    EnergyEv(f64),
    /// Evenly spaced wavelengths of equal weight about a central one.
    Band(Band),
    /// Rows of photon energy (eV) and weight.
    Table(Vec<[f64; 2]>),
    /// A text file of such rows.
    File(PathBuf),
}

/// Evenly spaced wavelengths about a central one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Band {
    /// Central wavelength, Å.
    pub wavelength_angstrom: f64,
    /// Full width Δλ/λ, %.
    pub width_percent: f64,
    /// Number of wavelengths: from one end of the band to the other, both included; at least 2 over a width.
    pub wavelengths: u32,
}

/// Directions of a divergent beam: a grid of horizontal and vertical angles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Divergence {
    /// Full horizontal range, mrad.
    pub horizontal_mrad: f64,
    /// Full vertical range, mrad.
    pub vertical_mrad: f64,
    /// Number of horizontal steps; at least 2 over a range, unless their step is given.
    pub horizontal_steps: u32,
    /// Number of vertical steps; at least 2 over a range, unless their step is given.
    pub vertical_steps: u32,
    /// From one horizontal step to the next, mrad; range/(steps − 1) by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizontal_step_mrad: Option<f64>,
    /// From one vertical step to the next, mrad; range/(steps − 1) by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vertical_step_mrad: Option<f64>,
    /// Whether the corners of the grid are cut off.
    pub round: bool,
}

/// Polarization of the beam, and whether its factor is applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Polarization {
    /// Whether the polarization factor multiplies the intensity.
    pub apply: bool,
    /// Kahn's factor K, −1 to 1 (Kahn et al. 1982): 0 unpolarized, 1 polarized along the E-vector, −1 across it.
    pub kahn_factor: f64,
    /// Direction of the E-vector; any length. That of the detector's convention by default, `[1, 0, 0]` for panels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e_vector: Option<[f64; 3]>,
}

/// Photons per area in the beam.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Intensity {
    /// Photons per m².
    FluencePerM2(f64),
    /// A flux over a time, in a square beam.
    Flux(Flux),
    /// Photons of a pulse, in a square beam.
    Pulse(Pulse),
}

/// A flux over a time, in a square beam.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Flux {
    /// Photons per second.
    pub flux_per_s: f64,
    /// Exposure time, s.
    pub exposure_s: f64,
    /// Edge of the beam, µm.
    pub size_um: f64,
}

/// Photons of a pulse, in a square beam.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Pulse {
    /// Photons of the pulse.
    pub photons_per_pulse: f64,
    /// Edge of the beam, µm.
    pub size_um: f64,
}

impl Beam {
    /// A parallel, unpolarized beam of one wavelength in Å.
    #[must_use]
    pub fn monochromatic(wavelength_angstrom: f64) -> Self {
        Self { spectrum: Spectrum::WavelengthAngstrom(wavelength_angstrom), ..Self::default() }
    }

    /// The same beam with another intensity.
    #[must_use]
    pub fn with_intensity(mut self, intensity: Intensity) -> Self {
        self.intensity = intensity;
        self
    }
}

impl Default for Spectrum {
    fn default() -> Self {
        Self::WavelengthAngstrom(1.0)
    }
}

impl Band {
    /// So many wavelengths over a full width Δλ/λ in % about a central wavelength in Å.
    #[must_use]
    pub const fn new(wavelength_angstrom: f64, width_percent: f64, wavelengths: u32) -> Self {
        Self { wavelength_angstrom, width_percent, wavelengths }
    }
}

impl Default for Divergence {
    fn default() -> Self {
        Self {
            horizontal_mrad: 0.0,
            vertical_mrad: 0.0,
            horizontal_steps: 1,
            vertical_steps: 1,
            horizontal_step_mrad: None,
            vertical_step_mrad: None,
            round: true,
        }
    }
}

impl Default for Polarization {
    fn default() -> Self {
        Self { apply: true, kahn_factor: 0.0, e_vector: None }
    }
}

impl Default for Intensity {
    fn default() -> Self {
        Self::FluencePerM2(DEFAULT_FLUENCE_PER_M2)
    }
}

impl Flux {
    /// Photons per second, seconds, and the edge of the beam in µm.
    #[must_use]
    pub const fn new(flux_per_s: f64, exposure_s: f64, size_um: f64) -> Self {
        Self { flux_per_s, exposure_s, size_um }
    }
}

impl Pulse {
    /// Photons of a pulse and the edge of the beam in µm.
    #[must_use]
    pub const fn new(photons_per_pulse: f64, size_um: f64) -> Self {
        Self { photons_per_pulse, size_um }
    }
}
