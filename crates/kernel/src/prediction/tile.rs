//! The steps of each block of pixels of a tile.

use std::ops::Range;

use nanobragg_geometry::{LabVec, Panel};

use super::footprint::{BLOCKS, Edges, Places, ROWS};
use super::orientations::{Matrix, OrientationLanes, Run};
use super::patch::Patch;
use super::tails::{Ledger, Tails};
use crate::lane::{Lane, Triple, WIDEST};
use crate::lattice_factor::Spot;
use crate::orientation::INDEX_ROUNDING;
use crate::simulation::Simulation;
use crate::steps::{ListedSteps, NO_NODE, Node, Step};
use crate::structure_factor::NodeFactors;

/// What does not change from tile to tile.
pub(crate) struct Predictor<'a, L> {
    spot: Spot,
    /// Of a shape whose spots have no end.
    tails: Option<Tails<'a>>,
    orientations: OrientationLanes<L>,
    /// Direction and 1/λ in Å⁻¹ of each source.
    sources: Vec<(LabVec, f64)>,
    /// How far a spot reaches along h, k and l.
    reach: [f64; 3],
    /// F of nodes that spots are at, where all of a spot is nearest to its node and no step is evaluated otherwise.
    factors: Option<&'a dyn NodeFactors>,
    sim: &'a Simulation,
}

/// The steps of each block of a tile, kept by a thread from tile to tile.
pub(crate) struct Tile<L: Lane> {
    pub(super) lists: Lists,
    /// What a tolerance leaves out.
    pub(super) ledger: Ledger<L::Single>,
    separations: Vec<Separation<L>>,
    run_separations: Vec<Separation<f64>>,
    /// For each run, nodes that the patch comes near to in some orientation, seen from some source of a group; `None` where
    /// there are too many.
    nodes_of_group: Vec<Option<Vec<Candidate>>>,
    /// Those of one source, and the blocks that the spots at each cover in the orientations of a lane.
    nodes: Vec<Candidate>,
    covered: Vec<[u64; WIDEST]>,
    /// The nodes that steps are listed with.
    known: Vec<Node>,
}

/// The steps of each block: that of a row and a place in it is at [`ROWS`] · place + row.
pub(super) struct Lists(Vec<Vec<Step>>);

/// A node that comes into question.
#[derive(Clone, Copy)]
struct Candidate {
    miller: [f64; 3],
    rho: [f64; 3],
}

/// The tile's parallelogram in ρ, and three unit vectors, one of which separates it from any ball that it does not meet,
/// but for balls near its corners.
struct Separation<L> {
    edges: Edges<L>,
    axes: [Axis<L>; 3],
}

/// A unit vector n in ρ, with Mᵀn.
struct Axis<L> {
    unit: Triple<L>,
    in_lab: Triple<L>,
    /// How far along it the parallelogram extends from its middle.
    extent: L,
}

/// Sources that are looked at together first.
const SOURCES_TOGETHER: usize = 32;
/// Added to a radius: more than all rounding in double precision.
const ROUNDING: f64 = 1e-6;

impl<'a, L: Lane> Predictor<'a, L> {
    /// Rows of a tile.
    pub(crate) const TILE_ROWS: usize = ROWS;
    /// Columns of a tile.
    pub(crate) const TILE_COLUMNS: usize = BLOCKS * L::WIDTH;

    /// A prediction that pays, of spots that end.
    pub(crate) fn of_spots(sim: &'a Simulation, spot: Spot, factors: &'a dyn NodeFactors) -> Self {
        let mut predictor = Self::new(sim, spot, None);
        let are_apart = predictor.reach.iter().all(|&reach| reach < 0.5 - INDEX_ROUNDING);
        let searches = sim.uses_single() || sim.multiplies_running_sum();
        predictor.factors = (are_apart && !searches).then_some(factors);
        predictor
    }

    /// One of fringes up to the simulation's tolerance.
    pub(crate) fn of_tails(sim: &'a Simulation, factors: &'a dyn NodeFactors) -> Self {
        let tails = Tails::new(sim, factors);
        Self::new(sim, tails.spot(), Some(tails))
    }

    fn new(sim: &'a Simulation, spot: Spot, tails: Option<Tails<'a>>) -> Self {
        let sources: Vec<_> =
            sim.sources.iter().map(|source| (source.incident, 1.0 / source.wavelength_angstrom)).collect();
        let farthest = farthest(sim);
        let [a, b, c] = spot.basis.map(|[x, y, z]| LabVec::new(x, y, z));
        let volume = a.dot(b.cross(c));
        // |Σ δᵢ bᵢ| ≤ R bounds each δᵢ by R times the length of the dual vector; a nearest node is no further than ½.
        let reach = [b.cross(c), c.cross(a), a.cross(b)]
            .map(|dual| (spot.radius * (dual.length() / volume.abs())).min(0.5));
        let orientations = OrientationLanes::new(sim.orientations.table(), &spot, farthest);
        Self { spot, tails, orientations, sources, reach, factors: None, sim }
    }

