//! The physics of one pixel, or of a block of neighbouring ones: PHYSICS read from top to bottom.
//!
//! Everything a user can see of an image or of a trace comes from [`Scene::photons`]; there is no second copy. It is
//! generic over the lane (how many pixels at once), the crystal's shape, the way F is looked up, and the sink of the
//! records.
//!
//! # What a step costs
//!
//! A step of the square shape (one pixel × source × orientation, more than one cell on all axes, sixteen orientations or
//! more) is, counted in the instructions of the AVX2 build, these operations on four pixels at once:
//!
//! | for | operations |
//! |---|---|
//! | h, k, l = a·q, b·q, c·q | 9 |
//! | nearest node and δ | 12, of which 3 roundings |
//! | the two sines of each axis | 57, of which 36 are products and 21 additions |
//! | F_latt | 4 products and one division for all three axes |
//! | F, of eight nodes | 7, of which 2 permutations |
//! | F²·F_latt², summed | 2 |
//!
//! 92 instructions, and some 45 loads of constants and moves. The 53 products among them take 27 cycles of two ports, and the
//! additions as many where they have no ports of their own. Each waits for the one before it, so that what counts is how far
//! ahead a processor looks. That is why the six polynomials go side by side, why steps go through stages (`fringes`), and why
//! nothing that one pixel keeps is copied.
//! What is reached is in `benches/results`: the bench `rows` prints steps per second for each lane width. Fetching F lane by
//! lane instead of picking it would add some 40 operations, and does so where one of the pixels moves to another node.

use nanobragg_geometry::Panel;

use crate::functions::exp;
use crate::lane::{Lane, Triple};
use crate::lattice_factor::LatticeFactor;
use crate::mode::Mode;
use crate::orientation::DirectVectors;
use crate::simulation::{Amorphous, Polarization, R_E_SQR_M2, Simulation};
use crate::sink::{NoRecord, Sink};
use crate::steps::{ListedSteps, Orientations, Steps};
use crate::structure_factor::{Lookup, Memory};

pub(crate) use beam::Beam;
pub(crate) use carried::Carried;
pub(crate) use per_pixel::per_pixel;
use sub_pixel::SubPixel;

/// A simulation on one panel, with what does not change from pixel to pixel worked out.
pub(crate) struct Scene<'a, S, F> {
    pub(crate) sim: &'a Simulation,
    pub(crate) panel: &'a Panel,
    pub(crate) shape: &'a S,
    pub(crate) lookup: &'a F,
    pub(crate) beams: &'a [Beam],
    /// Whether orientations are summed in single precision.
    pub(crate) is_single: bool,
}

/// Which block of pixels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) slow: usize,
    /// The first pixel's column; the others follow.
    pub(crate) fast: usize,
}

/// The results for a block of pixels.
pub(crate) struct Pixels<L> {
    pub(crate) photons: L,
    pub(crate) solid_angle_sr: L,
}

/// What is kept while a pixel is summed up.
struct Sums<L> {
    /// Σ weight · F² · F_latt², with the factors that are taken per sub-step.
    intensity: L,
    /// Σ of the layers' captures, for the amorphous background.
    captured: L,
    /// Of the pixel's first sub-pixel, or of the latest.
    solid_angle: L,
    /// Of the first sub-step that counts, or of the latest; 0 until there is one.
    polarization: L,
    polarization_known: bool,
    /// Of the layer's first sub-pixel, or of the latest.
    capture: L,
    /// Of the pixel's first sub-pixel and first source, for the amorphous background.
    background: Option<BackgroundRay<L>>,
    cos_2theta: L,
}

/// What the amorphous background of a pixel depends on, without the resolution limit (Q25).
#[derive(Clone, Copy)]
struct BackgroundRay<L> {
    /// sin θ/λ in Å⁻¹.
    stol: L,
    polarization: L,
}

