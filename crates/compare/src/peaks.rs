//! Peaks of two images: where they are, and how far each has moved.
//!
//! A peak is a pixel, or a plateau of equal pixels, at or above a percentile of the image, with no larger neighbour and
//! no higher peak nearby. Its position is a centroid under a Gaussian window that follows it, which is exact
//! for any peak that is symmetric: half a pixel's shift of an image shows as half a pixel.

mod centroid;
mod grid;
mod maxima;

use serde::Serialize;

use crate::metrics::{count, ratio};
use crate::selection::Selection;
use grid::Grid;

pub(crate) use maxima::find;

/// How peaks are found and matched.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Options {
    /// A peak reaches this percentile of its own image's pixels, and is above their median.
    pub percentile: f64,
    /// A peak within this distance of a higher one is dropped, pixels.
    pub separation_px: f64,
    /// Maximum distance of matched peaks, pixels.
    pub reach_px: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { percentile: 99.9, separation_px: 3.0, reach_px: 3.0 }
    }
}

/// A peak of one image.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Peak {
    /// Pixels along the slow axis; the middle of the first pixel is 0.
    pub slow: f64,
    /// Pixels along the fast axis.
    pub fast: f64,
    /// The highest pixel.
    pub height: f64,
}

/// The peaks of two images and those matched one to one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Matches {
    /// Peaks of the first image.
    pub peaks_a: usize,
    /// Peaks of the second image.
    pub peaks_b: usize,
    /// Matched pairs.
    pub matched: usize,
    /// Fraction of all peaks that are matched; 1 when there are no peaks.
    pub matched_fraction: f64,
    /// Mean distance within a pair, pixels.
    pub mean_displacement_px: f64,
    /// Mean shift from the first to the second image, pixels along slow and fast.
    pub mean_shift_px: [f64; 2],
    /// The pair farthest apart.
    pub farthest: Option<Displaced>,
}

/// A pair of peaks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Displaced {
    /// The peak of the first image.
    pub a: Peak,
    /// The matched peak of the second image.
    pub b: Peak,
    /// How far apart they are, pixels.
    pub displacement_px: f64,
}

impl Matches {
    /// Matches the closest pairs first; no peak is in two pairs.
    pub(crate) fn between(a: &[Peak], b: &[Peak], selection: &Selection<'_>, options: &Options) -> Self {
        let inside = |peaks: &[Peak]| -> Vec<Peak> {
            peaks
                .iter()
                .copied()
                .filter(|peak| selection.contains(peak.slow_pixel(), peak.fast_pixel()))
                .collect()
        };
        let (a, b) = (inside(a), inside(b));
        let pairs = pairs(&a, &b, options.reach_px);
        let matched = count(pairs.len().max(1));
        let mean = |of: &dyn Fn(&Displaced) -> f64| {
            pairs.iter().map(of).fold(0.0, |sum, value| sum + value) / matched
        };
        Self {
            peaks_a: a.len(),
            peaks_b: b.len(),
            matched: pairs.len(),
            matched_fraction: ratio(count(2 * pairs.len()), count(a.len() + b.len())),
            mean_displacement_px: mean(&|pair| pair.displacement_px),
            mean_shift_px: [mean(&|pair| pair.b.slow - pair.a.slow), mean(&|pair| pair.b.fast - pair.a.fast)],
            farthest: pairs.into_iter().max_by(|x, y| x.displacement_px.total_cmp(&y.displacement_px)),
        }
    }
}

impl Peak {
    pub(crate) fn distance_px(&self, other: &Self) -> f64 {
        (self.slow - other.slow).hypot(self.fast - other.fast)
    }

    fn slow_pixel(&self) -> usize {
        nearest_pixel(self.slow)
    }

    fn fast_pixel(&self) -> usize {
        nearest_pixel(self.fast)
    }
}

fn pairs(a: &[Peak], b: &[Peak], reach_px: f64) -> Vec<Displaced> {
    let grid = Grid::of(b, reach_px);
    let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
    for (i, peak) in a.iter().enumerate() {
        for j in grid.near(peak) {
            let distance = peak.distance_px(&b[j]);
            if distance <= reach_px {
                candidates.push((distance, i, j));
            }
        }
    }
    candidates.sort_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let (mut taken_a, mut taken_b) = (vec![false; a.len()], vec![false; b.len()]);
    let mut pairs = Vec::new();
    for (displacement_px, i, j) in candidates {
        if !taken_a[i] && !taken_b[j] {
            (taken_a[i], taken_b[j]) = (true, true);
            pairs.push(Displaced { a: a[i], b: b[j], displacement_px });
        }
    }
    pairs
}

#[expect(clippy::cast_possible_truncation, reason = "positions are within the image; the cast saturates")]
fn nearest_pixel(position: f64) -> usize {
    position.round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Image;
    use ndarray::Array2;

    /// Gaussian spots of width `sigma` at 12-pixel intervals, moved by a shift.
    fn spots(sigma: f64, shift: [f64; 2]) -> Image {
        let offset = |i: usize, shift: f64| (i as f64 - shift + 6.0).rem_euclid(12.0) - 6.0;
        Image::new(
            "spots",
            Array2::from_shape_fn((64, 80), |(slow, fast)| {
                let (s, f) = (offset(slow, 6.3 + shift[0]), offset(fast, 5.8 + shift[1]));
                10.0 + 1000.0 * (-(s * s + f * f) / (2.0 * sigma * sigma)).exp()
            }),
        )
    }

    #[test]
    fn a_shift_shows_as_the_displacement() {
        for sigma in [0.8, 1.0, 1.5, 2.0] {
            for shift in [[0.0, 0.0], [0.0, 0.5], [0.5, 0.0], [-0.3, 0.4], [1.2, -0.7]] {
                let (a, b) = (spots(sigma, [0.0; 2]), spots(sigma, shift));
                let options = Options { percentile: 99.0, ..Options::default() };
                let selection = Selection::new(&a, &b, None, None);
                let found = Matches::between(&find(&a, &options), &find(&b, &options), &selection, &options);
                assert!(found.matched >= 20, "sigma {sigma}: {found:?}");
                for (found, expected) in found.mean_shift_px.iter().zip(shift) {
                    assert!(
                        (found - expected).abs() < 0.05,
                        "sigma {sigma}, {shift:?}: {found} for {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_peak_is_matched_twice() {
        let peak = |fast| Peak { slow: 0.0, fast, height: 1.0 };
        let found = pairs(&[peak(0.0), peak(1.0)], &[peak(0.9)], 3.0);
        assert_eq!(found.iter().map(|pair| pair.a).collect::<Vec<_>>(), [peak(1.0)]);
    }
}
