//! Where the recorded results are.

use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The selection that is in the repository.
pub fn own_golden() -> PathBuf {
    root().join("golden")
}

/// A folder beside the repository; `None`, said aloud, where there is none. In CI it must be there.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(name);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing, and CI must test with it", path.display());
    eprintln!("skipped: {} is not there", path.display());
    None
}
