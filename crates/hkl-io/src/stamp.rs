//! Whether a file is still the one that it was.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use crate::Error;

/// A device may never end. As text this is some 40 million reflections.
const MOST_BYTES_OF_A_DEVICE: u64 = 1 << 30;

/// What tells that the content of an open file has been changed. A file that is replaced by a rename stays open as it
/// was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    is_regular: bool,
    bytes: u64,
    modified: Option<SystemTime>,
}

/// The bytes of what is no regular file, such as a pipe: they can be read once. Of a regular file, `None`.
///
/// # Errors
///
/// [`Error::Read`], and so for more than 1 GiB.
pub fn read_piped(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let failed = |reason| Error::Read { file: path.to_owned(), reason };
    let file = File::open(path).map_err(failed)?;
    let stamp = Stamp::of(&file).map_err(failed)?;
    (!stamp.is_regular).then(|| stamp.read_all(&file).map_err(failed)).transpose()
}

impl Stamp {
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self { is_regular: metadata.is_file(), bytes: metadata.len(), modified: metadata.modified().ok() })
    }

    /// The size of a regular file.
    pub(crate) fn regular_bytes(self) -> Option<u64> {
        self.is_regular.then_some(self.bytes)
    }

    /// Reads the whole file, or a pipe up to its end.
    pub(crate) fn read_all(self, mut file: &File) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let Some(size) = self.regular_bytes() else {
            file.take(MOST_BYTES_OF_A_DEVICE + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > MOST_BYTES_OF_A_DEVICE {
                let most = MOST_BYTES_OF_A_DEVICE;
                let reason = format!("expected at most {most} bytes of what is no regular file, found more");
                return Err(io::Error::other(reason));
            }
            return Ok(bytes);
        };
        let out_of_memory = |_| io::Error::from(io::ErrorKind::OutOfMemory);
        bytes.try_reserve_exact(usize::try_from(size).unwrap_or(usize::MAX)).map_err(out_of_memory)?;
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Checks that a regular file has not been written to since.
    pub(crate) fn check(self, file: &File, path: &Path) -> Result<(), Error> {
        let now = Self::of(file).map_err(|reason| Error::Read { file: path.to_owned(), reason })?;
        if self.is_regular && now != self {
            return Err(Error::Changed { file: path.to_owned() });
        }
        Ok(())
    }
}
