//! A run of whole lines, parsed independently of the others.

use crate::text::line::{Expected, line, token};
use crate::text::pieces::LONGEST_LINE_BYTES;
use crate::text::plain_line::plain_line;
use crate::{Bounds, Error, Miller, Reflection};

/// Small enough to balance the work between threads, large enough that splitting costs little. Miri, a thousand times
/// slower, is given chunks that its tests can fill.
pub(super) const TARGET_BYTES: usize = if cfg!(miri) { 1 << 10 } else { 1 << 16 };

/// The longest text that is repeated in a message, in bytes.
const MAX_FOUND_BYTES: usize = 40;

/// What a run of lines lists.
pub(super) struct Chunk {
    /// In the order of the lines.
    pub(super) listed: Vec<Listed>,
    /// The box of all nodes listed.
    pub(super) bounds: Option<Bounds>,
    pub(super) line_count: u32,
}

/// A reflection and its line in the chunk, counted from 0; an index of that size fits, since a chunk has about
/// [`TARGET_BYTES`] before its last line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Listed {
    pub(super) miller: Miller,
    pub(super) line: u32,
    pub(super) structure_factor: f64,
}

/// The first invalid line of a chunk, and what is wrong with it.
#[derive(Debug, PartialEq)]
pub(super) struct ChunkDefect {
    /// Counted from 0.
    line: u32,
    /// In bytes, counted from 1.
    column: usize,
    found: String,
    expected: Expected,
}

impl ChunkDefect {
    /// A line without end, after that many lines of the chunk.
    pub(super) fn too_long(line: u32) -> Self {
        let found = format!("a line of more than {LONGEST_LINE_BYTES} bytes");
        Self { line, column: 1, found, expected: Expected::Reflection }
    }

    /// The error, for a chunk after that many lines of the file.
    pub(super) fn into_error(self, name: &str, lines_before: usize) -> Error {
        Error::Parse {
            file: name.to_owned(),
            line: lines_before + self.line as usize + 1,
            column: self.column,
            found: self.found,
            expected: self.expected.to_string(),
        }
    }
}

impl Chunk {
    /// What it lists within bounds: all of it, unless its file has been changed since they were found.
    pub(super) fn listed_in(&self, bounds: Bounds) -> impl Iterator<Item = &Listed> {
        let all_inside = self.bounds.is_none_or(|own| bounds.contains(own.min) && bounds.contains(own.max));
        self.listed.iter().filter(move |listed| all_inside || bounds.contains(listed.miller))
    }
}

/// The text in pieces that end with a line each.
pub(super) fn split(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut chunks = Vec::with_capacity(bytes.len() / TARGET_BYTES + 1);
    while !bytes.is_empty() {
        let tail = bytes.get(TARGET_BYTES..).unwrap_or_default();
        let line_end = tail.iter().position(|byte| *byte == b'\n');
        let (chunk, rest) = bytes.split_at(line_end.map_or(bytes.len(), |place| TARGET_BYTES + place + 1));
        chunks.push(chunk);
        bytes = rest;
    }
    chunks
}

/// Parses whole lines.
pub(super) fn parse(text: &[u8]) -> Result<Chunk, ChunkDefect> {
    let mut chunk = Chunk { listed: Vec::with_capacity(text.len() / 16), bounds: None, line_count: 0 };
    let mut rest = text;
    while !rest.is_empty() {
        let (after, reflection) = match plain_line(rest) {
            Some((after, reflection)) => (after, Some(reflection)),
            None => line(rest).map_err(|error| defect(error, rest, chunk.line_count))?,
        };
        if let Some(Reflection { miller, structure_factor }) = reflection {
            chunk.listed.push(Listed { miller, line: chunk.line_count, structure_factor });
            chunk.bounds = Some(chunk.bounds.map_or(Bounds::of(miller), |b| b.including(miller)));
        }
        chunk.line_count += 1;
        rest = after;
    }
    Ok(chunk)
}

/// What is wrong with the indices of the first line that is neither blank nor a comment.
pub(super) fn defect_of_first_indices(text: &[u8]) -> Option<ChunkDefect> {
    let (mut rest, mut line_count) = (text, 0);
    while !rest.is_empty() {
        match line(rest) {
            Ok((after, None)) => rest = after,
            Ok((_, Some(_))) => return None,
            Err(error) => {
                let defect = defect(error, rest, line_count);
                return matches!(defect.expected, Expected::Index(_)).then_some(defect);
            }
        }
        line_count += 1;
    }
    None
}

#[cold]
fn defect(error: nom::Err<super::line::Defect<'_>>, line_start: &[u8], line: u32) -> ChunkDefect {
    let (at, expected) = match error {
        nom::Err::Error(defect) | nom::Err::Failure(defect) => (defect.at, defect.expected),
        nom::Err::Incomplete(_) => (line_start, Expected::Reflection),
    };
    ChunkDefect { line, column: line_start.len() - at.len() + 1, found: describe(at), expected }
}

/// The column at the start of the text, as a message shows it.
fn describe(at: &[u8]) -> String {
    let token = token(at);
    let shown = String::from_utf8_lossy(&token[..token.len().min(MAX_FOUND_BYTES)]);
    match token.len() {
        0 => "the end of the line".to_owned(),
        length if length > MAX_FOUND_BYTES => format!("{shown:?}…"),
        _ => format!("{shown:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_end_with_a_line_and_lose_nothing() {
        let text = "1 2 3 4.5678 some further columns\n".repeat(TARGET_BYTES / 8) + "1 2 3 4";
        let chunks = split(text.as_bytes());
        assert_eq!(chunks.len(), text.len() / (TARGET_BYTES + 34) + 1);
        assert!(chunks[..chunks.len() - 1].iter().all(|chunk| chunk.ends_with(b"\n")));
        assert_eq!(chunks.concat(), text.as_bytes());
        assert!(split(b"").is_empty());
        assert_eq!(split(b"\n"), [b"\n"]);
    }

    #[test]
    fn lines_count_whether_they_list_something_or_not() {
        let chunk = parse(b"# c\n1 2 3 4\n\n5 -6 7 8\r\n#").unwrap();
        let lines: Vec<_> = chunk.listed.iter().map(|listed| listed.line).collect();
        assert_eq!((lines, chunk.line_count), (vec![1, 3], 5));
        assert_eq!(chunk.bounds, Some(Bounds { min: Miller::new(1, -6, 3), max: Miller::new(5, 2, 7) }));
        assert_eq!(parse(b"#").unwrap().bounds, None);
    }

    #[test]
    fn what_is_found_is_short_and_printable() {
        for (at, expected) in [
            (&b"1.5 2"[..], "\"1.5\""),
            (b"\n", "the end of the line"),
            (b"\r\n1", "the end of the line"),
            (b"", "the end of the line"),
            (b"a\x00\xff", "\"a\\0\u{fffd}\""),
            (&[b'x'; 41], "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"…"),
        ] {
            assert_eq!(describe(at), expected);
        }
    }
}
