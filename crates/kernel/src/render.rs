//! From a simulation to an image: blocks of pixels over rows, rows over threads.

use nanobragg_geometry::PixelIndex;
use std::marker::PhantomData;
use std::ops::Range;

use ndarray::Array2;
use rayon::prelude::*;

use crate::detector_panel::DetectorPanel;
use crate::huge_pages;
use crate::lane::{Arithmetic, Lane, WIDEST, Wide};
use crate::lattice_factor::{Gauss, LatticeFactor, Round, Square, Tophat};
use crate::pixel::{Beam, Block, Carried, Scene};
use crate::placement::placement_lines;
use crate::plan::{Plan, Whole};
use crate::prediction::{self, Predictor};
use crate::record::{Form, Line, Value};
use crate::rows::{RowIndex, Rows};
use crate::simulation::{Shape, Simulation, StructureFactors};
use crate::sink::{Detail, NoRecord, Recorder};
use crate::steps::AllSteps;
use crate::structure_factor::{Lookup, Nearest, Table, Tricubic, Uniform};

/// Photons per pixel, shape `[slow, fast]`.
pub type Image = Array2<f32>;

/// What was rendered: an image per panel.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rendering {
    /// The panels, in the order of [`Simulation::panels`].
    pub panels: Vec<RenderedPanel>,
    /// The part of all steps that was left out, of the rows that were rendered. One that is listed for two nodes counts twice.
    pub left_out: f64,
}

/// The image of a panel, and what was found on the way.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RenderedPanel {
    /// Photons per pixel.
    pub image: Image,
    /// The solid angle of the rendered pixels in sr; with a point pixel, the sum of 1/R² in m⁻².
    pub solid_angle_sr: f64,
}

/// A pixel that is no number of photons: NaN, infinite or negative.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("the pixel at fast {} slow {} of panel {panel} comes to {photons} photons", pixel.fast, pixel.slow)]
#[non_exhaustive]
pub struct NotPhotons {
    /// The panel.
    pub panel: usize,
    /// The pixel.
    pub pixel: PixelIndex,
    /// Its value.
    pub photons: f32,
}

impl Rendering {
    /// The images of a simulation before anything is rendered.
    #[must_use]
    pub fn blank(sim: &Simulation) -> Self {
        let blank = |panel: &DetectorPanel| {
            let mut image = Image::zeros(panel.placement.panel.shape);
            image.as_slice_mut().into_iter().for_each(huge_pages::ask_for);
            RenderedPanel { image, solid_angle_sr: 0.0 }
        };
        Self { panels: sim.panels.iter().map(blank).collect(), left_out: 0.0 }
    }

    /// Checks that every pixel is finite and not negative.
    ///
    /// # Errors
    /// [`NotPhotons`] with the first pixel, in raster order, that is not.
    pub fn check(&self) -> Result<(), NotPhotons> {
        for (panel, rendered) in self.panels.iter().enumerate() {
            let wrong = |photons: &f32| !(photons.is_finite() && *photons >= 0.0);
            let columns = rendered.image.ncols().max(1);
            let pixels = rendered.image.as_slice().unwrap_or_default();
            let first = pixels.par_chunks(columns).enumerate().find_map_first(|(slow, row)| {
                // The whole row without a branch, and only then the place.
                if !row.iter().fold(false, |any, photons| any | wrong(photons)) {
                    return None;
                }
                let fast = row.iter().position(wrong)?;
                Some(NotPhotons { panel, pixel: PixelIndex { slow, fast }, photons: row[fast] })
            });
            if let Some(wrong) = first {
                return Err(wrong);
            }
        }
        Ok(())
    }

    /// The solid angle of the rendered pixels of all panels in sr; with a point pixel, the sum of 1/R² in m⁻².
    #[must_use]
    pub fn solid_angle_sr(&self) -> f64 {
        self.panels.iter().map(|panel| panel.solid_angle_sr).sum()
    }
}

/// Renders all panels on the threads of the current rayon pool.
///
/// The images are the same bit for bit whatever the number of threads.
pub fn render(sim: &Simulation, rows: &dyn for<'a> Rows<'a>) -> Rendering {
    render_with::<Wide>(sim, rows)
}

