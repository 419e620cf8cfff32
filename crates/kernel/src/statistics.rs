//! Statistics over the regions of the panels, as the C program reports them of one image.

use nanobragg_geometry::PixelIndex;
use ndarray::Array2;
use rayon::prelude::*;

use crate::detector_panel::{DetectorPanel, Region};
use crate::render::{Image, RenderedPanel, Rendering};
use crate::simulation::Simulation;

/// Sums over the pixels of a panel's region or of those of all panels, in photons.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Statistics {
    /// The largest value; 0 when none is positive.
    pub max: f64,
    /// The first panel that has it.
    pub max_panel: usize,
    /// Where it is first on that panel, in raster order.
    pub max_at: PixelIndex,
    /// Σ over the rendered pixels.
    pub sum: f64,
    /// Rendered pixels: in the region and not masked.
    pub count: usize,
    /// Mean over the rendered pixels.
    pub mean: f64,
    /// √(Σx²/(n − 1)).
    pub rms: f64,
    /// √(Σ(x − mean)²/(n − 1)) over the regions, masked pixels counting as 0.
    pub rmsd: f64,
}

impl Statistics {
    /// Of all panels of a rendering of a simulation.
    #[must_use]
    pub fn of(rendering: &Rendering, sim: &Simulation) -> Self {
        Self::over(rendering.panels.iter().zip(&sim.panels).enumerate())
    }

    /// Of one panel of a rendering of a simulation.
    ///
    /// # Panics
    /// When there is no such panel.
    #[must_use]
    pub fn of_panel(rendering: &Rendering, sim: &Simulation, panel: usize) -> Self {
        Self::over([(panel, (&rendering.panels[panel], &sim.panels[panel]))].into_iter())
    }

    /// Rows are summed in parallel and then in order, so that threads change nothing.
    fn over<'a>(panels: impl Iterator<Item = (usize, (&'a RenderedPanel, &'a DetectorPanel))>) -> Self {
        let rows: Vec<RegionRow<'a>> =
            panels.flat_map(|(index, (rendered, panel))| rows_of(index, &rendered.image, panel)).collect();
        let sums: Vec<Row> = rows
            .par_iter()
            .map(|region_row| {
                let &RegionRow { panel, image, mask, slow, columns } = region_row;
                let mut row = Row::default();
                for fast in columns.0..columns.1 {
                    if mask.is_none_or(|mask| mask[[slow, fast]]) {
                        row.add(panel, PixelIndex { slow, fast }, f64::from(image[[slow, fast]]));
                    }
                }
                row
            })
            .collect();
        let total = sums.iter().fold(Row::default(), |total, row| total.and(row));
        let mean = total.sum / as_number(total.count.max(1));
        let (deviations, region_count) = rows
            .par_iter()
            .map(|&RegionRow { image, slow, columns, .. }| {
                let square = |fast| (f64::from(image[[slow, fast]]) - mean).powi(2);
                ((columns.0..columns.1).map(square).sum::<f64>(), columns.1 - columns.0)
            })
            .collect::<Vec<_>>()
            .into_iter()
            .fold((0.0, 0), |(sum, count), (row, columns)| (sum + row, count + columns));
        let (max_panel, max_at) = total.max_at.unwrap_or_default();
        Self {
            max: total.max,
            max_panel,
            max_at,
            sum: total.sum,
            count: total.count,
            mean,
            rms: (total.sum_of_squares / as_number(total.count.max(2) - 1)).sqrt(),
            rmsd: (deviations / as_number(region_count.max(2) - 1)).sqrt(),
        }
    }
}

/// A row of a panel's region, from its first column to the one past its last.
#[derive(Clone, Copy)]
struct RegionRow<'a> {
    panel: usize,
    image: &'a Image,
    mask: Option<&'a Array2<bool>>,
    slow: usize,
    columns: (usize, usize),
}

#[derive(Clone, Copy, Default)]
struct Row {
    sum: f64,
    sum_of_squares: f64,
    count: usize,
    max: f64,
    max_at: Option<(usize, PixelIndex)>,
}

impl Row {
    fn add(&mut self, panel: usize, pixel: PixelIndex, value: f64) {
        self.sum += value;
        self.sum_of_squares += value * value;
        self.count += 1;
        if value > self.max {
            (self.max, self.max_at) = (value, Some((panel, pixel)));
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

/// The rows of a panel's region that are on its image.
fn rows_of<'a>(
    index: usize,
    image: &'a Image,
    panel: &'a DetectorPanel,
) -> impl Iterator<Item = RegionRow<'a>> + use<'a> {
    let (rows, columns) = image.dim();
    let (region, mask): (&Region, _) = (&panel.region, panel.mask.as_deref());
    let end = region.fast.end().saturating_add(1).min(columns);
    let columns = ((*region.fast.start()).min(end), end);
    let slow = (0..rows).filter(|slow| region.slow.contains(slow));
    slow.map(move |slow| RegionRow { panel: index, image, mask, slow, columns })
}

#[expect(clippy::cast_precision_loss, reason = "an image has fewer than 2⁵³ pixels")]
fn as_number(count: usize) -> f64 {
    count as f64
}
