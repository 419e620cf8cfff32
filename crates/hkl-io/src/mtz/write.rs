//! Writing MTZ files, in the byte order of most machines.

use std::io::{self, Write};
use std::path::Path;

use nanobragg_geometry::UnitCell;

use super::record::RECORD_BYTES;
use super::{DATA_START, MAGIC, MAX_INDEX, NUMBER_BYTES};
use crate::resolution::Resolution;
use crate::{Error, Miller, Reflection, SpaceGroup};

/// What the reflections of a file belong to.
#[derive(Debug, Clone, Copy)]
pub struct Crystal<'a> {
    /// The unit cell.
    pub cell: UnitCell,
    /// The space group: P 1 if the reflections are all there are, else the one that makes the others of them.
    pub space_group: &'a SpaceGroup,
    /// The wavelength in Å.
    pub wavelength_angstrom: Option<f64>,
}

/// A reflection, with its phase where it has one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// The node and F.
    pub reflection: Reflection,
    /// The phase in degrees.
    pub phase_deg: Option<f64>,
}

/// The last number of a space group with a point group, and its name (International Tables A, 3.2.1).
const POINT_GROUPS: [(u16, &str); 32] = [
    (1, "1"),
    (2, "-1"),
    (5, "2"),
    (9, "m"),
    (15, "2/m"),
    (24, "222"),
    (46, "mm2"),
    (74, "mmm"),
    (80, "4"),
    (82, "-4"),
    (88, "4/m"),
    (98, "422"),
    (110, "4mm"),
    (122, "-42m"),
    (142, "4/mmm"),
    (146, "3"),
    (148, "-3"),
    (155, "32"),
    (161, "3m"),
    (167, "-3m"),
    (173, "6"),
    (174, "-6"),
    (176, "6/m"),
    (182, "622"),
    (186, "6mm"),
    (190, "-6m2"),
    (194, "6/mmm"),
    (199, "23"),
    (206, "m-3"),
    (214, "432"),
    (220, "-43m"),
    (230, "m-3m"),
];

/// Writes reflections as columns H, K, L and F (type F), and PHI (type P) if one has a phase. The file appears whole or not
/// at all ([`whole_file::write`]).
///
/// # Errors
///
/// [`Error::NotFinite`] for an F that a 32-bit number cannot hold, [`Error::Content`] for such an index,
/// [`Error::Write`].
pub fn write(path: &Path, crystal: &Crystal<'_>, rows: &[Row]) -> Result<(), Error> {
    for Row { reflection: Reflection { miller, structure_factor }, .. } in rows {
        if !single(*structure_factor).is_finite() {
            return Err(Error::NotFinite { miller: *miller, structure_factor: *structure_factor });
        }
        if indices(*miller).iter().any(|index| index.abs() > MAX_INDEX) {
            return Err(Error::Content {
                file: path.display().to_string(),
                expected: format!("indices up to {MAX_INDEX}"),
                found: miller.to_string(),
            });
        }
    }
    Ok(whole_file::write(path, |out| write_to(out, crystal, rows))?)
}

fn write_to(out: &mut dyn Write, crystal: &Crystal<'_>, rows: &[Row]) -> io::Result<()> {
    let has_phases = rows.iter().any(|row| row.phase_deg.is_some());
    let columns = if has_phases { 5 } else { 4 };
    start(out, columns * rows.len())?;
    let mut ranges = [None; 5];
    for Row { reflection: Reflection { miller, structure_factor }, phase_deg } in rows {
        let [h, k, l] = indices(*miller);
        let numbers = [h, k, l, single(*structure_factor), phase_deg.map_or(f32::NAN, single)];
        for (number, range) in numbers.into_iter().zip(&mut ranges).take(columns) {
            out.write_all(&number.to_le_bytes())?;
            let (low, high) = range.unwrap_or((number, number));
            *range = Some((number.min(low), number.max(high)));
        }
    }
    let mut header = vec!["VERS MTZ:V1.1".to_owned(), "TITLE structure factors".to_owned()];
    header.push(format!("NCOL {columns:8} {:12} {:8}", rows.len(), 0));
    header.push(format!("CELL {}", numbers_of(&crystal.cell)));
    header.push("SORT    0   0   0   0   0".to_owned());
    header.extend(symmetry(crystal.space_group));
    header.push(resolution(&crystal.cell, rows));
    header.push("VALM NAN".to_owned());
    let names = [("H", 'H'), ("K", 'H'), ("L", 'H'), ("F", 'F'), ("PHI", 'P')];
    for ((label, kind), range) in names.into_iter().zip(ranges).take(columns) {
        let (low, high) = range.unwrap_or_default();
        let dataset = u8::from(kind != 'H');
        header.push(format!("COLUMN {label:<30} {kind} {low:17e} {high:17e} {dataset:4}"));
    }
    header.extend(datasets(crystal));
    header.extend(["END".to_owned(), "MTZENDOFHEADERS".to_owned()]);
    header.iter().try_for_each(|record| write!(out, "{record:<RECORD_BYTES$.RECORD_BYTES$}"))
}

