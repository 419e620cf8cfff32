//! A source in the form that the pixel loop uses.

use nanobragg_geometry::LabVec;

use crate::mode::Mode;
use crate::simulation::{Polarization, Simulation};

/// A source, with what does not change from pixel to pixel worked out.
pub(crate) struct Beam {
    pub(super) incident: LabVec,
    pub(super) wavelength_angstrom: f64,
    /// 1/λ, Å⁻¹.
    pub(super) inverse_wavelength: f64,
    pub(super) weight: f64,
    /// B = unit(p × incident) and E = unit(incident × B), Kahn's axes.
    pub(super) kahn_axes: [LabVec; 2],
}

impl Beam {
    pub(crate) fn of(sim: &Simulation) -> Vec<Self> {
        sim.sources
            .iter()
            .map(|source| {
                let kahn_axes = match sim.polarization {
                    Polarization::Off => [LabVec::ZERO; 2],
                    Polarization::Kahn { e_vector, .. } => {
                        let b = e_vector.cross(source.incident).unit();
                        [b, source.incident.cross(b).unit()]
                    }
                };
                Self {
                    incident: source.incident,
                    wavelength_angstrom: source.wavelength_angstrom,
                    inverse_wavelength: 1.0 / source.wavelength_angstrom,
                    // The C program reads weights and does not use them (Q3).
                    weight: if sim.mode == Mode::Compat { 1.0 } else { source.weight },
                    kahn_axes,
                }
            })
            .collect()
    }
}
