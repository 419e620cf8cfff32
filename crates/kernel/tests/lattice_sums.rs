//! F_latt by its own laws: one cell has none, a node has all cells, and a cell of reciprocal space holds N of F_latt².
//!
//! F_latt is read from the trace, whose numbers are those of the rendering before they become f32.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use nanobragg_geometry::{LabVec, Lattice, Panel, PixelIndex, Source};
use nanobragg_kernel::record::Value;
use nanobragg_kernel::{
    Crystal, Detail, DetectorPanel, Polarization, Shape, Simulation, StructureFactors, trace,
};
use proptest::prelude::*;

/// Å.
const WAVELENGTH_ANGSTROM: f64 = 1.0;
/// The relative error of `functions::sin_pi`, which its own test holds it to, of six sines in F_latt, twice in F_latt².
const SINES: f64 = 2.0 * 6.0 * 6.3e-14;

/// A pixel whose q is known, with a crystal on it.
fn simulation(direct: [LabVec; 3], crystal: Crystal) -> Simulation {
    let beam = LabVec::new(0.0, 0.0, 1.0);
    let corner = LabVec::new(0.0291, -0.0103, 0.1);
    let (fast, slow) = (LabVec::new(1.0, 0.0, 0.0), LabVec::new(0.0, 1.0, 0.0));
    let panel = Panel::flat([1, 1], 1e-4, corner, fast, slow, beam).unwrap();
    let [a, b, c] = direct;
    let volume = a.dot(b.cross(c));
    let star = [b.cross(c), c.cross(a), a.cross(b)].map(|v| v * (1.0 / volume));
    let mut sim = Simulation::new(
        vec![DetectorPanel::new("0", panel)],
        vec![Source::new(beam, WAVELENGTH_ANGSTROM)],
        Lattice::from_reciprocal(star).unwrap(),
        crystal,
        StructureFactors::Uniform(1.0),
    );
    sim.polarization = Polarization::Off;
    sim
}

/// The last number that the trace has under a key.
fn number(sim: &Simulation, key: &str) -> f64 {
    let lines = trace(sim, 0, PixelIndex::new(0, 0), Detail::default());
    match lines.into_iter().rfind(|line| line.key == key).map(|line| line.value) {
        Some(Value::Numbers(numbers)) => numbers[0],
        other => panic!("{key}: {other:?}"),
    }
}

/// A lattice whose indices at the pixel are the ones given; their sum must not be 0.
fn lattice_at(hkl: [f64; 3]) -> [LabVec; 3] {
    let q = {
        let beam = LabVec::new(0.0, 0.0, 1.0);
        let center = LabVec::new(0.0291 + 0.5e-4, -0.0103 + 0.5e-4, 0.1);
        (center.unit() - beam) * (1.0 / WAVELENGTH_ANGSTROM)
    };
    let along = q * (1.0 / q.dot(q));
    let side = along.cross(LabVec::new(0.2, 0.9, 0.1)).with_length(50.0);
    let other = side.cross(q.unit());
    [along * hkl[0] + side, along * hkl[1] + other, along * hkl[2] - side - other]
}

/// F² · F_latt² of the pixel, with F = 1.
fn f_latt_sqr(shape: Shape, cells: [u32; 3], hkl: [f64; 3]) -> f64 {
    number(&simulation(lattice_at(hkl), Crystal::new(shape, cells)), "I_before_scaling")
}

/// Na Nb Nc.
fn product(cells: [u32; 3]) -> f64 {
    cells.iter().map(|&n| f64::from(n)).product()
}