    /// Lists the steps of every block of a tile, which begins with the first of the columns.
    pub(crate) fn list_tile(
        &self,
        panel: &Panel,
        slow: &Range<usize>,
        fast: &Range<usize>,
        tile: &mut Tile<L>,
    ) {
        // A tolerance looks at pieces from their middles, which may be beyond the last row and column.
        let whole = [(slow, 2), (fast, L::WIDTH)]
            .map(|(pixels, piece)| pixels.start..pixels.start + pixels.len().next_multiple_of(piece));
        let [slow, fast] = if self.tails.is_some() { whole.each_ref() } else { [slow, fast] };
        let patch = Patch::of(panel, slow, fast);
        tile.lists.0.iter_mut().for_each(Vec::clear);
        tile.known.clear();
        let views: Vec<View> = self.sources.iter().map(|source| self.view(&patch, *source)).collect();
        if let Some(tails) = &self.tails {
            tails.list(panel, [slow, fast], &patch, &views, &self.orientations, tile);
            return;
        }
        tile.separate(&self.orientations, &patch);
        let places = Places::new(slow.len(), fast.len(), self.sim.oversample);
        let mut source = 0;
        for group in views.chunks(SOURCES_TOGETHER) {
            self.find_nodes_of_group(group, &patch, tile);
            for view in group {
                self.list_source(source, view, &patch, &places, tile);
                source += 1;
            }
        }
    }

    /// How a source sees a tile.
    fn view(&self, patch: &Patch, (incident, inverse_wavelength): (LabVec, f64)) -> View {
        let scattering = (patch.centre - incident) * inverse_wavelength;
        View { scattering, inverse_wavelength, radius: self.radius(patch, inverse_wavelength) }
    }

    /// Of the spots, with what a direction in the patch and the arithmetic may be off.
    fn radius(&self, patch: &Patch, inverse_wavelength: f64) -> f64 {
        let spot = self.spot.radius;
        spot + self.orientations.norm * patch.rest * inverse_wavelength + ROUNDING * (1.0 + spot)
    }

