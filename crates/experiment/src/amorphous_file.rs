//! Structure factors of amorphous material against the scattering angle.

use std::path::Path;

use crate::error::Error;
use crate::rows::{parse_error, read_rows};

/// What the first column of a curve is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abscissa {
    /// sin θ/λ.
    Stol,
    /// 4 sin θ/λ.
    FourStol,
    /// Q = 4π sin θ/λ.
    Q,
}

/// Reads a curve: rows of an abscissa in Å⁻¹ and F in electrons, in ascending order. Returns (sin θ/λ in Å⁻¹, F).
///
/// # Errors
/// [`Error::Read`], and [`Error::Parse`] for a row without F, an abscissa out of order or a curve without rows.
pub fn read_curve(path: &Path, abscissa: Abscissa) -> Result<Vec<(f64, f64)>, Error> {
    let per_stol = match abscissa {
        Abscissa::Stol => 1.0,
        Abscissa::FourStol => 4.0,
        Abscissa::Q => 4.0 * std::f64::consts::PI,
    };
    let mut curve: Vec<(f64, f64)> = Vec::new();
    for row in read_rows(path, 2, usize::MAX)? {
        let [(column, x), (_, factor), ..] = row.numbers[..] else {
            return Err(parse_error(path, row.line, 1, "an angle and a structure factor", "one number"));
        };
        let stol = x / per_stol;
        if curve.last().is_some_and(|&(before, _)| before >= stol) {
            return Err(parse_error(path, row.line, column, "angles in ascending order", &x.to_string()));
        }
        curve.push((stol, factor));
    }
    if curve.is_empty() {
        return Err(parse_error(path, 1, 1, "rows of an angle and a structure factor", "none"));
    }
    Ok(curve)
}
