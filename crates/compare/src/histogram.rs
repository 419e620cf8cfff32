//! Histograms of the pixels and of their relative differences.

use serde::Serialize;

use crate::quantiles::Buckets;
use crate::selection::Selection;

/// Bins a decade is cut into.
const PER_DECADE: i32 = 5;
/// Relative differences below 10 to this power share the bin in the middle.
const LEAST_DECADE: i32 = -8;
/// Relative differences from 10 to this power on are in the outermost bins.
const MOST_DECADE: i32 = 2;
/// The first bin holds all positive pixels at least this many decades below the largest.
const PIXEL_DECADES: i32 = 12;

/// Counts of positive pixels over decimal logarithms.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PixelHistogram {
    /// The lower end of each bin, and the upper end of the last, as log₁₀ of the pixel.
    pub log10_edges: Vec<f64>,
    /// Pixels of the first image; those below the first edge are in the first bin.
    pub a: Vec<u64>,
    /// Pixels of the second image.
    pub b: Vec<u64>,
    /// Pixels that are zero or negative, in the first and the second image.
    pub not_positive: [u64; 2],
}

/// Counts of signed relative differences over logarithms on both sides of zero.
///
/// The bins are the same in every report, so that reports can be compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RelativeHistogram {
    /// The borders between bins, ascending; the first and the last bin are open.
    pub edges: Vec<f64>,
    /// Pixels per bin; one more than edges.
    pub counts: Vec<u64>,
}

impl PixelHistogram {
    pub(crate) fn of(selection: &Selection<'_>) -> Self {
        let [rows, _] = selection.shape();
        let finite = |value: f64, partner: f64| if partner.is_finite() { narrow(value) } else { f32::NAN };
        let of_a = |index| selection.row(index).pairs().map(move |(_, a, b)| finite(a, b));
        let of_b = |index| selection.row(index).pairs().map(move |(_, a, b)| finite(b, a));
        Self::of_buckets(&Buckets::of_rows(rows, of_a), &Buckets::of_rows(rows, of_b))
    }

    fn of_buckets(a: &Buckets, b: &Buckets) -> Self {
        let largest =
            [a, b].iter().flat_map(|buckets| buckets.filled()).map(|(value, _)| value).fold(0.0, f32::max);
        if largest <= 0.0 {
            let zeros = |buckets: &Buckets| buckets.total();
            return Self { not_positive: [zeros(a), zeros(b)], ..Self::default() };
        }
        #[expect(clippy::cast_possible_truncation, reason = "decades of a float are below 50")]
        let top = (f64::from(largest).log10() * f64::from(PER_DECADE)).floor() as i32 + 1;
        let bottom = top - PIXEL_DECADES * PER_DECADE;
        let log10_edges: Vec<f64> =
            (bottom..=top).map(|step| f64::from(step) / f64::from(PER_DECADE)).collect();
        let mut histogram = Self { log10_edges, ..Self::default() };
        (histogram.a, histogram.not_positive[0]) = histogram.counts(a);
        (histogram.b, histogram.not_positive[1]) = histogram.counts(b);
        histogram
    }

    fn counts(&self, buckets: &Buckets) -> (Vec<u64>, u64) {
        let inner = &self.log10_edges[1..self.log10_edges.len() - 1];
        let mut counts = vec![0; inner.len() + 1];
        let mut not_positive = 0;
        for (value, count) in buckets.filled() {
            // The bucket of zero reaches a little beyond it, into numbers that are zero to any detector.
            if value > f32::MIN_POSITIVE {
                let log10 = f64::from(value).log10();
                counts[inner.partition_point(|&edge| edge <= log10)] += count;
            } else {
                not_positive += count;
            }
        }
        (counts, not_positive)
    }
}

impl RelativeHistogram {
    pub(crate) fn of(relative: &[f32]) -> Self {
        let relative = Buckets::of(relative, |relative| relative);
        let steps = LEAST_DECADE * PER_DECADE..=MOST_DECADE * PER_DECADE;
        let positive: Vec<f64> =
            steps.map(|step| 10_f64.powf(f64::from(step) / f64::from(PER_DECADE))).collect();
        let edges: Vec<f64> =
            positive.iter().rev().map(|edge| -edge).chain(positive.iter().copied()).collect();
        let mut counts = vec![0; edges.len() + 1];
        for (value, count) in relative.filled() {
            counts[edges.partition_point(|&edge| edge <= f64::from(value))] += count;
        }
        Self { edges, counts }
    }
}

/// Infinities are left out as NaN are.
#[expect(clippy::cast_possible_truncation, reason = "single precision is enough for a histogram")]
fn narrow(pixel: f64) -> f32 {
    if pixel.is_finite() { pixel as f32 } else { f32::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(values: &[f32]) -> Buckets {
        Buckets::of(values, |value| value)
    }

    #[test]
    fn every_pixel_is_in_one_bin() {
        let a = buckets(&[0.0, -1.0, 1e-30, 0.5, 100.0, 3e5]);
        let histogram = PixelHistogram::of_buckets(&a, &buckets(&[2e5; 7]));
        assert_eq!(histogram.not_positive, [2, 0]);
        assert_eq!((histogram.a.iter().sum::<u64>(), histogram.b.iter().sum::<u64>()), (4, 7));
        assert_eq!(histogram.a.len() + 1, histogram.log10_edges.len());
        assert_eq!((histogram.a[0], histogram.a.last()), (1, Some(&1)));
        assert_eq!(PixelHistogram::of_buckets(&buckets(&[0.0]), &buckets(&[-1.0])).not_positive, [1, 1]);
    }

    #[test]
    fn the_sides_of_a_relative_difference_are_kept_apart() {
        let histogram = RelativeHistogram::of(&[0.0, 1e-10, 0.02, 0.02, -0.02, 1e9, -1e9]);
        let middle = histogram.counts.len() / 2;
        assert_eq!(histogram.counts[middle], 2);
        let side = |range: std::ops::Range<usize>| histogram.counts[range].iter().sum::<u64>();
        assert_eq!((side(0..middle), side(middle + 1..histogram.counts.len())), (2, 3));
        assert_eq!((histogram.counts[0], histogram.counts.last()), (1, Some(&1)));
    }
}
