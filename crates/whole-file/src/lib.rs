#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod error;
mod pending;
mod registry;
mod set;
mod target;

use std::io::{self, Write};
use std::path::Path;

pub use error::Error;
pub use registry::discard_pending;
pub use set::FileSet;

use pending::Pending;
use target::Target;

/// Replaces the file at `path` by what `contents` writes, or leaves it as it was when that fails.
///
/// The output is buffered. The permissions are those of any newly created file (the umask decides). A symbolic link
/// is followed. A device or a pipe, such as `/dev/null`, cannot be replaced and is written to directly.
///
/// # Errors
/// [`Error`] with the file's path when it cannot be created, when `contents` fails, or when the finished file cannot
/// be renamed.
pub fn write(
    path: impl AsRef<Path>,
    contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let path = path.as_ref();
    match Target::of(path) {
        Target::Replace(target) => {
            Pending::fill(target, contents).and_then(|pending| pending.rename(&mut registry::lock()))
        }
        Target::WriteThrough(target) => target::write_through(&target, contents),
    }
    .map_err(|reason| Error::new(path, reason))
}
