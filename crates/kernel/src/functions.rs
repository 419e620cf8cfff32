//! The elementary functions of the kernel, as polynomials in lane arithmetic.
//!
//! libm has no vector forms, and its scalar ones differ from platform to platform; these give the same bits at any
//! width. Coefficients are minimax in the relative error (Remez exchange in 60-digit arithmetic); the tests below
//! measure what is left after rounding against the crate libm: std's functions are the platform's, and Miri varies their
//! last digits.

use crate::lane::Lane;

/// sin(πx)/x as a polynomial in x², for |x| ≤ ½: relative error 6.3e-14, at most 570 ulp (7 terms).
///
/// An eighth term would reach 1.4e-16 and costs 6 of the square kernel's 110 operations a step.
const SIN_PI: [f64; 7] = [
    3.1415926535895973,
    -5.167712779977312,
    2.5501640354193142,
    -0.5992644257355002,
    0.08214473211332987,
    -0.007363785020758433,
    0.00044720028630810063,
];

/// cos(πx) as a polynomial in x², for |x| ≤ ½: absolute error 2e-15, 2.5e-15 after rounding (8 terms).
const COS_PI: [f64; 8] = [
    0.9999999999999981,
    -4.934802200543689,
    4.058712126333491,
    -1.335262766186475,
    0.23533058836701523,
    -0.025806532291710198,
    0.0019278709712297166,
    -0.00010041751384883853,
];

/// e^x for |x| ≤ ln 2/2: relative error 2.2e-16, 3 ulp after rounding and scaling (11 terms).
const EXP: [f64; 11] = [
    1.0,
    1.0000000000000064,
    0.49999999999997286,
    0.16666666666557742,
    0.04166666666842606,
    0.008333333384665905,
    0.0013888888499128805,
    0.00019841171384084617,
    2.4801917696315435e-05,
    2.763976830828127e-06,
    2.748844088140834e-07,
];

/// ln 2 in two parts; the first has 20 trailing zero bits, so that its multiples by exponents are exact.
const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];

/// Below it e^x is 0.
pub(crate) const EXP_UNDERFLOW: f64 = -745.14;
/// Beyond these, e^x is kept at its value there.
const EXP_RANGE: [f64; 2] = [-708.0, 709.0];

#[inline(always)]
fn polynomial<L: Lane, const N: usize>(coefficients: &[f64; N], x: L) -> L {
    let mut sum = L::splat(coefficients[N - 1]);
    for coefficient in coefficients[..N - 1].iter().rev() {
        sum = sum.mul_add(x, L::splat(*coefficient));
    }
    sum
}

/// The same as c₀ + (x·odd + x²·even), both in x², side by side: half as long a chain of operations that wait for each
/// other.
#[inline(always)]
fn polynomial_in_halves<L: Lane, const N: usize>(coefficients: &[f64; N], x: L) -> L {
    let square = x * x;
    let mut halves = [L::splat(0.0); 2];
    for (power, coefficient) in coefficients.iter().enumerate().skip(1).rev() {
        let half = &mut halves[power % 2];
        let is_first = power + 2 >= N;
        let coefficient = L::splat(*coefficient);
        *half = if is_first { coefficient } else { half.mul_add(square, coefficient) };
    }
    let [even, odd] = halves;
    even.mul_add(square, odd * x) + L::splat(coefficients[0])
}

/// sin(πx), for |x| ≤ ½.
#[inline(always)]
pub fn sin_pi<L: Lane>(x: L) -> L {
    x * polynomial(&SIN_PI, x * x)
}

/// cos(πx), for |x| ≤ ½.
#[inline(always)]
pub fn cos_pi<L: Lane>(x: L) -> L {
    polynomial(&COS_PI, x * x)
}

/// e^x; 0 below −745.14, at most e^709.
#[inline(always)]
pub fn exp<L: Lane>(x: L) -> L {
    let bounded = x.larger(L::splat(EXP_RANGE[0])).smaller(L::splat(EXP_RANGE[1]));
    let exponent = (bounded * L::splat(std::f64::consts::LOG2_E)).round();
    let rest = exponent.mul_add(L::splat(-LN_2[1]), exponent.mul_add(L::splat(-LN_2[0]), bounded));
    let power = polynomial_in_halves(&EXP, rest) * exponent.exp2_of_integer();
    L::select(x.below(L::splat(EXP_UNDERFLOW)), L::splat(0.0), power)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these numbers are exact")]

    use super::*;
    use std::f64::consts::PI;

    /// Miri, a thousand times slower, is given fewer numbers.
    const COUNT: u32 = if cfg!(miri) { 1000 } else { 200_000 };

    fn evenly(range: [f64; 2]) -> impl Iterator<Item = f64> {
        (0..=COUNT).map(move |i| range[0] + (range[1] - range[0]) * f64::from(i) / f64::from(COUNT))
    }

    /// The largest error over a range, in units of the expected value's last place.
    fn worst_ulp(range: [f64; 2], ours: impl Fn(f64) -> f64, expected: impl Fn(f64) -> f64) -> f64 {
        evenly(range)
            .map(|x| {
                let want = expected(x);
                let ulp = want.abs().next_up() - want.abs();
                (ours(x) - want).abs() / ulp
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn sin_pi_is_within_570_ulp() {
        // 6.3e-14 relative is at most 570 units in the last place.
        let worst = worst_ulp([1e-9, 0.5], sin_pi::<f64>, |x| libm::sin(PI * x));
        assert!(worst < 570.0, "{worst} ulp");
        assert!(worst > 100.0, "{worst} ulp: better than documented: update the documentation");
    }

    #[test]
    fn cos_pi_is_within_2_5e_15() {
        for x in evenly([0.0, 0.5]) {
            assert!((cos_pi(x) - libm::cos(PI * x)).abs() < 2.5e-15, "{x}");
        }
    }

    #[test]
    fn exp_is_within_3_ulp() {
        let worst = worst_ulp([-700.0, 700.0], exp::<f64>, libm::exp);
        assert!(worst <= 3.0, "{worst} ulp");
    }

    #[test]
    fn exp_ends_where_numbers_end() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-746.0), 0.0);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert!(exp(-740.0) < 1e-300 && exp(-740.0) > 0.0);
        assert!(exp(1e6).is_finite());
    }
}
