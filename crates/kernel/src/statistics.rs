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
        let sums: Vec<Row> = rows.par_iter().map(Row::of).collect();
        let total = sums.iter().fold(Row::default(), |total, row| total.and(row));
        let mean = total.sum / as_number(total.count.max(1));
        let deviations: Vec<f64> = rows
            .par_iter()
            .map(|row| in_lanes(row.region(), |sum, photons| sum + (photons - mean).powi(2)).iter().sum())
            .collect();
        let region_count = rows.iter().map(|row| row.region().len()).sum::<usize>();
        let deviations: f64 = deviations.iter().sum();
        let (max_panel, max_at) = place_of(total.max, &rows, &sums).unwrap_or_default();
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

/// Sums over the rendered pixels of rows.
#[derive(Clone, Copy, Default)]
struct Row {
    sum: f64,
    sum_of_squares: f64,
    count: usize,
    max: f64,
}

/// Sums of a row that are formed side by side: every eighth pixel each.
const LANES: usize = 8;

/// Takes pixel after pixel into the number of its place. Several kinds of numbers are quicker one after the other than in one
/// pass, for which a processor would have to sort them.
fn in_lanes(row: &[f32], take: impl Fn(f64, f64) -> f64) -> [f64; LANES] {
    let mut lanes = [0.0; LANES];
    let mut chunks = row.chunks_exact(LANES);
    for chunk in chunks.by_ref() {
        for (lane, photons) in lanes.iter_mut().zip(chunk) {
            *lane = take(*lane, f64::from(*photons));
        }
    }
    for (lane, photons) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane = take(*lane, f64::from(*photons));
    }
    lanes
}

impl RegionRow<'_> {
    /// The pixels of the row that are in the region.
    fn region(&self) -> &[f32] {
        let row = self.image.row(self.slow).to_slice().unwrap_or_default();
        &row[self.columns.0..self.columns.1]
    }

    /// Which of them are rendered.
    fn is_rendered(&self, place: usize) -> bool {
        self.mask.is_none_or(|mask| mask[[self.slow, self.columns.0 + place]])
    }
}

impl Row {
    /// The sums of one row. Masked pixels are 0 as far as it is concerned.
    fn of(row: &RegionRow<'_>) -> Self {
        let region = row.region();
        let rendered: Vec<f32>;
        let (pixels, count) = if row.mask.is_some() {
            let shown = |(place, &photons)| if row.is_rendered(place) { photons } else { 0.0 };
            rendered = region.iter().enumerate().map(shown).collect();
            (&rendered[..], (0..region.len()).filter(|&place| row.is_rendered(place)).count())
        } else {
            (region, region.len())
        };
        let larger = |max: f64, photons: f64| if photons > max { photons } else { max };
        Self {
            sum: in_lanes(pixels, |sum, photons| sum + photons).iter().sum(),
            sum_of_squares: in_lanes(pixels, |sum, photons| sum + photons * photons).iter().sum(),
            count,
            max: in_lanes(pixels, larger).into_iter().fold(0.0, f64::max),
        }
    }

    fn and(self, later: &Self) -> Self {
        Self {
            sum: self.sum + later.sum,
            sum_of_squares: self.sum_of_squares + later.sum_of_squares,
            count: self.count + later.count,
            max: self.max.max(later.max),
        }
    }
}

/// The panel and the first pixel, in raster order, that has the maximum; none where that is 0.
fn place_of(max: f64, rows: &[RegionRow<'_>], sums: &[Row]) -> Option<(usize, PixelIndex)> {
    let (row, _) = rows.iter().zip(sums).find(|(_, sums)| max > 0.0 && sums.max >= max)?;
    let is_max = |&(place, &photons): &(usize, &f32)| f64::from(photons) >= max && row.is_rendered(place);
    let (place, _) = row.region().iter().enumerate().find(is_max)?;
    Some((row.panel, PixelIndex { slow: row.slow, fast: row.columns.0 + place }))
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
