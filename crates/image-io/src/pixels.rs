//! Conversion of photons to the integers of image files, with the rounding of the C program nanoBragg.
//!
//! Rows are converted in parallel; each pixel is independent of the others. Pixels outside the region stay 0. NaN
//! becomes 0, which C leaves undefined.

use ndarray::parallel::prelude::*;
use ndarray::{Array2, ArrayView2, Axis, Zip};

use crate::Region;

/// Photons to counts of an SMV image: photons · `scale` + `adc`, clamped to 0…65535, rounded half up.
///
/// The sum with ½ is rounded to single precision before its fraction is dropped: the C program passes a `double`
/// to `floorf`.
#[must_use]
pub fn to_counts(photons: ArrayView2<'_, f32>, scale: f64, adc: f64, region: &Region) -> Array2<u16> {
    #[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is intended; the value is in range")]
    convert(photons, region, |photons| {
        #[expect(clippy::manual_clamp, reason = "of a NaN and 0 the larger one is 0")]
        let counts = (f64::from(photons) * scale + adc).max(0.0).min(65535.0);
        integer(((counts + 0.5) as f32).floor()) as u16
    })
}

/// Photons to the bytes of a PGM image: photons · `pgmscale`, clamped to 0…255, fraction dropped.
#[must_use]
pub fn to_gray(photons: ArrayView2<'_, f32>, pgmscale: f64, region: &Region) -> Array2<u8> {
    #[expect(clippy::cast_possible_truncation, reason = "a small integer")]
    convert(photons, region, |photons| {
        #[expect(clippy::manual_clamp, reason = "of a NaN and 0 the larger one is 0")]
        let level = (f64::from(photons) * pgmscale).max(0.0).min(255.0);
        integer(level.floor() as f32) as u8
    })
}

/// An integer from 0 to 2²³ − 1, from the bits of its sum with 2²³. A cast would saturate, for which processors have no
/// instruction that converts several numbers at once.
#[inline(always)]
fn integer(value: f32) -> u32 {
    const BITS: u32 = 23;
    (value + (1 << BITS) as f32).to_bits() & ((1 << BITS) - 1)
}

/// The scale of an SMV image when none is given: the largest pixel, in photons, becomes 55000 counts.
#[must_use]
pub fn auto_count_scale(max_photons: f64) -> f64 {
    if max_photons > 0.0 { 55000.0 / max_photons } else { 1.0 }
}

/// The scale of a PGM image when none is given: five times the root mean square deviation from the mean, in
/// photons, becomes 250; an image without any deviation takes the scale of the SMV image.
#[must_use]
pub fn auto_gray_scale(rmsd_photons: f64, count_scale: f64) -> f64 {
    if rmsd_photons > 0.0 { 250.0 / (5.0 * rmsd_photons) } else { count_scale }
}

fn convert<T: Copy + Default + Send + Sync>(
    photons: ArrayView2<'_, f32>,
    region: &Region,
    pixel: impl Fn(f32) -> T + Sync,
) -> Array2<T> {
    let mut converted = Array2::default(photons.dim());
    region
        .cut(converted.view_mut())
        .axis_iter_mut(Axis(0))
        .into_par_iter()
        .zip(region.cut(photons).axis_iter(Axis(0)))
        .with_min_len(16)
        .for_each(|(to, from)| Zip::from(to).and(from).for_each(|to, &from| *to = pixel(from)));
    converted
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn count(photons: f32, scale: f64, adc: f64) -> u16 {
        to_counts(array![[photons]].view(), scale, adc, &Region::whole([1, 1]))[[0, 0]]
    }

    #[test]
    fn counts_are_rounded_half_up_and_clamped() {
        for (photons, scale, adc, expected) in [
            (0.0, 1.0, 40.0, 40),
            (0.5, 1.0, 0.0, 1),
            (0.499, 1.0, 0.0, 0),
            (-50.0, 1.0, 40.0, 0),
            (1e9, 1.0, 0.0, u16::MAX),
            (f32::INFINITY, 1.0, 0.0, u16::MAX),
            (f32::NAN, 1.0, 40.0, 0),
            // 9999.4999999 + 0.5 is 9999.9999999, which in single precision is 10000.
            (1.0, 9999.4999999, 0.0, 10000),
        ] {
            assert_eq!(count(photons, scale, adc), expected, "{photons} * {scale} + {adc}");
        }
    }

    /// The conversions of the C program, one pixel at a time.
    #[test]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is expected is computed with casts, which saturate"
    )]
    fn fractions_are_dropped_as_by_a_cast() {
        let photons =
            Array2::from_shape_fn((300, 1000), |(slow, fast)| (1000 * slow + fast) as f32 * 0.000_977 - 2.0);
        let region = Region::whole([300, 1000]);
        let (counts, gray) =
            (to_counts(photons.view(), 250.0, 0.3, &region), to_gray(photons.view(), 1.1, &region));
        for ((place, photons), (counts, gray)) in photons.indexed_iter().zip(counts.iter().zip(&gray)) {
            let wide = f64::from(*photons);
            let expected = ((wide * 250.0 + 0.3).clamp(0.0, 65535.0) + 0.5) as f32;
            assert_eq!(u32::from(*counts), expected as u32, "{place:?}");
            assert_eq!(u32::from(*gray), (wide * 1.1).clamp(0.0, 255.0) as u32, "{place:?}");
        }
    }

    #[test]
    fn pixels_outside_the_region_stay_zero() {
        let photons = Array2::from_elem((3, 4), 1.0);
        let region = Region { fast: 1..=2, slow: 1..=9 };
        let expected = array![[0, 0, 0, 0], [0, 41, 41, 0], [0, 41, 41, 0]];
        assert_eq!(to_counts(photons.view(), 1.0, 40.0, &region), expected);
    }

    #[test]
    fn scales_of_an_empty_image_are_finite() {
        assert_eq!((auto_count_scale(0.0), auto_gray_scale(0.0, 7.0)), (1.0, 7.0));
    }
}
