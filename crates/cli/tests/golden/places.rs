//! Where the recorded results are.

use std::path::{Path, PathBuf};

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The selection that is in the repository.
pub(crate) fn own_golden() -> PathBuf {
    root().join("golden")
}

/// A folder beside the repository; `None`, said aloud, where there is none. In CI it must be there.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(name);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing, and CI must test with it", path.display());
    eprintln!("skipped: {} is not there", path.display());
    None
}

/// A recorded trace as the reference printed it.
///
/// It ends its one warning about interpolation without a new line, so that a trace line follows on the same line;
/// the recording kept whole lines that begin as a trace does, and lost that one.
pub(crate) fn recorded_trace(path: &Path) -> String {
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    if path.parent().is_none_or(|folder| !folder.ends_with("physics/interpolate_leaves_box")) {
        return text;
    }
    let warning =
        "WARNING: further warnings will not be printed! TRACE_C: pix0_vector_meters 0.1 0.0196 -0.0196\n";
    text.replacen("TRACE_C: fdet_vec", &format!("{warning}TRACE_C: fdet_vec"), 1)
}
