//! The mean of each image over rings around a point.

use rayon::prelude::*;
use serde::Serialize;

use crate::metrics::count;
use crate::selection::Selection;

const MOST_RINGS: usize = 300;
const STRIP_ROWS: usize = 64;

/// Mean pixel of both images by distance from a centre.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RadialProfile {
    /// The centre, `[slow, fast]` in pixels.
    pub center_px: [f64; 2],
    /// Width of a ring, pixels.
    pub ring_px: f64,
    /// Rings with at least one pixel, from the inside out.
    pub rings: Vec<Ring>,
}

/// The pixels of one ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Ring {
    /// Middle of the ring, pixels from the centre.
    pub radius_px: f64,
    /// Number of pixels in the ring.
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
        for strip in &strips {
            for (total, sums) in total.iter_mut().zip(strip) {
                *total =
                    Sums { pixels: total.pixels + sums.pixels, a: total.a + sums.a, b: total.b + sums.b };
            }
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

fn strip(selection: &Selection<'_>, rows: &[usize], center_px: [f64; 2], ring_px: f64) -> Vec<Sums> {
    let mut rings = vec![Sums::default(); MOST_RINGS + 1];
    for &row in rows {
        let row = selection.row(row);
        let slow = (count(row.slow) - center_px[0]).powi(2);
        for (column, a, b) in row.finite_pairs() {
            let fast = count(row.first_fast + column) - center_px[1];
            #[expect(clippy::cast_possible_truncation, reason = "the fraction is to be dropped")]
            let ring = ((slow + fast * fast).sqrt() / ring_px) as usize;
            let sums = &mut rings[ring.min(MOST_RINGS)];
            sums.pixels += 1;
            sums.a += a;
            sums.b += b;
        }
    }
    rings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Image;
    use ndarray::Array2;

    #[test]
    fn an_image_of_its_radius_gives_the_radius() {
        let radius = |center: [f64; 2]| {
            Array2::from_shape_fn((101, 151), |(slow, fast)| {
                (slow as f64 - center[0]).hypot(fast as f64 - center[1])
            })
        };
        for (center, given) in [([50.0, 75.0], None), ([10.5, 140.0], Some([10.5, 140.0]))] {
            let a = Image::new("a", radius(center));
            let b = Image::new("b", 2.0 * &a.pixels());
            let profile = RadialProfile::of(&Selection::new(&a, &b, None, None), a.shape(), given);
            assert_eq!(profile.rings.iter().map(|ring| ring.pixels).sum::<usize>(), 101 * 151);
            for ring in &profile.rings {
                assert!((ring.mean_a - ring.radius_px).abs() <= 0.5 * profile.ring_px, "{ring:?}");
                assert!((ring.mean_b - 2.0 * ring.mean_a).abs() < 1e-9, "{ring:?}");
            }
        }
    }
}
