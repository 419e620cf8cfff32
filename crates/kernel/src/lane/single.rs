//! Pairs of lanes in single precision, and in fixed point.
//!
//! An index h reaches hundreds, and what counts is its distance δ from the nearest integer, times N: `f32` has not the
//! digits for it. In 32-bit fixed point, in units of 2⁻³², the distance is what wraps around, at h as at N·δ, and the
//! rounding to the nearest integer costs nothing.

use std::convert::identity;

use wide::bytemuck::cast;
use wide::{u32x4, u32x8, u32x16};

use super::{Arithmetic, Pair, gathered};

/// Integers of 32 bits: δ in units of 2⁻³², or nearest integers in a form of their own.
pub trait Fixed: Copy {
    /// Numbers in single precision.
    type Single: Arithmetic;

    /// N·δ, but for whole turns.
    #[must_use]
    fn times(self, factor: i32) -> Self;
    /// δ, which is not 0.
    fn to_single(self) -> Self::Single;
    /// Whether all integers of three are the same as others.
    fn are(these: [Self; 3], others: [Self; 3]) -> bool;
    /// An integer that no index has next to it.
    fn none() -> Self;
    /// What is left of a sum, in each place.
    #[must_use]
    fn plus(self, term: Self) -> Self;
    /// The same integer in every place.
    fn splat(integer: i32) -> Self;
    /// The nearest in a range.
    #[must_use]
    fn clamped(self, first: i32, last: i32) -> Self;
    /// `table[self]`·factor in each place; no integer is negative.
    fn gather(self, table: &[f64], factor: f64) -> Self::Single;

    /// Eight numbers in single precision, in registers where they fit.
    type Eight: Copy;
    /// Eight numbers to pick from.
    fn eight(numbers: [f64; 8]) -> Self::Eight;
    /// `numbers[self mod 8]` in each place.
    fn picked(numbers: &Self::Eight, places: Self) -> Self::Single;
    /// The integers times 2 to a power.
    #[must_use]
    fn shifted(self, power: u32) -> Self;
}

/// Added to an index below 2¹⁹ it leaves δ + ½ in the lower half of the number's bits, in units of 2⁻³², and the nearest
/// integer in the upper one.
pub(crate) const FIXED_POINT: f64 = 1_572_864.5;
/// Indices are smaller.
pub(crate) const LARGEST_INDEX: f64 = 524_288.0;

/// The upper half of the bits of [`FIXED_POINT`]: of the nearest integer 0.
const ZERO: i32 = halves(FIXED_POINT)[1];
/// ½ in units of 2⁻³².
const HALF: i32 = i32::MIN;
/// The unit as an exponent: 2³² in the bits of an `f32`.
const UNIT_EXPONENT: i32 = 32 << 23;

/// The form of an integer whose magnitude is below [`LARGEST_INDEX`].
#[inline(always)]
pub(crate) const fn node(integer: i32) -> i32 {
    ZERO + integer
}

macro_rules! impl_single {
    ($single:ident, $fixed:ident, $eight:ty, $to_eight:expr, $picked:expr) => {
        impl Fixed for wide::$fixed {
            type Single = wide::$single;

            #[inline(always)]
            fn times(self, factor: i32) -> Self {
                self * Self::splat(factor)
            }
            #[inline(always)]
            fn to_single(self) -> wide::$single {
                // Times the unit: an integer addition to the exponent, for which there are more ports than for a product.
                cast(cast::<wide::$single, Self>(self.round_float()) - Self::splat(UNIT_EXPONENT))
            }
            #[inline(always)]
            fn are([h, k, l]: [Self; 3], [h0, k0, l0]: [Self; 3]) -> bool {
                ((h ^ h0) | (k ^ k0) | (l ^ l0)).simd_eq(Self::splat(0)).all()
            }
            #[inline(always)]
            fn none() -> Self {
                Self::splat(0)
            }
            #[inline(always)]
            fn plus(self, term: Self) -> Self {
                self + term
            }
            #[inline(always)]
            fn splat(integer: i32) -> Self {
                Self::splat(integer)
            }
            #[inline(always)]
            fn clamped(self, first: i32, last: i32) -> Self {
                self.max(Self::splat(first)).min(Self::splat(last))
            }
            #[inline(always)]
            fn gather(self, table: &[f64], factor: f64) -> wide::$single {
                let found = gathered(table, self.to_array().map(|place| place.cast_unsigned() as usize));
                <wide::$single as Arithmetic>::from_fn(|place| found[place] * factor)
            }

            type Eight = $eight;
            #[inline(always)]
            fn eight(numbers: [f64; 8]) -> $eight {
                #[expect(clippy::cast_possible_truncation, reason = "single precision")]
                $to_eight(numbers.map(|number| (number as f32).to_bits()))
            }
            #[inline(always)]
            fn picked(numbers: &$eight, places: Self) -> wide::$single {
                wide::$single::from_bits($picked(*numbers, cast(places)))
            }
            #[inline(always)]
            fn shifted(self, power: u32) -> Self {
                self << power
            }
        }
    };
}

