//! Options of a comparison, and the thresholds for a pass.

use nanobragg_image_io::Region;
use ndarray::Array2;
use serde::Serialize;

use crate::peaks;

/// How two images are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The bounds for a pass.
    pub thresholds: Thresholds,
    /// A part of the image to report separately; the thresholds then apply to it.
    pub region: Option<Region>,
    /// `[slow, fast]`, `false` for pixels to ignore; the thresholds then apply to the others (within `region`).
    pub mask: Option<Array2<bool>>,
    /// Whether a second image of another shape is resampled to the shape of the first.
    pub resample: bool,
    /// Relative differences are taken against the first image's pixel, or against this fraction of the largest
    /// pixel of both images where that is more: next to a zero of the lattice factor any difference is large.
    pub relative_floor: f64,
    /// How peaks are found and matched.
    pub peaks: peaks::Options,
    /// Options for pictures.
    pub pictures: PictureOptions,
    /// Centre of the radial profile, `[slow, fast]` in pixels; the middle of the image when not given.
    pub center_px: Option<[f64; 2]>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            thresholds: Thresholds::default(),
            region: None,
            mask: None,
            resample: false,
            relative_floor: 1e-9,
            peaks: peaks::Options::default(),
            pictures: PictureOptions::default(),
            center_px: None,
        }
    }
}

/// Bounds for a pass; those that are `None` are not checked. NaN and infinite pixels always fail.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Thresholds {
    /// Least Pearson correlation.
    pub min_correlation: f64,
    /// Least sum of the second image over the sum of the first.
    pub min_sum_ratio: f64,
    /// Largest sum ratio.
    pub max_sum_ratio: f64,
    /// Largest root mean square relative difference.
    pub max_rms_relative: Option<f64>,
    /// Largest relative difference of any pixel.
    pub max_relative: Option<f64>,
    /// Largest absolute difference of any pixel.
    pub max_difference: Option<f64>,
    /// Least mean structural similarity.
    pub min_ssim: Option<f64>,
    /// Largest mean displacement of matched peaks, pixels.
    pub max_mean_displacement_px: Option<f64>,
    /// Largest displacement of any matched peak, pixels.
    pub max_displacement_px: Option<f64>,
    /// Least fraction of the peaks of both images that are matched.
    pub min_matched_peaks: Option<f64>,
    /// Least fraction of pixels equal in every bit.
    pub min_bit_equal: Option<f64>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            min_correlation: 0.9995,
            min_sum_ratio: 0.99,
            max_sum_ratio: 1.01,
            max_rms_relative: None,
            max_relative: None,
            max_difference: None,
            min_ssim: None,
            max_mean_displacement_px: None,
            max_displacement_px: None,
            min_matched_peaks: None,
            min_bit_equal: None,
        }
    }
}

/// Options for pictures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PictureOptions {
    /// Picture pixels along the fast axis, at most.
    pub max_width: usize,
    /// Percentile of the positive picture pixels at the black end of the scale; the scale never spans more than
    /// five decades.
    pub low_percentile: f64,
    /// Percentile of the positive picture pixels, or of the sizes of the differences, at the white end.
    pub high_percentile: f64,
}

impl Default for PictureOptions {
    fn default() -> Self {
        Self { max_width: 1024, low_percentile: 1.0, high_percentile: 99.9 }
    }
}
