//! Checks of results against thresholds.

use serde::Serialize;

use crate::Thresholds;
use crate::metrics::count;
use crate::part::Part;

/// A quantity checked against its bounds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// The quantity.
    pub name: &'static str,
    /// Its value.
    pub found: f64,
    /// Least value that passes.
    pub min: Option<f64>,
    /// Largest value that passes.
    pub max: Option<f64>,
    /// Whether the value is within the bounds; NaN never is.
    pub passed: bool,
}

impl Check {
    fn new(name: &'static str, found: f64, min: Option<f64>, max: Option<f64>) -> Self {
        let passed =
            !found.is_nan() && min.is_none_or(|min| found >= min) && max.is_none_or(|max| found <= max);
        Self { name, found, min, max, passed }
    }

    /// The bounds as text.
    #[must_use]
    pub fn bound(&self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => "anything".to_owned(),
        }
    }
}

/// The requested checks of a part.
pub(crate) fn checks(part: &Part, bounds: &Thresholds) -> Vec<Check> {
    let Part { metrics, peaks, ssim, .. } = part;
    let farthest = peaks.farthest.map_or(0.0, |pair| pair.displacement_px);
    let at_most = |name, found, max| Some(Check::new(name, found, None, Some(max?)));
    let at_least = |name, found, min| Some(Check::new(name, found, Some(min?), None));
    [
        at_least("correlation", metrics.correlation, Some(bounds.min_correlation)),
        Some(Check::new(
            "sum ratio",
            metrics.sum_ratio,
            Some(bounds.min_sum_ratio),
            Some(bounds.max_sum_ratio),
        )),
        at_most("NaN and infinite pixels", count(metrics.not_finite.total()), Some(0.0)),
        at_most("rms relative difference", metrics.rms_relative, bounds.max_rms_relative),
        at_most("largest relative difference", metrics.largest_relative.value.abs(), bounds.max_relative),
        at_most("largest difference", metrics.largest_difference.value.abs(), bounds.max_difference),
        at_least("structural similarity", *ssim, bounds.min_ssim),
        at_most("mean displacement of peaks", peaks.mean_displacement_px, bounds.max_mean_displacement_px),
        at_most("largest displacement of a peak", farthest, bounds.max_displacement_px),
        at_least("matched peaks", peaks.matched_fraction, bounds.min_matched_peaks),
        at_least("bit-equal pixels", metrics.bit_equal, bounds.min_bit_equal),
    ]
    .into_iter()
    .flatten()
    .collect()
}
