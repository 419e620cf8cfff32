//! Giving a complete file its name.

use std::fs;
use std::io;
use std::path::Path;

/// How a file got its name: what it takes to undo that.
#[derive(Debug)]
pub(crate) enum Renamed {
    /// The old file has the temporary name.
    Exchanged,
    /// There was no old file.
    New,
    /// The old file is gone.
    Replaced,
}

/// Gives the file at `temporary` the name `target`.
///
/// An old file is exchanged where the file system can: removing it, and on ext4 finding room for the new one, takes
/// half a second per gigabyte and would be part of the rename.
pub(crate) fn rename(temporary: &Path, target: &Path) -> io::Result<Renamed> {
    let is_new = fs::symlink_metadata(target).is_err();
    if !is_new && exchange(temporary, target).is_ok() {
        if !temporary.is_dir() {
            return Ok(Renamed::Exchanged);
        }
        // A folder would be removed with whatever has a temporary name.
        exchange(temporary, target)?;
        return Err(io::ErrorKind::IsADirectory.into());
    }
    fs::rename(temporary, target)?;
    Ok(if is_new { Renamed::New } else { Renamed::Replaced })
}

/// Whether all is as before [`rename`].
pub(crate) fn undo(renamed: &Renamed, temporary: &Path, target: &Path) -> bool {
    match renamed {
        Renamed::Exchanged => exchange(temporary, target).is_ok(),
        Renamed::New => fs::rename(target, temporary).is_ok(),
        Renamed::Replaced => false,
    }
}

#[cfg(target_os = "linux")]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_not_exchanged() {
        let folder = tempfile::tempdir().unwrap();
        let [file, taken] = ["file", "taken"].map(|name| folder.path().join(name));
        fs::write(&file, "new").unwrap();
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("inside"), "old").unwrap();
        assert!(rename(&file, &taken).is_err());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::read(taken.join("inside")).unwrap(), b"old");
    }

    #[test]
    fn what_was_renamed_can_be_undone() {
        let folder = tempfile::tempdir().unwrap();
        let [temporary, target] = ["temporary", "target"].map(|name| folder.path().join(name));
        for old in [None, Some("old")] {
            if let Some(old) = old {
                fs::write(&target, old).unwrap();
            }
            fs::write(&temporary, "new").unwrap();
            let renamed = rename(&temporary, &target).unwrap();
            assert_eq!(fs::read(&target).unwrap(), b"new");
            if matches!(renamed, Renamed::Replaced) {
                println!("not tried: this file system cannot exchange files");
                continue;
            }
            assert!(undo(&renamed, &temporary, &target));
            assert_eq!(fs::read(&temporary).unwrap(), b"new");
            assert_eq!(fs::read_to_string(&target).ok().as_deref(), old);
        }
    }
}
