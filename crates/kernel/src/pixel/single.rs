//! The sum over orientations in single precision, two at a time: twice as many numbers to a vector.
//!
//! Indices are worked out in double precision and reduced to their distance from the nearest integer in 32-bit fixed
//! point, sines, exponentials, F and the sum of a block of orientations in `f32`. Amplitudes are taken relative to
//! F_latt at its peak, whose square may be beyond `f32`. Which two orientations belong together, and which block, depends on
//! their places in the table alone, so that the sum is the same with a prediction of spots and without.
//!
//! A pair of steps of the square shape is about as many operations as one step in double precision, and as long a chain: it
//! goes through the stages of [`fringes`](super::fringes).

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

/// Two orientations, or one of them.
struct OrientationPair<'a> {
    block: usize,
    direct: [&'a DirectVectors; 2],
    /// How often each counts; `None` for both once.
    counts: Option<[f64; 2]>,
}

/// Where a pair is among the nodes.
struct Place<L: Lane> {
    block: usize,
    /// From the nearest nodes.
    delta: [L::Fixed; 3],
    f_cell: L::Single,
}

/// F · F_latt of a pair, not divided yet.
struct Quotient<L: Lane> {
    block: usize,
    f_cell: L::Single,
    above: L::Single,
    below: L::Single,
}

/// The sum of blocks, and that of the last one.
struct BlockSums<L: Lane> {
    finished: L,
    block: usize,
    of_block: L::Single,
}

impl<L: Lane> BlockSums<L> {
    /// Adds the square of F · F_latt.
    #[inline(always)]
    fn add<S: LatticeFactor>(&mut self, Quotient { block, f_cell, above, below }: Quotient<L>) {
        if block != self.block {
            self.finished = self.all();
            (self.block, self.of_block) = (block, L::Single::splat(0.0));
        }
        let amplitude = f_cell * if S::HAS_FRINGES { above / below } else { above };
        self.of_block = amplitude.mul_add(amplitude, self.of_block);
    }

    #[inline(always)]
    fn all(&self) -> L {
        let [first, second] = L::widened(self.of_block);
        self.finished + (first + second)
    }
}

