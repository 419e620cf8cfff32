//! Statistics of an image over its region, as the reference reports them.

use nanobragg_geometry::PixelIndex;
use rayon::prelude::*;

use crate::render::Image;
use crate::simulation::{Region, Simulation};

/// Sums over the pixels of a region, in photons.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// The largest value; 0 when none is positive.
    pub max: f64,
    /// Where it is first, in raster order.
    pub max_at: PixelIndex,
    /// Σ over the rendered pixels.
    pub sum: f64,
    /// Rendered pixels: in the region and not masked.
    pub count: usize,
    /// Mean over the rendered pixels.
    pub mean: f64,
    /// √(Σx²/(n − 1)).
    pub rms: f64,
    /// √(Σ(x − mean)²/(n − 1)) over the region, masked pixels counting as 0.
    pub rmsd: f64,
}

impl Statistics {
    /// Of an image of a simulation. Rows are summed in parallel and then in order, so that threads change nothing.
    #[must_use]
    pub fn of(image: &Image, sim: &Simulation) -> Self {
        let mask = sim.mask.as_deref();
        let rows = rows_of(image, &sim.region);
        let sums: Vec<Row> = rows
            .par_iter()
            .map(|&(slow, columns)| {
                let mut row = Row::default();
                for fast in columns.0..columns.1 {
                    if mask.is_none_or(|mask| mask[[slow, fast]]) {
                        row.add(PixelIndex { slow, fast }, f64::from(image[[slow, fast]]));
                    }
                }
                row
            })
            .collect();
        let total = sums.iter().fold(Row::default(), |total, row| total.and(row));
        let mean = total.sum / as_number(total.count.max(1));
        let (deviations, region_count) = rows
            .par_iter()
            .map(|&(slow, columns)| {
                let square = |fast| (f64::from(image[[slow, fast]]) - mean).powi(2);
                ((columns.0..columns.1).map(square).sum::<f64>(), columns.1 - columns.0)
            })
            .collect::<Vec<_>>()
            .into_iter()
            .fold((0.0, 0), |(sum, count), (row, columns)| (sum + row, count + columns));
        Self {
            max: total.max,
            max_at: total.max_at.unwrap_or(PixelIndex { slow: 0, fast: 0 }),
            sum: total.sum,
            count: total.count,
            mean,
            rms: (total.sum_of_squares / as_number(total.count.max(2) - 1)).sqrt(),
            rmsd: (deviations / as_number(region_count.max(2) - 1)).sqrt(),
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Row {
    sum: f64,
    sum_of_squares: f64,
    count: usize,
    max: f64,
    max_at: Option<PixelIndex>,
}

impl Row {
    fn add(&mut self, pixel: PixelIndex, value: f64) {
        self.sum += value;
        self.sum_of_squares += value * value;
        self.count += 1;
        if value > self.max {
            (self.max, self.max_at) = (value, Some(pixel));
        }
    }

    fn and(self, later: &Self) -> Self {
        let (max, max_at) =
            if later.max > self.max { (later.max, later.max_at) } else { (self.max, self.max_at) };
        Self {
            sum: self.sum + later.sum,
            sum_of_squares: self.sum_of_squares + later.sum_of_squares,
            count: self.count + later.count,
            max,
            max_at,
        }
    }
}

/// The rows of a region that are on the image, each with its first column and the one past its last.
fn rows_of(image: &Image, region: &Region) -> Vec<(usize, (usize, usize))> {
    let (rows, columns) = image.dim();
    let end = region.fast.end().saturating_add(1).min(columns);
    let columns = ((*region.fast.start()).min(end), end);
    (0..rows).filter(|slow| region.slow.contains(slow)).map(|slow| (slow, columns)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "an image has fewer than 2⁵³ pixels")]
fn as_number(count: usize) -> f64 {
    count as f64
}
