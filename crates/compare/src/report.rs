//! The comparison as a whole: its results, and whether it passes.

use rayon::join;
use serde::Serialize;

use crate::check::{Check, checks};
use crate::histogram::{PixelHistogram, RelativeHistogram};
use crate::metrics::{First, Metrics};
use crate::number::number;
use crate::part::Part;
use crate::peaks::{self, Matches};
use crate::programs::RunSummary;
use crate::radial::RadialProfile;
use crate::resample::{in_shape_of, shapes_differ};
use crate::selection::Selection;
use crate::ssim::mean_ssim;
use crate::{Error, Image, Options};

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Name of the first image.
    pub a: String,
    /// Name of the second image.
    pub b: String,
    /// Shape of the first image, in which both were compared: `[slow, fast]`.
    pub shape: [usize; 2],
    /// The second image's original shape, if it was resampled.
    pub resampled_from: Option<[usize; 2]>,
    /// The programs that made the images, for the caller to fill in if they were run for this comparison.
    pub runs: Vec<RunSummary>,
    /// Whether every check holds.
    pub passed: bool,
    /// The checks that were requested.
    pub checks: Vec<Check>,
    /// A sentence for each failed check, and one for peaks that are displaced.
    pub findings: Vec<String>,
    /// The whole image, then the region and the unmasked pixels if given; the last part is judged.
    pub parts: Vec<Part>,
    /// The least divisor of a relative difference.
    pub relative_floor: f64,
    /// Distribution of the judged part's pixels.
    pub pixel_histogram: PixelHistogram,
    /// Distribution of its relative differences.
    pub relative_histogram: RelativeHistogram,
    /// Its means over rings.
    pub radial_profile: RadialProfile,
}

impl Report {
    /// Compares the second image with the first.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`] when the shapes differ and `resample` is not set, or when the mask has another shape
    /// than the first image; [`Error::NoPixels`].
    pub fn between(a: &Image, b: &Image, options: &Options) -> Result<Self, Error> {
        let resampled_from = (a.shape() != b.shape()).then(|| b.shape());
        let b = &*in_shape_of(a, b, options.resample)?;
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

    /// The part that the thresholds were applied to.
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

/// A displacement that is more than the noise of a centroid.
const NOTICEABLE_PX: f64 = 0.1;

fn findings(part: &Part, checks: &[Check]) -> Vec<String> {
    let mut findings: Vec<String> = checks
        .iter()
        .filter(|check| !check.passed)
        .map(|check| format!("{} is {}, expected {}", check.name, number(check.found), check.bound()))
        .collect();
    let Matches { matched, mean_displacement_px, mean_shift_px: [slow, fast], .. } = part.peaks;
    if matched > 0 && mean_displacement_px > NOTICEABLE_PX {
        findings.push(format!(
            "peaks are displaced by {mean_displacement_px:.2} pixels on average ({slow:+.2} slow, {fast:+.2} fast)"
        ));
    }
    findings
}
