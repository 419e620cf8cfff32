//! The mean of each image over rings around a point.

use rayon::prelude::*;
use serde::Serialize;

use crate::metrics::count;
use crate::selection::Selection;

const MOST_RINGS: usize = 300;
const STRIP_ROWS: usize = 64;

/// Mean pixel of both images by distance from a centre.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RadialProfile {
    /// The centre, `[slow, fast]` in pixels.
    pub center_px: [f64; 2],
    /// Width of a ring, pixels.
    pub ring_px: f64,
    /// Rings that hold pixels, from the inside out.
    pub rings: Vec<Ring>,
}

/// The pixels of one ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Ring {
    /// Middle of the ring, pixels from the centre.
    pub radius_px: f64,
    /// How many pixels it holds.
    pub pixels: usize,
    /// Mean of the first image.
    pub mean_a: f64,
    /// Mean of the second image.
    pub mean_b: f64,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    pixels: usize,
    a: f64,
    b: f64,
}

impl RadialProfile {
    pub(crate) fn of(selection: &Selection<'_>, shape: [usize; 2], center_px: Option<[f64; 2]>) -> Self {
        let last = |side: usize| count(side.saturating_sub(1));
        let center_px = center_px.unwrap_or([last(shape[0]) / 2.0, last(shape[1]) / 2.0]);
        let reach = |axis: usize| center_px[axis].abs().max((last(shape[axis]) - center_px[axis]).abs());
        let ring_px = (reach(0).hypot(reach(1)) / count(MOST_RINGS)).ceil().max(1.0);
        let rows: Vec<usize> = (0..selection.shape()[0]).collect();
        let strips: Vec<Vec<Sums>> =
            rows.par_chunks(STRIP_ROWS).map(|rows| strip(selection, rows, center_px, ring_px)).collect();
        let mut total = vec![Sums::default(); MOST_RINGS + 1];
        for (total, sums) in strips.iter().flat_map(|strip| total_with(&mut total, strip)) {
            *total = Sums { pixels: total.pixels + sums.pixels, a: total.a + sums.a, b: total.b + sums.b };
        }
        let ring = |(index, sums): (usize, Sums)| Ring {
            radius_px: (count(index) + 0.5) * ring_px,
            pixels: sums.pixels,
            mean_a: sums.a / count(sums.pixels),
            mean_b: sums.b / count(sums.pixels),
        };
        let rings = total.into_iter().enumerate().filter(|(_, sums)| sums.pixels > 0).map(ring).collect();
        Self { center_px, ring_px, rings }
    }
}
