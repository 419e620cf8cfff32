//! The background of amorphous materials.

use super::{Block, Scene};
use crate::lane::{Lane, Triple};
use crate::lattice_factor::LatticeFactor;
use crate::simulation::{Material, R_E_SQR_M2};
use crate::structure_factor::Lookup;

impl<S: LatticeFactor, F: Lookup> Scene<'_, S, F> {
    /// Photons that materials scatter into pixels: r_e² · fluence · molecules · the mean over sources and sub-pixels of
    /// F²·Ω·P·capture, without a limit of resolution.
    pub(super) fn of_materials<L: Lane>(&self, block: &Block) -> L {
        let sim = self.sim;
        let mut sum = L::splat(0.0);
        for layer in 0..self.panel.sensor.layers {
            for sub_slow in 0..sim.oversample {
                for sub_fast in 0..sim.oversample {
                    let at = self.sub_pixel::<L>(*block, layer, [sub_slow, sub_fast]);
                    let mut scattered = L::splat(0.0);
                    for beam in self.beams {
                        let incident = Triple::splat(beam.incident.to_array());
                        let half = L::splat(0.5 / beam.wavelength_angstrom);
                        let difference = at.diffracted.minus(incident);
                        let stol = difference.dot(difference).sqrt() * half;
                        let squares = L::from_fn(|place| square(&sim.materials, stol.get(place)));
                        let polarization = self.polarization(beam, at.diffracted);
                        scattered = (squares * polarization).mul_add(L::splat(beam.weight), scattered);
                    }
                    let seen = self.solid_angle(at.distance) * self.capture(layer, at.diffracted);
                    sum = scattered.mul_add(seen, sum);
                }
            }
        }
        let sub_pixels = f64::from(sim.oversample) * f64::from(sim.oversample);
        let evaluations = self.beams.len() as f64 * sub_pixels;
        sum * L::splat(R_E_SQR_M2 * sim.fluence_per_m2 / evaluations)
    }
}

/// Σ molecules · F² with the sign of F, at sin θ/λ in Å⁻¹.
fn square(materials: &[Material], stol_per_angstrom: f64) -> f64 {
    let of_material = |material: &Material| {
        let factor = material.structure_factor.at(stol_per_angstrom);
        material.molecules * factor * factor.abs()
    };
    materials.iter().map(of_material).sum()
}
