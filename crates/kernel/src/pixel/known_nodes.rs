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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice_factor::Gauss;
    use crate::mode::Mode;
    use crate::simulation::{Crystal, Shape, Simulation, StructureFactors};
    use crate::structure_factor::Uniform;
    use crate::{DetectorPanel, pixel::Beam};
    use nanobragg_geometry::{Convention, DetectorSetup, Lattice, Source, UnitCell};

    /// An orientation that is listed for two nodes, the second of which stands beside a step without a node, where two steps
    /// go side by side.
    #[test]
    fn a_node_beside_a_step_without_one_counts_once() {
        let placement = DetectorSetup::new(Convention::Xds).with_pixels([1, 1], 1e-4).place().unwrap();
        let lattice = Lattice::from_cell(&UnitCell::new([10.0; 3], [90.0; 3]).unwrap());
        let crystal = Crystal { shape: Shape::Gauss, cells: [3; 3], fudge: 1.0 };
        let source = Source::new(LabVec::new(0.0, 0.0, 1.0), 1.0);
        let panels = vec![DetectorPanel::new("0", placement)];
        let sim = Simulation::new(panels, vec![source], lattice, crystal, StructureFactors::Uniform(2.0));
        let shape = Gauss::new(&crystal, &lattice, Mode::Physics, None);
        let scene = Scene {
            sim: &sim,
            panel: &sim.panels[0].placement.panel,
            shape: &shape,
            lookup: &Uniform(2.0),
            beams: &Beam::of(&sim),
            is_single: false,
        };
        let direct = [LabVec::new(10.0, 0.0, 0.0), LabVec::new(0.0, 10.0, 0.0), LabVec::new(0.0, 0.0, 10.0)];
        let steps = SubSteps {
            scattering: Triple([0.04, 0.0, 0.0]),
            cut: None,
            table: &[direct; 3],
            running_factor: None,
            source: 0,
        };
        let nodes = [0.0, 1.0].map(|h| Node { miller: [h, 0.0, 0.0], structure_factor: 2.0 });
        let listed = [(0, 0), (1, 0), (1, 1), (2, NO_NODE)].map(|(orientation, node)| Step {
            source: 0,
            orientation,
            node,
        });
        let sum = scene.over_known_nodes::<f64>(
            &steps,
            ListedSteps { steps: &listed, nodes: &nodes },
            0.0,
            &mut (),
        );
        let intensity = |delta: f64| (2.0 * shape.at(Triple([delta, 0.0, 0.0]))).powi(2);
        let expected = 3.0 * intensity(0.4) + intensity(-0.6);
        assert!((sum / expected - 1.0).abs() < 1e-12, "{sum} {expected}");
    }
}
