//! Structure factors of amorphous material against the scattering angle.

use std::path::Path;

use super::rows::{parse_error, read_rows};
use crate::error::Error;
use crate::model::Abscissa;

/// A curve as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct AmorphousCurve {
    /// (sin θ/λ in Å⁻¹, F in electrons), in ascending order.
    pub rows: Vec<(f64, f64)>,
    /// The first line, from 1, whose angle is smaller than that of the line before it: published curves have such rows.
    pub unordered_line: Option<usize>,
}

/// Reads a curve: rows of an abscissa in Å⁻¹ and F in electrons. What follows them in a row is not looked at.
///
/// # Errors
/// [`Error::Read`], and [`Error::Parse`] for a row without F, an angle that is there twice or a curve without rows.
pub fn read_curve(path: &Path, abscissa: Abscissa) -> Result<AmorphousCurve, Error> {
    let per_stol = match abscissa {
        Abscissa::Stol => 1.0,
        Abscissa::FourStol => 4.0,
        Abscissa::Q => 4.0 * std::f64::consts::PI,
    };
    let rows = read_rows(path, 2, usize::MAX)?;
    let mut points = Vec::with_capacity(rows.len());
    for row in &rows {
        let [(_, x), (_, factor), ..] = row.numbers[..] else {
            return Err(parse_error(path, row.line, 1, "an angle and a structure factor", "one number"));
        };
        points.push((x, factor, row));
    }
    if points.is_empty() {
        return Err(parse_error(path, 1, 1, "rows of an angle and a structure factor", "none"));
    }
    let unordered_line = points.windows(2).find(|pair| pair[0].0 > pair[1].0).map(|pair| pair[1].2.line);
    points.sort_by(|(x, ..), (other, ..)| x.total_cmp(other));
    if let Some([_, (x, _, row)]) = points.array_windows().find(|[(x, ..), (next, ..)]| x >= next) {
        return Err(parse_error(
            path,
            row.line,
            row.numbers[0].0,
            "an angle that is not there yet",
            &x.to_string(),
        ));
    }
    let rows = points.into_iter().map(|(x, factor, _)| (x / per_stol, factor)).collect();
    Ok(AmorphousCurve { rows, unordered_line })
}
