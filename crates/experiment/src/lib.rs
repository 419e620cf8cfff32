#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod context;
pub mod crystfel;
pub mod dials;
mod draft;
mod error;
mod experiment;
mod factor_file;
mod files;
mod image_files;
mod import;
mod model;
mod named_files;
mod names;
mod notice;
mod predicted;
mod provenance;
mod resolve;
mod toml_file;
mod truth;
mod validate;

pub use context::Context;
pub use draft::Draft;
pub use error::Error;
pub use experiment::{Experiment, Mode};
pub use factor_file::{Computed, Computing, FactorFile, FactorOptions, finite_dump};
pub use files::{AmorphousCurve, read_curve, read_matrix, read_sources, read_spectrum};
pub use image_files::ImageFiles;
pub use import::GeomOptions;
pub use model::*;
pub use named_files::same_file;
pub use names::UnknownName;
pub use notice::{Notice, Part, in_order};
pub use predicted::PredictedSpot;
pub use provenance::{Provenance, Provenances};
pub use resolve::{Derived, Facts, Resolved, doubt_of_crystal_size, resolve};
pub use toml_file::{json_schema, settings, to_toml};
