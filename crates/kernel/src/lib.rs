#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod detector_panel;
pub mod functions;
mod huge_pages;
pub mod lane;
mod lattice_factor;
mod mode;
pub mod noise;
mod orientation;
mod pixel;
mod placement;
mod plan;
mod prediction;
pub mod record;
mod render;
mod rows;
mod simulation;
mod sink;
mod statistics;
mod steps;
mod structure_factor;

pub use detector_panel::{DetectorPanel, Region};
pub use mode::Mode;
pub use orientation::{DirectVectors, Orientations};
pub use prediction::predicted_share;
pub use render::{
    Image, NotPhotons, RenderedPanel, Rendering, render, render_into, render_pixels, render_scalar,
    render_with, trace,
};
pub use rows::{RowIndex, Rows};
pub use simulation::{
    AVOGADRO_PER_MOL, Amorphous, AmorphousFactor, Crystal, Material, PerSubStep, Polarization, Precision,
    R_E_SQR_M2, Shape, Simulation, StructureFactors, UNIT_FLUENCE_PER_M2,
};
pub use sink::Detail;
pub use statistics::Statistics;
