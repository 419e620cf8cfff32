//! How far from the origin a node of the reciprocal lattice is.

use nanobragg_geometry::{LabVec, Lattice, UnitCell};

use crate::{Bounds, Miller};

/// The reciprocal lattice of a cell, for the resolution of its nodes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolution {
    edges_angstrom: [f64; 3],
    stars: [LabVec; 3],
}

impl Resolution {
    pub(crate) fn of(cell: &UnitCell) -> Self {
        let Lattice { a_star, b_star, c_star, .. } = Lattice::from_cell(cell);
        Self { edges_angstrom: cell.edges_angstrom, stars: [a_star, b_star, c_star] }
    }

    /// 1/d² = |h a* + k b* + l c*|² in Å⁻².
    pub(crate) fn inverse_d_squared(&self, node: Miller) -> f64 {
        let [a, b, c] = self.stars;
        let scattering = a * f64::from(node.h) + b * f64::from(node.k) + c * f64::from(node.l);
        scattering.dot(scattering)
    }

    /// The box of the nodes that are no farther from the origin than 1/d in Å⁻¹: h = s·a is at most |s|·|a|.
    pub(crate) fn bounds(&self, inverse_d: f64) -> Bounds {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an index beyond 32 bits is cut off there, and refused for its size"
        )]
        let [h, k, l] = self.edges_angstrom.map(|edge| (edge * inverse_d * (1.0 + TOLERANCE)) as i32);
        let max = Miller::new(h, k, l);
        Bounds { min: -max, max }
    }
}

/// The spacing d in Å of the lattice planes of a node; infinite for (0, 0, 0).
#[must_use]
pub fn spacing_angstrom(cell: &UnitCell, node: Miller) -> f64 {
    Resolution::of(cell).inverse_d_squared(node).sqrt().recip()
}

/// Nodes of the same resolution differ by less, relatively, in what they are computed to have.
pub(crate) const TOLERANCE: f64 = 1e-9;
