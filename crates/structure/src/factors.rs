//! Structure factors of all nodes up to a resolution.

use hkl_io::{Miller, Reflection};
use rustfft::num_complex::Complex;

/// Structure factors F(h) of a cell, in electrons, of all nodes of the reciprocal lattice up to a resolution, in P 1.
///
/// Absent ones are 0. F(0 0 0) is the number of electrons, those of the solvent included.
#[derive(Debug, Clone)]
pub struct StructureFactors {
    /// Of half a sphere, ordered by node.
    half: Vec<Pair>,
    d_min_angstrom: f64,
    obeys_friedel: bool,
}

/// F of a node and of its opposite.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) node: Miller,
    pub(crate) plus: Complex<f64>,
    pub(crate) minus: Complex<f64>,
}

impl StructureFactors {
    /// From the nodes of half a sphere, ordered.
    pub(crate) const fn new(half: Vec<Pair>, d_min_angstrom: f64, obeys_friedel: bool) -> Self {
        Self { half, d_min_angstrom, obeys_friedel }
    }

    /// The limit of resolution d in Å.
    #[must_use]
    pub const fn d_min_angstrom(&self) -> f64 {
        self.d_min_angstrom
    }

    /// Whether |F(−h)| is |F(h)| for all of them: anomalous scattering was not asked for.
    #[must_use]
    pub const fn obeys_friedel(&self) -> bool {
        self.obeys_friedel
    }

    /// F of a node; `None` beyond the resolution.
    #[must_use]
    pub fn get(&self, node: Miller) -> Option<Complex<f64>> {
        let find = |node: Miller| {
            self.half.binary_search_by_key(&node, |pair| pair.node).ok().map(|place| self.half[place])
        };
        let is_opposite = node < Miller::new(0, 0, 0);
        if is_opposite { find(-node).map(|pair| pair.minus) } else { find(node).map(|pair| pair.plus) }
    }

    /// All nodes with their F, a node and its opposite next to each other.
    pub fn iter(&self) -> impl Iterator<Item = (Miller, Complex<f64>)> + Clone {
        self.half.iter().flat_map(|pair| {
            let opposite = (pair.node != Miller::new(0, 0, 0)).then_some((-pair.node, pair.minus));
            std::iter::once((pair.node, pair.plus)).chain(opposite)
        })
    }

    /// All nodes with |F|, for [`hkl_io::Grid::from_reflections`].
    pub fn reflections(&self) -> impl Iterator<Item = Reflection> + Clone {
        self.iter().map(|(miller, factor)| Reflection { miller, structure_factor: factor.norm() })
    }
}
