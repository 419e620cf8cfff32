//! Lanes of pixels: the only module that uses the SIMD library.
//!
//! The physics is written once, generic over [`Lane`]: a number that may be several pixels wide. `f64` is the lane
//! of the trace and the oracle of the tests; [`Wide`] is the widest vector of the crate `wide` that is one register
//! on the build's target. Every operation here is exact or correctly rounded in every lane type of one build, so
//! that the same text gives the same bits at any width: a traced pixel is the rendered pixel.
//!
//! Rejected: a vector type of fixed width 8 everywhere. On AVX2 it is a pair of registers per value, and the square
//! kernel then spills.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number, or one number for each of several neighbouring pixels.
pub trait Lane:
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
    /// What a comparison gives: one truth value per pixel.
    type Mask: Copy;
    /// Number of pixels.
    const WIDTH: usize;

    /// The same number in every pixel.
    fn splat(value: f64) -> Self;
    /// A number for each pixel, from its place in the vector.
    fn from_fn(value: impl FnMut(usize) -> f64) -> Self;
    /// 0, 1, 2, …: the place of each pixel.
    fn places() -> Self;
    /// The number of one pixel.
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
    /// Two to the power of an integral exponent in −1022…1023.
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
    /// Whether it holds for every pixel.
    fn all(mask: Self::Mask) -> bool;
    /// A bit for each pixel, the first one lowest.
    fn bits(mask: Self::Mask) -> u32;
    /// `table[index]` for each pixel; an index is integral and not negative.
    #[must_use]
    fn gather(table: &[f64], index: Self) -> Self;
}

/// The widest lane of this build's target.
#[cfg(target_feature = "avx512f")]
pub type Wide = wide::f64x8;
/// The widest lane of this build's target.
#[cfg(all(target_feature = "avx", not(target_feature = "avx512f")))]
pub type Wide = wide::f64x4;
/// The widest lane of this build's target.
#[cfg(not(any(target_feature = "avx", target_feature = "avx512f")))]
pub type Wide = wide::f64x2;

/// Four neighbouring numbers of a table, whatever the lane: interpolation runs along them.
pub(crate) type Row = wide::f64x4;

/// The four numbers of a table from a place on.
#[inline(always)]
pub(crate) fn row_at(table: &[f64], place: usize) -> Row {
    let row = &table[place..place + 4];
    Row::new([row[0], row[1], row[2], row[3]])
}

/// Adding it puts an integer of at most 51 bits into the low bits of the sum.
const INTEGER_BITS: f64 = 4_503_599_627_370_496.0;
/// The same, with the exponent's bias.
const EXPONENT_BITS: f64 = INTEGER_BITS + 1023.0;

impl Lane for f64 {
    type Mask = bool;
    const WIDTH: usize = 1;

