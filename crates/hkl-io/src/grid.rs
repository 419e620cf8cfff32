//! Structure factors at every node of a box.

use std::fmt;
use std::ops::Range;

use ndarray::{Array3, s};

use crate::map::Bytes;
use crate::{Bounds, Error, Miller, Reflection};

/// Bytes of one structure factor.
pub(crate) const F64_BYTES: usize = size_of::<f64>();

/// Nodes that are looked at at once: a header may state rows of any length.
const FEW_NODES: usize = if cfg!(miri) { 1 << 4 } else { 1 << 12 };

/// A structure factor F for every node of a box, in memory or in a mapped Fdump file.
///
/// Nodes of the box without a listed reflection hold the default F, which also applies to all nodes outside.
pub struct Grid {
    bounds: Bounds,
    default_f: f64,
    storage: Storage,
}

enum Storage {
    /// `[h, k, l]`, l fastest.
    Owned(Array3<f64>),
    /// The bytes of a whole Fdump, whose data begins at `start`: as above, with one more plane beyond each axis. The
    /// header has any length, so no f64 is aligned.
    Fdump { bytes: Bytes, start: usize },
}

impl Grid {
    /// The grid over the smallest box that holds all reflections; of several for a node, the last is used.
    ///
    /// # Errors
    ///
    /// [`Error::NoReflections`], [`Error::NotFinite`] or [`Error::DefaultNotFinite`]; [`Error::GridTooLarge`] if the
    /// grid needs more than `max_bytes`, [`Error::OutOfMemory`] if it cannot be allocated.
    pub fn from_reflections<I>(reflections: I, default_f: f64, max_bytes: usize) -> Result<Self, Error>
    where
        I: IntoIterator<Item = Reflection>,
        I::IntoIter: Clone,
    {
        let reflections = reflections.into_iter();
        let mut bounds: Option<Bounds> = None;
        for Reflection { miller, structure_factor } in reflections.clone() {
            if !structure_factor.is_finite() {
                return Err(Error::NotFinite { miller, structure_factor });
            }
            bounds = Some(bounds.map_or(Bounds::of(miller), |b| b.including(miller)));
        }
        let bounds = bounds.ok_or(Error::NoReflections)?;
        let mut grid = Self::filled("reflections", bounds, default_f, max_bytes)?;
        if let Storage::Owned(factors) = &mut grid.storage {
            for Reflection { miller, structure_factor } in reflections {
                factors[bounds.offset(miller)] = structure_factor;
            }
        }
        Ok(grid)
    }

    /// The box of the nodes that are stored, which have other structure factors than the default.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// F of every node that is outside the bounds, in electrons per unit cell.
    #[must_use]
    pub const fn default_f(&self) -> f64 {
        self.default_f
    }

    /// F at a node, in electrons per unit cell; `None` outside the bounds.
    #[must_use]
    pub fn get(&self, node: Miller) -> Option<f64> {
        if !self.bounds.contains(node) {
            return None;
        }
        match &self.storage {
            Storage::Owned(factors) => factors.get(self.bounds.offset(node)).copied(),
            Storage::Fdump { bytes, start } => {
                let range = self.fdump_range(*start, node, 1);
                bytes.get(range)?.try_into().ok().map(f64::from_ne_bytes)
            }
        }
    }

    /// Checks that F of every node is finite, which a file that was mapped does not ensure.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`] with the first node, in the order of the file, that is not.
    pub fn check_finite(&self) -> Result<(), Error> {
        let Bounds { min, max } = self.bounds;
        let [.., count] = self.bounds.shape();
        let mut some = vec![0.0; count.min(FEW_NODES)];
        for (h, k) in (min.h..=max.h).flat_map(|h| (min.k..=max.k).map(move |k| (h, k))) {
            let mut nodes = (min.l..=max.l).peekable();
            while let Some(&first) = nodes.peek() {
                let remaining = nodes.size_hint().0;
                let factors = &mut some[..remaining.min(FEW_NODES)];
                self.copy(Miller::new(h, k, first), factors);
                let wrong = factors.iter().zip(nodes.by_ref()).find(|(factor, _)| !factor.is_finite());
                if let Some((&structure_factor, l)) = wrong {
                    return Err(Error::NotFinite { miller: Miller::new(h, k, l), structure_factor });
                }
            }
        }
        Ok(())
    }

    /// Checks that a mapped file has not been written to since it was opened, so that what was looked up is what it held.
    ///
    /// # Errors
    ///
    /// [`Error::Changed`]; [`Error::Read`] if the file cannot be asked.
    pub fn check_unchanged(&self) -> Result<(), Error> {
        match &self.storage {
            Storage::Owned(_) => Ok(()),
            Storage::Fdump { bytes, .. } => bytes.check_unchanged(),
        }
    }

