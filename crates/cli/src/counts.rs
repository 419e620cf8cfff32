//! What the detector makes of the photons of a run.

use nanobragg_experiment::Experiment;
use nanobragg_image_io::nxmx::mask;
use nanobragg_kernel::DetectorPanel;
use nanobragg_response::{Counts, PanelResponse, PixelState, Readout, Response};
use ndarray::{Array2, ArrayView2};

use crate::failure::Failure;
use crate::prepared::Prepared;

/// The panels of the detector, with all that is the same on every image.
pub(crate) struct Detector {
    panels: Vec<PanelResponse>,
    seed: u64,
}

impl Detector {
    /// The detector of a run, if counts are wanted.
    pub(crate) fn of(prepared: &Prepared) -> Result<Option<Self>, Failure> {
        prepared.experiment.has_counts().then(|| Self::new(prepared)).transpose()
    }

    /// The detector of an experiment.
    pub(crate) fn new(prepared: &Prepared) -> Result<Self, Failure> {
        let experiment = &prepared.experiment;
        let panels = prepared.resolved.simulation.panels.iter().zip(0..).map(|(panel, index)| {
            let shape = panel.placement.panel.shape;
            PanelResponse::new(&of_panel(experiment, panel), index, [0, 0], shape)
        });
        let panels = panels.collect::<Result<_, _>>()?;
        Ok(Self { panels, seed: prepared.noise_seed().cast_unsigned() })
    }

    /// What every panel writes of the photons of an image of the scan, counted from 0.
    pub(crate) fn respond<'a>(
        &self,
        photons: impl IntoIterator<Item = ArrayView2<'a, f32>>,
        image: u32,
    ) -> Result<Vec<Counts>, Failure> {
        let panels = self.panels.iter().zip(photons);
        let counts = panels.map(|(panel, photons)| panel.respond(photons, self.seed, image.into()));
        Ok(counts.collect::<Result<_, _>>()?)
    }

    /// The pixels of each panel that do not work, by the bits of NXmx.
    pub(crate) fn masks(&self) -> Option<Vec<Array2<u32>>> {
        let bits = |state: &PixelState| match state {
            PixelState::Good => 0,
            PixelState::Dead => mask::DEAD,
            PixelState::Hot => mask::NOISY,
            PixelState::Gap => mask::GAP,
        };
        if self.panels.iter().all(|panel| panel.states().is_none()) {
            return None;
        }
        let masks = self.panels.iter().map(|panel| match panel.states() {
            Some(states) => states.map(bits),
            None => Array2::zeros(panel.shape()),
        });
        Some(masks.collect())
    }
}

/// How the signals of all panels become numbers.
pub(crate) fn readout(experiment: &Experiment) -> Readout {
    // It does not depend on the size of pixels.
    experiment.response.of_pixels(1.0).readout
}

/// The largest value that is not saturated.
#[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
pub(crate) fn largest_measured(readout: &Readout) -> i64 {
    readout.saturation_adu as i64 - 1
}

/// What a panel makes of photons. A detector reports pixels that are masked as bad.
fn of_panel(experiment: &Experiment, panel: &DetectorPanel) -> Response {
    let mut response = experiment.response.of_pixels(panel.placement.panel.pixel_size_m * 1e3);
    response.defects.mask = panel
        .mask
        .as_ref()
        .map(|mask| mask.mapv(|renders| if renders { PixelState::Good } else { PixelState::Gap }));
    response
}
