//! Whether a grid has a structure factor for a node and for its neighbours.

use crate::{Grid, Miller};

/// The structure factors that a grid has at a node and at its neighbours.
///
/// The neighbours are the 26 that differ by at most 1 along every axis: the ones that interpolation uses first. A
/// neighbour counts as listed if it is within the bounds and its F is not the default F. A node whose listed F equals
/// the default cannot be distinguished from one that is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Coverage {
    /// The node.
    pub miller: Miller,
    /// F at the node in electrons per unit cell; `None` outside the bounds, where the default F applies.
    pub structure_factor: Option<f64>,
    /// Whether the node itself is listed: within the bounds, and not the default F.
    pub listed: bool,
    /// The number of the 26 neighbours within the bounds.
    pub neighbors_in_bounds: usize,
    /// The number of the 26 neighbours that are listed.
    pub neighbors_listed: usize,
}

impl Coverage {
    /// The coverage of any node, inside or outside the bounds.
    #[must_use]
    pub fn of(grid: &Grid, miller: Miller) -> Self {
        let structure_factor = grid.get(miller);
        let neighbors = || neighbors(miller).filter_map(|node| grid.get(node));
        Self {
            miller,
            structure_factor,
            listed: structure_factor.is_some_and(|f| is_listed(grid, f)),
            neighbors_in_bounds: neighbors().count(),
            neighbors_listed: neighbors().filter(|f| is_listed(grid, *f)).count(),
        }
    }

    /// Whether the node is within the bounds of the grid.
    #[must_use]
    pub const fn in_bounds(&self) -> bool {
        self.structure_factor.is_some()
    }
}

#[expect(clippy::float_cmp, reason = "an absent node holds the very same number as the default")]
fn is_listed(grid: &Grid, structure_factor: f64) -> bool {
    structure_factor != grid.default_f()
}

/// The 26 nodes around a node; fewer at the end of what an index can be.
fn neighbors(node: Miller) -> impl Iterator<Item = Miller> {
    (0..27).filter(|place| *place != 13).filter_map(move |place| {
        let (h, k, l) = (place / 9 - 1, place / 3 % 3 - 1, place % 3 - 1);
        Some(Miller::new(node.h.checked_add(h)?, node.k.checked_add(k)?, node.l.checked_add(l)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reflection;

    #[test]
    fn counts_neighbors_within_the_bounds_and_those_listed() {
        // A box of 3 × 3 × 2 that holds three reflections, one of them equal to the default.
        let list = [(0, 0, 0, 9.0), (2, 2, 1, 4.0), (1, 1, 0, 2.0)]
            .map(|(h, k, l, structure_factor)| Reflection { miller: Miller::new(h, k, l), structure_factor });
        let grid = Grid::from_reflections(list, 2.0, 1000).unwrap();
        for ((h, k, l), structure_factor, listed, neighbors_in_bounds, neighbors_listed) in [
            ((0, 0, 0), Some(9.0), true, 7, 0),
            ((1, 1, 0), Some(2.0), false, 17, 2),
            ((1, 0, 1), Some(2.0), false, 11, 1),
            ((2, 2, 1), Some(4.0), true, 7, 0),
            ((3, 3, 2), None, false, 1, 1),
            ((4, 0, 0), None, false, 0, 0),
            ((i32::MAX, i32::MIN, i32::MAX), None, false, 0, 0),
        ] {
            let miller = Miller::new(h, k, l);
            let expected =
                Coverage { miller, structure_factor, listed, neighbors_in_bounds, neighbors_listed };
            assert_eq!(Coverage::of(&grid, miller), expected);
        }
    }

    #[test]
    fn a_node_has_26_neighbors_and_none_beyond_the_last_index() {
        assert_eq!(neighbors(Miller::new(5, -5, 0)).count(), 26);
        assert!(neighbors(Miller::new(5, -5, 0)).all(|node| node != Miller::new(5, -5, 0)));
        assert_eq!(neighbors(Miller::new(i32::MAX, 0, i32::MIN)).count(), 2 * 3 * 2 - 1);
    }
}
