//! Small text files of numbers: matrices, sources, amorphous curves.

use std::path::Path;

use super::small::read_small;
use crate::error::Error;

/// A row of numbers and where it is.
pub(crate) struct NumberRow {
    /// From 1.
    pub(crate) line: usize,
    /// Its numbers, each with the column it begins at, from 1.
    pub(crate) numbers: Vec<(usize, f64)>,
}

/// The rows of a text file: numbers separated by blanks, commas, semicolons or colons; `#` begins a comment, and
/// blank lines are passed over.
///
/// Columns beyond the wanted ones are not looked at (curves carry remarks there), nor lines after so many numbers
/// (matrices are followed by other things).
///
/// # Errors
/// [`Error::Read`], or [`Error::Parse`] at the first thing that is not a finite number.
pub(crate) fn read_rows(path: &Path, columns: usize, numbers_wanted: usize) -> Result<Vec<NumberRow>, Error> {
    let bytes = read_small(path)?;
    // Lines end as on any system.
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").replace('\r', "\n");
    let mut rows = Vec::new();
    let mut found = 0;
    for (index, line) in text.lines().enumerate() {
        if found >= numbers_wanted {
            break;
        }
        let content = line.split('#').next().unwrap_or_default();
        let mut numbers = Vec::new();
        for (column, field) in fields(content).take(columns) {
            match field.parse::<f64>() {
                Ok(number) if number.is_finite() => numbers.push((column, number)),
                _ => return Err(parse_error(path, index + 1, column, "a number", field)),
            }
        }
        found += numbers.len();
        if !numbers.is_empty() {
            rows.push(NumberRow { line: index + 1, numbers });
        }
    }
    Ok(rows)
}

/// The error of a text that is not what it should be.
pub(crate) fn parse_error(path: &Path, line: usize, column: usize, expected: &str, found: &str) -> Error {
    Error::Parse {
        path: path.to_owned(),
        line,
        column,
        expected: expected.to_owned(),
        found: found.chars().take(40).collect(),
    }
}

/// The fields of a line, each with the column it begins at, from 1.
fn fields(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':');
    line.split(separator).filter(|field| !field.is_empty()).map(move |field| {
        let byte = field.as_ptr() as usize - line.as_ptr() as usize;
        (line[..byte].chars().count() + 1, field)
    })
}
