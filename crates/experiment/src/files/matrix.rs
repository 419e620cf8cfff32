//! MOSFLM A matrices.

use std::path::Path;

use super::rows::{parse_error, read_rows};
use crate::error::Error;

/// Reads three rows of three numbers, or one of nine: columns a*, b*, c*, times the wavelength. What follows them (MOSFLM writes
/// missetting angles, the U matrix and the cell) is not read.
///
/// # Errors
/// [`Error::Read`], and [`Error::Parse`] for a row of more or fewer than three numbers, or fewer than three rows.
pub fn read_matrix(path: &Path) -> Result<[f64; 9], Error> {
    let rows = read_rows(path, usize::MAX, 9)?;
    let in_one_row = rows.first().and_then(|row| row.numbers.get(..9));
    if let Some(Ok(matrix)) = in_one_row.map(<[(usize, f64); 9]>::try_from) {
        return Ok(matrix.map(|(_, number)| number));
    }
    let mut matrix = Vec::with_capacity(9);
    for row in rows.iter().take(3) {
        if row.numbers.len() != 3 {
            let found = format!("{} numbers", row.numbers.len());
            return Err(parse_error(
                path,
                row.line,
                1,
                "three numbers, a row of an orientation matrix",
                &found,
            ));
        }
        matrix.extend(row.numbers.iter().map(|&(_, number)| number));
    }
    matrix.try_into().map_err(|_| {
        let line = rows.last().map_or(1, |row| row.line);
        let expected = "three rows of three numbers, an orientation matrix";
        parse_error(path, line, 1, expected, &format!("{} rows", rows.len()))
    })
}