/// Renders as [`render`] does into what [`Rendering::blank`] made, with a follower who may keep the rows as they are finished.
///
/// # Panics
/// When the panels are not those of the simulation.
pub fn render_into<'a>(sim: &Simulation, rendering: &'a mut Rendering, rows: &dyn Rows<'a>) {
    let task = RenderAll::<Wide> { rendering, rows, is_predicted: true, lane: PhantomData };
    with_stage(sim, task);
}

/// Renders pixels of one row of a panel on the calling thread, whatever the region and the mask; for measuring.
///
/// # Panics
/// When there is no such panel.
#[must_use]
pub fn render_pixels(sim: &Simulation, panel: usize, slow: usize, fast: Range<usize>) -> Vec<f32> {
    let mut photons = vec![0.0; fast.len()];
    with_stage(sim, RenderPixels { panel, slow, fast, photons: &mut photons });
    photons
}

/// Renders with one pixel at a time and without prediction: the oracle of [`render`], many times slower.
pub fn render_scalar(sim: &Simulation, rows: &dyn for<'a> Rows<'a>) -> Rendering {
    render_lanes::<f64>(sim, rows, false)
}

/// Renders with the lane given, for tests and benchmarks of other widths.
pub fn render_with<L: Lane>(sim: &Simulation, rows: &dyn for<'a> Rows<'a>) -> Rendering {
    render_lanes::<L>(sim, rows, true)
}

fn render_lanes<L: Lane>(sim: &Simulation, rows: &dyn for<'a> Rows<'a>, is_predicted: bool) -> Rendering {
    let mut rendering = Rendering::blank(sim);
    with_stage(sim, RenderAll::<L> { rendering: &mut rendering, rows, is_predicted, lane: PhantomData });
    rendering
}

/// Traces one pixel of a panel, from the panel's placement to the pixel's photons; where there are several panels, a
/// line `panel` with its name comes first.
///
/// The lines are those of the rendering itself, at the scalar lane. A pixel outside the region, or masked, has only
/// the lines before its first step.
///
/// # Panics
/// When there is no such panel.
#[must_use]
pub fn trace(sim: &Simulation, panel: usize, pixel: PixelIndex, detail: Detail) -> Vec<Line> {
    let mut recorder = Recorder { lines: placement_lines(&sim.panels, panel), detail };
    #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
    let at = [("spixel", pixel.slow as f64), ("fpixel", pixel.fast as f64)];
    let fields = at.map(|(name, number)| (name.into(), number)).to_vec();
    recorder.lines.push(Line {
        form: Form::Config,
        key: "TRACE_CONFIG".into(),
        value: Value::Fields(fields),
    });
    if sim.renders(panel, pixel) {
        with_stage(sim, TraceOne { panel, pixel, recorder: &mut recorder });
    }
    recorder.lines
}

/// A simulation whose shape and lookup are known at compile time, with what all panels have in common.
struct Stage<'a, S, F> {
    sim: &'a Simulation,
    shape: S,
    lookup: F,
    beams: Vec<Beam>,
    is_single: bool,
}

/// Something to do with it.
trait Task {
    fn run<S: LatticeFactor, F: Lookup>(self, stage: &Stage<'_, S, F>);
}

struct RenderAll<'r, 'a, L> {
    rendering: &'a mut Rendering,
    rows: &'r dyn Rows<'a>,
    /// Whether spots may be predicted; the oracle looks for them.
    is_predicted: bool,
    lane: PhantomData<L>,
}

struct TraceOne<'a> {
    panel: usize,
    pixel: PixelIndex,
    recorder: &'a mut Recorder,
}

struct RenderPixels<'a> {
    panel: usize,
    slow: usize,
    fast: Range<usize>,
    photons: &'a mut [f32],
}

/// Successive rows of a panel, to be rendered by one thread.
struct Strip<'s, 'a> {
    /// The first of them.
    at: RowIndex,
    panel: &'s DetectorPanel,
    pixels: &'a mut [f32],
}

/// What was found in a strip.
struct RenderedStrip {
    /// Of the rendered pixels of each row.
    solid_angles_sr: Vec<f64>,
    /// Steps of blocks, a sub-pixel and a layer counted once: those listed, and all of them. 0 where none are listed.
    listed: f64,
    all: f64,
}

