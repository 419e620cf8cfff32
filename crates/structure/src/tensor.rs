//! Symmetric tensors of three dimensions, and 3 × 3 matrices.

use std::f64::consts::TAU;

/// A matrix, row by row.
pub(crate) type Matrix = [[f64; 3]; 3];

/// A symmetric tensor: 11, 22, 33, 12, 13, 23.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tensor(pub(crate) [f64; 6]);

impl Tensor {
    /// All products of three vectors.
    pub(crate) fn of_products([a, b, c]: [[f64; 3]; 3]) -> Self {
        Self([dot(a, a), dot(b, b), dot(c, c), dot(a, b), dot(a, c), dot(b, c)])
    }

    /// This tensor and `times` another.
    pub(crate) fn plus(self, other: Self, times: f64) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + times * other.0[i]))
    }

    pub(crate) fn times(self, factor: f64) -> Self {
        Self(self.0.map(|entry| entry * factor))
    }

    /// vᵀ T v.
    pub(crate) fn along(self, [x, y, z]: [f64; 3]) -> f64 {
        let [xx, yy, zz, xy, xz, yz] = self.0;
        xx * x * x + yy * y * y + zz * z * z + 2.0 * (xy * x * y + xz * x * z + yz * y * z)
    }

    /// M T Mᵀ.
    pub(crate) fn transformed(self, matrix: &Matrix) -> Self {
        let [xx, yy, zz, xy, xz, yz] = self.0;
        let rows = [[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]];
        let [a, b, c] = matrix.map(|row| rows.map(|of| dot(of, row)));
        let [m, n, o] = *matrix;
        Self([dot(m, a), dot(n, b), dot(o, c), dot(m, b), dot(m, c), dot(n, c)])
    }

    pub(crate) fn determinant(self) -> f64 {
        let [xx, yy, zz, xy, xz, yz] = self.0;
        xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz)
    }

    pub(crate) fn inverse(self) -> Self {
        let [xx, yy, zz, xy, xz, yz] = self.0;
        let adjoint = Self([
            yy * zz - yz * yz,
            xx * zz - xz * xz,
            xx * yy - xy * xy,
            xz * yz - xy * zz,
            xy * yz - xz * yy,
            xy * xz - xx * yz,
        ]);
        adjoint.times(1.0 / self.determinant())
    }

    /// The smallest of its eigenvalues (Smith 1961, doi 10.1145/355578.366316).
    pub(crate) fn smallest_eigenvalue(self) -> f64 {
        let [xx, yy, zz, xy, xz, yz] = self.0;
        let mean = (xx + yy + zz) / 3.0;
        let [x, y, z] = [xx - mean, yy - mean, zz - mean];
        let radius = ((x * x + y * y + z * z + 2.0 * (xy * xy + xz * xz + yz * yz)) / 6.0).sqrt();
        if radius <= f64::EPSILON * mean.abs() {
            return mean;
        }
        let skew = Self([x, y, z, xy, xz, yz]).times(1.0 / radius).determinant() / 2.0;
        mean + 2.0 * radius * (skew.clamp(-1.0, 1.0).acos() / 3.0 + TAU / 3.0).cos()
    }
}

pub(crate) fn dot(u: [f64; 3], v: [f64; 3]) -> f64 {
    u[0] * v[0] + u[1] * v[1] + u[2] * v[2]
}

/// M v.
pub(crate) fn apply(matrix: &Matrix, vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| dot(row, vector))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENSOR: Tensor = Tensor([4.0, 3.0, 2.0, 0.5, -0.25, 0.75]);

    #[test]
    fn the_inverse_undoes() {
        let back = TENSOR.inverse().inverse();
        for (a, b) in back.0.iter().zip(TENSOR.0) {
            assert!((a - b).abs() < 1e-12);
        }
        // A diagonal one by hand.
        let diagonal = Tensor([2.0, 4.0, 5.0, 0.0, 0.0, 0.0]).inverse();
        for (found, expected) in diagonal.0.iter().zip([0.5, 0.25, 0.2, 0.0, 0.0, 0.0]) {
            assert!((found - expected).abs() < 1e-15, "{diagonal:?}");
        }
    }

    #[test]
    fn eigenvalues_are_roots_of_the_characteristic_polynomial() {
        let smallest = TENSOR.smallest_eigenvalue();
        let identity = Tensor([1.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
        assert!(TENSOR.plus(identity, -smallest).determinant().abs() < 1e-12);
        // Nothing is below it: the tensor less a little less than it is positive definite.
        assert!(TENSOR.plus(identity, -smallest + 1e-6).determinant() > 0.0);
        assert!((Tensor([2.0, 7.0, -3.0, 0.0, 0.0, 0.0]).smallest_eigenvalue() + 3.0).abs() < 1e-12);
        assert!((identity.times(5.0).smallest_eigenvalue() - 5.0).abs() < 1e-12);
    }

    #[test]
    fn transforming_is_what_it_does_to_vectors() {
        let matrix = [[1.0, 2.0, 0.0], [0.0, 1.0, -1.0], [3.0, 0.0, 1.0]];
        let vector = [0.3, -0.2, 0.9];
        let columns = [0, 1, 2].map(|i| matrix.map(|row: [f64; 3]| row[i]));
        let turned = columns.map(|column| dot(column, vector));
        assert!((TENSOR.transformed(&matrix).along(vector) - TENSOR.along(turned)).abs() < 1e-12);
    }
}
