//! What a detector writes.

use ndarray::Array2;

/// What a detector writes of one panel, or of a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// The value of every pixel in ADU, shape `[slow, fast]`.
    pub pixels: Pixels,
    /// Pixels whose value was above the saturation; hot ones and gaps are not among them.
    pub overloads: u64,
}

/// Pixels of one type, shape `[slow, fast]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Pixels {
    /// Unsigned, 16 bits.
    U16(Array2<u16>),
    /// Signed, 16 bits.
    I16(Array2<i16>),
    /// Unsigned, 32 bits.
    U32(Array2<u32>),
    /// Signed, 32 bits.
    I32(Array2<i32>),
}

/// The type of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sample {
    /// Unsigned, 16 bits.
    U16,
    /// Signed, 16 bits.
    I16,
    /// Unsigned, 32 bits.
    U32,
    /// Signed, 32 bits.
    I32,
}

/// A type that pixels are written in.
pub(crate) trait Written: Copy + Default + Send + Sync {
    /// The integral part of a value, or the end of the type that it is beyond.
    fn of(adu: f64) -> Self;

    fn pixels(image: Array2<Self>) -> Pixels;
}

impl Counts {
    /// The value of a pixel in ADU; `None` outside the image.
    #[must_use]
    pub fn get(&self, pixel: [usize; 2]) -> Option<i64> {
        match &self.pixels {
            Pixels::U16(image) => image.get(pixel).copied().map(i64::from),
            Pixels::I16(image) => image.get(pixel).copied().map(i64::from),
            Pixels::U32(image) => image.get(pixel).copied().map(i64::from),
            Pixels::I32(image) => image.get(pixel).copied().map(i64::from),
        }
    }
}

impl Sample {
    /// The largest value.
    #[must_use]
    pub fn max(self) -> u32 {
        match self {
            Self::U16 => u16::MAX.into(),
            Self::I16 => i16::MAX.unsigned_abs().into(),
            Self::U32 => u32::MAX,
            Self::I32 => i32::MAX.unsigned_abs(),
        }
    }

    /// Bytes of a pixel.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 => 4,
        }
    }

    /// What stands where a panel has no sensor: −1, or the largest value of an unsigned type, whose bits are the same.
    ///
    /// DECTRIS' Pilatus writes −1, the Eiger 2¹⁶ − 1 or 2³² − 1. A signed readout whose noise reaches below zero reads −1
    /// elsewhere, too.
    #[must_use]
    pub fn gap_value(self) -> i64 {
        match self {
            Self::U16 | Self::U32 => self.max().into(),
            Self::I16 | Self::I32 => -1,
        }
    }
}

macro_rules! written {
    ($($variant:ident $type:ty),*) => {$(
        impl Written for $type {
            #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
            #[inline]
            fn of(adu: f64) -> Self {
                adu as Self
            }

            fn pixels(image: Array2<Self>) -> Pixels {
                Pixels::$variant(image)
            }
        }
    )*};
}

written!(U16 u16, I16 i16, U32 u32, I32 i32);