impl<S, F> Stage<'_, S, F> {
    fn all_steps(&self) -> AllSteps {
        AllSteps { orientations: self.sim.orientations.len() }
    }

    fn scene<'s>(&'s self, panel: &'s DetectorPanel) -> Scene<'s, S, F> {
        Scene {
            sim: self.sim,
            panel: &panel.placement.panel,
            shape: &self.shape,
            lookup: &self.lookup,
            beams: &self.beams,
            is_single: self.is_single,
        }
    }
}

impl<S: LatticeFactor, F: Lookup> Stage<'_, S, F> {
    /// What predicts the steps that count, where it pays.
    fn predictor<L: Lane>(&self) -> Option<Predictor<'_, L>> {
        let sim = self.sim;
        if S::HAS_FRINGES {
            let tolerates = sim.leaves_out() && sim.tolerance_photons > 0.0;
            return tolerates.then(|| Predictor::of_tails(sim, &self.lookup));
        }
        let spot = self.shape.spot().filter(|spot| prediction::pays(sim, spot))?;
        Some(Predictor::of_spots(sim, spot, &self.lookup))
    }
}

/// Picks the lookup and the shape once, so that the pixel loop has no branch for them.
fn with_stage(sim: &Simulation, task: impl Task) {
    match &sim.structure_factors {
        StructureFactors::Uniform(factor) => with_lookup(sim, Uniform(*factor), task),
        StructureFactors::Grid(grid) if sim.interpolate => with_lookup(sim, Tricubic(Table::new(grid)), task),
        StructureFactors::Grid(grid) => with_lookup(sim, Nearest(Table::new(grid)), task),
    }
}

fn with_lookup<F: Lookup>(sim: &Simulation, lookup: F, task: impl Task) {
    let Simulation { crystal, lattice, mode, .. } = sim;
    let beams = Beam::of(sim);
    let is_single = sim.uses_single();
    let tolerated = sim.leaves_out().then(|| {
        if sim.tolerance_photons > 0.0 { sim.tolerated_lattice_square(lookup.largest(None)) } else { 0.0 }
    });
    match crystal.shape {
        Shape::Square if crystal.cells.iter().all(|&cells| cells > 1) => {
            task.run(&Stage { sim, shape: Square::<true>::new(crystal), lookup, beams, is_single });
        }
        Shape::Square => {
            task.run(&Stage { sim, shape: Square::<false>::new(crystal), lookup, beams, is_single })
        }
        Shape::Round => {
            let shape = Round::new(crystal, tolerated.unwrap_or(0.0));
            task.run(&Stage { sim, shape, lookup, beams, is_single });
        }
        Shape::Gauss => {
            let shape = Gauss::new(crystal, lattice, *mode, tolerated);
            task.run(&Stage { sim, shape, lookup, beams, is_single });
        }
        Shape::Tophat => {
            task.run(&Stage { sim, shape: Tophat::new(crystal, lattice, *mode), lookup, beams, is_single });
        }
    }
}

impl<L: Lane> Task for RenderAll<'_, '_, L> {
    fn run<S: LatticeFactor, F: Lookup>(self, stage: &Stage<'_, S, F>) {
        let predictor = if self.is_predicted { stage.predictor::<L>() } else { None };
        match predictor {
            Some(predictor) => self.planned(stage, &predictor),
            None => self.planned(stage, &Whole::<L> { steps: stage.all_steps(), lane: PhantomData }),
        }
    }
}

