//! Rows of pixels: steps per second of each shape and lookup, at each lane width.
//!
//! A step is one evaluation of F²·F_latt² for one pixel, source and orientation. `cargo bench -p nanobragg-kernel`
//! prints items per second; an item is a step.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::sync::Arc;

use divan::counter::ItemsCount;
use hkl_io::{Grid, Miller, Reflection};
use nanobragg_geometry::{Convention, DetectorSetup, LabVec, Lattice, Rotation, Source, UnitCell, mosaic};
use nanobragg_kernel::lane::{Lane, Wide};
use nanobragg_kernel::{
    Crystal, DetectorPanel, Mode, Orientations, Precision, Shape, Simulation, StructureFactors, render_with,
};

fn main() {
    divan::main();
}

/// How the orientations of a workload lie.
#[derive(Clone, Copy)]
enum Spread {
    /// A tenth of a degree in ten steps, as the reference run.
    Rotation,
    /// Fifty mosaic domains over half a degree.
    Mosaic,
}

/// A detector of 16 rows of 2048 pixels and a crystal of 36 × 47 × 29 cells.
fn simulation(shape: Shape, cells: [u32; 3], interpolate: bool, spread: Spread) -> Simulation {
    let convention = Convention::Mosflm;
    let axes = convention.axes();
    let rows = [16, 2048];
    let mut setup = DetectorSetup::new(convention).with_pixels(rows, 1.72e-4);
    setup.distance_m = 0.23;
    setup.beam_m = [Some(0.15), Some(0.2)];
    let cell = UnitCell::new([26.75, 31.31, 33.67], [88.7, 71.5, 68.1]).unwrap();
    let lattice = Lattice::from_cell(&cell);
    let (phis, domains) = match spread {
        Spread::Rotation => ((0..10).map(|i| f64::from(i) * 1.7e-4).collect(), vec![Rotation::IDENTITY]),
        Spread::Mosaic => (vec![0.0], mosaic::domains(0.5f64.to_radians(), 50, 1)),
    };
    let mut sim = Simulation::new(
        vec![DetectorPanel::new("0", setup.place().unwrap())],
        vec![Source::new(LabVec::new(1.0, 0.0, 0.0), 0.9768)],
        lattice,
        Crystal::new(shape, cells),
        StructureFactors::Grid(Arc::new(grid())),
    );
    sim.orientations = Orientations::new(&lattice, axes.spindle, phis, &domains, Mode::Physics);
    sim.interpolate = interpolate;
    sim.fluence_per_m2 = 1e24;
    sim
}

/// A dense list of 49 × 57 × 62 reflections, as the reference run's.
fn grid() -> Grid {
    let mut reflections = Vec::new();
    for h in -24..=24 {
        for k in -28..=28 {
            for l in -31..=30 {
                let structure_factor = f64::from(i32::rem_euclid(h * 7 + k * 13 + l * 31, 97)) + 1.0;
                reflections.push(Reflection { miller: Miller::new(h, k, l), structure_factor });
            }
        }
    }
    Grid::from_reflections(reflections, 0.0, usize::MAX).unwrap()
}

fn rows<L: Lane>(bencher: divan::Bencher<'_, '_>, sim: &Simulation) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
    let steps = sim.evaluations() as u64;
    bencher.counter(ItemsCount::new(steps)).bench_local(|| pool.install(|| render_with::<L>(sim, &|| ())));
}

/// The detector cut into panels of whole columns.
#[divan::bench(args = [1, 4, 16, 64])]
fn panels(bencher: divan::Bencher<'_, '_>, count: usize) {
    let mut sim = simulation(Shape::Square, [36, 47, 29], false, Spread::Rotation);
    let whole = sim.panels.remove(0).placement.panel;
    let columns = whole.shape[1] / count;
    let parts = (0..count).map(|i| whole.cut(0..whole.shape[0], i * columns..(i + 1) * columns).unwrap());
    sim.panels = parts.enumerate().map(|(i, part)| DetectorPanel::new(i.to_string(), part)).collect();
    rows::<Wide>(bencher, &sim);
}

macro_rules! shapes {
    ($($name:ident: $shape:ident, $cells:expr, $interpolate:literal, $spread:ident;)*) => { $(
        mod $name {
            use super::*;
            #[divan::bench(types = [f64, wide::f64x2, wide::f64x4, wide::f64x8])]
            fn lane<L: Lane>(bencher: divan::Bencher<'_, '_>) {
                rows::<L>(bencher, &simulation(Shape::$shape, $cells, $interpolate, Spread::$spread));
            }
            #[divan::bench]
            fn single(bencher: divan::Bencher<'_, '_>) {
                let mut sim = simulation(Shape::$shape, $cells, $interpolate, Spread::$spread);
                sim.precision = Precision::Single;
                rows::<Wide>(bencher, &sim);
            }
        }
    )* };
}

shapes! {
    square_rotation: Square, [36, 47, 29], false, Rotation;
    square_mosaic: Square, [36, 47, 29], false, Mosaic;
    round_mosaic: Round, [36, 47, 29], false, Mosaic;
    gauss_mosaic: Gauss, [36, 47, 29], false, Mosaic;
    tophat_mosaic: Tophat, [36, 47, 29], false, Mosaic;
    tricubic_single_cell: Square, [1, 1, 1], true, Mosaic;
}
