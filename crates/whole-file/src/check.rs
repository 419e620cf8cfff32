//! Whether files can be written, before the work that fills them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use crate::target::{Target, check_old, folder};
use crate::{Error, Scratch};

/// Checks that files can be written at paths: their folders are there and can be written to, and no folder and no read-only
/// file stands where a file is to be.
///
/// A device or a pipe is not opened. What is true now may change until the files are written.
///
/// # Errors
/// [`Error`] with the first path at which no file can be written, as the caller named it.
pub fn check<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<(), Error> {
    let mut tried = BTreeSet::new();
    for path in paths {
        let fails = |reason| Error::new(path, reason);
        match Target::of(path) {
            Target::WriteThrough(found) if found.is_dir() => {
                return Err(fails(io::ErrorKind::IsADirectory.into()));
            }
            Target::WriteThrough(_) => {}
            Target::Replace(target) => {
                match fs::symlink_metadata(&target) {
                    Err(reason) if reason.kind() != io::ErrorKind::NotFound => return Err(fails(reason)),
                    Ok(old) => check_old(&old).map_err(fails)?,
                    Err(_) => {}
                }
                if target.file_name().is_none() {
                    return Err(fails(io::ErrorKind::InvalidFilename.into()));
                }
                let folder = folder(&target);
                if tried.insert(folder.to_owned()) {
                    // The only test that holds on every file system and for every user.
                    Scratch::new_in(folder).map_err(fails)?;
                }
            }
        }
    }
    Ok(())
}
