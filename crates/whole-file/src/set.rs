//! Files that get their names together.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::pending::Pending;
use crate::target::Target;
use crate::{Error, registry, write};

/// Files that get their names together, after the last of them is complete.
///
/// Files may be written to a set from several threads at once. A set that is dropped without [`commit`](Self::commit)
/// leaves every name as it was and removes its temporary files.
#[derive(Debug, Default)]
pub struct FileSet {
    files: Mutex<Vec<Named>>,
}

#[derive(Debug)]
struct Named {
    /// As the caller named it.
    path: PathBuf,
    file: Pending,
}

impl FileSet {
    /// A set without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file that [`commit`](Self::commit) puts at `path`.
    ///
    /// The guarantees of [`write()`] hold here too. A device or a pipe is written to directly and at once, since it
    /// cannot wait under another name.
    ///
    /// # Errors
    /// [`Error`] with the file's path when it cannot be created, when `contents` fails, or when the set already has a
    /// file for this path; the other files of the set are not affected.
    pub fn write(
        &self,
        path: impl AsRef<Path>,
        contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let path = path.as_ref();
        let Target::Replace(target) = Target::of(path) else {
            return write(path, contents);
        };
        let file = Pending::fill(target, contents).map_err(|reason| Error::new(path, reason))?;
        // A thread that panicked while it held the lock cannot have left half an entry.
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if files.iter().any(|other| other.file.target() == file.target()) {
            let reason =
                io::Error::new(io::ErrorKind::AlreadyExists, "another file is to have the same name");
            return Err(Error::new(path, reason));
        }
        files.push(Named { path: path.to_owned(), file });
        Ok(())
    }

    /// Gives all files their names, in the order in which they were completed.
    ///
    /// # Errors
    /// [`Error`] for the first file that cannot be renamed: those before it have their names, it and those after it
    /// are removed. Only a change to the folder since [`write`](Self::write) can cause this.
    pub fn commit(self) -> Result<(), Error> {
        let mut files = self.files.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter();
        // All get their names or none does, also when the program is interrupted meanwhile. The lock ends before the
        // files that are left are dropped, which need it.
        let mut registry = registry::lock();
        let named = files.by_ref().try_for_each(|Named { path, file }| {
            file.rename(&mut registry).map_err(|reason| Error::new(path, reason))
        });
        drop(registry);
        named
    }
}
