//! Pixel-by-pixel similarity of two images.
//!
//! Every sum is taken in double precision, along rows and then over the rows in their order: no number depends on
//! the number of threads. Pairs with a NaN or an infinity are counted and otherwise ignored.

use rayon::prelude::*;
use serde::Serialize;

use crate::quantiles::quantiles;
use crate::selection::{Row, Selection};

/// The quantiles of the relative difference that are reported.
const PROBABILITIES: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/// Pixel-by-pixel similarity of two images; a difference is second minus first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Metrics {
    /// Pixels compared.
    pub pixels: usize,
    /// NaN and infinite pixels of each image.
    pub not_finite: NotFinite,
    /// Sum of the first image.
    pub sum_a: f64,
    /// Sum of the second image.
    pub sum_b: f64,
    /// Sum of the second over sum of the first; 1 when both are 0.
    pub sum_ratio: f64,
    /// Pearson's coefficient; 1 when both images are constant, 0 when one is.
    pub correlation: f64,
    /// Mean of the squared difference.
    pub mean_square_error: f64,
    /// Root of the mean square error.
    pub rms_difference: f64,
    /// The largest absolute difference.
    pub largest_difference: Extreme,
    /// Root mean square of the relative difference.
    pub rms_relative: f64,
    /// The largest relative difference, by absolute value.
    pub largest_relative: Extreme,
    /// Quantiles of the signed relative difference.
    pub relative_quantiles: Vec<Quantile>,
    /// Fraction of pixels equal in every bit.
    pub bit_equal: f64,
}

/// Counts of NaN and infinite pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NotFinite {
    /// NaN in the first image.
    pub nan_a: usize,
    /// NaN in the second image.
    pub nan_b: usize,
    /// Infinite in the first image.
    pub infinite_a: usize,
    /// Infinite in the second image.
    pub infinite_b: usize,
}

/// The signed difference that is largest by absolute value, and where it is first in raster order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Extreme {
    /// Second minus first, relative or not.
    pub value: f64,
    /// Row, counted from 0.
    pub slow: usize,
    /// Column, counted from 0.
    pub fast: usize,
    /// The first image there.
    pub a: f64,
    /// The second image there.
    pub b: f64,
}

/// A value below which a fraction of the pixels lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Quantile {
    /// The fraction.
    pub probability: f64,
    /// The value.
    pub value: f64,
}

/// Relative differences of a selection, row by row; NaN where a pair does not count.
pub(crate) type Relative = Vec<f32>;

impl Metrics {
    /// `first` is that of the selection, which holds a pixel; `floor` is the least value a relative difference is
    /// taken against.
    pub(crate) fn of(selection: &Selection<'_>, first: &First, floor: f64) -> (Self, Relative) {
        let finite = count(first.finite.max(1));
        let means = [first.sum_a / finite, first.sum_b / finite];
        let [rows, columns] = selection.shape();
        let mut relative = vec![f32::NAN; rows * columns];
        let rows: Vec<Second> = relative
            .par_chunks_mut(columns.max(1))
            .enumerate()
            .map(|(index, relative)| Second::of(selection.row(index), means, floor, relative))
            .collect();
        let second = rows.into_iter().fold(Second::default(), Second::and);
        let values = quantiles(&relative, |relative| relative, &PROBABILITIES);
        let quantile = |(probability, value)| Quantile { probability, value: f64::from(value) };
        let mean_square_error = second.difference_squares / finite;
        let metrics = Self {
            pixels: first.pixels,
            not_finite: first.not_finite,
            sum_a: first.sum_a,
            sum_b: first.sum_b,
            sum_ratio: ratio(first.sum_b, first.sum_a),
            correlation: second.correlation(),
            mean_square_error,
            rms_difference: mean_square_error.sqrt(),
            largest_difference: second.largest_difference,
            rms_relative: (second.relative_squares / finite).sqrt(),
            largest_relative: second.largest_relative,
            relative_quantiles: PROBABILITIES.into_iter().zip(values).map(quantile).collect(),
            bit_equal: count(first.bit_equal) / count(first.pixels),
        };
        (metrics, relative)
    }
}

impl NotFinite {
    /// Sum of all counts.
    #[must_use]
    pub fn total(&self) -> usize {
        self.nan_a + self.nan_b + self.infinite_a + self.infinite_b
    }
}

impl Extreme {
    fn or(self, later: Self) -> Self {
        if later.value.abs() > self.value.abs() { later } else { self }
    }
}

/// Results of the first pass over the pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct First {
    pub(crate) pixels: usize,
    /// The largest pixel of both images, by absolute value.
    pub(crate) largest: f64,
    finite: usize,
    bit_equal: usize,
    not_finite: NotFinite,
    sum_a: f64,
    sum_b: f64,
    min_a: f64,
    max_a: f64,
}

impl First {
    pub(crate) fn of(selection: &Selection<'_>) -> Self {
        selection.each_row(Self::of_row).into_iter().fold(Self::nothing(), Self::and)
    }

