//! Merged intensities against the F² put in, by shells of resolution.

use std::fmt::Write as _;

use super::darwin;
use super::findings::{Findings, Reflection};
use super::processing::Format;

/// Shells of equal counts.
const SHELLS: usize = 10;
/// Where the mean I/σ falls below this, nothing is measured.
const MEASURABLE: f64 = 2.0;

/// Reflections between two resolutions.
pub(super) struct Shell<'a> {
    reflections: &'a [Reflection],
}

impl<'a> Shell<'a> {
    /// The shells of reflections that are sorted from low to high resolution.
    fn all(sorted: &'a [Reflection]) -> Vec<Self> {
        let each = sorted.len().div_ceil(SHELLS).max(1);
        sorted.chunks(each).map(|reflections| Self { reflections }).collect()
    }

    fn i_over_sigma(&self) -> f64 {
        mean(self.reflections, |reflection| reflection.intensity / reflection.sigma)
    }

    fn d_range_angstrom(&self) -> [f64; 2] {
        let d =
            |reflection: Option<&Reflection>| reflection.map_or(f64::NAN, |reflection| reflection.d_angstrom);
        [d(self.reflections.first()), d(self.reflections.last())]
    }
}

/// The edge of what is measurable in Å: of the last shell before the mean I/σ falls below 2; and the correlation of I with F²
/// of all reflections up to there.
pub(super) fn to_the_edge(findings: &Findings) -> (f64, f64) {
    let sorted = sorted(findings);
    let shells = Shell::all(&sorted);
    let measured = shells.iter().take_while(|shell| shell.i_over_sigma() >= MEASURABLE);
    let count = measured.map(|shell| shell.reflections.len()).sum();
    let within = Shell { reflections: &sorted[..count] };
    (within.d_range_angstrom()[1], correlation(within.reflections))
}

/// The reflections from low to high resolution.
fn sorted(findings: &Findings) -> Vec<Reflection> {
    let mut reflections = findings.reflections.clone();
    reflections.sort_by(|a, b| b.d_angstrom.total_cmp(&a.d_angstrom));
    reflections
}

/// The shells of each format, in Markdown.
pub(super) fn table(found: &[(Format, Findings)]) -> String {
    let mut table = String::new();
    for (format, findings) in found {
        let _ = write!(
            table,
            "{format}:\n\n| shell, Å | reflections | mean I/σ | correlation of I with F² | ΣI/ΣF², of all | \
             summed photons, of Darwin's |\n|---|---|---|---|---|---|\n"
        );
        let sorted = sorted(findings);
        let all = scale(&sorted);
        for shell in Shell::all(&sorted) {
            let range = shell.d_range_angstrom();
            let _ = writeln!(
                table,
                "| {:.2} – {:.2} | {} | {:.1} | {:.4} | {:.3} | {:.3} |",
                range[0],
                range[1],
                shell.reflections.len(),
                shell.i_over_sigma(),
                correlation(shell.reflections),
                scale(shell.reflections) / all,
                darwin::scale(&findings.summed, range) / findings.photons_per_f_squared
            );
        }
        table.push('\n');
    }
    table
}

/// ΣI/ΣF².
pub(super) fn scale(reflections: &[Reflection]) -> f64 {
    mean(reflections, |reflection| reflection.intensity)
        / mean(reflections, |reflection| reflection.f_squared)
}

/// Pearson's, of I with F².
fn correlation(reflections: &[Reflection]) -> f64 {
    let [i, f] = [mean(reflections, |r| r.intensity), mean(reflections, |r| r.f_squared)];
    let covariance = mean(reflections, |r| (r.intensity - i) * (r.f_squared - f));
    let variances =
        mean(reflections, |r| (r.intensity - i).powi(2)) * mean(reflections, |r| (r.f_squared - f).powi(2));
    covariance / variances.sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer than 2⁵³ reflections")]
fn mean(reflections: &[Reflection], value: impl Fn(&Reflection) -> f64) -> f64 {
    reflections.iter().map(value).sum::<f64>() / reflections.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reflections(rows: &[[f64; 3]]) -> Vec<Reflection> {
        rows.iter()
            .map(|&[intensity, sigma, f_squared]| Reflection { d_angstrom: 1.0, intensity, sigma, f_squared })
            .collect()
    }

    #[test]
    fn correlation_is_that_of_pearson() {
        let exact = reflections(&[[2.0, 1.0, 1.0], [4.0, 1.0, 2.0], [10.0, 1.0, 5.0]]);
        assert!((correlation(&exact) - 1.0).abs() < 1e-15);
        assert!((scale(&exact) - 2.0).abs() < 1e-15);
        // Deviations −1, 0, 1 and −1, 1, 0: ½.
        let half = reflections(&[[1.0, 1.0, 1.0], [2.0, 1.0, 3.0], [3.0, 1.0, 2.0]]);
        assert!((correlation(&half) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn shells_hold_every_reflection_once() {
        for count in [1, 9, 10, 11, 95] {
            let rows = reflections(&vec![[1.0, 1.0, 1.0]; count]);
            let shells = Shell::all(&rows);
            assert!(shells.len() <= SHELLS);
            assert_eq!(shells.iter().map(|shell| shell.reflections.len()).sum::<usize>(), count);
        }
    }
}
