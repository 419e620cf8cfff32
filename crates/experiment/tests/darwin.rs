//! Darwin's formula: the photons of one spot over a whole rocking, against the closed form of `docs/darwin.md`.
//!
//! F is 0 everywhere but at one node, so that the panel and the rotation collect one cell of reciprocal space and
//! nothing else. `cargo test -p nanobragg-experiment --test darwin -- --nocapture` prints the ratios.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "the ratios are a result")]

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use nanobragg_experiment::{
    Beam, Crystal, Experiment, Intensity, Interpolation, Panel, PerSubStep, Scan, Shape, StructureFactors,
};
use nanobragg_geometry::LabVec;
use nanobragg_kernel::{R_E_SQR_M2, render};

/// λ in Å, F in electrons, fluence in photons/m², Kahn's K and the distance of the panel's plane in mm.
const WAVELENGTH_ANGSTROM: f64 = 1.1;
const F: f64 = 37.0;
const FLUENCE_PER_M2: f64 = 3.2e26;
const KAHN: f64 = 0.4;
const DISTANCE_MM: f64 = 140.0;
/// The beam, and the E-vector across it.
const S0: LabVec = LabVec::new(0.0, 0.0, 1.0);
const E_VECTOR: LabVec = LabVec::new(1.0, 0.0, 0.0);
/// Pixels along an edge of the panel, sub-pixels along an edge of a pixel, and rotation steps.
const PIXELS: u32 = 90;
const OVERSAMPLE: u32 = 3;
const STEPS: u32 = 360;

/// A lattice and how many of its cells there are.
struct Sample {
    name: &'static str,
    /// a, b, c in Å, in any orientation.
    direct: [LabVec; 3],
    cells: [u32; 3],
    hkl: [i32; 3],
}

/// Where a spot comes out, and the spindle that brings it there.
struct Spot {
    name: &'static str,
    /// From lab x (the spindle, but for its tilt) towards y, degrees: 90 is the equator.
    azimuth_deg: f64,
    spindle: LabVec,
}

/// A sample in reflecting position: what the closed form needs.
struct Reflecting {
    direct: [LabVec; 3],
    reciprocal: [LabVec; 3],
    volume_angstrom3: f64,
    diffracted: LabVec,
    lorentz: f64,
}

fn samples() -> [Sample; 2] {
    let cubic = [LabVec::new(100.0, 0.0, 0.0), LabVec::new(0.0, 100.0, 0.0), LabVec::new(0.0, 0.0, 100.0)];
    // Edges of 80, 91 and 103 Å with angles of 97.8, 104.4 and 98.6°.
    let triclinic =
        [LabVec::new(80.0, 0.0, 0.0), LabVec::new(-13.6, 90.0, 0.0), LabVec::new(-25.6, -18.0, 98.1)];
    [
        Sample { name: "cubic", direct: cubic, cells: [12; 3], hkl: [38, -29, 24] },
        Sample { name: "triclinic", direct: triclinic, cells: [14, 12, 11], hkl: [-28, 31, 22] },
    ]
}

fn spots() -> [Spot; 3] {
    let across = LabVec::new(1.0, 0.0, 0.0);
    [
        Spot { name: "near the equator", azimuth_deg: 84.0, spindle: across },
        Spot { name: "off the equator", azimuth_deg: 38.0, spindle: across },
        // The general form of L: a spindle that is not at right angles to the beam.
        Spot { name: "spindle tilted", azimuth_deg: -127.0, spindle: LabVec::new(0.9, 0.15, 0.35).unit() },
    ]
}

/// a*, b*, c* in Å⁻¹ and the volume in Å³.
fn reciprocal([a, b, c]: [LabVec; 3]) -> ([LabVec; 3], f64) {
    let volume = a.dot(b.cross(c));
    ([b.cross(c), c.cross(a), a.cross(b)].map(|v| v * (1.0 / volume)), volume)
}

/// Three orthonormal vectors, the first along `first`.
fn frame(first: LabVec, other: LabVec) -> [LabVec; 3] {
    let first = first.unit();
    let second = first.cross(other).unit();
    [first, second, first.cross(second)]
}

