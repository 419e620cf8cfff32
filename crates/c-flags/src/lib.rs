#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod arguments;
mod error;
mod exclusions;
mod flag;
mod header;
mod lower;
mod options;
pub mod quirk;

pub use arguments::{Argument, Arguments, Value, named_flag};
pub use error::Error;
pub use flag::{Flag, Row, TABLE as FLAGS, Values};
pub use lower::{Lowered, Surroundings, lower};
pub use options::{PanelPixel, RunOptions, Telling};
pub use quirk::Quirk;
