#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod anomalous;
mod computation;
mod density;
mod direct;
mod element;
mod ellipsoid;
mod error;
mod factors;
mod form_factor;
mod metric;
mod mmcif;
mod model;
mod pdb;
mod read;
mod read_options;
mod scatterers;
mod site;
mod solvent;
mod spectrum;
mod sphere;
mod tensor;

pub use anomalous::Dispersion;
pub use computation::Computation;
pub use element::Element;
pub use error::Error;
pub use factors::StructureFactors;
pub use form_factor::{FormFactor, protein_f_squared};
pub use model::{Atom, Displacement, Model};
pub use read::{parse, read};
pub use read_options::ReadOptions;
pub use rustfft::num_complex::Complex;
pub use solvent::BulkSolvent;
