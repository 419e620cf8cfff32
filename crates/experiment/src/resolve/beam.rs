//! The beam: sources, polarization, fluence.

use nanobragg_geometry::source::{Beam as Generator, normalise_weights};
use nanobragg_geometry::sweep::Sweep;
use nanobragg_geometry::{Axes, Source};
use nanobragg_kernel::Polarization;

use super::{Resolver, digits};
use crate::error::Error;
use crate::files::{read_sources, read_spectrum};
use crate::model::{Band, Beam, Divergence, EV_ANGSTROM, Flux, Intensity, Pulse, Spectrum};

/// A resolved beam.
pub(super) struct BeamParts {
    pub(super) sources: Vec<Source>,
    pub(super) horizontal: Sweep,
    pub(super) vertical: Sweep,
    pub(super) dispersion: Sweep,
    pub(super) polarization: Polarization,
    pub(super) fluence_per_m2: f64,
}

impl Beam {
    /// The central wavelength in Å: of a table, the mean by weight.
    ///
    /// # Errors
    /// Those of the file of a spectrum.
    pub fn wavelength_angstrom(&self) -> Result<f64, Error> {
        Ok(match &self.spectrum {
            Spectrum::WavelengthAngstrom(wavelength) => *wavelength,
            Spectrum::EnergyEv(energy) => EV_ANGSTROM / energy,
            Spectrum::Band(band) => band.wavelength_angstrom,
            Spectrum::Table(rows) => mean_wavelength(rows),
            Spectrum::File(path) => mean_wavelength(&read_spectrum(path)?),
        })
    }
}

fn mean_wavelength(rows: &[[f64; 2]]) -> f64 {
    let total: f64 = rows.iter().map(|[_, weight]| weight).sum();
    rows.iter().map(|[energy, weight]| EV_ANGSTROM / energy * weight).sum::<f64>() / total
}

impl Divergence {
    /// The horizontal and the vertical sweep, radians.
    #[must_use]
    pub fn sweeps(&self) -> (Sweep, Sweep) {
        (
            sweep(self.horizontal_mrad, self.horizontal_step_mrad, self.horizontal_steps, 1e-3),
            sweep(self.vertical_mrad, self.vertical_step_mrad, self.vertical_steps, 1e-3),
        )
    }
}

impl Intensity {
    /// Photons per m².
    #[must_use]
    pub fn fluence_per_m2(&self) -> f64 {
        match self {
            Self::FluencePerM2(fluence) => *fluence,
            Self::Flux(Flux { flux_per_s, exposure_s, size_um }) => {
                let size_m = size_um / 1e6;
                flux_per_s * exposure_s / size_m / size_m
            }
            Self::Pulse(Pulse { photons_per_pulse, size_um }) => {
                let size_m = size_um / 1e6;
                photons_per_pulse / size_m / size_m
            }
        }
    }
}

impl Resolver<'_> {
    pub(super) fn beam(&mut self, axes: &Axes, wavelength_angstrom: f64) -> Result<BeamParts, Error> {
        let beam = &self.experiment.beam;
        let (horizontal, vertical) = beam.divergence.sweeps();
        let dispersion = match &beam.spectrum {
            Spectrum::Band(Band { width_percent, wavelengths, .. }) => {
                let range = width_percent / 100.0;
                sweep(range, None, *wavelengths, 1.0)
            }
            _ => Sweep::SINGLE,
        };
        let generator = Generator {
            direction: axes.beam,
            polarization: axes.polarization,
            wavelength_angstrom,
            horizontal,
            vertical,
            round: beam.divergence.round,
            dispersion,
        };
        let mut sources = match (&beam.sources_file, &beam.spectrum) {
            (Some(path), _) => read_sources(path, axes.beam, wavelength_angstrom)?,
            (None, Spectrum::Table(rows)) => colored(&generator.sources(), rows),
            (None, Spectrum::File(path)) => colored(&generator.sources(), &read_spectrum(path)?),
            (None, _) => generator.sources(),
        };
        if sources.is_empty() {
            return Err(Error::Contradiction(
                "the round divergence leaves no source: expected beam.divergence.round = false".to_owned(),
            ));
        }
        normalise_weights(&mut sources);
        let polarization = if beam.polarization.apply {
            Polarization::Kahn { factor: beam.polarization.kahn_factor, e_vector: axes.polarization }
        } else {
            Polarization::Off
        };
        let fluence_per_m2 = beam.intensity.fluence_per_m2();
        if !fluence_per_m2.is_finite() {
            return Err(self.wrong(
                "beam.intensity",
                fluence_per_m2,
                "a fluence that is finite and not negative",
            ));
        }
        self.derive("sources", sources.len(), "");
        self.derive("central wavelength", digits(wavelength_angstrom), "Å");
        self.derive("fluence", format!("{fluence_per_m2:e}"), "photons/m²");
        Ok(BeamParts { sources, horizontal, vertical, dispersion, polarization, fluence_per_m2 })
    }
}

/// A sweep of the beam; the step follows from range and count where it is not given, and has both ends of the range. A
/// sweep over nothing has one step.
fn sweep(range: f64, step: Option<f64>, count: u32, unit: f64) -> Sweep {
    let range = range * unit;
    // One step alone would stand at the range's lower end.
    let count = if step.is_none() { count.max(2) } else { count };
    let step = step.map_or(range / f64::from(count.max(2) - 1), |step| step * unit);
    if range > 0.0 && step > 0.0 { Sweep { range, step, count } } else { Sweep::SINGLE }
}

/// Every direction with every energy of a table.
fn colored(directions: &[Source], rows: &[[f64; 2]]) -> Vec<Source> {
    let with_energies = |source: &Source| {
        let incident = source.incident;
        rows.iter()
            .map(move |[energy, weight]| Source {
                incident,
                wavelength_angstrom: EV_ANGSTROM / energy,
                weight: *weight,
            })
            .collect::<Vec<_>>()
    };
    directions.iter().flat_map(with_energies).collect()
}
