//! The box of indices that a grid spans.

use std::fmt;

use crate::Miller;

/// A box of nodes, both corners included. `min` is at most `max` along every axis in the bounds of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// The lowest h, k and l.
    pub min: Miller,
    /// The highest h, k and l.
    pub max: Miller,
}

impl Bounds {
    /// The box of one node.
    #[must_use]
    pub const fn of(node: Miller) -> Self {
        Self { min: node, max: node }
    }

    /// Whether the node is in the box.
    #[must_use]
    pub const fn contains(&self, node: Miller) -> bool {
        let Self { min, max } = self;
        min.h <= node.h
            && node.h <= max.h
            && min.k <= node.k
            && node.k <= max.k
            && min.l <= node.l
            && node.l <= max.l
    }

    /// The number of nodes along h, k and l; 0 along an axis whose `min` is above its `max`.
    #[must_use]
    pub fn shape(&self) -> [usize; 3] {
        self.counts().map(|count| usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// The number of nodes, at most 2⁹⁶.
    #[must_use]
    pub fn node_count(&self) -> u128 {
        self.counts().into_iter().map(u128::from).product()
    }

    /// The smallest box that holds both this one and the node.
    #[must_use]
    pub fn including(&self, node: Miller) -> Self {
        self.union(Self::of(node))
    }

    /// The smallest box that holds both.
    #[must_use]
    pub fn union(&self, other: Self) -> Self {
        let (a, b) = (self.min, other.min);
        let min = Miller::new(a.h.min(b.h), a.k.min(b.k), a.l.min(b.l));
        let (a, b) = (self.max, other.max);
        let max = Miller::new(a.h.max(b.h), a.k.max(b.k), a.l.max(b.l));
        Self { min, max }
    }

    /// The place of a node among all nodes, l fastest, for a node in the box.
    #[inline]
    pub(crate) fn place(&self, node: Miller) -> usize {
        let [h, k, l] = self.offset(node);
        let [_, k_count, l_count] = self.shape();
        (h * k_count + k) * l_count + l
    }

    /// The node at a place: the inverse of [`place`](Self::place).
    pub(crate) fn node(&self, place: usize) -> Miller {
        let [_, k_count, l_count] = self.shape();
        let index = |min: i32, offset: usize| min.wrapping_add_unsigned(u32::try_from(offset).unwrap_or(0));
        Miller::new(
            index(self.min.h, place / l_count / k_count),
            index(self.min.k, place / l_count % k_count),
            index(self.min.l, place % l_count),
        )
    }

    fn counts(&self) -> [u64; 3] {
        let Self { min, max } = self;
        [(min.h, max.h), (min.k, max.k), (min.l, max.l)]
            .map(|(min, max)| u64::try_from(i64::from(max) - i64::from(min) + 1).unwrap_or(0))
    }

    /// Places of a node above the lowest one along h, k and l, for a node in the box.
    #[inline]
    pub(crate) fn offset(&self, node: Miller) -> [usize; 3] {
        let Self { min, .. } = self;
        [(min.h, node.h), (min.k, node.k), (min.l, node.l)].map(|(min, index)| index.abs_diff(min) as usize)
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { min, max } = self;
        write!(f, "h {}..{}, k {}..{}, l {}..{}", min.h, max.h, min.k, max.k, min.l, max.l)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: Bounds = Bounds { min: Miller::new(-24, -28, -31), max: Miller::new(24, 28, 30) };

    #[test]
    fn both_corners_are_inside() {
        for (node, expected) in [
            (REAL.min, true),
            (REAL.max, true),
            (Miller::new(-25, 0, 0), false),
            (Miller::new(0, 29, 0), false),
            (Miller::new(0, 0, 31), false),
            (Miller::new(0, 0, -31), true),
            (Miller::new(i32::MIN, i32::MAX, 0), false),
        ] {
            assert_eq!(REAL.contains(node), expected, "{node}");
        }
    }

    #[test]
    fn shape_and_count_include_both_corners() {
        assert_eq!(REAL.shape(), [49, 57, 62]);
        assert_eq!(REAL.node_count(), 49 * 57 * 62);
        let all = Bounds { min: Miller::new(i32::MIN, 0, i32::MIN), max: Miller::new(i32::MAX, 0, i32::MAX) };
        assert_eq!(all.node_count(), 1 << 64);
        let inverted = Bounds { min: REAL.max, max: REAL.min };
        assert_eq!((inverted.shape(), inverted.node_count()), ([0; 3], 0));
    }

    #[test]
    fn a_union_takes_the_outer_index_of_every_axis() {
        let grown = Bounds::of(Miller::new(1, 5, -2)).including(Miller::new(3, -4, 0));
        assert_eq!(grown, Bounds { min: Miller::new(1, -4, -2), max: Miller::new(3, 5, 0) });
        assert_eq!(grown.offset(Miller::new(2, 5, -2)), [1, 9, 0]);
        assert!((0..90).all(|place| grown.place(grown.node(place)) == place));
        assert_eq!(grown.node(89), grown.max);
    }
}
