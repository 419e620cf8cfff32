//! What a file says of its images, besides the pixels.
//!
//! Vectors are those of the imgCIF frame, which DIALS has too: the sample is at the origin, z points to the source and y
//! upwards, so that the photons fly along −z. The file has them in the frame of NeXus.

use std::path::Path;

use ndarray::Array2;

use super::{Pixel, frame, layout::Layout};
use crate::{Error, samples};

/// Bits of a pixel mask; a pixel without any is good.
pub mod mask {
    /// There is no sensor.
    pub const GAP: u32 = 1;
    /// The pixel never counts.
    pub const DEAD: u32 = 1 << 1;
    /// The pixel counts too little.
    pub const UNDER_RESPONDING: u32 = 1 << 2;
    /// The pixel counts too much.
    pub const OVER_RESPONDING: u32 = 1 << 3;
    /// The pixel counts without photons.
    pub const NOISY: u32 = 1 << 4;
    /// The user does not want the pixel, such as one behind the beam stop.
    pub const USER: u32 = 1 << 8;
}

/// What a file says of its images. What is not known is left out of the file: a text that is empty, a `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Description {
    /// What was measured, in a line.
    pub title: String,
    /// The sample.
    pub sample: String,
    /// The beamline.
    pub instrument: String,
    /// The synchrotron.
    pub source: String,
    /// When the first image began, ISO 8601 with the suffix Z.
    pub start_time: Option<String>,
    /// When the last image ended, or was to end, likewise.
    pub end_time_estimated: Option<String>,
    /// The beam.
    pub beam: Beam,
    /// The detector.
    pub detector: Detector,
    /// How the sample turned; `None` for stills.
    pub rotation: Option<Rotation>,
}

/// The beam, along −z.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beam {
    /// The wavelength, or the mean of the spectrum, Å.
    pub wavelength_angstrom: f64,
    /// Wavelengths, Å, each with its weight; none for a monochromatic beam.
    pub spectrum: Vec<[f64; 2]>,
    /// The polarization.
    pub polarization: Option<Polarization>,
    /// Photons per second.
    pub flux_per_s: Option<f64>,
}

/// The linear polarization of a beam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Polarization {
    /// From −1 to 1: how much more of the intensity is polarized along the vector than across it.
    pub kahn_factor: f64,
    /// The electric field, of any length; what is along the beam does not count.
    pub e_vector: [f64; 3],
}

/// The detector.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detector {
    /// Make and serial number.
    pub name: String,
    /// What the photons are absorbed in. dxtbx knows `Si`, `CdTe` and `GaAs` and refuses any other.
    pub sensor_material: String,
    /// Thickness of the sensor, metres; 0 for one without parallax.
    pub sensor_thickness_m: f64,
    /// Values above it are no measurement.
    pub saturation: Option<i64>,
    /// Values below it are no measurement.
    pub underload: Option<i64>,
    /// How long an image was counted, seconds.
    pub count_time_s: Option<f64>,
    /// From one image to the next, seconds.
    pub frame_time_s: Option<f64>,
    /// One or more panels, in the order of the images that are appended, of one width.
    pub panels: Vec<Panel>,
    /// Of each panel the bits of [`mask`] of each pixel.
    pub mask: Option<Vec<Array2<u32>>>,
}

/// A flat rectangle of pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// Its name.
    pub name: String,
    /// Pixels, `[slow, fast]`.
    pub shape: [usize; 2],
    /// The direction in which the fast axis counts, of length 1.
    pub fast_axis: [f64; 3],
    /// The direction in which the slow axis counts, of length 1.
    pub slow_axis: [f64; 3],
    /// The outer corner of the first pixel, metres.
    pub origin_m: [f64; 3],
    /// Edges of a pixel along the fast and the slow axis, metres.
    pub pixel_size_m: [f64; 2],
}

/// A rotation about one axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rotation {
    /// The axis, of length 1; angles grow counterclockwise for one whom it points at.
    pub axis: [f64; 3],
    /// Of each image the angles at its beginning and its end, degrees.
    pub angles_deg: Vec<[f64; 2]>,
}

