#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod arguments;
mod error;
mod flag;
mod header;
mod lower;
mod options;
pub mod quirk;

pub use arguments::{Argument, Arguments, Value, named_flag};
pub use error::Error;
pub use flag::{Flag, Row, TABLE as FLAGS, Values};
pub use lower::{Lowered, Surroundings, lower};
pub use options::{PanelPixel, RunOptions};
pub use quirk::Quirk;
