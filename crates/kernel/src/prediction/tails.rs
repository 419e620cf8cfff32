//! The steps of a parallelepiped whose fringes count, where a tolerance is given.
//!
//! F_latt² ≤ Π min(Nᵢ², 1/sin²(πδᵢ)), with δᵢ the distance of an index from the nearest integer. Over a block of pixels an
//! index differs from that at the block's middle by no more than a spread sᵢ, and so δᵢ ≥ δᵢ(middle) − sᵢ. With
//! sin(πδ) ≥ 3δ − 4δ³ for 0 ≤ δ ≤ ½ (the two agree at 0 and ½, where their slopes are π > 3 and 0 = 0, and a test
//! looks between), F_latt² of a step is at most 1/Π(3δᵢ − 4δᵢ³)² all over the block, each δᵢ at least sin(⅓ asin(1/Nᵢ)), where
//! the cubic is 1/Nᵢ. Indices are worked out in double precision, and what is left of them beyond the nearest integers in single
//! precision, rows of two lanes at once.
//!
//! If F² F_latt² of each of a pixel's n steps were 1, the pixel would have no more than p photons
//! ([`Simulation::photons_at_most`], for the largest Ω of the tile). So steps whose F² F_latt², each times the weight of its
//! source, sum up to no more than n · tolerance / p may be left out: that is what a block has to spend. F is the largest of
//! the nodes that are near the tile. A step is left out if its bound is no more than [`GREED`] equal shares of what is left
//! to spend among the steps that are left, and is then spent; no order of the steps can overspend.

use std::ops::Range;

use nanobragg_geometry::{Curvature, LabVec, Panel, Source};

use super::footprint::{BLOCKS, ROWS};
use super::orientations::OrientationLanes;
use super::patch::Patch;
use super::tile::{Tile, View};
use crate::lane::single::FIXED_POINT;
use crate::lane::{Arithmetic, Fixed, Lane, Triple};
use crate::lattice_factor::Spot;
use crate::mode::Mode;
use crate::orientation::DirectVectors;
use crate::orientation::INDEX_ROUNDING;
use crate::pixel::per_pixel;
use crate::simulation::Simulation;
use crate::steps::{NO_NODE, Step};
use crate::structure_factor::NodeFactors;

/// What does not change from tile to tile.
pub(super) struct Tails<'a> {
    sim: &'a Simulation,
    /// The δᵢ at which the bound is Nᵢ.
    of_peak: [f64; 3],
    /// Whether 32-bit fixed point has all indices.
    is_fixed: bool,
    factors: &'a dyn NodeFactors,
}

/// More than what rounding in single precision takes of a bound, and adds to it.
const ROUNDING: f64 = 1e-5;

/// How many times an equal share of what is left to spend a step may take: most take far less, and those that take more cost
/// the time. With too many nothing is left for the last steps, which are then evaluated.
const GREED: f64 = 6.0;

/// The blocks of a tile, in lanes of rows: where their middles are, as unit vectors, and what they may leave out.
pub(super) struct Blocks<L> {
    middles: Vec<[Triple<L>; BLOCKS]>,
    /// The most that a direction in a block differs from its middle's: along these, and by the rest.
    along_fast: LabVec,
    along_slow: LabVec,
    rest: f64,
    /// What is left to spend, in tolerances, times the number of steps.
    left: Vec<[L; BLOCKS]>,
    /// What F² F_latt² = 1 costs.
    unit: f64,
    /// Steps that are not decided on.
    steps: f64,
}

