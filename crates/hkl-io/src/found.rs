//! What was found, as a message shows it.

use std::path::PathBuf;

use crate::Error;

/// The longest text that is repeated in a message, in characters or bytes.
const MAX_FOUND: usize = 40;

/// The place where a binary file is invalid.
#[derive(Debug, PartialEq)]
pub(crate) struct ByteDefect {
    /// Counted from 0.
    pub(crate) byte: usize,
    pub(crate) found: String,
    pub(crate) expected: String,
}

impl ByteDefect {
    pub(crate) fn into_error(self, file: impl Into<PathBuf>) -> Error {
        let Self { byte, found, expected } = self;
        Error::Header { file: file.into(), byte, found, expected }
    }
}

/// The text in quotes, without what is beyond a reasonable length.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_FOUND) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// What is at the start of the bytes: the text up to the next white space, else that white space.
pub(crate) fn word(at: &[u8]) -> String {
    let at = &at[..at.len().min(MAX_FOUND)];
    let length = at.iter().position(u8::is_ascii_whitespace).unwrap_or(at.len());
    match at {
        [] => "the end of the file".to_owned(),
        _ => format!("\"{}\"", at[..length.max(1)].escape_ascii()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut() {
        assert_eq!(quoted("a\tb"), "\"a\\tb\"");
        assert_eq!(quoted(&"å".repeat(41)), format!("\"{}\"…", "å".repeat(40)));
    }
}
