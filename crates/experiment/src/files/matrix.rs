//! MOSFLM A matrices.

use std::path::Path;

use super::rows::{parse_error, read_rows};
use crate::error::Error;

/// Reads nine numbers row by row: columns a*, b*, c*, times the wavelength. What follows them (MOSFLM writes
/// missetting angles, the U matrix and the cell) is not read.
///
/// # Errors
/// [`Error::Read`] and [`Error::Parse`].
pub fn read_matrix(path: &Path) -> Result<[f64; 9], Error> {
    let rows = read_rows(path, usize::MAX, 9)?;
    let numbers: Vec<f64> =
        rows.iter().flat_map(|row| &row.numbers).map(|&(_, number)| number).take(9).collect();
    let count = numbers.len();
    numbers.try_into().map_err(|_| {
        let line = rows.last().map_or(1, |row| row.line);
        parse_error(path, line, 1, "nine numbers of an orientation matrix", &format!("{count} numbers"))
    })
}
