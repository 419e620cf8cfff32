//! Types may be shared between threads.

use nanobragg_kernel::record::{Form, Line, Value};
use nanobragg_kernel::{
    Amorphous, AmorphousFactor, Crystal, Detail, DetectorPanel, Image, Mode, Orientations, PerSubStep,
    Polarization, Region, RenderedPanel, Rendering, Shape, Simulation, Statistics, StructureFactors, noise,
};

const fn shared<T: Send + Sync + 'static>() {}

/// Compiled is tested.
const _: () = {
    shared::<Simulation>();
    shared::<(DetectorPanel, Region, Crystal, Shape, StructureFactors, Orientations)>();
    shared::<(PerSubStep, Polarization, Amorphous, AmorphousFactor, Mode, Detail)>();
    shared::<(Rendering, RenderedPanel, Image, Statistics)>();
    shared::<(noise::Noisy, noise::Poisson, noise::Readout)>();
    shared::<(Line, Form, Value)>();
};
