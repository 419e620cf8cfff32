//! Random experiments: every option that a prediction depends on.

use std::sync::Arc;

use nanobragg_geometry::{Convention, DetectorSetup, LabVec, Lattice, Sensor, Source, UnitCell, mosaic};
use nanobragg_kernel::{
    Amorphous, AmorphousFactor, Crystal, DetectorPanel, Mode, Orientations, PerSubStep, Polarization, Region,
    Shape, Simulation, StructureFactors,
};
use ndarray::Array2;
use proptest::prelude::*;

use crate::common::grid;

const SPINDLE: LabVec = LabVec::new(1.0, 0.0, 0.0);

#[derive(Clone, Debug)]
pub(crate) struct Detector {
    shape: [usize; 2],
    pub(crate) pixel_size_m: f64,
    distance_m: f64,
    rotations_rad: [f64; 3],
    twotheta_rad: f64,
    curved: bool,
    layers: u32,
    cut_at: Option<usize>,
    is_masked: bool,
    is_partial: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Sample {
    cell: [f64; 6],
    turn: [f64; 3],
    pub(crate) cells: [u32; 3],
    fudge: f64,
    shape: Shape,
    spread_rad: f64,
    domains: u32,
    phis: usize,
    phi_step_rad: f64,
    sources: usize,
    bandwidth: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct Options {
    oversample: u32,
    per_sub_step: [bool; 3],
    is_compat: bool,
    is_interpolated: bool,
    water: bool,
    dmin_angstrom: f64,
    is_point_pixel: bool,
    is_single: bool,
}

pub(crate) fn detectors() -> impl Strategy<Value = Detector> {
    let shape = (1..40usize, 1..90usize);
    let place = (2e-5..4e-4f64, 0.03..0.4f64, prop::array::uniform3(-0.8..0.8f64), -0.9..0.9f64);
    let kind = (any::<bool>(), 1..4u32, prop::option::of(1..39usize), any::<bool>(), any::<bool>());
    (shape, place, kind).prop_map(
        |((slow, fast), (pixel_size_m, distance_m, rotations_rad, twotheta_rad), kind)| {
            let (curved, layers, cut_at, is_masked, is_partial) = kind;
            let cut_at = cut_at.filter(|&row| row < slow);
            let shape = [slow, fast];
            Detector {
                shape,
                pixel_size_m,
                distance_m,
                rotations_rad,
                twotheta_rad,
                curved,
                layers,
                cut_at,
                is_masked,
                is_partial,
            }
        },
    )
}

/// Crystals of the given shapes.
pub(crate) fn samples(shapes: &[Shape]) -> impl Strategy<Value = Sample> {
    let lattice = ((20.0..90.0f64, 20.0..90.0f64, 20.0..200.0f64), prop::array::uniform3(75.0..105.0f64));
    let crystal = (prop::array::uniform3(4..90u32), 0.4..3.0f64, prop::sample::select(shapes.to_vec()));
    let turns = (prop::array::uniform3(-3.0..3.0f64), 0.0..0.03f64, 1..20u32, 1..4usize, 0.0..0.02f64);
    (lattice, crystal, turns, 1..4usize, 0.0..0.02f64).prop_map(
        |(((a, b, c), [alpha, beta, gamma]), (cells, fudge, shape), turns, sources, bandwidth)| {
            let (turn, spread_rad, domains, phis, phi_step_rad) = turns;
            let cell = [a, b, c, alpha, beta, gamma];
            Sample {
                cell,
                turn,
                cells,
                fudge,
                shape,
                spread_rad,
                domains,
                phis,
                phi_step_rad,
                sources,
                bandwidth,
            }
        },
    )
}

pub(crate) fn options() -> impl Strategy<Value = Options> {
    let flags =
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), any::<bool>(), prop::bool::weighted(0.3));
    let per_sub_step = prop::array::uniform3(prop::bool::weighted(0.3));
    (1..4u32, per_sub_step, flags, prop::sample::select(vec![0.0, 0.0, 2.0])).prop_map(
        |(
            oversample,
            per_sub_step,
            (is_compat, is_interpolated, water, is_point_pixel, is_single),
            dmin_angstrom,
        )| {
            Options {
                oversample,
                per_sub_step,
                is_compat,
                is_interpolated,
                water,
                dmin_angstrom,
                is_point_pixel,
                is_single,
            }
        },
    )
}

