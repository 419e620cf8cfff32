//! Why a trace could not be read.

/// Why a trace could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A line has the form of a trace line, but not its content.
    #[error("{file}:{line}:{column}: expected {expected}, found {found}")]
    Malformed {
        /// The name the text was read under.
        file: String,
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
        /// The text in question, in backquotes, or `end of line`.
        found: String,
        /// What would have been right there.
        expected: String,
    },
    /// Nothing in the text is a trace line.
    #[error("{file}: expected a trace, found no line that starts with `TRACE_` or `DETECTOR_`")]
    NoTrace {
        /// The name the text was read under.
        file: String,
    },
    /// The text is not the JSON of a trace; the reason has the place and what was expected.
    #[error("{file}: not the JSON of a trace: {reason}")]
    Json {
        /// The name the text was read under.
        file: String,
        /// The line, the column and what was expected there.
        reason: serde_json::Error,
    },
}
