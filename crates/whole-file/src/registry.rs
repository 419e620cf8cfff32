//! What this process has not finished, so that an interrupted one can remove it.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who creates or names a file holds the lock meanwhile.
static REGISTRY: Mutex<Registry> = Mutex::new(Registry { scratch: BTreeSet::new(), named: 0, ended: false });

#[derive(Debug)]
pub(crate) struct Registry {
    /// The hidden folders that exist now.
    pub(crate) scratch: BTreeSet<PathBuf>,
    /// How many files got their names.
    pub(crate) named: usize,
    /// Nothing is created or named any more.
    ended: bool,
}

/// The lock, for who creates or names a file: it is never got again once the process is about to end.
pub(crate) fn lock() -> MutexGuard<'static, Registry> {
    loop {
        let registry = lock_to_remove();
        if !registry.ended {
            return registry;
        }
        drop(registry);
        std::thread::park();
    }
}

/// The lock, for who removes files. A thread that panicked while it held it cannot have left half an entry.
pub(crate) fn lock_to_remove() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the hidden folders of this process, for a process that is about to end; returns how many.
///
/// Files that are being named together are named whole first. Afterwards every thread that is about to create or name
/// a file with this crate waits for ever.
pub fn discard_pending() -> usize {
    let mut registry = lock_to_remove();
    registry.ended = true;
    let scratch = std::mem::take(&mut registry.scratch);
    scratch.iter().filter(|folder| fs::remove_dir_all(folder).is_ok()).count()
}

/// How many files this process gave their names.
///
/// After [`discard_pending`] it does not change: a program that names all its files as one [`FileSet`](crate::FileSet)
/// then knows whether they are the old or the new ones.
pub fn files_named() -> usize {
    lock_to_remove().named
}