/// No axis is shorter or longer than 1 by more.
const MOST_OFF_UNIT: f64 = 1e-6;

impl Description {
    /// Where the panels go in the images of a file at `path`.
    ///
    /// # Errors
    /// [`Error::Unwritable`] for the first thing that a file cannot say.
    pub(super) fn layout<T: Pixel>(&self, path: &Path) -> Result<Layout, Error> {
        let Self { beam, detector, rotation, .. } = self;
        let panels = &detector.panels;
        let check = |is: bool, what: &str, found: String, expected: &str| {
            let (what, expected) = (what.to_owned(), expected.to_owned());
            if is { Ok(()) } else { Err(Error::Unwritable { path: path.to_owned(), what, found, expected }) }
        };
        let positive = |what: &str, value: f64| {
            check(value > 0.0 && value.is_finite(), what, value.to_string(), "a length above 0")
        };
        let numbers = |what: &str, values: &[f64]| {
            check(values.iter().all(|x| x.is_finite()), what, format!("{values:?}"), "numbers")
        };
        let unit = |what: &str, v: [f64; 3]| {
            let is = (frame::length_and_direction(v).0 - 1.0).abs() <= MOST_OFF_UNIT;
            check(is, what, format!("{v:?}"), "a vector of length 1")
        };
        positive("the wavelength", beam.wavelength_angstrom)?;
        for [wavelength, weight] in &beam.spectrum {
            positive("a wavelength of the spectrum", *wavelength)?;
            numbers("a weight of the spectrum", &[*weight])?;
        }
        if let Some(Polarization { kahn_factor, e_vector }) = beam.polarization {
            let is = (-1.0..=1.0).contains(&kahn_factor);
            check(is, "the polarization", kahn_factor.to_string(), "from -1 to 1")?;
            let is = e_vector.iter().all(|x| x.is_finite()) && e_vector[..2] != [0.0; 2];
            check(is, "the electric field", format!("{e_vector:?}"), "a vector across the beam")?;
        }
        let times = [beam.flux_per_s, detector.count_time_s, detector.frame_time_s];
        numbers("a flux or a time", &times.map(|x| x.unwrap_or(0.0)))?;
        numbers("the thickness of the sensor", &[detector.sensor_thickness_m])?;
        check(!panels.is_empty(), "the detector", "without panels".to_owned(), "one panel or more")?;
        for panel in panels {
            unit("the fast axis of a panel", panel.fast_axis)?;
            unit("the slow axis of a panel", panel.slow_axis)?;
            numbers("the origin of a panel", &panel.origin_m)?;
            for edge_m in panel.pixel_size_m {
                positive("the edge of a pixel", edge_m)?;
            }
            let is = panel.shape[1] == panels[0].shape[1];
            let width = format!("{} pixels wide", panel.shape[1]);
            check(is, "a panel", width, &format!("as wide as the first one, {}", panels[0].shape[1]))?;
            check(!panel.shape.contains(&0), "a panel", format!("{:?}", panel.shape), "one pixel or more")?;
        }
        if let Some(mask) = &detector.mask {
            let shapes = || mask.iter().map(|mask| [mask.nrows(), mask.ncols()]);
            let is = shapes().eq(panels.iter().map(|panel| panel.shape));
            check(
                is,
                "the mask",
                format!("{:?}", shapes().collect::<Vec<_>>()),
                "of the shapes of the panels",
            )?;
        }
        if let Some(Rotation { axis, angles_deg }) = rotation {
            unit("the rotation axis", *axis)?;
            numbers("an angle", angles_deg.as_flattened())?;
        }
        let layout = Layout::stacked(panels.iter().map(|panel| panel.shape));
        let most = samples::MOST_PIXELS.min(u64::from(u32::MAX) / size_of::<T>() as u64);
        let is_small = |[slow, fast]: [usize; 2]| slow as u128 * fast as u128 <= u128::from(most);
        layout.filter(|layout| is_small(layout.shape)).ok_or_else(|| Error::Unwritable {
            path: path.to_owned(),
            what: "an image".to_owned(),
            found: "larger".to_owned(),
            expected: format!("at most {most} pixels"),
        })
    }
}
