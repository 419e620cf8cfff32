//! Warnings of values that are a thousand times and more from what their unit makes plausible: metres for Å, µm for mm.

use super::Resolver;
use crate::model::{Detector, Spectrum};
use crate::notice::Part;
use crate::provenance::Provenance;

/// A value with its key, its unit and the range in which such values are.
struct Magnitude {
    key: &'static str,
    value: f64,
    unit: &'static str,
    plausible: [f64; 2],
}

const fn magnitude(key: &'static str, value: f64, unit: &'static str, plausible: [f64; 2]) -> Magnitude {
    Magnitude { key, value, unit, plausible }
}

impl Resolver<'_> {
    /// Warns of values of another magnitude than their unit has. Arguments of a command line have units of their own.
    pub(super) fn warn_of_magnitudes(&mut self) {
        for Magnitude { key, value, unit, plausible: [low, high] } in self.magnitudes() {
            let from = self.experiment.provenance.of(key);
            let is_given = !matches!(from, Provenance::Argument(_) | Provenance::Header { .. });
            if is_given && value != 0.0 && !(low..=high).contains(&value) {
                let place = match from {
                    Provenance::File { .. } => format!("{from}: "),
                    _ => String::new(),
                };
                let text = format!(
                    "{place}{key} = {value:?} is far from what is usual, {low} to {high} {unit}: is it in another unit?"
                );
                self.warn(Part::Files, text);
            }
        }
    }

    fn magnitudes(&self) -> Vec<Magnitude> {
        let experiment = self.experiment;
        let mut all = Vec::new();
        match &experiment.beam.spectrum {
            Spectrum::WavelengthAngstrom(wavelength) => {
                all.push(magnitude("beam.spectrum.wavelength_angstrom", *wavelength, "Å", [0.02, 50.0]));
            }
            Spectrum::EnergyEv(energy) => {
                all.push(magnitude("beam.spectrum.energy_ev", *energy, "eV", [250.0, 6e5]));
            }
            Spectrum::Band(band) => {
                let wavelength = band.wavelength_angstrom;
                all.push(magnitude("beam.spectrum.band.wavelength_angstrom", wavelength, "Å", [0.02, 50.0]));
            }
            Spectrum::Table(_) | Spectrum::File(_) => {}
        }
        if let Some(cell) = &experiment.crystal.cell {
            let [a, ..] = cell.edges_angstrom;
            all.push(magnitude("crystal.cell", a, "Å", [1.0, 1e4]));
        }
        if let Some([size, ..]) = experiment.crystal.size_um {
            all.push(magnitude("crystal.size_um", size, "µm", [1e-4, 1e4]));
        }
        match &experiment.detector {
            Detector::Convention(detector) => {
                let distance = detector.distance_mm;
                all.push(magnitude("detector.convention.distance_mm", distance, "mm", [1.0, 1e5]));
                let pixel = detector.pixel_size_mm;
                all.push(magnitude("detector.convention.pixel_size_mm", pixel, "mm", [1e-3, 10.0]));
            }
            Detector::Panels(panels) => {
                if let Some(panel) = panels.first() {
                    let pixel = panel.pixel_size_mm;
                    all.push(magnitude("detector.panels.0.pixel_size_mm", pixel, "mm", [1e-3, 10.0]));
                }
            }
        }
        all
    }
}
