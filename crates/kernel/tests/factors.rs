//! Polarization, capture by the sensor's layers and oversampling, by their own laws.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use nanobragg_geometry::{LabVec, Lattice, Panel, PixelIndex, Sensor, Source, UnitCell};
use nanobragg_kernel::record::Value;
use nanobragg_kernel::{
    Crystal, Detail, DetectorPanel, PerSubStep, Polarization, Shape, Simulation, StructureFactors, render,
    trace,
};
use proptest::prelude::*;

const Z: LabVec = LabVec::new(0.0, 0.0, 1.0);

/// One pixel of 0.1 mm in a direction and at a distance in metres, across the ray but for a tilt; one cell with F = 1,
/// so that nothing is left but the factors.
fn one_pixel(beam: LabVec, towards: LabVec, distance_m: f64, tilt_rad: f64) -> Simulation {
    const EDGE_M: f64 = 1e-4;
    let towards = towards.unit();
    let some = if towards.x.abs() < 0.7 { LabVec::new(1.0, 0.0, 0.0) } else { LabVec::new(0.0, 1.0, 0.0) };
    let fast = towards.cross(some).unit();
    let slow = towards.cross(fast).about(fast, tilt_rad);
    let corner = towards * distance_m - fast * (EDGE_M / 2.0) - slow * (EDGE_M / 2.0);
    let panel = Panel::flat([1, 1], EDGE_M, corner, fast, slow, beam).unwrap();
    let lattice = Lattice::from_cell(&UnitCell::new([50.0; 3], [90.0; 3]).unwrap());
    let mut sim = Simulation::new(
        vec![DetectorPanel::new("0", panel)],
        vec![Source::new(beam, 1.0)],
        lattice,
        Crystal::new(Shape::Square, [1; 3]),
        StructureFactors::Uniform(1.0),
    );
    sim.polarization = Polarization::Off;
    sim
}

/// The last number that the trace of the pixel has under a key.
fn number(sim: &Simulation, key: &str) -> f64 {
    let lines = trace(sim, 0, PixelIndex::new(0, 0), Detail::default());
    match lines.into_iter().rfind(|line| line.key == key).map(|line| line.value) {
        Some(Value::Numbers(numbers)) => numbers[0],
        other => panic!("{key}: {other:?}"),
    }
}

/// P of a ray in a beam of Kahn's factor K with an E-vector.
fn polarization(beam: LabVec, towards: LabVec, factor: f64, e_vector: LabVec) -> f64 {
    let mut sim = one_pixel(beam, towards, 0.1, 0.0);
    sim.polarization = Polarization::Kahn { factor, e_vector };
    number(&sim, "polar")
}

/// Directions all over the sphere.
fn direction() -> impl Strategy<Value = LabVec> {
    prop::array::uniform3(-1.0..1.0f64)
        .prop_map(LabVec::from)
        .prop_filter("a direction needs a length", |v| (0.05..1.0).contains(&v.length()))
        .prop_map(LabVec::unit)
}

/// A beam, an E-vector and a ray; E is not along the beam, where it has no direction across it.
fn beam_e_vector_and_ray() -> impl Strategy<Value = [LabVec; 3]> {
    (direction(), direction(), direction())
        .prop_filter("E is not along the beam", |(beam, e, _)| beam.cross(*e).length() > 0.1)
        .prop_map(|(beam, e, ray)| [beam, e, ray])
}

/// Rounding of P: cos 2θ and the components along E and B are products of unit vectors that are off by two units in the
/// last place or so; near the beam cos 2ψ is a ratio of small numbers, but sin²2θ takes that back.
const P_ROUNDING: f64 = 32.0 * f64::EPSILON;

/// The largest P: unit vectors are off by up to 1.5 ε in length, so that cos² 2θ exceeds 1 by up to 6 ε, and −sin² 2θ is as
/// much; half of the sum of both is 6 ε, and its own roundings are below 2 ε. Nothing can be below 0.
const LARGEST_P: f64 = 1.0 + 8.0 * f64::EPSILON;

