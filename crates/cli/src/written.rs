//! What a run wrote.

use nanobragg_kernel::Statistics;

use crate::named_file::Named;

/// What a run wrote, for its report.
#[derive(Debug)]
pub(crate) struct Written {
    /// Over all panels.
    pub(crate) statistics: Statistics,
    /// Of each panel, where there are several.
    pub(crate) of_panels: Vec<Statistics>,
    pub(crate) solid_angle_sr: f64,
    /// The part of the steps that was left out.
    pub(crate) left_out: f64,
    pub(crate) count_scale: f64,
    pub(crate) gray_scale: f64,
    /// Photons on the noise image, and pixels that do not fit 16 bits.
    pub(crate) noise: Option<(f64, u64)>,
    /// Pixels of the counts above the saturation.
    pub(crate) overloads: Option<u64>,
    /// Every file with what it holds.
    pub(crate) files: Vec<Named>,
}

/// What a run of several images wrote.
#[derive(Debug, Default)]
pub(crate) struct Total {
    /// Over all images.
    pub(crate) sum: f64,
    /// The largest pixel of all, photons.
    pub(crate) max: f64,
    /// Pixels of the counts above the saturation.
    pub(crate) overloads: Option<u64>,
    /// Files in all.
    pub(crate) files: usize,
    /// The files of the first image, and those of all, with what each holds.
    pub(crate) first: Vec<Named>,
}

impl Total {
    pub(crate) fn add(&mut self, written: &Written) {
        self.sum += written.statistics.sum;
        self.max = self.max.max(written.statistics.max);
        self.overloads = written.overloads.map(|overloads| overloads + self.overloads.unwrap_or_default());
        self.files += written.files.len();
        if self.first.is_empty() {
            self.first.clone_from(&written.files);
        }
    }
}
