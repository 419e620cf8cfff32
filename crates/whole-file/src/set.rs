//! Files that get their names together.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::rename::{rename, undo};
use crate::target::{BUFFER_BYTES, Target, check_old, folder};
use crate::{Error, Scratch, lock, registry};

/// Files that get their names together, after the last of them is complete.
///
/// Files may be written to a set from several threads at once. A set that is dropped without [`commit`](Self::commit)
/// leaves every name as it was and removes its temporary files.
#[derive(Debug, Default)]
pub struct FileSet {
    keeps_old: bool,
    pending: Mutex<Pending>,
}

#[derive(Debug, Default)]
struct Pending {
    files: Vec<Complete>,
    /// Beside the targets, by the folder that they are in.
    scratch: BTreeMap<PathBuf, Scratch>,
}

/// A file under another name, with all its content when the set gets its names.
#[derive(Debug)]
struct Complete {
    /// As the caller named it.
    path: PathBuf,
    temporary: PathBuf,
    target: PathBuf,
}

impl FileSet {
    /// A set without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A set that replaces no file: [`commit`](Self::commit) fails when a file of it is already there.
    #[must_use]
    pub fn of_new_files() -> Self {
        Self { keeps_old: true, ..Self::default() }
    }

    /// Adds a file that [`commit`](Self::commit) puts at `path`.
    ///
    /// The guarantees of [`write()`](crate::write()) hold here too. A device or a pipe is written to directly and at
    /// once, since it cannot wait under another name.
    ///
    /// # Errors
    /// [`Error`] with the file's path when it cannot be created, when `contents` fails, or when the set already has a
    /// file for this path; the other files of the set are not affected.
    pub fn write(
        &self,
        path: impl AsRef<Path>,
        contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let mut file = self.create(path)?;
        file.write_with(contents)?;
        self.add(file)
    }

    /// Creates a file that is written piece by piece, for [`add`](Self::add) when it is whole.
    ///
    /// # Errors
    /// As those of [`write`](Self::write).
    pub fn create(&self, path: impl AsRef<Path>) -> Result<Incomplete, Error> {
        let path = path.as_ref();
        let created = match Target::of(path) {
            Target::Replace(target) => self.create_new(&target).map(|(file, at)| (file, Some((at, target)))),
            Target::WriteThrough(target) => File::options().write(true).open(target).map(|file| (file, None)),
        };
        let (file, waits) = created.map_err(|reason| Error::new(path, reason))?;
        Ok(Incomplete {
            path: path.to_owned(),
            writer: BufWriter::with_capacity(BUFFER_BYTES, file),
            temporary: waits.map(|(temporary, target)| Temporary {
                path: temporary,
                target,
                is_whole: false,
            }),
        })
    }

    /// Adds a file that is whole.
    ///
    /// # Errors
    /// [`Error`] with the file's path when its end cannot be written.
    pub fn add(&self, file: Incomplete) -> Result<(), Error> {
        let Incomplete { path, writer, temporary } = file;
        writer.into_inner().map_err(|error| Error::new(&path, error.into_error()))?;
        if let Some(mut temporary) = temporary {
            temporary.is_whole = true;
            let (temporary, target) = (temporary.path.clone(), temporary.target.clone());
            self.pending().files.push(Complete { path, temporary, target });
        }
        Ok(())
    }

    /// Adds a file that other code creates, and says where: at a path that does not exist yet, in a hidden folder.
    ///
    /// For what must have a path, such as a library of a file format. The file is to be there, closed, when
    /// [`commit`](Self::commit) puts it at `path`.
    ///
    /// # Errors
    /// [`Error`] with the file's path when no folder can be created for it, when the set already has a file for this path,
    /// or when a device or a pipe is there.
    pub fn reserve(&self, path: impl AsRef<Path>) -> Result<PathBuf, Error> {
        let path = path.as_ref();
        let fails = |reason| Error::new(path, reason);
        let Target::Replace(target) = Target::of(path) else {
            return Err(fails(io::Error::new(io::ErrorKind::Unsupported, "it is not a regular file")));
        };
        let temporary = self.temporary(&target).map_err(fails)?;
        let mut pending = self.pending();
        if pending.files.iter().any(|file| file.temporary == temporary) {
            return Err(fails(taken()));
        }
        pending.files.push(Complete { path: path.to_owned(), temporary: temporary.clone(), target });
        Ok(temporary)
    }

