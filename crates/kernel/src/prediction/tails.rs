//! The steps of a parallelepiped whose fringes count, where a tolerance is given.
//!
//! F_latt² ≤ Π min(Nᵢ², 1/sin²(πδᵢ)), with δᵢ the distance of an index from the nearest integer. Over a block of pixels an
//! index differs from that at the block's middle by no more than a spread sᵢ, and so δᵢ ≥ δᵢ(middle) − sᵢ. With
//! sin(πδ) ≥ 3δ − 4δ³ for 0 ≤ δ ≤ ½ (the two agree at 0 and ½, where their slopes are π > 3 and 0 = 0, and a test
//! looks between), a step is left out where Π max(1/Nᵢ², (3δᵢ − 4δᵢ³)²) ≥ 1/T: its F_latt² is at most T all over the block.
//!
//! T comes from the tolerance and the largest F of the nodes that are near the tile
//! ([`Simulation::tolerated_lattice_square`]).

use std::ops::Range;

use nanobragg_geometry::{Curvature, LabVec, Panel};

use super::footprint::{BLOCKS, ROWS};
use super::orientations::OrientationLanes;
use super::patch::Patch;
use super::tile::{Tile, View};
use crate::lane::{Lane, Triple};
use crate::lattice_factor::Spot;
use crate::orientation::DirectVectors;
use crate::orientation::INDEX_ROUNDING;
use crate::pixel::per_pixel;
use crate::simulation::Simulation;
use crate::steps::Step;
use crate::structure_factor::LargestFactor;

/// What does not change from tile to tile.
pub(super) struct Tails<'a> {
    sim: &'a Simulation,
    /// 1/Nᵢ².
    inverse_squares: [f64; 3],
    factors: &'a dyn LargestFactor,
    /// The largest F_latt² that the tolerance lets go where F is 1.
    tolerated_of_unit_factor: f64,
}

/// The middles of a tile's blocks: unit vectors for each block, in lanes of rows.
pub(super) struct Middles<L> {
    directions: Vec<[Triple<L>; BLOCKS]>,
    /// The most that a direction in a block differs from its middle's: along these, and by the rest.
    along_fast: LabVec,
    along_slow: LabVec,
    rest: f64,
}

impl<L: Lane> Middles<L> {
    pub(super) fn of(
        panel: &Panel,
        slow: &Range<usize>,
        fast: &Range<usize>,
        patch: &Patch,
        oversample: u32,
    ) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
        let number = |pixels: usize| pixels as f64;
        let margin = 0.5 / f64::from(oversample);
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
        let directions =
            (0..ROWS / L::WIDTH).map(|lane| std::array::from_fn(|block| direction(lane, block))).collect();
        let [half_columns, half_rows] = [fast.len(), slow.len()].map(|pixels| number(pixels) / 2.0);
        Self {
            directions,
            along_fast: patch.along_fast * ((number(L::WIDTH) / 2.0 - margin) / half_columns),
            along_slow: patch.along_slow * ((0.5 - margin) / half_rows),
            // Both the middle and the place may be off the tile's plane.
            rest: 2.0 * patch.rest,
        }
    }
}

impl<'a> Tails<'a> {
    pub(super) fn new(sim: &'a Simulation, factors: &'a dyn LargestFactor) -> Self {
        let inverse_squares = sim.crystal.cells.map(|cells| f64::from(cells).powi(-2));
        Self { sim, inverse_squares, factors, tolerated_of_unit_factor: sim.tolerated_lattice_square(1.0) }
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
        middles: &Middles<L>,
        orientations: &OrientationLanes<L>,
        tile: &mut Tile<L>,
    ) {
        let incident = Triple::splat((self.sim.sources[source as usize].incident).to_array());
        let scale = L::splat(view.inverse_wavelength);
        let scattering: Vec<_> =
            middles.directions.iter().map(|row| row.map(|d| d.minus(incident).scaled(scale))).collect();
        for run in &orientations.runs {
            let nodes = run.nodes(patch, view.scattering, view.inverse_wavelength, [0.5; 3]);
            let limit = self.factors.largest(nodes).powi(2) / self.tolerated_of_unit_factor;
            let first = run.lanes.start * L::WIDTH;
            let end = (run.lanes.end * L::WIDTH).min(orientations.count);
            for (place, direct) in self.sim.orientations.table()[first..end].iter().enumerate() {
                let covered = self.covered(direct, view, middles, &scattering, limit);
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "fewer than 2³² orientations fit in memory"
                )]
                tile.add(Step { source, orientation: (first + place) as u32 }, covered);
            }
        }
    }

    /// The blocks in which a step may count: bit [`ROWS`]·block + row.
    #[inline(always)]
    fn covered<L: Lane>(
        &self,
        direct: &DirectVectors,
        view: &View,
        middles: &Middles<L>,
        scattering: &[[Triple<L>; BLOCKS]],
        limit: f64,
    ) -> u64 {
        let axes = direct.map(|axis| {
            let across = axis.dot(middles.along_fast).abs() + axis.dot(middles.along_slow).abs();
            let spread = (across + axis.length() * middles.rest) * view.inverse_wavelength + INDEX_ROUNDING;
            (Triple::splat(axis.to_array()), L::splat(spread))
        });
        let mut covered = 0;
        for (lane, row) in scattering.iter().enumerate() {
            for (block, q) in row.iter().enumerate() {
                let mut product = L::splat(1.0);
                for ((axis, spread), inverse_square) in axes.iter().zip(self.inverse_squares) {
                    let index = axis.dot(*q);
                    let delta = ((index - index.round()).abs() - *spread).larger(L::splat(0.0));
                    let sine = delta * (delta * delta).mul_add(L::splat(-4.0), L::splat(3.0));
                    product = product * (sine * sine).larger(L::splat(inverse_square));
                }
                let hits = u64::from(L::bits(product.below(L::splat(limit))));
                covered |= hits << (ROWS * block + L::WIDTH * lane);
            }
        }
        covered
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cubic_bounds_the_sine() {
        for i in 0..=1_000_000 {
            let delta = f64::from(i) / 2e6;
            assert!(libm::sin(std::f64::consts::PI * delta) >= delta * (3.0 - 4.0 * delta * delta) - 1e-15);
        }
    }
}
