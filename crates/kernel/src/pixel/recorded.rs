//! The lines that the kernel records of a traced pixel, with the keys and in the order of the C program's log.

use super::{Scene, SubPixel, SubSteps, Sums};
use crate::lane::{Lane, Triple};
use crate::lattice_factor::LatticeFactor;
use crate::simulation::R_E_SQR_M2;
use crate::sink::Sink;
use crate::structure_factor::Lookup;

/// Metres per Å.
const ANGSTROM_M: f64 = 1e-10;

impl<S: LatticeFactor, F: Lookup> Scene<'_, S, F> {
    /// A sub-pixel of a layer, seen from one source.
    pub(super) fn record_sub_pixel<L: Lane, K: Sink>(
        &self,
        source: usize,
        at: &SubPixel<L>,
        sums: &Sums<L>,
        scattering: Triple<L>,
        sink: &mut K,
    ) {
        let panel = self.panel;
        let beam = &self.beams[source];
        if sink.detail().all_sources {
            #[expect(clippy::cast_precision_loss, reason = "fewer than 2⁵³ sources fit in memory")]
            sink.evaluation("SOURCE", &[("source", source as f64), ("weight", beam.weight)]);
        }
        let q = scattering.first();
        for (key, numbers) in [
            ("pix0_vector_meters", panel.origin_m.to_array()),
            ("fdet_vec", panel.fast.to_array()),
            ("sdet_vec", panel.slow.to_array()),
            ("pixel_pos_meters", at.position.first()),
        ] {
            sink.step(key, &numbers);
        }
        sink.step("R_distance_meters", &[at.distance.get(0)]);
        sink.step("omega_pixel_sr", &[sums.solid_angle.get(0)]);
        sink.step("close_distance_meters", &[panel.close_distance_m]);
        sink.step("obliquity_factor", &[panel.close_distance_m / at.distance.get(0)]);
        sink.step("diffracted_vec", &at.diffracted.first());
        sink.step("incident_vec", &beam.incident.to_array());
        sink.step("lambda_meters", &[beam.wavelength_angstrom * ANGSTROM_M]);
        sink.step("lambda_angstroms", &[beam.wavelength_angstrom]);
        // In m⁻¹ under this name, as in the C program.
        sink.step("scattering_vec_A_inv", &q.map(|x| x / ANGSTROM_M));
        sink.step("scattering_vec_per_angstrom", &q);
    }

    /// Whether the details of an orientation are recorded.
    pub(super) fn details<K: Sink>(&self, index: usize, source: usize, sink: &K) -> bool {
        let detail = sink.detail();
        (source == 0 || detail.all_sources) && (index == 0 || detail.all_domains)
    }

    /// The crystal in one orientation, and the lattice factor there.
    pub(super) fn record_orientation<L: Lane, K: Sink>(
        &self,
        index: usize,
        steps: &SubSteps<'_, L>,
        hkl: Triple<L>,
        nearest: Triple<L>,
        delta: Triple<L>,
        sink: &mut K,
    ) {
        if steps.source > 0 && !sink.detail().all_sources {
            return;
        }
        let domains = self.sim.orientations.domains();
        let (phi_tic, domain) = (index / domains, index % domains);
        let parts = self.shape.signed_parts(nearest.first(), delta.first());
        #[expect(clippy::cast_precision_loss, reason = "a table of orientations fits in memory")]
        let (phi_number, domain_number) = (phi_tic as f64, domain as f64);
        if self.details(index, steps.source, sink) {
            if sink.detail().all_domains {
                sink.evaluation("DOMAIN", &[("phi_tic", phi_number), ("mos_tic", domain_number)]);
            }
            let [a, b, c] = steps.table[index];
            let lattice = &self.sim.lattice;
            for (key, vector) in [
                ("rot_a_angstroms", a),
                ("rot_b_angstroms", b),
                ("rot_c_angstroms", c),
                ("rot_a_star_A_inv", lattice.a_star),
                ("rot_b_star_A_inv", lattice.b_star),
                ("rot_c_star_A_inv", lattice.c_star),
            ] {
                sink.step(key, &vector.to_array());
            }
            sink.step("hkl_frac", &hkl.first());
            sink.step("hkl_rounded", &nearest.first());
            match parts {
                Some(parts) => {
                    for (key, part) in ["F_latt_a", "F_latt_b", "F_latt_c", "F_latt"].into_iter().zip(parts) {
                        sink.step(key, &[part]);
                    }
                }
                None => sink.step("lattice_factor", &[self.shape.at(delta).get(0)]),
            }
        }
        if let (0, Some([_, f_latt_b, _, f_latt])) = (domain, parts) {
            let phi_deg = self.sim.orientations.phis_rad()[phi_tic].to_degrees();
            let fields = [
                ("phi_tic", phi_number),
                ("phi_deg", phi_deg),
                ("k_frac", hkl.first()[1]),
                ("F_latt_b", f_latt_b),
                ("F_latt", f_latt),
            ];
            sink.evaluation("PHI", &fields);
        }
    }

    /// How the sums became photons.
    pub(super) fn record_result<L: Lane, K: Sink>(
        &self,
        sums: &Sums<L>,
        materials: Option<L>,
        photons: L,
        sink: &mut K,
    ) {
        let sim = self.sim;
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        let photons = photons.get(0);
        #[expect(clippy::cast_possible_truncation, reason = "the image is f32")]
        let stored = f64::from(photons as f32);
        for (key, number) in [
            ("I_before_scaling", sums.intensity.get(0)),
            ("r_e_meters", R_E_SQR_M2.sqrt()),
            ("r_e_sqr", R_E_SQR_M2),
            ("fluence_photons_per_m2", sim.fluence_per_m2),
            ("steps", sim.steps()),
            ("oversample_thick", flag(sim.per_sub_step.capture)),
            ("oversample_polar", flag(sim.per_sub_step.polarization)),
            ("oversample_omega", flag(sim.per_sub_step.solid_angle)),
            ("capture_fraction", sums.capture.get(0)),
            ("polar", sums.polarization.get(0)),
            ("omega_pixel", sums.solid_angle.get(0)),
            ("cos_2theta", sums.cos_2theta.get(0)),
        ] {
            sink.step(key, &[number]);
        }
        if let Some(materials) = materials {
            sink.step("I_background", &[materials.get(0)]);
        }
        sink.step("I_pixel_final", &[photons]);
        sink.step("floatimage_accumulated", &[stored]);
    }
}
