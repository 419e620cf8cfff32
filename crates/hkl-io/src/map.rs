//! The bytes of a file, without copying them where the system can map it.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// The bytes of a file.
///
/// Contract: a large file that is open here is not truncated or rewritten in place by anyone: the system ends a process
/// that reads a mapped file beyond its new end. Replacing it by a rename, as
/// [`fdump::write`](crate::fdump::write) does, is allowed. Files of up to [`COPIED_BYTES`] are read into memory, where
/// nothing can change them.
pub(crate) enum Bytes {
    Mapped(Mmap),
    /// A small file, or one that cannot be mapped, for example a pipe.
    Copied(Vec<u8>),
}

/// Files of up to this size are copied: that takes a few milliseconds. The unit tests map files of any size.
const COPIED_BYTES: u64 = if cfg!(test) { 0 } else { 32 << 20 };

impl Bytes {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_file() && metadata.len() > COPIED_BYTES {
            return map(&file).map(Self::Mapped);
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self::Copied(bytes))
    }

    pub(crate) const fn is_mapped(&self) -> bool {
        matches!(self, Self::Mapped(_))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Copied(bytes) => bytes,
        }
    }
}

#[expect(unsafe_code, reason = "a memory map is unsafe to make, since others can change the file below it")]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: The map is read-only and private to this crate, which never writes to a file that it has mapped. That
    // nobody else changes the file meanwhile is the caller's obligation, as documented at the readers
    // (`text::read`, `fdump::open`).
    unsafe { Mmap::map(file) }
}
