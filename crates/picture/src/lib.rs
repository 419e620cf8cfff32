#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod canvas;
mod error;
mod half_blocks;
mod levels;
mod mark;
mod palette;
mod picture;

pub use error::Error;
pub use half_blocks::Colours;
pub use levels::{Levels, stronger};
pub use mark::Mark;
pub use palette::{GAP, NOT_A_NUMBER, Palette, Rgb};
pub use picture::{Options, Picture};
