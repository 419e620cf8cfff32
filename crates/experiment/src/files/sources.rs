//! Lists of X-ray sources.

use std::path::Path;

use nanobragg_geometry::{LabVec, Source};

use super::rows::{parse_error, read_rows};
use crate::error::Error;

/// Metres per Å.
const ANGSTROM_M: f64 = 1e-10;
/// No X-ray is as long as this; who gives one means Å.
const LONGEST_ANGSTROM: f64 = 1e4;
/// Nor as short as this, whose inverse is a number.
const SHORTEST_ANGSTROM: f64 = 1e-30;

/// Reads sources, a row each: x y z weight wavelength(m). Missing trailing columns are the beam's direction, 1 and the
/// central wavelength.
///
/// # Errors
/// [`Error::Read`], and [`Error::Parse`] for a row of more than five columns, a source at the sample, a weight below 0
/// or a wavelength that is not positive, or a list without rows.
pub fn read_sources(path: &Path, beam: LabVec, wavelength_angstrom: f64) -> Result<Vec<Source>, Error> {
    let rows = read_rows(path, usize::MAX, usize::MAX)?;
    let mut sources = Vec::with_capacity(rows.len());
    for row in &rows {
        let wrong = |place: usize, expected: &str| {
            let (column, number) = row.numbers[place];
            parse_error(path, row.line, column, expected, &format!("{number:?}"))
        };
        if row.numbers.len() > 5 {
            return Err(wrong(5, "at most five columns (x y z weight wavelength)"));
        }
        let number = |place: usize| row.numbers.get(place).map(|&(_, number)| number);
        // The reference's own sources are 10 m upstream.
        let upstream = beam * -10.0;
        let position = LabVec::new(
            number(0).unwrap_or(upstream.x),
            number(1).unwrap_or(upstream.y),
            number(2).unwrap_or(upstream.z),
        );
        // Neither 0 nor so small or large that its square is no number.
        if !position.dot(position).is_normal() {
            return Err(wrong(0, "a source away from the sample"));
        }
        let weight = number(3).unwrap_or(1.0);
        if weight < 0.0 {
            return Err(wrong(3, "a weight that is not negative"));
        }
        let wavelength_angstrom = number(4).map_or(wavelength_angstrom, |metres| metres / ANGSTROM_M);
        if !(SHORTEST_ANGSTROM..=LONGEST_ANGSTROM).contains(&wavelength_angstrom) {
            return Err(wrong(4, "a positive wavelength in metres, such as 1e-10"));
        }
        sources.push(Source { incident: -position.unit(), wavelength_angstrom, weight });
    }
    if sources.iter().all(|source| source.weight == 0.0) {
        return Err(parse_error(path, 1, 1, "at least one source with a weight", "none"));
    }
    let total: f64 = sources.iter().map(|source| source.weight).sum();
    if !total.is_normal() {
        return Err(parse_error(path, 1, 1, "weights whose sum is a number", &format!("{total:e}")));
    }
    Ok(sources)
}
