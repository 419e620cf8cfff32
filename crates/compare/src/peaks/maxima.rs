//! Local maxima, a plateau being one of them.

use std::collections::HashSet;

use rayon::prelude::*;

use super::centroid::centroid;
use super::grid::Grid;
use super::{Options, Peak};
use crate::Image;
use crate::metrics::count;
use crate::quantiles::quantiles;

/// The peaks of an image, highest first.
pub(crate) fn find(image: &Image, options: &Options) -> Vec<Peak> {
    let pixels = Pixels { flat: image.flat(), shape: image.shape() };
    let quantiles = quantiles(pixels.flat, finite, &[0.5, options.percentile / 100.0]);
    let &[median, threshold] = quantiles.as_slice() else {
        return Vec::new();
    };
    // A saturated image's percentile may be its largest value, an empty one's its background.
    let high = |pixel: f64| finite(pixel) >= threshold && finite(pixel) > median;
    let [rows, columns] = pixels.shape;
    let in_row = |row: usize| {
        let is_top = |&at: &usize| high(pixels.flat[at]) && pixels.highest_around(at);
        (row * columns..(row + 1) * columns).filter(is_top).collect::<Vec<_>>()
    };
    let candidates: Vec<Vec<usize>> = (0..rows).into_par_iter().map(in_row).collect();
    let mut seen = HashSet::new();
    let mut maxima: Vec<Peak> =
        candidates.into_iter().flatten().filter_map(|at| pixels.plateau(at, &mut seen)).collect();
    // Stable, so that equal heights stay in raster order.
    maxima.sort_by(|x, y| y.height.total_cmp(&x.height));
    let kept = alone(&maxima, options.separation_px);
    kept.par_iter().map(|peak| centroid(pixels.flat, pixels.shape, peak)).collect()
}

/// Those with no higher one nearby.
fn alone(maxima: &[Peak], separation_px: f64) -> Vec<Peak> {
    let mut kept: Vec<Peak> = Vec::new();
    let mut grid = Grid::of(&[], separation_px);
    for peak in maxima {
        if grid.near(peak).all(|other| peak.distance_px(&kept[other]) > separation_px) {
            grid.insert(peak, kept.len());
            kept.push(*peak);
        }
    }
    kept
}

#[derive(Clone, Copy)]
struct Pixels<'a> {
    flat: &'a [f64],
    shape: [usize; 2],
}

impl Pixels<'_> {
    fn neighbours(self, at: usize) -> impl Iterator<Item = usize> {
        let [rows, columns] = self.shape;
        let (slow, fast) = (at / columns, at % columns);
        (slow.saturating_sub(1)..(slow + 2).min(rows))
            .flat_map(move |slow| {
                (fast.saturating_sub(1)..(fast + 2).min(columns)).map(move |fast| slow * columns + fast)
            })
            .filter(move |&neighbour| neighbour != at)
    }

    fn highest_around(self, at: usize) -> bool {
        // Written so that a NaN beside a peak does not hide it.
        !self.neighbours(at).any(|neighbour| self.flat[neighbour] > self.flat[at])
    }

    /// The plateau of a candidate, if none of its pixels was seen before and nothing higher borders on it.
    fn plateau(self, start: usize, seen: &mut HashSet<usize>) -> Option<Peak> {
        if !seen.insert(start) {
            return None;
        }
        let height = self.flat[start].to_bits();
        let (mut members, mut next, mut is_top) = (vec![start], 0, true);
        while let Some(&member) = members.get(next) {
            next += 1;
            is_top &= self.highest_around(member);
            let equal = self.neighbours(member).filter(|&n| self.flat[n].to_bits() == height);
            members.extend(equal.filter(|&neighbour| seen.insert(neighbour)).collect::<Vec<_>>());
        }
        let columns = self.shape[1];
        let mean = |of: &dyn Fn(usize) -> usize| {
            members.iter().map(|&m| count(of(m))).sum::<f64>() / count(members.len())
        };
        let (slow, fast) = (mean(&|at| at / columns), mean(&|at| at % columns));
        is_top.then_some(Peak { slow, fast, height: f64::from_bits(height) })
    }
}

/// In single precision, as the threshold is; NaN, which is above nothing, for an infinity.
#[expect(clippy::cast_possible_truncation, reason = "single precision orders pixels well enough")]
fn finite(pixel: f64) -> f32 {
    if pixel.is_finite() { pixel as f32 } else { f32::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn check(pixels: Array2<f64>, percentile: f64, expected: &[[f64; 2]]) {
        let options = Options { percentile, ..Options::default() };
        let peaks = find(&Image::new("x", pixels), &options);
        let found: Vec<_> = peaks.iter().map(|peak| [peak.slow.round(), peak.fast.round()]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_plateau_is_one_peak_whatever_its_form() {
        // A saturated ring: its middle is lower.
        let mut ring = Array2::zeros((40, 40));
        for i in 5..=15 {
            for (slow, fast) in [(5, i), (15, i), (i, 5), (i, 15)] {
                ring[[slow, fast]] = 65535.0;
            }
        }
        ring[[30, 30]] = 100.0;
        check(ring, 50.0, &[[10.0, 10.0], [30.0, 30.0]]);
    }

    #[test]
    fn a_terrace_below_a_summit_is_none() {
        let mut terrace = Array2::zeros((20, 20));
        terrace.slice_axis_mut(ndarray::Axis(0), (8..11).into()).fill(5.0);
        terrace[[9, 19]] = 6.0;
        check(terrace, 50.0, &[[9.0, 19.0]]);
    }

    #[test]
    fn a_constant_image_has_none() {
        check(Array2::from_elem((9, 9), 0.1), 99.0, &[]);
        check(Array2::from_elem((9, 9), f64::NAN), 99.0, &[]);
    }

    #[test]
    fn peaks_beside_a_higher_one_are_part_of_it() {
        let mut pixels = Array2::zeros((20, 20));
        (pixels[[5, 5]], pixels[[5, 7]], pixels[[15, 15]]) = (10.0, 1.0, 8.0);
        check(pixels, 50.0, &[[5.0, 5.0], [15.0, 15.0]]);
    }
}
