//! Where a peak is to a fraction of a pixel.

use super::Peak;
use crate::metrics::count;

/// Pixels on either side of the middle that are looked at.
const REACH: i64 = 4;
/// Width of the Gaussian window, pixels.
const SIGMA_PX: f64 = 1.5;
const MOST_STEPS: usize = 60;
const CLOSE_ENOUGH_PX: f64 = 1e-4;
/// A centroid that moves farther has found another peak.
const FARTHEST_PX: f64 = 1.5;

/// The peak at its centroid: the mean position, weighted by height above the lowest pixel nearby and by a Gaussian
/// window that is moved to the mean until it converges. A peak that does not converge nearby keeps its position.
pub(super) fn centroid(flat: &[f64], shape: [usize; 2], peak: &Peak) -> Peak {
    let mut at = *peak;
    for _ in 0..MOST_STEPS {
        let Some((slow, fast)) = weighted_mean(flat, shape, &at) else {
            return *peak;
        };
        let moved = Peak { slow, fast, ..at };
        let step = moved.distance_px(&at);
        at = moved;
        if at.distance_px(peak) > FARTHEST_PX {
            return *peak;
        }
        if step < CLOSE_ENOUGH_PX {
            break;
        }
    }
    at
}

fn weighted_mean(flat: &[f64], [rows, columns]: [usize; 2], at: &Peak) -> Option<(f64, f64)> {
    let (slow_window, fast_window) = (Span::around(at.slow, rows), Span::around(at.fast, columns));
    let pixels = || {
        slow_window.pixels().flat_map(|(slow, slow_weight)| {
            fast_window.pixels().filter_map(move |(fast, fast_weight)| {
                let pixel = flat[slow * columns + fast];
                pixel.is_finite().then_some((slow, fast, slow_weight * fast_weight, pixel))
            })
        })
    };
    let lowest = pixels().map(|(.., pixel)| pixel).fold(f64::INFINITY, f64::min);
    let (mut sum, mut slow_sum, mut fast_sum) = (0.0, 0.0, 0.0);
    for (slow, fast, window, pixel) in pixels() {
        let weight = window * (pixel - lowest);
        sum += weight;
        slow_sum += weight * count(slow);
        fast_sum += weight * count(fast);
    }
    (sum > 0.0).then(|| (slow_sum / sum, fast_sum / sum))
}

/// The pixels of one axis around a position with their weights.
struct Span {
    first: usize,
    weights: Vec<f64>,
}

impl Span {
    #[expect(clippy::cast_possible_truncation, reason = "a position is within an image")]
    fn around(position: f64, len: usize) -> Self {
        let middle = position.round() as i64;
        let first = usize::try_from(middle - REACH).unwrap_or(0);
        let end = usize::try_from(middle + REACH + 1).unwrap_or(0).min(len);
        let weight = |pixel| (-(count(pixel) - position).powi(2) / (2.0 * SIGMA_PX * SIGMA_PX)).exp();
        Self { first, weights: (first..end).map(weight).collect() }
    }

    fn pixels(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.weights.iter().enumerate().map(|(index, &weight)| (self.first + index, weight))
    }
}
