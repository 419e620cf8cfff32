//! From a simulation to an image: blocks of pixels over rows, rows over threads.

use nanobragg_geometry::PixelIndex;
use ndarray::{Array2, ArrayViewMut1, Axis};
use rayon::prelude::*;

use crate::lane::{Lane, Wide};
use crate::lattice_factor::{Gauss, LatticeFactor, Round, Square, Tophat};
use crate::pixel::{Beam, Block, Scene};
use crate::placement::placement_lines;
use crate::record::{Form, Line, Value};
use crate::simulation::{Shape, Simulation, StructureFactors};
use crate::sink::{Detail, Recorder, Silent};
use crate::structure_factor::{Lookup, Nearest, Table, Tricubic, Uniform};

/// Photons per pixel, shape `[slow, fast]`.
pub type Image = Array2<f32>;

/// A rendered image, and what was found on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendering {
    /// Photons per pixel.
    pub image: Image,
    /// The solid angle of the rendered pixels in sr; with a point pixel, the sum of 1/R² in m⁻².
    pub solid_angle_sr: f64,
}

/// Renders the whole image on the threads of the current rayon pool.
///
/// The image is the same bit for bit whatever the number of threads. `row_done` is called once for every finished
/// row, from any thread.
pub fn render(sim: &Simulation, row_done: &(dyn Fn() + Sync)) -> Rendering {
    render_with::<Wide>(sim, row_done)
}

/// Renders with one pixel at a time: the oracle of [`render`], several times slower.
pub fn render_scalar(sim: &Simulation, row_done: &(dyn Fn() + Sync)) -> Rendering {
    render_with::<f64>(sim, row_done)
}

/// Renders with the lane given, for tests and benchmarks of other widths.
pub fn render_with<L: Lane>(sim: &Simulation, row_done: &(dyn Fn() + Sync)) -> Rendering {
    let image = Image::zeros(sim.detector.panel.shape);
    let mut rendering = Rendering { image, solid_angle_sr: 0.0 };
    with_scene(sim, RenderAll::<L> { rendering: &mut rendering, row_done, lane: std::marker::PhantomData });
    rendering
}

/// What one pixel goes through, from the detector's placement to its photons.
///
/// The lines are those of the rendering itself, at the scalar lane. A pixel outside the region, or masked, has only
/// the lines before its first step.
#[must_use]
pub fn trace(sim: &Simulation, pixel: PixelIndex, detail: Detail) -> Vec<Line> {
    let mut recorder = Recorder { lines: placement_lines(&sim.detector), detail };
    #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
    let at = [("spixel", pixel.slow as f64), ("fpixel", pixel.fast as f64)];
    let fields = at.map(|(name, number)| (name.into(), number)).to_vec();
    recorder.lines.push(Line {
        form: Form::Config,
        key: "TRACE_CONFIG".into(),
        value: Value::Fields(fields),
    });
    if sim.renders(pixel) {
        with_scene(sim, TraceOne { pixel, recorder: &mut recorder });
    }
    recorder.lines
}

/// Something to do with a scene whose shape and lookup are known at compile time.
trait Task {
    fn run<S: LatticeFactor, F: Lookup>(self, scene: &Scene<'_, S, F>);
}

struct RenderAll<'a, L> {
    rendering: &'a mut Rendering,
    row_done: &'a (dyn Fn() + Sync),
    lane: std::marker::PhantomData<L>,
}

struct TraceOne<'a> {
    pixel: PixelIndex,
    recorder: &'a mut Recorder,
}

/// Picks the shape and the lookup once, so that the pixel loop has no branch for them.
fn with_scene(sim: &Simulation, task: impl Task) {
    let crystal = &sim.crystal;
    match crystal.shape {
        Shape::Square if crystal.cells.iter().all(|&cells| cells > 1) => {
            with_shape(sim, Square::<true>::new(crystal), task);
        }
        Shape::Square => with_shape(sim, Square::<false>::new(crystal), task),
        Shape::Round => with_shape(sim, Round::new(crystal), task),
        Shape::Gauss => with_shape(sim, Gauss::new(crystal, &sim.lattice, sim.mode), task),
        Shape::Tophat => with_shape(sim, Tophat::new(crystal, &sim.lattice, sim.mode), task),
    }
}

