//! The steps of a parallelepiped whose fringes count, where a tolerance is given.
//!
//! # What a step may add
//!
//! F_latt² = Π rᵢ² with rᵢ = |sin(πNᵢhᵢ)/sin(πhᵢ)| ≤ Nᵢ. With δ the distance of an index from the nearest integer and ν that of
//! N times the index, sin(πδ) ≥ 3δ − 4δ³ and sin(πν) ≤ 4ν(1 − ν): both sides of each agree at 0 and ½, and a test looks
//! between.
//!
//! The pieces of a tile ([`pieces`](super::pieces)) are looked at twice. First as a whole: an index in a piece differs from
//! that at its middle by no more than a spread s, so that r ≤ 1/(3δ′ − 4δ′³) with δ′ = max(δ − s, sin(⅓ asin(1/N))), where the
//! cubic is 1/N. Where that is too much, pixel by pixel: among the sub-pixels of a pixel an index differs from that at its
//! middle by no more than a smaller spread s, so that r ≤ n/max(3δ′ − 4δ′³, n/N) with δ′ = δ − s, n = 4ν′(1 − ν′) and
//! ν′ = min(ν + Ns, ½).
//!
//! What the index of the tile's middle has beyond the nearest integer is worked out in double precision. Single precision has the
//! digits for what a place adds to it; its rounding is a part of the spreads.
//!
//! # What may be left out
//!
//! If F² F_latt² of each of a pixel's n steps were 1, the pixel would have no more than p photons
//! ([`Simulation::photons_at_most`], for the largest Ω of the tile). So steps whose F² F_latt², each times the weight of its
//! source, sum up to no more than n · tolerance / p may be left out: that is what a pixel has to spend. F is the largest of
//! the nodes that are near the tile. One half is spent by pieces as a whole, the other by each pixel. A step is left out of a
//! piece, or of one of its rows, if its bound, or that in each pixel of the row, is no more than [`GREED`] equal shares of what
//! is left to spend among the steps that are left. It is then spent; no order of the steps can overspend.

use std::array::from_fn;
use std::ops::Range;

use nanobragg_geometry::Panel;

use super::orientations::{Matrix, OrientationLanes};
use super::patch::Patch;
use super::pieces::{self, Extents, PIECES, Pieces};
use super::tile::{Tile, View};
use crate::lane::{Arithmetic, Lane, SIDE_BY_SIDE, Several, Triple};
use crate::lattice_factor::Spot;
use crate::mode::Mode;
use crate::orientation::INDEX_ROUNDING;
use crate::simulation::Simulation;
use crate::steps::{NO_NODE, Step};
use crate::structure_factor::NodeFactors;

/// What does not change from tile to tile.
pub(super) struct Tails<'a> {
    sim: &'a Simulation,
    cells: [f64; 3],
    /// The δᵢ at which the bound of a piece is Nᵢ.
    of_peak: [f64; 3],
    factors: &'a dyn NodeFactors,
}

/// More than what rounding in single precision takes of a bound, and of what is left to spend by each step.
const ROUNDING: [f64; 2] = [1e-5, 1.2e-7];

/// How many times an equal share of what is left to spend a step may take: most take far less, and those that take more cost
/// the time. With too many nothing is left for the last steps, which are then evaluated.
const GREED: f64 = 10.0;
/// The part that pieces may spend as a whole.
const OF_PIECES: f64 = 0.5;

/// What the pieces of a tile leave out. Its memory is kept from tile to tile.
pub(super) struct Ledger<X> {
    pieces: Pieces<X>,
    /// What is left to spend as a whole, in lanes of pieces, and in the pixels of each piece: in tolerances, times the number of
    /// steps.
    left: Vec<X>,
    left_of_pixels: Vec<X>,
    /// Steps that are not decided on.
    steps: f64,
    /// Steps of a run, and the part of what is left to spend that each may take.
    seen: Vec<[Seen; 3]>,
    shares: Vec<f32>,
    /// The pieces that do not leave each of them out as a whole: bits.
    open: Vec<u32>,
    /// The same, one after the other: [`PIECES`] · step + piece.
    pairs: Vec<u32>,
    /// Those with a row that does not leave the step out, and those rows: 4 · pair + bits.
    listed: Vec<u32>,
}

