//! A rectangular part of an image.

use std::ops::{Range, RangeInclusive};

use ndarray::{ArrayBase, ArrayView2, Axis, Ix2, RawData, Slice};

/// Rows of a band: enough for several threads, few enough to be small beside the image.
const BAND_ROWS: usize = 64;

/// Inclusive ranges of pixels, counted from 0; they may extend beyond the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Along the fast axis.
    pub fast: RangeInclusive<usize>,
    /// Along the slow axis.
    pub slow: RangeInclusive<usize>,
}

impl Region {
    /// The whole of an image of shape `[slow, fast]`.
    #[must_use]
    pub fn whole(shape: [usize; 2]) -> Self {
        // The last pixel is one less, which a side of 0 does not have; reaching past the image does no harm.
        Self { fast: 0..=shape[1], slow: 0..=shape[0] }
    }

    /// Whether a pixel lies in the region.
    #[must_use]
    pub fn contains(&self, slow: usize, fast: usize) -> bool {
        self.slow.contains(&slow) && self.fast.contains(&fast)
    }

    /// The rows of an image of shape `[slow, fast]` that are in the region.
    #[must_use]
    pub fn rows(&self, shape: [usize; 2]) -> Range<usize> {
        within(&self.slow, shape[0])
    }

    /// The columns of an image of shape `[slow, fast]` that are in the region.
    #[must_use]
    pub fn columns(&self, shape: [usize; 2]) -> Range<usize> {
        within(&self.fast, shape[1])
    }

    /// The part of a view of an image that is in the region.
    #[must_use]
    pub fn cut<S: RawData>(&self, mut view: ArrayBase<S, Ix2>) -> ArrayBase<S, Ix2> {
        let shape = view.dim().into();
        view.slice_axis_inplace(Axis(0), Slice::from(self.rows(shape)));
        view.slice_axis_inplace(Axis(1), Slice::from(self.columns(shape)));
        view
    }

    /// The image in bands of whole rows, from the first to the last, each with the region in it; for converting an image
    /// without a second one of its size.
    pub fn bands<'a, T>(
        &self,
        image: ArrayView2<'a, T>,
    ) -> impl ExactSizeIterator<Item = (ArrayView2<'a, T>, Self)> + use<'a, T> {
        let region = self.clone();
        (0..image.nrows().div_ceil(BAND_ROWS)).map(move |band| {
            let first = band * BAND_ROWS;
            let rows = Slice::from(first..(first + BAND_ROWS).min(image.nrows()));
            let slow = match region.slow.end().checked_sub(first) {
                Some(end) => region.slow.start().saturating_sub(first)..=end,
                None => RangeInclusive::new(1, 0),
            };
            (image.slice_axis_move(Axis(0), rows), Self { fast: region.fast.clone(), slow })
        })
    }
}

fn within(range: &RangeInclusive<usize>, len: usize) -> Range<usize> {
    let end = range.end().saturating_add(1).min(len);
    (*range.start()).min(end)..end
}

#[cfg(test)]
mod tests {
    use super::Region;
    use ndarray::Array2;

    #[test]
    fn ranges_are_inclusive_and_cut_at_the_image() {
        let region = Region { fast: 1..=2, slow: 3..=usize::MAX };
        assert!(region.contains(3, 2) && !region.contains(3, 3) && !region.contains(2, 2));
        assert_eq!(region.columns([5, 9]), 1..3);
        assert_eq!(region.rows([5, 9]), 3..5);
        assert_eq!(region.rows([2, 9]), 2..2);
        assert_eq!(region.cut(Array2::<u8>::zeros((5, 9))).dim(), (2, 2));
        assert_eq!(Region::whole([4, 0]).columns([4, 0]), 0..0);
        assert_eq!(Region::whole([4, 0]).rows([4, 0]), 0..4);
    }

    #[test]
    fn bands_are_the_image_and_its_region_in_parts() {
        let image = Array2::from_shape_fn((150, 3), |(slow, fast)| 3 * slow + fast);
        for (slow, expected) in [
            (0..=usize::MAX, [0..64, 0..64, 0..22]),
            (70..=130, [64..64, 6..64, 0..3]),
            (3..=5, [3..6, 1..1, 1..1]),
            (140..=149, [64..64, 64..64, 12..22]),
        ] {
            let region = Region { fast: 1..=1, slow };
            let bands: Vec<_> = region.bands(image.view()).collect();
            let rows: Vec<_> = bands.iter().map(|(band, region)| region.rows(band.dim().into())).collect();
            assert_eq!(rows, expected, "{region:?}");
            assert!(bands.iter().all(|(_, part)| part.fast == region.fast));
            assert!(bands.iter().flat_map(|(band, _)| band.iter()).eq(image.iter()));
        }
        assert_eq!(Region::whole([0, 5]).bands(Array2::<u8>::zeros((0, 5)).view()).len(), 0);
    }
}
