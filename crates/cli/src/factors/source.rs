//! Structure factors of a file, whatever is in it.

use std::path::Path;

use hkl_io::text::ReadOptions;
use hkl_io::{
    Bounds, Grid, Miller, P1, Reflection, ReflectionList, SpaceGroup, Statistics, mtz, spacing_angstrom,
};
use nanobragg_c_flags::{Arguments, Error, Flag};
use nanobragg_experiment::{
    Computed, Computing, Context, EV_ANGSTROM, FactorFile, FactorOptions, finite_dump,
};
use nanobragg_geometry::UnitCell;
use nanobragg_structure::{Model, protein_f_squared};

use super::missing;
use crate::failure::Failure;
use crate::terminal;

/// The resolution to which F of coordinates is computed if none is given, Å.
const DEFAULT_D_MIN_ANGSTROM: f64 = 2.0;

/// No farther than this from the origin F of coordinates is computed for a reflection that is nearer, Å.
const FAR_ANGSTROM: f64 = 10.0;

/// F of what a list does not have, while it is read: no reflection has as little.
const NOT_LISTED: f64 = f64::MIN;

/// A reflection is within its own resolution in spite of this.
const ROUNDING: f64 = 1e-6;

/// Shells of equal numbers of reflections in a report.
const SHELLS: usize = 10;

/// What is wanted of a file.
pub(crate) struct Request {
    pub(crate) options: FactorOptions,
    d_min_angstrom: Option<f64>,
    solvent: bool,
    energy_ev: Option<f64>,
    direct: bool,
    pub(super) max_bytes: usize,
    map_files: bool,
    /// Flags that are given, with whether they have an effect on reflections and on coordinates.
    idle: Vec<(Flag, [bool; 2])>,
}

/// Structure factors in P 1.
pub(super) struct Factors {
    /// What they are from, in words.
    pub(super) origin: String,
    pub(super) content: Content,
    pub(super) notices: Vec<String>,
}

/// Structure factors as they are known.
pub(super) enum Content {
    /// A grid without cell and symmetry.
    Grid(Grid),
    /// What a list has, without cell and symmetry, in the order of the indices.
    List(Vec<Reflection>),
    /// Reflections of a crystal.
    Crystal(Box<Crystal>),
}

/// Reflections of a crystal.
pub(super) struct Crystal {
    pub(super) cell: UnitCell,
    pub(super) space_group: SpaceGroup,
    pub(super) wavelength_angstrom: Option<f64>,
    /// All of P 1.
    pub(super) rows: Vec<mtz::Row>,
    pub(super) obeys_friedel: bool,
    /// The smallest and the largest spacing, Å.
    pub(super) d_range_angstrom: Option<(f64, f64)>,
    pub(super) statistics: Statistics,
    /// Whether the statistics know the atoms.
    pub(super) has_atoms: bool,
}

impl Request {
    pub(crate) fn of(arguments: &Arguments) -> Result<Self, Failure> {
        let d_min_angstrom = arguments.number(Flag::Dmin);
        if let Some(d_min) = d_min_angstrom.filter(|d_min| *d_min <= 0.0) {
            return Err(Error::wrong(Flag::Dmin, &d_min.to_string(), "a positive number").into());
        }
        let energy_ev = match (arguments.number(Flag::Lambda), arguments.number(Flag::Energy)) {
            (Some(_), Some(_)) => {
                return Err(missing("-lambda and -energy both give the wavelength", "give one of them"));
            }
            (Some(wavelength), None) => Some((Flag::Lambda, wavelength, EV_ANGSTROM / wavelength)),
            (None, Some(energy)) => Some((Flag::Energy, energy, energy)),
            (None, None) => None,
        };
        if let Some((flag, given, _)) = energy_ev.filter(|(_, given, _)| *given <= 0.0) {
            return Err(Error::wrong(flag, &given.to_string(), "a positive number").into());
        }
        let space_group = arguments.word(Flag::SpaceGroup).map(|symbol| {
            let expected = "a space group by symbol or number, such as P 21 21 21 or 19";
            SpaceGroup::from_symbol(symbol).map_err(|_| Error::wrong(Flag::SpaceGroup, symbol, expected))
        });
        let cell = arguments.cell()?.map(|cell| cell.unit_cell()).transpose().map_err(Error::from)?;
        let options = FactorOptions {
            column: arguments.word(Flag::Column).map(str::to_owned),
            space_group: space_group.transpose()?,
            cell,
        };
        let idle = [
            (Flag::Dmin, [true, true]),
            (Flag::Column, [true, false]),
            (Flag::SpaceGroup, [true, true]),
            (Flag::NoSolvent, [false, true]),
            (Flag::Lambda, [false, true]),
            (Flag::Energy, [false, true]),
            (Flag::Direct, [false, true]),
        ];
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked when it was added"
        )]
        let max_bytes = arguments.number(Flag::MaxGridBytes).map(|bytes| bytes as usize);
        Ok(Self {
            options,
            d_min_angstrom,
            solvent: !arguments.has(Flag::NoSolvent),
            energy_ev: energy_ev.map(|(.., energy)| energy),
            direct: arguments.has(Flag::Direct),
            max_bytes: max_bytes.unwrap_or_else(|| Context::of_this_machine().memory_bytes),
            map_files: !arguments.has(Flag::NoMmap),
            idle: idle.into_iter().filter(|(flag, _)| arguments.has(*flag)).collect(),
        })
    }

    /// The grid of a dump.
    fn dump(&self, path: &Path, default_f: f64) -> Result<Grid, nanobragg_experiment::Error> {
        let context = Context { map_files: self.map_files, ..Context::of_this_machine() };
        finite_dump(path, default_f, &context, "-max-grid-bytes")
    }

    const fn computing(&self, d_min_angstrom: f64) -> Computing {
        Computing {
            d_min_angstrom,
            solvent: self.solvent,
            direct: self.direct,
            energy_ev: self.energy_ev,
            may_lack_dispersion: false,
            max_bytes: self.max_bytes,
        }
    }

    /// Lines on flags that have no effect on what is in a file.
    fn notices(&self, file: &FactorFile) -> Vec<String> {
        let has_effect = |[on_reflections, on_coordinates]: [bool; 2]| match file {
            FactorFile::Reflections(_) => on_reflections,
            FactorFile::Coordinates(_) => on_coordinates,
            _ => false,
        };
        let idle = self.idle.iter().filter(|(_, effects)| !has_effect(*effects));
        idle.map(|(flag, _)| format!("{} has no effect on {}", flag.dashed(), file.kind())).collect()
    }
}

