//! Structure factors: read, expanded, computed, from rows, or one for all.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hkl_io::text::{HklText, ReadOptions};
use hkl_io::{Grid, Miller, P1, Reflection, ReflectionList};
use nanobragg_geometry::Lattice;
use nanobragg_kernel as kernel;
use nanobragg_structure::{self as structure, Model};

use super::Resolver;
use super::factor_file::Finest;
use crate::error::Error;
use crate::factor_file::{Computed, Computing, FactorFile, finite_dump};
use crate::model::{EV_ANGSTROM, FactorSource, Interpolation, StructureFactors};
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
    /// What they were made of, where the file is not of them alone.
    pub(super) origin: Option<String>,
}

/// A grid, when it and the table that the kernel makes of it, with a border, fit into memory.
fn fitting(grid: Grid, memory_bytes: usize, name: &str) -> Result<kernel::StructureFactors, Error> {
    let nodes = grid.bounds().shape().map(|count| count as u64 + 2);
    let table = nodes.iter().fold(8, |bytes: u64, &count| bytes.saturating_mul(count));
    let owned = if grid.is_mapped() { 0 } else { grid.byte_len() as u64 };
    let bytes = table.saturating_add(owned);
    if bytes > memory_bytes as u64 {
        return Err(Error::factors_too_large(bytes, memory_bytes, name));
    }
    Ok(kernel::StructureFactors::Grid(Arc::new(grid)))
}

impl Resolver<'_> {
    /// The grid of F, or F of all reflections. `file` is what was read of the file that the experiment names, `finest` the
    /// finest resolution that anything sees.
    pub(super) fn structure_factors(
        &mut self,
        file: Option<FactorFile>,
        finest: &Finest,
        lattice: &Lattice,
    ) -> Result<Factors, Error> {
        let factors = &self.experiment.structure_factors;
        let default_f = factors.default_f;
        let memory = self.context.memory_bytes;
        let max_grid_bytes =
            factors.max_grid_bytes.map_or(memory, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        let key = self.name("structure_factors.source").to_owned();
        let grid = |grid| fitting(grid, memory, &key);
        Ok(match (&factors.source, file) {
            (FactorSource::Uniform(factor), _) => Factors {
                structure_factors: kernel::StructureFactors::Uniform(*factor),
                file: None,
                reflection_count: 0,
                origin: None,
            },
            (FactorSource::Dump(path), _) | (FactorSource::File(path), Some(FactorFile::Dump)) => Factors {
                structure_factors: grid(finite_dump(path, default_f, self.context, &key)?)?,
                file: Some(path.clone()),
                reflection_count: 0,
                origin: None,
            },
            (FactorSource::File(path), Some(FactorFile::Reflections(list))) => {
                let p1 = list.expand_to_p1(max_grid_bytes)?;
                self.warn_of_contradictions(&list, &p1);
                let reflection_count = list.reflections.len();
                let (column, group) = (&list.column, &list.space_group);
                let finest = list.d_range_angstrom().map_or(0.0, |(d_min, _)| d_min);
                let origin = format!("{column}, space group {group} expanded to P 1, to {finest:.3} Å");
                Factors {
                    structure_factors: grid(p1.into_grid(default_f)?)?,
                    file: Some(path.clone()),
                    reflection_count,
                    origin: Some(origin),
                }
            }
            (FactorSource::File(path), Some(FactorFile::Coordinates(model))) => {
                let d_min_angstrom = finest.beyond(lattice, &model.cell);
                let Computed { factors, origin, .. } =
                    self.computed(&model, d_min_angstrom, max_grid_bytes)?;
                let computed_grid = Grid::from_reflections(factors.reflections(), default_f, max_grid_bytes)?;
                Factors {
                    structure_factors: grid(computed_grid)?,
                    file: Some(path.clone()),
                    reflection_count: factors.iter().count(),
                    origin: Some(origin),
                }
            }
            (FactorSource::File(path), text) => {
                let options = ReadOptions { default_f, max_grid_bytes };
                let piped = match &text {
                    Some(FactorFile::Text(piped)) => piped.as_deref(),
                    _ => None,
                };
                let text = FactorFile::text(path, piped, &options)?;
                self.warn_of_duplicates(path, &text);
                Factors {
                    structure_factors: grid(text.grid)?,
                    file: Some(path.clone()),
                    reflection_count: text.reflection_count,
                    origin: None,
                }
            }
            (FactorSource::Reflections(rows), _) => {
                let reflections = rows.iter().map(|&(h, k, l, structure_factor)| Reflection {
                    miller: Miller::new(h, k, l),
                    structure_factor,
                });
                Factors {
                    structure_factors: grid(Grid::from_reflections(reflections, default_f, max_grid_bytes)?)?,
                    file: None,
                    reflection_count: rows.len(),
                    origin: None,
                }
            }
        })
    }

    fn warn_of_duplicates(&mut self, path: &Path, text: &HklText) {
        for duplicate in text.duplicates.iter().take(MOST_DUPLICATES) {
            let (path, line) = (path.display(), duplicate.last_line);
            let text = format!("{path}:{line}: {} was given before: the last one counts", duplicate.miller);
            self.warn(Part::StructureFactors, text);
        }
        if text.duplicates.len() > MOST_DUPLICATES {
            let more = text.duplicates.len() - MOST_DUPLICATES;
            let text = format!("{}: {more} more reflections are given more than once", path.display());
            self.warn(Part::StructureFactors, text);
        }
    }

    fn warn_of_contradictions(&mut self, list: &ReflectionList, p1: &P1) {
        if let Some(notice) = p1.notice() {
            self.warn(Part::StructureFactors, format!("{}: {notice}", list.file));
        }
    }

    /// F of coordinates up to a resolution. The scattering is that of the central wavelength.
    fn computed(&mut self, model: &Model, d_min_angstrom: f64, max_bytes: usize) -> Result<Computed, Error> {
        let StructureFactors { solvent, direct, .. } = self.experiment.structure_factors;
        let energy_ev = Some(EV_ANGSTROM / self.experiment.beam.wavelength_angstrom()?);
        let computing =
            Computing { d_min_angstrom, solvent, direct, energy_ev, may_lack_dispersion: true, max_bytes };
        let computed = FactorFile::computed(model, &computing, &|_| ()).map_err(|error| match error {
            structure::Error::TooLarge { needed_bytes, max_bytes, .. } => Error::Memory {
                what: "structure factors",
                bytes: u64::try_from(needed_bytes).unwrap_or(u64::MAX),
                available: max_bytes as u64,
                names: "the resolution, a larger -dmin (TOML: sampling.dmin_angstrom)".to_owned(),
            },
            other => other.into(),
        })?;
        if let Some(notice) = &computed.notice {
            self.warn(Part::StructureFactors, notice.clone());
        }
        Ok(computed)
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
