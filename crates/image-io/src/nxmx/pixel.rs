//! The types of pixels.

use std::fmt;

use rust_hdf5::{ByteOrder, DatatypeMessage};

/// The type of the pixels of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PixelType {
    /// Unsigned counts of 16 bits.
    U16,
    /// Signed counts of 16 bits.
    I16,
    /// Unsigned counts of 32 bits.
    U32,
    /// Signed counts of 32 bits.
    I32,
    /// Photons as 4-byte floats.
    F32,
}

/// A number that is the pixel of an image.
pub trait Pixel: stored::Stored {
    /// The type's name at run time.
    const TYPE: PixelType;
}

pub(super) mod stored {
    /// What the crate that writes the files and the one that makes bytes of numbers ask for.
    pub trait Stored:
        rust_hdf5::types::H5Type + bytemuck::Pod + Send + Sync + PartialEq + std::fmt::Debug
    {
    }
}

macro_rules! pixel {
    ($($number:ident $kind:ident),*) => {$(
        impl stored::Stored for $number {}
        impl Pixel for $number {
            const TYPE: PixelType = PixelType::$kind;
        }
    )*};
}
pixel!(u16 U16, i16 I16, u32 U32, i32 I32, f32 F32);

impl PixelType {
    /// `None` for a type that images do not have, and for numbers whose first byte is the highest.
    pub(super) fn of(stored: &DatatypeMessage) -> Option<Self> {
        match stored {
            DatatypeMessage::FixedPoint { byte_order, .. }
            | DatatypeMessage::FloatingPoint { byte_order, .. }
                if *byte_order != ByteOrder::LittleEndian =>
            {
                None
            }
            DatatypeMessage::FixedPoint { size, signed, .. } => match (size, signed) {
                (2, false) => Some(Self::U16),
                (2, true) => Some(Self::I16),
                (4, false) => Some(Self::U32),
                (4, true) => Some(Self::I32),
                _ => None,
            },
            DatatypeMessage::FloatingPoint { size: 4, .. } => Some(Self::F32),
            _ => None,
        }
    }
}

impl fmt::Display for PixelType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::U16 => "u16",
            Self::I16 => "i16",
            Self::U32 => "u32",
            Self::I32 => "i32",
            Self::F32 => "f32",
        })
    }
}
