//! The elementary functions of the kernel, as polynomials in lane arithmetic.
//!
//! libm has no vector forms, and its scalar ones differ from platform to platform; these give the same bits at any
//! width. Coefficients are minimax in the relative error (Remez exchange in 60-digit arithmetic); the tests below
//! measure what is left after rounding against the crate libm: std's functions are the platform's, and Miri varies their
//! last digits.

use crate::lane::Arithmetic;

/// sin(πx)/x as a polynomial in x², for |x| ≤ ½: relative error 6.3e-14, at most 570 ulp (7 terms).
///
/// An eighth term would reach 1.4e-16 and costs at least 6 more operations of the square kernel's 92 a step.
const SIN_PI: [f64; 7] = [
    3.1415926535895973,
    -5.167712779977312,
    2.5501640354193142,
    -0.5992644257355002,
    0.08214473211332987,
    -0.007363785020758433,
    0.00044720028630810063,
];

/// The same over its last coefficient, as [`adapted_polynomials`] have it: r, a, b, c, d, e.
const SIN_PI_ADAPTED: [f64; 6] = [
    -6.612589675098393,
    80.36887528767778,
    11.10456206387888,
    -1592.9957877444133,
    1556.6783283006503,
    675180.9981696318,
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

/// 2^x for |x| ≤ ½: relative error 1.5e-14, 2.0e-14 after rounding (10 terms).
const EXP2: [f64; 10] = [
    1.0,
    0.6931471805598851,
    0.2402265069572282,
    0.05550410866841569,
    0.009618129181163879,
    0.0013333557625477476,
    0.0001540344088448824,
    1.5252990011882775e-05,
    1.3258335398449777e-06,
    1.0148341268202081e-07,
];

/// sin(πx)/x in single precision: relative error 5.3e-9 before rounding (5 terms).
const SIN_PI_SINGLE: [f64; 5] =
    [3.141592636895401, -5.16770968479864, 2.5500697263291623, -0.5982421263871489, 0.07756038693518182];

/// The same over its last coefficient, as [`adapted_polynomials_of_degree_4`] have it: r, a, b, c.
const SIN_PI_SINGLE_ADAPTED: [f64; 4] =
    [-2.178310797646959, 8.156779432915576, -5.370347039673674, -28.56036838048067];

/// cos(πx) in single precision: absolute error 2.2e-10 before rounding (6 terms).
const COS_PI_SINGLE: [f64; 6] = [
    0.999999999780652,
    -4.934802137228384,
    4.0587091643432185,
    -1.3352120566732397,
    0.2349375589827164,
    -0.024396716658671217,
];

/// e^x in single precision: relative error 1.9e-9 before rounding (7 terms).
const EXP_SINGLE: [f64; 7] = [
    1.0000000005546077,
    1.000000036344721,
    0.4999999207508873,
    0.16666420072125315,
    0.04166822618929449,
    0.008374824050589383,
    0.0013836835742475305,
];

/// 2^x in single precision: relative error 2e-9 before rounding (7 terms).
const EXP2_SINGLE: [f64; 7] = [
    1.0,
    0.6931472028550316,
    0.24022647913636852,
    0.055503324711908573,
    0.00961843735695742,
    0.001339887439398139,
    0.0001535336206885849,
];

/// ln 2 in two parts; the first has 20 trailing zero bits, so that its multiples by exponents are exact.
const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];

/// The same for single precision, with 15 trailing zero bits.
const LN_2_SINGLE: [f64; 2] = [0.693_359_375, -2.121_944_400_546_905_8e-4];

/// Below it e^x is 0.
const EXP_UNDERFLOW: f64 = -745.14;
/// Beyond these, e^x is kept at its value there.
const EXP_RANGE: [f64; 2] = [-708.0, 709.0];
/// The same in single precision, where e^x is 0 below.
const EXP_RANGE_SINGLE: [f64; 2] = [-87.0, 88.0];

#[inline(always)]
fn polynomial<L: Arithmetic, const N: usize>(coefficients: &[f64; N], x: L) -> L {
    let mut sum = L::splat(coefficients[N - 1]);
    for coefficient in coefficients[..N - 1].iter().rev() {
        sum = sum.mul_add(x, L::splat(*coefficient));
    }
    sum
}