/// `sample` turned so that its reflection is excited at spindle angle 0, with its spot at the azimuth wanted.
fn in_reflecting_position(sample: &Sample, spot: &Spot) -> Reflecting {
    let (star, volume_angstrom3) = reciprocal(sample.direct);
    let node = |star: [LabVec; 3]| {
        let [h, k, l] = sample.hkl.map(f64::from);
        star[0] * h + star[1] * k + star[2] * l
    };
    let before = node(star);
    let two_theta = 2.0 * (before.length() * WAVELENGTH_ANGSTROM / 2.0).asin();
    let (sin, cos) = two_theta.sin_cos();
    let (y, x) = spot.azimuth_deg.to_radians().sin_cos();
    let diffracted = LabVec::new(sin * x, sin * y, cos);
    let q = (diffracted - S0) * (1.0 / WAVELENGTH_ANGSTROM);
    // From the frame of the node as it is to the frame of the node as it shall be, in some position about it.
    let (from, to) = (frame(before, LabVec::new(0.3, 0.5, -0.8)), frame(q, LabVec::new(0.9, -0.2, 0.4)));
    let turn = |v: LabVec| to[0] * from[0].dot(v) + to[1] * from[1].dot(v) + to[2] * from[2].dot(v);
    let direct = sample.direct.map(turn);
    let reciprocal = star.map(turn);
    assert!((node(reciprocal) - q).length() < 1e-12, "the node is on Ewald's sphere");
    let lorentz = 1.0 / spot.spindle.dot(S0.cross(diffracted)).abs();
    Reflecting { direct, reciprocal, volume_angstrom3, diffracted, lorentz }
}

/// A panel and a rotation (degrees) that hold `part` of the node's cell of reciprocal space, and hardly more.
///
/// A point κ from the node diffracts at the angle φ = −λ L κ·S and in the direction S + λ(κ + φ e × q) without its
/// part along S. |κ| is at most half of the longest diagonal.
fn around_node(at: &Reflecting, spindle: LabVec, part: f64) -> (Panel, f64) {
    const MARGIN: f64 = 1.2;
    let [a, b, c] = at.reciprocal;
    let diagonals = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]].map(|[k, l]| a + b * k + c * l);
    let radius = 0.5 * part * diagonals.into_iter().map(LabVec::length).fold(0.0, f64::max);
    let half_turn_rad = MARGIN * radius * WAVELENGTH_ANGSTROM * at.lorentz;
    let q = (at.diffracted - S0) * (1.0 / WAVELENGTH_ANGSTROM);
    let sideways = spindle.cross(q);
    let across = (sideways - at.diffracted * sideways.dot(at.diffracted)).length();
    let half_angle = MARGIN * radius * WAVELENGTH_ANGSTROM + half_turn_rad * across;
    // On a plane across the beam a spot is longest away from the beam, by 1/cos²2θ.
    let cos = at.diffracted.z;
    let half_mm = DISTANCE_MM / (cos * cos) * half_angle;
    let center = at.diffracted * (DISTANCE_MM / cos);
    let corner = center - LabVec::new(half_mm, half_mm, 0.0);
    let pixel_mm = 2.0 * half_mm / f64::from(PIXELS);
    let panel = Panel::new(corner.to_array(), [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [PIXELS, PIXELS], pixel_mm);
    (panel, 2.0 * half_turn_rad.to_degrees())
}

/// The sum over the panel, in photons, of a rotation through the reflection.
fn rendered(sample: &Sample, at: &Reflecting, spindle: LabVec, shape: Shape) -> (f64, f64) {
    let part = match shape {
        // Its ball is 2 · 0.63/N of a cell across; all of the samples go there.
        Shape::Tophat => 1.26 / f64::from(sample.cells.into_iter().min().unwrap()),
        _ => 1.0,
    };
    let (panel, width_deg) = around_node(at, spindle, part);
    let mut crystal = Crystal::default().with_cells(sample.cells).with_shape(shape);
    crystal.vectors_angstrom = Some(at.direct.map(LabVec::to_array));
    let [h, k, l] = sample.hkl;
    let mut factors = StructureFactors::from_reflections([(h, k, l, F)]);
    factors.interpolation = Some(Interpolation::Nearest);
    let mut beam =
        Beam::monochromatic(WAVELENGTH_ANGSTROM).with_intensity(Intensity::FluencePerM2(FLUENCE_PER_M2));
    beam.direction = Some(S0.to_array());
    beam.polarization.kahn_factor = KAHN;
    beam.polarization.e_vector = Some(E_VECTOR.to_array());
    let mut scan = Scan::new(-0.5 * width_deg, width_deg, STEPS);
    scan.axis = Some(spindle.to_array());
    let mut experiment =
        Experiment::new(crystal, factors, vec![panel]).unwrap().with_beam(beam).with_scan(scan);
    experiment.sampling.oversample = Some(OVERSAMPLE);
    let mut per_sub_step = PerSubStep::default();
    (per_sub_step.polarization, per_sub_step.solid_angle) = (true, true);
    experiment.sampling.per_sub_step = per_sub_step;
    let rendering = render(&experiment.resolve().unwrap().simulation, &|| ());
    (rendering.panels[0].image.iter().map(|&photons| f64::from(photons)).sum(), width_deg.to_radians())
}

