//! What goes on from block to block.

use super::{Block, SubPixel};
use crate::structure_factor::Lookup;

/// What a thread knows when it begins a block of pixels.
pub(crate) struct Carried<F: Lookup, L> {
    /// Whether nothing was evaluated yet: a rendering's first evaluation has an orientation table of its own (Q1).
    pub(crate) is_fresh: bool,
    /// Where F was looked up.
    pub(super) cells: F::Cells,
    /// Where the block to the right of the last one is, on the same panel.
    pub(super) next: Option<(Block, SubPixel<L>)>,
}

impl<F: Lookup, L> Carried<F, L> {
    pub(crate) fn new(is_fresh: bool) -> Self {
        Self { is_fresh, cells: F::Cells::default(), next: None }
    }

    /// To be told before the first block of successive rows: they may be those of another panel.
    pub(crate) fn begin_strip(&mut self) {
        self.next = None;
    }
}
