//! Files that appear whole or not at all.
//!
//! The content goes to a temporary file in the same folder, which takes the name of the target when it is
//! complete. Whoever looks sees the old file or the new one, and an interrupted program leaves no half image under
//! the name that was asked for. Durability against a loss of power is not promised: nothing is flushed to the disk.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::Error;

/// Large enough that rows of a detector image pass in few system calls.
const BUFFER_BYTES: usize = 1 << 16;

/// Replaces the file at `path` by what `contents` writes, or leaves it as it was when that fails.
///
/// The permissions are those of any newly created file (the umask decides). A symbolic link is followed. What is
/// there but is no regular file, such as `/dev/null` or a pipe, cannot be replaced and is written to directly.
///
/// # Errors
/// [`Error::Write`] with the file's name when it cannot be created, when `contents` fails, or when the finished
/// file cannot take its name.
pub fn write(
    path: impl AsRef<Path>,
    contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let path = path.as_ref();
    let written = match fs::canonicalize(path) {
        Ok(existing) if !existing.is_file() => write_through(&existing, contents),
        Ok(existing) => replace(&existing, contents),
        Err(_) => replace(path, contents),
    };
    written.map_err(|reason| Error::write(path, reason))
}

fn replace(path: &Path, contents: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut prefix = OsStr::new(".").to_owned();
    prefix.push(path.file_name().unwrap_or_default());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    let temporary = like_any_new_file(&mut builder).tempfile_in(folder)?;
    let mut writer = BufWriter::with_capacity(BUFFER_BYTES, temporary);
    contents(&mut writer)?;
    let temporary = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    temporary.persist(path).map_err(|refused| refused.error)?;
    Ok(())
}

fn write_through(path: &Path, contents: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut writer = BufWriter::with_capacity(BUFFER_BYTES, File::options().write(true).open(path)?);
    contents(&mut writer)?;
    writer.flush()
}

/// Temporary files are private by default; this one becomes the user's.
#[cfg(unix)]
fn like_any_new_file<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn like_any_new_file<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image.bin");
        write(&path, |out| out.write_all(b"old")).unwrap();
        let error = write(&path, |out| {
            out.write_all(b"new")?;
            Err(io::Error::other("the sun went out"))
        })
        .unwrap_err();
        assert_eq!(error.to_string(), format!("{}: cannot be written: the sun went out", path.display()));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["image.bin"]);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(folder.path().join("no/image.bin"), |_| Ok(())).unwrap_err();
        assert!(error.to_string().contains("no/image.bin: cannot be written: "), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_those_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("plain"), b"").unwrap();
        write(folder.path().join("ours"), |_| Ok(())).unwrap();
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("ours"), mode("plain"));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_devices_survive() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        fs::write(folder.path().join("target"), b"old").unwrap();
        std::os::unix::fs::symlink("target", &link).unwrap();
        write(&link, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(folder.path().join("target")).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());

        fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        write(&link, |out| out.write_all(b"gone")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
