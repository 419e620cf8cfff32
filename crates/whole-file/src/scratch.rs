//! Hidden folders for what is not finished.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::lock::{Claim, claim};
use crate::registry;

/// A hidden folder for unfinished files. Dropping it removes it with all that is in it, and so does
/// [`discard_pending`](crate::discard_pending).
///
/// It is locked as long as its process lives, where the file system has locks for folders: the next process that needs
/// one removes what a killed process left.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    _lock: Option<File>,
}

impl Scratch {
    /// Makes a folder in `parent`.
    ///
    /// # Errors
    /// Those of the system, when nothing can be created in `parent`.
    pub fn new_in(parent: &Path) -> io::Result<Self> {
        let mut number = 0_u32;
        loop {
            let path = parent.join(format!(".whole-file-{number}.part"));
            if let Some(made) = Self::make(path.clone()).map_err(|reason| named(parent, reason))? {
                return Ok(made);
            }
            if !remove_if_abandoned(&path) {
                number += 1;
            }
        }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `None` when somebody else has a folder of this name.
    fn make(path: PathBuf) -> io::Result<Option<Self>> {
        // No hidden folder of this process exists that is not registered.
        let mut registry = registry::lock();
        match fs::create_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            made => made?,
        }
        let lock = match claim(&path) {
            Claim::Ours(lock) => Some(lock),
            Claim::Unknown => None,
            // It was taken for abandoned before it was locked.
            Claim::Others => return Ok(None),
        };
        registry.scratch.insert(path.clone());
        Ok(Some(Self { path, _lock: lock }))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut registry = registry::lock_to_remove();
        // Whoever discards all has removed it.
        if registry.scratch.remove(&self.path) {
            // A destructor can tell nobody.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// The system says of a missing folder what it says of a missing file.
fn named(parent: &Path, reason: io::Error) -> io::Error {
    if reason.kind() == io::ErrorKind::NotFound && !parent.exists() {
        return io::Error::new(reason.kind(), format!("there is no folder {}", parent.display()));
    }
    reason
}

/// Removes a folder whose process has ended without it; says whether it did.
fn remove_if_abandoned(path: &Path) -> bool {
    match claim(path) {
        Claim::Ours(_lock) => fs::remove_dir_all(path).is_ok(),
        Claim::Others | Claim::Unknown => false,
    }
}