proptest! {
    #[test]
    fn polarization_is_between_0_and_1([beam, e, ray] in beam_e_vector_and_ray(), factor in -1.0..=1.0f64) {
        for factor in [factor, -1.0, 0.0, 1.0] {
            let found = polarization(beam, ray, factor, e);
            prop_assert!((0.0..=LARGEST_P).contains(&found), "K = {factor}: {found}");
        }
    }

    /// The rays that sit on an edge of the formula: straight ahead, straight back, along E, along B.
    #[test]
    fn polarization_is_between_0_and_1_on_the_axes([beam, e, _] in beam_e_vector_and_ray(), factor in -1.0..=1.0f64) {
        let across = beam.cross(e).unit();
        for (ray, expected) in [
            (beam, 1.0),
            (-beam, 1.0),
            (across.cross(beam), (1.0 - factor) / 2.0),
            (across, (1.0 + factor) / 2.0),
        ] {
            let found = polarization(beam, ray, factor, e);
            prop_assert!((0.0..=LARGEST_P).contains(&found), "{ray:?}: {found}");
            prop_assert!((found - expected).abs() < P_ROUNDING, "{ray:?}: {found} {expected}");
        }
    }

    /// A beam of factor K is (1 + K)/2 polarized along E and (1 − K)/2 across it, and a dipole along u radiates 1 − (d̂·u)².
    #[test]
    fn polarization_is_that_of_two_dipoles([beam, e, ray] in beam_e_vector_and_ray(), factor in -1.0..=1.0f64) {
        let along_b = e.cross(beam).unit();
        let along_e = beam.cross(along_b).unit();
        let [of_e, of_b] = [along_e, along_b].map(|axis| 1.0 - ray.dot(axis).powi(2));
        let expected = (1.0 + factor) / 2.0 * of_e + (1.0 - factor) / 2.0 * of_b;
        let found = polarization(beam, ray, factor, e);
        prop_assert!((found - expected).abs() < P_ROUNDING, "{found} {expected}");
    }

    #[test]
    fn polarization_of_minus_k_is_that_of_k_with_e_turned_by_a_right_angle(
        [beam, e, ray] in beam_e_vector_and_ray(),
        factor in -1.0..=1.0f64,
        along in -3.0..3.0f64,
        length in 0.1..10.0f64,
    ) {
        let found = polarization(beam, ray, factor, e);
        for (what, factor, e) in [
            ("K → −K and E turned", -factor, beam.cross(e)),
            ("E → −E", factor, -e),
            ("another length of E", factor, e * length),
            ("E with a part along the beam", factor, beam.cross(e).cross(beam) + beam * along),
        ] {
            let other = polarization(beam, ray, factor, e);
            prop_assert!((found - other).abs() < P_ROUNDING, "{what}: {found} {other}");
        }
    }

    /// Layers of a sensor share 1 − exp(−t μ/ζ). Each has the ray to its own depth, whose ζ differs by parallax: moved by
    /// t along the normal, ζ grows by at most (t/R)(1 − ζ²). Since x exp(−x) ≤ 1/e, the sum of layers is off by at most
    /// t/(e R ζ); at 10 km that is below the f32 of the image, 2⁻²⁴ for each of the two pixels.
    #[test]
    fn layers_capture_what_the_whole_sensor_does(
        layers in 1..40u32,
        thickness_um in 1.0..3000.0f64,
        depth_um in 1.0..5000.0f64,
        tilt_rad in -1.5..1.5f64,
        per_sub_step in any::<bool>(),
    ) {
        const DISTANCE_M: f64 = 1e4;
        let mut sim = one_pixel(Z, LabVec::new(0.3, -0.2, 1.0), DISTANCE_M, tilt_rad);
        sim.fluence_per_m2 *= 1e16;
        sim.per_sub_step = PerSubStep { capture: per_sub_step, ..PerSubStep::default() };
        let surface = photons(&sim);
        let (thickness_m, depth_m) = (thickness_um * 1e-6, depth_um * 1e-6);
        sim.panels[0].placement.panel.sensor = Sensor::new(thickness_m, depth_m, layers);
        let obliquity = tilt_rad.cos();
        let expected = -(-thickness_m / depth_m / obliquity).exp_m1();
        let found = photons(&sim) / surface;
        let parallax = thickness_m / (std::f64::consts::E * DISTANCE_M * obliquity);
        let bound = parallax + expected * 2.0 * 2f64.powi(-24) + 1e-12;
        prop_assert!((found - expected).abs() < bound, "{found} {expected}, bound {bound:e}");
    }
}

/// Photons of the only pixel.
fn photons(sim: &Simulation) -> f64 {
    f64::from(render(sim, &|| ()).panels[0].image[[0, 0]])
}

#[test]
fn a_sensor_that_absorbs_nothing_captures_nothing() {
    let mut sim = one_pixel(Z, Z, 0.1, 0.2);
    sim.panels[0].placement.panel.sensor = Sensor::new(3e-4, f64::INFINITY, 4);
    assert_eq!(photons(&sim).to_bits(), 0);
}

/// The pixel with a tolerance, given as a part of what it has without.
fn tolerated(sim: &Simulation, part: f64) -> [f64; 2] {
    let all = photons(sim);
    let mut sim = sim.clone();
    sim.tolerance_photons = all.abs() * part;
    [all, photons(&sim)]
}