/// What is before the numbers: where the header is, counted in numbers from 1, and the byte order.
fn start(out: &mut dyn Write, number_count: usize) -> io::Result<()> {
    let mut bytes = [0; DATA_START];
    let place = DATA_START / NUMBER_BYTES + number_count + 1;
    bytes[..4].copy_from_slice(MAGIC);
    match i32::try_from(place) {
        Ok(place) => bytes[4..8].copy_from_slice(&place.to_le_bytes()),
        Err(_) => {
            bytes[4..8].copy_from_slice(&(-1_i32).to_le_bytes());
            bytes[12..20].copy_from_slice(&(place as u64).to_le_bytes());
        }
    }
    bytes[8..10].copy_from_slice(b"DA");
    out.write_all(&bytes)
}

fn symmetry(group: &SpaceGroup) -> Vec<String> {
    let (all, primitive) = (group.operators(), group.primitive_operators().len());
    let (symbol, number) = (group.hermann_mauguin(), group.number().unwrap_or(0));
    let lattice = symbol.chars().next().unwrap_or('P').to_ascii_uppercase();
    let point_group = POINT_GROUPS.iter().find(|(last, _)| (1..=*last).contains(&number));
    let point_group = point_group.map_or(String::new(), |(_, name)| format!("PG{name}"));
    let quoted = format!("'{symbol}'");
    let information =
        format!("SYMINF {:3} {primitive:2} {lattice} {number:5} {quoted:>22} {point_group:>5}", all.len());
    let triplets = all
        .iter()
        .map(|operator| format!("SYMM {}", operator.to_string().to_uppercase().replace(',', ",  ")));
    std::iter::once(information).chain(triplets).collect()
}

/// The range of 1/d² in Å⁻².
fn resolution(cell: &UnitCell, rows: &[Row]) -> String {
    let resolution = Resolution::of(cell);
    let squares = rows.iter().map(|row| resolution.inverse_d_squared(row.reflection.miller));
    let (low, high) = squares.fold((f64::MAX, 0.0), |(low, high), s| (s.min(low), s.max(high)));
    format!("RESO {:<20.16} {high:<20.16}", low.min(high))
}

/// The indices belong to the first dataset, the factors to the second.
fn datasets(crystal: &Crystal<'_>) -> Vec<String> {
    let wavelength = crystal.wavelength_angstrom.unwrap_or(0.0);
    let mut records = vec!["NDIF        2".to_owned()];
    for (number, name, wavelength) in [(0, "HKL_base", 0.0), (1, "factors", wavelength)] {
        records.extend(["PROJECT", "CRYSTAL", "DATASET"].map(|level| format!("{level:7} {number:7} {name}")));
        records.push(format!("DCELL   {number:7} {}", numbers_of(&crystal.cell)));
        records.push(format!("DWAVEL  {number:7} {wavelength:10.5}"));
    }
    records
}

/// Edges in Å, angles in degrees.
fn numbers_of(cell: &UnitCell) -> String {
    let numbers = cell.edges_angstrom.into_iter().chain(cell.angles_rad.map(f64::to_degrees));
    numbers.map(|number| format!("{number:9.4}")).collect::<Vec<_>>().join(" ")
}

fn indices(node: Miller) -> [f32; 3] {
    [node.h, node.k, node.l].map(|index| single(f64::from(index)))
}

#[expect(clippy::cast_possible_truncation, reason = "the format has 32-bit numbers")]
const fn single(number: f64) -> f32 {
    number as f32
}
