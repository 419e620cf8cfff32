#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod cbf;
mod error;
pub mod npy;
#[cfg(feature = "nxmx")]
pub mod nxmx;
pub mod pgm;
pub mod pixels;
pub mod png;
pub mod preview;
pub mod raw;
mod read;
mod region;
mod samples;
mod sidecar;
pub mod smv;

pub use error::Error;
pub use read::{Header, Image, PanelRows, ShapeFrom};
pub use region::Region;
