#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod bounds;
pub mod cif;
pub mod coverage;
mod error;
pub mod fdump;
mod format;
mod found;
mod grid;
mod map;
mod miller;
pub mod mmcif;
pub mod mtz;
mod p1;
mod read;
mod reflection_list;
mod resolution;
mod stamp;
mod statistics;
pub mod symmetry;
pub mod text;

pub use bounds::Bounds;
pub use coverage::Coverage;
pub use error::Error;
pub use format::Format;
pub use grid::Grid;
#[cfg(unix)]
pub use map::exit_when_truncated;
pub use miller::{Miller, Reflection};
pub use p1::{Contradiction, MAX_CONTRADICTIONS, P1};
pub use read::read_reflections;
pub use reflection_list::{Counts, ListOptions, ReflectionList};
pub use resolution::spacing_angstrom;
pub use stamp::read_piped;
pub use statistics::{Shell, Statistics, Wilson};
pub use symmetry::SpaceGroup;