impl<L> RenderAll<'_, '_, L> {
    fn planned<S: LatticeFactor, F: Lookup, P: Plan>(self, stage: &Stage<'_, S, F>, plan: &P) {
        let first = first_evaluation(stage);
        let Rendering { panels, left_out } = self.rendering;
        // One list of the strips of all panels, so that many small panels keep all threads busy.
        let mut strips = Vec::new();
        let mut totals = Vec::new();
        for (index, (rendered, panel)) in panels.iter_mut().zip(&stage.sim.panels).enumerate() {
            let RenderedPanel { image, solid_angle_sr } = rendered;
            let columns = image.ncols().max(1);
            totals.push((image.len() / columns, solid_angle_sr));
            let chunks = image.as_slice_mut().unwrap_or_default().chunks_mut(columns * P::ROWS);
            strips.extend(chunks.enumerate().map(|(strip, pixels)| Strip {
                at: RowIndex { panel: index, slow: strip * P::ROWS },
                panel,
                pixels,
            }));
        }
        // They are begun in their order, so that who follows can write them in it.
        let render = |(tile, carried): &mut (P::Tile, Carried<F, P::Lane>), strip| {
            render_strip(stage, plan, tile, carried, strip, first.as_ref(), self.rows)
        };
        let strips = strips.into_iter().enumerate().par_bridge();
        let mut strips: Vec<(usize, RenderedStrip)> = strips
            .map_init(
                || (plan.new_tile(), Carried::new(false)),
                |kept, (place, strip)| (place, render(kept, strip)),
            )
            .collect();
        // Sorted before they are summed, so that the order of summation is that of the rows.
        strips.sort_unstable_by_key(|(place, _)| *place);
        let listed: f64 = strips.iter().map(|(_, strip)| strip.listed).sum();
        let all: f64 = strips.iter().map(|(_, strip)| strip.all).sum();
        // A step may be listed for more than one node.
        *left_out = if all > 0.0 { (1.0 - listed / all).max(0.0) } else { 0.0 };
        let mut solid_angles = strips.iter().flat_map(|(_, strip)| &strip.solid_angles_sr);
        for (rows, total) in totals {
            *total = solid_angles.by_ref().take(rows).sum();
        }
    }
}

impl Task for TraceOne<'_> {
    fn run<S: LatticeFactor, F: Lookup>(self, stage: &Stage<'_, S, F>) {
        let PixelIndex { slow, fast } = self.pixel;
        let is_fresh = first_evaluation(stage)
            .is_some_and(|first| (first.panel, first.pixel) == (self.panel, self.pixel));
        let scene = stage.scene(&stage.sim.panels[self.panel]);
        scene.photons::<f64, Recorder, _>(
            Block { slow, fast },
            stage.all_steps(),
            &mut Carried::new(is_fresh),
            self.recorder,
        );
    }
}

impl Task for RenderPixels<'_> {
    fn run<S: LatticeFactor, F: Lookup>(self, stage: &Stage<'_, S, F>) {
        let scene = stage.scene(&stage.sim.panels[self.panel]);
        let mut carried = Carried::new(false);
        let blocks = self.photons.chunks_mut(Wide::WIDTH).zip(self.fast.step_by(Wide::WIDTH));
        for (pixels, fast) in blocks {
            let at = Block { slow: self.slow, fast };
            let block =
                scene.photons::<Wide, NoRecord, _>(at, stage.all_steps(), &mut carried, &mut NoRecord);
            for (place, pixel) in pixels.iter_mut().enumerate() {
                *pixel = stored(block.photons.get(place));
            }
        }
    }
}

