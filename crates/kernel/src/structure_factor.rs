//! Looking up F: of the nearest node, or interpolated ([`tricubic`]), from a grid laid out for it.
//!
//! The grid is copied once a run into a table with one more node on every side, which holds the default F. A nearest
//! index is clamped into that border instead of being tested against the bounds, so that the lookup has no branch.

use hkl_io::Grid;

use crate::lane::single::node;
use crate::lane::{Arithmetic, Fixed, Lane, Triple};

mod tricubic;

pub(crate) use tricubic::Tricubic;

/// F at fractional indices.
pub(crate) trait Lookup: NodeFactors {
    /// What is kept of where F was looked up, whatever the run of steps.
    type Cells: Default;

    /// F of two lanes of nearest nodes, times a factor, in single precision; `None` where indices count too.
    fn at_nodes<X: Fixed>(&self, nodes: [X; 3], factor: f64) -> Option<X::Single>;
    /// F for the fractional indices whose nearest nodes are given.
    fn at<L: Lane>(
        &self,
        hkl: Triple<L>,
        nearest: Triple<L>,
        memory: &mut Memory<L>,
        cells: &mut Self::Cells,
    ) -> L;
    /// F of the eight nodes from one on, at the place (4h + 2k + l) mod 8 of each, times a factor; `None` where F is found
    /// otherwise.
    fn at_eight(&self, first: [f64; 3], factor: f64) -> Option<[f64; 8]>;
}

/// What a lookup gives at nodes, for a prediction.
pub(crate) trait NodeFactors: Sync {
    /// F of every place that a node is the nearest of; `None` where indices count too.
    fn of_node(&self, node: [f64; 3]) -> Option<f64>;
    /// The largest |F| near the nodes from the first to the last index of each axis, or anywhere.
    fn largest(&self, nodes: Option<[[f64; 2]; 3]>) -> f64;
}

/// What is known of F in a run of steps: of the eight nodes that all of them fall on, or else the last lookup. Neighbouring
/// phi steps mostly fall on the same nodes, and comparing nodes is a tenth of the work of fetching F lane by lane.
pub(crate) struct Memory<L: Lane> {
    eight: Option<L::Eight>,
    node: L,
    factor: L,
}

/// The indices of a node as one number, different for all nodes up to ±65,535.
const NODE: [f64; 2] = [17_179_869_184.0, 131_072.0];

/// The same F everywhere.
pub(crate) struct Uniform(pub(crate) f64);

/// A grid with a border of the default F.
pub(crate) struct Table {
    values: Vec<f64>,
    /// The indices of the border below and above.
    low: [f64; 3],
    high: [f64; 3],
    /// Places from a node to the next one along h and along k.
    strides: [usize; 2],
}

/// F of the nearest node.
pub(crate) struct Nearest(pub(crate) Table);

impl<L: Lane> Memory<L> {
    #[inline(always)]
    pub(crate) fn new(eight: Option<[f64; 8]>) -> Self {
        // No index is NaN, so nothing is cached.
        Self { eight: eight.map(L::eight), node: L::splat(f64::NAN), factor: L::splat(0.0) }
    }
}

/// The place of a node among eight.
#[inline(always)]
fn place_of_eight<L: Arithmetic>([h, k, l]: [L; 3]) -> L {
    h.mul_add(L::splat(4.0), k.mul_add(L::splat(2.0), l))
}

/// The same from nodes in a form of their own.
#[inline(always)]
pub(crate) fn fixed_place_of_eight<X: Fixed>([h, k, l]: [X; 3]) -> X {
    h.shifted(2).plus(k.shifted(1)).plus(l)
}

impl Table {
    pub(crate) fn new(grid: &Grid) -> Self {
        let bounds = grid.bounds();
        let [_, k_count, l_count] = bounds.shape().map(|n| n + 2);
        let h_count = bounds.shape()[0] + 2;
        let mut values = vec![grid.default_f(); h_count * k_count * l_count];
        let (min, max) = (bounds.min, bounds.max);
        let mut start = (k_count + 1) * l_count + 1;
        for h in min.h..=max.h {
            for k in min.k..=max.k {
                grid.copy_row(h, k, &mut values[start..start + l_count - 2]);
                start += l_count;
            }
            start += 2 * l_count;
        }
        Self {
            values,
            low: [min.h, min.k, min.l].map(|i| f64::from(i) - 1.0),
            high: [max.h, max.k, max.l].map(|i| f64::from(i) + 1.0),
            strides: [k_count * l_count, l_count],
        }
    }

