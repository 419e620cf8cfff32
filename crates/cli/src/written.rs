//! What a run wrote.

use std::path::PathBuf;

use nanobragg_kernel::Statistics;

/// What a run wrote, for its report.
#[derive(Debug)]
pub(crate) struct Written {
    /// Over all panels.
    pub(crate) statistics: Statistics,
    /// Of each panel, where there are several.
    pub(crate) of_panels: Vec<Statistics>,
    pub(crate) solid_angle_sr: f64,
    pub(crate) count_scale: f64,
    pub(crate) gray_scale: f64,
    /// Photons on the noise image, and pixels that do not fit 16 bits.
    pub(crate) noise: Option<(f64, u64)>,
    /// Every file with what it holds.
    pub(crate) files: Vec<(PathBuf, &'static str)>,
}
