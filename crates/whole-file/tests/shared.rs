//! Types may be shared between threads, and errors are errors that may be sent.

use whole_file::{Error, FileSet};

const fn shared<T: Send + Sync + 'static>() {}
const fn error<E: std::error::Error + Send + Sync + 'static>() {}

/// Compiled is tested.
const _: () = {
    shared::<FileSet>();
    error::<Error>();
};
