//! Results for a part of two images.

use serde::Serialize;

use crate::metrics::Metrics;
use crate::peaks::Matches;

/// Results for a part of the images.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// `whole`, `region` or `unmasked`.
    pub name: &'static str,
    /// Pixel by pixel.
    pub metrics: Metrics,
    /// Mean structural similarity, with the range of the first image as dynamic range.
    pub ssim: f64,
    /// Peaks of both images, matched.
    pub peaks: Matches,
}
