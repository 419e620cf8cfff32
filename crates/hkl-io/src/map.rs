//! The bytes of a file, without copying them where the system can map it.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use crate::Error;
use crate::stamp::Stamp;

/// The bytes of a file.
///
/// Contract: a file that is mapped here is not truncated or rewritten in place by anyone: the system sends SIGBUS to a
/// process that reads a mapped file beyond its new end. Replacing it by a rename, as
/// [`fdump::write`](crate::fdump::write) does, is allowed. [`check_unchanged`](Self::check_unchanged) tells whether the
/// contract was kept.
pub(crate) enum Bytes {
    Mapped {
        map: Mmap,
        file: File,
        path: PathBuf,
        stamp: Stamp,
    },
    /// In memory, where nothing can change them.
    Copied(Vec<u8>),
}

/// Files of up to this size are copied: that takes a few milliseconds. The unit tests map files of any size,
/// but not under Miri, which has no maps.
const COPIED_BYTES: u64 = if cfg!(all(test, not(miri))) { 0 } else { 32 << 20 };

impl Bytes {
    /// Maps a large file; copies a small one, or one that cannot be mapped, for example a pipe.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let failed = |reason| Error::Read { file: path.to_owned(), reason };
        let file = File::open(path).map_err(failed)?;
        let stamp = Stamp::of(&file).map_err(failed)?;
        if stamp.regular_bytes().is_some_and(|bytes| bytes > COPIED_BYTES) {
            let map = map(&file).map_err(failed)?;
            return Ok(Self::Mapped { map, file, path: path.to_owned(), stamp });
        }
        Self::copy(file, path, stamp)
    }

    /// Copies a file of any size.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let failed = |reason| Error::Read { file: path.to_owned(), reason };
        let file = File::open(path).map_err(failed)?;
        let stamp = Stamp::of(&file).map_err(failed)?;
        Self::copy(file, path, stamp)
    }

    pub(crate) const fn is_mapped(&self) -> bool {
        matches!(self, Self::Mapped { .. })
    }

    /// Checks that a mapped file has not been written to since it was opened.
    pub(crate) fn check_unchanged(&self) -> Result<(), Error> {
        match self {
            Self::Mapped { file, path, stamp, .. } => stamp.check(file, path),
            Self::Copied(_) => Ok(()),
        }
    }

    fn copy(file: File, path: &Path, stamp: Stamp) -> Result<Self, Error> {
        let bytes = stamp.read_all(&file).map_err(|reason| Error::Read { file: path.to_owned(), reason })?;
        stamp.check(&file, path)?;
        Ok(Self::Copied(bytes))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped { map, .. } => map,
            Self::Copied(bytes) => bytes,
        }
    }
}

#[expect(unsafe_code, reason = "a memory map is unsafe to make, since others can change the file below it")]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: The map is read-only and private to this crate, which never writes to a file that it has mapped. That
    // nobody else changes the file meanwhile is the caller's obligation, as documented at `fdump::open`.
    unsafe { Mmap::map(file) }
}

/// Ends the process when a file that it has mapped is made shorter, by writing a line to the error stream and exiting with
/// a status, instead of the system's SIGBUS. For programs: a process has one such line, and files that it has not finished
/// stay.
///
/// # Errors
/// Those of the system, which then ends the process itself.
#[cfg(unix)]
#[expect(unsafe_code, reason = "what a signal handler may do is not checked by the compiler")]
pub fn exit_when_truncated(line: &'static str, status: i32) -> io::Result<()> {
    use signal_hook::{consts::SIGBUS, low_level};
    let exit = move || {
        // Nobody is left to be told of a closed stream.
        let _ = rustix::io::write(rustix::stdio::stderr(), line.as_bytes());
        low_level::exit(status);
    };
    // SAFETY: The handler calls write and _exit alone, which are async-signal-safe (POSIX.1-2017, 2.4.3).
    unsafe { low_level::register(SIGBUS, exit) }.map(drop)
}
