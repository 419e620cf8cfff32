#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod bounds;
pub mod coverage;
mod error;
pub mod fdump;
mod grid;
mod map;
mod miller;
mod stamp;
pub mod text;

pub use bounds::Bounds;
pub use coverage::Coverage;
pub use error::Error;
pub use grid::Grid;
#[cfg(unix)]
pub use map::exit_when_truncated;
pub use miller::{Miller, Reflection};
