//! HKL text: one reflection `h k l F` per line.
//!
//! Columns are separated by blanks or tabs; further columns, blank lines and lines that start with `#` are
//! ignored. Lines end with `\n` or `\r\n`. Indices are integers, F is any decimal number; both may have a sign.
//!
//! The text is split at line ends into chunks that are parsed in parallel and merged in the order of the file, so that
//! neither the grid nor an error message depends on the number of threads.

mod chunk;
mod duplicates;
mod line;

use std::path::Path;

use rayon::prelude::*;

use crate::map::Bytes;
use crate::{Bounds, Error, Grid};
use chunk::Chunk;
pub use duplicates::{Duplicate, MAX_DUPLICATES};

/// Options for reading HKL text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadOptions {
    /// F of the nodes that are not listed, in electrons per unit cell. Default: 0.
    pub default_f: f64,
    /// The maximum size of the grid in memory. Default: 4 GiB.
    pub max_grid_bytes: usize,
}

/// The content of HKL text.
#[derive(Debug)]
#[non_exhaustive]
pub struct HklText {
    /// The structure factors, over the smallest box that holds every node listed.
    pub grid: Grid,
    /// The number of lines with a structure factor, duplicates included.
    pub reflection_count: usize,
    /// The number of lines that list a node again and so replace its F.
    pub duplicate_count: usize,
    /// The nodes listed more than once, ordered by their first line; no more than [`MAX_DUPLICATES`] of them.
    pub duplicates: Vec<Duplicate>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { default_f: 0.0, max_grid_bytes: usize::try_from(4_u64 << 30).unwrap_or(usize::MAX) }
    }
}

/// Reads a file of HKL text.
///
/// A regular file is memory-mapped: it must not be changed during the call.
///
/// # Errors
///
/// [`Error::Read`], and those of [`parse`].
pub fn read(path: &Path, options: &ReadOptions) -> Result<HklText, Error> {
    let bytes = Bytes::open(path).map_err(|reason| Error::Read { file: path.to_owned(), reason })?;
    parse(&bytes, &path.display().to_string(), options)
}

/// Reads HKL text; `name` is the file name for error messages.
///
/// # Errors
///
/// [`Error::Parse`] for the first invalid line, and for a text without reflections; [`Error::GridTooLarge`] or
/// [`Error::OutOfMemory`] if the grid needs too much memory, which is checked before any is allocated;
/// [`Error::DefaultNotFinite`].
pub fn parse(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<HklText, Error> {
    let parsed: Vec<_> = chunk::split(bytes).into_par_iter().map(chunk::parse).collect();
    let mut chunks = Vec::with_capacity(parsed.len());
    let mut line_count = 0;
    for chunk in parsed {
        let chunk = chunk.map_err(|defect| defect.into_error(name, line_count))?;
        line_count += chunk.line_count as usize;
        chunks.push(chunk);
    }
    let bounds = chunks.iter().filter_map(|chunk| chunk.bounds).reduce(|a, b| a.union(b));
    let bounds = bounds.ok_or_else(|| no_reflections(name, line_count))?;
    let mut grid = Grid::filled(name, bounds, options.default_f, options.max_grid_bytes)?;
    let reflection_count = chunks.iter().map(|chunk| chunk.listed.len()).sum();
    let node_count = fill(&mut grid, bounds, &chunks);
    let duplicate_count = reflection_count - node_count;
    let duplicates = if duplicate_count == 0 { Vec::new() } else { duplicates::find(&chunks, bounds) };
    Ok(HklText { grid, reflection_count, duplicate_count, duplicates })
}

/// Stores every structure factor at its node, the last one of a node replacing the others, and counts the nodes.
fn fill(grid: &mut Grid, bounds: Bounds, chunks: &[Chunk]) -> usize {
    let Some(factors) = grid.as_slice_mut() else { return 0 };
    let mut seen = duplicates::NodeSet::new(factors.len());
    let mut node_count = 0;
    for listed in chunks.iter().flat_map(|chunk| &chunk.listed) {
        let place = bounds.place(listed.miller);
        factors[place] = listed.structure_factor;
        node_count += usize::from(seen.insert(place));
    }
    node_count
}

fn no_reflections(name: &str, line_count: usize) -> Error {
    let found = if line_count == 0 { "an empty file" } else { "only blank lines and comments" };
    Error::Parse {
        file: name.to_owned(),
        line: line_count.max(1),
        column: 1,
        found: found.to_owned(),
        expected: "at least one reflection h k l F".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Miller;

    fn read_text(text: &str) -> HklText {
        parse(text.as_bytes(), "t.hkl", &ReadOptions { default_f: 1.0, ..ReadOptions::default() }).unwrap()
    }

    fn message(text: &str) -> String {
        parse(text.as_bytes(), "t.hkl", &ReadOptions::default()).unwrap_err().to_string()
    }

    #[test]
    fn the_grid_spans_what_is_listed() {
        let hkl = read_text("# h k l F sigma\r\n\r\n 1 -2\t3 4.5 0.1 x\r\n\n+2 0 3 .5");
        assert_eq!(hkl.grid.bounds(), Bounds { min: Miller::new(1, -2, 3), max: Miller::new(2, 0, 3) });
        assert_eq!(hkl.reflection_count, 2);
        assert_eq!(hkl.grid.get(Miller::new(1, -2, 3)), Some(4.5));
        assert_eq!(hkl.grid.get(Miller::new(2, 0, 3)), Some(0.5));
        assert_eq!(hkl.grid.get(Miller::new(2, -1, 3)), Some(1.0));
    }

    #[test]
    fn a_message_names_file_line_column_expected_and_found() {
        for (text, expected) in [
            ("", "t.hkl:1:1: expected at least one reflection h k l F, found an empty file"),
            (
                "#\n\n# 1 1 1 1\n",
                "t.hkl:3:1: expected at least one reflection h k l F, found only blank lines and comments",
            ),
            ("\n# c\n1 1.5 2 3\n", "t.hkl:3:3: expected an integer index k, found \"1.5\""),
            ("1 1 1 1\n1 1 1\n", "t.hkl:2:6: expected a structure factor F, found the end of the line"),
        ] {
            assert_eq!(message(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_error_beyond_the_first_chunk_has_its_line_and_the_first_one_is_told() {
        let good = "1 2 3 4.5\n".repeat(chunk::TARGET_BYTES / 4);
        assert!(message(&format!("{good}{good}1 2 x 4\n{good}y\n")).starts_with(&format!(
            "t.hkl:{}:5: expected an integer index l, found \"x\"",
            2 * (chunk::TARGET_BYTES / 4) + 1
        )));
    }

    #[test]
    fn bounds_that_need_too_much_memory_are_refused_with_both_sizes() {
        let options = ReadOptions { max_grid_bytes: 15, ..ReadOptions::default() };
        let error = parse(b"0 0 0 1\n0 0 1 2\n", "t.hkl", &options).unwrap_err();
        assert_eq!(
            error.to_string(),
            "t.hkl: expected a grid of at most 15 bytes, found h 0..0, k 0..0, l 0..1, which need 16 bytes"
        );
        assert!(message("-2147483648 0 0 1\n2147483647 0 0 2\n").contains("need 34359738368 bytes"));
    }
}