    #[inline(always)]
    fn splat(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn from_fn(mut value: impl FnMut(usize) -> f64) -> Self {
        value(0)
    }
    #[inline(always)]
    fn places() -> Self {
        0.0
    }
    #[inline(always)]
    fn get(self, _: usize) -> f64 {
        self
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        // As in `wide`: without the instruction, f64::mul_add would call a slow function that rounds once.
        if cfg!(target_feature = "fma") { f64::mul_add(self, factor, term) } else { self * factor + term }
    }
    #[inline(always)]
    fn ceil(self) -> Self {
        f64::ceil(self)
    }
    #[inline(always)]
    fn floor(self) -> Self {
        f64::floor(self)
    }
    #[inline(always)]
    fn round(self) -> Self {
        self.round_ties_even()
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    #[inline(always)]
    fn smaller(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
    #[inline(always)]
    fn exp2_of_integer(self) -> Self {
        Self::from_bits((self + EXPONENT_BITS).to_bits() << 52)
    }
    #[inline(always)]
    fn below(self, other: Self) -> bool {
        self < other
    }
    #[inline(always)]
    fn at_most(self, other: Self) -> bool {
        self <= other
    }
    #[inline(always)]
    #[expect(clippy::float_cmp, reason = "the lane operation is an exact comparison")]
    fn equal(self, other: Self) -> bool {
        self == other
    }
    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    #[inline(always)]
    fn both(one: bool, other: bool) -> bool {
        one && other
    }
    #[inline(always)]
    fn all(mask: bool) -> bool {
        mask
    }
    #[inline(always)]
    fn bits(mask: bool) -> u32 {
        u32::from(mask)
    }
    #[inline(always)]
    fn gather(table: &[f64], index: Self) -> Self {
        table[table_place((index + INTEGER_BITS).to_bits())]
    }
}

/// The integer in the low bits of a sum with [`INTEGER_BITS`].
#[inline(always)]
fn table_place(bits: u64) -> usize {
    (bits & ((1 << 51) - 1)) as usize
}

macro_rules! impl_lane {
    ($vector:ty, $width:literal) => {
        impl Lane for $vector {
            type Mask = $vector;
            const WIDTH: usize = $width;

            #[inline(always)]
            fn splat(value: f64) -> Self {
                <$vector>::splat(value)
            }
            #[inline(always)]
            fn from_fn(value: impl FnMut(usize) -> f64) -> Self {
                <$vector>::new(std::array::from_fn(value))
            }
            #[inline(always)]
            fn places() -> Self {
                const PLACES: [f64; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
                Self::from_fn(|place| PLACES[place])
            }
            #[inline(always)]
            fn get(self, place: usize) -> f64 {
                self.as_array()[place]
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self {
                <$vector>::mul_add(self, factor, term)
            }
            #[inline(always)]
            fn ceil(self) -> Self {
                <$vector>::ceil(self)
            }
            #[inline(always)]
            fn floor(self) -> Self {
                <$vector>::floor(self)
            }
            #[inline(always)]
            fn round(self) -> Self {
                self.round_ties_even()
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                <$vector>::sqrt(self)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                <$vector>::abs(self)
            }
            #[inline(always)]
            fn larger(self, other: Self) -> Self {
                self.fast_max(other)
            }
            #[inline(always)]
            fn smaller(self, other: Self) -> Self {
                self.fast_min(other)
            }
            #[inline(always)]
            fn exp2_of_integer(self) -> Self {
                <$vector>::from_bits((self + <$vector>::splat(EXPONENT_BITS)).to_bits() << 52u64)
            }
            #[inline(always)]
            fn below(self, other: Self) -> Self {
                self.simd_lt(other)
            }
            #[inline(always)]
            fn at_most(self, other: Self) -> Self {
                self.simd_le(other)
            }
            #[inline(always)]
            fn equal(self, other: Self) -> Self {
                self.simd_eq(other)
            }
            #[inline(always)]
            fn select(mask: Self, yes: Self, no: Self) -> Self {
                mask.select(yes, no)
            }
            #[inline(always)]
            fn both(one: Self, other: Self) -> Self {
                one & other
            }
            #[inline(always)]
            fn all(mask: Self) -> bool {
                <$vector>::all(mask)
            }
            #[inline(always)]
            fn bits(mask: Self) -> u32 {
                mask.to_bitmask()
            }
            #[inline(always)]
            fn gather(table: &[f64], index: Self) -> Self {
                let places = (index + <$vector>::splat(INTEGER_BITS)).to_bits().to_array();
                <$vector>::new(places.map(|bits| table[table_place(bits)]))
            }
        }
    };
}

impl_lane!(wide::f64x2, 2);
impl_lane!(wide::f64x4, 4);
impl_lane!(wide::f64x8, 8);

/// Three lanes that belong together: a vector, or three indices.
#[derive(Clone, Copy)]
pub(crate) struct Triple<L>(pub(crate) [L; 3]);

impl<L: Lane> Triple<L> {
    #[inline(always)]
    pub(crate) fn splat(values: [f64; 3]) -> Self {
        Self(values.map(L::splat))
    }

    #[inline(always)]
    pub(crate) fn dot(self, other: Self) -> L {
        let ([x, y, z], [u, v, w]) = (self.0, other.0);
        z.mul_add(w, y.mul_add(v, x * u))
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
        assert!(!<Wide as Lane>::all(lane.below(Wide::splat(0.5))));
    }
}
