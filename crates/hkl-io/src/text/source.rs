//! The chunks of a text in order: parsed once when the text is in memory, else read and parsed anew at each pass.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use rayon::prelude::*;

use crate::Error;
use crate::text::chunk::{self, Chunk};

/// What is in memory of a file that is read at each pass, unless a line is longer.
const WINDOW_BYTES: usize = 16 << 20;
/// What is not a text may have no line end at all.
const LONGEST_LINE_BYTES: usize = if cfg!(miri) { 1 << 12 } else { 16 << 20 };

/// Where the chunks of a text come from.
pub(super) enum Source<'a> {
    /// Kept: 24 bytes for each reflection.
    Parsed(Vec<Chunk>),
    /// A file that would take too much memory.
    File { file: File, path: &'a Path, window_bytes: usize },
}

impl<'a> Source<'a> {
    /// Text in memory; `name` is for messages.
    pub(super) fn parsed(bytes: &[u8], name: &str) -> Result<Self, Error> {
        let mut kept = Vec::new();
        take_whole_lines(bytes, name, 0, &mut |_, chunk| {
            kept.push(chunk);
            Ok(())
        })?;
        Ok(Self::Parsed(kept))
    }

    pub(super) fn file(file: File, path: &'a Path) -> Self {
        Self::File { file, path, window_bytes: WINDOW_BYTES }
    }

    /// Hands on each chunk, with the number of lines before it; returns the number of lines.
    pub(super) fn each(
        &mut self,
        take: &mut dyn FnMut(usize, &Chunk) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        match self {
            Self::Parsed(chunks) => chunks.iter().try_fold(0, |lines, chunk| {
                take(lines, chunk)?;
                Ok(lines + chunk.line_count as usize)
            }),
            Self::File { file, path, window_bytes } => each_of_file(file, path, *window_bytes, take),
        }
    }
}

/// Reads a file from its start, a window at a time.
fn each_of_file(
    file: &mut File,
    path: &Path,
    window_bytes: usize,
    take: &mut dyn FnMut(usize, &Chunk) -> Result<(), Error>,
) -> Result<usize, Error> {
    let failed = |reason: io::Error| Error::Read { file: path.to_owned(), reason };
    let name = path.display().to_string();
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let (mut text, mut lines) = (Vec::new(), 0);
    loop {
        let read = file.by_ref().take(window_bytes as u64).read_to_end(&mut text).map_err(failed)?;
        let is_last = read < window_bytes;
        let line_end = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
        let end = if is_last { text.len() } else { line_end };
        lines = take_whole_lines(&text[..end], &name, lines, &mut |before, chunk| take(before, &chunk))?;
        if is_last {
            return Ok(lines);
        }
        text.drain(..end);
        if text.len() > LONGEST_LINE_BYTES {
            return Err(Error::Parse {
                file: name,
                line: lines + 1,
                column: 1,
                found: format!("a line of more than {LONGEST_LINE_BYTES} bytes"),
                expected: "a reflection h k l F".to_owned(),
            });
        }
    }
}

/// Parses lines in parallel and hands the chunks on in order; returns the number of lines with those before.
fn take_whole_lines(
    text: &[u8],
    name: &str,
    mut lines: usize,
    take: &mut dyn FnMut(usize, Chunk) -> Result<(), Error>,
) -> Result<usize, Error> {
    let parsed: Vec<_> = chunk::split(text).into_par_iter().map(chunk::parse).collect();
    for chunk in parsed {
        let chunk = chunk.map_err(|defect| defect.into_error(name, lines))?;
        let before = lines;
        lines += chunk.line_count as usize;
        take(before, chunk)?;
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{HklText, ReadOptions, parse, text_of};

    /// A text as it is read in windows of so many bytes, or the message.
    fn in_windows(text: &str, window_bytes: usize) -> Result<HklText, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.hkl");
        std::fs::write(&path, text).unwrap();
        let file = File::open(&path).unwrap();
        let source = Source::File { file, path: &path, window_bytes };
        text_of(source, &path.display().to_string(), &ReadOptions::default())
            .map_err(|error| error.to_string().replace(&path.display().to_string(), "t.hkl"))
    }

    #[test]
    fn windows_change_nothing() {
        let count = if cfg!(miri) { 100 } else { 3000 };
        let many: String = (0..count).map(|i| format!("{} {} {} {i}.5\n", i % 7, i % 11, i % 13)).collect();
        for text in ["1 2 3 4", "1 2 3 4\n", "# c\n\n1 2 3 4\r\n-1 2 3 5\n1 2 3 6", &many] {
            let whole = parse(text.as_bytes(), "t.hkl", &ReadOptions::default()).unwrap();
            for window_bytes in [1, 2, 7, 64, 1000, 1 << 20] {
                let read = in_windows(text, window_bytes).unwrap();
                assert_eq!(read.grid.bounds(), whole.grid.bounds());
                assert_eq!(read.reflection_count, whole.reflection_count);
                assert_eq!(read.duplicate_count, whole.duplicate_count);
                assert_eq!(read.duplicates, whole.duplicates);
                let [mut ours, mut expected] = [Vec::new(), Vec::new()];
                crate::fdump::write_to(&mut ours, &read.grid).unwrap();
                crate::fdump::write_to(&mut expected, &whole.grid).unwrap();
                assert!(ours == expected, "{window_bytes}");
            }
        }
    }

    #[test]
    fn a_defect_in_a_later_window_has_its_line() {
        for (text, expected) in [
            ("1 2 3 4\n1 2 3 4\n1 2 x 4\n", "t.hkl:3:5: expected an integer index l, found \"x\""),
            (
                "# c\n\n",
                "t.hkl:2:1: expected at least one reflection h k l F, found only blank lines and comments",
            ),
        ] {
            for window_bytes in [1, 8, 20] {
                assert_eq!(in_windows(text, window_bytes).unwrap_err(), expected);
            }
        }
    }

    /// Without a line end a file of any size was read into memory.
    #[test]
    fn a_line_without_end_is_refused() {
        let text = format!("1 2 3 4\n{}", "0".repeat(3 * LONGEST_LINE_BYTES));
        let expected = format!(
            "t.hkl:2:1: expected a reflection h k l F, found a line of more than {LONGEST_LINE_BYTES} bytes"
        );
        assert_eq!(in_windows(&text, LONGEST_LINE_BYTES / 16).unwrap_err(), expected);
    }
}
