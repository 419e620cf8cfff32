//! The chunks of a text in order: parsed once where they are kept, else read and parsed anew at each pass.

use rayon::prelude::*;

use crate::Error;
use crate::text::chunk::{self, Chunk};
use crate::text::pieces::Pieces;

/// Where the chunks of a text come from.
pub(super) enum Source<'a> {
    /// Kept: 24 bytes for each reflection.
    Kept(Vec<Chunk>),
    /// A file that would take too much memory.
    File(Pieces<'a>),
}

impl<'a> Source<'a> {
    /// Text in memory; `name` is for messages.
    pub(super) fn parsed(bytes: &[u8], name: &str) -> Result<Self, Error> {
        let parsed: Vec<_> = chunk::split(bytes).into_par_iter().map(chunk::parse).collect();
        let (mut kept, mut lines) = (Vec::new(), 0);
        for chunk in parsed {
            let chunk = chunk.map_err(|defect| defect.into_error(name, lines))?;
            lines += chunk.line_count as usize;
            kept.push(chunk);
        }
        Ok(Self::Kept(kept))
    }

    /// A file that is read once.
    pub(super) fn read(pieces: Pieces<'a>) -> Result<Self, Error> {
        let mut kept = Vec::new();
        pieces.each(&mut |_, chunk| {
            kept.push(chunk);
            Ok(())
        })?;
        Ok(Self::Kept(kept))
    }

    /// Hands on each chunk, with the number of lines before it; returns the number of lines.
    pub(super) fn each(
        &self,
        take: &mut dyn FnMut(usize, &Chunk) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        match self {
            Self::Kept(chunks) => chunks.iter().try_fold(0, |lines, chunk| {
                take(lines, chunk)?;
                Ok(lines + chunk.line_count as usize)
            }),
            Self::File(pieces) => pieces.each(&mut |before, chunk| take(before, &chunk)),
        }
    }
}
