//! Small text files that an experiment names.

mod amorphous;
mod matrix;
mod rows;
mod small;
mod sources;
mod spectrum;

pub use amorphous::{AmorphousCurve, read_curve};
pub use matrix::read_matrix;
pub use sources::read_sources;
pub use spectrum::read_spectrum;

pub(crate) use small::read_small;
