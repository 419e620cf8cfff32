//! What goes on from block to block.

use crate::structure_factor::Lookup;

/// What a thread knows when it begins a block of pixels.
pub(crate) struct Carried<F: Lookup> {
    /// Whether nothing was evaluated yet: a rendering's first evaluation has an orientation table of its own (Q1).
    pub(crate) is_fresh: bool,
    /// Where F was looked up.
    pub(super) cells: F::Cells,
}

impl<F: Lookup> Carried<F> {
    pub(crate) fn new(is_fresh: bool) -> Self {
        Self { is_fresh, cells: F::Cells::default() }
    }
}