#[test]
fn a_tolerance_takes_each_of_several_layers_without_thickness_for_a_whole_one() {
    let mut sim = one_pixel(Z, LabVec::new(0.1, 0.0, 1.0), 0.1, 0.0);
    sim.panels[0].placement.panel.sensor = Sensor::new(0.0, 1e-3, 4);
    let [all, found] = tolerated(&sim, 0.75);
    assert!(all - found <= 0.75 * all, "{found} of {all}");
}

#[test]
fn a_tolerance_leaves_nothing_out_of_a_pixel_that_is_more_negative() {
    let mut sim = one_pixel(Z, LabVec::new(0.1, 0.0, 1.0), 0.1, 0.0);
    sim.sources[0].weight = -1.0;
    let [all, found] = tolerated(&sim, 0.5);
    assert!(all < 0.0 && (all - found).abs() <= 0.5 * all.abs(), "{found} of {all}");
}

/// The layers of a sensor capture more than all of a grazing ray, since each sees it at an angle of its own. Of a tolerance one
/// half is spent on a piece of a tile as a whole: not on a pixel that has more.
#[test]
fn a_tolerance_bounds_what_the_layers_capture_of_a_grazing_ray() {
    let mut sim = one_pixel(Z, LabVec::new(0.1, 0.0, 1.0), 0.03, 0.03f64.acos());
    sim.panels[0].placement.panel.sensor = Sensor::new(3e-3, 9.7e-3, 40);
    let [all, found] = tolerated(&sim, 2.0 * 0.98);
    assert_eq!(found.to_bits(), all.to_bits(), "{found} of {all}");
}

/// Gaussian spots over a panel, some of them cut by its edges.
fn many_spots(oversample: u32, per_sub_step: bool) -> Simulation {
    let beam = Z;
    let corner = LabVec::new(-0.0065, -0.0053, 0.03);
    let (fast, slow) =
        (LabVec::new(1.0, 0.0, 0.0), LabVec::new(0.0, 1.0, 0.0).about(LabVec::new(1.0, 0.0, 0.0), 0.2));
    let panel = Panel::flat([24, 24], 5e-4, corner, fast, slow, beam).unwrap();
    let cell = UnitCell::new([31.0, 27.0, 36.0], [81.0, 97.0, 104.0]).unwrap();
    let lattice = Lattice::from_turned_cell(&cell, [0.4, -0.7, 1.1]);
    let mut sim = Simulation::new(
        vec![DetectorPanel::new("0", panel)],
        vec![Source::new(beam, 1.0)],
        lattice,
        Crystal::new(Shape::Gauss, [3, 3, 3]),
        StructureFactors::Uniform(100.0),
    );
    sim.polarization = Polarization::Kahn { factor: 0.8, e_vector: LabVec::new(1.0, 0.0, 0.0) };
    sim.oversample = oversample;
    sim.per_sub_step =
        PerSubStep { capture: per_sub_step, polarization: per_sub_step, solid_angle: per_sub_step };
    sim
}

/// The changes of the sum over an image by each doubling of the sub-pixels along an edge, from 1 to `last`.
fn changes_by_doubling(last: u32, per_sub_step: bool) -> Vec<f64> {
    let counts = std::iter::successors(Some(1), |count| Some(count * 2)).take_while(|&count| count <= last);
    let sum = |count: u32| -> f64 {
        let image = &render(&many_spots(count, per_sub_step), &|| ()).panels[0].image;
        image.iter().map(|&photons| f64::from(photons)).sum()
    };
    let sums: Vec<f64> = counts.map(sum).collect();
    sums.windows(2).map(|pair| (pair[1] - pair[0]).abs() / pair[1]).collect()
}

/// Sub-pixels are midpoints: the error of their sum is of second order, and each doubling changes the sum by a quarter of
/// the change before. With Ω, P and the capture of a pixel's first sub-pixel, half a sub-pixel from the pixel's corner, the
/// order is the first: the sum tends to that with the factors of the corners.
#[test]
fn oversampling_converges() {
    for (per_sub_step, ratio, within) in [(true, 4.0, 0.3), (false, 2.0, 0.2)] {
        let changes = changes_by_doubling(32, per_sub_step);
        assert!(changes.windows(2).all(|pair| pair[1] < pair[0]), "{changes:?}");
        let last = changes[changes.len() - 2] / changes[changes.len() - 1];
        assert!((last - ratio).abs() < within, "per sub-step {per_sub_step}: ratio {last} of {changes:?}");
    }
}
