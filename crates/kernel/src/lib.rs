#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod functions;
pub mod lane;
mod lattice_factor;
pub mod noise;
mod orientation;
mod pixel;
mod placement;
pub mod record;
mod render;
mod simulation;
mod sink;
mod statistics;
mod structure_factor;

pub use orientation::{DirectVectors, Orientations};
pub use render::{Image, Rendering, render, render_scalar, render_with, trace};
pub use simulation::{
    AVOGADRO_PER_MOL, Amorphous, AmorphousFactor, Crystal, Mode, PerSubStep, Polarization, R_E_SQR_M2,
    Region, Shape, Simulation, StructureFactors,
};
pub use sink::Detail;
pub use statistics::Statistics;
