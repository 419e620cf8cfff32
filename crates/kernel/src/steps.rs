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
    /// Whether nearly all of them contribute, so that testing whether one does costs more than it saves.
    const SELECTED: bool;
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
}

/// Steps in ascending order, source by source.
#[derive(Clone, Copy)]
pub(crate) struct ListedSteps<'a>(pub(crate) &'a [Step]);

/// The orientations of listed steps.
pub(crate) struct ListedOrientations<'a>(std::slice::Iter<'a, Step>);

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
        let rest = &self.0[*place..];
        let count = rest.iter().take_while(|step| step.source as usize == source).count();
        *place += count;
        ListedOrientations(rest[..count].iter())
    }
}

impl Iterator for ListedOrientations<'_> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        self.0.next().map(|step| step.orientation as usize)
    }

    #[inline(always)]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for ListedOrientations<'_> {}

impl Orientations for Range<usize> {
    const SELECTED: bool = false;
}

impl Orientations for ListedOrientations<'_> {
    const SELECTED: bool = true;
}
