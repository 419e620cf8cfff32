//! The terminal: its size and its colours.

use nanobragg_picture::Colours;
use terminal_size::{Height, Width};

/// Columns and rows of a terminal that does not tell.
const USUAL: [usize; 2] = [80, 24];
/// Rows below a picture: what it is, and the prompt.
const ROWS_BELOW: usize = 2;

/// Pixels along the edge of a block, so that an image of a shape `[slow, fast]` fits, two rows of blocks a character.
pub(crate) fn block([slow, fast]: [usize; 2]) -> usize {
    let [columns, rows] = size();
    let rows = rows.saturating_sub(ROWS_BELOW).max(1);
    fast.div_ceil(columns.max(1)).max(slow.div_ceil(2 * rows)).max(1)
}

/// What the terminal shows: nothing where `NO_COLOR` is set (no-color.org), and 24 bits where `COLORTERM` says so.
pub(crate) fn colours() -> Colours {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    if !variable("NO_COLOR").is_empty() {
        Colours::None
    } else if ["truecolor", "24bit"].contains(&variable("COLORTERM").as_str()) {
        Colours::True
    } else {
        Colours::Palette256
    }
}

/// Columns and rows: the terminal's, else those of the environment.
fn size() -> [usize; 2] {
    if let Some((Width(columns), Height(rows))) = terminal_size::terminal_size() {
        return [columns.into(), rows.into()];
    }
    let variable = |name: &str| std::env::var(name).ok()?.parse().ok().filter(|side| *side > 0);
    [variable("COLUMNS").unwrap_or(USUAL[0]), variable("LINES").unwrap_or(USUAL[1])]
}
