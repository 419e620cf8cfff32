//! mmCIF files with reflections: the loop `_refln` of structure factor files of the Protein Data Bank and of refinement
//! programs.

mod item;
mod wavelength;

use std::path::Path;

use crate::cif::{self, Block, Defect, Table};
use crate::map::Bytes;
use crate::reflection_list::{Found, Rows};
use crate::{Error, ListOptions, Miller, ReflectionList};
use item::Source;

/// The items of the indices.
const INDICES: [&str; 3] = ["_refln.index_h", "_refln.index_k", "_refln.index_l"];

/// The items that say whether a reflection is observed.
const STATUS: [&str; 2] = ["_refln.status", "_refln.observed_status"];

/// Beyond this index no grid could hold the reflections.
const MAX_INDEX: i32 = 1 << 24;

/// Reads the reflections of an mmCIF file, those of the first data block that has any.
///
/// F is from the item that the options name, else from the first of `F_calc_au`, `F_calc`, `F_meas_au`, `F_meas`, the pair
/// `pdbx_F_plus` and `pdbx_F_minus`, and the square roots of the intensities `intensity_calc`, `F_squared_calc`,
/// `intensity_meas`, `F_squared_meas` and of the pair `pdbx_I_plus` and `pdbx_I_minus` that has any number. Rows of the
/// status `x` (not observed) or `?` are left out.
///
/// # Errors
///
/// [`Error::Read`], and those of [`parse`].
pub fn read(path: &Path, options: &ListOptions) -> Result<ReflectionList, Error> {
    let bytes = Bytes::read(path)?;
    parse(&bytes, &path.display().to_string(), options)
}

/// Reads the reflections of mmCIF text; `name` is the file name for error messages.
///
/// # Errors
///
/// [`Error::Parse`] for text that is no CIF, and for values that are not what they must be; [`Error::Content`] if there are
/// no reflections, no such item, or neither cell nor space group.
pub fn parse(text: &[u8], name: &str, options: &ListOptions) -> Result<ReflectionList, Error> {
    let blocks = cif::parse(text, name)?;
    let tables: Vec<_> = blocks.iter().filter_map(|block| Some((block, reflections(block)?))).collect();
    let content = |expected: &str, found: String| Error::Content {
        file: name.to_owned(),
        expected: expected.to_owned(),
        found,
    };
    if tables.is_empty() {
        return Err(content("a loop of _refln with index_h, index_k and index_l", "none".to_owned()));
    }
    let mut sources = tables
        .iter()
        .filter_map(|(block, table)| Some((*block, *table, item::choose(table, options.column.as_deref())?)));
    let (block, table, source) = sources.next().ok_or_else(|| {
        let wanted =
            options.column.as_deref().map_or("structure factors or intensities".to_owned(), str::to_owned);
        content(
            &format!("numbers of {wanted} in _refln"),
            item::found(tables[0].1, options.column.as_deref()),
        )
    })?;
    let rows = rows(table, &source).map_err(|defect| defect.into_error(text, name))?;
    let mut notices = Vec::new();
    if tables.len() > 1 {
        let count = tables.len() - 1;
        let used = String::from_utf8_lossy(block.name());
        notices.push(format!(
            "{name} has {count} more data blocks with reflections than {used}; they are not used"
        ));
    }
    let found = crystal(block, &blocks, &mut notices).map_err(|defect| defect.into_error(text, name))?;
    ReflectionList::new(name, options, found, rows, source.name(), notices)
}

/// The loop of a block with reflections.
fn reflections<'b, 'a>(block: &'b Block<'a>) -> Option<&'b Table<'a>> {
    let (table, _) = block.table(INDICES[0])?;
    INDICES.iter().all(|item| table.place(item).is_some()).then_some(table)
}

/// What a block says of the crystal, or another one if it does not say it.
fn crystal<'a>(block: &Block<'a>, others: &[Block<'a>], notices: &mut Vec<String>) -> Result<Found, Defect> {
    let blocks: Vec<_> = std::iter::once(block).chain(others).collect();
    Ok(Found {
        cell: cif::cell(&blocks)?,
        space_group: cif::space_group(&blocks)?,
        wavelength_angstrom: wavelength::find(&blocks, notices),
    })
}

fn rows(table: &Table<'_>, source: &Source) -> Result<Rows, Defect> {
    let status = STATUS.iter().find_map(|item| table.place(item));
    let indices = INDICES.map(|item| table.place(item).unwrap_or(0));
    let mut rows = Rows::new(source.quantity);
    for row in table.rows() {
        if status.is_some_and(|place| matches!(row[place].text, b"x" | b"?")) {
            rows.leave_out_by_status();
            continue;
        }
        let index = |axis: usize| {
            let value = row[indices[axis]];
            let index = value.as_str().and_then(|text| text.parse().ok());
            let in_range = index.filter(|index: &i32| (-MAX_INDEX..=MAX_INDEX).contains(index));
            let name = ["h", "k", "l"][axis];
            in_range.ok_or_else(|| Defect::new(&value, format!("an integer index {name} up to {MAX_INDEX}")))
        };
        let number = |place: usize| {
            let value = row[place];
            if value.is_none() {
                return Ok(None);
            }
            value.number().map(Some).ok_or_else(|| Defect::new(&value, "a finite number"))
        };
        let node = Miller::new(index(0)?, index(1)?, index(2)?);
        match source.places[..] {
            [plus, minus] => rows.push_pair(node, [number(plus)?, number(minus)?]),
            _ => rows.push(node, number(source.places[0])?),
        }
    }
    Ok(rows)
}
