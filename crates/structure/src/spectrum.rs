//! Fourier coefficients of a density on a grid, those that are needed alone.
//!
//! Plane after plane is filled, transformed along z and y and thinned out to the indices wanted; the transform along x
//! comes last. The density as a whole is never in memory.

use std::sync::Arc;

use hkl_io::Miller;
use rayon::prelude::*;
use realfft::{RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::Error;

/// A grid and the indices up to which its coefficients are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Numbers of points along a, b and c.
    pub(crate) dims: [usize; 3],
    /// The largest h, k and l, each less than half of the number of points.
    pub(crate) limits: [usize; 3],
}

/// Σ ρ(x) exp(2πi h·x) over the points of a grid, of real ρ.
pub(crate) struct Spectrum {
    /// `[k, l, h]` with l ≥ 0, and h and k from the negative limit on.
    coefficients: Vec<Complex<f32>>,
    limits: [usize; 3],
}

/// The transforms of planes.
struct Planes {
    extent: Extent,
    along_z: Arc<dyn RealToComplex<f32>>,
    along_y: Arc<dyn Fft<f32>>,
}

/// What a thread needs to transform planes.
struct Scratch {
    plane: Vec<f32>,
    row: Vec<Complex<f32>>,
    /// `[l, y]`
    columns: Vec<Complex<f32>>,
    work: Vec<Complex<f32>>,
}

impl Extent {
    /// The grid for coefficients up to these indices whose points are at most so far apart, as shares of the edges.
    pub(crate) fn new(limits: [usize; 3], steps: [f64; 3]) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "cells so large are refused for their memory")]
        let at_least = |axis: usize| ((1.0 / steps[axis]).ceil() as usize).max(2 * limits[axis] + 2);
        Self { dims: [0, 1, 2].map(|axis| with_small_factors(at_least(axis))), limits }
    }

    pub(crate) fn points(&self) -> u128 {
        self.dims.iter().map(|n| *n as u128).product()
    }

    /// Bytes of a spectrum while it is made: planes transformed, the result, and what threads need.
    pub(crate) fn spectrum_bytes(&self) -> u128 {
        let [nx, ny, nz] = self.dims.map(|n| n as u128);
        let [nh, nk, nl] = counts(self.limits).map(|n| n as u128);
        let of_thread = 4 * ny * nz + 8 * (nl * ny.max(nx) + 4 * (nx + ny + nz));
        8 * nk * nl * (nx + nh) + rayon::current_num_threads() as u128 * of_thread
    }
}

impl Spectrum {
    /// The spectrum of a density; `fill` adds to a plane `[y, z]` of zeros, and `done` is called after each plane.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn of(
        extent: Extent,
        fill: impl Fn(usize, &mut [f32]) + Sync,
        done: impl Fn() + Sync,
    ) -> Result<Self, Error> {
        let [nx, ny, nz] = extent.dims;
        let [_, nk, nl] = counts(extent.limits);
        let planes = Planes {
            extent,
            along_z: RealFftPlanner::new().plan_fft_forward(nz),
            along_y: FftPlanner::new().plan_fft_forward(ny),
        };
        let mut transformed = zeros(nx * nk * nl)?;
        transformed.par_chunks_mut(nk * nl).enumerate().for_each_init(
            || planes.scratch(),
            |scratch, (x, into)| {
                scratch.plane.fill(0.0);
                fill(x, &mut scratch.plane);
                planes.transform(scratch, into);
                done();
            },
        );
        Ok(Self { coefficients: along_x(&transformed, extent)?, limits: extent.limits })
    }

    /// The coefficient of indices within the limits.
    pub(crate) fn at(&self, node: Miller) -> Complex<f64> {
        let is_opposite = node.l < 0;
        let node = if is_opposite { -node } else { node };
        let [nh, _, nl] = counts(self.limits);
        let place = |index: i32, limit: usize| limit.saturating_add_signed(index as isize);
        let [h, k, l] = [place(node.h, self.limits[0]), place(node.k, self.limits[1]), place(node.l, 0)];
        let Complex { re, im } = self.coefficients[(k * nl + l) * nh + h];
        let found = Complex::new(f64::from(re), f64::from(im));
        if is_opposite { found.conj() } else { found }
    }
}

impl Planes {
    fn scratch(&self) -> Scratch {
        let [_, ny, nz] = self.extent.dims;
        let [_, _, nl] = counts(self.extent.limits);
        let work = self.along_z.get_scratch_len().max(self.along_y.get_inplace_scratch_len());
        Scratch {
            plane: vec![0.0; ny * nz],
            row: self.along_z.make_output_vec(),
            columns: vec![Complex::default(); nl * ny],
            work: vec![Complex::default(); work],
        }
    }

    /// The plane in the scratch along z and y, into `[k, l]`.
    fn transform(&self, scratch: &mut Scratch, into: &mut [Complex<f32>]) {
        let [_, ny, nz] = self.extent.dims;
        let [_, _, nl] = counts(self.extent.limits);
        let Scratch { plane, row, columns, work } = scratch;
        for (y, values) in plane.chunks_exact_mut(nz).enumerate() {
            let transformed = self.along_z.process_with_scratch(values, row, work);
            debug_assert!(transformed.is_ok(), "the lengths are those of the plan");
            for (l, value) in row[..nl].iter().enumerate() {
                columns[l * ny + y] = *value;
            }
        }
        self.along_y.process_with_scratch(columns, work);
        for (l, column) in columns.chunks_exact(ny).enumerate() {
            thin(column, self.extent.limits[1], |k, value| into[k * nl + l] = value);
        }
    }
}

