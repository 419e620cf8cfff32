//! Numbers that say how alike two images are, pixel by pixel.
//!
//! Every sum is taken in double precision, along rows and then over the rows in their order: no number depends on
//! the number of threads. Pairs with a NaN or an infinity are counted and take no part in anything else.

use serde::Serialize;

use crate::quantiles::quantiles;
use crate::selection::{Row, Selection};

/// The quantiles of the relative difference that are reported.
const PROBABILITIES: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/// How alike the pixels of two images are; a difference is second minus first.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// Its root.
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

/// Counts of pixels that are no finite number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
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
pub struct Quantile {
    /// That fraction.
    pub probability: f64,
    /// That value.
    pub value: f64,
}

/// Relative differences of a selection, row by row; NaN where a pair does not count.
pub(crate) type Relative = Vec<f32>;

impl Metrics {
    /// `floor` is the least value a relative difference is taken against. `None` when no pixel is selected.
    pub(crate) fn of(selection: &Selection<'_>, floor: f64) -> Option<(Self, Relative)> {
        let mut first = First::default();
        for row in selection.each_row(First::of) {
            first = first.and(row);
        }
        if first.pixels == 0 {
            return None;
        }
        let finite = count(first.finite.max(1));
        let (mean_a, mean_b) = (first.sum_a / finite, first.sum_b / finite);
        let mut second = Second::default();
        let mut relative = Vec::with_capacity(selection.shape().iter().product());
        for (row, relative_row) in selection.each_row(|row| Second::of(row, mean_a, mean_b, floor)) {
            second = second.and(row);
            relative.extend_from_slice(&relative_row);
        }
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
        Some((metrics, relative))
    }
}

impl NotFinite {
    /// All of them together.
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

/// What the means need.
#[derive(Clone, Copy, Debug, Default)]
struct First {
    pixels: usize,
    finite: usize,
    bit_equal: usize,
    not_finite: NotFinite,
    sum_a: f64,
    sum_b: f64,
}

impl First {
    fn of(row: Row<'_>) -> Self {
        let mut sums = Self::default();
        for (_, a, b) in row.pairs() {
            sums.pixels += 1;
            sums.bit_equal += usize::from(a.to_bits() == b.to_bits());
            if a.is_finite() && b.is_finite() {
                sums.finite += 1;
                sums.sum_a += a;
                sums.sum_b += b;
            } else {
                sums.not_finite.nan_a += usize::from(a.is_nan());
                sums.not_finite.nan_b += usize::from(b.is_nan());
                sums.not_finite.infinite_a += usize::from(a.is_infinite());
                sums.not_finite.infinite_b += usize::from(b.is_infinite());
            }
        }
        sums
    }

    fn and(self, row: Self) -> Self {
        let (ours, theirs) = (self.not_finite, row.not_finite);
        Self {
            pixels: self.pixels + row.pixels,
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
        }
    }
}

/// What is taken about the means, and the differences.
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
    fn of(row: Row<'_>, mean_a: f64, mean_b: f64, floor: f64) -> (Self, Vec<f32>) {
        let mut sums = Self::default();
        let mut relative_row = vec![f32::NAN; row.a.len()];
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
            relative_row[column] = narrow(relative);
        }
        (sums, relative_row)
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
