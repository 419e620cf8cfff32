//! Types may be shared between threads, and errors are errors that may be sent.

use hkl_io::text::{Duplicate, HklText, ReadOptions};
use hkl_io::{Bounds, Coverage, Error, Grid, Miller, Reflection};

const fn shared<T: Send + Sync + 'static>() {}
const fn error<E: std::error::Error + Send + Sync + 'static>() {}

/// Compiled is tested.
const _: () = {
    shared::<(Grid, Bounds, Miller, Reflection, Coverage)>();
    shared::<(HklText, ReadOptions, Duplicate)>();
    error::<Error>();
};
