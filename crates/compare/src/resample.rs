//! Images resampled to another number of pixels.
//!
//! Pixels hold photons, so each pixel of the result is the sum of the source pixels it covers, weighted by the covered
//! part: the sum of the image is preserved. The covered parts are products of one factor per axis.

use std::borrow::Cow;

use ndarray::Array2;
use rayon::prelude::*;

use crate::metrics::count;
use crate::{Error, Image};

/// The image resampled to a shape `[slow, fast]` over the same area.
#[must_use]
pub fn resample(image: &Image, shape: [usize; 2]) -> Image {
    let source = image.pixels();
    let slow_covers = covers(image.shape()[0], shape[0]);
    let fast_covers = covers(image.shape()[1], shape[1]);
    let rows: Vec<f64> = slow_covers
        .par_iter()
        .flat_map_iter(|slow_cover| {
            let mut row = vec![0.0; image.shape()[1]];
            for &(slow, part) in slow_cover {
                row.iter_mut().zip(source.row(slow)).for_each(|(sum, pixel)| *sum += part * pixel);
            }
            fast_covers
                .iter()
                .map(move |fast_cover| fast_cover.iter().map(|&(fast, part)| part * row[fast]).sum::<f64>())
        })
        .collect();
    let resampled = Array2::from_shape_fn(shape, |(slow, fast)| rows[slow * shape[1] + fast]);
    Image::new(image.name(), resampled)
}

/// The second image in the shape of the first: resampled, if it has another shape and `resampling` allows it.
pub(crate) fn in_shape_of<'b>(a: &Image, b: &'b Image, resampling: bool) -> Result<Cow<'b, Image>, Error> {
    if a.shape() == b.shape() {
        return Ok(Cow::Borrowed(b));
    }
    if resampling && b.shape().iter().all(|&side| side > 0) {
        return Ok(Cow::Owned(resample(b, a.shape())));
    }
    Err(shapes_differ(a, b.name(), b.shape()))
}

/// The error for something that does not have the shape of the first image.
pub(crate) fn shapes_differ(a: &Image, b: &str, b_shape: [usize; 2]) -> Error {
    Error::ShapesDiffer { a: a.name().to_owned(), a_shape: a.shape(), b: b.to_owned(), b_shape }
}

/// For every pixel of the new axis the old pixels under it, each with the part of it that is covered.
fn covers(old: usize, new: usize) -> Vec<Vec<(usize, f64)>> {
    // In units of 1/(old·new) of the axis all borders are whole numbers, and equal axes copy exactly.
    let cover = |index: usize| {
        let (start, end) = (index * old, (index + 1) * old);
        (start / new..end.div_ceil(new))
            .map(|pixel| {
                let overlap = end.min((pixel + 1) * new) - start.max(pixel * new);
                (pixel, count(overlap) / count(new))
            })
            .collect()
    };
    (0..new).map(cover).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    #[test]
    fn pixels_are_split_and_joined_by_area() {
        let image = Image::new("x", array![[4.0, 8.0], [0.0, 12.0]]);
        assert_eq!(resample(&image, [1, 1]).pixels(), array![[24.0]]);
        assert_eq!(resample(&image, [2, 4]).pixels(), array![[2.0, 2.0, 4.0, 4.0], [0.0, 0.0, 6.0, 6.0]]);
        assert_eq!(resample(&image, [2, 2]).pixels(), image.pixels());
    }

    proptest! {
        #[test]
        fn the_sum_is_preserved(shape in (1_usize..20, 1_usize..20), new in (1_usize..20, 1_usize..20)) {
            let pixels = Array2::from_shape_fn(shape, |(slow, fast)| (slow * 7 + fast * 3) as f64);
            let sum = pixels.sum();
            let resampled = resample(&Image::new("x", pixels), new.into());
            prop_assert_eq!(resampled.shape(), <[usize; 2]>::from(new));
            prop_assert!((resampled.pixels().sum() - sum).abs() <= 1e-12 * sum);
        }
    }
}
