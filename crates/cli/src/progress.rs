//! The progress bar: on a terminal, and only for what takes a while.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use nanobragg_kernel::DetectorPanel;

use crate::terminal;

/// The rows of a panel that are rendered.
pub(crate) fn rendered_rows(panel: &DetectorPanel) -> usize {
    let rows = panel.placement.panel.shape[0];
    (0..rows).filter(|row| panel.region.slow.contains(row)).count()
}

/// A bar over so many rows of an image, each of so many steps.
pub(crate) fn rows(count: usize, steps_per_row: f64, wanted: bool) -> ProgressBar {
    let template = "rendering {wide_bar} {pos}/{len} rows{pace}{left}";
    let pace = move |state: &ProgressState, out: &mut dyn Write| {
        // What cannot be written to the screen is not shown.
        let _ = write!(out, "{}", pace(state.per_sec() * steps_per_row));
    };
    let style = ProgressStyle::with_template(template).ok();
    bar(count, style.map(|style| style.with_key("pace", pace).with_key("left", write_left)), wanted)
}

/// Steps per second, once there are any.
fn pace(steps_per_second: f64) -> String {
    if steps_per_second > 0.0 { format!(", {steps_per_second:.1e} steps/s") } else { String::new() }
}

fn write_left(state: &ProgressState, out: &mut dyn Write) {
    let _ = write!(out, "{}", left(state.per_sec(), state.eta()));
}

/// The time that is left, once there is a pace to tell it by.
fn left(per_second: f64, time: Duration) -> String {
    if per_second > 0.0 { format!(", {:#} left", HumanDuration(time)) } else { String::new() }
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
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}%{left}").ok();
    let style = style.map(|style| style.with_key("left", write_left));
    bar(SHARE_STEPS as usize, style, wanted).with_message(what)
}

/// The place of a share on such a bar.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
pub(crate) fn of_share(share: f64) -> u64 {
    (share * f64::from(SHARE_STEPS)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Before the first row, a run of minutes had none left.
    #[test]
    fn no_pace_is_told_before_there_is_one() {
        assert_eq!((pace(0.0), left(0.0, Duration::ZERO)), (String::new(), String::new()));
        assert_eq!(pace(1.25e8), ", 1.2e8 steps/s");
        assert_eq!(left(2.0, Duration::from_secs(30)), ", 30s left");
    }
}
