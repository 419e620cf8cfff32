//! The comparison as a whole: what was found, and whether it is close enough.

use std::borrow::Cow;

use rayon::join;
use serde::Serialize;

use crate::histogram::{PixelHistogram, RelativeHistogram};
use crate::metrics::{First, Metrics};
use crate::peaks::{self, Matches};
use crate::programs::RunSummary;
use crate::radial::RadialProfile;
use crate::resample::resample;
use crate::selection::Selection;
use crate::ssim::mean_ssim;
use crate::{Error, Image, Options, Thresholds, table};

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Name of the first image.
    pub a: String,
    /// Name of the second image.
    pub b: String,
    /// Shape of the first image, in which both were compared: `[slow, fast]`.
    pub shape: [usize; 2],
    /// The second image's own shape, if it was resampled.
    pub resampled_from: Option<[usize; 2]>,
    /// The programs that made the images, for the caller to fill in if they were run for this comparison.
    pub runs: Vec<RunSummary>,
    /// Whether every check holds.
    pub passed: bool,
    /// What was asked for.
    pub checks: Vec<Check>,
    /// What the failed checks and the peaks say, in words.
    pub findings: Vec<String>,
    /// The whole image, then the region and what is not masked where these were given; the last is judged.
    pub parts: Vec<Part>,
    /// The least value that a relative difference was taken against.
    pub relative_floor: f64,
    /// Distribution of the judged part's pixels.
    pub pixel_histogram: PixelHistogram,
    /// Distribution of its relative differences.
    pub relative_histogram: RelativeHistogram,
    /// Its means over rings.
    pub radial_profile: RadialProfile,
}

/// A part of the images and how alike it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// `whole`, `region` or `unmasked`.
    pub name: &'static str,
    /// Pixel by pixel.
    pub metrics: Metrics,
    /// Mean structural similarity, with the range of the first image as dynamic range.
    pub ssim: f64,
    /// Peaks found in both.
    pub peaks: Matches,
}

/// One bound, and whether it holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// What is bounded.
    pub name: &'static str,
    /// What was found.
    pub found: f64,
    /// Least value that passes.
    pub min: Option<f64>,
    /// Largest value that passes.
    pub max: Option<f64>,
    /// Whether it holds; nothing holds for NaN.
    pub passed: bool,
}

impl Report {
    /// Compares the second image with the first.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`] when the shapes differ and `resample` was not asked for, or when the mask has
    /// another shape than the first image; [`Error::NoPixels`].
    pub fn between(a: &Image, b: &Image, options: &Options) -> Result<Self, Error> {
        let resampled_from = (a.shape() != b.shape()).then(|| b.shape());
        let b = &*in_shape_of(a, b, options)?;
        if let Some(mask) = options.mask.as_ref().filter(|mask| a.shape() != <[usize; 2]>::from(mask.dim())) {
            return Err(shapes_differ(a, "the mask", mask.dim().into()));
        }
        let standard_mask = options.mask.as_ref().map(|mask| mask.as_standard_layout().into_owned());
        let mut selections = vec![("whole", Selection::new(a, b, None, None))];
        if let Some(region) = &options.region {
            selections.push(("region", Selection::new(a, b, Some(region), None)));
        }
        if let Some(mask) = &standard_mask {
            selections.push(("unmasked", Selection::new(a, b, options.region.as_ref(), Some(mask))));
        }
        let firsts: Vec<First> = selections.iter().map(|(_, selection)| First::of(selection)).collect();
        if let Some(((scope, _), _)) = selections.iter().zip(&firsts).find(|(_, first)| first.pixels == 0) {
            return Err(Error::NoPixels { scope, name: a.name().to_owned() });
        }
        let relative_floor = options.relative_floor * firsts[0].largest;
        let peaks = join(|| peaks::find(a, &options.peaks), || peaks::find(b, &options.peaks));
        let mut parts = Vec::new();
        let mut relative = Vec::new();
        for ((name, selection), first) in selections.iter().zip(&firsts) {
            let metrics;
            (metrics, relative) = Metrics::of(selection, first, relative_floor);
            let ssim = mean_ssim(selection, first.range_a());
            let peaks = Matches::between(&peaks.0, &peaks.1, selection, &options.peaks);
            parts.push(Part { name, metrics, ssim, peaks });
        }
        let judged_pixels = &selections[selections.len() - 1].1;
        let judged = &parts[parts.len() - 1];
        let checks = checks(judged, &options.thresholds);
        Ok(Self {
            a: a.name().to_owned(),
            b: b.name().to_owned(),
            shape: a.shape(),
            resampled_from,
            runs: Vec::new(),
            passed: checks.iter().all(|check| check.passed),
            findings: findings(judged, &checks),
            checks,
            relative_floor,
            pixel_histogram: PixelHistogram::of(judged_pixels),
            relative_histogram: RelativeHistogram::of(&relative),
            radial_profile: RadialProfile::of(judged_pixels, a.shape(), options.center_px),
            parts,
        })
    }

    /// The part the thresholds were held against.
    #[must_use]
    pub fn judged(&self) -> &Part {
        &self.parts[self.parts.len() - 1]
    }

    /// The exit status of a program that made this report: 0 when all checks hold, 1 otherwise.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        u8::from(!self.passed)
    }

    /// The report as JSON. Numbers that JSON does not have, such as an infinite ratio, are `null`.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Text keys and plain numbers cannot fail to be written.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// The second image, resampled if it must and may be.
pub(crate) fn in_shape_of<'b>(a: &Image, b: &'b Image, options: &Options) -> Result<Cow<'b, Image>, Error> {
    if a.shape() == b.shape() {
        return Ok(Cow::Borrowed(b));
    }
    if options.resample && b.shape().iter().all(|&side| side > 0) {
        return Ok(Cow::Owned(resample(b, a.shape())));
    }
    Err(shapes_differ(a, b.name(), b.shape()))
}

fn shapes_differ(a: &Image, b: &str, b_shape: [usize; 2]) -> Error {
    Error::ShapesDiffer { a: a.name().to_owned(), a_shape: a.shape(), b: b.to_owned(), b_shape }
}

fn checks(part: &Part, bounds: &Thresholds) -> Vec<Check> {
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
        at_most("NaN and infinite pixels", crate::metrics::count(metrics.not_finite.total()), Some(0.0)),
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

impl Check {
    fn new(name: &'static str, found: f64, min: Option<f64>, max: Option<f64>) -> Self {
        let passed =
            !found.is_nan() && min.is_none_or(|min| found >= min) && max.is_none_or(|max| found <= max);
        Self { name, found, min, max, passed }
    }

    /// The bound in words.
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

/// A displacement that is more than the noise of a centroid.
const NOTICEABLE_PX: f64 = 0.1;

fn findings(part: &Part, checks: &[Check]) -> Vec<String> {
    let mut findings: Vec<String> = checks
        .iter()
        .filter(|check| !check.passed)
        .map(|check| format!("{} is {}, expected {}", check.name, table::number(check.found), check.bound()))
        .collect();
    let Matches { matched, mean_displacement_px, mean_shift_px: [slow, fast], .. } = part.peaks;
    if matched > 0 && mean_displacement_px > NOTICEABLE_PX {
        findings.push(format!(
            "peaks are displaced by {mean_displacement_px:.2} pixels on average ({slow:+.2} slow, {fast:+.2} fast)"
        ));
    }
    findings
}