    /// Copies F at (h, k, l_min), …, (h, k, l_max).
    ///
    /// # Panics
    ///
    /// If h or k is out of bounds, or if `into` is not as long as the grid is along l.
    pub fn copy_row(&self, h: i32, k: i32, into: &mut [f64]) {
        let node = Miller::new(h, k, self.bounds.min.l);
        assert!(self.bounds.contains(node), "the row ({h}, {k}) is outside {}", self.bounds);
        let [.., count] = self.bounds.shape();
        assert_eq!(into.len(), count, "length of a row of {}", self.bounds);
        self.copy(node, into);
    }

    /// Whether the structure factors are in a mapped file, rather than in memory.
    #[must_use]
    pub fn is_mapped(&self) -> bool {
        matches!(&self.storage, Storage::Fdump { bytes, .. } if bytes.is_mapped())
    }

    /// Size of the grid in memory, or of the mapped file, in bytes.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        match &self.storage {
            Storage::Owned(factors) => factors.len() * F64_BYTES,
            Storage::Fdump { bytes, .. } => bytes.len(),
        }
    }

    /// A grid whose every node holds the default; `name` is for messages.
    pub(crate) fn filled(
        name: &str,
        bounds: Bounds,
        default_f: f64,
        max_bytes: usize,
    ) -> Result<Self, Error> {
        let factors = allocate(name, bounds, finite_default(default_f)?, max_bytes)?;
        Self::from_factors(name, bounds, default_f, factors)
    }

    /// The grid of a factor for every node, l fastest; `name` is for messages.
    pub(crate) fn from_factors(
        name: &str,
        bounds: Bounds,
        default_f: f64,
        factors: Vec<f64>,
    ) -> Result<Self, Error> {
        let default_f = finite_default(default_f)?;
        let needed_bytes = factors.len() * F64_BYTES;
        let factors = Array3::from_shape_vec(bounds.shape(), factors).map_err(|_| Error::OutOfMemory {
            name: name.to_owned(),
            bounds,
            needed_bytes,
        })?;
        Ok(Self { bounds, default_f, storage: Storage::Owned(factors) })
    }

    /// The grid in the bytes of an Fdump, whose size has been checked.
    pub(crate) fn from_fdump(
        bounds: Bounds,
        default_f: f64,
        bytes: Bytes,
        start: usize,
    ) -> Result<Self, Error> {
        Ok(Self { bounds, default_f: finite_default(default_f)?, storage: Storage::Fdump { bytes, start } })
    }

    /// The structure factors in memory, l fastest; `None` for a mapped grid.
    pub(crate) fn as_slice_mut(&mut self) -> Option<&mut [f64]> {
        match &mut self.storage {
            Storage::Owned(factors) => factors.as_slice_mut(),
            Storage::Fdump { .. } => None,
        }
    }

    /// Copies F at a node within the bounds, and at those that follow it along l.
    fn copy(&self, first: Miller, into: &mut [f64]) {
        match &self.storage {
            Storage::Owned(factors) => {
                let [h, k, l] = self.bounds.offset(first);
                let row = factors.slice(s![h, k, l..]);
                for (into, factor) in into.iter_mut().zip(row) {
                    *into = *factor;
                }
            }
            Storage::Fdump { bytes, start } => {
                let row = &bytes[self.fdump_range(*start, first, into.len())];
                let (factors, _) = row.as_chunks();
                for (into, factor) in into.iter_mut().zip(factors) {
                    *into = f64::from_ne_bytes(*factor);
                }
            }
        }
    }

    /// Where the factors of `count` nodes along l are in an Fdump.
    fn fdump_range(&self, start: usize, first: Miller, count: usize) -> Range<usize> {
        let [h, k, l] = self.bounds.offset(first);
        let [_, k_count, l_count] = self.bounds.shape().map(|count| count + 1);
        let first = start + ((h * k_count + k) * l_count + l) * F64_BYTES;
        first..first + count * F64_BYTES
    }
}

impl fmt::Debug for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grid")
            .field("bounds", &self.bounds)
            .field("default_f", &self.default_f)
            .field("is_mapped", &self.is_mapped())
            .finish_non_exhaustive()
    }
}

/// The same number for every node; `name` is for messages.
pub(crate) fn allocate(name: &str, bounds: Bounds, number: f64, max_bytes: usize) -> Result<Vec<f64>, Error> {
    let needed_bytes = bounds.node_count() * F64_BYTES as u128;
    let too_large = || Error::GridTooLarge { name: name.to_owned(), bounds, needed_bytes, max_bytes };
    let needed_bytes = usize::try_from(needed_bytes).map_err(|_| too_large())?;
    if needed_bytes > max_bytes {
        return Err(too_large());
    }
    let mut numbers = Vec::new();
    let count = needed_bytes / F64_BYTES;
    let out_of_memory = || Error::OutOfMemory { name: name.to_owned(), bounds, needed_bytes };
    numbers.try_reserve_exact(count).map_err(|_| out_of_memory())?;
    numbers.resize(count, number);
    Ok(numbers)
}

