//! The sum over orientations in single precision, two at a time: twice as many numbers to a vector.
//!
//! Indices are worked out in double precision and reduced to their distance from the nearest integer in 32-bit fixed
//! point, sines, exponentials, F and the sum of a block of orientations in `f32`. Amplitudes are taken relative to
//! F_latt at its peak, whose square may be beyond `f32`. Which two orientations belong together, and which block, depends on
//! their places in the table alone, so that the sum is the same with a prediction and without.
//!
//! A pair of steps of the square shape is about as many operations as one step in double precision.

use super::{Scene, SubSteps};
use crate::lane::single::FIXED_POINT;
use crate::lane::{Arithmetic, Fixed, Lane, Triple};
use crate::lattice_factor::LatticeFactor;
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
    ) -> L {
        let zero = L::Single::splat(0.0);
        let peak: f64 = self.sim.crystal.cells.into_iter().map(f64::from).product();
        let eight = self.eight_nodes(steps, orientations.len(), 1.0 / peak).map(L::Fixed::eight);
        let mut memory = PairMemory { eight, nodes: [L::Fixed::none(); 3], factor: zero };
        let mut sum = L::splat(0.0);
        let (mut block, mut of_block) = (0, zero);
        let mut next = orientations.next();
        while let Some(first) = next {
            next = orientations.next();
            let is_even = first % 2 == 0;
            let second = next.filter(|&second| is_even && second == first + 1);
            if second.is_some() {
                next = orientations.next();
            }
            if first / BLOCK != block {
                sum = sum + in_double(of_block);
                (block, of_block) = (first / BLOCK, zero);
            }
            let pair = [first, second.unwrap_or(first)];
            let mut amplitude = self.amplitude(steps, pair, O::SELECTED, 1.0 / peak, &mut memory);
            if second.is_none() {
                let counts = if is_even { [1.0, 0.0] } else { [0.0, 1.0] };
                amplitude = amplitude * L::narrowed(counts.map(L::splat));
            }
            of_block = amplitude.mul_add(amplitude, of_block);
        }
        (sum + in_double(of_block)) * L::splat(peak * peak)
    }

    /// F · F_latt of two orientations, times a factor.
    #[inline(always)]
    fn amplitude<L: Lane>(
        &self,
        steps: &SubSteps<'_, L>,
        pair: [usize; 2],
        is_selected: bool,
        factor: f64,
        memory: &mut PairMemory<L>,
    ) -> L::Single {
        let direct = pair.map(|index| &steps.table[index]);
        let index = |half: usize, axis: usize, start: f64| {
            Triple::splat(direct[half][axis].to_array()).dot_plus(steps.scattering, L::splat(start))
        };
        let split = [0, 1, 2].map(|axis| L::split([0, 1].map(|half| index(half, axis, FIXED_POINT))));
        let f_latt = self.shape.counted_in_single(split.map(|(delta, _)| delta), is_selected);
        if S::OFTEN_ZERO && !is_selected && L::Single::all(f_latt.equal(L::Single::splat(0.0))) {
            return f_latt;
        }
        let nodes = split.map(|(_, node)| node);
        if let Some(eight) = &memory.eight {
            return L::Fixed::picked(eight, fixed_place_of_eight(nodes)) * f_latt;
        }
        if !L::Fixed::are(nodes, memory.nodes) {
            let Some(f_cell) = self.lookup.at_nodes(nodes, factor) else {
                let nearest = nodes.map(L::nearest);
                let f_cell = [0, 1].map(|half| {
                    let hkl = Triple([0, 1, 2].map(|axis| index(half, axis, 0.0)));
                    let nearest = Triple(nearest.map(|nearest| nearest[half]));
                    self.lookup.at(hkl, nearest, &mut Memory::new(None)) * L::splat(factor)
                });
                return L::narrowed(f_cell) * f_latt;
            };
            (memory.nodes, memory.factor) = (nodes, f_cell);
        }
        memory.factor * f_latt
    }
}

/// The sums of both places of a pair.
#[inline(always)]
fn in_double<L: Lane>(sum: L::Single) -> L {
    let [first, second] = L::widened(sum);
    first + second
}
