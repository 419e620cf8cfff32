//! A panel of a detector in the laboratory frame, and its sensor.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A flat panel of a detector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Panel {
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Corner of its first pixel in the laboratory frame, from the sample, mm.
    pub origin_mm: [f64; 3],
    /// From one pixel to the next along the fast axis, in pixel edges: a unit vector, or nearly so.
    pub fast_axis: [f64; 3],
    /// From one pixel to the next along the slow axis, in pixel edges: a unit vector, or nearly so.
    pub slow_axis: [f64; 3],
    /// Pixels along the slow and the fast axis.
    pub pixels: [u32; 2],
    /// Edge of a pixel, mm.
    pub pixel_size_mm: f64,
    /// The sensor.
    #[serde(default)]
    pub sensor: Sensor,
    /// SMV image of the panel whose zero pixels are not rendered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_file: Option<PathBuf>,
    /// Parts of the panel that are not rendered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bad: Vec<BadRegion>,
    /// Smallest and largest count that means something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted_range: Option<[f64; 2]>,
}

/// Pixels of a panel that are not rendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BadRegion {
    /// All of the panel.
    Panel,
    /// Pixels of the panel from a first to a last one, both included: `[fast_min, fast_max, slow_min, slow_max]`.
    Pixels([u32; 4]),
    /// Every pixel of the panel whose centre has laboratory coordinates in a box, mm: `[x_min, x_max, y_min, y_max]`.
    LabXyMm([f64; 4]),
}

/// The sensor of a panel: how it captures photons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Sensor {
    /// Thickness, µm; a sensor of thickness 0 captures everything at its surface.
    pub thickness_um: f64,
    /// Attenuation depth, µm; `inf` for a sensor that absorbs nothing, the thickness by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attenuation_depth_um: Option<f64>,
    /// Layers, each with its own parallax; 2 with a thickness by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<u32>,
}

impl Panel {
    /// A panel from the corner of its first pixel (mm), its axes, its pixels `[slow, fast]` and their edge (mm).
    #[must_use]
    pub fn new(
        origin_mm: [f64; 3],
        fast_axis: [f64; 3],
        slow_axis: [f64; 3],
        pixels: [u32; 2],
        pixel_size_mm: f64,
    ) -> Self {
        Self {
            name: String::new(),
            origin_mm,
            fast_axis,
            slow_axis,
            pixels,
            pixel_size_mm,
            sensor: Sensor::default(),
            mask_file: None,
            bad: Vec::new(),
            trusted_range: None,
        }
    }

    /// The same panel under a name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The same panel with a sensor.
    #[must_use]
    pub const fn with_sensor(mut self, sensor: Sensor) -> Self {
        self.sensor = sensor;
        self
    }
}

impl Sensor {
    /// A sensor of a thickness and an attenuation depth, both in µm, in two layers.
    #[must_use]
    pub const fn new(thickness_um: f64, attenuation_depth_um: f64) -> Self {
        Self { thickness_um, attenuation_depth_um: Some(attenuation_depth_um), layers: None }
    }
}
