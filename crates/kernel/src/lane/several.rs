//! Several lanes side by side, as one number: each operation is done on all of them in turn, so that a processor that looks
//! only some operations ahead has several chains of them to choose from.

use std::array::from_fn;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::Arithmetic;

/// `N` lanes of as many different numbers.
#[derive(Clone, Copy)]
pub(crate) struct Several<L, const N: usize>(pub(crate) [L; N]);

macro_rules! impl_operator {
    ($operator:ident, $name:ident) => {
        impl<L: Arithmetic, const N: usize> $operator for Several<L, N> {
            type Output = Self;
            #[inline(always)]
            fn $name(self, other: Self) -> Self {
                Self(from_fn(|lane| self.0[lane].$name(other.0[lane])))
            }
        }
    };
}

impl_operator!(Add, add);
impl_operator!(Sub, sub);
impl_operator!(Mul, mul);
impl_operator!(Div, div);

impl<L: Arithmetic, const N: usize> Neg for Several<L, N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(from_fn(|lane| -self.0[lane]))
    }
}

/// Operations that are done on each lane.
macro_rules! lane_by_lane {
    ($($name:ident($($other:ident),*)),*) => { $(
        #[inline(always)]
        fn $name(self $(, $other: Self)*) -> Self {
            Self(from_fn(|lane| self.0[lane].$name($($other.0[lane]),*)))
        }
    )* };
}

impl<L: Arithmetic, const N: usize> Arithmetic for Several<L, N> {
    type Mask = [L::Mask; N];
    const WIDTH: usize = N * L::WIDTH;
    const IS_SINGLE: bool = L::IS_SINGLE;

    #[inline(always)]
    fn splat(value: f64) -> Self {
        Self([L::splat(value); N])
    }
    #[inline(always)]
    fn from_fn(mut value: impl FnMut(usize) -> f64) -> Self {
        Self(from_fn(|lane| L::from_fn(|place| value(lane * L::WIDTH + place))))
    }
    #[inline(always)]
    fn get(self, place: usize) -> f64 {
        self.0[place / L::WIDTH].get(place % L::WIDTH)
    }
    lane_by_lane!(
        mul_add(factor, term),
        ceil(),
        floor(),
        round(),
        sqrt(),
        abs(),
        larger(other),
        smaller(other)
    );
    lane_by_lane!(exp2_of_integer());

    #[inline(always)]
    fn below(self, other: Self) -> Self::Mask {
        from_fn(|lane| self.0[lane].below(other.0[lane]))
    }
    #[inline(always)]
    fn at_most(self, other: Self) -> Self::Mask {
        from_fn(|lane| self.0[lane].at_most(other.0[lane]))
    }
    #[inline(always)]
    fn equal(self, other: Self) -> Self::Mask {
        from_fn(|lane| self.0[lane].equal(other.0[lane]))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        Self(from_fn(|lane| L::select(mask[lane], yes.0[lane], no.0[lane])))
    }
    #[inline(always)]
    fn both(one: Self::Mask, other: Self::Mask) -> Self::Mask {
        from_fn(|lane| L::both(one[lane], other[lane]))
    }
    #[inline(always)]
    fn all(mask: Self::Mask) -> bool {
        mask.into_iter().all(L::all)
    }
    #[inline(always)]
    fn bits(mask: Self::Mask) -> u32 {
        (0..).zip(mask).fold(0, |bits, (lane, mask)| bits | L::bits(mask) << (lane * L::WIDTH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every operation, with what it gives in one place.
    fn all<L: Arithmetic>([x, y, z, n]: [L; 4], place: usize) -> Vec<f64> {
        let numbers = [
            x.mul_add(y, z),
            x.ceil(),
            x.floor(),
            x.round(),
            x.abs().sqrt(),
            x.larger(y),
            x.smaller(y),
            n.floor().exp2_of_integer(),
            L::select(x.below(y), x, y),
            L::select(x.at_most(y), x, y),
            L::select(x.equal(x), y, z),
            L::select(L::both(x.below(y), y.below(z)), x, z),
            x + y,
            x - y,
            x * y,
            x / y,
            -x,
            L::splat(7.0),
        ];
        let bits = f64::from(L::bits(x.below(y)) >> place & 1);
        numbers.map(|number| number.get(place)).into_iter().chain([bits]).collect()
    }

    proptest! {
        #[test]
        fn each_of_several_is_as_alone(numbers in prop::array::uniform4(prop::array::uniform2(-1e3..1e3f64))) {
            let both = all(numbers.map(Several), 0).into_iter().zip(all(numbers.map(Several), 1));
            let alone = [0, 1].map(|lane| all(numbers.map(|pair| pair[lane]), 0));
            for (index, (first, second)) in both.enumerate() {
                prop_assert_eq!(first.to_bits(), alone[0][index].to_bits());
                prop_assert_eq!(second.to_bits(), alone[1][index].to_bits());
            }
            let [one, other] = [numbers[0], numbers[1]].map(Several);
            let are_below = numbers[0][0] < numbers[1][0] && numbers[0][1] < numbers[1][1];
            prop_assert_eq!(Several::<f64, 2>::all(one.below(other)), are_below);
        }
    }
}