/// G of a shape: the integral of F_latt² over a cell of reciprocal space, in units of the number of cells.
fn integral_of(shape: Shape, cells: [u32; 3]) -> f64 {
    match shape {
        Shape::Square => 1.0,
        Shape::Gauss => (0.63 * PI / 2.0).powf(1.5),
        Shape::Tophat => 4.0 / 3.0 * PI * 0.63f64.powi(3),
        Shape::Round => {
            assert!(cells.iter().all(|&n| n == cells[0]), "the tail is known for a cube of cells");
            let tail = 36.0 * FRAC_1_SQRT_2.atan() / (2f64.sqrt() * PI.powi(3));
            1.0 - tail / f64::from(cells[0])
        }
        _ => unreachable!("there are four shapes"),
    }
}

/// Photons of the spot: r_e² Φ/W λ³ L P F² V_xtal/V_cell² G, with W the rotation in radians.
fn closed_form(sample: &Sample, at: &Reflecting, shape: Shape, width_rad: f64) -> f64 {
    let cells: f64 = sample.cells.iter().map(|&n| f64::from(n)).product();
    let crystal_angstrom3 = cells * at.volume_angstrom3;
    // A beam of factor K is (1 + K)/2 polarized along E and (1 − K)/2 along B.
    let [along_e, along_b] = [E_VECTOR, S0.cross(E_VECTOR)].map(|axis| 1.0 - at.diffracted.dot(axis).powi(2));
    let polarization = (1.0 + KAHN) / 2.0 * along_e + (1.0 - KAHN) / 2.0 * along_b;
    R_E_SQR_M2 * FLUENCE_PER_M2 / width_rad
        * WAVELENGTH_ANGSTROM.powi(3)
        * at.lorentz
        * polarization
        * F
        * F
        * crystal_angstrom3
        / at.volume_angstrom3.powi(2)
        * integral_of(shape, sample.cells)
}

/// Renders every spot of every sample with a shape, prints rendered/closed form, and holds it to the bound that
/// `docs/darwin.md` explains.
fn check(shape: Shape, bound: f64) {
    for sample in samples() {
        if shape == Shape::Round && sample.cells[0] != sample.cells[2] {
            continue;
        }
        for spot in spots() {
            let at = in_reflecting_position(&sample, &spot);
            let (found, width_rad) = rendered(&sample, &at, spot.spindle, shape);
            let expected = closed_form(&sample, &at, shape, width_rad);
            let ratio = found / expected;
            println!(
                "{:9} {:8} {:16} L {:.3}: {found:.6e} photons, closed form {expected:.6e}, ratio {ratio:.6}",
                sample.name,
                format!("{shape:?}"),
                spot.name,
                at.lorentz,
            );
            assert!((ratio - 1.0).abs() < bound, "{} {shape:?} {}: {ratio}", sample.name, spot.name);
        }
    }
}

#[test]
fn a_square_crystals_spot_holds_darwins_photons() {
    check(Shape::Square, 3e-4);
}

#[test]
fn a_gauss_spot_holds_darwins_photons() {
    check(Shape::Gauss, 2e-5);
}

#[test]
fn a_round_crystals_spot_holds_darwins_photons() {
    check(Shape::Round, 3e-4);
}

#[test]
fn a_tophat_spot_holds_darwins_photons() {
    check(Shape::Tophat, 1e-3);
}
