#![doc = include_str!("../README.md")]
//!
//! Rust's formatting has no `%g`; its `{:e}` is correctly rounded, so the digits come from there and only their
//! layout is done here.
#![forbid(unsafe_code)]

use std::fmt;

/// A number that displays as C's `%.{precision}g`; see [`percent_g`].
#[derive(Clone, Copy, Debug)]
pub struct PercentG {
    value: f64,
    precision: usize,
}

/// `value` with at most `precision` significant digits (0 counts as 1), trailing zeros removed, in scientific
/// notation when its decimal exponent is below −4 or not below `precision` (C17, 7.21.6.1, conversion `g`).
///
/// Infinities and NaN are written `inf`, `-inf`, `nan`.
#[must_use]
pub fn percent_g(value: f64, precision: usize) -> PercentG {
    PercentG { value, precision: precision.max(1) }
}

impl fmt::Display for PercentG {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, precision } = *self;
        if value.is_nan() {
            return f.pad("nan");
        }
        if value.is_infinite() {
            return f.pad(if value > 0.0 { "inf" } else { "-inf" });
        }
        // The exponent is the one after rounding: 9.99e5 to two digits is 1e+06.
        let scientific = format!("{value:.*e}", precision - 1);
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let fixed_decimals = i32::try_from(precision).unwrap_or(i32::MAX) - 1 - exponent;
        let text = if exponent < -4 || fixed_decimals < 0 {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{}e{sign}{:02}", without_trailing_zeros(mantissa), exponent.unsigned_abs())
        } else {
            let decimals = usize::try_from(fixed_decimals).unwrap_or(0);
            without_trailing_zeros(&format!("{value:.decimals$}")).to_owned()
        };
        f.pad(&text)
    }
}

fn without_trailing_zeros(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

#[cfg(test)]
mod tests {
    use super::percent_g;
    use proptest::prelude::*;

    #[test]
    fn numbers_look_as_in_c() {
        // Printed by a C program with printf("%.6g") and printf("%.15g").
        for (value, precision, expected) in [
            (0.0, 6, "0"),
            (-0.0, 6, "-0"),
            (100.0, 6, "100"),
            (0.4, 6, "0.4"),
            (-19.6, 6, "-19.6"),
            (999_999.5, 6, "1e+06"),
            (999_999.4, 6, "999999"),
            (0.0001, 6, "0.0001"),
            (0.000_012_345_67, 6, "1.23457e-05"),
            (86_067.4, 6, "86067.4"),
            (1e100, 6, "1e+100"),
            (0.1, 15, "0.1"),
            (0.997_564_050_259_824_2, 15, "0.997564050259824"),
            (7.940_792_480_189_65e-30, 15, "7.94079248018965e-30"),
            (1e15, 15, "1e+15"),
            (123_456_789_012_345.0, 15, "123456789012345"),
            (2.5, 1, "2"),
            (f64::INFINITY, 6, "inf"),
            (f64::NEG_INFINITY, 6, "-inf"),
            (f64::NAN, 6, "nan"),
        ] {
            assert_eq!(percent_g(value, precision).to_string(), expected, "{value:e} to {precision} digits");
        }
    }

    proptest! {
        #[test]
        fn seventeen_digits_read_back_exactly(value in proptest::num::f64::NORMAL) {
            let read: f64 = percent_g(value, 17).to_string().parse().unwrap();
            prop_assert_eq!(read.to_bits(), value.to_bits());
        }
    }
}
