//! A rotation of beam, E-vector, spindle, panels and crystal together changes no pixel.
//!
//! Mosaic domains are left out: they are turned about axes of the laboratory, which stay.

use nanobragg_experiment::{
    Background, Beam, Crystal, Detector, Draft, FactorSource, Panel, Sampling, Scan, Shape, StructureFactors,
};
use nanobragg_geometry::{LabVec, Rotation};
use nanobragg_kernel::{Precision, R_E_SQR_M2, Simulation, render};
use proptest::prelude::*;

use crate::any;

/// Cells along an edge are fewer.
const CELLS: u32 = 12;

/// The draft with everything turned.
fn turned(draft: &Draft, rotation: Rotation) -> Draft {
    let turn = |vector: [f64; 3]| rotation.apply(LabVec::from(vector)).to_array();
    let mut draft = draft.clone();
    draft.beam.direction = draft.beam.direction.map(turn);
    draft.beam.polarization.e_vector = draft.beam.polarization.e_vector.map(turn);
    draft.scan.axis = draft.scan.axis.map(turn);
    let crystal = draft.crystal.as_mut().unwrap();
    crystal.vectors_angstrom = crystal.vectors_angstrom.map(|vectors| vectors.map(turn));
    let Detector::Panels(panels) = &mut draft.detector else { panic!("panels") };
    for panel in panels {
        panel.origin_mm = turn(panel.origin_mm);
        panel.fast_axis = turn(panel.fast_axis);
        panel.slow_axis = turn(panel.slow_axis);
    }
    draft
}

/// Δh: how far the indices of a sub-step may be from those of the turned experiment.
///
/// Every vector comes out of a rotation with a rounding of a few units in its last place, and so h = a·q is off by
/// Δh ≤ c ε |a| |q| with |q| ≤ 2/λ; c = 64 covers rotations of crystal, beam, panel and spindle steps, each of some ten
/// operations. Along an axis F_latt² is a sum of waves up to N − 1 cycles that is at most N², or smoother: it changes by at
/// most 2π (N − 1) N² Δh (Bernstein), which is 2π (N − 1) Δh of the brightest pixel there can be. The other factors are off
/// by some ε of themselves.
fn change_of_h(draft: &Draft, simulation: &Simulation) -> f64 {
    let vectors = draft.crystal.as_ref().unwrap().vectors_angstrom.unwrap();
    let longest = vectors.into_iter().map(|v| LabVec::from(v).length()).fold(0.0, f64::max);
    let shortest = simulation.sources.iter().map(|s| s.wavelength_angstrom).fold(f64::INFINITY, f64::min);
    64.0 * f64::EPSILON * (1.0 + longest * 2.0 / shortest)
}

/// The photons of a pixel in whose every step all factors are at their largest, F_latt that of a node.
fn brightest(simulation: &Simulation, largest_f: f64) -> f64 {
    let cells: f64 = simulation.crystal.cells.iter().map(|&n| f64::from(n)).product();
    let solid_angle = |panel: &nanobragg_geometry::Panel| {
        // The nearest point of the panel's plane is no farther than any of its pixels.
        let close = panel.close_distance_m;
        if simulation.point_pixel { 1.0 / (close * close) } else { panel.pixel_area_m2 / (close * close) }
    };
    let widest = simulation.panels.iter().map(|p| solid_angle(&p.placement.panel)).fold(0.0, f64::max);
    let weight = simulation.sources.iter().map(|source| source.weight).fold(0.0, f64::max);
    R_E_SQR_M2 * simulation.fluence_per_m2 * widest * weight * (largest_f * cells).powi(2)
}

