//! Which steps of a pixel are evaluated: all of them, or those that a prediction lists.

use std::ops::Range;

/// The steps of a block of pixels, the same for all its sub-pixels and layers. What is not among them contributes nothing.
pub(crate) trait Steps: Copy {
    /// The orientations of a source, in ascending order.
    type Orientations: Orientations;

    /// Those of a source. Sources are asked for in ascending order, with a place that starts at 0.
    fn of_source(self, source: usize, place: &mut usize) -> Self::Orientations;
}

/// Places in the table of orientations.
pub(crate) trait Orientations: ExactSizeIterator<Item = usize> {
    /// Whether nearly all of them contribute, so that testing whether one does costs more than it saves. Else they are all of the
    /// table, from its first.
    const SELECTED: bool;

    /// The steps themselves, and the known nodes, if there are any.
    fn known_nodes(&self) -> Option<ListedSteps<'_>> {
        None
    }
}

/// Every orientation of every source.
#[derive(Clone, Copy)]
pub(crate) struct AllSteps {
    pub(crate) orientations: usize,
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) source: u32,
    pub(crate) orientation: u32,
    /// Which of the known nodes its spot is at, or [`NO_NODE`].
    pub(crate) node: u32,
}

/// Of a step whose nearest node is not known.
pub(crate) const NO_NODE: u32 = u32::MAX;

/// A node that a spot is at, whose ends are nearer to it than to any other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) miller: [f64; 3],
    pub(crate) structure_factor: f64,
}

/// Steps in ascending order, source by source. An orientation is listed once for each known node.
#[derive(Clone, Copy)]
pub(crate) struct ListedSteps<'a> {
    pub(crate) steps: &'a [Step],
    /// The known nodes.
    pub(crate) nodes: &'a [Node],
}

/// The orientations of listed steps.
pub(crate) struct ListedOrientations<'a> {
    steps: std::slice::Iter<'a, Step>,
    nodes: &'a [Node],
}

impl Steps for AllSteps {
    type Orientations = Range<usize>;

    #[inline(always)]
    fn of_source(self, _: usize, _: &mut usize) -> Range<usize> {
        0..self.orientations
    }
}

impl<'a> Steps for ListedSteps<'a> {
    type Orientations = ListedOrientations<'a>;

    #[inline(always)]
    fn of_source(self, source: usize, place: &mut usize) -> Self::Orientations {
        let rest = &self.steps[*place..];
        let count = rest.iter().take_while(|step| step.source as usize == source).count();
        *place += count;
        ListedSteps { steps: &rest[..count], ..self }.of_one_source()
    }
}

impl<'a> ListedSteps<'a> {
    /// All of them.
    #[inline(always)]
    pub(crate) fn of_one_source(self) -> ListedOrientations<'a> {
        ListedOrientations { steps: self.steps.iter(), nodes: self.nodes }
    }
}

impl Iterator for ListedOrientations<'_> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        self.steps.next().map(|step| step.orientation as usize)
    }

    #[inline(always)]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.steps.size_hint()
    }
}

impl ExactSizeIterator for ListedOrientations<'_> {}

impl Orientations for Range<usize> {
    const SELECTED: bool = false;
}

impl Orientations for ListedOrientations<'_> {
    const SELECTED: bool = true;

    #[inline(always)]
    fn known_nodes(&self) -> Option<ListedSteps<'_>> {
        let Self { steps, nodes } = self;
        (!nodes.is_empty()).then_some(ListedSteps { steps: steps.as_slice(), nodes })
    }
}
