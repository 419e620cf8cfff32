//! Files that structure factors come from, told apart by their content.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use hkl_io::{Format, Grid, ListOptions, ReflectionList, SpaceGroup, mmcif, mtz, read_reflections};
use nanobragg_geometry::UnitCell;
use nanobragg_structure::{self as structure, Model};

use crate::context::Context;
use crate::error::Error;
use crate::model::{Cell, StructureFactors};

/// Cells that differ by more, relative to each number, are those of different crystals.
const SAME_CELL: f64 = 0.01;

/// No more is read of what is no regular file, such as a pipe.
const MOST_PIPED_BYTES: u64 = 1 << 30;

/// A file that structure factors come from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FactorFile {
    /// Text with h k l F a line; what came through a pipe is here, as it cannot be read again.
    Text(Option<Vec<u8>>),
    /// A grid as the C program nanoBragg writes it.
    Dump,
    /// Reflections of an asymmetric unit.
    Reflections(Box<ReflectionList>),
    /// Coordinates, from which F is computed.
    Coordinates(Box<Model>),
}

/// What is to be taken of a file, and in place of what it says.
#[derive(Clone, Debug, Default)]
pub struct FactorOptions {
    /// See [`StructureFactors::column`].
    pub column: Option<String>,
    /// The space group in place of the file's.
    pub space_group: Option<SpaceGroup>,
    /// The unit cell of a file that has none.
    pub cell: Option<UnitCell>,
}

impl FactorOptions {
    /// What structure factors of an experiment say of their file, with the cell of the crystal.
    ///
    /// # Errors
    /// [`Error::Hkl`] for an unknown space group, [`Error::Geometry`] for an impossible cell.
    pub fn of(factors: &StructureFactors, cell: Option<&Cell>) -> Result<Self, Error> {
        let cell = cell.map(Cell::unit_cell).transpose()?;
        let space_group = factors.space_group.as_deref().map(SpaceGroup::from_symbol).transpose()?;
        Ok(Self { column: factors.column.clone(), space_group, cell })
    }
}

impl FactorFile {
    /// Reads a file, but for HKL text and dumps, which are told and left alone.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::Hkl`], [`Error::Structure`] and [`Error::Unfit`] for what is damaged, or lacks a cell or
    /// a space group.
    pub fn open(path: &Path, options: &FactorOptions) -> Result<Self, Error> {
        let name = path.display().to_string();
        let piped = piped(path)?;
        let format = match &piped {
            Some(bytes) => Format::of_bytes(bytes, &name)?,
            None => Format::of_file(path)?,
        };
        let FactorOptions { column, space_group, cell } = options.clone();
        let of_list = ListOptions { column, space_group: space_group.clone(), cell };
        let of_model = structure::ReadOptions { space_group, cell };
        Ok(match (format, piped) {
            (Format::HklText, piped) => Self::Text(piped),
            (Format::Fdump, None) => Self::Dump,
            (Format::Mtz | Format::MmcifReflections, None) => {
                Self::Reflections(Box::new(read_reflections(path, &of_list)?))
            }
            (Format::Mtz, Some(bytes)) => Self::Reflections(Box::new(mtz::parse(&bytes, &name, &of_list)?)),
            (Format::MmcifReflections, Some(bytes)) => {
                Self::Reflections(Box::new(mmcif::parse(&bytes, &name, &of_list)?))
            }
            (Format::PdbCoordinates | Format::MmcifCoordinates, piped) => {
                let model = match piped {
                    Some(bytes) => structure::parse(&bytes, &name, &of_model)?,
                    None => structure::read(path, &of_model)?,
                };
                Self::Coordinates(Box::new(model))
            }
            (other, _) => {
                let what = format!("expected structure factors in a regular file, found {other} in a pipe");
                return Err(Error::Unfit { path: path.to_owned(), what });
            }
        })
    }

    /// The unit cell, where the file has one.
    #[must_use]
    pub fn cell(&self) -> Option<UnitCell> {
        match self {
            Self::Text(_) | Self::Dump => None,
            Self::Reflections(list) => Some(list.cell),
            Self::Coordinates(model) => Some(model.cell),
        }
    }

    /// In what another cell differs from that of the file by more than 1 %, in words; `whose` gave that cell.
    #[must_use]
    pub fn other_cell(&self, path: &Path, whose: &str, cell: &Cell) -> Option<String> {
        let [given, own] = [*cell, self.cell()?.into()].map(<[f64; 6]>::from);
        let differs = |(a, b): (&f64, &f64)| (a - b).abs() > SAME_CELL * b.abs();
        if !given.iter().zip(&own).any(differs) {
            return None;
        }
        let numbers = |numbers: [f64; 6]| numbers.map(|number| format!("{number:.3}")).join(" ");
        let (given, own, path) = (numbers(given), numbers(own), path.display());
        Some(format!("the cell of {whose}, {given}, differs by more than 1 % from that of {path}, {own}"))
    }

    /// What a user should know of the file, a line each.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        match self {
            Self::Text(_) | Self::Dump => &[],
            Self::Reflections(list) => &list.notices,
            Self::Coordinates(model) => &model.notices,
        }
    }

    /// What is in it, as in `HKL text`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "HKL text",
            Self::Dump => "a dump",
            Self::Reflections(_) => "a list of reflections",
            Self::Coordinates(_) => "coordinates",
        }
    }
}

/// The grid of a dump, each F of which is a number. `name` is the key or the flag that gave it, for messages.
///
/// # Errors
/// [`Error::Hkl`], [`Error::Memory`], and [`Error::Unfit`] for an F that is not finite.
pub fn finite_dump(path: &Path, default_f: f64, context: &Context, name: &str) -> Result<Grid, Error> {
    let grid = if context.map_files {
        hkl_io::fdump::open(path, default_f)?
    } else {
        // Counted before it is read.
        let bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        if bytes > context.memory_bytes as u64 {
            return Err(Error::factors_too_large(bytes, context.memory_bytes, name));
        }
        hkl_io::fdump::read(path, default_f)?
    };
    grid.check_finite().map_err(|error| Error::Unfit { path: path.to_owned(), what: error.to_string() })?;
    Ok(grid)
}

/// The bytes of what is no regular file, such as a pipe: it can be read once.
fn piped(path: &Path) -> Result<Option<Vec<u8>>, hkl_io::Error> {
    let failed = |reason| hkl_io::Error::Read { file: path.to_owned(), reason };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(MOST_PIPED_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST_PIPED_BYTES {
        let most = MOST_PIPED_BYTES;
        let reason = format!("expected at most {most} bytes of what is no regular file, found more");
        return Err(failed(io::Error::other(reason)));
    }
    Ok(Some(bytes))
}
