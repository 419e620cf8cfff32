//! A part of two images and how alike it is.

use serde::Serialize;

use crate::metrics::Metrics;
use crate::peaks::Matches;

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