    /// The place of a node in the table, as a number.
    #[inline(always)]
    fn place<L: Lane>(&self, node: Triple<L>) -> L {
        let [h, k, l] = self.clamped(node).minus(Triple::splat(self.low)).0;
        #[expect(clippy::cast_precision_loss, reason = "the table fits in memory")]
        let strides = self.strides.map(|s| L::splat(s as f64));
        h.mul_add(strides[0], k.mul_add(strides[1], l))
    }

    /// The places of nodes.
    #[inline(always)]
    fn place_of_nodes<X: Fixed>(&self, nodes: [X; 3]) -> X {
        let mut axis = 0;
        #[expect(clippy::cast_possible_truncation, reason = "whole numbers")]
        let [h, k, l] = nodes.map(|node_on_axis| {
            let [low, high] = [self.low[axis], self.high[axis]].map(|index| node(index as i32));
            axis += 1;
            node_on_axis.clamped(low, high).plus(X::splat(-low))
        });
        #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "the same bits")]
        let [h_stride, k_stride] = self.strides.map(|stride| stride as i32);
        h.times(h_stride).plus(k.times(k_stride)).plus(l)
    }

    /// F of the eight nodes from one on, at the place (4h + 2k + l) mod 8 of each, times a factor.
    #[inline(always)]
    fn at_eight(&self, first: [f64; 3], factor: f64) -> [f64; 8] {
        let [first, second] = [first, first.map(|index| index + 1.0)].map(Triple);
        let [from, to] = [first, second].map(|node| self.clamped(node).minus(Triple(self.low)));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the table")]
        let [from, to] = [from, to].map(|node| node.0.map(|index| index as usize));
        #[expect(clippy::cast_possible_truncation, reason = "whole numbers")]
        let start = place_of_eight(first.0) as i64;
        let mut eight = [0.0; 8];
        for corner in 0..8 {
            let axis = |bit: usize, axis: usize| if corner & bit == 0 { from[axis] } else { to[axis] };
            let place = axis(4, 0) * self.strides[0] + axis(2, 1) * self.strides[1] + axis(1, 2);
            #[expect(clippy::cast_possible_wrap, clippy::cast_sign_loss, reason = "below 8")]
            let among = ((start + corner as i64) & 7) as usize;
            eight[among] = self.values[place] * factor;
        }
        eight
    }

    /// The largest |F| of a box of nodes, or of all.
    fn largest(&self, nodes: Option<[[f64; 2]; 3]>) -> f64 {
        let Some(nodes) = nodes else {
            return self.values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        };
        let [first, last] =
            [0, 1].map(|end| self.clamped(Triple(nodes.map(|range| range[end]))).minus(Triple(self.low)));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the table")]
        let [h, k, l] = [0, 1, 2].map(|axis| first.0[axis] as usize..=last.0[axis] as usize);
        let mut largest: f64 = 0.0;
        for h in h {
            for k in k.clone() {
                let row = h * self.strides[0] + k * self.strides[1];
                let values = &self.values[row + l.start()..=row + l.end()];
                largest = values.iter().fold(largest, |largest, value| largest.max(value.abs()));
            }
        }
        largest
    }

    #[inline(always)]
    fn clamped<L: Lane>(&self, node: Triple<L>) -> Triple<L> {
        let mut axis = 0;
        Triple(node.0.map(|index| {
            let inside = index.larger(L::splat(self.low[axis])).smaller(L::splat(self.high[axis]));
            axis += 1;
            inside
        }))
    }

    #[inline(always)]
    fn nearest<L: Lane>(&self, nearest: Triple<L>, memory: &mut Memory<L>) -> L {
        if let Some(eight) = &memory.eight {
            let factor = L::picked(eight, place_of_eight(nearest.0));
            debug_assert!(L::all(factor.equal(L::gather(&self.values, self.place(nearest)))));
            return factor;
        }
        let [h, k, l] = nearest.0;
        let node = h.mul_add(L::splat(NODE[0]), k.mul_add(L::splat(NODE[1]), l));
        if !L::all(node.equal(memory.node)) {
            (memory.node, memory.factor) = (node, L::gather(&self.values, self.place(nearest)));
        }
        memory.factor
    }
}