fn finite_default(default_f: f64) -> Result<f64, Error> {
    if default_f.is_finite() { Ok(default_f) } else { Err(Error::DefaultNotFinite { default_f }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reflections() -> Vec<Reflection> {
        [(0, 0, 0, 5.0), (2, -1, 1, 7.0), (0, 0, 0, 6.0)]
            .map(|(h, k, l, structure_factor)| Reflection { miller: Miller::new(h, k, l), structure_factor })
            .to_vec()
    }

    #[test]
    fn absent_nodes_hold_the_default_and_the_last_duplicate_wins() {
        let grid = Grid::from_reflections(reflections(), 3.0, 96).unwrap();
        for (node, expected) in [
            ((0, 0, 0), Some(6.0)),
            ((2, -1, 1), Some(7.0)),
            ((1, 0, 1), Some(3.0)),
            ((3, 0, 0), None),
            ((0, 1, 0), None),
            ((0, 0, -1), None),
        ] {
            assert_eq!(grid.get(Miller::new(node.0, node.1, node.2)), expected, "{node:?}");
        }
        assert_eq!((grid.byte_len(), grid.is_mapped()), (96, false));
    }

    #[test]
    fn a_row_runs_along_l() {
        let grid = Grid::from_reflections(reflections(), 3.0, 96).unwrap();
        let mut row = [0.0; 2];
        for ((h, k), expected) in [((2, -1), [3.0, 7.0]), ((0, 0), [6.0, 3.0]), ((1, -1), [3.0, 3.0])] {
            grid.copy_row(h, k, &mut row);
            assert_eq!(row.map(f64::to_bits), expected.map(f64::to_bits), "{h} {k}");
        }
    }

    /// The index after the last one does not fit into 32 bits.
    #[test]
    fn a_node_at_the_largest_index_is_checked() {
        let far = Miller::new(i32::MAX, i32::MAX, i32::MAX);
        let reflection = Reflection { miller: far, structure_factor: 1.0 };
        let grid = Grid::from_reflections([reflection], 0.0, 8).unwrap();
        grid.check_finite().unwrap();
        assert_eq!(grid.get(far), Some(1.0));
    }

    /// A row is looked at in pieces.
    #[test]
    fn a_factor_that_is_no_number_is_found_wherever_it_is_in_a_row() {
        let count = i32::try_from(2 * FEW_NODES + 2).unwrap();
        let row = |l| Reflection { miller: Miller::new(0, 0, l), structure_factor: 1.0 };
        let mut grid = Grid::from_reflections((0..count).map(row), 0.0, usize::MAX).unwrap();
        for place in [0, FEW_NODES - 1, FEW_NODES, FEW_NODES + 1, 2 * FEW_NODES, 2 * FEW_NODES + 1] {
            grid.as_slice_mut().unwrap()[place] = f64::NAN;
            let found = grid.check_finite().unwrap_err().to_string();
            assert!(found.contains(&format!("for (0, 0, {place}), found NaN")), "{found}");
            grid.as_slice_mut().unwrap()[place] = 1.0;
        }
        grid.check_finite().unwrap();
    }

    #[test]
    #[should_panic(expected = "the row (0, 1) is outside h 0..2, k -1..0, l 0..1")]
    fn a_row_out_of_bounds_panics() {
        let grid = Grid::from_reflections(reflections(), 3.0, 96).unwrap();
        grid.copy_row(0, 1, &mut [0.0; 2]);
    }

    #[test]
    fn impossible_grids_are_refused() {
        let message = |list: &[Reflection], default_f, max_bytes| {
            Grid::from_reflections(list.to_vec(), default_f, max_bytes).unwrap_err().to_string()
        };
        assert_eq!(
            message(&reflections(), 0.0, 95),
            "reflections: expected a grid of at most 95 bytes, found h 0..2, k -1..0, l 0..1, which need 96 bytes"
        );
        assert_eq!(message(&[], 0.0, 96), "expected at least one reflection, found none");
        assert_eq!(message(&reflections(), f64::INFINITY, 96), "expected a finite default F, found inf");
        let nan = Reflection { miller: Miller::new(1, 2, 3), structure_factor: f64::NAN };
        assert_eq!(message(&[nan], 0.0, 96), "expected a finite structure factor F for (1, 2, 3), found NaN");
        let far =
            [i32::MIN, i32::MAX].map(|i| Reflection { miller: Miller::new(i, i, i), structure_factor: 1.0 });
        assert!(message(&far, 0.0, usize::MAX).contains("which need 633825300114114700748351602688 bytes"));
    }
}
