//! The sum over steps whose nodes a prediction knows: neither the nearest node nor F is looked for.

use std::array::from_fn;

use nanobragg_geometry::LabVec;

use super::{Scene, SubSteps};
use crate::lane::{Lane, SIDE_BY_SIDE, Several, Triple};
use crate::lattice_factor::LatticeFactor;
use crate::sink::NoRecord;
use crate::steps::{ListedSteps, NO_NODE, Node, Step};
use crate::structure_factor::Lookup;

impl<S: LatticeFactor, F: Lookup> Scene<'_, S, F> {
    /// Σ F² · F_latt² over listed steps of one source, added to `sum`.
    #[inline(always)]
    pub(super) fn over_known_nodes<L: Lane>(
        &self,
        steps: &SubSteps<'_, L>,
        listed: ListedSteps,
        mut sum: L,
        cells: &mut F::Cells,
    ) -> L {
        let (groups, rest) = listed.steps.as_chunks::<SIDE_BY_SIDE>();
        for group in groups {
            if group.iter().all(|step| step.node != NO_NODE) {
                sum = self.add_known(steps, listed, group, sum);
            } else {
                for step in group {
                    sum = self.add_alone(steps, listed, step, sum, cells);
                }
            }
        }
        for step in rest {
            sum = self.add_alone(steps, listed, step, sum, cells);
        }
        sum
    }

    /// A step whose node is known is evaluated for that node and no other: its orientation may be listed for another one too.
    #[inline(always)]
    fn add_alone<L: Lane>(
        &self,
        steps: &SubSteps<'_, L>,
        listed: ListedSteps,
        step: &Step,
        sum: L,
        cells: &mut F::Cells,
    ) -> L {
        if step.node != NO_NODE {
            return self.add_known(steps, listed, &[*step], sum);
        }
        let alone = ListedSteps { steps: &[*step], nodes: &[] };
        self.over_nearest_nodes(steps, alone.of_one_source(), sum, cells, &mut NoRecord)
    }

    #[inline(always)]
    fn add_known<L: Lane, const N: usize>(
        &self,
        steps: &SubSteps<'_, L>,
        listed: ListedSteps,
        group: &[Step; N],
        sum: L,
    ) -> L {
        let nodes: [&Node; N] = from_fn(|step| &listed.nodes[group[step].node as usize]);
        let delta = Triple([
            distances(steps, group, nodes, 0),
            distances(steps, group, nodes, 1),
            distances(steps, group, nodes, 2),
        ]);
        let f_cell = Several(from_fn(|step| L::splat(nodes[step].structure_factor)));
        let amplitudes = f_cell * self.shape.counted(delta, true);
        amplitudes.0.into_iter().fold(sum, |sum, amplitude| amplitude.mul_add(amplitude, sum))
    }
}

/// The indices of some steps along an axis, beyond those of their nodes.
#[inline(always)]
fn distances<L: Lane, const N: usize>(
    steps: &SubSteps<'_, L>,
    group: &[Step; N],
    nodes: [&Node; N],
    axis: usize,
) -> Several<L, N> {
    let direct: [&LabVec; N] = from_fn(|step| &steps.table[group[step].orientation as usize][axis]);
    let [x, y, z] = steps.scattering.0;
    let [u, v, w]: [Several<L, N>; 3] = [
        Several(from_fn(|step| L::splat(direct[step].x))),
        Several(from_fn(|step| L::splat(direct[step].y))),
        Several(from_fn(|step| L::splat(direct[step].z))),
    ];
    let index = Triple([u, v, w]).dot(Triple([Several([x; N]), Several([y; N]), Several([z; N])]));
    index - Several(from_fn(|step| L::splat(nodes[step].miller[axis])))
}
