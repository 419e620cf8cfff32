//! Reading a log in either format.

use crate::{Error, Log, json, text};

impl Log {
    /// The trace in `contents`, whether JSON or text; `name` stands for the file in errors.
    ///
    /// # Errors
    ///
    /// Those of [`json::parse`] if the first character is an opening brace, else those of [`text::parse`].
    pub fn parse(contents: &str, name: &str) -> Result<Self, Error> {
        if contents.trim_start().starts_with('{') {
            json::parse(contents, name)
        } else {
            text::parse(contents, name)
        }
    }
}
