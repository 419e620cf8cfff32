//! Files with what they hold, and their names where there are several panels.

use std::path::{Path, PathBuf};

/// A file with what it holds.
pub(crate) type Named = (PathBuf, &'static str);

/// The name of a panel's file where there are several: `NAME_0.img`.
pub(crate) fn of_panel(path: &Path, panel: usize) -> PathBuf {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = path.extension().map(|extension| format!(".{}", extension.to_string_lossy()));
    path.with_file_name(format!("{stem}_{panel}{}", extension.unwrap_or_default()))
}