/// A step as it is seen from a tile, along one axis.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// The direct vector, in wavelengths.
    direct: [f32; 3],
    /// What the index of the tile's middle has beyond the nearest integer.
    middle: f32,
    /// How far an index in a piece may be from that of its middle, and in a pixel.
    in_piece: f32,
    in_pixel: f32,
}

impl<'a> Tails<'a> {
    pub(super) fn new(sim: &'a Simulation, factors: &'a dyn NodeFactors) -> Self {
        let cells = sim.crystal.cells.map(f64::from);
        let of_peak = cells.map(|cells| ((1.0 / cells).asin() / 3.0).sin());
        Self { sim, cells, of_peak, factors }
    }

    /// How an index is measured: in cells.
    pub(super) fn spot(&self) -> Spot {
        let mut basis = [[0.0; 3]; 3];
        for (axis, cells) in self.cells.into_iter().enumerate() {
            basis[axis][axis] = cells;
        }
        Spot { basis, radius: 0.0 }
    }

    /// Lists the steps of a tile, source by source.
    pub(super) fn list<L: Lane>(
        &self,
        panel: &Panel,
        [slow, fast]: [&Range<usize>; 2],
        patch: &Patch,
        views: &[View],
        orientations: &OrientationLanes<L>,
        tile: &mut Tile<L>,
    ) {
        let Self { sim, .. } = self;
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2⁵³ steps")]
        let steps = (sim.sources.len() * sim.orientations.len()) as f64;
        let extents = Extents::of(panel, [slow.len(), fast.len()], patch, L::WIDTH, sim.oversample);
        tile.ledger.pieces.set(panel, slow, fast, patch.centre, L::WIDTH);
        tile.ledger.begin(steps);
        let photons = sim.photons_at_most(sim.largest_solid_angle(panel, patch.nearest_m));
        let unit = photons / sim.tolerance_photons * (1.0 + ROUNDING[0] + ROUNDING[1] * steps);
        for ((source, view), of_source) in (0..).zip(views).zip(&sim.sources) {
            // The C program reads weights and does not use them (Q3).
            let weight = if sim.mode == Mode::Compat { 1.0 } else { of_source.weight };
            for run in &orientations.runs {
                let nodes = run.nodes(patch, view, 0.0, [0.5; 3]);
                // A step that takes photons away, by a negative weight, would be missing as much.
                let unit = (weight * self.factors.largest(nodes).powi(2) * unit).abs();
                let first = run.lanes.start * L::WIDTH;
                let end = (run.lanes.end * L::WIDTH).min(orientations.count);
                let matrices = &orientations.matrices[run.lanes.clone()];
                self.list_run(matrices, end - first, view, &extents, unit, &mut tile.ledger);
                for listed in &tile.ledger.listed {
                    let [step, piece] = split(listed >> 2);
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "fewer than 2³² orientations fit in memory"
                    )]
                    let orientation = (first + step) as u32;
                    let rows = u64::from(listed & 3) << (2 * piece);
                    tile.lists.add(Step { source, orientation, node: NO_NODE }, rows);
                }
            }
        }
    }

    /// Lists the steps of a run in which F_latt² = 1 costs a unit. Each stage goes through all of them: what the next one needs
    /// to know is known too late to go on with the same step.
    fn list_run<L: Lane>(
        &self,
        matrices: &[Matrix<L>],
        count: usize,
        view: &View,
        extents: &Extents,
        unit: f64,
        ledger: &mut Ledger<L::Single>,
    ) {
        ledger.seen.clear();
        for matrix in matrices {
            self.see(matrix, view, extents, &mut ledger.seen);
        }
        ledger.seen.truncate(count);
        ledger.share(count);
        let unit = L::Single::splat(unit);
        self.find_open(unit, ledger);
        ledger.pair();
        self.find_rows(L::WIDTH, unit, ledger);
    }

    /// Adds a lane of steps.
    #[inline(always)]
    fn see<L: Lane>(&self, matrix: &Matrix<L>, view: &View, extents: &Extents, seen: &mut Vec<[Seen; 3]>) {
        let first = seen.len();
        seen.resize(first + L::WIDTH, [Seen::default(); 3]);
        for (axis, (row, cells)) in matrix.rows.iter().zip(self.cells).enumerate() {
            let direct = row.scaled(L::splat(1.0 / cells));
            let middle = beyond_nearest(direct.dot(Triple::splat(view.scattering.to_array())));
            let direct = direct.scaled(L::splat(view.inverse_wavelength));
            let places = extents.of_tile.spread(direct) + direct.dot(direct).sqrt();
            let rounding =
                places.mul_add(L::splat(pieces::ROUNDING), L::splat(pieces::ROUNDING + INDEX_ROUNDING));
            let in_piece = extents.of_piece.spread(direct) + rounding;
            // From ½ on nothing is known of an index, and far below 0 the cubic 3δ − 4δ³ would be positive again.
            let in_pixel = (extents.of_pixel.spread(direct) + rounding).smaller(L::splat(0.5));
            for (place, seen) in seen[first..].iter_mut().enumerate() {
                #[expect(clippy::cast_possible_truncation, reason = "single precision")]
                let single = |numbers: L| numbers.get(place) as f32;
                let [x, y, z] = direct.0;
                seen[axis] = Seen {
                    direct: [single(x), single(y), single(z)],
                    middle: single(middle),
                    in_piece: single(in_piece),
                    in_pixel: single(in_pixel),
                };
            }
        }
    }

    /// Finds the pieces that do not leave out a step as a whole.
    #[inline(always)]
    fn find_open<X: Arithmetic>(&self, unit: X, ledger: &mut Ledger<X>) {
        let Ledger { pieces, left, seen, shares, open, .. } = ledger;
        open.clear();
        open.extend(seen.iter().zip(shares).map(|(axes, share)| {
            let mut open = 0;
            for (lane, (middles, left)) in pieces.middles.iter().zip(&mut *left).enumerate() {
                let mut sines = X::splat(1.0);
                for (axis, of_peak) in axes.iter().zip(self.of_peak) {
                    let delta = axis.beyond_nearest(*middles).abs() - splat(axis.in_piece);
                    sines = sines * least_sine(delta.larger(X::splat(of_peak)));
                }
                let is_left_out = leaves_out(left, splat(*share), unit / (sines * sines));
                open |= (!X::bits(is_left_out) & ((1 << X::WIDTH) - 1)) << (X::WIDTH * lane);
            }
            open
        }));
    }

    /// Finds the rows that do not leave out a step, of the pieces that do not as a whole.
    #[inline(always)]
    fn find_rows<X: Arithmetic>(&self, width: usize, unit: X, ledger: &mut Ledger<X>) {
        let Ledger { pieces, left_of_pixels: left, seen, shares, pairs, listed, .. } = ledger;
        listed.resize(pairs.len(), 0);
        let mut count = 0;
        let (seen, pixels, shares) = (&seen[..], &pieces.pixels[..], &shares[..]);
        let (left, listed_so_far) = (&mut left[..], &mut listed[..]);
        let row = (1 << width) - 1;
        let mut decide = |bound: X, pair: u32| {
            let [step, piece] = split(pair);
            // Also spent by pixels of a row whose others do not leave it out.
            let pixels = X::bits(leaves_out(&mut left[piece], splat(shares[step]), bound));
            let rows = u32::from(pixels & row != row) | u32::from(pixels >> width & row != row) << 1;
            // Without a branch: one that is not listed is written over.
            listed_so_far[count] = pair << 2 | rows;
            count += usize::from(rows != 0);
        };
        let (groups, rest) = pairs.as_chunks::<SIDE_BY_SIDE>();
        for group in groups {
            let bounds = self.in_pixels(group, seen, pixels) * Several([unit; SIDE_BY_SIDE]);
            bounds.0.into_iter().zip(group).for_each(|(bound, pair)| decide(bound, *pair));
        }
        for pair in rest {
            let Several([bound]) = self.in_pixels(&[*pair], seen, pixels);
            decide(unit * bound, *pair);
        }
        listed.truncate(count);
    }

    /// F_latt² in the pixels of some pieces, at most.
    #[inline(always)]
    fn in_pixels<X: Arithmetic, const N: usize>(
        &self,
        pairs: &[u32; N],
        seen: &[[Seen; 3]],
        pixels: &[Triple<X>],
    ) -> Several<X, N> {
        let pairs = pairs.map(split);
        let axes: [&[Seen; 3]; N] = from_fn(|pair| &seen[pairs[pair][0]]);
        let pixels: [&Triple<X>; N] = from_fn(|pair| &pixels[pairs[pair][1]]);
        let deltas = from_fn(|axis| Several(from_fn(|pair| axes[pair][axis].beyond_nearest(*pixels[pair]))));
        let spreads = from_fn(|axis| Several(from_fn(|pair| splat(axes[pair][axis].in_pixel))));
        most(self.cells, deltas, spreads)
    }
}

