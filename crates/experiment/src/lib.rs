#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod amorphous_file;
mod error;
mod flag;
mod header;
mod matrix_file;
pub mod quirk;
mod resolve;
mod rows;
mod said;
mod source_file;

pub use amorphous_file::{Abscissa, Curve, read_curve};
pub use error::Error;
pub use flag::{Flag, Row, TABLE as FLAGS, Values};
pub use matrix_file::read_matrix;
pub use quirk::Quirk;
pub use resolve::{Context, Dump, Facts, Output, Resolved, Setting, resolve};
pub use said::{Experiment, Provenance, Said, Value, flag_word};
pub use source_file::read_sources;
