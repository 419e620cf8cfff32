//! Many orientations at once against each by itself: F is then found in another way.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::sync::Arc;

use nanobragg_geometry::{Convention, DetectorSetup, LabVec, Lattice, Rotation, Source, UnitCell, mosaic};
use nanobragg_kernel::lane::Lane;
use nanobragg_kernel::{
    Crystal, DetectorPanel, Mode, Orientations, Precision, Shape, Simulation, StructureFactors, render_with,
};

/// 20 domains that spread a spot over two nodes or more far from the beam and over none near it; the list of F ends on the
/// detector.
fn mosaic_crystal(precision: Precision) -> (Simulation, Lattice, Vec<Rotation>) {
    let mut setup = DetectorSetup::new(Convention::Mosflm).with_pixels([48, 64], 1e-3);
    setup.distance_m = 0.05;
    setup.beam_m = [Some(0.01), Some(0.02)];
    let lattice = Lattice::from_cell(&UnitCell::new([27.0, 31.0, 34.0], [88.0, 72.0, 68.0]).unwrap());
    let mut sim = Simulation::new(
        vec![DetectorPanel::new("0", setup.place().unwrap())],
        vec![Source::new(LabVec::new(1.0, 0.0, 0.0), 1.0)],
        lattice,
        Crystal::new(Shape::Square, [3, 4, 5]),
        StructureFactors::Grid(Arc::new(common::grid(7.0))),
    );
    sim.fluence_per_m2 = 1e24;
    sim.precision = precision;
    (sim, lattice, mosaic::domains(1.5f64.to_radians(), 20, 1))
}

fn photons<L: Lane>(sim: &Simulation) -> Vec<f64> {
    render_with::<L>(sim, &|| ()).panels[0].image.iter().map(|&photons| f64::from(photons)).collect()
}

/// How far a pixel may be from the mean: so much of itself, and so much of the brightest pixel.
struct Within([f64; 2]);

/// Images are of f32.
const DOUBLE: Within = Within([2.0 * f32::EPSILON as f64, 0.0]);
/// The documented bound of single precision, once for the many and once for each by itself.
const SINGLE: Within = Within([2e-5, 2e-8]);

fn many_are_the_mean_of_each<L: Lane>(precision: Precision, Within([of_itself, of_brightest]): Within) {
    let (mut sim, lattice, domains) = mosaic_crystal(precision);
    let spindle = Convention::Mosflm.axes().spindle;
    let mut turned = |domains: &[Rotation]| {
        sim.orientations = Orientations::new(&lattice, spindle, vec![0.0], domains, Mode::Physics);
        photons::<L>(&sim)
    };
    let many = turned(&domains);
    let mut mean = vec![0.0; many.len()];
    let mut brightest = 0.0f64;
    for domain in &domains {
        for (mean, one) in mean.iter_mut().zip(turned(std::slice::from_ref(domain))) {
            *mean += one / 20.0;
            brightest = brightest.max(one);
        }
    }
    for (place, (many, mean)) in many.iter().zip(&mean).enumerate() {
        let allowed = of_itself * mean + of_brightest * brightest;
        assert!((many - mean).abs() <= allowed, "pixel {place}: {many} {mean}");
    }
}

#[test]
fn many_orientations_are_the_mean_of_each() {
    many_are_the_mean_of_each::<f64>(Precision::Double, DOUBLE);
    many_are_the_mean_of_each::<wide::f64x2>(Precision::Double, DOUBLE);
    many_are_the_mean_of_each::<wide::f64x4>(Precision::Double, DOUBLE);
    many_are_the_mean_of_each::<wide::f64x8>(Precision::Double, DOUBLE);
}

#[test]
fn many_orientations_are_the_mean_of_each_in_single_precision() {
    many_are_the_mean_of_each::<f64>(Precision::Single, SINGLE);
    many_are_the_mean_of_each::<wide::f64x4>(Precision::Single, SINGLE);
    many_are_the_mean_of_each::<wide::f64x8>(Precision::Single, SINGLE);
}
