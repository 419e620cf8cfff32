//! The part of a tile that a spot covers, row by row.

use crate::lane::{Arithmetic, Lane, Triple};

/// Rows of a tile; with [`BLOCKS`] as many blocks of pixels as a `u64` has bits.
pub(super) const ROWS: usize = 16;
/// Blocks in a row of a tile.
pub(super) const BLOCKS: usize = 4;

/// Where the rows and blocks of a tile are, in units of the tile's half sides from its centre.
pub(super) struct Places<L: Lane> {
    /// v of the middle of each row, in lanes.
    rows: [L::Single; ROWS],
    /// Half the height that the sub-pixels of a row take up.
    half_row: f64,
    /// u of the middle of each block.
    blocks: [f64; BLOCKS],
    /// Half the width that the sub-pixels of a block take up.
    half_block: f64,
}

/// Where spots are on a tile, in lanes of orientations: |m + u f + v s|² ≤ R², with m from the node to the middle of the
/// tile, f from there to the middle of its fast edge, s to that of its slow edge, as
/// (u − u₀ − v u₁)² ≤ (u₀ + v u₁)² − (c₀ + v c₁ + v² c₂). All of it is a little larger, for single precision.
pub(super) struct Footprints<L> {
    middle: [L; 2],
    outside: [L; 3],
    /// Half the width that the sub-pixels of a block take up.
    half_block: L,
}

/// More than what single precision may be off, as a part of the magnitudes of the terms.
const ROUNDING: f64 = 2e-6;
/// Of larger terms no more is said than that the spot may be anywhere. Single precision has their squares.
const LARGEST_TERM: f64 = 1e15;

/// What does not depend on the node.
#[derive(Clone, Copy)]
pub(super) struct Edges<L> {
    pub(super) along_fast: Triple<L>,
    pub(super) along_slow: Triple<L>,
    /// 1/f².
    inverse: L,
    /// −s·f/f².
    slope: L,
    /// s²/f², and |s|.
    slow_square: L,
    slow_length: L,
}

impl<L: Lane> Edges<L> {
    #[inline(always)]
    pub(super) fn new(along_fast: Triple<L>, along_slow: Triple<L>) -> Self {
        let inverse = L::splat(1.0) / along_fast.dot(along_fast).larger(L::splat(f64::MIN_POSITIVE));
        let slow_square = along_slow.dot(along_slow);
        Self {
            along_fast,
            along_slow,
            inverse,
            slope: -(along_slow.dot(along_fast) * inverse),
            slow_square: slow_square * inverse,
            slow_length: slow_square.sqrt(),
        }
    }
}

impl<L: Lane> Places<L> {
    /// Rows of a lane.
    const LANE: usize = <L::Single as Arithmetic>::WIDTH;

    /// Of a tile of rows and columns, whose pixels have `oversample` sub-pixels along each edge.
    pub(super) fn new(rows: usize, columns: usize, oversample: u32) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a tile is small")]
        let number = |n: usize| n as f64;
        let [half_rows, half_columns] = [rows, columns].map(|n| number(n) / 2.0);
        let margin = 0.5 / f64::from(oversample);
        let lane = |lane: usize| {
            let first = lane * Self::LANE;
            L::Single::from_fn(|place| (number(first + place) + 0.5 - half_rows) / half_rows)
        };
        let block =
            |block: usize| (number(block * L::WIDTH) + number(L::WIDTH) / 2.0 - half_columns) / half_columns;
        let zero = L::Single::splat(0.0);
        Self {
            rows: std::array::from_fn(|index| if index < ROWS / Self::LANE { lane(index) } else { zero }),
            half_row: (0.5 - margin) / half_rows,
            blocks: std::array::from_fn(block),
            half_block: (number(L::WIDTH) / 2.0 - margin) / half_columns,
        }
    }

    /// Spots of a radius, from their nodes to the middle of the tile in units of `scale`, in which its edges are given.
    #[inline(always)]
    pub(super) fn footprints(
        &self,
        edges: &Edges<L>,
        from_node: Triple<L>,
        radius: f64,
        scale: f64,
    ) -> Footprints<L> {
        let m = from_node.scaled(L::splat(1.0 / scale));
        let radius = edges.slow_length.mul_add(L::splat(self.half_row), L::splat(radius / scale));
        let inverse = edges.inverse;
        let middle = -(m.dot(edges.along_fast) * inverse);
        let constant = (m.dot(m) - radius * radius) * inverse;
        let linear = m.dot(edges.along_slow) * L::splat(2.0) * inverse;
        let size = middle.abs() + edges.slope.abs() + L::splat(1.0);
        let terms = size.mul_add(size, constant.abs() + linear.abs() + edges.slow_square);
        let is_known = terms.below(L::splat(LARGEST_TERM * LARGEST_TERM));
        let known = |number: L, otherwise: f64| L::select(is_known, number, L::splat(otherwise));
        let rounding = L::splat(ROUNDING);
        Footprints {
            middle: [known(middle, 0.0), known(edges.slope, 0.0)],
            outside: [
                known(constant - terms * rounding, -LARGEST_TERM),
                known(linear, 0.0),
                known(edges.slow_square, 0.0),
            ],
            half_block: known(size.mul_add(rounding, L::splat(self.half_block)), 0.0),
        }
    }

    /// The blocks that a spot covers: bit [`ROWS`]·block + row.
    #[inline(always)]
    pub(super) fn covered(&self, footprints: &Footprints<L>, place: usize) -> u64 {
        let single = |number: L| L::Single::splat(number.get(place));
        let [u, du] = footprints.middle.map(single);
        let [constant, linear, square] = footprints.outside.map(single);
        let half_block = single(footprints.half_block);
        let mut covered = 0;
        for (lane, v) in self.rows[..ROWS / Self::LANE].iter().enumerate() {
            let middle = du.mul_add(*v, u);
            let outside = square.mul_add(*v, linear).mul_add(*v, constant);
            let half_square = middle * middle - outside;
            for (block, &at) in self.blocks.iter().enumerate() {
                let apart = (middle - L::Single::splat(at)).abs() - half_block;
                let apart = apart.larger(L::Single::splat(0.0));
                let hits = u64::from(L::Single::bits((apart * apart).at_most(half_square)));
                covered |= hits << (ROWS * block + Self::LANE * lane);
            }
        }
        covered
    }
}
