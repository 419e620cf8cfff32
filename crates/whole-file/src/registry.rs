//! The temporary files of this process, so that an interrupted one can remove them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The temporary files that exist now. Who gives them their names holds the lock meanwhile.
static PENDING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The lock of the registry; a thread that panicked while it held it cannot have left half an entry.
pub(crate) fn lock() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the temporary files of this process and keeps any from getting its name, for a process that is about to end.
///
/// A set of files that is being named is named whole first. Returns how many files were removed; no other function of
/// this crate returns afterwards.
pub fn discard_pending() -> usize {
    let mut pending = lock();
    let removed = pending.iter().filter(|path| std::fs::remove_file(path).is_ok()).count();
    pending.clear();
    // Kept for ever: nothing is renamed from now on.
    std::mem::forget(pending);
    removed
}