    /// The nodes that come into question for any source of a group. Where there are none, which is so for most tiles, no
    /// source needs to be looked at.
    fn find_nodes_of_group(&self, views: &[View], patch: &Patch, tile: &mut Tile<L>) {
        let Tile { nodes_of_group, run_separations, .. } = tile;
        nodes_of_group.clear();
        if views.len() == 1 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "there are few")]
        let count = views.len() as f64;
        let scattering = views.iter().fold(LabVec::ZERO, |sum, view| sum + view.scattering) * (1.0 / count);
        let aside = views.iter().map(|view| (view.scattering - scattering).length()).fold(0.0, f64::max);
        let inverse_wavelength = views.iter().map(|view| view.inverse_wavelength).fold(0.0, f64::max);
        let radius = self.radius(patch, inverse_wavelength) + self.orientations.norm * aside;
        let middle = View { scattering, inverse_wavelength, radius };
        nodes_of_group.resize(self.orientations.runs.len(), None);
        let runs = self.orientations.runs.iter().zip(run_separations);
        for ((run, separation), nodes) in runs.zip(nodes_of_group) {
            let ranges = run.nodes(patch, &middle, aside, self.reach);
            *nodes = ranges.map(|ranges| {
                let mut found = Vec::new();
                self.find_met(ranges, self.meets(run, separation, &middle, patch), &mut found);
                found
            });
        }
    }

    /// The nodes that come into question for a source in some orientation of a run; false where they are too many.
    fn find_nodes(&self, run_index: usize, view: &View, patch: &Patch, tile: &mut Tile<L>) -> bool {
        let Tile { nodes, nodes_of_group, run_separations, .. } = tile;
        nodes.clear();
        let of_group = nodes_of_group.get(run_index).and_then(Option::as_ref);
        if of_group.is_some_and(Vec::is_empty) {
            return true;
        }
        let run = &self.orientations.runs[run_index];
        let is_met = self.meets(run, &run_separations[run_index], view, patch);
        if let Some(of_group) = of_group {
            nodes.extend(of_group.iter().filter(|node| is_met(node.rho)));
            return true;
        }
        let Some(ranges) = run.nodes(patch, view, 0.0, self.reach) else { return false };
        self.find_met(ranges, is_met, nodes);
        true
    }

    /// Adds the nodes of a box whose balls are met.
    #[inline(always)]
    fn find_met(&self, ranges: [[f64; 2]; 3], is_met: impl Fn([f64; 3]) -> bool, nodes: &mut Vec<Candidate>) {
        for_each_node(ranges, |miller| {
            let rho = self.in_rho(miller);
            if is_met(rho) {
                nodes.push(Candidate { miller, rho });
            }
        });
    }

    /// Whether the ball about a node meets the patch in some orientation of a run.
    fn meets(
        &self,
        run: &Run,
        separation: &Separation<f64>,
        view: &View,
        patch: &Patch,
    ) -> impl Fn([f64; 3]) -> bool {
        let size = patch.along_fast.length() + patch.along_slow.length();
        let limit = view.radius + run.displacement(view.scattering.length() + size * view.inverse_wavelength);
        let projected = separation.projected(view);
        let scale = view.inverse_wavelength;
        move |node| separation.met(&projected, Triple(node), limit, scale)
    }

    fn list_source(&self, source: u32, view: &View, patch: &Patch, places: &Places<L>, tile: &mut Tile<L>) {
        for (run_index, run) in self.orientations.runs.iter().enumerate() {
            let are_known = self.find_nodes(run_index, view, patch, tile);
            if are_known && tile.nodes.is_empty() {
                continue;
            }
            let first_node = self.keep_nodes(tile);
            for lane in run.lanes.clone() {
                let first = lane * L::WIDTH;
                let end = (first + L::WIDTH).min(self.orientations.count);
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "fewer than 2³² orientations fit in memory"
                )]
                let orientations = first as u32..end as u32;
                if !are_known {
                    for orientation in orientations {
                        tile.lists.add(Step { source, orientation, node: NO_NODE }, u64::MAX);
                    }
                    continue;
                }
                let mut met = self.cover(lane, view, places, tile) & ((1 << orientations.len()) - 1);
                while met != 0 {
                    let place = met.trailing_zeros();
                    met &= met - 1;
                    let orientation = orientations.start + place;
                    let place = place as usize;
                    if let Some(first_node) = first_node {
                        for (index, node) in (0..tile.covered.len()).zip(first_node..) {
                            tile.lists.add(Step { source, orientation, node }, tile.covered[index][place]);
                        }
                    } else {
                        let covered = tile.covered.iter().fold(0, |all, covered| all | covered[place]);
                        tile.lists.add(Step { source, orientation, node: NO_NODE }, covered);
                    }
                }
            }
        }
    }

    /// Keeps the nodes of a run for its steps, with their F, where these need not look for them; returns the first one's place.
    fn keep_nodes(&self, tile: &mut Tile<L>) -> Option<u32> {
        let factors = self.factors?;
        let first = u32::try_from(tile.known.len()).ok()?;
        for Candidate { miller, .. } in &tile.nodes {
            tile.known.push(Node { miller: *miller, structure_factor: factors.of_node(*miller)? });
        }
        Some(first)
    }

    /// Finds the blocks that the spots at the nodes cover in each orientation of a lane; returns a bit for each that may have any.
    #[inline(always)]
    fn cover(&self, lane: usize, view: &View, places: &Places<L>, tile: &mut Tile<L>) -> u32 {
        let Tile { separations, nodes, covered, .. } = tile;
        let separation = &separations[lane];
        let projected = separation.projected(view);
        let mut met_of_any = 0;
        covered.clear();
        covered.resize(nodes.len(), [0; WIDEST]);
        for (Candidate { rho, .. }, covered) in nodes.iter().zip(covered) {
            let node = Triple::splat(*rho);
            let met = separation.met(&projected, node, view.radius, view.inverse_wavelength);
            let mut met = L::bits(met);
            if met == 0 {
                continue;
            }
            met_of_any |= met;
            let matrix = &self.orientations.matrices[lane];
            let from_node = matrix.apply(Triple::splat(view.scattering.to_array())).minus(node);
            let scale = view.inverse_wavelength;
            let footprints = places.footprints(&separation.edges, from_node, view.radius, scale);
            while met != 0 {
                let place = met.trailing_zeros() as usize;
                met &= met - 1;
                covered[place] = places.covered(&footprints, place);
            }
        }
        met_of_any
    }

    /// Σ nᵢ bᵢ.
    #[inline(always)]
    fn in_rho(&self, node: [f64; 3]) -> [f64; 3] {
        let basis = &self.spot.basis;
        [0, 1, 2].map(|axis| (0..3).map(|i| node[i] * basis[i][axis]).sum())
    }
}

