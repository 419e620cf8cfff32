//! A finished file that does not have its name yet.

use std::ffi::OsStr;
use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::target::{BUFFER_BYTES, folder};

/// A temporary file with all its content beside its target; dropping it removes it.
#[derive(Debug)]
pub(crate) struct Pending {
    temporary: TempPath,
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
        let temporary = like_any_new_file(&mut builder).tempfile_in(folder(&target))?;
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, temporary);
        contents(&mut writer)?;
        let temporary = writer.into_inner().map_err(IntoInnerError::into_error)?.into_temp_path();
        Ok(Self { temporary, target })
    }

    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Gives the file its name.
    pub(crate) fn rename(self) -> io::Result<()> {
        self.temporary.persist(&self.target).map_err(|refused| refused.error)
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
