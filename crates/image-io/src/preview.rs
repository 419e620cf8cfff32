//! Images reduced to small gray pictures for viewing.
//!
//! Spots are a few pixels wide on a detector of thousands, so each block is reduced to its largest pixel: an average
//! would hide them. The scale is part of the result, so that pictures can be compared.

use ndarray::parallel::prelude::*;
use ndarray::{Array2, ArrayView2, Axis};

/// Values this many decades below the brightest are black on a logarithmic scale, whatever the percentile is.
const MOST_DECADES: i32 = 5;

/// How values between the two ends of a scale are mapped to brightness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Curve {
    /// Proportional to the value.
    Linear,
    /// Proportional to the square root, which makes counting noise uniform.
    SquareRoot,
    /// Proportional to the logarithm.
    #[default]
    Logarithmic,
}

/// Options for a preview.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Maximum number of picture pixels along the fast axis; at least 1.
    pub max_width: usize,
    /// Percentile of the shrunken picture's positive pixels that is black.
    pub low_percentile: f64,
    /// Percentile of the shrunken picture's positive pixels that is white.
    pub high_percentile: f64,
    /// The curve between black and white.
    pub curve: Curve,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_width: 1024, low_percentile: 1.0, high_percentile: 99.9, curve: Curve::default() }
    }
}

/// The values that black and white represent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Values up to this are black.
    pub low: f64,
    /// Values from this are white.
    pub high: f64,
    /// The curve between black and white.
    pub curve: Curve,
}

/// A picture with its scale.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Preview {
    /// Brightness, `[slow, fast]`.
    pub gray: Array2<u8>,
    /// The values of the gray levels, in the unit of the image.
    pub scale: Scale,
    /// Image pixels along the edge of the block that one picture pixel represents.
    pub block: usize,
}

impl Scale {
    /// The scale between two percentiles of those values that are finite and positive.
    ///
    /// Without any such value it is 0 to 1.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>, options: &Options) -> Self {
        let curve = options.curve;
        let mut values: Vec<f64> = values.into_iter().filter(|v| v.is_finite() && *v > 0.0).collect();
        if values.is_empty() {
            return Self { low: 0.0, high: 1.0, curve };
        }
        let high = percentile(&mut values, options.high_percentile);
        let low = percentile(&mut values, options.low_percentile);
        let low = if curve == Curve::Logarithmic { low.max(high * 0.1_f64.powi(MOST_DECADES)) } else { low };
        Self { low, high, curve }
    }

    /// The brightness of a value, from 0 (black) to 1 (white); 0 for NaN.
    #[must_use]
    pub fn brightness(&self, value: f64) -> f64 {
        let Self { low, high, curve } = *self;
        if value.is_nan() || value <= low {
            return 0.0;
        }
        if value >= high {
            return 1.0;
        }
        match curve {
            Curve::Linear => (value - low) / (high - low),
            Curve::SquareRoot => ((value - low) / (high - low)).sqrt(),
            Curve::Logarithmic => (value / low).ln() / (high / low).ln(),
        }
    }
}

impl Preview {
    /// A preview of an image in photons, or any other unit.
    #[must_use]
    pub fn of(photons: ArrayView2<'_, f32>, options: &Options) -> Self {
        let block = block_for(photons.ncols(), options.max_width);
        let small = shrink(photons, block, f32::max);
        let scale = Scale::of(small.iter().map(|&value| f64::from(value)), options);
        let gray = small.mapv(|value| as_byte(scale.brightness(f64::from(value))));
        Self { gray, scale, block }
    }
}

/// Image pixels along the edge of a block, so that a picture is at most `max_width` blocks wide.
#[must_use]
pub fn block_for(width: usize, max_width: usize) -> usize {
    width.div_ceil(max_width.max(1)).max(1)
}

/// Reduces each square block of pixels to one value by applying `stronger` to pairs in raster order.
///
/// Blocks at the far edges may be smaller.
#[must_use]
pub fn shrink<T: Copy + Send + Sync>(
    pixels: ArrayView2<'_, T>,
    block: usize,
    stronger: impl Fn(T, T) -> T + Sync,
) -> Array2<T> {
    let (slow, fast) = pixels.dim();
    let block = block.max(1);
    let Some(&any) = pixels.first() else {
        return pixels.to_owned();
    };
    let mut small = Array2::from_elem((slow.div_ceil(block), fast.div_ceil(block)), any);
    let strips = pixels.axis_chunks_iter(Axis(0), block).into_par_iter();
    small.axis_iter_mut(Axis(0)).into_par_iter().zip(strips).for_each(|(mut to, strip)| {
        for (row, from) in strip.axis_iter(Axis(0)).enumerate() {
            let from = from.as_standard_layout();
            for (to, values) in to.iter_mut().zip(from.as_slice().unwrap_or_default().chunks(block)) {
                let start = if row == 0 { values[0] } else { *to };
                *to =
                    values[usize::from(row == 0)..].iter().fold(start, |best, &value| stronger(best, value));
            }
        }
    });
    small
}

/// A brightness from 0 to 1 as a byte.
#[must_use]
pub fn as_byte(brightness: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
    let byte = (brightness * 255.0).round() as u8;
    byte
}

fn percentile(values: &mut [f64], percent: f64) -> f64 {
    let last = values.len() - 1;
    #[expect(clippy::cast_possible_truncation, reason = "an index within a slice")]
    let rank = (last as f64 * (percent / 100.0).clamp(0.0, 1.0)).round() as usize;
    *values.select_nth_unstable_by(rank.min(last), f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_block_keeps_its_largest_pixel() {
        let image = array![[0.0_f32, 9.0, 1.0], [0.0, 0.0, f32::NAN], [3.0, 0.0, 2.0]];
        assert_eq!(shrink(image.view(), 2, f32::max), array![[9.0, 1.0], [3.0, 2.0]]);
        assert_eq!(block_for(2463, 1024), 3);
        assert_eq!(block_for(100, 1024), 1);
    }

    #[test]
    fn brightness_follows_the_curve() {
        for (curve, value, expected) in [
            (Curve::Linear, 26.0, 25.0 / 99.0),
            (Curve::SquareRoot, 1.0 + 99.0 / 4.0, 0.5),
            (Curve::Logarithmic, 10.0, 0.5),
            (Curve::Logarithmic, 0.0, 0.0),
            (Curve::Linear, 1e9, 1.0),
            (Curve::Linear, f64::NAN, 0.0),
        ] {
            let scale = Scale { low: 1.0, high: 100.0, curve };
            let found = scale.brightness(value);
            assert!((found - expected).abs() < 1e-12, "{curve:?} {value}: {found}, expected {expected}");
        }
    }

    #[test]
    fn the_scale_is_stated_and_leaves_out_what_is_not_positive() {
        let image =
            Array2::from_shape_fn((10, 100), |(slow, fast)| if slow == 0 { -1.0 } else { (fast + 1) as f32 });
        let options = Options { low_percentile: 0.0, high_percentile: 100.0, ..Options::default() };
        let preview = Preview::of(image.view(), &options);
        assert_eq!((preview.scale.low, preview.scale.high, preview.block), (1.0, 100.0, 1));
        assert_eq!((preview.gray[[0, 5]], preview.gray[[1, 0]], preview.gray[[1, 99]]), (0, 0, 255));
    }

    #[test]
    fn an_image_without_light_is_black() {
        let preview = Preview::of(Array2::zeros((3, 3)).view(), &Options::default());
        assert_eq!(preview.gray, Array2::<u8>::zeros((3, 3)));
    }
}
