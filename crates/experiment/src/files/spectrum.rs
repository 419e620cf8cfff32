//! Spectra: photon energies and their weights.

use std::path::Path;

use super::rows::{parse_error, read_rows};
use crate::error::Error;

/// Energies are between this and its inverse, so that their wavelengths are numbers.
const LARGEST_EV: f64 = 1e30;

/// Reads rows of a photon energy in eV and a weight; what follows in a row is not read.
///
/// # Errors
/// [`Error::Read`], and [`Error::Parse`] for a row of one number, an energy that is not positive, a weight below 0 or a
/// file without a weight.
pub fn read_spectrum(path: &Path) -> Result<Vec<[f64; 2]>, Error> {
    let rows = read_rows(path, 2, usize::MAX)?;
    let mut table = Vec::with_capacity(rows.len());
    for row in &rows {
        let [(column, energy), (weight_column, weight), ..] = row.numbers[..] else {
            return Err(parse_error(path, row.line, 1, "an energy in eV and a weight", "one number"));
        };
        if energy <= 0.0 {
            return Err(parse_error(path, row.line, column, "a positive energy in eV", &energy.to_string()));
        }
        if !(LARGEST_EV.recip()..=LARGEST_EV).contains(&energy) {
            let expected = "an energy from 1e-30 to 1e30 eV";
            return Err(parse_error(path, row.line, column, expected, &format!("{energy:e}")));
        }
        if weight < 0.0 {
            let expected = "a weight that is not negative";
            return Err(parse_error(path, row.line, weight_column, expected, &weight.to_string()));
        }
        table.push([energy, weight]);
    }
    if table.iter().all(|[_, weight]| *weight == 0.0) {
        return Err(parse_error(path, 1, 1, "at least one energy with a weight", "none"));
    }
    let total: f64 = table.iter().map(|[_, weight]| weight).sum();
    if !total.is_normal() {
        return Err(parse_error(path, 1, 1, "weights whose sum is a number", &format!("{total:e}")));
    }
    Ok(table)
}