impl<L: Lane> Blocks<L> {
    /// The blocks of a tile, before its first step.
    pub(super) fn of(
        sim: &Simulation,
        panel: &Panel,
        slow: &Range<usize>,
        fast: &Range<usize>,
        patch: &Patch,
    ) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
        let number = |pixels: usize| pixels as f64;
        let margin = 0.5 / f64::from(sim.oversample);
        let depth = f64::from(panel.sensor.layers) * panel.sensor.layer_thickness_m / 2.0;
        let first = panel.first_pixel;
        let sdet = |lane: usize| {
            let row = number(first.slow + slow.start + lane * L::WIDTH) + 0.5;
            (L::places() + L::splat(row)) * L::splat(panel.pixel_size_m)
        };
        let fdet = |block: usize| {
            let column = number(first.fast + fast.start + block * L::WIDTH) + number(L::WIDTH) / 2.0;
            column * panel.pixel_size_m
        };
        let direction = |lane: usize, block: usize| {
            let [sdet, fdet] = [sdet(lane), L::splat(fdet(block))];
            let [slow, fast] = [panel.slow, panel.fast].map(|axis| Triple::splat(axis.to_array()));
            let start = Triple::splat((panel.origin_m + panel.normal * depth).to_array());
            let flat = fast.scaled_plus(fdet, slow.scaled_plus(sdet, start));
            let position = match panel.curvature {
                Curvature::Flat => flat,
                // The surface itself, of no depth.
                _ => per_pixel(flat, |place, at| {
                    panel.bent(at - panel.normal * depth, [sdet, fdet].map(|edge| edge.get(place)))
                }),
            };
            position.scaled(L::splat(1.0) / position.dot(position).sqrt())
        };
        let middles =
            (0..ROWS / L::WIDTH).map(|lane| std::array::from_fn(|block| direction(lane, block))).collect();
        let [half_columns, half_rows] = [fast.len(), slow.len()].map(|pixels| number(pixels) / 2.0);
        // Of the sub-pixels of a block.
        let half_sides = [number(L::WIDTH) / 2.0 - margin, 0.5 - margin];
        let half_sides_m =
            (half_sides[0] * panel.fast.length() + half_sides[1] * panel.slow.length()) * panel.pixel_size_m;
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2⁵³ steps")]
        let steps = (sim.sources.len() * sim.orientations.len()) as f64;
        Self {
            middles,
            along_fast: patch.along_fast * (half_sides[0] / half_columns),
            along_slow: patch.along_slow * (half_sides[1] / half_rows),
            rest: patch.rest_about(half_sides_m),
            left: vec![[L::splat(steps); BLOCKS]; ROWS / L::WIDTH],
            unit: sim.photons_at_most(sim.largest_solid_angle(panel, patch.nearest_m)) * (1.0 + ROUNDING)
                / sim.tolerance_photons,
            steps,
        }
    }
}

impl<'a> Tails<'a> {
    pub(super) fn new(sim: &'a Simulation, factors: &'a dyn NodeFactors) -> Self {
        let of_peak = sim.crystal.cells.map(|cells| ((1.0 / f64::from(cells)).asin() / 3.0).sin());
        Self { sim, of_peak, is_fixed: sim.indices_fit(), factors }
    }

    /// How an index is measured: in cells.
    pub(super) fn spot(&self) -> Spot {
        let mut basis = [[0.0; 3]; 3];
        for (axis, cells) in self.sim.crystal.cells.into_iter().enumerate() {
            basis[axis][axis] = f64::from(cells);
        }
        Spot { basis, radius: 0.0 }
    }

