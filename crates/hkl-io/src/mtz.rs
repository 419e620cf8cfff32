//! MTZ files: reflections in columns of 32-bit numbers, with a header of 80-letter records behind them (the format of
//! CCP4, <https://www.ccp4.ac.uk/html/mtzformat.html>).

mod column;
mod header;
mod record;
mod write;

use std::path::Path;

pub use write::{Crystal, Row, write};

use crate::found::ByteDefect;
use crate::map::Bytes;
use crate::reflection_list::{Found, Rows};
use crate::{Error, ListOptions, Miller, ReflectionList};
use column::Source;
use header::Header;

/// What an MTZ file starts with.
pub(crate) const MAGIC: &[u8] = b"MTZ ";

/// Where the reflections start.
const DATA_START: usize = 80;

/// Bytes of a number.
const NUMBER_BYTES: usize = 4;

/// Beyond this index 32-bit numbers do not hold every integer.
const MAX_INDEX: f32 = 16_777_216.0;

/// Reads the reflections of an MTZ file.
///
/// F is from the column that the options name, else from the first of `FMODEL`, `FC_ALL`, `FC`, `F-model`, `F` and `FP`
/// that is of type F, else from the only column of that type, the first anomalous pair of type G, or the square root of
/// intensities (types J and K).
///
/// # Errors
///
/// [`Error::Read`], and those of [`parse`].
pub fn read(path: &Path, options: &ListOptions) -> Result<ReflectionList, Error> {
    let bytes = Bytes::read(path)?;
    parse(&bytes, &path.display().to_string(), options)
}

/// Reads the reflections of an MTZ file from its bytes; `name` is the file name for error messages.
///
/// # Errors
///
/// [`Error::Header`] for bytes that are not what they must be; [`Error::Content`] if there is no such column, no reflection
/// with a number in it, or neither cell nor space group.
pub fn parse(bytes: &[u8], name: &str, options: &ListOptions) -> Result<ReflectionList, Error> {
    let header = header::parse(bytes).map_err(|defect| defect.into_error(name))?;
    let source = column::choose(&header.columns, options.column.as_deref())
        .map_err(|(expected, found)| Error::Content { file: name.to_owned(), expected, found })?;
    let rows = rows(bytes, &header, &source).map_err(|defect| defect.into_error(name))?;
    let mut notices = Vec::new();
    if header.batch_count > 0 {
        notices.push(format!("{name} has {} batches: its reflections are not merged", header.batch_count));
    }
    let (cell, wavelength_angstrom) = header.crystal(source.columns[0]);
    let found = Found { cell, space_group: header.space_group, wavelength_angstrom };
    ReflectionList::new(name, options, found, rows, source.name, notices)
}

fn rows(bytes: &[u8], header: &Header, source: &Source) -> Result<Rows, ByteDefect> {
    let mut rows = Rows::new(source.quantity);
    let (numbers, _) = bytes.get(DATA_START..).unwrap_or_default().as_chunks::<NUMBER_BYTES>();
    let width = header.columns.len();
    for (row, numbers) in numbers.chunks_exact(width).take(header.row_count).enumerate() {
        let number = |column: usize| header.order.number(numbers[column]);
        let defect = |column: usize, expected: &str| ByteDefect {
            byte: DATA_START + NUMBER_BYTES * (row * width + column),
            found: number(column).to_string(),
            expected: expected.to_owned(),
        };
        let index = |column: usize| {
            #[expect(clippy::cast_possible_truncation, reason = "the number is a small integer")]
            let index = number(column) as i32;
            let is_index = number(column).fract() == 0.0 && number(column).abs() <= MAX_INDEX;
            is_index.then_some(index).ok_or_else(|| defect(column, "a Miller index"))
        };
        let value = |column: usize| {
            let number = number(column);
            let is_missing = number.is_nan() || header.missing == Some(number);
            if number.is_infinite() {
                return Err(defect(column, "a finite number"));
            }
            Ok((!is_missing).then_some(f64::from(number)))
        };
        let node = Miller::new(index(0)?, index(1)?, index(2)?);
        match source.columns[..] {
            [plus, minus] => rows.push_pair(node, [value(plus)?, value(minus)?]),
            _ => rows.push(node, value(source.columns[0])?),
        }
    }
    Ok(rows)
}
