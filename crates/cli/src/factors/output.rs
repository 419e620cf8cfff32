//! Structure factors on their way to a file.

use std::path::{Path, PathBuf};

use hkl_io::{Bounds, Grid, Miller, Reflection, SpaceGroup, fdump, mtz, text};
use nanobragg_c_flags::Error;
use nanobragg_geometry::UnitCell;

use super::missing;
use super::source::{Content, Crystal, Factors, Request};
use crate::failure::Failure;

/// A file to be written.
pub(super) struct Target {
    pub(super) path: PathBuf,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Dump,
    Mtz,
}

impl Target {
    /// What is to be written is told by the name.
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        let kind = match extension.as_deref() {
            Some("hkl") => Kind::Text,
            Some("bin") => Kind::Dump,
            Some("mtz") => Kind::Mtz,
            _ => {
                let found = path.display();
                let text =
                    format!("-output: expected a name that ends in .hkl, .bin or .mtz, found \"{found}\"");
                return Err(Error::Contradiction(text).into());
            }
        };
        Ok(Self { path: path.to_owned(), kind })
    }

    /// Checks that it can be written, and what it would replace.
    pub(super) fn check(&self, source: &Path, no_clobber: bool) -> Result<(), Failure> {
        whole_file::check([self.path.as_path()])?;
        let is_source = matches!((source.canonicalize(), self.path.canonicalize()), (Ok(a), Ok(b)) if a == b);
        if is_source {
            let text = format!("-output would replace {}, which is read", self.path.display());
            return Err(Error::Contradiction(text).into());
        }
        if no_clobber && self.path.exists() {
            return Err(Failure::Exists { paths: vec![self.path.clone()] });
        }
        Ok(())
    }

    /// Writes them, and says what was written.
    pub(super) fn write(&self, factors: &Factors, request: &Request) -> Result<String, Failure> {
        match (self.kind, &factors.content) {
            (Kind::Text, Content::Grid(grid)) => self.text(grid_reflections(grid).into_iter()),
            (Kind::Text, Content::Crystal(crystal)) => self.text(reflections(&crystal.rows)),
            (Kind::Dump, Content::Grid(grid)) => self.dump(grid),
            (Kind::Dump, Content::Crystal(crystal)) => {
                let grid = Grid::from_reflections(reflections(&crystal.rows), 0.0, request.max_bytes);
                self.dump(&grid.map_err(nanobragg_experiment::Error::from)?)
            }
            (Kind::Mtz, Content::Grid(grid)) => {
                let Some(cell) = request.options.cell else {
                    return Err(missing("no unit cell, which an MTZ file has", "give -cell"));
                };
                let rows = grid_reflections(grid).into_iter();
                let rows: Vec<_> = rows.map(|reflection| mtz::Row { reflection, phase_deg: None }).collect();
                self.mtz(cell, &SpaceGroup::from_number(1)?, None, &rows)
            }
            (Kind::Mtz, Content::Crystal(crystal)) => {
                let Crystal { cell, space_group, wavelength_angstrom, rows, obeys_friedel, .. } = &**crystal;
                if !obeys_friedel {
                    return self.mtz(*cell, &SpaceGroup::from_number(1)?, *wavelength_angstrom, rows);
                }
                let unique = rows.iter().filter(|row| space_group.is_unique(row.reflection.miller));
                let unique: Vec<_> = unique.copied().collect();
                self.mtz(*cell, space_group, *wavelength_angstrom, &unique)
            }
        }
    }

    fn text(&self, reflections: impl Iterator<Item = Reflection> + Clone) -> Result<String, Failure> {
        let count = reflections.clone().count();
        whole_file::write(&self.path, |out| text::write_to(out, reflections))?;
        Ok(format!("HKL text, {count} reflections in P 1"))
    }

    fn dump(&self, grid: &Grid) -> Result<String, Failure> {
        fdump::write(grid, &self.path)?;
        Ok(format!("dump, {}", grid.bounds()))
    }

    fn mtz(
        &self,
        cell: UnitCell,
        space_group: &SpaceGroup,
        wavelength_angstrom: Option<f64>,
        rows: &[mtz::Row],
    ) -> Result<String, Failure> {
        mtz::write(&self.path, &mtz::Crystal { cell, space_group, wavelength_angstrom }, rows)?;
        Ok(format!("MTZ, {} reflections in {space_group}", rows.len()))
    }
}

fn reflections(rows: &[mtz::Row]) -> impl Iterator<Item = Reflection> + Clone {
    rows.iter().map(|row| row.reflection)
}

/// The reflections of a grid, those with F = 0 left out: there it stands for none.
fn grid_reflections(grid: &Grid) -> Vec<Reflection> {
    let Bounds { min, max } = grid.bounds();
    let mut row = vec![0.0; grid.bounds().shape()[2]];
    let mut reflections = Vec::new();
    for h in min.h..=max.h {
        for k in min.k..=max.k {
            grid.copy_row(h, k, &mut row);
            let nodes = (min.l..).map(|l| Miller::new(h, k, l));
            let listed = nodes.zip(&row).filter(|(_, factor)| **factor != 0.0);
            reflections
                .extend(listed.map(|(miller, factor)| Reflection { miller, structure_factor: *factor }));
        }
    }
    reflections
}
