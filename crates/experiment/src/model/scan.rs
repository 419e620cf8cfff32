//! The rotation of the crystal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The rotation of the crystal about the spindle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Scan {
    /// Spindle axis, right-handed; any length. That of the detector's convention by default, `[1, 0, 0]` for panels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub axis: Option<[f64; 3]>,
    /// Angle at the start of the first image, degrees.
    pub start_deg: f64,
    /// Rotation during one image, degrees.
    pub width_deg: f64,
    /// Steps of one image.
    pub steps: u32,
    /// Whether a step is in the middle of its interval, where it stands for a turning crystal, or at its start, as in the C
    /// program nanoBragg: half a step behind the angles of the image.
    pub centred_steps: bool,
    /// From one step to the next, degrees; width/steps by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_deg: Option<f64>,
    /// Number of images, one after the other; a still has 1.
    pub images: u32,
}

impl Scan {
    /// One image from an angle on over a width, both in degrees, in so many steps.
    #[must_use]
    pub fn new(start_deg: f64, width_deg: f64, steps: u32) -> Self {
        Self { start_deg, width_deg, steps, ..Self::default() }
    }

    /// The part of the scan that is one of its images, counted from 0.
    #[must_use]
    pub fn image(&self, index: u32) -> Self {
        Self { start_deg: self.start_deg + self.width_deg * f64::from(index), images: 1, ..self.clone() }
    }
}

impl Default for Scan {
    fn default() -> Self {
        Self {
            axis: None,
            start_deg: 0.0,
            width_deg: 0.0,
            steps: 1,
            centred_steps: false,
            step_deg: None,
            images: 1,
        }
    }
}