/// The transform along x of planes `[x, k, l]`, into `[k, l, h]`; and conjugated, as it has the other sign of the phase.
fn along_x(planes: &[Complex<f32>], extent: Extent) -> Result<Vec<Complex<f32>>, Error> {
    let nx = extent.dims[0];
    let [nh, nk, nl] = counts(extent.limits);
    let along_x = FftPlanner::new().plan_fft_forward(nx);
    let mut coefficients = zeros(nk * nl * nh)?;
    coefficients.par_chunks_mut(nl * nh).enumerate().for_each_init(
        || (vec![Complex::default(); nl * nx], vec![Complex::default(); along_x.get_inplace_scratch_len()]),
        |(columns, work), (k, into)| {
            for (x, plane) in planes.chunks_exact(nk * nl).enumerate() {
                for (l, value) in plane[k * nl..(k + 1) * nl].iter().enumerate() {
                    columns[l * nx + x] = *value;
                }
            }
            along_x.process_with_scratch(columns, work);
            for (column, into) in columns.chunks_exact(nx).zip(into.chunks_exact_mut(nh)) {
                thin(column, extent.limits[0], |h, value| into[h] = value.conj());
            }
        },
    );
    Ok(coefficients)
}

/// Numbers of h, k and l: both signs of h and k, and l from 0 on.
fn counts([h, k, l]: [usize; 3]) -> [usize; 3] {
    [2 * h + 1, 2 * k + 1, l + 1]
}

/// Visits the coefficients of a transform from the index −limit to limit.
fn thin(column: &[Complex<f32>], limit: usize, mut visit: impl FnMut(usize, Complex<f32>)) {
    let negative = &column[column.len() - limit..];
    for (place, value) in negative.iter().chain(&column[..=limit]).enumerate() {
        visit(place, *value);
    }
}

fn zeros(count: usize) -> Result<Vec<Complex<f32>>, Error> {
    let mut vector = Vec::new();
    vector
        .try_reserve_exact(count)
        .map_err(|_| Error::OutOfMemory { needed_bytes: count.saturating_mul(size_of::<Complex<f32>>()) })?;
    vector.resize(count, Complex::default());
    Ok(vector)
}

/// The next even number with no prime factor above 5, for which transforms are fast.
fn with_small_factors(at_least: usize) -> usize {
    let is_smooth = |n: &usize| {
        let rest = [2, 3, 5].into_iter().fold(*n, |mut rest, factor| {
            while rest.is_multiple_of(factor) {
                rest /= factor;
            }
            rest
        });
        n.is_multiple_of(2) && rest == 1
    };
    (at_least.max(2)..).find(is_smooth).unwrap_or(at_least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    const DIMS: [usize; 3] = [5, 7, 9];

    fn value(x: usize, y: usize, z: usize) -> f32 {
        ((x * 7 + y * 5 + z * 3 + x * y * z) % 11) as f32 - 4.0
    }

    fn spectrum(limits: [usize; 3]) -> Spectrum {
        let fill = |x: usize, plane: &mut [f32]| {
            for (place, point) in plane.iter_mut().enumerate() {
                *point += value(x, place / DIMS[2], place % DIMS[2]);
            }
        };
        Spectrum::of(Extent { dims: DIMS, limits }, fill, || ()).unwrap()
    }

    fn points() -> impl Iterator<Item = [usize; 3]> {
        (0..315).map(|i| [i / 63, i / 9 % 7, i % 9])
    }

    #[test]
    fn coefficients_are_the_sums_over_the_grid() {
        let spectrum = spectrum([2, 1, 3]);
        for (h, k, l) in [(0, 0, 0), (2, 1, 3), (-2, 1, 3), (1, -1, 2), (-1, 1, -3), (0, 0, -1), (2, -1, 0)] {
            let mut expected = Complex::new(0.0, 0.0);
            for [x, y, z] in points() {
                let turns = [(h, x, 5.0), (k, y, 7.0), (l, z, 9.0)];
                let turns: f64 = turns.iter().map(|(index, at, n)| f64::from(*index) * *at as f64 / n).sum();
                expected += Complex::from_polar(f64::from(value(x, y, z)), TAU * turns);
            }
            let found = spectrum.at(Miller::new(h, k, l));
            assert!((found - expected).norm() < 1e-4, "{h} {k} {l}: {found} {expected}");
        }
    }

    /// Parseval: N Σ ρ² is Σ |F|² over all indices, h from −2 to 2, k from −3 to 3 and l from −4 to 4.
    #[test]
    fn the_spectrum_has_the_power_of_the_density() {
        let spectrum = spectrum([2, 3, 4]);
        let power: f64 = points().map(|[x, y, z]| f64::from(value(x, y, z)).powi(2)).sum();
        let indices = (0..315).map(|i| Miller::new(i / 63 - 2, i / 9 % 7 - 3, i % 9 - 4));
        let found: f64 = indices.map(|node| spectrum.at(node).norm_sqr()).sum();
        assert!((found / (315.0 * power) - 1.0).abs() < 1e-6, "{found}");
    }

    #[test]
    fn grids_are_fine_enough_and_fast() {
        for (limits, steps, expected) in [
            ([10, 20, 30], [0.03, 0.02, 0.011], [36, 50, 96]),
            ([10, 20, 30], [0.5, 0.5, 0.5], [24, 48, 64]),
            ([0, 0, 0], [0.9, 1.1, 0.3], [2, 2, 4]),
        ] {
            assert_eq!(Extent::new(limits, steps).dims, expected);
        }
    }
}