/// Experiments of panels, with a beam, an E-vector and a spindle that are written out.
fn draft() -> impl Strategy<Value = Draft> {
    let shape = prop::sample::select(vec![Shape::Square, Shape::Round, Shape::Gauss]);
    let crystal = (prop::array::uniform3(8.0..90.0f64), prop::array::uniform3(2..CELLS), shape);
    let panel = any::panel().prop_filter("not grazing the sample", |panel| {
        let normal = LabVec::from(panel.fast_axis).cross(LabVec::from(panel.slow_axis)).unit();
        LabVec::from(panel.origin_mm).dot(normal).abs() > 5.0
    });
    let scan = (any::direction(), -90.0..90.0f64, 0.0..20.0f64, 1..4u32);
    let beam = (any::beam(), any::direction(), any::direction())
        .prop_filter("the E-vector is across the beam", |(_, beam, e_vector)| {
            LabVec::from(*beam).unit().cross(LabVec::from(*e_vector).unit()).length() > 0.1
        });
    let factors = any::structure_factors();
    let panels = prop::collection::vec(panel, 1..4);
    (crystal, factors, beam, scan, panels, any::background(), any::sampling())
        .prop_map(put_together)
        .prop_filter("the round divergence leaves a source", |draft| {
            draft.clone().finish().is_ok_and(|experiment| experiment.resolve().is_ok())
        })
}

/// Crystal, structure factors, beam with direction and E-vector, scan, panels, background and sampling.
type Parts = (
    ([f64; 3], [u32; 3], Shape),
    StructureFactors,
    (Beam, [f64; 3], [f64; 3]),
    ([f64; 3], f64, f64, u32),
    Vec<Panel>,
    Vec<Background>,
    Sampling,
);

/// Makes an experiment of panels of its parts.
fn put_together((crystal, factors, beam, scan, panels, background, mut sampling): Parts) -> Draft {
    let ([a, b, c], cells, shape) = crystal;
    let mut crystal = Crystal::default().with_cells(cells).with_shape(shape);
    crystal.vectors_angstrom = Some([[a, 0.0, 0.1 * a], [-0.2 * b, b, 0.0], [0.0, 0.3 * c, c]]);
    let mut draft = Draft::default();
    draft.crystal = Some(crystal);
    draft.structure_factors = Some(factors);
    let (mut described, direction, e_vector) = beam;
    described.direction = Some(direction);
    described.polarization.e_vector = Some(e_vector);
    draft.beam = described;
    let (axis, start_deg, width_deg, steps) = scan;
    draft.scan = Scan::new(start_deg, width_deg, steps);
    draft.scan.axis = Some(axis);
    draft.detector = panels.into();
    draft.background = background;
    // A limit of resolution is a step, on which a rounding may fall either way.
    sampling.dmin_angstrom = 0.0;
    sampling.roi = None;
    draft.sampling = sampling;
    draft
}

/// The largest |F| that the draft can give; interpolated, at most (1.25)³ of the largest node (the weights' magnitudes).
fn largest_f(draft: &Draft) -> f64 {
    let factors = draft.structure_factors.as_ref().unwrap();
    match &factors.source {
        FactorSource::Uniform(factor) => factor.abs(),
        FactorSource::Reflections(rows) => {
            let listed = rows.iter().map(|row| row.3.abs()).fold(factors.default_f.abs(), f64::max);
            listed * 1.25f64.powi(3)
        }
        _ => unreachable!("no files are named here"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn a_rotation_of_everything_changes_nothing(draft in draft(), rotation in any::rotation()) {
        let simulations = [draft.clone(), turned(&draft, rotation)].map(|draft| {
            let mut simulation = draft.finish().unwrap().resolve().unwrap().simulation;
            simulation.precision = Precision::Double;
            simulation
        });
        let [still, turned] = simulations.each_ref().map(|simulation| render(simulation, &|| ()));
        let cells: f64 = simulations[0].crystal.cells.iter().map(|&n| f64::from(n)).sum();
        // Ten more for the slope of an interpolated F: 3 · 2 · 1.25² of the largest node, twice in F².
        let slope = std::f64::consts::TAU * (cells + 10.0);
        let change = change_of_h(&draft, &simulations[0]) * slope;
        let absolute = brightest(&simulations[0], largest_f(&draft)) * change;
        for (still, turned) in still.panels.iter().zip(&turned.panels) {
            for (at, (&still, &turned)) in still.image.indexed_iter().map(|(at, p)| (at, (p, &turned.image[at]))) {
                let (still, turned) = (f64::from(still), f64::from(turned));
                // Each is rounded to f32, by half a unit in its last place.
                let bound = absolute + still.max(turned) * (2f64.powi(-23) + 1e-12);
                prop_assert!((still - turned).abs() <= bound, "{at:?}: {still} {turned}, bound {bound:e}");
            }
        }
    }
}
