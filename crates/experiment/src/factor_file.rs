//! Files that structure factors come from, told apart by their content.

use std::path::Path;

use hkl_io::text::{HklText, ReadOptions};
use hkl_io::{
    Format, Grid, ListOptions, ReflectionList, SpaceGroup, mmcif, mtz, read_piped, read_reflections,
};
use nanobragg_geometry::UnitCell;
use nanobragg_structure::{self as structure, BulkSolvent, Computation, Model};

use crate::context::Context;
use crate::error::Error;
use crate::model::{Cell, StructureFactors};

/// Cells that differ by more, relative to each number, are those of different crystals.
const SAME_CELL: f64 = 0.01;

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

/// How F of coordinates is computed.
#[derive(Clone, Copy, Debug)]
pub struct Computing {
    /// The resolution up to which it is, Å.
    pub d_min_angstrom: f64,
    /// See [`StructureFactors::solvent`].
    pub solvent: bool,
    /// See [`StructureFactors::direct`].
    pub direct: bool,
    /// f′ and f″ are those of photons of this energy, eV; without there are none.
    pub energy_ev: Option<f64>,
    /// Whether f′ and f″ are left out where there are none of an element at this energy.
    pub may_lack_dispersion: bool,
    /// What needs more memory is refused.
    pub max_bytes: usize,
}

/// F that was computed of coordinates.
#[derive(Debug)]
#[non_exhaustive]
pub struct Computed {
    /// F up to the resolution.
    pub factors: structure::StructureFactors,
    /// What was computed, in words.
    pub origin: String,
    /// That f′ and f″ were left out.
    pub notice: Option<String>,
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

/// The error of coordinates, which says what to give of what the file lacks.
fn lacking(path: &Path, error: structure::Error) -> Error {
    let expected = match error {
        structure::Error::NoCell { .. } => {
            "a unit cell, or -cell A B C ALPHA BETA GAMMA (TOML: crystal.cell)"
        }
        structure::Error::NoSpaceGroup { .. } => {
            "a space group, or -space-group GROUP (TOML: structure_factors.space_group)"
        }
        other => return other.into(),
    };
    Error::Unfit { path: path.to_owned(), what: format!("expected {expected}, found none") }
}

impl FactorFile {
    /// Reads a file, but for HKL text and dumps, which are told and left alone.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::Hkl`], [`Error::Structure`] and [`Error::Unfit`] for what is damaged, or lacks a cell or
    /// a space group.
    pub fn open(path: &Path, options: &FactorOptions) -> Result<Self, Error> {
        let name = path.display().to_string();
        let piped = read_piped(path)?;
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
                    Some(bytes) => structure::parse(&bytes, &name, &of_model),
                    None => structure::read(path, &of_model),
                };
                Self::Coordinates(Box::new(model.map_err(|error| lacking(path, error))?))
            }
            (other, _) => {
                let what = format!("expected structure factors in a regular file, found {other} in a pipe");
                return Err(Error::Unfit { path: path.to_owned(), what });
            }
        })
    }

    /// HKL text, from where it is, or as it came through a pipe in [`FactorFile::Text`].
    ///
    /// # Errors
    /// Those of [`hkl_io::text::read`].
    pub fn text(path: &Path, piped: Option<&[u8]>, options: &ReadOptions) -> Result<HklText, hkl_io::Error> {
        match piped {
            Some(bytes) => hkl_io::text::parse(bytes, &path.display().to_string(), options),
            None => hkl_io::text::read(path, options),
        }
    }

    /// F of [`FactorFile::Coordinates`]. `progress` is told the share that is done.
    ///
    /// # Errors
    /// Those of [`Computation::run`].
    pub fn computed(
        model: &Model,
        computing: &Computing,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Computed, structure::Error> {
        let Computing { d_min_angstrom, solvent, direct, energy_ev, may_lack_dispersion, max_bytes } =
            *computing;
        let computation = Computation::new(model, d_min_angstrom)
            .solvent(solvent.then(BulkSolvent::default))
            .max_bytes(max_bytes);
        let run = |energy_ev| {
            let computation = computation.anomalous(energy_ev);
            if direct { computation.direct(progress) } else { computation.run(progress) }
        };
        let (factors, energy_ev, notice) = match run(energy_ev) {
            Err(structure::Error::NoDispersion { element, energy_ev, .. }) if may_lack_dispersion => {
                let notice =
                    format!("f' and f\" are left out: there are none of {element} at {energy_ev:.0} eV");
                (run(None)?, None, Some(notice))
            }
            done => (done?, energy_ev, None),
        };
        let how = if direct { "summation" } else { "transform" };
        let (atoms, group) = (model.atoms.len(), &model.space_group);
        let solvent = if solvent { "bulk solvent" } else { "no solvent" };
        let anomalous = energy_ev.map_or_else(
            || "without f' and f\"".to_owned(),
            |energy| format!("f' and f\" at {energy:.0} eV"),
        );
        let origin = format!(
            "{how} of {atoms} atoms, space group {group}, to {d_min_angstrom:.3} Å, {solvent}, {anomalous}"
        );
        Ok(Computed { factors, origin, notice })
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
