//! HKL text: one reflection `h k l F` per line.
//!
//! Columns are separated by blanks or tabs; further columns, blank lines and lines that start with `#` are
//! ignored. Lines end with `\n` or `\r\n`. Indices are integers, F is any decimal number; both may have a sign.
//!
//! The text is split at line ends into chunks that are parsed in parallel and merged in the order of the file, so that
//! neither the grid nor an error message depends on the number of threads. A file is read in such chunks. What a large file
//! lists is not held in memory: it is gone through twice, for the bounds and for the structure factors.

mod chunk;
mod duplicates;
mod line;
mod pieces;
mod plain_line;
mod source;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use percent_g::percent_g;

use crate::stamp::Stamp;
use crate::{Bounds, Error, Grid, Miller, Reflection};
pub use duplicates::{Duplicate, MAX_DUPLICATES};
use pieces::Pieces;
use source::Source;

/// Files of up to this size are gone through once.
const KEPT_BYTES: u64 = 128 << 20;

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

/// Reads a file of HKL text. A regular file of more than 128 MiB takes the memory of its grid, any other one 24 bytes for
/// each reflection too, and what is no regular file that of its content.
///
/// # Errors
///
/// [`Error::Read`], [`Error::Changed`] when a file was written to meanwhile, and those of [`parse`].
pub fn read(path: &Path, options: &ReadOptions) -> Result<HklText, Error> {
    let failed = |reason| Error::Read { file: path.to_owned(), reason };
    let file = File::open(path).map_err(failed)?;
    let stamp = Stamp::of(&file).map_err(failed)?;
    let name = path.display().to_string();
    // Some files that the system makes up have no size and some content.
    let text = match stamp.regular_bytes() {
        None | Some(0) => parse(&stamp.read_all(&file).map_err(failed)?, &name, options),
        Some(bytes) => {
            let pieces = Pieces::new(&file, path, bytes);
            let source = if bytes > KEPT_BYTES { Ok(Source::File(pieces)) } else { Source::read(pieces) };
            source.and_then(|source| text_of(&source, &name, options))
        }
    };
    // What is wrong with a file that changed is of no interest.
    stamp.check(&file, path)?;
    text
}

/// Reads HKL text; `name` is the file name for error messages.
///
/// # Errors
///
/// [`Error::Parse`] for the first invalid line, and for a text without reflections; [`Error::GridTooLarge`] or
/// [`Error::OutOfMemory`] if the grid needs too much memory, which is checked before any is allocated;
/// [`Error::DefaultNotFinite`].
pub fn parse(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<HklText, Error> {
    text_of(&Source::parsed(bytes, name)?, name, options)
}

/// What is wrong with the indices of the first line that is neither blank nor a comment, if anything is: it then lists no
/// reflection.
pub(crate) fn defect_of_first_indices(bytes: &[u8], name: &str) -> Option<Error> {
    let defect = chunk::defect_of_first_indices(bytes)?;
    Some(defect.into_error(name, 0))
}

/// Writes HKL text, a reflection a line, F with nine digits: all of a 32-bit number.
///
/// # Errors
///
/// Those of `out`.
pub fn write_to(out: &mut dyn Write, reflections: impl Iterator<Item = Reflection>) -> io::Result<()> {
    for Reflection { miller: Miller { h, k, l }, structure_factor } in reflections {
        writeln!(out, "{h} {k} {l} {}", percent_g(structure_factor, 9))?;
    }
    Ok(())
}

/// What the chunks of a text list.
fn text_of(source: &Source<'_>, name: &str, options: &ReadOptions) -> Result<HklText, Error> {
    let mut bounds: Option<Bounds> = None;
    let mut reflection_count = 0;
    let line_count = source.each(&mut |_, chunk| {
        reflection_count += chunk.listed.len();
        bounds = [bounds, chunk.bounds].into_iter().flatten().reduce(|a, b| a.union(b));
        Ok(())
    })?;
    let bounds = bounds.ok_or_else(|| no_reflections(name, line_count))?;
    let mut grid = Grid::filled(name, bounds, options.default_f, options.max_grid_bytes)?;
    let node_count = fill(&mut grid, bounds, source)?;
    let duplicate_count = reflection_count.saturating_sub(node_count);
    let duplicates = if duplicate_count == 0 { Vec::new() } else { duplicates::find(source, bounds)? };
    Ok(HklText { grid, reflection_count, duplicate_count, duplicates })
}

/// Stores every structure factor at its node, the last one of a node replacing the others, and counts the nodes.
fn fill(grid: &mut Grid, bounds: Bounds, source: &Source<'_>) -> Result<usize, Error> {
    let Some(factors) = grid.as_slice_mut() else { return Ok(0) };
    let mut seen = duplicates::NodeSet::new(factors.len());
    let mut node_count = 0;
    source.each(&mut |_, chunk| {
        for listed in chunk.listed_in(bounds) {
            let place = bounds.place(listed.miller);
            factors[place] = listed.structure_factor;
            node_count += usize::from(seen.insert(place));
        }
        Ok(())
    })?;
    Ok(node_count)
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
