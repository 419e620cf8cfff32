//! Why a detector cannot respond.

/// Why a detector cannot respond.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A value of a [`Response`](crate::Response) that cannot be.
    #[error("{key}: found {found}, expected {expected}")]
    Value {
        /// The field, with dots: `readout.gain`.
        key: &'static str,
        /// The value.
        found: f64,
        /// What can be, with its unit.
        expected: &'static str,
    },
    /// The mask of defects does not cover the pixels.
    #[error(
        "defects.mask: found {} slow x {} fast pixels, expected at least {} x {}",
        found[0], found[1], expected[0], expected[1]
    )]
    Mask {
        /// The shape of the mask, `[slow, fast]`.
        found: [usize; 2],
        /// The end of the region, `[slow, fast]`.
        expected: [usize; 2],
    },
    /// The region reaches beyond pixel 2³² − 1 of an axis.
    #[error(
        "found a region from pixel {} slow, {} fast of {} x {} pixels, expected its end below 2^32",
        origin[0], origin[1], shape[0], shape[1]
    )]
    Region {
        /// The first pixel, `[slow, fast]`.
        origin: [usize; 2],
        /// The number of pixels, `[slow, fast]`.
        shape: [usize; 2],
    },
    /// The image is not of the shape that was prepared for.
    #[error("found {} slow x {} fast pixels, expected {} x {}", found[0], found[1], expected[0], expected[1])]
    Shape {
        /// The shape of the image, `[slow, fast]`.
        found: [usize; 2],
        /// The shape that was prepared for, `[slow, fast]`.
        expected: [usize; 2],
    },
    /// A number of photons that cannot be.
    #[error("pixel {slow} slow, {fast} fast: found {found} photons, expected from 0 to 1e15")]
    Photons {
        /// The row of the image.
        slow: usize,
        /// The column of the image.
        fast: usize,
        /// The value.
        found: f32,
    },
}