    /// Gives all files their names, in the order in which they were completed.
    ///
    /// Sets with a common folder are named one after the other, also those of other programs that use this crate, so
    /// that their files do not mix. This waits for the others, where the file system has locks for folders, but for no
    /// more than a second.
    ///
    /// # Errors
    /// [`Error`] for the first file that cannot get its name; no file of the set has its name then. Where the file
    /// system cannot exchange two files, some may have replaced the old ones: the reason lists them.
    pub fn commit(self) -> Result<(), Error> {
        // What is dropped at the end, in the other order: the registry's lock, which the last one needs; the folders'
        // locks; the hidden folders with the old files.
        let Pending { files, scratch: _scratch } =
            self.pending.into_inner().unwrap_or_else(PoisonError::into_inner);
        // One who waits for another program can be interrupted.
        let _folders = lock::wait_for(files.iter().map(|file| folder(&file.target)));
        // All get their names or none does, also when the program is interrupted meanwhile.
        let mut registry = registry::lock();
        for file in &files {
            file.check(self.keeps_old).map_err(|reason| Error::new(&file.path, reason))?;
        }
        name_all(&files)?;
        registry.named += files.len();
        Ok(())
    }

    /// Creates the file for a target where it waits, and says where.
    fn create_new(&self, target: &Path) -> io::Result<(File, PathBuf)> {
        let temporary = self.temporary(target)?;
        let created = {
            // No file is created in a folder that is being discarded.
            let _registry = registry::lock();
            File::create_new(&temporary)
        };
        match created {
            Ok(file) => Ok((file, temporary)),
            Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => Err(taken()),
            Err(reason) => Err(reason),
        }
    }

    /// Where the file for a target waits: under its own name, in a hidden folder beside it.
    fn temporary(&self, target: &Path) -> io::Result<PathBuf> {
        let parent = folder(target);
        let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        let scratch = &mut self.pending().scratch;
        if let Some(folder) = scratch.get(parent) {
            return Ok(folder.path().join(name));
        }
        let made = Scratch::new_in(parent)?;
        let temporary = made.path().join(name);
        scratch.insert(parent.to_owned(), made);
        Ok(temporary)
    }

    /// A thread that panicked while it held the lock cannot have left half an entry.
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file of a set, while it is written. One that is dropped is no part of the set.
#[derive(Debug)]
pub struct Incomplete {
    path: PathBuf,
    writer: BufWriter<File>,
    /// `None` of a device or a pipe.
    temporary: Option<Temporary>,
}

/// Where a file waits, which is removed unless it becomes whole.
#[derive(Debug)]
struct Temporary {
    path: PathBuf,
    target: PathBuf,
    is_whole: bool,
}

impl Incomplete {
    /// Where the file will be, as the caller named it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the next piece.
    ///
    /// # Errors
    /// [`Error`] with the file's path when `contents` fails.
    pub fn write_with(
        &mut self,
        contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        contents(&mut self.writer).map_err(|reason| Error::new(&self.path, reason))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.is_whole {
            // What stays is removed with its folder.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Complete {
    /// Whether anything that can be seen keeps the file from its name.
    fn check(&self, keeps_old: bool) -> io::Result<()> {
        fs::symlink_metadata(&self.temporary)?;
        match fs::symlink_metadata(&self.target) {
            Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(_) if keeps_old => Err(io::ErrorKind::AlreadyExists.into()),
            Ok(found) => check_old(&found),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Err(_) => Ok(()),
        }
    }
}

fn taken() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "another file is to have the same name")
}

/// Renames all files, or undoes what was renamed before one that cannot be.
fn name_all(files: &[Complete]) -> Result<(), Error> {
    let mut renamed = Vec::with_capacity(files.len());
    for file in files {
        match rename(&file.temporary, &file.target) {
            Ok(how) => renamed.push((file, how)),
            Err(reason) => {
                renamed.retain(|(file, how)| !undo(how, &file.temporary, &file.target));
                let replaced = renamed.iter().map(|(file, _)| file.path.display().to_string());
                return Err(Error::new(&file.path, partly(replaced.collect(), reason)));
            }
        }
    }
    Ok(())
}

/// The reason why a set is not whole, with the files of it that are there.
fn partly(replaced: Vec<String>, reason: io::Error) -> io::Error {
    if replaced.is_empty() {
        return reason;
    }
    io::Error::new(reason.kind(), format!("{reason}; already replaced: {}", replaced.join(", ")))
}