    /// From the least to the largest pixel of the first image.
    pub(crate) fn range_a(&self) -> f64 {
        self.max_a - self.min_a
    }

    fn nothing() -> Self {
        Self {
            pixels: 0,
            largest: 0.0,
            finite: 0,
            bit_equal: 0,
            not_finite: NotFinite::default(),
            sum_a: 0.0,
            sum_b: 0.0,
            min_a: f64::INFINITY,
            max_a: f64::NEG_INFINITY,
        }
    }

    fn of_row(row: Row<'_>) -> Self {
        let mut first = Self::nothing();
        for (_, a, b) in row.pairs() {
            first.pixels += 1;
            first.bit_equal += usize::from(a.to_bits() == b.to_bits());
            if a.is_finite() && b.is_finite() {
                first.finite += 1;
                first.sum_a += a;
                first.sum_b += b;
                first.min_a = first.min_a.min(a);
                first.max_a = first.max_a.max(a);
                first.largest = first.largest.max(a.abs()).max(b.abs());
            } else {
                first.not_finite.nan_a += usize::from(a.is_nan());
                first.not_finite.nan_b += usize::from(b.is_nan());
                first.not_finite.infinite_a += usize::from(a.is_infinite());
                first.not_finite.infinite_b += usize::from(b.is_infinite());
            }
        }
        first
    }

    fn and(self, row: Self) -> Self {
        let (ours, theirs) = (self.not_finite, row.not_finite);
        Self {
            pixels: self.pixels + row.pixels,
            largest: self.largest.max(row.largest),
            finite: self.finite + row.finite,
            bit_equal: self.bit_equal + row.bit_equal,
            not_finite: NotFinite {
                nan_a: ours.nan_a + theirs.nan_a,
                nan_b: ours.nan_b + theirs.nan_b,
                infinite_a: ours.infinite_a + theirs.infinite_a,
                infinite_b: ours.infinite_b + theirs.infinite_b,
            },
            sum_a: self.sum_a + row.sum_a,
            sum_b: self.sum_b + row.sum_b,
            min_a: self.min_a.min(row.min_a),
            max_a: self.max_a.max(row.max_a),
        }
    }
}

/// Results of the second pass: moments about the means, and differences.
#[derive(Clone, Copy, Debug, Default)]
struct Second {
    aa: f64,
    bb: f64,
    ab: f64,
    difference_squares: f64,
    relative_squares: f64,
    largest_difference: Extreme,
    largest_relative: Extreme,
}

impl Second {
    /// Fills in the relative differences of the row.
    fn of(row: Row<'_>, [mean_a, mean_b]: [f64; 2], floor: f64, relatives: &mut [f32]) -> Self {
        let mut sums = Self::default();
        for (column, a, b) in row.finite_pairs() {
            let (da, db) = (a - mean_a, b - mean_b);
            sums.aa += da * da;
            sums.bb += db * db;
            sums.ab += da * db;
            let difference = b - a;
            let relative = relative(a, b, floor);
            sums.difference_squares += difference * difference;
            sums.relative_squares += relative * relative;
            let at = |value| Extreme { value, slow: row.slow, fast: row.first_fast + column, a, b };
            if difference.abs() > sums.largest_difference.value.abs() {
                sums.largest_difference = at(difference);
            }
            if relative.abs() > sums.largest_relative.value.abs() {
                sums.largest_relative = at(relative);
            }
            relatives[column] = narrow(relative);
        }
        sums
    }

    fn and(self, row: Self) -> Self {
        Self {
            aa: self.aa + row.aa,
            bb: self.bb + row.bb,
            ab: self.ab + row.ab,
            difference_squares: self.difference_squares + row.difference_squares,
            relative_squares: self.relative_squares + row.relative_squares,
            largest_difference: self.largest_difference.or(row.largest_difference),
            largest_relative: self.largest_relative.or(row.largest_relative),
        }
    }

    fn correlation(&self) -> f64 {
        match (self.aa > 0.0, self.bb > 0.0) {
            (true, true) => (self.ab / (self.aa.sqrt() * self.bb.sqrt())).clamp(-1.0, 1.0),
            (false, false) => 1.0,
            _ => 0.0,
        }
    }
}

/// The difference against the first value, or against the floor where that is more; 0 between two zeros.
pub(crate) fn relative(a: f64, b: f64, floor: f64) -> f64 {
    let reference = a.abs().max(floor);
    if reference > 0.0 { (b - a) / reference } else { b - a }
}

/// `over / under`, 1 when both are 0.
pub(crate) fn ratio(over: f64, under: f64) -> f64 {
    if over == 0.0 && under == 0.0 { 1.0 } else { over / under }
}

/// Numbers of pixels are far below 2⁵³.
pub(crate) fn count(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, reason = "single precision is enough for quantiles and pictures")]
fn narrow(value: f64) -> f32 {
    value as f32
}
