//! Types may be shared between threads, and errors are errors that may be sent.

use nanobragg_experiment::{
    AmorphousCurve, Background, BadRegion, Beam, Context, Crystal, Derived, Detector, Draft, Error,
    Experiment, Facts, GeomOptions, Mode, Notice, Output, Panel, Part, Provenance, Provenances, Resolved,
    Response, Sampling, Scan, Sensor, StructureFactors, crystfel, dials,
};

const fn shared<T: Send + Sync + 'static>() {}
const fn error<E: std::error::Error + Send + Sync + 'static>() {}

/// Compiled is tested.
const _: () = {
    shared::<Experiment>();
    shared::<Draft>();
    shared::<Mode>();
    shared::<Resolved>();
    shared::<Facts>();
    shared::<Derived>();
    shared::<Context>();
    shared::<Provenance>();
    shared::<Provenances>();
    shared::<Notice>();
    shared::<Part>();
    shared::<GeomOptions>();
    shared::<AmorphousCurve>();
    shared::<(Beam, Crystal, Detector, Panel, Sensor, BadRegion)>();
    shared::<(StructureFactors, Scan, Background, Sampling, Response, Output)>();
    shared::<(dials::Imported, dials::Truth, dials::PanelFrame, crystfel::Geometry)>();
    error::<Error>();
};
