//! Fdump files: the binary grid of structure factors that the C program nanoBragg writes for its next run.
//!
//! A header `h_min h_max k_min k_max l_min l_max`, a line feed and a form feed, then native f64, l fastest. Every axis
//! has one plane more than its bounds span, filled with zeros. The data starts right after the form feed: its bytes
//! may equal white space, so none is skipped.

mod header;

use std::io::{self, Write};
use std::path::Path;

use crate::grid::F64_BYTES;
use crate::map::Bytes;
use crate::{Bounds, Error, Grid};

/// Opens an Fdump; one of more than 32 MiB is memory-mapped, in a time that does not depend on its size, and its structure
/// factors are not read yet.
///
/// The file does not contain the default F: `default_f` is used for nodes outside its bounds. A mapped file must not be
/// changed in place while the grid exists, which the C program nanoBragg does when it writes one; replacing it by a
/// rename, as [`write()`] does, is safe. Where a file is made shorter, the system sends SIGBUS to a process that reads
/// beyond its new end; [`Grid::check_unchanged`] tells of any other change. [`read`] is for files of which nothing is
/// known.
///
/// # Errors
///
/// [`Error::Read`], [`Error::Header`], [`Error::FdumpSize`] or [`Error::DefaultNotFinite`]; [`Error::Changed`] when a
/// file that is not mapped was written to meanwhile.
pub fn open(path: &Path, default_f: f64) -> Result<Grid, Error> {
    grid_in(Bytes::open(path)?, path, default_f)
}

/// Reads an Fdump of any size into memory, where nothing changes it; otherwise as [`open`].
///
/// # Errors
///
/// As those of [`open`].
pub fn read(path: &Path, default_f: f64) -> Result<Grid, Error> {
    grid_in(Bytes::read(path)?, path, default_f)
}

/// Writes a grid, byte for byte as the C program does. The file appears whole or not at all ([`whole_file::write`]); a
/// device or a pipe is written to directly.
///
/// # Errors
///
/// [`Error::Write`].
pub fn write(grid: &Grid, path: &Path) -> Result<(), Error> {
    Ok(whole_file::write(path, |out| write_to(out, grid))?)
}

/// Writes the content of an Fdump in small pieces; `out` should be buffered.
///
/// # Errors
///
/// Those of `out`.
pub fn write_to(out: &mut dyn Write, grid: &Grid) -> io::Result<()> {
    let bounds = grid.bounds();
    let [_, k_count, l_count] = bounds.shape();
    let mut factors = vec![0.0; l_count];
    let row_bytes = (l_count + 1) * F64_BYTES;
    let mut row = vec![0; row_bytes];
    let zeros = vec![0; row_bytes];
    write!(out, "{}", header::text(bounds))?;
    for h in bounds.min.h..=bounds.max.h {
        for k in bounds.min.k..=bounds.max.k {
            grid.copy_row(h, k, &mut factors);
            let (places, _) = row.as_chunks_mut();
            for (place, factor) in places.iter_mut().zip(&factors) {
                *place = factor.to_ne_bytes();
            }
            out.write_all(&row)?;
        }
        out.write_all(&zeros)?;
    }
    for _ in 0..=k_count {
        out.write_all(&zeros)?;
    }
    Ok(())
}

/// The grid in the bytes of a file.
fn grid_in(bytes: Bytes, path: &Path, default_f: f64) -> Result<Grid, Error> {
    let (bounds, start) = header::parse(&bytes).map_err(|defect| defect.into_error(path))?;
    let expected_bytes = start as u128 + data_bytes(bounds);
    if expected_bytes != bytes.len() as u128 {
        let (file, found_bytes) = (path.to_owned(), bytes.len());
        return Err(Error::FdumpSize { file, bounds, expected_bytes, found_bytes });
    }
    Grid::from_fdump(bounds, default_f, bytes, start)
}

/// Whether bytes start as an Fdump does.
pub(crate) fn has_header(bytes: &[u8]) -> bool {
    header::parse(bytes).is_ok()
}

/// Bytes of everything after the header; slightly above 2⁹⁹ at most.
fn data_bytes(bounds: Bounds) -> u128 {
    bounds.shape().map(|count| count as u128 + 1).iter().product::<u128>() * F64_BYTES as u128
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Miller, Reflection};

    fn reflection(h: i32, k: i32, l: i32, structure_factor: f64) -> Reflection {
        Reflection { miller: Miller::new(h, k, l), structure_factor }
    }

    #[test]
    fn one_plane_of_zeros_follows_every_axis() {
        let grid =
            Grid::from_reflections([reflection(0, 5, -1, 1.5), reflection(0, 5, 0, 2.5)], 9.0, 16).unwrap();
        let mut bytes = Vec::new();
        write_to(&mut bytes, &grid).unwrap();
        let (header, data) = bytes.split_at(14);
        assert_eq!(header, b"0 0 5 5 -1 0\n\x0c");
        let (data, rest) = data.as_chunks();
        let data: Vec<f64> = data.iter().map(|bytes| f64::from_ne_bytes(*bytes)).collect();
        assert_eq!(data, [1.5, 2.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert!(rest.is_empty());
    }

    #[test]
    fn data_that_looks_like_white_space_is_data() {
        let blank = f64::from_ne_bytes(*b"\n\x0c \t\r\n\x0c ");
        let grid = Grid::from_reflections([reflection(0, 0, 0, blank)], 0.0, 8).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Fdump.bin");
        write(&grid, &path).unwrap();
        let opened = open(&path, 4.0).unwrap();
        assert_eq!(opened.get(Miller::new(0, 0, 0)).map(f64::to_bits), Some(blank.to_bits()));
        assert_eq!((opened.default_f(), opened.get(Miller::new(0, 0, 1))), (4.0, None));
        assert_eq!(opened.is_mapped(), !cfg!(miri));
        assert_eq!(opened.byte_len(), 13 + 8 * 8);
        assert!(!read(&path, 4.0).unwrap().is_mapped());
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no memory maps")]
    fn a_mapped_file_that_is_written_to_is_told_of() {
        let grid = Grid::from_reflections([reflection(1, 2, 3, 4.5)], 0.0, 8).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Fdump.bin");
        write(&grid, &path).unwrap();
        let [opened, copied] = [open(&path, 0.0).unwrap(), read(&path, 0.0).unwrap()];
        opened.check_unchanged().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::File::options().append(true).open(&path).unwrap().write_all(&bytes).unwrap();
        let message = opened.check_unchanged().unwrap_err().to_string();
        assert_eq!(message, format!("{}: was changed while it was read", path.display()));
        copied.check_unchanged().unwrap();
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no exchange of two names, renameat2")]
    fn a_grid_can_be_written_over_the_file_it_is_mapped_from() {
        let grid = Grid::from_reflections([reflection(1, 2, 3, 4.5)], 0.0, 8).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Fdump.bin");
        write(&grid, &path).unwrap();
        let opened = open(&path, 0.0).unwrap();
        write(&opened, &path).unwrap();
        assert_eq!(opened.get(Miller::new(1, 2, 3)), Some(4.5));
        assert_eq!(open(&path, 0.0).unwrap().get(Miller::new(1, 2, 3)), Some(4.5));
    }
}