impl<S: LatticeFactor, F: Lookup> Scene<'_, S, F> {
    /// Σ F² · F_latt² over phi steps and mosaic domains.
    #[inline(always)]
    pub(super) fn sum_in_single<L: Lane, O: Orientations>(
        &self,
        steps: &SubSteps<'_, L>,
        orientations: O,
        cells: &mut F::Cells,
    ) -> L {
        if O::SELECTED {
            return self.sum_of_pairs::<true, L>(
                steps,
                orientations.len(),
                selected_pairs(steps.table, orientations),
                cells,
            );
        }
        // All of them, with as few operations as can be: a processor looks only so many ahead.
        let table = &steps.table[..orientations.len()];
        let (twos, last) = table.as_chunks::<2>();
        let block = |pair: usize| 2 * pair / BLOCK;
        let pairs = twos.iter().enumerate().map(
            #[inline(always)]
            |(pair, [first, second])| OrientationPair {
                block: block(pair),
                direct: [first, second],
                counts: None,
            },
        );
        let [last] = last else { return self.sum_of_pairs::<false, L>(steps, table.len(), pairs, cells) };
        let last = OrientationPair { block: block(twos.len()), direct: [last; 2], counts: Some([1.0, 0.0]) };
        self.sum_of_pairs::<false, L>(steps, table.len(), pairs.chain(std::iter::once(last)), cells)
    }

    /// A pair's polynomials, the indices and F of the pair after it, and last the division of the pair before it: none waits
    /// for another.
    #[inline(always)]
    fn sum_of_pairs<'p, const IS_NEAR: bool, L: Lane>(
        &self,
        steps: &SubSteps<'_, L>,
        orientations: usize,
        mut pairs: impl Iterator<Item = OrientationPair<'p>>,
        cells: &mut F::Cells,
    ) -> L {
        let zero = L::Single::splat(0.0);
        let peak: f64 = self.sim.crystal.cells.into_iter().map(f64::from).product();
        let eight = self.eight_nodes(steps, orientations, 1.0 / peak).map(L::Fixed::eight);
        let mut memory = PairMemory { eight, nodes: [L::Fixed::none(); 3], factor: zero };
        let mut sums = BlockSums { finished: L::splat(0.0), block: 0, of_block: zero };
        let Some(first) = pairs.next() else { return sums.finished };
        let mut place = self.place_of_pair(steps, first, 1.0 / peak, &mut memory, cells);
        let mut waiting = Quotient { block: 0, f_cell: zero, above: zero, below: L::Single::splat(1.0) };
        for pair in pairs {
            let quotient = self.quotient_in_single(place, IS_NEAR);
            place = self.place_of_pair(steps, pair, 1.0 / peak, &mut memory, cells);
            sums.add::<S>(waiting);
            waiting = quotient;
        }
        sums.add::<S>(waiting);
        sums.add::<S>(self.quotient_in_single(place, IS_NEAR));
        sums.all() * L::splat(peak * peak)
    }

    #[inline(always)]
    fn quotient_in_single<L: Lane>(&self, place: Place<L>, is_near: bool) -> Quotient<L> {
        let Place { block, delta, f_cell } = place;
        let [above, below] = self.shape.counted_quotient_in_single(delta, is_near);
        Quotient { block, f_cell, above, below }
    }

    /// F is times a factor, and 0 of an orientation that is not one of the steps.
    #[inline(always)]
    fn place_of_pair<L: Lane>(
        &self,
        steps: &SubSteps<'_, L>,
        OrientationPair { block, direct, counts }: OrientationPair<'_>,
        factor: f64,
        memory: &mut PairMemory<L>,
        cells: &mut F::Cells,
    ) -> Place<L> {
        let [a, b, c] = [split(direct, 0, steps), split(direct, 1, steps), split(direct, 2, steps)];
        let mut f_cell = self.f_cell_of_pair(steps, direct, [a.1, b.1, c.1], factor, memory, cells);
        if let Some(counts) = counts {
            f_cell = f_cell * L::narrowed(counts.map(L::splat));
        }
        Place { block, delta: [a.0, b.0, c.0], f_cell }
    }

    #[inline(always)]
    fn f_cell_of_pair<L: Lane>(
        &self,
        steps: &SubSteps<'_, L>,
        direct: [&DirectVectors; 2],
        nodes: [L::Fixed; 3],
        factor: f64,
        memory: &mut PairMemory<L>,
        cells: &mut F::Cells,
    ) -> L::Single {
        if let Some(eight) = &memory.eight {
            return L::Fixed::picked(eight, fixed_place_of_eight(nodes));
        }
        if !L::Fixed::are(nodes, memory.nodes) {
            let Some(f_cell) = self.lookup.at_nodes(nodes, factor) else {
                let nearest = nodes.map(L::nearest);
                let f_cell = [0, 1].map(|half| {
                    let hkl = Triple([0, 1, 2].map(|axis| index(&direct[half][axis], steps, 0.0)));
                    let nearest = Triple(nearest.map(|nearest| nearest[half]));
                    self.lookup.at(hkl, nearest, &mut Memory::new(None), cells) * L::splat(factor)
                });
                return L::narrowed(f_cell);
            };
            (memory.nodes, memory.factor) = (nodes, f_cell);
        }
        memory.factor
    }
}

/// The pairs of orientations that are next to each other in the table, an even one first, and the others alone.
#[inline(always)]
fn selected_pairs(
    table: &[DirectVectors],
    mut orientations: impl Orientations,
) -> impl Iterator<Item = OrientationPair<'_>> {
    let mut next = orientations.next();
    std::iter::from_fn(
        #[inline(always)]
        move || {
            let first = next?;
            next = orientations.next();
            let second = next.filter(|&second| first % 2 == 0 && second == first + 1);
            if second.is_some() {
                next = orientations.next();
            }
            let direct = [&table[first], &table[second.unwrap_or(first)]];
            let counts = if first % 2 == 0 { [1.0, 0.0] } else { [0.0, 1.0] };
            Some(OrientationPair { block: first / BLOCK, direct, counts: second.is_none().then_some(counts) })
        },
    )
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