impl<X: Arithmetic> Ledger<X> {
    pub(super) fn new() -> Self {
        Self {
            pieces: Pieces::none(),
            left: Vec::new(),
            left_of_pixels: Vec::new(),
            steps: 0.0,
            seen: Vec::new(),
            shares: Vec::new(),
            open: Vec::new(),
            pairs: Vec::new(),
            listed: Vec::new(),
        }
    }

    /// Nothing is spent, and all of so many steps are to come.
    fn begin(&mut self, steps: f64) {
        self.steps = steps;
        self.left.clear();
        self.left.resize(self.pieces.middles.len(), X::splat(OF_PIECES * steps));
        self.left_of_pixels.clear();
        self.left_of_pixels.resize(PIECES, X::splat((1.0 - OF_PIECES) * steps));
    }

    /// The shares of the next steps.
    fn share(&mut self, count: usize) {
        self.shares.clear();
        for _ in 0..count {
            #[expect(clippy::cast_possible_truncation, reason = "single precision")]
            self.shares.push(largest_share(self.steps) as f32);
            self.steps -= 1.0;
        }
    }

    /// The steps and pieces one after the other.
    fn pair(&mut self) {
        self.pairs.clear();
        // Two steps at once: as many bits as a number has.
        for (two, open) in (0..).step_by(2 * PIECES).zip(self.open.chunks(2)) {
            let mut open = open.iter().rev().fold(0, |open, next| open << PIECES | u64::from(*next));
            while open != 0 {
                self.pairs.push(two + open.trailing_zeros());
                open &= open - 1;
            }
        }
    }
}

