//! How the pixels of successive rows are gone through: whole rows by all steps, or tiles by the steps that a prediction lists.

use std::marker::PhantomData;
use std::ops::Range;

use nanobragg_geometry::Panel;

use crate::lane::Lane;
use crate::lattice_factor::LatticeFactor;
use crate::pixel::{Block, Carried, Pixels, Scene};
use crate::prediction::{Predictor, Tile};
use crate::sink::NoRecord;
use crate::steps::{AllSteps, ListedSteps};
use crate::structure_factor::Lookup;

/// A way through the pixels, tile by tile, and block by block in each row of a tile.
pub(crate) trait Plan: Sync {
    /// The pixels of a block.
    type Lane: Lane;
    /// What a thread keeps from tile to tile.
    type Tile;

    /// Rows of a tile.
    const ROWS: usize;
    /// Columns of a tile; `None` for whole rows.
    const COLUMNS: Option<usize>;

    fn new_tile(&self) -> Self::Tile;

    /// Looks at a tile, before its blocks.
    fn list(&self, panel: &Panel, slow: &Range<usize>, fast: &Range<usize>, tile: &mut Self::Tile);

    /// How many steps are listed for a block, given by its row and place in the tile; `None` for all of them.
    fn listed(&self, tile: &Self::Tile, place: [usize; 2]) -> Option<usize>;

    /// The photons of a block.
    fn photons<S: LatticeFactor, F: Lookup>(
        &self,
        scene: &Scene<'_, S, F>,
        block: Block,
        tile: &Self::Tile,
        place: [usize; 2],
        carried: &mut Carried<F, Self::Lane>,
    ) -> Pixels<Self::Lane>;
}

/// All steps of every pixel.
pub(crate) struct Whole<L> {
    pub(crate) steps: AllSteps,
    pub(crate) lane: PhantomData<L>,
}

impl<L: Lane> Plan for Whole<L> {
    type Lane = L;
    type Tile = ();

    const ROWS: usize = 1;
    const COLUMNS: Option<usize> = None;

    fn new_tile(&self) {}

    fn list(&self, _: &Panel, _: &Range<usize>, _: &Range<usize>, (): &mut ()) {}

    fn listed(&self, (): &(), _: [usize; 2]) -> Option<usize> {
        None
    }

    fn photons<S: LatticeFactor, F: Lookup>(
        &self,
        scene: &Scene<'_, S, F>,
        block: Block,
        (): &(),
        _: [usize; 2],
        carried: &mut Carried<F, L>,
    ) -> Pixels<L> {
        scene.photons(block, self.steps, carried, &mut NoRecord)
    }
}

impl<L: Lane> Plan for Predictor<'_, L> {
    type Lane = L;
    type Tile = Tile<L>;

    const ROWS: usize = Self::TILE_ROWS;
    const COLUMNS: Option<usize> = Some(Self::TILE_COLUMNS);

    fn new_tile(&self) -> Tile<L> {
        Tile::new()
    }

    fn list(&self, panel: &Panel, slow: &Range<usize>, fast: &Range<usize>, tile: &mut Tile<L>) {
        self.list_tile(panel, slow, fast, tile);
    }

    fn listed(&self, tile: &Tile<L>, [row, block]: [usize; 2]) -> Option<usize> {
        Some(tile.steps(row, block).steps.len())
    }

    fn photons<S: LatticeFactor, F: Lookup>(
        &self,
        scene: &Scene<'_, S, F>,
        block: Block,
        tile: &Tile<L>,
        [row, place]: [usize; 2],
        carried: &mut Carried<F, L>,
    ) -> Pixels<L> {
        match tile.steps(row, place) {
            ListedSteps { steps: [], .. } => scene.photons_without_steps(block, carried),
            steps => scene.photons(block, steps, carried, &mut NoRecord),
        }
    }
}
