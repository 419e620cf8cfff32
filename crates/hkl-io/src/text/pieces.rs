//! A file in pieces that threads read and parse side by side, each into a buffer that it keeps: nothing is copied twice, and
//! the memory that it takes does not depend on the size of the file.

use std::fs::File;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use crate::Error;
use crate::text::chunk::{self, Chunk, ChunkDefect, TARGET_BYTES};

/// Pieces that are in memory at once, parsed.
const AT_ONCE: usize = 256;
/// What is read at once of a line that goes on beyond its piece.
const MORE_BYTES: usize = 1 << 12;
/// What is not a text may have no line end at all.
pub(super) const LONGEST_LINE_BYTES: usize = if cfg!(miri) { 1 << 12 } else { 16 << 20 };

/// A regular file. The lines that begin in a piece are its own, to the end of the last one.
#[derive(Clone, Copy)]
pub(super) struct Pieces<'a> {
    file: &'a File,
    path: &'a Path,
    bytes: u64,
    piece_bytes: usize,
}

/// A thread's buffer, of which the first bytes are in use.
#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    used: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(file: &'a File, path: &'a Path, bytes: u64) -> Self {
        Self { file, path, bytes, piece_bytes: TARGET_BYTES }
    }

    #[cfg(test)]
    pub(super) fn of_bytes(self, piece_bytes: usize) -> Self {
        Self { piece_bytes, ..self }
    }

    /// Hands on the chunk of each piece in order, with the number of lines before it; returns the number of lines.
    pub(super) fn each(
        &self,
        take: &mut dyn FnMut(usize, Chunk) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        let name = self.path.display().to_string();
        let starts: Vec<u64> = (0..self.bytes).step_by(self.piece_bytes).collect();
        let mut lines = 0;
        for starts in starts.chunks(AT_ONCE) {
            let chunks: Vec<_> = starts
                .par_iter()
                .map_init(Buffer::default, |buffer, start| self.chunk(*start, buffer))
                .collect();
            for chunk in chunks {
                let chunk = chunk.map_err(|reason| Error::Read { file: self.path.to_owned(), reason })?;
                let chunk = chunk.map_err(|defect| defect.into_error(&name, lines))?;
                let before = lines;
                lines += chunk.line_count as usize;
                take(before, chunk)?;
            }
        }
        Ok(lines)
    }

    /// What the lines list that begin in a piece.
    fn chunk(&self, start: u64, buffer: &mut Buffer) -> io::Result<Result<Chunk, ChunkDefect>> {
        let end = self.bytes.min(start + self.piece_bytes as u64);
        buffer.used = 0;
        // The byte before the piece tells whether a line begins with it.
        buffer.read(self.file, start.saturating_sub(1)..end)?;
        let first = if start == 0 { Some(0) } else { buffer.line_end(0) };
        let Some(first) = first.filter(|first| *first < buffer.used) else {
            return Ok(chunk::parse(&[]));
        };
        let mut last_end = buffer.bytes[..buffer.used].ends_with(b"\n").then_some(buffer.used);
        let mut at = end;
        while last_end.is_none() && at < self.bytes {
            if at - end > LONGEST_LINE_BYTES as u64 {
                let text = &buffer.bytes[first..buffer.used];
                let last = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
                let before = chunk::parse(&text[..last]);
                return Ok(before.and_then(|chunk| Err(ChunkDefect::too_long(chunk.line_count))));
            }
            let next = self.bytes.min(at + MORE_BYTES as u64);
            let known = buffer.used;
            buffer.read(self.file, at..next)?;
            (last_end, at) = (buffer.line_end(known), next);
        }
        Ok(chunk::parse(&buffer.bytes[first..last_end.unwrap_or(buffer.used)]))
    }
}

impl Buffer {
    /// Appends a range of a file, or what is left of it.
    fn read(&mut self, file: &File, range: std::ops::Range<u64>) -> io::Result<()> {
        let mut at = range.start;
        let most = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
        if self.bytes.len() < self.used + most {
            self.bytes.resize(self.used + most, 0);
        }
        while at < range.end {
            let left = usize::try_from(range.end - at).unwrap_or(usize::MAX);
            match read_at(file, &mut self.bytes[self.used..][..left], at) {
                Ok(0) => break,
                Ok(count) => (self.used, at) = (self.used + count, at + count as u64),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Where the first line that ends after a place does so.
    fn line_end(&self, from: usize) -> Option<usize> {
        let text = &self.bytes[from..self.used];
        text.iter().position(|byte| *byte == b'\n').map(|place| from + place + 1)
    }
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, at)
}

#[cfg(windows)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::Source;
    use crate::text::{HklText, ReadOptions, parse, text_of};

    /// A text as it is read in pieces of so many bytes, or the message.
    fn in_pieces(text: &str, piece_bytes: usize) -> Result<HklText, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.hkl");
        std::fs::write(&path, text).unwrap();
        let file = File::open(&path).unwrap();
        let pieces = Pieces::new(&file, &path, text.len() as u64).of_bytes(piece_bytes);
        let name = path.display().to_string();
        text_of(&Source::File(pieces), &name, &ReadOptions::default())
            .map_err(|error| error.to_string().replace(&name, "t.hkl"))
    }

    #[test]
    fn pieces_change_nothing() {
        let count = if cfg!(miri) { 100 } else { 3000 };
        let many: String = (0..count).map(|i| format!("{} {} {} {i}.5\n", i % 7, i % 11, i % 13)).collect();
        for text in ["1 2 3 4", "1 2 3 4\n", "# c\n\n1 2 3 4\r\n-1 2 3 5\n1 2 3 6", &many] {
            let whole = parse(text.as_bytes(), "t.hkl", &ReadOptions::default()).unwrap();
            for piece_bytes in [1, 2, 7, 64, 1000, 1 << 20] {
                let read = in_pieces(text, piece_bytes).unwrap();
                assert_eq!(read.grid.bounds(), whole.grid.bounds());
                assert_eq!(read.reflection_count, whole.reflection_count);
                assert_eq!(read.duplicate_count, whole.duplicate_count);
                assert_eq!(read.duplicates, whole.duplicates);
                let [mut ours, mut expected] = [Vec::new(), Vec::new()];
                crate::fdump::write_to(&mut ours, &read.grid).unwrap();
                crate::fdump::write_to(&mut expected, &whole.grid).unwrap();
                assert!(ours == expected, "{piece_bytes}");
            }
        }
    }

    #[test]
    fn a_defect_in_a_later_piece_has_its_line() {
        for (text, expected) in [
            ("1 2 3 4\n1 2 3 4\n1 2 x 4\n", "t.hkl:3:5: expected an integer index l, found \"x\""),
            (
                "# c\n\n",
                "t.hkl:2:1: expected at least one reflection h k l F, found only blank lines and comments",
            ),
        ] {
            for piece_bytes in [1, 8, 20] {
                assert_eq!(in_pieces(text, piece_bytes).unwrap_err(), expected);
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
        assert_eq!(in_pieces(&text, LONGEST_LINE_BYTES / 16).unwrap_err(), expected);
    }
}
