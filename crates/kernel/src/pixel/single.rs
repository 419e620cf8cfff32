//! The sum over orientations in single precision, two at a time: twice as many numbers to a vector.
//!
//! Indices are worked out in double precision and reduced to their distance from the nearest integer in 32-bit fixed
//! point, sines, exponentials, F and the sum of a block of orientations in `f32`. Amplitudes are taken relative to
//! F_latt at its peak, whose square may be beyond `f32`. Which two orientations belong together, and which block, depends on
//! their places in the table alone, so that the sum is the same with a prediction and without.
//!
//! A pair of steps of the square shape is about as many operations as one step in double precision.

use nanobragg_geometry::LabVec;

use super::{Scene, SubSteps};
use crate::lane::single::FIXED_POINT;
use crate::lane::{Arithmetic, Fixed, Lane, Triple};
use crate::lattice_factor::LatticeFactor;
use crate::orientation::DirectVectors;
use crate::steps::Orientations;
use crate::structure_factor::{Lookup, Memory, fixed_place_of_eight};

/// Orientations whose sum is in single precision: 64 a place, which leave 4e-6 of the sum at the worst.
const BLOCK: usize = 128;

/// What is known of F, over that of the peak: of eight nodes, or the last lookup.
struct PairMemory<L: Lane> {
    eight: Option<<L::Fixed as Fixed>::Eight>,
    nodes: [L::Fixed; 3],
    factor: L::Single,
}

impl<S: LatticeFactor, F: Lookup> Scene<'_, S, F> {
    /// Σ F² · F_latt² over phi steps and mosaic domains.
    #[inline(always)]
    pub(super) fn sum_in_single<L: Lane, O: Orientations>(
        &self,
        steps: &SubSteps<'_, L>,
        mut orientations: O,
        cells: &mut F::Cells,
    ) -> L {
        let zero = L::Single::splat(0.0);
        let peak: f64 = self.sim.crystal.cells.into_iter().map(f64::from).product();
        let eight = self.eight_nodes(steps, orientations.len(), 1.0 / peak).map(L::Fixed::eight);
        let mut memory = PairMemory { eight, nodes: [L::Fixed::none(); 3], factor: zero };
        let mut sum = L::splat(0.0);
        let (mut block, mut of_block) = (0, zero);
        // The division of a pair waits for the next one, beside which it is done.
        let mut waiting = [zero, zero, L::Single::splat(1.0)];
        let mut next = orientations.next();
        while let Some(first) = next {
            next = orientations.next();
            let is_even = first % 2 == 0;
            let second = next.filter(|&second| is_even && second == first + 1);
            if second.is_some() {
                next = orientations.next();
            }
            of_block = added::<S, _>(waiting, of_block);
            if first / BLOCK != block {
                sum = sum + in_double(of_block);
                (block, of_block) = (first / BLOCK, zero);
            }
            let pair = [first, second.unwrap_or(first)];
            waiting = self.f_cell_and_quotient(steps, pair, O::SELECTED, 1.0 / peak, &mut memory, cells);
            if second.is_none() {
                let counts = if is_even { [1.0, 0.0] } else { [0.0, 1.0] };
                waiting[0] = waiting[0] * L::narrowed(counts.map(L::splat));
            }
        }
        of_block = added::<S, _>(waiting, of_block);
        (sum + in_double(of_block)) * L::splat(peak * peak)
    }

    /// F of two orientations, times a factor, and F_latt as a numerator and a denominator.
    #[inline(always)]
    fn f_cell_and_quotient<L: Lane>(
        &self,
        steps: &SubSteps<'_, L>,
        pair: [usize; 2],
        is_selected: bool,
        factor: f64,
        memory: &mut PairMemory<L>,
        cells: &mut F::Cells,
    ) -> [L::Single; 3] {
        let direct = [&steps.table[pair[0]], &steps.table[pair[1]]];
        let [a, b, c] = [split(direct, 0, steps), split(direct, 1, steps), split(direct, 2, steps)];
        let [above, below] = self.shape.counted_quotient_in_single([a.0, b.0, c.0], is_selected);
        let zero = L::Single::splat(0.0);
        if S::OFTEN_ZERO && !is_selected && L::Single::all(above.equal(zero)) {
            return [zero, above, below];
        }
        let nodes = [a.1, b.1, c.1];
        if let Some(eight) = &memory.eight {
            return [L::Fixed::picked(eight, fixed_place_of_eight(nodes)), above, below];
        }
        if !L::Fixed::are(nodes, memory.nodes) {
            let Some(f_cell) = self.lookup.at_nodes(nodes, factor) else {
                let nearest = nodes.map(L::nearest);
                let f_cell = [0, 1].map(|half| {
                    let hkl = Triple([0, 1, 2].map(|axis| index(&direct[half][axis], steps, 0.0)));
                    let nearest = Triple(nearest.map(|nearest| nearest[half]));
                    self.lookup.at(hkl, nearest, &mut Memory::new(None), cells) * L::splat(factor)
                });
                return [L::narrowed(f_cell), above, below];
            };
            (memory.nodes, memory.factor) = (nodes, f_cell);
        }
        [memory.factor, above, below]
    }
}

/// Adds (F · F_latt)² to a sum.
#[inline(always)]
fn added<S: LatticeFactor, X: Arithmetic>([f_cell, above, below]: [X; 3], sum: X) -> X {
    let amplitude = f_cell * if S::HAS_FRINGES { above / below } else { above };
    amplitude.mul_add(amplitude, sum)
}

/// The index of a pixel's scattering vector along a cell vector, with a start.
#[inline(always)]
fn index<L: Lane>(along: &LabVec, steps: &SubSteps<'_, L>, start: f64) -> L {
    Triple::splat(along.to_array()).dot_plus(steps.scattering, L::splat(start))
}

/// The indices along an axis in two orientations, as distances from their nearest integers and these.
#[inline(always)]
fn split<L: Lane>(direct: [&DirectVectors; 2], axis: usize, steps: &SubSteps<'_, L>) -> (L::Fixed, L::Fixed) {
    L::split([index(&direct[0][axis], steps, FIXED_POINT), index(&direct[1][axis], steps, FIXED_POINT)])
}

/// The sums of both places of a pair.
#[inline(always)]
fn in_double<L: Lane>(sum: L::Single) -> L {
    let [first, second] = L::widened(sum);
    first + second
}