/// The same as c₀ + (x·odd + x²·even), both in x², side by side: half as long a chain of operations that wait for each
/// other.
#[inline(always)]
fn polynomial_in_halves<L: Arithmetic, const N: usize>(coefficients: &[f64; N], x: L) -> L {
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

/// sin(πx) for |x| ≤ ½ of several numbers side by side, all times the same constant: for ratios of sines.
///
/// No sine waits for another, so that a processor that looks ahead works at several.
#[inline(always)]
pub fn sines_pi<L: Arithmetic, const M: usize>(x: [L; M]) -> [L; M] {
    let mut sines = x;
    if L::IS_SINGLE {
        adapted_polynomials_of_degree_4(SIN_PI_SINGLE_ADAPTED, &mut sines);
    } else {
        adapted_polynomials(SIN_PI_ADAPTED, &mut sines);
    }
    for (sine, x) in sines.iter_mut().zip(x) {
        *sine = x * *sine;
    }
    sines
}

/// Takes numbers x to a polynomial of degree 6 in x² whose last coefficient is 1, in four products instead of six: its
/// coefficients are adapted beforehand (Knuth, The Art of Computer Programming 2, 4.6.4).
///
/// With y = x² + r, s = y² + a and t = s(y + b) + c it is t(t + s + d) + e. That product is up to 150 times what the sum comes
/// to, so that 6e-14 of it is lost to rounding. In exchange there are additions, for which some processors have ports of their
/// own, and a chain shorter by two: 12 % of a step on an AMD EPYC with AVX-512, 2 to 5 % with AVX2.
#[inline(always)]
fn adapted_polynomials<L: Arithmetic, const M: usize>(coefficients: [f64; 6], numbers: &mut [L; M]) {
    let [r, a, b, c, d, e] = coefficients.map(L::splat);
    for number in numbers {
        let y = number.mul_add(*number, r);
        let square = y.mul_add(y, a);
        let cube = square.mul_add(y + b, c);
        *number = cube.mul_add(cube + (square + d), e);
    }
}

/// The same of degree 4: with y = x² + r and s = y² + a it is s(s + y + b) + c. In single precision 7e-7 of it is lost.
#[inline(always)]
fn adapted_polynomials_of_degree_4<L: Arithmetic, const M: usize>(
    coefficients: [f64; 4],
    numbers: &mut [L; M],
) {
    let [r, a, b, c] = coefficients.map(L::splat);
    for number in numbers {
        let y = number.mul_add(*number, r);
        let square = y.mul_add(y, a);
        *number = square.mul_add((y + b) + square, c);
    }
}

/// sin(πx), for |x| ≤ ½.
#[inline(always)]
pub fn sin_pi<L: Arithmetic>(x: L) -> L {
    x * if L::IS_SINGLE { polynomial(&SIN_PI_SINGLE, x * x) } else { polynomial(&SIN_PI, x * x) }
}

/// cos(πx), for |x| ≤ ½.
#[inline(always)]
pub fn cos_pi<L: Arithmetic>(x: L) -> L {
    if L::IS_SINGLE { polynomial(&COS_PI_SINGLE, x * x) } else { polynomial(&COS_PI, x * x) }
}

/// e^x; 0 below −745.14 (in single precision −87), at most e^709 (e^88).
#[inline(always)]
pub fn exp<L: Arithmetic>(x: L) -> L {
    let ([least, most], underflow, ln_2) = if L::IS_SINGLE {
        (EXP_RANGE_SINGLE, EXP_RANGE_SINGLE[0], LN_2_SINGLE)
    } else {
        (EXP_RANGE, EXP_UNDERFLOW, LN_2)
    };
    let bounded = x.larger(L::splat(least)).smaller(L::splat(most));
    let exponent = (bounded * L::splat(std::f64::consts::LOG2_E)).round();
    let rest = exponent.mul_add(L::splat(-ln_2[1]), exponent.mul_add(L::splat(-ln_2[0]), bounded));
    let of_rest =
        if L::IS_SINGLE { polynomial_in_halves(&EXP_SINGLE, rest) } else { polynomial_in_halves(&EXP, rest) };
    L::select(x.below(L::splat(underflow)), L::splat(0.0), of_rest * exponent.exp2_of_integer())
}

/// 2^x for −1022 ≤ x ≤ 1023, in single precision −126 ≤ x ≤ 127; no number in particular beyond.
#[inline(always)]
pub fn exp2<L: Arithmetic>(x: L) -> L {
    let exponent = x.round();
    let rest = x - exponent;
    let of_rest = if L::IS_SINGLE {
        polynomial_in_halves(&EXP2_SINGLE, rest)
    } else {
        polynomial_in_halves(&EXP2, rest)
    };
    of_rest * exponent.exp2_of_integer()
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
    fn ratios_of_sines_are_within_2_5e_13() {
        for cells in [2.0, 7.0, 36.0] {
            for x in evenly([1e-9, 0.5]) {
                let rest: f64 = cells * x - (cells * x).round();
                let [numerator, denominator] = sines_pi([rest, x]);
                let wanted = libm::sin(PI * rest) / libm::sin(PI * x);
                assert!(
                    (numerator / denominator - wanted).abs() <= 2.5e-13 * wanted.abs(),
                    "{cells} cells at {x}"
                );
            }
        }
    }

    #[test]
    fn adapted_coefficients_are_those_of_the_polynomial() {
        for x in evenly([0.0, 0.5]) {
            let [mut double, mut single] = [[x]; 2];
            adapted_polynomials(SIN_PI_ADAPTED, &mut double);
            adapted_polynomials_of_degree_4(SIN_PI_SINGLE_ADAPTED, &mut single);
            let double = double[0] * SIN_PI[6] / polynomial(&SIN_PI, x * x);
            let single = single[0] * SIN_PI_SINGLE[4] / polynomial(&SIN_PI_SINGLE, x * x);
            assert!((double - 1.0).abs() < 7e-14 && (single - 1.0).abs() < 1e-14, "{x}: {double} {single}");
        }
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
    fn exp2_is_within_2e_14() {
        for x in evenly([-1022.0, 1023.0]) {
            let want = libm::exp2(x);
            assert!((exp2(x) / want - 1.0).abs() < 2e-14, "{x}");
        }
        assert_eq!(exp2(0.0), 1.0);
    }

    #[test]
    fn exp_ends_where_numbers_end() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-746.0), 0.0);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert!(exp(-740.0) < 1e-300 && exp(-740.0) > 0.0);
        assert!(exp(1e6).is_finite());
    }

    /// The largest error over a range in single precision, as a part of the expected value.
    fn worst_part(
        range: [f64; 2],
        ours: impl Fn(wide::f32x4) -> wide::f32x4,
        expected: impl Fn(f64) -> f64,
    ) -> f64 {
        let part = |x: f64| {
            let x = <wide::f32x4 as Arithmetic>::splat(x);
            let want = expected(x.get(0));
            ((ours(x).get(0) - want) / want).abs()
        };
        evenly(range).map(part).fold(0.0, f64::max)
    }

    #[test]
    fn single_precision_is_within_a_few_of_its_last_places() {
        assert!(worst_part([1e-9, 0.5], sin_pi, |x| libm::sin(PI * x)) < 2e-7);
        let of_a_quarter = |x| {
            let [above, below] = sines_pi([x, wide::f32x4::splat(0.25)]);
            above / below
        };
        // Each of the two sines loses up to 7e-7.
        assert!(worst_part([1e-9, 0.5], of_a_quarter, |x| libm::sin(PI * x) / libm::sin(PI / 4.0)) < 1.5e-6);
        assert!(worst_part([0.0, 0.4], cos_pi, |x| libm::cos(PI * x)) < 4e-7);
        assert!(worst_part([-86.9, 87.9], exp, libm::exp) < 3e-7);
        assert!(worst_part([-126.0, 127.0], exp2, libm::exp2) < 2e-7);
        assert_eq!(exp(wide::f32x4::splat(-87.5)).get(0), 0.0);
    }
}
