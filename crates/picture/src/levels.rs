//! Which values the two ends of a scale stand for.

use nanobragg_image_io::preview::{self, Curve, Scale};
use ndarray::ArrayView2;

use crate::Error;

/// Of the pixels above 0, so many per cent are below the end of [`Levels::Percentile`].
const PERCENTILE: f64 = 99.9;

/// How the ends of a scale follow from the pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Levels {
    /// Linear from 0 to the largest pixel.
    Linear,
    /// Logarithmic from the first percentile of the pixels above 0 to the largest pixel, over five decades at the most.
    Log,
    /// Linear from 0 to the 99.9th percentile of the pixels above 0.
    #[default]
    Percentile,
}

impl Levels {
    /// The scale of pixels, with its start and its end as given where they are.
    ///
    /// # Errors
    /// [`Error::EmptyScale`] and [`Error::NotPositive`].
    pub fn scale(
        self,
        pixels: ArrayView2<'_, f64>,
        min: Option<f64>,
        max: Option<f64>,
    ) -> Result<Scale, Error> {
        let (curve, high_percentile) = match self {
            Self::Linear => (Curve::Linear, 100.0),
            Self::Log => (Curve::Logarithmic, 100.0),
            Self::Percentile => (Curve::Linear, PERCENTILE),
        };
        let options = preview::Options { curve, high_percentile, ..preview::Options::default() };
        let found = Scale::of(pixels.iter().copied(), &options);
        let is_log = curve == Curve::Logarithmic;
        let start = if !is_log {
            0.0
        } else if found.low > 0.0 && found.low < found.high {
            found.low
        } else {
            // A decade up to the one value there is, or up to 1.
            found.high / 10.0
        };
        let low = min.unwrap_or(start);
        let high = max.unwrap_or(found.high);
        if is_log && low <= 0.0 {
            return Err(Error::NotPositive { min: low });
        }
        if low >= high {
            return Err(Error::EmptyScale { min: low, max: high });
        }
        Ok(Scale { low, high, curve })
    }
}

/// The larger of two pixels, or the one that is no number.
#[must_use]
pub fn stronger(x: f64, y: f64) -> f64 {
    if x.is_nan() || (!y.is_nan() && x >= y) { x } else { y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    /// 1 to 1000, and as many pixels that do not count.
    fn image() -> Array2<f64> {
        Array2::from_shape_fn((2, 1000), |(slow, fast)| if slow == 0 { (fast + 1) as f64 } else { -1.0 })
    }

    #[test]
    fn each_kind_has_its_ends() {
        for (levels, min, max, expected) in [
            (Levels::Linear, None, None, [0.0, 1000.0]),
            (Levels::Linear, Some(-5.0), Some(7.0), [-5.0, 7.0]),
            (Levels::Percentile, None, None, [0.0, 999.0]),
            (Levels::Log, None, None, [11.0, 1000.0]),
            (Levels::Log, Some(0.5), None, [0.5, 1000.0]),
        ] {
            let scale = levels.scale(image().view(), min, max).unwrap();
            let found = [scale.low, scale.high];
            let is_close =
                found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12);
            assert!(is_close, "{levels:?} {min:?} {max:?}: {found:?}");
        }
    }

    #[test]
    fn images_of_one_value_have_a_scale() {
        for value in [0.0, 7.0, -1.0, f64::NAN] {
            for levels in [Levels::Linear, Levels::Log, Levels::Percentile] {
                let scale = levels.scale(Array2::from_elem((3, 3), value).view(), None, None).unwrap();
                assert!(scale.low < scale.high, "{value} {levels:?}: {scale:?}");
            }
        }
    }

    #[test]
    fn impossible_ends_are_refused() {
        let refused = |levels: Levels, min, max| {
            levels.scale(image().view(), Some(min), Some(max)).unwrap_err().to_string()
        };
        assert_eq!(refused(Levels::Linear, 3.0, 2.0), "the scale ends at 2, expected more than its start, 3");
        assert_eq!(
            refused(Levels::Log, 0.0, 2.0),
            "a logarithmic scale starts at 0, expected a number above 0"
        );
    }
}
