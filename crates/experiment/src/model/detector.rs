//! The detector: panels written out, or one panel placed by a convention.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::panel::{Panel, Sensor};

/// The detector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Detector {
    /// One panel, placed by a convention, a distance, a beam centre and rotations, as in the C program nanoBragg.
    Convention(Box<ConventionDetector>),
    /// Panels, each with its corner and its axes in the laboratory frame.
    Panels(Vec<Panel>),
}

/// One panel placed by a convention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ConventionDetector {
    /// Whose convention orients the detector and reads the beam centre.
    pub name: Convention,
    /// From the sample to the detector's plane along the beam, mm.
    pub distance_mm: f64,
    /// From the sample to the nearest point of the plane, mm; the distance along the beam follows from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close_distance_mm: Option<f64>,
    /// Edge of a pixel, mm.
    pub pixel_size_mm: f64,
    /// Pixels along the slow and the fast axis; as many as fit the sizes by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pixels: Option<[u32; 2]>,
    /// Size along the slow axis, mm, from which default centres are taken; the pixels' by default, and 102.4 mm
    /// without either.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_size_mm: Option<f64>,
    /// Size along the fast axis, mm, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fast_size_mm: Option<f64>,
    /// Direct beam along the first axis of the convention, mm; the centre by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xbeam_mm: Option<f64>,
    /// Direct beam along the second axis of the convention, mm; the centre by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ybeam_mm: Option<f64>,
    /// Near point: default of `xbeam_mm` in xds, dials and custom, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xclose_mm: Option<f64>,
    /// Near point: default of `ybeam_mm` in xds, dials and custom, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yclose_mm: Option<f64>,
    /// Near point along the fast axis, in pixels as XDS counts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orgx_px: Option<f64>,
    /// Near point along the slow axis, in pixels as XDS counts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orgy_px: Option<f64>,
    /// What the detector rotates about; by convention, and the beam in custom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pivot: Option<Pivot>,
    /// Rotations about lab x, then y, then z, degrees.
    pub rotations_deg: [f64; 3],
    /// Swing about the two-theta axis after these rotations, degrees.
    pub twotheta_deg: f64,
    /// Fast axis before rotation; any length. Of the custom convention alone, as all axes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fast_axis: Option<[f64; 3]>,
    /// Slow axis before rotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_axis: Option<[f64; 3]>,
    /// Normal before rotation, away from the sample; fast × slow when it is not of length 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normal: Option<[f64; 3]>,
    /// Axis of the two-theta swing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twotheta_axis: Option<[f64; 3]>,
    /// Corner of the first pixel, mm, instead of distance and beam centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_mm: Option<[f64; 3]>,
    /// Whether all pixels are at one distance.
    pub curved: bool,
    /// The sensor.
    pub sensor: Sensor,
    /// SMV image whose zero pixels are not rendered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask_file: Option<PathBuf>,
}

/// A detector convention: which way the axes point and what a beam centre means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Convention {
    /// MOSFLM.
    #[default]
    Mosflm,
    /// DENZO: MOSFLM without the half pixel.
    Denzo,
    /// ADXV.
    Adxv,
    /// XDS.
    Xds,
    /// DIALS.
    Dials,
    /// Axes given one by one.
    Custom,
}

/// What stays in place when a detector is rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Pivot {
    /// The direct-beam spot.
    Beam,
    /// The sample.
    Sample,
}

impl Detector {
    /// A square-on detector of one panel in MOSFLM's frame (beam along x, fast axis along z): distance in mm, edge of a
    /// pixel in mm, pixels `[slow, fast]`, the beam in the middle.
    #[must_use]
    pub fn facing(distance_mm: f64, pixel_size_mm: f64, pixels: [u32; 2]) -> Self {
        ConventionDetector {
            distance_mm,
            pixel_size_mm,
            pixels: Some(pixels),
            ..ConventionDetector::default()
        }
        .into()
    }
}

impl Default for Detector {
    fn default() -> Self {
        ConventionDetector::default().into()
    }
}

impl From<ConventionDetector> for Detector {
    fn from(detector: ConventionDetector) -> Self {
        Self::Convention(Box::new(detector))
    }
}

impl From<Vec<Panel>> for Detector {
    fn from(panels: Vec<Panel>) -> Self {
        Self::Panels(panels)
    }
}

impl ConventionDetector {
    /// A detector of a convention, at 100 mm with 1024 × 1024 pixels of 0.1 mm.
    #[must_use]
    pub fn new(name: Convention) -> Self {
        Self { name, ..Self::default() }
    }
}

impl Default for ConventionDetector {
    fn default() -> Self {
        Self {
            name: Convention::default(),
            distance_mm: 100.0,
            close_distance_mm: None,
            pixel_size_mm: 0.1,
            pixels: None,
            slow_size_mm: None,
            fast_size_mm: None,
            xbeam_mm: None,
            ybeam_mm: None,
            xclose_mm: None,
            yclose_mm: None,
            orgx_px: None,
            orgy_px: None,
            pivot: None,
            rotations_deg: [0.0; 3],
            twotheta_deg: 0.0,
            fast_axis: None,
            slow_axis: None,
            normal: None,
            twotheta_axis: None,
            origin_mm: None,
            curved: false,
            sensor: Sensor::default(),
            mask_file: None,
        }
    }
}
