//! What a simulation needs in memory, counted before any of it is allocated.

use nanobragg_response::PanelResponse;

use super::Resolver;
use crate::error::Error;
use crate::model::{Band, Detector, Spectrum};

/// A float: what else is written is made in bands of rows.
const BYTES_PER_PIXEL: u64 = 4;
/// Whether a pixel is rendered.
const MASK_BYTES_PER_PIXEL: u64 = 1;
/// The vectors a, b and c of one orientation, as they are built and as they are kept.
const BYTES_PER_ORIENTATION: u64 = 2 * 72;
/// A source, and what the kernel works out of it.
const BYTES_PER_SOURCE: u64 = 200;

/// One of the tables of a simulation.
struct Table {
    what: &'static str,
    bytes: u64,
    keys: &'static [&'static str],
}

impl Resolver<'_> {
    /// Refuses an experiment whose images and tables do not fit into memory.
    pub(super) fn check_memory(&self) -> Result<(), Error> {
        let tables = [self.images(), self.counts(), self.orientations(), self.sources()];
        let bytes = tables.iter().map(|table| table.bytes).fold(0, u64::saturating_add);
        if bytes <= self.context.memory_bytes as u64 {
            return Ok(());
        }
        let largest = tables.iter().max_by_key(|table| table.bytes);
        let (what, keys) = largest.map_or(("tables", &[][..]), |table| (table.what, table.keys));
        // What was typed, where anything was.
        let typed: Vec<&str> = keys.iter().copied().filter(|key| self.is_argument(key)).collect();
        let keys = if typed.is_empty() { keys } else { &typed };
        Err(Error::Memory {
            what,
            bytes,
            available: self.context.memory_bytes as u64,
            names: keys.iter().map(|key| self.name(key).to_owned()).collect::<Vec<_>>().join(", "),
        })
    }

    /// What the detector makes of the photons, panel after panel.
    fn counts(&self) -> Table {
        let response = &self.experiment.response;
        let bytes = |pixels: [usize; 2], edge_mm: f64| {
            let bytes = PanelResponse::bytes(&response.of_pixels(edge_mm), pixels);
            bytes.map_or(u64::MAX, |bytes| u64::try_from(bytes).unwrap_or(u64::MAX))
        };
        let bytes = match &self.experiment.detector {
            _ if !self.experiment.has_counts() => 0,
            Detector::Convention(detector) => bytes(detector.shape().0, detector.pixel_size_mm),
            Detector::Panels(panels) => panels
                .iter()
                .map(|panel| bytes(panel.pixels.map(|count| count as usize), panel.pixel_size_mm))
                .fold(0, u64::saturating_add),
        };
        Table { what: "counts of the detector", bytes, keys: &["detector", "response.point_spread"] }
    }

    fn images(&self) -> Table {
        let product = |[slow, fast]: [u64; 2]| slow.saturating_mul(fast);
        let bytes = |pixels: [u64; 2], masked: bool| {
            product(pixels).saturating_mul(BYTES_PER_PIXEL + if masked { MASK_BYTES_PER_PIXEL } else { 0 })
        };
        let bytes = match &self.experiment.detector {
            Detector::Convention(detector) => {
                bytes(detector.shape().0.map(|count| count as u64), detector.mask_file.is_some())
            }
            Detector::Panels(panels) => panels
                .iter()
                .map(|panel| bytes(panel.pixels.map(u64::from), panel.mask_file.is_some()))
                .fold(0, u64::saturating_add),
        };
        Table { what: "images", bytes, keys: &["detector"] }
    }

    fn orientations(&self) -> Table {
        let steps = u64::from(self.experiment.scan.steps);
        let domains = u64::from(self.experiment.crystal.mosaic.domain_count());
        // In compat mode the first evaluation of an image may have a table of its own.
        let first = if self.compat() { 2 } else { 1 };
        // While an image of a series is prepared there are that of the first one and that of another.
        let tables = first * if self.experiment.rendered_images() > 1 { 2 } else { 1 };
        Table {
            what: "orientations",
            bytes: steps.saturating_mul(domains).saturating_mul(tables * BYTES_PER_ORIENTATION),
            keys: &["scan.steps", "scan.step_deg", "crystal.mosaic.domains"],
        }
    }

    fn sources(&self) -> Table {
        let beam = &self.experiment.beam;
        let spread = &beam.divergence;
        let directions = u64::from(spread.horizontal_steps).saturating_mul(u64::from(spread.vertical_steps));
        let wavelengths = match &beam.spectrum {
            Spectrum::Band(Band { wavelengths, .. }) => u64::from(*wavelengths),
            Spectrum::Table(rows) => rows.len() as u64,
            _ => 1,
        };
        Table {
            what: "sources",
            bytes: directions.saturating_mul(wavelengths).saturating_mul(BYTES_PER_SOURCE),
            keys: &[
                "beam.divergence.horizontal_steps",
                "beam.divergence.horizontal_step_mrad",
                "beam.divergence.vertical_steps",
                "beam.divergence.vertical_step_mrad",
                "beam.spectrum.band.wavelengths",
            ],
        }
    }
}
