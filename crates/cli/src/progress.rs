//! The progress bar: on a terminal, and only for what takes a while.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over the rows of an image.
pub(crate) fn rows(count: usize, wanted: bool) -> ProgressBar {
    if !wanted || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("rendering {wide_bar} {percent}% {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Steps of a bar over a share.
const SHARE_STEPS: u32 = 1000;

/// A bar over the share of a computation that is done.
pub(crate) fn share(what: &'static str, wanted: bool) -> ProgressBar {
    let bar = rows(SHARE_STEPS as usize, wanted);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta} left") {
        bar.set_style(style);
    }
    bar.with_message(what)
}

/// The place of a share on such a bar.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
pub(crate) fn of_share(share: f64) -> u64 {
    (share * f64::from(SHARE_STEPS)) as u64
}