/// Renders the rows of a strip that are not known.
fn render_strip<'a, S: LatticeFactor, F: Lookup, P: Plan>(
    stage: &Stage<'_, S, F>,
    plan: &P,
    tile: &mut P::Tile,
    carried: &mut Carried<F, P::Lane>,
    strip: Strip<'_, 'a>,
    first: Option<&FirstEvaluation>,
    rows: &dyn Rows<'a>,
) -> RenderedStrip {
    let Strip { at, panel, pixels } = strip;
    carried.begin_strip();
    let columns = panel.placement.panel.shape[1].max(1);
    let row_index = |row: usize| RowIndex { slow: at.slow + row, ..at };
    let known: Vec<Option<f64>> = pixels
        .chunks_mut(columns)
        .enumerate()
        .map(|(row, pixels)| rows.known(row_index(row), pixels))
        .collect();
    // Several sums a row, whatever the lane: so many additions need not wait for each other.
    let mut solid_angles_sr = vec![[0.0; WIDEST]; known.len()];
    let [mut listed, mut all] = [0.0; 2];
    let is_wanted = |row: usize| known[row].is_none() && panel.region.slow.contains(&(at.slow + row));
    let scene = stage.scene(panel);
    let end = panel.region.fast.end().saturating_add(1).min(columns);
    // Nothing is listed for rows of which none is wanted.
    let fast = if (0..known.len()).any(is_wanted) { *panel.region.fast.start()..end } else { 0..0 };
    let start = fast.start;
    let width = P::COLUMNS.unwrap_or(columns);
    for first in fast.clone().step_by(width) {
        let tile_columns = first..fast.end.min(first + width);
        plan.list(scene.panel, &(at.slow..at.slow + known.len()), &tile_columns, tile);
        for (row, pixels) in pixels.chunks_mut(columns).enumerate() {
            if !is_wanted(row) {
                continue;
            }
            let slow = at.slow + row;
            for (block, fast) in tile_columns.clone().step_by(P::Lane::WIDTH).enumerate() {
                let count = P::Lane::WIDTH.min(tile_columns.end - fast);
                let is_whole = panel.mask.is_none() && count == P::Lane::WIDTH;
                let rendered =
                    |place: usize| panel.mask.as_ref().is_none_or(|mask| mask[[slow, fast + place]]);
                if !(0..count).any(rendered) {
                    continue;
                }
                let place = [row, block];
                if let Some(steps) = plan.listed(tile, place) {
                    listed += as_number(steps);
                    all += as_number(stage.beams.len() * stage.sim.orientations.len());
                }
                let block = plan.photons(&scene, Block { slow, fast }, tile, place, carried);
                let pixels = &mut pixels[fast..][..count];
                let sums = &mut solid_angles_sr[row][(fast - start) % WIDEST..][..P::Lane::WIDTH];
                if is_whole {
                    block.photons.round_into(pixels);
                    sums.iter_mut()
                        .enumerate()
                        .for_each(|(place, sum)| *sum += block.solid_angle_sr.get(place));
                } else {
                    for place in (0..count).filter(|&place| rendered(place)) {
                        pixels[place] = stored(block.photons.get(place));
                        sums[place] += block.solid_angle_sr.get(place);
                    }
                }
            }
        }
    }
    if let Some(first) = first.filter(|first| first.panel == at.panel)
        && let Some(row) = first.pixel.slow.checked_sub(at.slow).filter(|row| *row < known.len())
    {
        pixels[row * columns + first.pixel.fast] = stored(first.photons);
    }
    let solid_angles_sr: Vec<f64> = known
        .iter()
        .zip(solid_angles_sr)
        .map(|(known, sums)| known.unwrap_or_else(|| sums.iter().sum()))
        .collect();
    rows.finished(at, pixels, &solid_angles_sr);
    RenderedStrip { solid_angles_sr, listed, all }
}

#[expect(clippy::cast_precision_loss, reason = "far fewer than 2⁵³ steps")]
fn as_number(steps: usize) -> f64 {
    steps as f64
}

/// The first pixel, in raster order, of the first panel in which anything is evaluated, and its photons.
struct FirstEvaluation {
    panel: usize,
    pixel: PixelIndex,
    photons: f64,
}

/// The first evaluation, when its orientation table is a different one (Q1).
fn first_evaluation<S: LatticeFactor, F: Lookup>(stage: &Stage<'_, S, F>) -> Option<FirstEvaluation> {
    stage.sim.orientations.first_table()?;
    for (index, panel) in stage.sim.panels.iter().enumerate() {
        let scene = stage.scene(panel);
        let [rows, columns] = panel.placement.panel.shape;
        for slow in 0..rows {
            for fast in 0..columns {
                let pixel = PixelIndex { slow, fast };
                if panel.renders(pixel) {
                    let mut carried = Carried::new(true);
                    let block = Block { slow, fast };
                    let pixels = scene.photons::<f64, NoRecord, _>(
                        block,
                        stage.all_steps(),
                        &mut carried,
                        &mut NoRecord,
                    );
                    if !carried.is_fresh {
                        return Some(FirstEvaluation { panel: index, pixel, photons: pixels.photons });
                    }
                }
            }
        }
    }
    None
}

#[expect(clippy::cast_possible_truncation, reason = "the image is f32")]
fn stored(photons: f64) -> f32 {
    photons as f32
}
