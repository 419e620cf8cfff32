//! Lanes of pixels: the only module that uses the SIMD library.
//!
//! The physics is written once, generic over [`Lane`]: a number that may be several pixels wide. `f64` is the lane
//! of the trace and the oracle of the tests; [`Wide`] is the vector of the crate `wide` that is fastest on the build's
//! target. Every operation here is exact or correctly rounded in every lane type of one build, so
//! that the same text gives the same bits at any width: a traced pixel is the rendered pixel.
//!
//! A lattice factor needs [`Arithmetic`] alone, which vectors of `f32` have too.

mod double;
mod several;
pub(crate) mod single;
mod vectors;

use std::ops::{Add, Div, Mul, Neg, Sub};

pub(crate) use double::INTEGER_BITS;
pub(crate) use several::Several;
pub use single::Fixed;

/// A number, or several, with the operations of the elementary functions.
pub trait Arithmetic:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Send
    + Sync
    + 'static
{
    /// What a comparison gives: one truth value per number.
    type Mask: Copy;
    /// How many numbers.
    const WIDTH: usize;
    /// Whether they are of single precision, `f32`.
    const IS_SINGLE: bool;
    /// Rounds a number to an integer when it is added, ties to even: for integers of at most 51 bits, in single precision 22.
    const ROUNDS: f64 = if Self::IS_SINGLE { 12_582_912.0 } else { 6_755_399_441_055_744.0 };

    /// The same number in every place.
    fn splat(value: f64) -> Self;
    /// A number for each place.
    fn from_fn(value: impl FnMut(usize) -> f64) -> Self;
    /// The number in one place.
    fn get(self, place: usize) -> f64;
    /// self·factor + term: rounded once where the target has such an instruction, else twice.
    #[must_use]
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// The nearest integer not below.
    #[must_use]
    fn ceil(self) -> Self;
    /// The nearest integer not above.
    #[must_use]
    fn floor(self) -> Self;
    /// The nearest integer, ties to even.
    #[must_use]
    fn round(self) -> Self;
    /// Square root.
    #[must_use]
    fn sqrt(self) -> Self;
    /// Magnitude.
    #[must_use]
    fn abs(self) -> Self;
    /// The larger number; neither may be NaN.
    #[must_use]
    fn larger(self, other: Self) -> Self;
    /// The smaller number; neither may be NaN.
    #[must_use]
    fn smaller(self, other: Self) -> Self;
    /// Two to the power of an integral exponent in −1022…1023, in single precision −126…127.
    #[must_use]
    fn exp2_of_integer(self) -> Self;
    /// Where self < other.
    fn below(self, other: Self) -> Self::Mask;
    /// Where self ≤ other.
    fn at_most(self, other: Self) -> Self::Mask;
    /// Where self = other.
    fn equal(self, other: Self) -> Self::Mask;
    /// `yes` where the mask is set, else `no`.
    #[must_use]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// Where both hold.
    fn both(one: Self::Mask, other: Self::Mask) -> Self::Mask;
    /// Whether it holds in every place.
    fn all(mask: Self::Mask) -> bool;
    /// A bit for each place, the first one lowest.
    fn bits(mask: Self::Mask) -> u32;
}

/// A number in double precision, or one for each of several neighbouring pixels.
pub trait Lane: Arithmetic + Pair {
    /// 0, 1, 2, …: the place of each pixel.
    fn places() -> Self;
    /// `table[index]` for each pixel; an index is integral and not negative.
    #[must_use]
    fn gather(table: &[f64], index: Self) -> Self;
    /// Rounds the numbers to single precision, as an image has them; it has as many pixels.
    fn round_into(self, pixels: &mut [f32]);

    /// Eight numbers, in registers where they fit.
    type Eight: Copy;
    /// Eight numbers to pick from.
    fn eight(numbers: [f64; 8]) -> Self::Eight;
    /// `numbers[index mod 8]` for each pixel; an index is integral and below 2¹⁷ in magnitude.
    #[must_use]
    fn picked(numbers: &Self::Eight, index: Self) -> Self;
}

/// Two lanes as one vector in single precision: of two orientations for each pixel, or of twice as many places.
pub trait Pair: Arithmetic {
    /// In single precision.
    type Single: Arithmetic;
    /// In fixed point.
    type Fixed: Fixed<Single = Self::Single>;

    /// A pair of numbers.
    fn narrowed(pair: [Self; 2]) -> Self::Single;
    /// The two lanes of a vector.
    fn widened(single: Self::Single) -> [Self; 2];
    /// What is left of indices beyond their nearest integers, and those integers; a constant of the fixed point is added to them.
    fn split(indices: [Self; 2]) -> (Self::Fixed, Self::Fixed);
    /// The nearest integers that [`split`](Self::split) gave.
    fn nearest(nodes: Self::Fixed) -> [Self; 2];
}

/// The lane that images are rendered with in this build. With AVX2 it is two vectors, which share what a step and a block cost
/// beside the pixels: a fifth less time than with one.
#[cfg(target_feature = "avx")]
pub type Wide = wide::f64x8;
/// The lane that images are rendered with in this build.
#[cfg(not(target_feature = "avx"))]
pub type Wide = wide::f64x2;

/// Steps that are evaluated, or bounded, side by side: a step is a long chain of operations, each of which waits for the one
/// before. With AVX2 a lane is two vectors already, and there are half as many registers.
pub(crate) const SIDE_BY_SIDE: usize = if cfg!(target_feature = "avx512f") { 2 } else { 1 };

