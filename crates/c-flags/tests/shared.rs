//! Types may be shared between threads, and errors are errors that may be sent.

use nanobragg_c_flags::{
    Argument, Arguments, Error, Flag, Lowered, PanelPixel, Quirk, Row, RunOptions, Surroundings, Value,
    Values,
};

const fn shared<T: Send + Sync + 'static>() {}
const fn error<E: std::error::Error + Send + Sync + 'static>() {}

/// Compiled is tested.
const _: () = {
    shared::<Arguments>();
    shared::<Argument>();
    shared::<Value>();
    shared::<Flag>();
    shared::<Row>();
    shared::<Values>();
    shared::<Lowered>();
    shared::<Surroundings>();
    shared::<RunOptions>();
    shared::<PanelPixel>();
    shared::<Quirk>();
    error::<Error>();
};
