//! Structural similarity (Wang, Bovik, Sheikh & Simoncelli 2004, doi 10.1109/TIP.2003.819861), equation 13 with
//! C₃ = C₂/2, over square windows of equal weights.
//!
//! Sums along the columns of a window are carried from row to row within a strip, and along the row from pixel to
//! pixel, so that the size of the window does not matter for the time. Strips have a fixed height: the mean does
//! not depend on the number of threads. What running sums lose is of the order of 1e-16 · L², far below C₂.

use rayon::prelude::*;

use crate::metrics::count;
use crate::selection::Selection;

/// Edge of a window in pixels; images smaller than that take the largest odd edge that fits.
const WINDOW: usize = 7;
const STRIP_ROWS: usize = 64;
const K1: f64 = 0.01;
const K2: f64 = 0.03;

/// The mean over all windows inside the selection whose middle pixel counts; 1 when there is none.
///
/// `dynamic_range` is L of the paper. Masked pixels and pairs that are not finite are taken as 0 in both images.
pub(crate) fn mean_ssim(selection: &Selection<'_>, dynamic_range: f64) -> f64 {
    let [rows, columns] = selection.shape();
    let mut window = WINDOW.min(rows).min(columns);
    window -= usize::from(window.is_multiple_of(2));
    if window == 0 {
        return 1.0;
    }
    let window = Window { edge: window, c1: (K1 * dynamic_range).powi(2), c2: (K2 * dynamic_range).powi(2) };
    let first_rows: Vec<usize> = (0..=rows - window.edge).step_by(STRIP_ROWS).collect();
    let strips: Vec<(f64, usize)> = first_rows
        .into_par_iter()
        .map(|first| window.strip(selection, first, (first + STRIP_ROWS).min(rows - window.edge + 1)))
        .collect();
    let (sum, windows) = strips.into_iter().fold((0.0, 0), |(sum, n), (strip, m)| (sum + strip, n + m));
    if windows == 0 { 1.0 } else { sum / count(windows) }
}

/// Sums over a column or a window: a, b, a² + b², ab.
#[derive(Clone, Copy, Default)]
struct Sums([f64; 4]);

impl Sums {
    fn of(a: f64, b: f64) -> Self {
        Self([a, b, a * a + b * b, a * b])
    }

    fn add(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, value)| *sum += value);
    }

    fn subtract(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, value)| *sum -= value);
    }
}

#[derive(Clone, Copy)]
struct Window {
    edge: usize,
    c1: f64,
    c2: f64,
}

impl Window {
    /// Sum and number of the windows whose first rows are `first..end`.
    fn strip(self, selection: &Selection<'_>, first: usize, end: usize) -> (f64, usize) {
        let mut columns = vec![Sums::default(); selection.shape()[1]];
        for row in first..first + self.edge {
            each_pixel(selection, row, &mut columns, Sums::add);
        }
        let (mut sum, mut windows) = (0.0, 0);
        for row in first..end {
            if row > first {
                each_pixel(selection, row - 1, &mut columns, Sums::subtract);
                each_pixel(selection, row + self.edge - 1, &mut columns, Sums::add);
            }
            let middle = selection.row(row + self.edge / 2);
            let mut within = Sums::default();
            columns[..self.edge - 1].iter().for_each(|&column| within.add(column));
            for (start, &entering) in columns[self.edge - 1..].iter().enumerate() {
                within.add(entering);
                if middle.counts(start + self.edge / 2) {
                    sum += self.similarity(within);
                    windows += 1;
                }
                within.subtract(columns[start]);
            }
        }
        (sum, windows)
    }

    fn similarity(self, Sums([a, b, squares, product]): Sums) -> f64 {
        let n = count(self.edge * self.edge);
        let (mean_a, mean_b) = (a / n, b / n);
        let mean_squares = mean_a * mean_a + mean_b * mean_b;
        let mean_product = mean_a * mean_b;
        let variances = (squares / n - mean_squares).max(0.0);
        let covariance = product / n - mean_product;
        let over = (2.0 * mean_product + self.c1) * (2.0 * covariance + self.c2);
        let under = (mean_squares + self.c1) * (variances + self.c2);
        if under > 0.0 { over / under } else { 1.0 }
    }
}

fn each_pixel(selection: &Selection<'_>, row: usize, columns: &mut [Sums], apply: impl Fn(&mut Sums, Sums)) {
    let row = selection.row(row);
    for (column, ((sums, &a), &b)) in columns.iter_mut().zip(row.a).zip(row.b).enumerate() {
        if a.is_finite() && b.is_finite() && row.counts(column) {
            apply(sums, Sums::of(a, b));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Image;
    use ndarray::Array2;

    fn ssim(a: Array2<f64>, b: Array2<f64>, range: f64) -> f64 {
        let (a, b) = (Image::new("a", a), Image::new("b", b));
        mean_ssim(&Selection::new(&a, &b, None, None), range)
    }

    /// The definition, window by window.
    fn slow_ssim(a: &Array2<f64>, b: &Array2<f64>, range: f64) -> f64 {
        let window = Window { edge: 7, c1: (K1 * range).powi(2), c2: (K2 * range).powi(2) };
        let windows = a.windows((7, 7)).into_iter().zip(b.windows((7, 7)));
        let values: Vec<f64> = windows
            .map(|(a, b)| {
                let mut sums = Sums::default();
                a.iter().zip(b).for_each(|(&a, &b)| sums.add(Sums::of(a, b)));
                window.similarity(sums)
            })
            .collect();
        values.iter().sum::<f64>() / values.len() as f64
    }

    fn waves(phase: f64) -> Array2<f64> {
        Array2::from_shape_fn((150, 40), |(slow, fast)| {
            50.0 + 40.0 * (slow as f64 * 0.3 + fast as f64 * 0.7 + phase).sin()
        })
    }

    #[test]
    fn running_sums_give_what_the_definition_gives() {
        let (a, b) = (waves(0.0), waves(0.4));
        let expected = slow_ssim(&a, &b, 80.0);
        assert!((ssim(a, b, 80.0) - expected).abs() < 1e-12);
    }

    #[test]
    fn closed_forms() {
        let a = waves(0.0);
        assert!((ssim(a.clone(), a.clone(), 80.0) - 1.0).abs() < 1e-12);
        // Two constant images: only the term of the means is left.
        let (x, y, c1) = (10.0, 20.0, (K1 * 100.0_f64).powi(2));
        let expected = (2.0 * x * y + c1) / (x * x + y * y + c1);
        let found = ssim(Array2::from_elem((9, 9), x), Array2::from_elem((9, 9), y), 100.0);
        assert!((found - expected).abs() < 1e-12, "{found}, expected {expected}");
        // Smaller than a window.
        assert!((ssim(Array2::ones((2, 3)), Array2::ones((2, 3)), 1.0) - 1.0).abs() < 1e-12);
    }
}
