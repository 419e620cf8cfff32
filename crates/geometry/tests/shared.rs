//! Types may be shared between threads, and errors are errors that may be sent.

use nanobragg_geometry::{
    Axes, BeamCenters, Convention, Curvature, DetectorSetup, Error, LabVec, Lattice, OriginSteps, Panel,
    Pivot, PixelIndex, Placement, PlacementSteps, Ran1, Rotation, Sensor, Source, UnitCell, source, sweep,
};

const fn shared<T: Send + Sync + 'static>() {}
const fn error<E: std::error::Error + Send + Sync + 'static>() {}

/// Compiled is tested.
const _: () = {
    shared::<(Lattice, UnitCell, Axes, Convention, Pivot)>();
    shared::<(DetectorSetup, Placement, BeamCenters, PlacementSteps, OriginSteps)>();
    shared::<(Panel, PixelIndex, Curvature, Sensor)>();
    shared::<(LabVec, Rotation, Source, Ran1, source::Beam, sweep::Sweep, sweep::SweepRequest)>();
    error::<Error>();
};
