//! Numbers of reports.

/// Seven digits, in scientific notation where that is shorter to read.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-3..1e7).contains(&size) {
        #[expect(clippy::cast_possible_truncation, reason = "the decimal exponent of a float")]
        let digits_before = if size < 1.0 { 1 } else { size.log10().floor() as usize + 1 };
        let text = format!("{value:.*}", 8_usize.saturating_sub(digits_before));
        return if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        };
    }
    format!("{value:.4e}")
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (0.0, "0"),
            (1.0, "1"),
            (1.02, "1.02"),
            (0.9995, "0.9995"),
            (-12345.678, "-12345.678"),
            (6_224_001.0, "6224001"),
            (1e9, "1.0000e9"),
            (-2.5e-7, "-2.5000e-7"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(number(value), expected);
        }
    }
}
