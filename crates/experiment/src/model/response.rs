//! What the detector makes of photons.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the detector makes of photons: the first two values are those of the C program's images, the others those of
/// detectors (`output.cbf_file` and the like).
///
/// Without any of the others a pixel counts photons, as 32-bit integers. What is not given is the preset's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Response {
    /// Offset of the C program's integer and noise images, counts.
    pub adc_offset: f64,
    /// Seed of the noise; from the clock by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise_seed: Option<i64>,
    /// A detector to start from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// Standard deviation of the flux from image to image, as a share of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flicker: Option<f64>,
    /// Standard deviation of the pixels' sensitivity, as a share of it, the same on every image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration_sigma: Option<f64>,
    /// Which pixels are off by how much; 0 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration_seed: Option<u64>,
    /// Whether photons are counted, as Poisson deviates; otherwise their expected number goes on. True by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counting: Option<bool>,
    /// How the signal of a photon is spread over pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point_spread: Option<PointSpread>,
    /// ADU per photon; 1 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<f64>,
    /// Standard deviation in ADU of normal noise, one deviate per pixel and image; 0 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readout_noise_adu: Option<f64>,
    /// What is added to every pixel, ADU; 0 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_adu: Option<f64>,
    /// The largest value, ADU; what is above it is an overload. What the type holds by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saturation_adu: Option<f64>,
    /// The type of a pixel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
    /// How a fraction of an ADU is dropped; to the nearest number by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// The share of pixels that record no photons; 0 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_fraction: Option<f64>,
    /// The share of pixels that are always saturated; 0 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hot_fraction: Option<f64>,
    /// Which pixels are dead or hot; 0 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defect_seed: Option<u64>,
    /// The modules that a panel is tiled with, with gaps between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modules: Option<Modules>,
}

/// A detector that others resemble; the sources of its numbers stand with `nanobragg_response::Response`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Preset {
    /// A photon counter with 20 bits and modules of 487 × 195 pixels, `i32`.
    Pilatus,
    /// A photon counter with modules of 1030 × 514 pixels, `u32`.
    Eiger,
    /// A charge integrator, in photons, with noise, `i32`.
    Jungfrau,
    /// A phosphor on a fibre-optic taper and a CCD, `u16`.
    Ccd,
}

/// How the signal of a photon is spread over pixels, by its full width at half maximum in µm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum PointSpread {
    /// Normally.
    Gaussian {
        /// Full width at half maximum, µm.
        fwhm_um: f64,
    },
    /// As a fibre-optic taper does (Holton et al. 2012, J. Synchrotron Rad. 19, 1006).
    FibreTaper {
        /// Full width at half maximum, µm.
        fwhm_um: f64,
    },
}

/// The type of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sample {
    /// Unsigned, 16 bits.
    U16,
    /// Signed, 16 bits.
    I16,
    /// Unsigned, 32 bits.
    U32,
    /// Signed, 32 bits.
    I32,
}

/// How a fraction of an ADU is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rounding {
    /// To the nearest number.
    Nearest,
    /// Towards zero, as the C program does.
    Truncated,
}

/// Equal modules from the first pixel of a panel on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Modules {
    /// Pixels of a module, `[slow, fast]`.
    pub pixels: [u32; 2],
    /// Pixels between two modules, `[slow, fast]`; their value is −1, or the largest of an unsigned type.
    pub gap: [u32; 2],
}

impl Response {
    /// Like one of the presets.
    #[must_use]
    pub fn like(preset: Preset) -> Self {
        Self { preset: Some(preset), ..Self::default() }
    }

    /// Whether a detector is described, beyond what the C program's images need.
    #[must_use]
    pub fn is_described(&self) -> bool {
        let Self { adc_offset, noise_seed, .. } = *self;
        *self != Self { adc_offset, noise_seed, ..Self::default() }
    }
}

impl Default for Response {
    fn default() -> Self {
        Self {
            adc_offset: 40.0,
            noise_seed: None,
            preset: None,
            flicker: None,
            calibration_sigma: None,
            calibration_seed: None,
            counting: None,
            point_spread: None,
            gain: None,
            readout_noise_adu: None,
            offset_adu: None,
            saturation_adu: None,
            sample: None,
            rounding: None,
            dead_fraction: None,
            hot_fraction: None,
            defect_seed: None,
            modules: None,
        }
    }
}
