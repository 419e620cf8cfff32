//! The arithmetic of the SIMD library's vectors, in both precisions.

use super::Arithmetic;

/// Adding it puts an integer into the low bits of the sum, with the exponent's bias: of at most 51 bits, and of 22.
const EXPONENT_BITS: f64 = 4_503_599_627_370_496.0 + 1023.0;
const EXPONENT_BITS_SINGLE: f32 = 8_388_608.0 + 127.0;

macro_rules! impl_arithmetic {
    ($vector:ty, $width:literal, $is_single:literal, $rounded:expr, $exponent_bits:ident << $shift:literal) => {
        impl Arithmetic for $vector {
            type Mask = Self;
            const WIDTH: usize = $width;
            const IS_SINGLE: bool = $is_single;

            #[inline(always)]
            fn splat(value: f64) -> Self {
                <$vector>::splat($rounded(value))
            }
            #[inline(always)]
            fn from_fn(mut value: impl FnMut(usize) -> f64) -> Self {
                Self::new(std::array::from_fn(|place| $rounded(value(place))))
            }
            #[inline(always)]
            fn get(self, place: usize) -> f64 {
                self.as_array()[place].into()
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self {
                Self::mul_add(self, factor, term)
            }
            #[inline(always)]
            fn ceil(self) -> Self {
                Self::ceil(self)
            }
            #[inline(always)]
            fn floor(self) -> Self {
                Self::floor(self)
            }
            #[inline(always)]
            fn round(self) -> Self {
                self.round_ties_even()
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                Self::sqrt(self)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                Self::abs(self)
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
                <$vector>::from_bits((self + <$vector>::splat($exponent_bits)).to_bits() << $shift)
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
                Self::all(mask)
            }
            #[inline(always)]
            fn bits(mask: Self) -> u32 {
                mask.to_bitmask()
            }
        }
    };
}

impl_arithmetic!(wide::f64x2, 2, false, std::convert::identity, EXPONENT_BITS << 52u64);
impl_arithmetic!(wide::f64x4, 4, false, std::convert::identity, EXPONENT_BITS << 52u64);
impl_arithmetic!(wide::f64x8, 8, false, std::convert::identity, EXPONENT_BITS << 52u64);
impl_arithmetic!(wide::f32x4, 4, true, to_single, EXPONENT_BITS_SINGLE << 23u32);
impl_arithmetic!(wide::f32x8, 8, true, to_single, EXPONENT_BITS_SINGLE << 23u32);
impl_arithmetic!(wide::f32x16, 16, true, to_single, EXPONENT_BITS_SINGLE << 23u32);

#[expect(clippy::cast_possible_truncation, reason = "single precision")]
#[inline(always)]
pub(super) fn to_single(value: f64) -> f32 {
    value as f32
}
