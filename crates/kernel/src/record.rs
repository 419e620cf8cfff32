//! The trace of one pixel, line by line, in the order in which it was computed.
//!
//! The kernel records these lines while it works; the crate `nanobragg-trace` writes them as text or JSON, reads
//! them back into the same types and compares them. A line is a name and a value: numbers are kept as `f64`, never
//! as text, so that nothing is lost until they are formatted.

use std::borrow::Cow;

/// One line of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Which of the log's line forms it takes.
    pub form: Form,
    /// The quantity, such as `hkl_frac`; unique only together with its occurrence in the log.
    pub key: Cow<'static, str>,
    /// What it was.
    pub value: Value,
}

/// The forms a line of a trace log can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `PREFIX:key=value`: the detector's placement, before any pixel.
    Geometry,
    /// `KEY x y z`: an axis or the origin of the detector, in capitals and without a prefix.
    Axis,
    /// `TRACE_CONFIG: tracing pixel (spixel=S, fpixel=F)`.
    Config,
    /// `PREFIX: key value…`: a quantity of the traced pixel.
    Step,
    /// `PREFIX_KEY name=value…`: one of several evaluations of the same kind, such as `TRACE_RS_PHI phi_tic=0 …`.
    Evaluation,
}

/// The value of a [`Line`].
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One number or several: a scalar, a vector, three indices.
    Numbers(Vec<f64>),
    /// A name, such as the detector convention.
    Name(Cow<'static, str>),
    /// Named numbers, in order.
    Fields(Vec<(Cow<'static, str>, f64)>),
    /// A matrix, row by row.
    Matrix([[f64; 3]; 3]),
}