pub(crate) fn simulation(detector: &Detector, sample: &Sample, options: &Options) -> Simulation {
    let mode = if options.is_compat { Mode::Compat } else { Mode::Physics };
    let mut setup = DetectorSetup::new(Convention::Xds).with_pixels(detector.shape, detector.pixel_size_m);
    setup.distance_m = detector.distance_m;
    setup.rotations_rad = detector.rotations_rad;
    setup.twotheta_rad = detector.twotheta_rad;
    setup.curved = detector.curved;
    setup.as_reference = options.is_compat;
    if detector.layers > 1 {
        setup.sensor = Sensor::new(1e-3, 5e-4, detector.layers);
    }
    let placement = setup.place().unwrap();
    let mut panels = vec![DetectorPanel::new("0", placement)];
    if let Some(row) = detector.cut_at {
        let whole = panels[0].placement.panel.clone();
        let [rows, columns] = detector.shape;
        panels = [0..row, row..rows]
            .into_iter()
            .map(|part| DetectorPanel::new("part", whole.cut(part, 0..columns).unwrap()))
            .collect();
    }
    for panel in &mut panels {
        let shape = panel.placement.panel.shape;
        if detector.is_masked {
            let mask = Array2::from_shape_fn(shape, |(slow, fast)| (slow * 31 + fast * 17) % 11 < 5);
            panel.mask = Some(Arc::new(mask));
        }
        if detector.is_partial {
            panel.region =
                Region { slow: shape[0] / 5..=shape[0] * 2 / 3, fast: shape[1] / 7..=shape[1] * 3 / 4 };
        }
    }
    let [a, b, c, alpha, beta, gamma] = sample.cell;
    let cell = UnitCell::new([a, b, c], [alpha, beta, gamma]).unwrap();
    let lattice = Lattice::from_turned_cell(&cell, sample.turn);
    let sources = (0..sample.sources)
        .map(|i| {
            let part = i as f64 - 1.0;
            let beam = LabVec::new(1e-3 * part, 0.0, 1.0).unit();
            // Their mean is 1.
            let weight = 2.0 * (i + 1) as f64 / (sample.sources + 1) as f64;
            Source { weight, ..Source::new(beam, 1.1 * (1.0 + sample.bandwidth * part)) }
        })
        .collect();
    let mut crystal = Crystal::new(sample.shape, sample.cells);
    crystal.fudge = sample.fudge;
    let mut sim =
        Simulation::new(panels, sources, lattice, crystal, StructureFactors::Grid(Arc::new(grid(3.0))));
    let phis = (0..sample.phis).map(|i| i as f64 * sample.phi_step_rad).collect();
    let domains = mosaic::domains(sample.spread_rad, sample.domains, 7);
    sim.orientations = Orientations::new(&lattice, SPINDLE, phis, &domains, mode);
    sim.mode = mode;
    sim.oversample = options.oversample;
    let [capture, polarization, solid_angle] = options.per_sub_step;
    sim.per_sub_step = PerSubStep { capture, polarization, solid_angle };
    sim.interpolate = options.is_interpolated;
    sim.polarization = Polarization::Kahn { factor: 0.9, e_vector: SPINDLE };
    sim.dmin_angstrom = options.dmin_angstrom;
    // 1/R² multiplied into the running sum at every step would leave all numbers behind.
    if options.is_single {
        sim.precision = nanobragg_kernel::Precision::Single;
    }
    sim.point_pixel = options.is_point_pixel && !(options.is_compat && solid_angle);
    if options.water {
        sim.amorphous =
            Some(Amorphous { thickness_m: 1e-5, structure_factor: AmorphousFactor::Constant(2.57) });
    }
    sim
}

/// 50³ cells of 79 × 79 × 38 Å, 20 domains of 0.2°, 2 wavelengths, pixels of 75 µm at 150 mm.
pub(crate) fn still() -> Simulation {
    let detector = Detector {
        shape: [64, 200],
        pixel_size_m: 7.5e-5,
        distance_m: 0.15,
        rotations_rad: [0.0; 3],
        twotheta_rad: 0.3,
        curved: false,
        layers: 1,
        cut_at: None,
        is_masked: false,
        is_partial: false,
    };
    let sample = Sample {
        cell: [79.0, 79.0, 38.0, 90.0, 90.0, 90.0],
        turn: [0.1, 0.2, 0.3],
        cells: [50; 3],
        fudge: 1.0,
        shape: Shape::Gauss,
        spread_rad: 0.0035,
        domains: 20,
        phis: 1,
        phi_step_rad: 0.0,
        sources: 2,
        bandwidth: 0.002,
    };
    let options = Options {
        oversample: 1,
        per_sub_step: [false; 3],
        is_compat: false,
        is_interpolated: false,
        water: false,
        dmin_angstrom: 0.0,
        is_point_pixel: false,
        is_single: false,
    };
    simulation(&detector, &sample, &options)
}