fn with_shape<S: LatticeFactor>(sim: &Simulation, shape: S, task: impl Task) {
    let beams = Beam::of(sim);
    match &sim.structure_factors {
        StructureFactors::Uniform(factor) => task.run(&Scene { sim, shape, lookup: Uniform(*factor), beams }),
        StructureFactors::Grid(grid) if sim.interpolate => {
            task.run(&Scene { sim, shape, lookup: Tricubic(Table::new(grid)), beams });
        }
        StructureFactors::Grid(grid) => {
            task.run(&Scene { sim, shape, lookup: Nearest(Table::new(grid)), beams });
        }
    }
}

impl<L: Lane> Task for RenderAll<'_, L> {
    fn run<S: LatticeFactor, F: Lookup>(self, scene: &Scene<'_, S, F>) {
        let region = &scene.sim.region;
        let image = &mut self.rendering.image;
        let rows = image.axis_iter_mut(Axis(0)).into_par_iter().enumerate().map(|(slow, row)| {
            let rendered = region.slow.contains(&slow);
            let solid_angle_sr = if rendered { render_row::<L, S, F>(scene, slow, row) } else { 0.0 };
            (self.row_done)();
            solid_angle_sr
        });
        // Collected before they are summed, so that the order of summation is that of the rows.
        self.rendering.solid_angle_sr = rows.collect::<Vec<f64>>().iter().sum();
        if let Some((first, photons)) = first_evaluation(scene) {
            image[[first.slow, first.fast]] = stored(photons);
        }
    }
}

impl Task for TraceOne<'_> {
    fn run<S: LatticeFactor, F: Lookup>(self, scene: &Scene<'_, S, F>) {
        let PixelIndex { slow, fast } = self.pixel;
        let mut fresh = first_evaluation(scene).is_some_and(|(first, _)| first == self.pixel);
        scene.photons::<f64, Recorder>(Block { slow, fast }, &mut fresh, self.recorder);
    }
}

/// Renders a row; returns the solid angle of its pixels.
fn render_row<L: Lane, S: LatticeFactor, F: Lookup>(
    scene: &Scene<'_, S, F>,
    slow: usize,
    mut row: ArrayViewMut1<'_, f32>,
) -> f64 {
    let sim = scene.sim;
    let region = &sim.region.fast;
    let end = region.end().saturating_add(1).min(row.len());
    let mut fast = *region.start();
    let mut solid_angle_sr = 0.0;
    while fast < end {
        let count = L::WIDTH.min(end - fast);
        let rendered = |place: usize| sim.mask.as_ref().is_none_or(|mask| mask[[slow, fast + place]]);
        if (0..count).any(rendered) {
            let pixels = scene.photons::<L, Silent>(Block { slow, fast }, &mut false, &mut Silent);
            for place in (0..count).filter(|&place| rendered(place)) {
                row[fast + place] = stored(pixels.photons.get(place));
                solid_angle_sr += pixels.solid_angle_sr.get(place);
            }
        }
        fast += count;
    }
    solid_angle_sr
}

/// The first pixel in raster order in which anything is evaluated, and its photons, when its orientation table is a
/// different one (Q1).
fn first_evaluation<S: LatticeFactor, F: Lookup>(scene: &Scene<'_, S, F>) -> Option<(PixelIndex, f64)> {
    let sim = scene.sim;
    sim.orientations.first_table()?;
    let [rows, columns] = sim.detector.panel.shape;
    for slow in 0..rows {
        for fast in 0..columns {
            let pixel = PixelIndex { slow, fast };
            if sim.renders(pixel) {
                let mut fresh = true;
                let pixels = scene.photons::<f64, Silent>(Block { slow, fast }, &mut fresh, &mut Silent);
                if !fresh {
                    return Some((pixel, pixels.photons));
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
