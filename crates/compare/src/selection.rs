//! The pixels of two images that are compared.

use std::ops::Range;

use nanobragg_image_io::Region;
use ndarray::Array2;
use rayon::prelude::*;

use crate::Image;

/// Two images of one shape and the part of them that counts.
#[derive(Clone, Debug)]
pub(crate) struct Selection<'a> {
    a: &'a [f64],
    b: &'a [f64],
    mask: Option<&'a [bool]>,
    width: usize,
    rows: Range<usize>,
    columns: Range<usize>,
}

/// One row of a selection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) a: &'a [f64],
    pub(crate) b: &'a [f64],
    mask: Option<&'a [bool]>,
    /// Where the row starts in the image.
    pub(crate) slow: usize,
    pub(crate) first_fast: usize,
}

impl<'a> Selection<'a> {
    /// The images and the mask have the same shape.
    pub(crate) fn new(
        a: &'a Image,
        b: &'a Image,
        region: Option<&Region>,
        mask: Option<&'a Array2<bool>>,
    ) -> Self {
        let shape = a.shape();
        let whole = Region::whole(shape);
        let region = region.unwrap_or(&whole);
        let (rows, columns) = (region.rows(shape), region.columns(shape));
        let mask = mask.and_then(|mask| mask.as_slice());
        Self { a: a.flat(), b: b.flat(), mask, width: shape[1], rows, columns }
    }

    /// `[slow, fast]` of the rectangle, masked pixels included.
    pub(crate) fn shape(&self) -> [usize; 2] {
        [self.rows.len(), self.columns.len()]
    }

    /// The row at `index`, counted from the first of the selection.
    pub(crate) fn row(&self, index: usize) -> Row<'a> {
        let slow = self.rows.start + index;
        let span = slow * self.width + self.columns.start..slow * self.width + self.columns.end;
        let mask = self.mask.map(|mask| &mask[span.clone()]);
        Row { a: &self.a[span.clone()], b: &self.b[span], mask, slow, first_fast: self.columns.start }
    }

    /// A result for every row, computed in parallel and returned in row order.
    pub(crate) fn each_row<T: Send>(&self, of: impl Fn(Row<'a>) -> T + Sync) -> Vec<T> {
        (0..self.rows.len()).into_par_iter().with_min_len(8).map(|index| of(self.row(index))).collect()
    }

    pub(crate) fn contains(&self, slow: usize, fast: usize) -> bool {
        let inside = self.rows.contains(&slow) && self.columns.contains(&fast);
        inside && self.mask.is_none_or(|mask| mask[slow * self.width + fast])
    }
}

impl<'a> Row<'a> {
    /// Pairs that are not masked, with their column in the row.
    pub(crate) fn pairs(self) -> impl Iterator<Item = (usize, f64, f64)> + 'a {
        let pairs = self.a.iter().zip(self.b).enumerate();
        pairs.filter(move |&(column, _)| self.counts(column)).map(|(column, (&a, &b))| (column, a, b))
    }

    /// Unmasked pairs of finite numbers.
    pub(crate) fn finite_pairs(self) -> impl Iterator<Item = (usize, f64, f64)> + 'a {
        self.pairs().filter(|(_, a, b)| a.is_finite() && b.is_finite())
    }

    /// Whether a column of the row is not masked.
    pub(crate) fn counts(self, column: usize) -> bool {
        self.mask.is_none_or(|mask| mask[column])
    }
}
