//! The part of a tile that a spot covers, row by row.

use crate::lane::{Lane, Triple};

/// Rows of a tile; with [`BLOCKS`] as many blocks of pixels as a `u64` has bits.
pub(super) const ROWS: usize = 16;
/// Blocks in a row of a tile.
pub(super) const BLOCKS: usize = 4;

/// Where the rows and blocks of a tile are, in units of the tile's half sides from its centre.
pub(super) struct Places<L> {
    /// v of the middle of each row.
    rows: [L; ROWS],
    lanes: usize,
    /// Half the height that the sub-pixels of a row take up.
    half_row: f64,
    /// u of the middle of each block.
    blocks: [f64; BLOCKS],
    /// Half the width that the sub-pixels of a block take up.
    half_block: f64,
}

/// A spot as seen from a tile, in ρ.
pub(super) struct SpotOnTile {
    /// From the node to the middle of the tile.
    pub(super) from_node: Triple<f64>,
    /// From there to the middle of the tile's fast edge and of its slow edge.
    pub(super) along_fast: Triple<f64>,
    pub(super) along_slow: Triple<f64>,
    pub(super) radius: f64,
}

impl<L: Lane> Places<L> {
    /// Of a tile of rows and columns, whose pixels have `oversample` sub-pixels along each edge.
    pub(super) fn new(rows: usize, columns: usize, oversample: u32) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a tile is small")]
        let number = |n: usize| n as f64;
        let [half_rows, half_columns] = [rows, columns].map(|n| number(n) / 2.0);
        let margin = 0.5 / f64::from(oversample);
        let lane =
            |lane: usize| L::from_fn(|place| (number(lane * L::WIDTH + place) + 0.5 - half_rows) / half_rows);
        let block =
            |block: usize| (number(block * L::WIDTH) + number(L::WIDTH) / 2.0 - half_columns) / half_columns;
        let lanes = ROWS / L::WIDTH;
        Self {
            rows: std::array::from_fn(|index| if index < lanes { lane(index) } else { L::splat(0.0) }),
            lanes,
            half_row: (0.5 - margin) / half_rows,
            blocks: std::array::from_fn(block),
            half_block: (number(L::WIDTH) / 2.0 - margin) / half_columns,
        }
    }

    /// The blocks that a spot covers: bit [`ROWS`]·block + row.
    ///
    /// In a row, |m + u f|² ≤ R² where |u − u₀| ≤ h, with u₀ = −m·f/f² and h² = u₀² − (m² − R²)/f².
    #[inline(always)]
    pub(super) fn covered(&self, spot: &SpotOnTile) -> u64 {
        let SpotOnTile { from_node: m, along_fast: f, along_slow: s, radius } = spot;
        let inverse = 1.0 / f.dot(*f).max(f64::MIN_POSITIVE);
        let slow_square = s.dot(*s);
        let radius = radius + slow_square.sqrt() * self.half_row;
        let constant = (m.dot(*m) - radius * radius) * inverse;
        let [linear, square] = [2.0 * m.dot(*s) * inverse, slow_square * inverse].map(L::splat);
        let [u, du] = [-m.dot(*f) * inverse, -s.dot(*f) * inverse].map(L::splat);
        let mut covered = 0;
        for lane in 0..self.lanes {
            let v = self.rows[lane];
            let middle = du.mul_add(v, u);
            let outside = square.mul_add(v, linear).mul_add(v, L::splat(constant));
            let half_square = middle * middle - outside;
            for (block, &at) in self.blocks.iter().enumerate() {
                let apart = (middle - L::splat(at)).abs() - L::splat(self.half_block);
                let apart = apart.larger(L::splat(0.0));
                let hits = u64::from(L::bits((apart * apart).at_most(half_square)));
                covered |= hits << (ROWS * block + L::WIDTH * lane);
            }
        }
        covered
    }
}