    /// Lists the steps of a source.
    pub(super) fn list_source<L: Lane>(
        &self,
        source: u32,
        view: &View,
        patch: &Patch,
        blocks: &mut Blocks<L>,
        orientations: &OrientationLanes<L>,
        tile: &mut Tile<L>,
    ) {
        let Source { incident, weight, .. } = self.sim.sources[source as usize];
        let incident = Triple::splat(incident.to_array());
        // The C program reads weights and does not use them (Q3).
        let weight = if self.sim.mode == Mode::Compat { 1.0 } else { weight };
        let scale = L::splat(view.inverse_wavelength);
        let scattering: Vec<_> =
            blocks.middles.iter().map(|row| row.map(|d| d.minus(incident).scaled(scale))).collect();
        for run in &orientations.runs {
            let nodes = run.nodes(patch, view, 0.0, [0.5; 3]);
            let unit = weight * self.factors.largest(nodes).powi(2) * blocks.unit;
            let first = run.lanes.start * L::WIDTH;
            let end = (run.lanes.end * L::WIDTH).min(orientations.count);
            for (place, direct) in self.sim.orientations.table()[first..end].iter().enumerate() {
                let covered = self.covered(direct, view, blocks, &scattering, unit);
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "fewer than 2³² orientations fit in memory"
                )]
                tile.add(Step { source, orientation: (first + place) as u32, node: NO_NODE }, covered);
            }
        }
    }

    /// The blocks that do not leave a step out, whose bound in them is a unit times that of F_latt²: bit [`ROWS`]·block + row.
    #[inline(always)]
    fn covered<L: Lane>(
        &self,
        direct: &DirectVectors,
        view: &View,
        blocks: &mut Blocks<L>,
        scattering: &[[Triple<L>; BLOCKS]],
        unit: f64,
    ) -> u64 {
        let share = L::splat(largest_share(blocks.steps));
        blocks.steps -= 1.0;
        let single = L::Single::splat;
        let axes = direct.map(|axis| {
            let across = axis.dot(blocks.along_fast).abs() + axis.dot(blocks.along_slow).abs();
            let spread = (across + axis.length() * blocks.rest) * view.inverse_wavelength + INDEX_ROUNDING;
            (Triple::splat(axis.to_array()), single(spread))
        });
        let mut left_out = 0;
        let pairs = scattering.chunks_exact(2).zip(blocks.left.chunks_exact_mut(2));
        for (pair, (rows, left)) in pairs.enumerate() {
            for block in 0..BLOCKS {
                let mut sines = single(1.0);
                for ((axis, spread), of_peak) in axes.iter().zip(self.of_peak) {
                    let delta = self.beyond_nearest(*axis, [rows[0][block], rows[1][block]]);
                    let delta = (delta.abs() - *spread).larger(single(of_peak));
                    sines = sines * (delta * (delta * delta).mul_add(single(-4.0), single(3.0)));
                }
                let bounds = L::widened(single(1.0) / (sines * sines));
                for (row, bound) in bounds.into_iter().enumerate() {
                    let is_left_out = leaves_out(&mut left[row][block], share, L::splat(unit) * bound);
                    left_out |=
                        u64::from(L::bits(is_left_out)) << (ROWS * block + L::WIDTH * (2 * pair + row));
                }
            }
        }
        !left_out
    }

    /// What is left of the indices of two lanes along an axis beyond their nearest integers.
    #[inline(always)]
    fn beyond_nearest<L: Lane>(&self, axis: Triple<L>, scattering: [Triple<L>; 2]) -> L::Single {
        if self.is_fixed {
            let (delta, _) = L::split(scattering.map(|q| axis.dot_plus(q, L::splat(FIXED_POINT))));
            return delta.to_single();
        }
        L::narrowed(scattering.map(|q| {
            let index = axis.dot(q);
            index - index.round()
        }))
    }
}

/// The part of what is left to spend that a step may take, with so many steps left.
fn largest_share(steps: f64) -> f64 {
    (GREED / steps).min(1.0)
}

/// Where a step's bound is no more than its largest share of what is left: there it is spent. A bound that is no number is not.
#[inline(always)]
fn leaves_out<L: Lane>(left: &mut L, largest_share: L, bound: L) -> L::Mask {
    let is_left_out = bound.at_most(*left * largest_share);
    *left = L::select(is_left_out, *left - bound, *left);
    is_left_out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever the bounds, from steps that hardly count to those that count most.
        #[test]
        fn no_order_of_steps_overspends(powers in prop::collection::vec(-3.0..3.0f64, 1..300), shift in -3.0..3.0f64) {
            let steps = powers.len() as f64;
            let (mut left, mut spent) = (steps, 0.0);
            for (done, power) in powers.iter().enumerate() {
                let bound = 10f64.powf(power + shift);
                let steps_left = steps - done as f64;
                let fair = left / steps_left;
                let is_left_out = leaves_out(&mut left, largest_share(steps_left), bound);
                prop_assert!(is_left_out || bound > fair, "{bound} of {left} is less than an equal share");
                spent += if is_left_out { bound } else { 0.0 };
                prop_assert!(spent <= steps * (1.0 + 1e-12), "{spent} of {steps}");
            }
        }
    }

    #[test]
    fn a_bound_that_is_no_number_leaves_nothing_out() {
        let mut left = 1.0;
        assert!(!leaves_out(&mut left, 1.0, f64::NAN) && !leaves_out(&mut left, 1.0, f64::INFINITY));
        assert!(leaves_out(&mut left, 1.0, 0.25));
        assert!((left - 0.75).abs() < 1e-15, "{left}");
    }

    #[test]
    fn a_cubic_bounds_the_sine() {
        for i in 0..=1_000_000 {
            let delta = f64::from(i) / 2e6;
            assert!(libm::sin(std::f64::consts::PI * delta) >= delta * (3.0 - 4.0 * delta * delta) - 1e-15);
        }
    }
}