impl_single!(f32x4, i32x4, [u32; 8], identity, |numbers: [u32; 8], places: u32x4| {
    u32x4::new(places.to_array().map(|place| numbers[(place & 7) as usize]))
});
impl_single!(f32x8, i32x8, u32x8, u32x8::new, u32x8::shuffle_wrapping);
// Twice the eight.
impl_single!(
    f32x16,
    i32x16,
    u32x16,
    |numbers: [u32; 8]| u32x16::new(std::array::from_fn(|place| numbers[place % 8])),
    |numbers: u32x16, places: u32x16| {
        if cfg!(target_feature = "avx512f") {
            return numbers.shuffle_wrapping(places);
        }
        let [numbers, _]: [u32x8; 2] = cast(numbers);
        let halves: [u32x8; 2] = cast(places);
        cast(halves.map(|half| numbers.shuffle_wrapping(half)))
    }
);

/// Place by place, first those of the first lane; the scalar lane has two places of four, which repeat.
macro_rules! impl_pair {
    ($lane:ty, $single:ident, $fixed:ident) => {
        impl Pair for $lane {
            type Single = wide::$single;
            type Fixed = wide::$fixed;

            #[inline(always)]
            fn narrowed(pair: [Self; 2]) -> Self::Single {
                Self::Single::from_fn(|place| one_of(pair, place))
            }
            #[inline(always)]
            fn widened(single: Self::Single) -> [Self; 2] {
                let lane = |start: usize| Self::from_fn(|place| single.get(start + place));
                [lane(0), lane(Self::WIDTH)]
            }
            #[inline(always)]
            fn split(indices: [Self; 2]) -> (Self::Fixed, Self::Fixed) {
                // A loop: the standard library's functions of arrays are not always inlined.
                let [mut below, mut nodes] = [Self::Fixed::splat(0).to_array(); 2];
                for (place, (below, node)) in below.iter_mut().zip(&mut nodes).enumerate() {
                    [*below, *node] = halves(one_of(indices, place));
                }
                let [below, nodes] = [Self::Fixed::new(below), Self::Fixed::new(nodes)];
                // An odd number of units is never 0, where a ratio of sines would be 0/0.
                ((below ^ Self::Fixed::splat(HALF)) | Self::Fixed::splat(1), nodes)
            }
            #[inline(always)]
            fn nearest(nodes: Self::Fixed) -> [Self; 2] {
                let nodes = nodes.to_array();
                let integer = |place: usize| f64::from(nodes[place] - ZERO);
                let lane = |start: usize| Self::from_fn(|place| integer(start + place));
                [lane(0), lane(Self::WIDTH)]
            }
        }
    };
}

/// The number in a place of a pair, whose places go on from the beginning.
#[inline(always)]
fn one_of<L: Arithmetic>(pair: [L; 2], place: usize) -> f64 {
    pair[place / L::WIDTH % 2].get(place % L::WIDTH)
}

/// The lower and the upper half of a number's bits.
#[expect(clippy::cast_possible_truncation, reason = "halves")]
#[inline(always)]
const fn halves(number: f64) -> [i32; 2] {
    let bits = number.to_bits().cast_signed();
    [bits as i32, (bits >> 32) as i32]
}

impl_pair!(f64, f32x4, i32x4);
impl_pair!(wide::f64x2, f32x4, i32x4);
impl_pair!(wide::f64x4, f32x8, i32x8);
impl_pair!(wide::f64x8, f32x16, i32x16);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check<L: super::super::Lane>(indices: [f64; 2], cells: i32) {
        let lanes = indices.map(|index| L::splat(index + FIXED_POINT));
        let (below, nodes) = L::split(lanes);
        let nearest = L::nearest(nodes);
        for half in 0..2 {
            let index = indices[half];
            let place = half * L::WIDTH;
            let nearest = nearest[half].get(L::WIDTH - 1);
            assert!((index - nearest).abs() <= 0.5 + 1e-9, "{index} {nearest}");
            let expected = index - nearest;
            let delta = below.to_single().get(place);
            assert!((delta - expected).abs() < 5e-10 + 6e-8 * expected.abs(), "{delta} {expected}");
            let turns = f64::from(cells) * expected;
            let turned = below.times(cells).to_single().get(place);
            let apart = turned - turns;
            assert!((apart - apart.round()).abs() < 5e-10 * f64::from(cells) + 6e-8, "{turned} {turns}");
        }
        assert!(L::Fixed::are([nodes; 3], [nodes; 3]));
        assert!(!L::Fixed::are([nodes; 3], [nodes, L::Fixed::none(), nodes]));
        let [first, second] = L::widened(L::narrowed(indices.map(L::splat)));
        for (lane, index) in [first, second].into_iter().zip(indices) {
            assert!((lane.get(L::WIDTH - 1) - index).abs() <= 6e-8 * index.abs());
        }
    }

    proptest! {
        #[test]
        fn indices_are_split_at_the_nearest_integer(
            indices in prop::array::uniform2(-9e4..9e4f64),
            cells in 1..2000i32,
        ) {
            check::<f64>(indices, cells);
            check::<wide::f64x2>(indices, cells);
            check::<wide::f64x4>(indices, cells);
            check::<wide::f64x8>(indices, cells);
        }
    }
}
