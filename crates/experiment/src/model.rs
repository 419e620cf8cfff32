//! The typed description of an experiment, in the field's units.

mod background;
mod beam;
mod crystal;
mod detector;
mod output;
mod panel;
mod response;
mod sampling;
mod scan;
mod space_group;
mod structure_factors;

pub use background::{Abscissa, Background, Curve, WATER_F};
pub use beam::{
    Band, Beam, DEFAULT_FLUENCE_PER_M2, Divergence, EV_ANGSTROM, Flux, Intensity, Polarization, Pulse,
    Spectrum,
};
pub use crystal::{Cell, Crystal, Mosaic, Orientation, RandomOrientation, Shape};
pub use detector::{Convention, ConventionDetector, Detector, Pivot};
pub use output::Output;
pub use panel::{BadRegion, Panel, Sensor};
pub use response::{Modules, PointSpread, Preset, Response, Rounding, Sample};
pub use sampling::{PerSubStep, Precision, Sampling};
pub use scan::Scan;
pub use structure_factors::{FactorSource, Interpolation, StructureFactors};
