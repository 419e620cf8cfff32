//! The report as text for a terminal.

use std::fmt::{self, Write as _};

use crate::metrics::Extreme;
use crate::number::number;
use crate::part::Part;
use crate::report::Report;

/// The report as a table.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "first   {}", self.a)?;
        writeln!(f, "second  {}", self.b)?;
        let [slow, fast] = self.shape;
        writeln!(f, "shape   {slow} slow x {fast} fast")?;
        if let Some([slow, fast]) = self.resampled_from {
            writeln!(f, "the second image was resampled from {slow} slow x {fast} fast pixels")?;
        }
        for run in &self.runs {
            writeln!(f, "{:.3} s  {}", run.seconds, run.program)?;
        }
        writeln!(f)?;
        let columns: Vec<Vec<(&str, String)>> = self.parts.iter().map(rows).collect();
        let width =
            |part: usize| columns[part].iter().map(|(_, text)| text.chars().count()).max().unwrap_or(0);
        let mut heading = format!("{:<30}", "");
        for (index, part) in self.parts.iter().enumerate() {
            let _ = write!(heading, "  {:<width$}", part.name, width = width(index));
        }
        writeln!(f, "{}", heading.trim_end())?;
        for (row, (label, _)) in columns[0].iter().enumerate() {
            let mut line = format!("{label:<30}");
            for (index, column) in columns.iter().enumerate() {
                let _ = write!(line, "  {:<width$}", column[row].1, width = width(index));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        writeln!(f)?;
        for check in &self.checks {
            let verdict = if check.passed { "pass" } else { "FAIL" };
            writeln!(f, "{verdict}  {:<30}  {:<14}  {}", check.name, number(check.found), check.bound())?;
        }
        for finding in &self.findings {
            writeln!(f, "  {finding}")?;
        }
        let judged = self.judged().name;
        writeln!(f, "{} ({judged})", if self.passed { "PASS" } else { "FAIL" })
    }
}

/// Labels and values of a part.
pub(crate) fn rows(part: &Part) -> Vec<(&'static str, String)> {
    let Part { metrics, peaks, ssim, .. } = part;
    let bad = metrics.not_finite;
    let quantile =
        |index: usize| metrics.relative_quantiles.get(index).map_or("none".into(), |q| number(q.value));
    let farthest = peaks.farthest.map_or("none".into(), |pair| {
        format!("{} at ({:.1}, {:.1})", number(pair.displacement_px), pair.a.slow, pair.a.fast)
    });
    vec![
        ("pixels", metrics.pixels.to_string()),
        ("correlation", number(metrics.correlation)),
        ("sums", format!("{}, {}", number(metrics.sum_a), number(metrics.sum_b))),
        ("sum ratio", number(metrics.sum_ratio)),
        ("mean square error", number(metrics.mean_square_error)),
        ("rms difference", number(metrics.rms_difference)),
        ("largest difference", extreme(&metrics.largest_difference)),
        ("rms relative difference", number(metrics.rms_relative)),
        ("largest relative difference", extreme(&metrics.largest_relative)),
        ("relative difference, 1 %, 5 %", format!("{}, {}", quantile(0), quantile(1))),
        ("  25 %, 50 %, 75 %", format!("{}, {}, {}", quantile(2), quantile(3), quantile(4))),
        ("  95 %, 99 %", format!("{}, {}", quantile(5), quantile(6))),
        ("structural similarity", number(*ssim)),
        ("peaks: first, second, matched", format!("{}, {}, {}", peaks.peaks_a, peaks.peaks_b, peaks.matched)),
        ("mean displacement, pixels", number(peaks.mean_displacement_px)),
        ("largest displacement, pixels", farthest),
        ("bit-equal pixels", format!("{} %", number(metrics.bit_equal * 100.0))),
        ("NaN: first, second", format!("{}, {}", bad.nan_a, bad.nan_b)),
        ("infinite: first, second", format!("{}, {}", bad.infinite_a, bad.infinite_b)),
    ]
}

fn extreme(extreme: &Extreme) -> String {
    let Extreme { value, slow, fast, a, b } = extreme;
    format!("{} at ({slow}, {fast}): {} → {}", number(*value), number(*a), number(*b))
}
