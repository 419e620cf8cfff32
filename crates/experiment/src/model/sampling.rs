//! How finely pixels are sampled, and which are rendered at all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How pixels are sampled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Sampling {
    /// Sub-pixels along each pixel edge; as many as the crystal's fringes need by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oversample: Option<u32>,
    /// Which factors are computed for every sub-step instead of once a pixel.
    pub per_sub_step: PerSubStep,
    /// Sub-steps of a finer resolution than this contribute nothing, Å; 0 for no limit.
    pub dmin_angstrom: f64,
    /// Solid angle 1/R² instead of the pixel's own.
    pub point_pixel: bool,
    /// The part of each panel that is rendered: `[fast_min, fast_max, slow_min, slow_max]`, ends included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roi: Option<[u32; 4]>,
    /// Whether spots that end (gauss, tophat) are predicted, and the steps beyond their ends left out: the same image,
    /// many times sooner.
    pub predict: bool,
    /// The precision of what a step adds.
    pub precision: Precision,
    /// Photons by which a pixel may come out too low, for steps that are left out of it beyond those; 0 for none.
    pub tolerance_photons: f64,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            oversample: None,
            per_sub_step: PerSubStep::default(),
            dmin_angstrom: 0.0,
            point_pixel: false,
            roi: None,
            predict: true,
            precision: Precision::default(),
            tolerance_photons: 0.0,
        }
    }
}

/// The precision of the numbers of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Precision {
    /// 64 bits.
    #[default]
    Double,
    /// 32 bits, sooner: a pixel is off by 1e-5 of it and 1e-8 of the brightest one at most.
    Single,
}

/// Which factors are computed for every sub-step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PerSubStep {
    /// Capture by the sensor's layer.
    pub capture: bool,
    /// Polarization.
    pub polarization: bool,
    /// Solid angle.
    pub solid_angle: bool,
}
