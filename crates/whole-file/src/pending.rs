//! A finished file that does not have its name yet.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::registry;
use crate::target::{BUFFER_BYTES, folder};

/// A temporary file with all its content beside its target; dropping it removes it.
#[derive(Debug)]
pub(crate) struct Pending {
    /// Gone once the file has its name.
    temporary: Option<TempPath>,
    target: PathBuf,
}

impl Pending {
    /// Writes the content beside `target`, whose links have been followed.
    pub(crate) fn fill(
        target: PathBuf,
        contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut prefix = OsStr::new(".").to_owned();
        prefix.push(target.file_name().unwrap_or_default());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".part");
        // No temporary file exists that is not registered.
        let mut registry = registry::lock();
        let (file, temporary) = like_any_new_file(&mut builder).tempfile_in(folder(&target))?.into_parts();
        registry.insert(temporary.to_path_buf());
        drop(registry);
        let pending = Self { temporary: Some(temporary), target };
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, file);
        contents(&mut writer)?;
        writer.into_inner().map_err(IntoInnerError::into_error)?;
        Ok(pending)
    }

    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Gives the file its name; the registry is locked by the caller.
    pub(crate) fn rename(mut self, registry: &mut BTreeSet<PathBuf>) -> io::Result<()> {
        let Some(temporary) = self.temporary.take() else { return Ok(()) };
        registry.remove::<Path>(&temporary);
        temporary.persist(&self.target).map_err(|refused| refused.error)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            let mut registry = registry::lock();
            registry.remove::<Path>(&temporary);
            drop(temporary);
        }
    }
}

/// Temporary files are private by default; this one is to have the permissions of any other file.
#[cfg(unix)]
fn like_any_new_file<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn like_any_new_file<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    builder
}
