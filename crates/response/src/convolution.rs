//! Convolution of a panel with a symmetric point spread, by Fourier transform.
//!
//! Rows and columns are padded with zeros by the reach of the spread, so that nothing wraps around and what falls off
//! the panel is lost. Only the columns of the rows' spectra that exist are stored; a column is padded when it is
//! transformed. Values are `f64`: in `f32` a spot of 10⁹ photons would leave a hundred everywhere.

use std::sync::Arc;

use bytemuck::allocation::cast_vec;
use ndarray::parallel::prelude::*;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};
use num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};

/// Columns that are transformed together: two lines of the cache of a row.
const TILE: usize = 8;

/// A convolution that is ready for images of one shape.
pub(crate) struct Convolution {
    /// Pixels of the image, `[slow, fast]`.
    shape: [usize; 2],
    /// The same with zeros, even.
    padded: [usize; 2],
    forth: Arc<dyn RealToComplex<f64>>,
    back: Arc<dyn ComplexToReal<f64>>,
    down: Arc<dyn Fft<f64>>,
    up: Arc<dyn Fft<f64>>,
    /// The transform of the spread over the number of padded pixels, `[fast, slow]`, half of each axis: it is real and even.
    transfer: Array2<f64>,
}

/// Room for the transform of a row.
pub(crate) struct Scratch {
    row: Vec<f64>,
    work: Vec<Complex<f64>>,
}

impl Convolution {
    /// For images of a shape, with the shares of one quadrant (up to a distance `[slow, fast]` below the shape).
    pub(crate) fn new(shape: [usize; 2], shares: ArrayView2<'_, f64>) -> Self {
        let padded = [0, 1].map(|axis| good_length(shape[axis] + shares.len_of(Axis(axis)) - 1));
        let mut real = RealFftPlanner::new();
        let mut complex = FftPlanner::new();
        let along_slow = real.plan_fft_forward(padded[0]);
        let forth = real.plan_fft_forward(padded[1]);
        let rows = cosine_transforms(forth.as_ref(), shares);
        let mut transfer = cosine_transforms(along_slow.as_ref(), rows.t());
        let pixels = padded[0] as f64 * padded[1] as f64;
        transfer.par_mapv_inplace(|value| value / pixels);
        Self {
            shape,
            padded,
            forth,
            back: real.plan_fft_inverse(padded[1]),
            down: complex.plan_fft_forward(padded[0]),
            up: complex.plan_fft_inverse(padded[0]),
            transfer,
        }
    }

    /// The memory in bytes that [`Convolution::new`] takes at most, with the shares and as much again to compute them, what
    /// it keeps, and what an image takes; without the room of threads for a few rows or columns.
    pub(crate) fn bytes(shape: [usize; 2], reach: [usize; 2]) -> [u128; 3] {
        let [slow, fast] = [0, 1].map(|axis| good_length(shape[axis] + reach[axis]) / 2 + 1);
        let area = |slow: usize, fast: usize| slow as u128 * fast as u128;
        let shares = area(reach[0] + 1, reach[1] + 1);
        let [rows, transfer] = [area(reach[0] + 1, fast), area(slow, fast)];
        [8 * (2 * shares).max(shares + rows + transfer), 8 * transfer, 16 * area(shape[0], fast)]
    }

    pub(crate) fn scratch(&self) -> Scratch {
        let work = self.forth.get_scratch_len().max(self.back.get_scratch_len());
        Scratch { row: vec![0.0; self.padded[1]], work: vec![Complex::default(); work] }
    }

    /// The spectra of the rows of the convolution of an image, whose rows `fill` writes (it finds zeros).
    pub(crate) fn spectra(&self, fill: impl Fn(usize, &mut [f64]) + Sync) -> Array2<Complex<f64>> {
        let mut spectra = zeros([self.shape[0], self.padded[1] / 2 + 1]);
        spectra.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each_init(
            || self.scratch(),
            |Scratch { row, work }, (slow, mut spectrum)| {
                row.fill(0.0);
                fill(slow, &mut row[..self.shape[1]]);
                if let Some(spectrum) = spectrum.as_slice_mut() {
                    let transformed = self.forth.process_with_scratch(row, spectrum, work);
                    debug_assert!(transformed.is_ok(), "the lengths are those of the plan");
                }
            },
        );
        let tiles = spectra.axis_chunks_iter_mut(Axis(1), TILE).into_par_iter();
        tiles.zip(self.transfer.axis_chunks_iter(Axis(0), TILE)).for_each_init(
            || vec![Complex::default(); TILE * self.padded[0] + self.column_scratch()],
            |room, (columns, transfer)| self.filter(columns, transfer, room),
        );
        spectra
    }