impl Seen {
    /// What the indices of places have beyond their nearest integers.
    #[inline(always)]
    fn beyond_nearest<X: Arithmetic>(&self, places: Triple<X>) -> X {
        beyond_nearest(Triple(self.direct.map(splat::<X>)).dot_plus(places, splat(self.middle)))
    }
}

/// The step and the piece of a pair.
#[inline(always)]
fn split(pair: u32) -> [usize; 2] {
    let pair = pair as usize;
    [pair / PIECES, pair % PIECES]
}

#[inline(always)]
fn splat<X: Arithmetic>(number: f32) -> X {
    X::splat(f64::from(number))
}

/// What an index has beyond its nearest integer.
#[inline(always)]
fn beyond_nearest<X: Arithmetic>(index: X) -> X {
    index - index.round()
}

/// F_latt² of a crystal, at most, where indices are as far beyond their nearest integers as given, or up to a spread further to
/// either side. A spread of ½ says nothing.
#[inline(always)]
fn most<X: Arithmetic>(cells: [f64; 3], deltas: [X; 3], spreads: [X; 3]) -> X {
    // All axes side by side.
    let above: [X; 3] = from_fn(|axis| {
        let cells = X::splat(cells[axis]);
        let turned = beyond_nearest(deltas[axis] * cells).abs();
        most_sine(spreads[axis].mul_add(cells, turned).smaller(X::splat(0.5)))
    });
    let below: [X; 3] = from_fn(|axis| {
        least_sine(deltas[axis].abs() - spreads[axis]).larger(above[axis] * X::splat(1.0 / cells[axis]))
    });
    let product = |[h, k, l]: [X; 3]| h * k * l;
    let ratio = product(above) / product(below);
    ratio * ratio
}

