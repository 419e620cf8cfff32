#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod check;
mod error;
mod lock;
mod read;
mod registry;
mod rename;
mod scratch;
mod set;
mod target;

use std::io::{self, Write};
use std::path::Path;

pub use check::check;
pub use error::Error;
pub use read::read_at_most;
pub use registry::{discard_pending, files_named};
pub use scratch::Scratch;
pub use set::{FileSet, Incomplete};
pub use target::destination;

/// Replaces the file at `path` by what `contents` writes, or leaves it as it was when that fails: a [`FileSet`] of one.
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
    let set = FileSet::new();
    set.write(path, contents)?;
    set.commit()
}
