//! F of the eight nodes that all orientations of a block fall on, to be picked from in registers.

use super::{Scene, SubSteps, nearest_index};
use crate::lane::{Lane, Triple};
use crate::lattice_factor::LatticeFactor;
use crate::orientation::INDEX_ROUNDING;
use crate::structure_factor::Lookup;

/// So many orientations are worth looking for eight nodes that they all fall on.
const WORTH_EIGHT_NODES: usize = 16;
/// Eight nodes are no further out along any axis.
const FARTHEST_OF_EIGHT: f64 = 16_384.0;

impl<S: LatticeFactor, F: Lookup> Scene<'_, S, F> {
    /// F of eight nodes, times a factor, where all the orientations' nodes are among them and they are worth fetching.
    ///
    /// An orientation's index is as far from their mean's as the cell vector from its mean, times |q|, at most. If the
    /// least and the greatest index of each pixel are nearest to one of two successive nodes, so are all.
    #[inline(always)]
    pub(super) fn eight_nodes<L: Lane>(
        &self,
        steps: &SubSteps<'_, L>,
        orientations: usize,
        factor: f64,
    ) -> Option<[f64; 8]> {
        if orientations < WORTH_EIGHT_NODES {
            return None;
        }
        let spread = self.sim.orientations.spread();
        let length = steps.scattering.dot(steps.scattering).sqrt();
        let mut first = [0.0; 3];
        for (axis, first) in first.iter_mut().enumerate() {
            let middle = Triple::splat(spread.mean[axis].to_array()).dot(steps.scattering);
            let away = length.mul_add(L::splat(spread.angstrom[axis]), L::splat(INDEX_ROUNDING));
            let [least, greatest] = [middle - away, middle + away].map(nearest_index);
            let node = least.get(0).min(least.get(L::WIDTH - 1));
            let are_two = L::both(L::splat(node).at_most(least), greatest.at_most(L::splat(node + 1.0)));
            if !L::all(are_two) || node.abs() > FARTHEST_OF_EIGHT {
                return None;
            }
            *first = node;
        }
        self.lookup.at_eight(first, factor)
    }
}