/// The numbers of the sub-steps of one source.
struct SubSteps<'a, L: Lane> {
    scattering: Triple<L>,
    /// Pixels whose resolution is finer than the limit, where nothing is added.
    cut: Option<L::Mask>,
    table: &'a [DirectVectors],
    /// Multiplies the running sum after every contribution (Q2).
    running_factor: Option<L>,
    source: usize,
}

impl<S: LatticeFactor, F: Lookup> Scene<'_, S, F> {
    /// Photons in each pixel of a block, and the solid angle each subtends.
    pub(crate) fn photons<L: Lane, K: Sink, T: Steps>(
        &self,
        block: Block,
        steps: T,
        carried: &mut Carried<F, L>,
        sink: &mut K,
    ) -> Pixels<L> {
        let sim = self.sim;
        let sensor = &self.panel.sensor;
        let mut sums = self.start::<L>();
        let is_only = sim.oversample == 1 && sensor.layers == 1 && !T::Orientations::SELECTED && !K::ON;
        for layer in 0..sensor.layers {
            let before = sums.intensity;
            sums.intensity = self.layer_start(before);
            for sub_slow in 0..sim.oversample {
                for sub_fast in 0..sim.oversample {
                    let first_in_layer = sub_slow == 0 && sub_fast == 0;
                    let at = if is_only {
                        self.only_sub_pixel(block, carried)
                    } else {
                        self.sub_pixel(block, layer, [sub_slow, sub_fast])
                    };
                    if (layer == 0 && first_in_layer) || sim.per_sub_step.solid_angle {
                        sums.solid_angle = self.solid_angle(at.distance);
                    }
                    if first_in_layer || sim.per_sub_step.capture {
                        sums.capture = self.capture(layer, at.diffracted);
                    }
                    if first_in_layer {
                        sums.captured = sums.captured + sums.capture;
                    }
                    let mut place = 0;
                    for source in 0..self.beams.len() {
                        let orientations = steps.of_source(source, &mut place);
                        if orientations.len() > 0 || self.is_due(&sums) {
                            self.add_source(source, &at, orientations, &mut sums, carried, sink);
                        }
                    }
                }
            }
            self.close_layer(before, &mut sums);
        }
        let materials = (!sim.materials.is_empty()).then(|| self.of_materials(&block));
        Pixels { photons: self.scaled(&sums, materials, sink), solid_angle_sr: sums.solid_angle }
    }

    /// [`photons`](Self::photons) of a block that no step contributes to.
    pub(crate) fn photons_without_steps<L: Lane>(
        &self,
        block: Block,
        carried: &mut Carried<F, L>,
    ) -> Pixels<L> {
        let sim = self.sim;
        if sim.amorphous.is_some() {
            return self.photons(block, ListedSteps { steps: &[], nodes: &[] }, carried, &mut NoRecord);
        }
        // The solid angle is that of the same sub-pixel as there.
        let [layer, sub_pixel] = if sim.per_sub_step.solid_angle {
            [self.panel.sensor.layers - 1, sim.oversample - 1]
        } else {
            [0, 0]
        };
        let at = self.sub_pixel::<L>(block, layer, [sub_pixel; 2]);
        let materials = (!sim.materials.is_empty()).then(|| self.of_materials(&block));
        Pixels { photons: materials.unwrap_or(L::splat(0.0)), solid_angle_sr: self.solid_angle(at.distance) }
    }

    /// Whether a source counts without any orientation, for what is known of a pixel once its first one is seen.
    fn is_due<L: Lane>(&self, sums: &Sums<L>) -> bool {
        !sums.polarization_known || (self.sim.amorphous.is_some() && sums.background.is_none())
    }

    fn start<L: Lane>(&self) -> Sums<L> {
        let zero = L::splat(0.0);
        let off = self.sim.polarization == Polarization::Off;
        Sums {
            intensity: match (self.sim.mode, &self.sim.amorphous) {
                // The C program puts the background into the sum over steps (Q7).
                (Mode::Compat, Some(water)) => L::splat(self.reference_background(water)),
                _ => zero,
            },
            captured: zero,
            solid_angle: zero,
            polarization: if off { L::splat(1.0) } else { zero },
            polarization_known: off,
            capture: zero,
            background: None,
            cos_2theta: zero,
        }
    }

    /// What a layer's sum starts from: compat mode goes on with the layers before (Q6), and so does a capture
    /// that every contribution already holds.
    fn layer_start<L: Lane>(&self, before: L) -> L {
        if self.captures_layers() { L::splat(0.0) } else { before }
    }

    /// Whether a layer's capture multiplies its sum when the layer is done.
    fn captures_layers(&self) -> bool {
        self.sim.mode == Mode::Physics && !self.sim.per_sub_step.capture
    }

    fn close_layer<L: Lane>(&self, before: L, sums: &mut Sums<L>) {
        if self.captures_layers() {
            sums.intensity = sums.intensity.mul_add(sums.capture, before);
        }
    }

    /// Ω = (d²/R²)(close/R), or 1/R² of a point.
    #[inline(always)]
    fn solid_angle<L: Lane>(&self, distance: L) -> L {
        let panel = self.panel;
        let inverse = L::splat(1.0) / distance;
        let inverse_square = inverse * inverse;
        if self.sim.point_pixel {
            inverse_square
        } else {
            let pixel = panel.pixel_area_m2 * panel.close_distance_m;
            inverse_square * inverse * L::splat(pixel)
        }
    }

    /// exp(−i t μ/ζ) − exp(−(i+1) t μ/ζ), the fraction that layer i captures; 1 of a sensor without thickness.
    ///
    /// A ray along the surface or from behind it (ζ ≤ 0), as towards the rim of a curved detector, passes no layer.
    #[inline(always)]
    fn capture<L: Lane>(&self, layer: u32, diffracted: Triple<L>) -> L {
        let panel = self.panel;
        let sensor = &panel.sensor;
        if sensor.layer_thickness_m == 0.0 {
            // The C program evaluates the formula all the same if captures are computed for every sub-pixel.
            let nothing = self.sim.mode == Mode::Compat && self.sim.per_sub_step.capture;
            return L::splat(if nothing { 0.0 } else { 1.0 });
        }
        let obliquity = diffracted.dot(Triple::splat(panel.normal.to_array()));
        let depth = L::splat(-sensor.layer_thickness_m * sensor.attenuation_per_m) / obliquity;
        let captured =
            exp(depth * L::splat(f64::from(layer))) - exp(depth * L::splat(f64::from(layer) + 1.0));
        let zero = L::splat(0.0);
        L::select(zero.below(obliquity), captured, zero)
    }

    /// P = ½(1 + cos²2θ − K cos 2ψ sin²2θ) (Kahn et al. 1982), ψ = −atan2(d̂·B, d̂·E).
    ///
    /// cos 2ψ = (E² − B²)/(E² + B²), so that no angle is formed.
    #[inline(always)]
    fn polarization<L: Lane>(&self, beam: &Beam, diffracted: Triple<L>) -> L {
        let Polarization::Kahn { factor, .. } = self.sim.polarization else { return L::splat(1.0) };
        let cos_2theta = diffracted.dot(Triple::splat(beam.incident.to_array()));
        let cos_sqr = cos_2theta * cos_2theta;
        let sin_sqr = L::splat(1.0) - cos_sqr;
        let mut sum = L::splat(1.0) + cos_sqr;
        if factor != 0.0 {
            let [b, e] = beam.kahn_axes.map(|axis| diffracted.dot(Triple::splat(axis.to_array())));
            let (b_sqr, e_sqr) = (b * b, e * e);
            // Straight ahead there is no ψ; atan2(0, 0) = 0 has cos 2ψ = 1.
            let (above, below) = (e_sqr - b_sqr, e_sqr + b_sqr);
            let straight = below.below(L::splat(f64::MIN_POSITIVE));
            let cos_2psi =
                L::select(straight, L::splat(1.0), above / below.larger(L::splat(f64::MIN_POSITIVE)));
            sum = sum - L::splat(factor) * cos_2psi * sin_sqr;
        }
        sum * L::splat(0.5)
    }

    /// One source's share of a sub-pixel.
    #[inline(always)]
    fn add_source<L: Lane, K: Sink>(
        &self,
        source: usize,
        at: &SubPixel<L>,
        orientations: impl Orientations,
        sums: &mut Sums<L>,
        carried: &mut Carried<F, L>,
        sink: &mut K,
    ) {
        let sim = self.sim;
        let beam = &self.beams[source];
        let incident = Triple::splat(beam.incident.to_array());
        let scattering = at.diffracted.minus(incident).scaled(L::splat(beam.inverse_wavelength));
        if K::ON && (source == 0 || sink.detail().all_sources) {
            self.record_sub_pixel(source, at, sums, scattering, sink);
        }
        if K::ON {
            sums.cos_2theta = at.diffracted.dot(incident);
        }
        let length = || scattering.dot(scattering).sqrt();
        if sim.amorphous.is_some() && sums.background.is_none() {
            let polarization = self.polarization(beam, at.diffracted);
            sums.background = Some(BackgroundRay { stol: length() * L::splat(0.5), polarization });
        }

        // A resolution 1/|q| finer than dmin is cut.
        let cut =
            (sim.dmin_angstrom > 0.0).then(|| (L::splat(1.0) / length()).below(L::splat(sim.dmin_angstrom)));
        if cut.is_some_and(L::all) {
            return;
        }
        if !sums.polarization_known || sim.per_sub_step.polarization {
            let factor = self.polarization(beam, at.diffracted);
            let taken = if sim.per_sub_step.polarization {
                factor
            } else {
                L::select(sums.polarization.equal(L::splat(0.0)), factor, sums.polarization)
            };
            sums.polarization = unless(cut, taken, sums.polarization);
            sums.polarization_known = cut.is_none();
        }

        let mut factor = L::splat(1.0);
        if sim.per_sub_step.capture {
            factor = factor * sums.capture;
        }
        if sim.per_sub_step.polarization {
            factor = factor * sums.polarization;
        }
        if sim.per_sub_step.solid_angle {
            factor = factor * sums.solid_angle;
        }
        let table = match sim.orientations.first_table() {
            Some(first) if carried.is_fresh => first,
            _ => sim.orientations.table(),
        };
        carried.is_fresh = false;
        let cells = &mut carried.cells;
        let running = sim.multiplies_running_sum();
        let steps = SubSteps { scattering, cut, table, running_factor: running.then_some(factor), source };
        if running {
            sums.intensity = self.over_orientations(&steps, orientations, sums.intensity, cells, sink);
        } else {
            let sum = self.over_orientations(&steps, orientations, L::splat(0.0), cells, sink);
            let sum = unless(cut, sum, L::splat(0.0));
            sums.intensity = sum.mul_add(factor * L::splat(beam.weight), sums.intensity);
        }
    }

    /// Σ F² · F_latt² over phi steps and mosaic domains, added to `sum`.
    #[inline(always)]
    fn over_orientations<L: Lane, O: Orientations, K: Sink>(
        &self,
        steps: &SubSteps<'_, L>,
        orientations: O,
        sum: L,
        cells: &mut F::Cells,
        sink: &mut K,
    ) -> L {
        if self.is_single && !K::ON && steps.running_factor.is_none() {
            return sum + self.sum_in_single(steps, orientations, cells);
        }
        if S::HAS_FRINGES && !K::ON && steps.running_factor.is_none() {
            return self.over_fringes(steps, orientations, sum, cells);
        }
        if let Some(listed) = orientations.known_nodes() {
            return self.over_known_nodes(steps, listed, sum, cells);
        }
        self.over_nearest_nodes(steps, orientations, sum, cells, sink)
    }

    /// The same, node by node that each orientation is nearest to.
    #[inline(always)]
    fn over_nearest_nodes<L: Lane, O: Orientations, K: Sink>(
        &self,
        steps: &SubSteps<'_, L>,
        orientations: O,
        mut sum: L,
        cells: &mut F::Cells,
        sink: &mut K,
    ) -> L {
        let mut memory = Memory::new(self.eight_nodes(steps, orientations.len(), 1.0));
        let without_water = self.sim.amorphous.is_none();
        for index in orientations {
            let (hkl, nearest) = indices(&steps.table[index], steps.scattering);
            let delta = hkl.minus(nearest);
            if K::ON {
                self.record_orientation(index, steps, hkl, nearest, delta, sink);
            }
            let f_latt = self.shape.counted(delta, O::SELECTED);
            if S::OFTEN_ZERO && !O::SELECTED && without_water && !K::ON && L::all(f_latt.equal(L::splat(0.0)))
            {
                continue;
            }
            let f_cell = self.lookup.at(hkl, nearest, &mut memory, cells);
            let is_shown = K::ON && self.details(index, steps.source, sink);
            if is_shown && (!without_water || self.shape.at(delta).get(0) != 0.0) {
                sink.step("F_cell", &[f_cell.get(0)]);
            }
            let amplitude = f_cell * f_latt;
            sum = match steps.running_factor {
                None => amplitude.mul_add(amplitude, sum),
                Some(factor) => {
                    let stepped = amplitude.mul_add(amplitude, sum) * factor;
                    // The C program passes over a step without lattice factor when there is no water.
                    let none = without_water.then(|| f_latt.equal(L::splat(0.0)));
                    unless(steps.cut, unless(none, stepped, sum), sum)
                }
            };
        }
        sum
    }

    /// Photons from the sums: r_e² · fluence · (I/steps) · Ω · P, and the amorphous background.
    #[inline(always)]
    fn scaled<L: Lane, K: Sink>(&self, sums: &Sums<L>, materials: Option<L>, sink: &mut K) -> L {
        let sim = self.sim;
        let flux = R_E_SQR_M2 * sim.fluence_per_m2;
        let mut photons = sums.intensity * L::splat(flux / sim.steps());
        if sim.mode == Mode::Compat && !sim.per_sub_step.capture {
            photons = photons * sums.capture;
        }
        if !sim.per_sub_step.polarization {
            photons = photons * sums.polarization;
        }
        if !sim.per_sub_step.solid_angle {
            photons = photons * sums.solid_angle;
        }
        if let (Mode::Physics, Some(water), Some(ray)) = (sim.mode, &sim.amorphous, sums.background) {
            let scattered =
                L::from_fn(|place| water.electrons(water.structure_factor.at(ray.stol.get(place))));
            let seen = sums.captured * sums.solid_angle * ray.polarization;
            photons = scattered.mul_add(L::splat(flux) * seen, photons);
        }
        if let Some(materials) = materials {
            photons = photons + materials;
        }
        if K::ON {
            self.record_result(sums, materials, photons, sink);
        }
        photons
    }

    /// The C program's background: r_e² · fluence once here and once more with the sum (Q7), water always
    /// (Q19).
    fn reference_background(&self, water: &Amorphous) -> f64 {
        water.electrons(2.57) * R_E_SQR_M2 * self.sim.fluence_per_m2
    }
}

/// The indices of a pixel's scattering vector, and their nearest node.
#[inline(always)]
fn indices<L: Lane>(direct: &DirectVectors, scattering: Triple<L>) -> (Triple<L>, Triple<L>) {
    let hkl = Triple(direct.map(|v| Triple::splat(v.to_array()).dot(scattering)));
    (hkl, Triple(hkl.0.map(nearest_index)))
}

/// ⌈h − ½⌉, as the C program has it.
#[inline(always)]
fn nearest_index<L: Lane>(index: L) -> L {
    (index - L::splat(0.5)).ceil()
}

/// `yes`, but `no` where the mask is set.
#[inline(always)]
fn unless<L: Lane>(mask: Option<L::Mask>, yes: L, no: L) -> L {
    mask.map_or(yes, |mask| L::select(mask, no, yes))
}

mod beam;
mod carried;
mod eight_nodes;
mod fringes;
mod known_nodes;
mod materials;
mod per_pixel;
mod recorded;
mod single;
mod sub_pixel;