/// Reads or computes the structure factors of a file. `progress` is told the share that is done.
pub(super) fn read(
    path: &Path,
    request: &Request,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Factors, Failure> {
    let file = FactorFile::open(path, &request.options)?;
    if let Some(given) = request.options.cell
        && let Some(text) = file.other_cell(path, "-cell", &given.into())
    {
        return Err(Error::Contradiction(format!("{text}: -cell is for files that have none")).into());
    }
    let mut notices = request.notices(&file);
    notices.extend_from_slice(file.notices());
    let (origin, content) = match file {
        FactorFile::Reflections(list) => of_list(*list, request, &mut notices)?,
        FactorFile::Coordinates(model) => of_model(&model, path, request, progress)?,
        FactorFile::Dump => ("a dump".to_owned(), Content::Grid(request.dump(path, 0.0)?)),
        FactorFile::Text(piped) => {
            let options = ReadOptions { default_f: NOT_LISTED, max_grid_bytes: request.max_bytes };
            let text = FactorFile::text(path, piped.as_deref(), &options)
                .map_err(nanobragg_experiment::Error::from)?;
            if text.duplicate_count > 0 {
                let count = text.duplicate_count;
                notices.push(format!("{count} reflections are given more than once: the last one counts"));
            }
            let origin = format!("HKL text, {} reflections", text.reflection_count);
            (origin, Content::List(held(&text.grid, NOT_LISTED)))
        }
        _ => return Err(unknown(path).into()),
    };
    Ok(Factors { origin, content, notices })
}

/// The grid of a file that was opened, and whether it is computed from coordinates: as far out as a reflection unless the
/// request limits it. f′ and f″ are left out where there are none, and the error stream is told so.
pub(crate) fn grid(
    path: &Path,
    file: FactorFile,
    default_f: f64,
    request: &Request,
    miller: Miller,
) -> Result<(Grid, bool), nanobragg_experiment::Error> {
    let is_computed = matches!(file, FactorFile::Coordinates(_));
    let grid = match file {
        FactorFile::Reflections(list) => list.expand_to_p1(request.max_bytes)?.into_grid(default_f)?,
        FactorFile::Coordinates(model) => {
            let of_reflection = spacing_angstrom(&model.cell, miller).min(FAR_ANGSTROM) * (1.0 - ROUNDING);
            let d_min_angstrom = request.d_min_angstrom.unwrap_or(of_reflection);
            let computing = Computing { may_lack_dispersion: true, ..request.computing(d_min_angstrom) };
            let Computed { factors, notice, .. } = FactorFile::computed(&model, &computing, &|_| ())?;
            if let Some(notice) = notice {
                terminal::warn(format!("{}: {notice}", path.display()));
            }
            Grid::from_reflections(factors.reflections(), default_f, request.max_bytes)?
        }
        FactorFile::Dump => request.dump(path, default_f)?,
        FactorFile::Text(piped) => {
            let options = ReadOptions { default_f, max_grid_bytes: request.max_bytes };
            FactorFile::text(path, piped.as_deref(), &options)?.grid
        }
        _ => return Err(unknown(path)),
    };
    Ok((grid, is_computed))
}

fn of_list(
    list: ReflectionList,
    request: &Request,
    notices: &mut Vec<String>,
) -> Result<(String, Content), Failure> {
    let list = match request.d_min_angstrom {
        Some(d_min) => list.up_to(d_min),
        None => list,
    };
    if list.reflections.is_empty() {
        return Err(missing("no reflections up to -dmin", "give a smaller -dmin"));
    }
    let p1 = expanded(&list, request)?;
    notices.extend(p1.notice());
    let statistics = Statistics::of(&list, &p1, SHELLS, Some(&protein_f_squared));
    let rows: Vec<_> = p1.reflections().map(|reflection| mtz::Row { reflection, phase_deg: None }).collect();
    let origin = format!("{} of {} rows", list.column, list.counts.rows);
    let crystal = Crystal {
        cell: list.cell,
        wavelength_angstrom: list.wavelength_angstrom,
        d_range_angstrom: list.d_range_angstrom(),
        obeys_friedel: obeys_friedel(&rows),
        space_group: list.space_group,
        rows,
        statistics,
        has_atoms: false,
    };
    Ok((origin, Content::Crystal(Box::new(crystal))))
}

fn of_model(
    model: &Model,
    path: &Path,
    request: &Request,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<(String, Content), Failure> {
    let d_min_angstrom = request.d_min_angstrom.unwrap_or(DEFAULT_D_MIN_ANGSTROM);
    let Computed { factors, origin, .. } =
        FactorFile::computed(model, &request.computing(d_min_angstrom), progress)
            .map_err(nanobragg_experiment::Error::from)?;
    let rows = factors.iter().map(|(miller, factor)| mtz::Row {
        reflection: Reflection { miller, structure_factor: factor.norm() },
        phase_deg: Some(factor.arg().to_degrees()),
    });
    let rows: Vec<_> = rows.collect();
    let reflections = rows.iter().map(|row| row.reflection).collect();
    let (cell, space_group) = (model.cell, model.space_group.clone());
    let name = path.display().to_string();
    let list = ReflectionList::from_reflections(&name, "F", cell, space_group.clone(), reflections);
    let p1 = expanded(&list, request)?;
    let sum_of_f_squared = |s_squared| model.sum_of_f_squared(s_squared);
    let statistics = Statistics::of(&list, &p1, SHELLS, Some(&sum_of_f_squared));
    let crystal = Crystal {
        cell,
        space_group,
        wavelength_angstrom: request.energy_ev.map(|energy| EV_ANGSTROM / energy),
        d_range_angstrom: list.d_range_angstrom(),
        obeys_friedel: factors.obeys_friedel(),
        rows,
        statistics,
        has_atoms: true,
    };
    Ok((origin, Content::Crystal(Box::new(crystal))))
}

fn unknown(path: &Path) -> nanobragg_experiment::Error {
    let what = "expected structure factors or coordinates, found another format".to_owned();
    nanobragg_experiment::Error::Unfit { path: path.to_owned(), what }
}

fn expanded(list: &ReflectionList, request: &Request) -> Result<P1, Failure> {
    Ok(list.expand_to_p1(request.max_bytes).map_err(nanobragg_experiment::Error::from)?)
}

/// The reflections of a grid, but for those whose F stands for none.
#[expect(clippy::float_cmp, reason = "what is not there holds the very same number")]
pub(super) fn held(grid: &Grid, none: f64) -> Vec<Reflection> {
    let Bounds { min, max } = grid.bounds();
    let mut row = vec![0.0; grid.bounds().shape()[2]];
    let mut reflections = Vec::new();
    for h in min.h..=max.h {
        for k in min.k..=max.k {
            grid.copy_row(h, k, &mut row);
            let nodes = (min.l..).map(|l| Miller::new(h, k, l));
            let listed = nodes.zip(&row).filter(|(_, factor)| **factor != none);
            reflections
                .extend(listed.map(|(miller, factor)| Reflection { miller, structure_factor: *factor }));
        }
    }
    reflections
}

/// Whether F(−h) is F(h) for all reflections, which are in the order of their indices.
#[expect(clippy::float_cmp, reason = "mates that are not listed hold the very same number")]
pub(super) fn obeys_friedel(rows: &[mtz::Row]) -> bool {
    let mates = rows.iter().zip(rows.iter().rev());
    mates.into_iter().all(|(row, mate)| {
        row.reflection.miller == -mate.reflection.miller
            && row.reflection.structure_factor == mate.reflection.structure_factor
    })
}