proptest! {
    #[test]
    fn one_cell_has_a_lattice_factor_of_one_everywhere(hkl in prop::array::uniform3(0.3..40.0f64)) {
        prop_assert_eq!(f_latt_sqr(Shape::Square, [1; 3], hkl).to_bits(), 1f64.to_bits());
    }

    #[test]
    fn an_axis_of_one_cell_counts_for_nothing(h in 0.3..40.0f64, k in 0.3..40.0f64, l in 0.3..40.0f64, n in 2..30u32) {
        // Were k to count, it would change by the factor below.
        let [found, other] = [k, k + 0.37].map(|k| f_latt_sqr(Shape::Square, [n, 1, 1], [h, k, l]));
        // h is rounded a few times on its way through the lattice: |d F²/dh| ≤ 2π (n − 1) n² (Bernstein).
        let rounding = 2.0 * std::f64::consts::PI * f64::from(n).powi(3) * 64.0 * f64::EPSILON * (h + 40.0);
        prop_assert!((found - other).abs() <= rounding + SINES * found, "{found} {other}");
    }

    /// A node is 1 of F_latt² = N² but for the square of the indices' rounding: F_latt² falls by (πNδ)²/3.
    #[test]
    fn integer_indices_give_all_cells(
        hkl in prop::array::uniform3(1..40u32),
        cells in prop::array::uniform3(2..60u32),
    ) {
        let hkl = hkl.map(f64::from);
        for (shape, peak) in [
            (Shape::Square, 1.0),
            (Shape::Gauss, 1.0),
            (Shape::Tophat, 1.0),
            (Shape::Round, std::f64::consts::PI / 6.0),
        ] {
            let expected = peak * product(cells).powi(2);
            let found = f_latt_sqr(shape, cells, hkl);
            prop_assert!((found / expected - 1.0).abs() < SINES + 1e-12, "{shape:?}: {found} {expected}");
        }
    }
}

/// The mean of F_latt² over one cell of reciprocal space, −½ ≤ δ < ½ along each axis, on a grid of `count`³ points.
///
/// The points are off the faces, where the nearest node changes, and off the node.
fn mean_over_a_cell(shape: Shape, cells: [u32; 3], count: u32) -> f64 {
    let points: Vec<f64> = (0..count).map(|i| (f64::from(i) + 0.37) / f64::from(count) - 0.5).collect();
    let mut sum = 0.0;
    for h in &points {
        for k in &points {
            for l in &points {
                sum += f_latt_sqr(shape, cells, [3.0 + h, 2.0 + k, 4.0 + l]);
            }
        }
    }
    sum / f64::from(count).powi(3)
}

/// Of a square crystal F_latt² is, along an axis, a sum of waves up to the frequency N − 1 whose constant term is N. A
/// grid of M > N − 1 equal steps has no alias of them at 0: its mean is the integral exactly, but for rounding.
#[test]
fn a_cell_of_reciprocal_space_holds_n_cubed_of_a_square_crystal() {
    for cells in [[2, 2, 2], [4, 4, 4], [8, 8, 8], [3, 5, 7], [1, 2, 9]] {
        let count = cells[0].max(cells[1]).max(cells[2]);
        let found = mean_over_a_cell(Shape::Square, cells, count);
        let expected = product(cells);
        // Rounding of the indices, in units of the node's own F_latt² of N², as above.
        let slope = 2.0 * std::f64::consts::PI * cells.iter().map(|&n| f64::from(n)).sum::<f64>();
        let bound = SINES + slope * expected * 16.0 * f64::EPSILON * 10.0;
        assert!((found / expected - 1.0).abs() < bound, "{cells:?}: {found} {expected}, bound {bound:e}");
    }
}

/// The same crystal, twice as long along each edge: eight times the photons, while the brightest point has 64 times.
#[test]
fn the_sum_over_a_spot_scales_as_n_cubed_and_its_peak_as_n_to_the_sixth() {
    let [small, large] = [5, 10].map(|n| mean_over_a_cell(Shape::Square, [n; 3], 10));
    assert!((large / small - 8.0).abs() < 1e-9, "{large} {small}");
    let [small, large] = [5, 10].map(|n| f_latt_sqr(Shape::Square, [n; 3], [3.0, 2.0, 4.0]));
    assert!((large / small - 64.0).abs() < 1e-9, "{large} {small}");
}

/// (0.315 π)^(3/2) of N for the gauss shape (docs/darwin.md). Its sum over steps differs from the integral by
/// 2 exp(−π² 0.63 M²/(2 N²)) an axis (Poisson's formula), 1e-10 at M = 2.8 N, and by exp(−N²/1.26) of tails.
#[test]
fn a_cell_of_reciprocal_space_holds_less_of_a_gauss_spot_by_a_known_factor() {
    let found = mean_over_a_cell(Shape::Gauss, [6, 7, 5], 20) / product([6, 7, 5]);
    let expected = (0.315 * std::f64::consts::PI).powf(1.5);
    assert!((found / expected - 1.0).abs() < 1e-8, "{found} {expected}");
}
