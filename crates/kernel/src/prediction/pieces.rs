//! The pieces of a tile, a block of pixels in two rows each: where they are, and how far apart their pixels.

use std::ops::Range;

use nanobragg_geometry::{Curvature, LabVec, Panel};

use super::footprint::{BLOCKS, ROWS};
use super::patch::Patch;
use crate::lane::{Arithmetic, Lane, Triple};
use crate::pixel::per_pixel;

/// Pairs of rows of a tile.
const ROW_PAIRS: usize = ROWS / 2;
/// Pieces of a tile, those of a block from the first pair of rows to the last one, block by block: their rows are numbered as
/// those of the blocks are. They are as many as a `u32` has bits.
pub(super) const PIECES: usize = ROW_PAIRS * BLOCKS;
const _: () = assert!(PIECES == u32::BITS as usize);

/// Unit vectors towards the pieces of a tile, as differences from that towards its middle, in single precision.
pub(super) struct Pieces<X> {
    /// Towards the middles of pieces, in lanes of them.
    pub(super) middles: Vec<Triple<X>>,
    /// Towards the middles of the pixels of each piece, row by row.
    pub(super) pixels: Vec<Triple<X>>,
}

/// More than what rounding in single precision may make of a unit vector, of the products that are added to the index of the
/// tile's middle, and of the distance from the nearest integer: as a part of 1, of their magnitudes and of 1.
pub(super) const ROUNDING: f64 = 1e-6;

/// How far the unit vectors towards places of a rectangle are from that towards its middle, at most: along these, and by the rest.
pub(super) struct Extent {
    along_fast: LabVec,
    along_slow: LabVec,
    rest: f64,
}

/// Of the pieces of a tile, of its pixels, and of all of it.
pub(super) struct Extents {
    pub(super) of_piece: Extent,
    pub(super) of_pixel: Extent,
    pub(super) of_tile: Extent,
}

impl<X: Arithmetic> Pieces<X> {
    pub(super) fn none() -> Self {
        Self { middles: Vec::new(), pixels: Vec::new() }
    }

    /// Of another tile, in blocks of some width.
    pub(super) fn set(
        &mut self,
        panel: &Panel,
        slow: &Range<usize>,
        fast: &Range<usize>,
        centre: LabVec,
        width: usize,
    ) {
        let first = panel.first_pixel;
        let corner = [first.slow + slow.start, first.fast + fast.start].map(number);
        let centre = Triple::splat(centre.to_array());
        let towards = |place: [X; 2]| direction(panel, corner, place).minus(centre);
        let row = |piece: usize| number(2 * (piece % ROW_PAIRS));
        let column = |piece: usize| number(piece / ROW_PAIRS * width);
        self.middles.clear();
        self.middles.extend((0..PIECES).step_by(X::WIDTH).map(|first| {
            let half = number(width) / 2.0;
            towards([
                X::from_fn(|place| row(first + place) + 1.0),
                X::from_fn(|place| column(first + place) + half),
            ])
        }));
        let pixel = [
            X::from_fn(|place| number(place / width % 2) + 0.5),
            X::from_fn(|place| number(place % width) + 0.5),
        ];
        self.pixels.clear();
        self.pixels.extend((0..PIECES).map(|piece| {
            let [row, column] = [row(piece), column(piece)].map(X::splat);
            towards([pixel[0] + row, pixel[1] + column])
        }));
    }
}

/// The unit vectors towards places of a panel in the middle of the sensor's depth, given in pixels from a corner along slow and
/// fast.
#[inline(always)]
fn direction<X: Arithmetic>(panel: &Panel, corner: [f64; 2], place: [X; 2]) -> Triple<X> {
    let depth = f64::from(panel.sensor.layers) * panel.sensor.layer_thickness_m / 2.0;
    let [slow_m, fast_m] = corner.map(|edge| edge * panel.pixel_size_m);
    let start = panel.origin_m + panel.slow * slow_m + panel.fast * fast_m + panel.normal * depth;
    let [from_slow, from_fast] = place.map(|edge| edge * X::splat(panel.pixel_size_m));
    let [slow, fast, start] = [panel.slow, panel.fast, start].map(|v| Triple::splat(v.to_array()));
    let flat = fast.scaled_plus(from_fast, slow.scaled_plus(from_slow, start));
    let position = match panel.curvature {
        Curvature::Flat => flat,
        // The surface itself, of no depth.
        _ => per_pixel(flat, |place, at| {
            let edges = [slow_m + from_slow.get(place), fast_m + from_fast.get(place)];
            panel.bent(at - panel.normal * depth, edges)
        }),
    };
    position.scaled(X::splat(1.0) / position.dot(position).sqrt())
}

impl Extents {
    /// Of a tile and its patch. Only sub-pixels count, of which a pixel has as many along each side as said.
    pub(super) fn of(
        panel: &Panel,
        [rows, columns]: [usize; 2],
        patch: &Patch,
        width: usize,
        oversample: u32,
    ) -> Self {
        let margin = 0.5 / f64::from(oversample);
        let extent = |half_rows: f64, half_columns: f64| {
            let half_sides =
                (half_columns - margin) * panel.fast.length() + (half_rows - margin) * panel.slow.length();
            Extent {
                along_fast: patch.along_fast * ((half_columns - margin) / (number(columns) / 2.0)),
                along_slow: patch.along_slow * ((half_rows - margin) / (number(rows) / 2.0)),
                rest: patch.rest_about(half_sides * panel.pixel_size_m),
            }
        };
        let Patch { along_fast, along_slow, rest, .. } = *patch;
        Self {
            of_piece: extent(1.0, number(width) / 2.0),
            of_pixel: extent(0.5, 0.5),
            of_tile: Extent { along_fast, along_slow, rest },
        }
    }
}

impl Extent {
    /// How far products of unit vectors with others are from that of the middle, at most.
    #[inline(always)]
    pub(super) fn spread<L: Lane>(&self, other: Triple<L>) -> L {
        let along = |edge: LabVec| other.dot(Triple::splat(edge.to_array())).abs();
        let length = other.dot(other).sqrt();
        length.mul_add(L::splat(self.rest), along(self.along_fast) + along(self.along_slow))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a detector has fewer than 2⁵³ pixels")]
fn number(pixels: usize) -> f64 {
    pixels as f64
}
