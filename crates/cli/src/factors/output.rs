//! Structure factors on their way to a file.

use std::path::{Path, PathBuf};

use hkl_io::{Grid, Reflection, SpaceGroup, fdump, mtz, text};
use nanobragg_c_flags::Error;
use nanobragg_geometry::UnitCell;

use super::missing;
use super::source::{Content, Crystal, Factors, Request, held, obeys_friedel};
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
                let text = format!("{}: expected a name that ends in .hkl, .bin or .mtz", path.display());
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
            return Err(Failure::WouldReplaceInput { path: self.path.clone() });
        }
        if no_clobber && self.path.exists() {
            return Err(Failure::Exists { paths: vec![self.path.clone()] });
        }
        Ok(())
    }

    /// Writes them, and says what was written.
    pub(super) fn write(&self, factors: &Factors, request: &Request) -> Result<String, Failure> {
        match (self.kind, &factors.content) {
            (Kind::Text, Content::Grid(grid)) => self.text(held(grid, 0.0).into_iter()),
            (Kind::Text, Content::List(listed)) => self.text(listed.iter().copied()),
            (Kind::Text, Content::Crystal(crystal)) => self.text(reflections(&crystal.rows)),
            (Kind::Dump, Content::Grid(grid)) => self.dump(grid),
            (Kind::Dump, Content::List(listed)) => self.gridded(listed.iter().copied(), request),
            (Kind::Dump, Content::Crystal(crystal)) => self.gridded(reflections(&crystal.rows), request),
            (Kind::Mtz, Content::Grid(grid)) => self.without_symmetry(held(grid, 0.0), request),
            (Kind::Mtz, Content::List(listed)) => self.without_symmetry(listed.clone(), request),
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

    /// In P 1, half of them where Friedel mates agree.
    fn without_symmetry(&self, listed: Vec<Reflection>, request: &Request) -> Result<String, Failure> {
        let Some(cell) = request.options.cell else {
            return Err(missing("no unit cell, which an MTZ file has", "give -cell"));
        };
        let group = SpaceGroup::from_number(1)?;
        let rows = listed.into_iter().map(|reflection| mtz::Row { reflection, phase_deg: None });
        let mut rows: Vec<_> = rows.collect();
        if obeys_friedel(&rows) {
            rows.retain(|row| group.is_unique(row.reflection.miller));
        }
        self.mtz(cell, &group, None, &rows)
    }

    fn gridded<I>(&self, reflections: I, request: &Request) -> Result<String, Failure>
    where
        I: Iterator<Item = Reflection> + Clone,
    {
        let grid = Grid::from_reflections(reflections, 0.0, request.max_bytes);
        self.dump(&grid.map_err(nanobragg_experiment::Error::from)?)
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
