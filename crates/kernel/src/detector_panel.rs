//! One panel of a detector, and which of its pixels are rendered.

use nanobragg_geometry::{PixelIndex, Placement};
use ndarray::Array2;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// A panel of the detector with the pixels of it that are rendered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DetectorPanel {
    /// Its name.
    pub name: String,
    /// The panel, and how it came to stand where it does.
    pub placement: Placement,
    /// The part of it that is rendered, in pixels of the panel.
    pub region: Region,
    /// Pixels that are rendered, shape `[slow, fast]` of the panel; all without it.
    pub mask: Option<Arc<Array2<bool>>>,
}

/// A rectangle of pixels, both ends included; it may reach past the detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Rows.
    pub slow: RangeInclusive<usize>,
    /// Columns.
    pub fast: RangeInclusive<usize>,
}

impl Region {
    /// All pixels of a detector of the given shape `[slow, fast]`.
    #[must_use]
    pub const fn all(shape: [usize; 2]) -> Self {
        Self { slow: 0..=shape[0], fast: 0..=shape[1] }
    }

    /// Whether a pixel is inside.
    #[must_use]
    pub fn contains(&self, pixel: PixelIndex) -> bool {
        self.slow.contains(&pixel.slow) && self.fast.contains(&pixel.fast)
    }
}

impl DetectorPanel {
    /// A panel that is rendered as a whole.
    #[must_use]
    pub fn new(name: impl Into<String>, placement: impl Into<Placement>) -> Self {
        let placement = placement.into();
        let region = Region::all(placement.panel.shape);
        Self { name: name.into(), placement, region, mask: None }
    }

    /// Whether a pixel is rendered: on the panel, inside the region and not masked.
    #[must_use]
    pub fn renders(&self, pixel: PixelIndex) -> bool {
        self.placement.panel.contains(pixel)
            && self.region.contains(pixel)
            && self.mask.as_ref().is_none_or(|mask| mask[[pixel.slow, pixel.fast]])
    }

    /// Pixels of the region that are on the panel, masked ones included.
    #[must_use]
    pub fn region_pixels(&self) -> usize {
        let [slow, fast] = self.placement.panel.shape;
        let rows = self.region.slow.clone().take_while(|&s| s < slow).count();
        let columns = self.region.fast.clone().take_while(|&f| f < fast).count();
        rows * columns
    }
}
