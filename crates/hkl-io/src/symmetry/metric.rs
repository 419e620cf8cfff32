//! Whether a rotation of a lattice keeps its lengths and angles.

use nanobragg_geometry::UnitCell;

/// The largest difference between metric tensors, relative to the squares of edges: 1 % of an edge, or 1°.
const TOLERANCE: f64 = 0.02;

/// Whether RᵀGR = G, with the metric tensor G of the cell.
pub(super) fn is_kept(rotation: &[[i8; 3]; 3], cell: &UnitCell) -> bool {
    let [a, b, c] = cell.edges_angstrom;
    let [alpha, beta, gamma] = cell.angles_rad.map(f64::cos);
    let metric = [
        [a * a, a * b * gamma, a * c * beta],
        [a * b * gamma, b * b, b * c * alpha],
        [a * c * beta, b * c * alpha, c * c],
    ];
    let turned = |i: usize, j: usize| -> f64 {
        let pairs = (0..9).map(|place| (place / 3, place % 3));
        pairs.map(|(k, l)| f64::from(rotation[k][i]) * metric[k][l] * f64::from(rotation[l][j])).sum()
    };
    let mut places = (0..9).map(|place| (place / 3, place % 3));
    places
        .all(|(i, j)| (turned(i, j) - metric[i][j]).abs() <= TOLERANCE * (metric[i][i] * metric[j][j]).sqrt())
}
