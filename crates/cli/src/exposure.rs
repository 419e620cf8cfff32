//! One image of a run.

use std::borrow::Cow;

use nanobragg_experiment::{Experiment, ImageFiles, Intensity, Resolved};
use nanobragg_geometry::Panel;

use crate::prepared::Prepared;

/// One image of a run: how the crystal is turned, and where its files go.
pub(crate) struct Exposure<'a> {
    pub(crate) prepared: &'a Prepared,
    pub(crate) resolved: Cow<'a, Resolved>,
    /// Counted from 0.
    pub(crate) image: u32,
    pub(crate) files: ImageFiles,
}

impl<'a> Exposure<'a> {
    /// An image of the scan, counted from 0.
    pub(crate) fn of(prepared: &'a Prepared, image: u32) -> Self {
        let resolved = match image {
            0 => Cow::Borrowed(&prepared.resolved),
            _ => Cow::Owned(prepared.resolved.image(&prepared.experiment.scan, image)),
        };
        Self { prepared, resolved, image, files: prepared.experiment.image_files(image) }
    }
}

/// Where the beam meets a panel, pixels along the fast and the slow axis from the corner of the first one.
pub(crate) fn beam_pixels(panel: &Panel) -> [f64; 2] {
    panel.project(panel.beam).map_or([f64::NAN; 2], |[slow, fast]| [fast, slow])
}

/// How long an image lasts: as long as the flux is given for, or one second.
pub(crate) fn seconds(experiment: &Experiment) -> f64 {
    match &experiment.beam.intensity {
        Intensity::Flux(flux) => flux.exposure_s,
        _ => 1.0,
    }
}
