//! Peaks by the square they are in, to find those nearby.

use std::collections::HashMap;

use super::Peak;

/// Squares of the reach's size, each with the indices of its peaks.
pub(super) struct Grid {
    reach_px: f64,
    squares: HashMap<(i64, i64), Vec<usize>>,
}

impl Grid {
    pub(super) fn of(peaks: &[Peak], reach_px: f64) -> Self {
        let mut grid = Self { reach_px: reach_px.max(1.0), squares: HashMap::new() };
        for (index, peak) in peaks.iter().enumerate() {
            grid.insert(peak, index);
        }
        grid
    }

    pub(super) fn insert(&mut self, peak: &Peak, index: usize) {
        self.squares.entry(self.square(peak)).or_default().push(index);
    }

    /// The peaks of the nine squares around; all within reach are among them.
    pub(super) fn near(&self, peak: &Peak) -> impl Iterator<Item = usize> + '_ {
        let (slow, fast) = self.square(peak);
        (slow - 1..=slow + 1)
            .flat_map(move |slow| (fast - 1..=fast + 1).map(move |fast| (slow, fast)))
            .flat_map(|square| self.squares.get(&square).into_iter().flatten().copied())
    }

    #[expect(clippy::cast_possible_truncation, reason = "a position is within an image")]
    fn square(&self, peak: &Peak) -> (i64, i64) {
        ((peak.slow / self.reach_px).floor() as i64, (peak.fast / self.reach_px).floor() as i64)
    }
}
