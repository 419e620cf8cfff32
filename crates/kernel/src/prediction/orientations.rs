//! The orientations as a prediction needs them: M of each, in lanes, and runs of neighbouring ones.

use std::ops::Range;

use super::patch::Patch;
use super::tile::View;
use crate::lane::{Lane, Triple};
use crate::lattice_factor::Spot;
use crate::orientation::{DirectVectors, INDEX_ROUNDING, Spread};

/// M of as many orientations as a lane has places: M q is where q is in ρ, apart from the node.
#[derive(Clone, Copy)]
pub(super) struct Matrix<L> {
    pub(super) rows: [Triple<L>; 3],
}

/// Successive orientations that differ little.
pub(super) struct Run {
    /// Which lanes of matrices they are.
    pub(super) lanes: Range<usize>,
    /// Their mean.
    pub(super) matrix: Matrix<f64>,
    spread: Spread,
    /// Largest ‖M − mean M‖.
    matrix_spread: f64,
    /// How many there are, repetitions included.
    orientations: f64,
}

/// The orientations of a simulation.
pub(super) struct OrientationLanes<L> {
    pub(super) matrices: Vec<Matrix<L>>,
    pub(super) runs: Vec<Run>,
    pub(super) count: usize,
    /// Largest ‖M‖.
    pub(super) norm: f64,
}

/// Lanes of orientations in a run, at most.
const LONGEST_RUN: usize = 16;
/// The orientations of a run of several lanes take no node further than this part of the way to the next one.
const RUN_SPREAD: f64 = 0.25;
/// A box of more nodes than these, and those for each orientation, is not looked at node by node: it would cost as much as
/// the steps themselves.
const MOST_NODES: [f64; 2] = [64.0, 4.0];

impl<L: Lane> Matrix<L> {
    /// Σ bᵢ ⊗ aᵢ for the direct vectors of each place.
    fn new(spot: &Spot, direct: impl Fn(usize) -> DirectVectors) -> Self {
        let entry = |j: usize, k: usize| {
            L::from_fn(|place| (0..3).map(|i| spot.basis[i][j] * direct(place)[i].to_array()[k]).sum::<f64>())
        };
        Self { rows: [0, 1, 2].map(|j| Triple([0, 1, 2].map(|k| entry(j, k)))) }
    }

    /// M v.
    #[inline(always)]
    pub(super) fn apply(&self, v: Triple<L>) -> Triple<L> {
        Triple(self.rows.map(|row| row.dot(v)))
    }

    /// Mᵀ v.
    #[inline(always)]
    pub(super) fn transposed(&self, v: Triple<L>) -> Triple<L> {
        let [x, y, z] = self.rows;
        z.scaled_plus(v.0[2], y.scaled_plus(v.0[1], x.scaled(v.0[0])))
    }
}

impl Matrix<f64> {
    /// The root of the sum of squares, which no stretch of M exceeds.
    fn frobenius(&self) -> f64 {
        self.rows.iter().map(|row| row.dot(*row)).sum::<f64>().sqrt()
    }

    fn minus(&self, other: &Self) -> Self {
        Self { rows: [0, 1, 2].map(|row| self.rows[row].minus(other.rows[row])) }
    }
}

impl<L: Lane> OrientationLanes<L> {
    /// `farthest` is about the longest scattering vector, Å⁻¹.
    pub(super) fn new(table: &[DirectVectors], spot: &Spot, farthest: f64) -> Self {
        let count = table.len();
        let lanes = count.div_ceil(L::WIDTH);
        // The last lane is filled up with the last orientation, whose repetitions are not counted.
        let matrices = (0..lanes)
            .map(|lane| Matrix::new(spot, |place| table[(lane * L::WIDTH + place).min(count - 1)]))
            .collect();
        let mut runs = Vec::new();
        let mut start = 0;
        while start < lanes {
            let mut length = LONGEST_RUN;
            let run = loop {
                let end = (start + length).min(lanes);
                let members = &table[start * L::WIDTH..(end * L::WIDTH).min(count)];
                let run = Run::new(start..end, members, spot);
                if length == 1 || run.spread.angstrom.iter().all(|spread| spread * farthest < RUN_SPREAD) {
                    break run;
                }
                length /= 2;
            };
            start = run.lanes.end;
            runs.push(run);
        }
        let norm = table.iter().map(|&direct| Matrix::<f64>::new(spot, |_| direct).frobenius());
        Self { matrices, runs, count, norm: norm.fold(0.0, f64::max) }
    }
}

impl Run {
    fn new(lanes: Range<usize>, members: &[DirectVectors], spot: &Spot) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a run is short")]
        let orientations = members.len() as f64;
        let spread = Spread::of(members);
        let matrix = Matrix::new(spot, |_| spread.mean);
        let distances =
            members.iter().map(|&direct| Matrix::<f64>::new(spot, |_| direct).minus(&matrix).frobenius());
        let matrix_spread = distances.fold(0.0, f64::max);
        Self { lanes, matrix, spread, matrix_spread, orientations }
    }

    /// How far from where its mean takes it any of its orientations takes a scattering vector of at most this length.
    pub(super) fn displacement(&self, length: f64) -> f64 {
        self.matrix_spread * length
    }

    /// The nodes that a patch of directions may come near to as a source sees it, or one whose scattering vectors are no
    /// further aside: a range of indices along each axis, a node's `reach` wide on both sides. `None` when there are too many.
    pub(super) fn nodes(
        &self,
        patch: &Patch,
        view: &View,
        aside: f64,
        reach: [f64; 3],
    ) -> Option<[[f64; 2]; 3]> {
        let (fast, slow) = (patch.along_fast, patch.along_slow);
        let size = fast.length() + slow.length() + patch.rest;
        let farthest = view.scattering.length() + size * view.inverse_wavelength + aside;
        let ranges = [0, 1, 2].map(|axis| {
            let direct = self.spread.mean[axis];
            let middle = direct.dot(view.scattering);
            let across = direct.dot(fast).abs() + direct.dot(slow).abs() + direct.length() * patch.rest;
            let turned = self.spread.angstrom[axis] * farthest;
            let half = across * view.inverse_wavelength
                + direct.length() * aside
                + turned
                + reach[axis]
                + INDEX_ROUNDING;
            [(middle - half).ceil(), (middle + half).floor()]
        });
        let count: f64 = ranges.iter().map(|[first, last]| (last - first + 1.0).max(0.0)).product();
        let [most, for_each] = MOST_NODES;
        (count <= most + for_each * self.orientations).then_some(ranges)
    }
}