/// No more than sin(πδ) for 0 ≤ δ ≤ ½, and not positive for −½ ≤ δ ≤ 0.
#[inline(always)]
fn least_sine<X: Arithmetic>(delta: X) -> X {
    delta * (delta * delta).mul_add(X::splat(-4.0), X::splat(3.0))
}

/// No less than sin(πν) for 0 ≤ ν ≤ ½.
#[inline(always)]
fn most_sine<X: Arithmetic>(turned: X) -> X {
    turned * turned.mul_add(X::splat(-4.0), X::splat(4.0))
}

/// The part of what is left to spend that a step may take, with so many steps left.
fn largest_share(steps: f64) -> f64 {
    (GREED / steps).min(1.0)
}

/// Where a step's bound is no more than its largest share of what is left: there it is spent. A bound that is no number is not.
#[inline(always)]
fn leaves_out<X: Arithmetic>(left: &mut X, largest_share: X, bound: X) -> X::Mask {
    let is_left_out = bound.at_most(*left * largest_share);
    *left = X::select(is_left_out, *left - bound, *left);
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

        /// At a place in the middle of a pixel, and at another that is up to a spread away from it.
        #[test]
        fn no_lattice_factor_is_more_than_the_most(
            cells in prop::array::uniform3(1..300u32),
            powers in prop::array::uniform3(-6.0..0.3f64),
            spreads in prop::array::uniform3(-6.0..0.0f64),
            away in prop::array::uniform3(-1.0..=1.0f64),
        ) {
            let deltas = powers.map(|power| (10f64.powf(power)).min(0.5));
            let spreads = spreads.map(|power| (10f64.powf(power)).min(0.5));
            let cells = cells.map(f64::from);
            let mut square = 1.0;
            for axis in 0..3 {
                let index = deltas[axis] + away[axis] * spreads[axis];
                let sine = |turns: f64| libm::sin(std::f64::consts::PI * (turns - turns.round()));
                let ratio = if sine(index) == 0.0 { cells[axis] } else { sine(cells[axis] * index) / sine(index) };
                square *= ratio * ratio;
            }
            let found = most(cells, deltas, spreads);
            prop_assert!(square <= found * (1.0 + 1e-9), "{square} > {found}");
            let single = |numbers: [f64; 3]| numbers.map(<wide::f32x4 as Arithmetic>::splat);
            let spreads = spreads.map(|spread| (spread + pieces::ROUNDING).min(0.5));
            let in_single = most(cells, single(deltas), single(spreads)).get(0);
            prop_assert!(square <= in_single * (1.0 + ROUNDING[0]), "{square} > {in_single}");
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
    fn a_cubic_and_a_parabola_bound_the_sine() {
        for i in 0..=1_000_000 {
            let turn = f64::from(i) / 2e6;
            let sine = libm::sin(std::f64::consts::PI * turn);
            assert!(least_sine(turn) <= sine + 1e-15 && sine <= most_sine(turn) + 1e-15, "{turn}");
            assert!(least_sine(-turn) <= 0.0, "{turn}");
        }
    }
}