impl NodeFactors for Uniform {
    fn of_node(&self, _: [f64; 3]) -> Option<f64> {
        Some(self.0)
    }

    fn largest(&self, _: Option<[[f64; 2]; 3]>) -> f64 {
        self.0.abs()
    }
}

impl NodeFactors for Nearest {
    fn of_node(&self, node: [f64; 3]) -> Option<f64> {
        Some(f64::gather(&self.0.values, self.0.place(Triple(node))))
    }

    fn largest(&self, nodes: Option<[[f64; 2]; 3]>) -> f64 {
        self.0.largest(nodes)
    }
}

impl Lookup for Uniform {
    type Cells = ();

    #[inline(always)]
    fn at_eight(&self, _: [f64; 3], _: f64) -> Option<[f64; 8]> {
        None
    }

    #[inline(always)]
    fn at<L: Lane>(&self, _: Triple<L>, _: Triple<L>, _: &mut Memory<L>, (): &mut ()) -> L {
        L::splat(self.0)
    }

    #[inline(always)]
    fn at_nodes<X: Fixed>(&self, _: [X; 3], factor: f64) -> Option<X::Single> {
        Some(X::Single::splat(self.0 * factor))
    }
}

impl Lookup for Nearest {
    type Cells = ();

    #[inline(always)]
    fn at_eight(&self, first: [f64; 3], factor: f64) -> Option<[f64; 8]> {
        Some(self.0.at_eight(first, factor))
    }

    #[inline(always)]
    fn at<L: Lane>(&self, _: Triple<L>, nearest: Triple<L>, memory: &mut Memory<L>, (): &mut ()) -> L {
        self.0.nearest(nearest, memory)
    }

    #[inline(always)]
    fn at_nodes<X: Fixed>(&self, nodes: [X; 3], factor: f64) -> Option<X::Single> {
        Some(self.0.place_of_nodes(nodes).gather(&self.0.values, factor))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these numbers are exact")]

    use super::*;
    use hkl_io::{Miller, Reflection};

    /// F = 1 + h + 10k + 100l + h²k on a box, 7 elsewhere.
    pub(super) fn polynomial(h: f64, k: f64, l: f64) -> f64 {
        1.0 + h + 10.0 * k + 100.0 * l + h * h * k
    }

    pub(super) fn grid() -> Grid {
        let mut reflections = Vec::new();
        for h in -4..=5 {
            for k in -3..=4 {
                for l in -6..=2 {
                    let structure_factor = polynomial(f64::from(h), f64::from(k), f64::from(l));
                    reflections.push(Reflection { miller: Miller::new(h, k, l), structure_factor });
                }
            }
        }
        Grid::from_reflections(reflections, 7.0, usize::MAX).unwrap()
    }

    pub(super) fn at(lookup: &impl Lookup, hkl: [f64; 3]) -> f64 {
        let nearest = hkl.map(|i| (i - 0.5).ceil());
        lookup.at::<f64>(Triple(hkl), Triple(nearest), &mut Memory::new(None), &mut Default::default())
    }

    #[test]
    fn the_nearest_node_is_found_and_the_default_outside() {
        let lookup = Nearest(Table::new(&grid()));
        for (hkl, expected) in [
            ([1.2, -0.6, 0.1], polynomial(1.0, -1.0, 0.0)),
            ([-4.4, -3.4, -6.4], polynomial(-4.0, -3.0, -6.0)),
            ([5.5, 4.5, 2.5], polynomial(5.0, 4.0, 2.0)),
            ([5.6, 0.0, 0.0], 7.0),
            ([0.0, -3.6, 0.0], 7.0),
            ([0.0, 0.0, 1e9], 7.0),
            ([-1e9, 0.0, 0.0], 7.0),
        ] {
            assert_eq!(at(&lookup, hkl), expected, "{hkl:?}");
        }
    }
}
