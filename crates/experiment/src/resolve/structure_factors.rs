//! Structure factors: from text, from a dump, from rows, or one for all.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hkl_io::text::ReadOptions;
use hkl_io::{Grid, Miller, Reflection};
use nanobragg_kernel as kernel;

use super::Resolver;
use crate::context::Context;
use crate::error::Error;
use crate::model::{FactorSource, Interpolation};
use crate::notice::Part;

/// Fewer cells than this along an axis make spots so wide that F varies within them.
const FEWEST_CELLS_FOR_NEAREST: u32 = 3;

/// Reflections given more than once that are named one by one.
const MOST_DUPLICATES: usize = 10;

/// Resolved structure factors.
pub(super) struct Factors {
    pub(super) structure_factors: kernel::StructureFactors,
    pub(super) file: Option<PathBuf>,
    pub(super) reflection_count: usize,
}

/// A grid, when it and the table that the kernel makes of it, with a border, fit into memory.
fn fitting(grid: Grid, memory_bytes: usize, name: &str) -> Result<kernel::StructureFactors, Error> {
    let nodes = grid.bounds().shape().map(|count| count as u64 + 2);
    let table = nodes.iter().fold(8, |bytes: u64, &count| bytes.saturating_mul(count));
    let owned = if grid.is_mapped() { 0 } else { grid.byte_len() as u64 };
    let bytes = table.saturating_add(owned);
    if bytes > memory_bytes as u64 {
        return Err(too_large(bytes, memory_bytes, name));
    }
    Ok(kernel::StructureFactors::Grid(Arc::new(grid)))
}

fn too_large(bytes: u64, memory_bytes: usize, name: &str) -> Error {
    Error::Memory { what: "structure factors", bytes, available: memory_bytes as u64, names: name.to_owned() }
}

/// The grid of a dump, each F of which is a number.
fn finite_dump(path: &Path, default_f: f64, context: &Context, name: &str) -> Result<Grid, Error> {
    let grid = if context.map_files {
        hkl_io::fdump::open(path, default_f)?
    } else {
        // Counted before it is read.
        let bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        if bytes > context.memory_bytes as u64 {
            return Err(too_large(bytes, context.memory_bytes, name));
        }
        hkl_io::fdump::read(path, default_f)?
    };
    grid.check_finite().map_err(|error| Error::Unfit { path: path.to_owned(), what: error.to_string() })?;
    Ok(grid)
}

impl Resolver<'_> {
    pub(super) fn structure_factors(&mut self) -> Result<Factors, Error> {
        let factors = &self.experiment.structure_factors;
        let default_f = factors.default_f;
        let memory = self.context.memory_bytes;
        let max_grid_bytes =
            factors.max_grid_bytes.map_or(memory, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        let key = self.name("structure_factors.source").to_owned();
        let grid = |grid| fitting(grid, memory, &key);
        Ok(match &factors.source {
            FactorSource::Uniform(factor) => Factors {
                structure_factors: kernel::StructureFactors::Uniform(*factor),
                file: None,
                reflection_count: 0,
            },
            FactorSource::File(path) => {
                let text = hkl_io::text::read(path, &ReadOptions { default_f, max_grid_bytes })?;
                for duplicate in text.duplicates.iter().take(MOST_DUPLICATES) {
                    let (path, line) = (path.display(), duplicate.last_line);
                    let text =
                        format!("{path}:{line}: {} was given before: the last one counts", duplicate.miller);
                    self.warn(Part::StructureFactors, text);
                }
                if text.duplicates.len() > MOST_DUPLICATES {
                    let more = text.duplicates.len() - MOST_DUPLICATES;
                    let text =
                        format!("{}: {more} more reflections are given more than once", path.display());
                    self.warn(Part::StructureFactors, text);
                }
                Factors {
                    structure_factors: grid(text.grid)?,
                    file: Some(path.clone()),
                    reflection_count: text.reflection_count,
                }
            }
            FactorSource::Dump(path) => Factors {
                structure_factors: grid(finite_dump(path, default_f, self.context, &key)?)?,
                file: Some(path.clone()),
                reflection_count: 0,
            },
            FactorSource::Reflections(rows) => {
                let reflections = rows.iter().map(|&(h, k, l, structure_factor)| Reflection {
                    miller: Miller::new(h, k, l),
                    structure_factor,
                });
                Factors {
                    structure_factors: grid(Grid::from_reflections(reflections, default_f, max_grid_bytes)?)?,
                    file: None,
                    reflection_count: rows.len(),
                }
            }
        })
    }

    /// Whether F is interpolated.
    pub(super) fn interpolate(&mut self, cells: [u32; 3]) -> bool {
        let factors = &self.experiment.structure_factors;
        let small = cells.iter().any(|&count| count < FEWEST_CELLS_FOR_NEAREST);
        let wanted = factors.interpolation.map_or(small, |how| how == Interpolation::Tricubic);
        let on = factors.is_list() && wanted;
        if factors.interpolation.is_none() {
            self.derive("interpolation", if on { "tricubic" } else { "nearest" }, "");
        }
        on
    }
}