    /// A row of the convolution from its spectrum, which is used up.
    pub(crate) fn row<'a>(&self, spectrum: &mut [Complex<f64>], scratch: &'a mut Scratch) -> &'a [f64] {
        // They are rounding errors, which the transform to real numbers refuses.
        spectrum[0].im = 0.0;
        spectrum[self.padded[1] / 2].im = 0.0;
        let Scratch { row, work } = scratch;
        let transformed = self.back.process_with_scratch(spectrum, row, work);
        debug_assert!(transformed.is_ok(), "the lengths are those of the plan");
        &row[..self.shape[1]]
    }

    fn column_scratch(&self) -> usize {
        self.down.get_inplace_scratch_len().max(self.up.get_inplace_scratch_len())
    }

    /// A few columns of the spectra, transformed, multiplied and transformed back.
    fn filter(
        &self,
        mut columns: ArrayViewMut2<'_, Complex<f64>>,
        transfer: ArrayView2<'_, f64>,
        room: &mut [Complex<f64>],
    ) {
        let length = self.padded[0];
        let (tile, work) = room.split_at_mut(TILE * length);
        let tile = &mut tile[..columns.ncols() * length];
        for (slow, row) in columns.rows().into_iter().enumerate() {
            for (column, value) in row.iter().enumerate() {
                tile[column * length + slow] = *value;
            }
        }
        for column in tile.chunks_exact_mut(length) {
            column[self.shape[0]..].fill(Complex::default());
        }
        self.down.process_with_scratch(tile, work);
        for (column, factors) in tile.chunks_exact_mut(length).zip(transfer.rows()) {
            let half = length / 2;
            for (value, factor) in column[..=half].iter_mut().zip(&factors) {
                *value *= *factor;
            }
            for (value, factor) in column[half + 1..].iter_mut().rev().zip(factors.iter().skip(1)) {
                *value *= *factor;
            }
        }
        self.up.process_with_scratch(tile, work);
        for (slow, mut row) in columns.rows_mut().into_iter().enumerate() {
            for (column, value) in row.iter_mut().enumerate() {
                *value = tile[column * length + slow];
            }
        }
    }
}

/// The transforms of even sequences, one per row, each given by its first half from 0 on: real, and half of each.
fn cosine_transforms(forth: &dyn RealToComplex<f64>, halves: ArrayView2<'_, f64>) -> Array2<f64> {
    let length = forth.len();
    let mut transforms = Array2::zeros([halves.nrows(), length / 2 + 1]);
    let tiles = transforms.axis_chunks_iter_mut(Axis(0), TILE).into_par_iter();
    tiles.zip(halves.axis_chunks_iter(Axis(0), TILE)).for_each_init(
        || (vec![0.0; TILE * length], forth.make_output_vec(), forth.make_scratch_vec()),
        |(tile, spectrum, work), (mut transforms, halves)| {
            tile.fill(0.0);
            for (index, values) in halves.columns().into_iter().enumerate() {
                for (sequence, value) in tile.chunks_exact_mut(length).zip(values) {
                    sequence[index] = *value;
                    sequence[(length - index) % length] = *value;
                }
            }
            for (sequence, mut transform) in tile.chunks_exact_mut(length).zip(transforms.rows_mut()) {
                let transformed = forth.process_with_scratch(sequence, spectrum, work);
                debug_assert!(transformed.is_ok(), "the lengths are those of the plan");
                transform.iter_mut().zip(spectrum.iter()).for_each(|(real, value)| *real = value.re);
            }
        },
    );
    transforms
}

/// Zeros that take their memory where, and by the thread that, writes to them first.
fn zeros(shape: [usize; 2]) -> Array2<Complex<f64>> {
    let numbers = vec![0.0; 2 * shape[0] * shape[1]];
    Array2::from_shape_vec(shape, cast_vec::<f64, Complex<f64>>(numbers)).unwrap_or_default()
}

/// The next even number with no prime factor above 11: lengths that `rustfft` has kernels for.
fn good_length(least: usize) -> usize {
    let is_good = |length: &usize| {
        let mut rest = *length;
        for prime in [2, 3, 5, 7, 11] {
            while rest.is_multiple_of(prime) {
                rest /= prime;
            }
        }
        rest == 1
    };
    (least.next_multiple_of(2)..).step_by(2).find(is_good).unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_small_prime_factors() {
        for (least, expected) in [(1, 2), (2, 2), (13, 14), (4925, 4928), (5053, 5082), (99_999, 100_000)] {
            assert_eq!(good_length(least), expected, "{least}");
        }
    }
}