/// Numbers of the widest lane.
pub(crate) const WIDEST: usize = 8;

/// Four neighbouring numbers of a table, whatever the lane: interpolation runs along them.
pub(crate) type Row = wide::f64x4;

/// The four numbers of a table from a place on.
#[inline(always)]
pub(crate) fn row_at(table: &[f64], place: usize) -> Row {
    let row = &table[place..place + 4];
    Row::new([row[0], row[1], row[2], row[3]])
}

/// The numbers of a table at some places, all of which it has.
///
/// A place beyond the end takes the last number instead of the way to a panic: there are vector instructions for this
/// without one.
#[inline(always)]
fn gathered<const N: usize>(table: &[f64], places: [usize; N]) -> [f64; N] {
    let mut found = [0.0; N];
    if let Some(last) = table.len().checked_sub(1) {
        for (found, place) in found.iter_mut().zip(places) {
            debug_assert!(place <= last, "{place} is beyond the table");
            *found = table[place.min(last)];
        }
    }
    found
}

/// Three lanes that belong together: a vector, or three indices.
#[derive(Clone, Copy)]
pub(crate) struct Triple<L>(pub(crate) [L; 3]);

impl<L: Arithmetic> Triple<L> {
    #[inline(always)]
    pub(crate) fn splat(values: [f64; 3]) -> Self {
        Self(values.map(L::splat))
    }

    #[inline(always)]
    pub(crate) fn dot(self, other: Self) -> L {
        let ([x, y, z], [u, v, w]) = (self.0, other.0);
        z.mul_add(w, y.mul_add(v, x * u))
    }

    /// self·other + term.
    #[inline(always)]
    pub(crate) fn dot_plus(self, other: Self, term: L) -> L {
        let ([x, y, z], [u, v, w]) = (self.0, other.0);
        z.mul_add(w, y.mul_add(v, x.mul_add(u, term)))
    }

    #[inline(always)]
    pub(crate) fn scaled(self, factor: L) -> Self {
        Self(self.0.map(|x| x * factor))
    }

    /// self·factor + other.
    #[inline(always)]
    pub(crate) fn scaled_plus(self, factor: L, other: Self) -> Self {
        let ([x, y, z], [u, v, w]) = (self.0, other.0);
        Self([x.mul_add(factor, u), y.mul_add(factor, v), z.mul_add(factor, w)])
    }

    #[inline(always)]
    pub(crate) fn minus(self, other: Self) -> Self {
        let ([x, y, z], [u, v, w]) = (self.0, other.0);
        Self([x - u, y - v, z - w])
    }

    #[inline(always)]
    pub(crate) fn cross(self, other: Self) -> Self {
        let ([x, y, z], [u, v, w]) = (self.0, other.0);
        Self([y * w - z * v, z * u - x * w, x * v - y * u])
    }

    /// The numbers of the first pixel.
    pub(crate) fn first(self) -> [f64; 3] {
        self.0.map(|x| x.get(0))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these numbers are exact")]

    use super::*;
    use proptest::prelude::*;

    /// Miri, a thousand times slower, is given fewer.
    fn cases() -> ProptestConfig {
        let config = ProptestConfig::default();
        ProptestConfig { cases: if cfg!(miri) { 8 } else { config.cases }, ..config }
    }

    /// One property, once per lane type: every operation gives the bits that `f64` gives.
    macro_rules! same_bits_as_scalar {
        ($($name:ident: $lane:ty),*) => { $(
            proptest! {
                #![proptest_config(cases())]
                #[test]
                fn $name(a in -1e3..1e3f64, b in -1e3..1e3f64, c in -1e3..1e3f64, power in -1022..1023i32) {
                    fn run<L: Lane>(a: f64, b: f64, c: f64, power: i32) -> Vec<f64> {
                        let (x, y, z, n) = (L::splat(a), L::splat(b), L::splat(c), L::splat(f64::from(power)));
                        let table: Vec<f64> = (0..2000).map(|i| f64::from(i) * 0.5).collect();
                        [
                            x.mul_add(y, z), x.ceil(), x.floor(), x.round(), x.abs().sqrt(), x.larger(y),
                            x.smaller(y), n.exp2_of_integer(), L::select(x.below(y), x, y),
                            L::select(x.equal(x), y, z), L::gather(&table, x.abs().floor()), x / y, -x,
                            L::select(L::both(x.below(y), y.below(z)), x, z),
                            L::picked(&L::eight([a, b, c, a + b, b + c, a + c, a - b, b - c]), x.floor()),
                        ].map(|v| v.get(L::WIDTH - 1)).to_vec()
                    }
                    let (scalar, vector) = (run::<f64>(a, b, c, power), run::<$lane>(a, b, c, power));
                    for (s, v) in scalar.iter().zip(&vector) {
                        prop_assert_eq!(s.to_bits(), v.to_bits());
                    }
                }
            }
        )* };
    }
    same_bits_as_scalar!(f64x2_is_as_f64: wide::f64x2, f64x4_is_as_f64: wide::f64x4, f64x8_is_as_f64: wide::f64x8);

    #[test]
    fn places_of_a_vector_are_in_order() {
        let lane = Wide::from_fn(|i| i as f64);
        for place in 0..Wide::WIDTH {
            assert_eq!(lane.get(place), place as f64);
        }
        assert!(!<Wide as Arithmetic>::all(lane.below(Wide::splat(0.5))));
    }
}
