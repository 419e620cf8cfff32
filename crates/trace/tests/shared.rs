//! Types may be shared between threads, and errors are errors that may be sent.

use nanobragg_trace::quantity::{Quantity, Scale, Shape, Unit};
use nanobragg_trace::{
    Defect, Diff, Dropped, Error, Excuse, Form, Line, Log, Options, Report, Row, Side, Status, Value,
};

const fn shared<T: Send + Sync + 'static>() {}
const fn error<E: std::error::Error + Send + Sync + 'static>() {}

/// Compiled is tested.
const _: () = {
    shared::<(Log, Dropped, Defect)>();
    shared::<(Diff, Options, Row, Status, Side, Excuse)>();
    shared::<Report<'static>>();
    shared::<(Quantity, Shape, Unit, Scale)>();
    shared::<(Line, Form, Value)>();
    error::<Error>();
};
