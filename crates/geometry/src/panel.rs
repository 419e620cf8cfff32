//! The detector as it stands, ready to be asked where its pixels are.

use crate::LabVec;

/// A pixel, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PixelIndex {
    /// Row.
    pub slow: usize,
    /// Column.
    pub fast: usize,
}

/// How the surface bends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Curvature {
    /// A plane.
    Flat,
    /// All pixels at one distance, reached by turning the beam about the slow axis by (Fdet − Fbeam)/distance and
    /// about the fast axis by (Sdet − Sbeam)/distance, in the senses of the flat detector.
    Spherical {
        /// The distance in metres.
        distance_m: f64,
        /// Where the direct beam meets the detector, along f and s, in metres.
        beam_m: [f64; 2],
        /// +1 or −1: the sense about the slow axis and about the fast axis.
        senses: [f64; 2],
    },
    /// The reference's: the flat pixel's lab y and z, over the distance, taken as angles (Q8).
    Reference {
        /// The distance in metres.
        distance_m: f64,
    },
}

/// The sensor's layers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensor {
    /// Number of layers, at least 1.
    pub layers: u32,
    /// Thickness of one layer in metres; 0 when the sensor has no thickness.
    pub layer_thickness_m: f64,
    /// 1/attenuation depth, m⁻¹.
    pub attenuation_per_m: f64,
}

/// A detector panel, placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Pixels along the slow axis and along the fast axis.
    pub shape: [usize; 2],
    /// Pixel edge in metres.
    pub pixel_size_m: f64,
    /// Corner of the first pixel, from the sample, in metres.
    pub origin_m: LabVec,
    /// Unit vector along the fast axis.
    pub fast: LabVec,
    /// Unit vector along the slow axis.
    pub slow: LabVec,
    /// Unit normal, away from the sample.
    pub normal: LabVec,
    /// Unit vector of the beam.
    pub beam: LabVec,
    /// Distance from the sample to the nearest point of the plane, in metres.
    pub close_distance_m: f64,
    /// How the surface bends.
    pub curvature: Curvature,
    /// The sensor's layers.
    pub sensor: Sensor,
}

impl Sensor {
    /// A surface without thickness, which captures everything.
    pub const SURFACE: Self = Self { layers: 1, layer_thickness_m: 0.0, attenuation_per_m: 0.0 };
}

impl Panel {
    /// Size along the slow axis and along the fast axis, in metres.
    #[must_use]
    pub fn size_m(&self) -> [f64; 2] {
        #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
        self.shape.map(|pixels| self.pixel_size_m * pixels as f64)
    }

    /// Whether a pixel is on the panel.
    #[must_use]
    pub const fn contains(&self, pixel: PixelIndex) -> bool {
        pixel.slow < self.shape[0] && pixel.fast < self.shape[1]
    }
}
