//! Lanes in double precision.

use wide::bytemuck::cast;

use super::vectors::to_single;
use super::{Arithmetic, Lane, gathered};

/// Adding it puts an integer of at most 51 bits into the low bits of the sum.
pub(crate) const INTEGER_BITS: f64 = 4_503_599_627_370_496.0;
/// The same for an integer of either sign, as two's complement.
const SIGNED_BITS: f64 = 1.5 * INTEGER_BITS;
/// An integer below 2¹⁷ in magnitude, times the first and added to the second, has twice itself in the lower half of its bits,
/// plus a multiple of 16, and one more in the upper half: the places of a number's halves in a table of halves.
const HALVES: [f64; 2] = [8_589_934_594.0, INTEGER_BITS + 131_072.0 * 8_589_934_594.0 + 4_294_967_296.0];
/// The same, with the exponent's bias.
const EXPONENT_BITS: f64 = INTEGER_BITS + 1023.0;

impl Arithmetic for f64 {
    type Mask = bool;
    const WIDTH: usize = 1;
    const IS_SINGLE: bool = false;

    #[inline(always)]
    fn splat(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn from_fn(mut value: impl FnMut(usize) -> f64) -> Self {
        value(0)
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
}

impl Lane for f64 {
    #[inline(always)]
    fn places() -> Self {
        0.0
    }
    #[inline(always)]
    fn gather(table: &[f64], index: Self) -> Self {
        table[table_place((index + INTEGER_BITS).to_bits())]
    }
    #[inline(always)]
    fn round_into(self, pixels: &mut [f32]) {
        pixels[0] = to_single(self);
    }

    type Eight = [f64; 8];
    #[inline(always)]
    fn eight(numbers: [f64; 8]) -> [f64; 8] {
        numbers
    }
    #[inline(always)]
    fn picked(numbers: &[f64; 8], index: Self) -> Self {
        numbers[place_of_eight((index + SIGNED_BITS).to_bits())]
    }
}

/// The three lowest bits of a sum with [`SIGNED_BITS`].
#[inline(always)]
fn place_of_eight(bits: u64) -> usize {
    (bits & 7) as usize
}

/// The integer in the low bits of a sum with [`INTEGER_BITS`].
#[inline(always)]
fn table_place(bits: u64) -> usize {
    (bits & ((1 << 51) - 1)) as usize
}

macro_rules! impl_lane {
    ($vector:ty, $eight:ty, $to_eight:expr, $picked:expr) => {
        impl Lane for $vector {
            #[inline(always)]
            fn places() -> Self {
                const PLACES: [f64; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
                Self::from_fn(|place| PLACES[place])
            }
            #[inline(always)]
            fn gather(table: &[f64], index: Self) -> Self {
                let places = (index + <$vector>::splat(INTEGER_BITS)).to_bits().to_array();
                <$vector>::new(gathered(table, places.map(table_place)))
            }
            #[inline(always)]
            fn round_into(self, pixels: &mut [f32]) {
                for (pixel, number) in pixels[..Self::WIDTH].iter_mut().zip(self.to_array()) {
                    *pixel = to_single(number);
                }
            }

            type Eight = $eight;
            #[inline(always)]
            fn eight(numbers: [f64; 8]) -> $eight {
                $to_eight(numbers)
            }
            #[inline(always)]
            fn picked(numbers: &$eight, index: Self) -> Self {
                $picked(numbers, index)
            }
        }
    };
}

impl_lane!(wide::f64x2, [f64; 8], std::convert::identity, |numbers: &[f64; 8], index: Self| {
    let places = (index + <wide::f64x2>::splat(SIGNED_BITS)).to_bits().to_array();
    <wide::f64x2>::new(places.map(|bits| numbers[place_of_eight(bits)]))
});
impl_lane!(wide::f64x4, [wide::u32x8; 2], cast, |[low, high]: &[wide::u32x8; 2], index: Self| {
    let [factor, term] = HALVES.map(<wide::f64x4>::splat);
    let bits = index.mul_add(factor, term).to_bits();
    let places: wide::u32x8 = cast(bits);
    let [low, high] = [low, high].map(|half| cast(half.shuffle_wrapping(places)));
    let is_low = (bits & wide::u64x4::splat(8)).simd_eq(wide::u64x4::splat(0));
    <wide::f64x4>::from_bits(is_low).select(low, high)
});
impl_lane!(
    wide::f64x8,
    wide::u64x8,
    |numbers: [f64; 8]| wide::f64x8::new(numbers).to_bits(),
    |numbers: &wide::u64x8, index: Self| {
        if cfg!(target_feature = "avx512f") {
            let places = (index + <wide::f64x8>::splat(SIGNED_BITS)).to_bits();
            return <wide::f64x8>::from_bits(numbers.shuffle_wrapping(places));
        }
        let halves: [wide::f64x4; 2] = cast(index);
        cast(halves.map(|half| <wide::f64x4 as Lane>::picked(&cast(*numbers), half)))
    }
);
