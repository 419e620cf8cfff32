#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod cbf;
mod error;
pub mod npy;
pub mod pgm;
pub mod pixels;
pub mod png;
pub mod preview;
pub mod raw;
mod region;
mod samples;
pub mod smv;

pub use error::Error;
pub use region::Region;