/// A tile as one source sees it.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// q of its middle, Å⁻¹.
    pub(super) scattering: LabVec,
    pub(super) inverse_wavelength: f64,
    /// Of the spots, with what a direction may be off.
    radius: f64,
}

/// The longest scattering vector at the corners of the panels, Å⁻¹.
fn farthest(sim: &Simulation) -> f64 {
    let mut farthest: f64 = 0.0;
    for panel in &sim.panels {
        let panel = &panel.placement.panel;
        #[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
        let [slow, fast] = panel.shape.map(|pixels| pixels as f64);
        for [slow, fast] in [[0.0, 0.0], [0.0, fast], [slow, 0.0], [slow, fast]] {
            let diffracted = panel.position_m(slow, fast).unit();
            for source in &sim.sources {
                farthest = farthest.max((diffracted - source.incident).length() / source.wavelength_angstrom);
            }
        }
    }
    farthest
}

/// Calls with each node of a box.
fn for_each_node(ranges: [[f64; 2]; 3], mut each: impl FnMut([f64; 3])) {
    let [[h_first, h_last], [k_first, k_last], [l_first, l_last]] = ranges;
    let mut h = h_first;
    while h <= h_last {
        let mut k = k_first;
        while k <= k_last {
            let mut l = l_first;
            while l <= l_last {
                each([h, k, l]);
                l += 1.0;
            }
            k += 1.0;
        }
        h += 1.0;
    }
}

impl Lists {
    /// Adds a step to the blocks whose bits are set: bit [`ROWS`]·block + row.
    #[inline(always)]
    pub(super) fn add(&mut self, step: Step, mut covered: u64) {
        while covered != 0 {
            self.0[covered.trailing_zeros() as usize].push(step);
            covered &= covered - 1;
        }
    }
}

impl<L: Lane> Tile<L> {
    pub(crate) fn new() -> Self {
        Self {
            lists: Lists((0..ROWS * BLOCKS).map(|_| Vec::new()).collect()),
            ledger: Ledger::new(),
            separations: Vec::new(),
            run_separations: Vec::new(),
            nodes_of_group: Vec::new(),
            nodes: Vec::new(),
            covered: Vec::new(),
            known: Vec::new(),
        }
    }

    /// The steps of a block in a row of the tile, source by source in ascending order.
    pub(crate) fn steps(&self, row: usize, block: usize) -> ListedSteps<'_> {
        ListedSteps { steps: &self.lists.0[ROWS * block + row], nodes: &self.known }
    }

    fn separate(&mut self, orientations: &OrientationLanes<L>, patch: &Patch) {
        self.separations.clear();
        self.separations.extend(orientations.matrices.iter().map(|matrix| Separation::new(matrix, patch)));
        self.run_separations.clear();
        self.run_separations.extend(orientations.runs.iter().map(|run| Separation::new(&run.matrix, patch)));
    }
}

impl<L: Lane> Separation<L> {
    #[inline(always)]
    fn new(matrix: &Matrix<L>, patch: &Patch) -> Self {
        let [fast, slow] =
            [patch.along_fast, patch.along_slow].map(|edge| matrix.apply(Triple::splat(edge.to_array())));
        let axis = |direction: Triple<L>| {
            let length = direction.dot(direction).sqrt().larger(L::splat(f64::MIN_POSITIVE));
            let unit = direction.scaled(L::splat(1.0) / length);
            let extent = fast.dot(unit).abs() + slow.dot(unit).abs();
            Axis { unit, in_lab: matrix.transposed(unit), extent }
        };
        Self { edges: Edges::new(fast, slow), axes: [axis(fast.cross(slow)), axis(fast), axis(slow)] }
    }

    /// Where the middle of the tile is along each axis.
    #[inline(always)]
    fn projected(&self, view: &View) -> [L; 3] {
        let scattering = Triple::splat(view.scattering.to_array());
        [0, 1, 2].map(|axis| self.axes[axis].in_lab.dot(scattering))
    }

    /// Whether the ball about a node meets the parallelogram, for all that the axes tell.
    #[inline(always)]
    fn met(&self, projected: &[L; 3], node: Triple<L>, radius: f64, scale: f64) -> L::Mask {
        let within = |axis: usize| {
            let Axis { unit, extent, .. } = &self.axes[axis];
            let apart = (projected[axis] - unit.dot(node)).abs();
            apart.at_most(extent.mul_add(L::splat(scale), L::splat(radius)))
        };
        L::both(L::both(within(0), within(1)), within(2))
    }
}
