//! The progress bar: on a terminal, and only for what takes a while.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use nanobragg_kernel::DetectorPanel;

use crate::terminal;

/// The rows of a panel that are rendered.
pub(crate) fn rendered_rows(panel: &DetectorPanel) -> usize {
    let rows = panel.placement.panel.shape[0];
    (0..rows).filter(|row| panel.region.slow.contains(row)).count()
}

/// A bar over so many rows of an image, each of so many steps.
pub(crate) fn rows(count: usize, steps_per_row: f64, wanted: bool) -> ProgressBar {
    let steps_per_second = move |state: &ProgressState, out: &mut dyn Write| {
        let pace = state.per_sec() * steps_per_row;
        // What cannot be written to the screen is not shown.
        let _ = write!(out, "{pace:.1e}");
    };
    let template = "rendering {wide_bar} {pos}/{len} rows, {pace} steps/s, {eta} left";
    let style = ProgressStyle::with_template(template);
    bar(count, style.map(|style| style.with_key("pace", steps_per_second)).ok(), wanted)
}

/// Ends a bar; on a terminal a line stays that tells how long it took.
pub(crate) fn finish(bar: &ProgressBar) {
    if !bar.is_finished() && !bar.is_hidden() {
        let seconds = bar.elapsed().as_secs_f64();
        bar.finish_and_clear();
        terminal::note(format!("rendered in {seconds:.1} s"));
    }
}

fn bar(count: usize, style: Option<ProgressStyle>, wanted: bool) -> ProgressBar {
    if !wanted || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr_with_hz(10));
    if let Some(style) = style {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Steps of a bar over a share.
const SHARE_STEPS: u32 = 1000;

/// A bar over the share of a computation that is done.
pub(crate) fn share(what: &'static str, wanted: bool) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta} left").ok();
    bar(SHARE_STEPS as usize, style, wanted).with_message(what)
}

/// The place of a share on such a bar.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
pub(crate) fn of_share(share: f64) -> u64 {
    (share * f64::from(SHARE_STEPS)) as u64
}
