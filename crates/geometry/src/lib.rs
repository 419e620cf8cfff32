#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod cell;
pub mod convention;
pub mod detector;
mod error;
mod frame;
pub mod misset;
pub mod mosaic;
pub mod panel;
pub mod placement;
pub mod prediction;
pub mod ran1;
mod resolution;
pub mod source;
pub mod sweep;
pub mod vector;

pub use cell::{Lattice, UnitCell};
pub use convention::{Axes, Convention, Pivot};
pub use detector::DetectorSetup;
pub use error::Error;
pub use frame::common_frames;
pub use panel::{Curvature, Panel, PixelIndex, Sensor};
pub use placement::{BeamCenters, OriginSteps, Placement, PlacementSteps};
pub use prediction::{Prediction, Spot};
pub use ran1::Ran1;
pub use source::Source;
pub use vector::{LabVec, Rotation};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_types_may_be_shared_between_threads() {
        fn check<T: Send + Sync>() {}
        check::<(Lattice, UnitCell, Axes, Convention, Pivot)>();
        check::<(DetectorSetup, Placement, BeamCenters, PlacementSteps, OriginSteps)>();
        check::<(Panel, PixelIndex, Curvature, Sensor, Error)>();
        check::<(Prediction, Spot)>();
        check::<(LabVec, Rotation, Source, Ran1, source::Beam, sweep::Sweep)>();
    }
}
