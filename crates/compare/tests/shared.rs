//! Types may be shared between threads, and errors are errors that may be sent.

use nanobragg_compare::histogram::{PixelHistogram, RelativeHistogram};
use nanobragg_compare::load::ShapeFrom;
use nanobragg_compare::metrics::{Extreme, Metrics, NotFinite, Quantile};
use nanobragg_compare::peaks::{Displaced, Matches, Peak};
use nanobragg_compare::programs::{Program, RunSummary};
use nanobragg_compare::radial::{RadialProfile, Ring};
use nanobragg_compare::{
    Check, Error, Image, Options, Part, PictureOptions, Pictures, Report, Thresholds, peaks,
};

const fn shared<T: Send + Sync + 'static>() {}
const fn error<E: std::error::Error + Send + Sync + 'static>() {}

/// Compiled is tested.
const _: () = {
    shared::<(Report, Image, Check, Part, Pictures)>();
    shared::<(Options, PictureOptions, Thresholds, peaks::Options, ShapeFrom)>();
    shared::<(Metrics, NotFinite, Extreme, Quantile)>();
    shared::<(Peak, Matches, Displaced)>();
    shared::<(RadialProfile, Ring, PixelHistogram, RelativeHistogram)>();
    shared::<(Program, RunSummary)>();
    error::<Error>();
};
