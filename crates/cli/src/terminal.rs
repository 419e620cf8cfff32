//! What the program may do on the terminal: how wide lines are, and colours.
//!
//! Colours are only on a terminal and never with `NO_COLOR`, which `anstream` sees to.

use std::fmt::Display;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};

/// Columns of text where nothing shows how many there are.
const COLUMNS: usize = 80;
/// Longer lines are hard to read.
const MOST_COLUMNS: usize = 100;

/// A text in lines that fit the screen, each with this indent and ended.
pub(crate) fn wrapped(text: &str, indent: &str) -> String {
    let on_screen = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    let columns = on_screen.map_or(COLUMNS, |(columns, _)| usize::from(columns.0).clamp(40, MOST_COLUMNS));
    let options = textwrap::Options::new(columns - 1)
        .initial_indent(indent)
        .subsequent_indent(indent)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::wrap(text, options).into_iter().map(|line| format!("{line}\n")).collect()
}

/// Says on the error stream why the program cannot go on.
pub(crate) fn tell_error(text: impl Display) {
    let style = AnsiColor::Red.on_default().bold();
    anstream::eprintln!("{style}nanobragg:{style:#} {text}");
}

/// Warns on the error stream.
pub(crate) fn warn(text: impl Display) {
    let style = AnsiColor::Yellow.on_default().bold();
    anstream::eprintln!("{style}nanobragg: warning:{style:#} {text}");
}

/// Tells something on the error stream that is no cause for concern.
pub(crate) fn note(text: impl Display) {
    let style = Style::new().bold();
    anstream::eprintln!("{style}nanobragg: note:{style:#} {text}");
}
