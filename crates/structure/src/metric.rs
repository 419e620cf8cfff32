//! Lengths in a cell: the metric tensors of the lattice and of its reciprocal, and coordinates in Å.

use hkl_io::Miller;
use nanobragg_geometry::{Lattice, UnitCell};

use crate::tensor::{Matrix, Tensor};

/// The metric of a unit cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Metric {
    /// aᵢ·aⱼ in Å²: for the squared length of a difference of fractional coordinates.
    pub(crate) direct: Tensor,
    /// aᵢ*·aⱼ* in Å⁻²: for 1/d² of indices.
    pub(crate) reciprocal: Tensor,
}

impl Metric {
    pub(crate) fn of(cell: &UnitCell) -> Self {
        let Lattice { a, b, c, a_star, b_star, c_star, .. } = Lattice::from_cell(cell);
        Self {
            direct: Tensor::of_products([a, b, c].map(|v| v.to_array())),
            reciprocal: Tensor::of_products([a_star, b_star, c_star].map(|v| v.to_array())),
        }
    }

    /// s² = (sin θ/λ)² = 1/(2d)² in Å⁻².
    pub(crate) fn s_squared(&self, node: Miller) -> f64 {
        self.reciprocal.along(indices(node)) / 4.0
    }
}

pub(crate) fn indices(node: Miller) -> [f64; 3] {
    [node.h, node.k, node.l].map(f64::from)
}

/// The matrix that takes fractional coordinates to Å, as files of the Protein Data Bank have them: a along x, b in the
/// x–y plane.
pub(crate) fn orthogonalization(cell: &UnitCell) -> Matrix {
    let [a, b, c] = cell.edges_angstrom;
    let [cos_alpha, cos_beta, cos_gamma] = cell.angles_rad.map(f64::cos);
    let sin_gamma = cell.angles_rad[2].sin();
    [
        [a, b * cos_gamma, c * cos_beta],
        [0.0, b * sin_gamma, c * (cos_alpha - cos_beta * cos_gamma) / sin_gamma],
        [0.0, 0.0, cell.volume() / (a * b * sin_gamma)],
    ]
}

/// The matrix that takes coordinates in Å to fractional ones: the inverse of [`orthogonalization`].
pub(crate) fn fractionalization(cell: &UnitCell) -> Matrix {
    let [[a, ab, ac], [_, b, bc], [_, _, c]] = orthogonalization(cell);
    [
        [1.0 / a, -ab / (a * b), (ab * bc - ac * b) / (a * b * c)],
        [0.0, 1.0 / b, -bc / (b * c)],
        [0.0, 0.0, 1.0 / c],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::{apply, dot};

    #[test]
    fn lengths_are_those_in_angstrom() {
        let cell = UnitCell::new([26.7514, 31.31, 33.6734], [88.687, 71.5295, 68.1375]).unwrap();
        let point = [0.3, -0.4, 0.7];
        let in_angstrom = apply(&orthogonalization(&cell), point);
        let length = dot(in_angstrom, in_angstrom);
        assert!((Metric::of(&cell).direct.along(point) - length).abs() < 1e-10 * length);
        let back = apply(&fractionalization(&cell), in_angstrom);
        assert!(back.iter().zip(point).all(|(found, expected)| (found - expected).abs() < 1e-13), "{back:?}");
    }

    #[test]
    fn the_matrix_of_a_monoclinic_cell_is_known() {
        let [a, b, c, beta] = [9.643, 9.609, 19.029, 101.22_f64.to_radians()];
        let cell = UnitCell::new([a, b, c], [90.0, 101.22, 90.0]).unwrap();
        let expected = [
            [1.0 / a, 0.0, -beta.cos() / (a * beta.sin())],
            [0.0, 1.0 / b, 0.0],
            [0.0, 0.0, 1.0 / (c * beta.sin())],
        ];
        for (found, expected) in fractionalization(&cell).iter().flatten().zip(expected.iter().flatten()) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
    }

    #[test]
    fn one_over_two_d_in_a_cubic_cell() {
        let cell = UnitCell::new([10.0; 3], [90.0; 3]).unwrap();
        let s_squared = Metric::of(&cell).s_squared(Miller::new(1, -2, 3));
        assert!((s_squared - 14.0 / 400.0).abs() < 1e-15);
    }
}
