//! The sum over orientations of a shape with fringes, in three stages.
//!
//! A step of such a shape is a long chain of operations, each of which waits for the one before, and a processor looks ahead
//! less far than one step takes. So the indices of a step are worked out beside the polynomials of the step before it and
//! the division of the one before that, which comes last: a tenth of the time where there are registers for it.

use super::{Scene, SubSteps, indices};
use crate::lane::Lane;
use crate::lattice_factor::LatticeFactor;
use crate::steps::Orientations;
use crate::structure_factor::{Lookup, Memory};

/// Whether there are registers for the indices of another step; else only the division waits for it.
const HAS_REGISTERS: bool = cfg!(target_feature = "avx512f");

impl<S: LatticeFactor, F: Lookup> Scene<'_, S, F> {
    /// Σ F² · F_latt² over phi steps and mosaic domains, added to `sum`.
    #[inline(always)]
    pub(super) fn over_fringes<L: Lane, O: Orientations>(
        &self,
        steps: &SubSteps<'_, L>,
        mut orientations: O,
        mut sum: L,
        cells: &mut F::Cells,
    ) -> L {
        let mut memory = Memory::new(self.eight_nodes(steps, orientations.len(), 1.0));
        let mut waiting = [0.0, 0.0, 1.0].map(L::splat);
        if !HAS_REGISTERS {
            for index in orientations {
                sum = added(waiting, sum);
                let (hkl, nearest) = indices(&steps.table[index], steps.scattering);
                let [above, below] = self.shape.counted_quotient(hkl.minus(nearest), O::SELECTED);
                waiting = [self.lookup.at(hkl, nearest, &mut memory, cells), above, below];
            }
            return added(waiting, sum);
        }
        let Some(first) = orientations.next() else { return sum };
        let (hkl, nearest) = indices(&steps.table[first], steps.scattering);
        let mut delta = hkl.minus(nearest);
        let mut f_cell = self.lookup.at(hkl, nearest, &mut memory, cells);
        for index in orientations {
            let (hkl, nearest) = indices(&steps.table[index], steps.scattering);
            let next = self.lookup.at(hkl, nearest, &mut memory, cells);
            let [above, below] = self.shape.counted_quotient(delta, O::SELECTED);
            sum = added(waiting, sum);
            waiting = [f_cell, above, below];
            (delta, f_cell) = (hkl.minus(nearest), next);
        }
        let [above, below] = self.shape.counted_quotient(delta, O::SELECTED);
        added([f_cell, above, below], added(waiting, sum))
    }
}

/// Adds (F · F_latt)² to a sum, of F and of F_latt as a numerator and a denominator.
#[inline(always)]
fn added<L: Lane>([f_cell, above, below]: [L; 3], sum: L) -> L {
    let amplitude = f_cell * (above / below);
    amplitude.mul_add(amplitude, sum)
}
