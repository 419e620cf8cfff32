//! Files that are small by their nature, read whole.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::Error;

/// No list, matrix or description is larger.
const MOST_BYTES: u64 = 64 << 20;

/// Reads a file of at most 64 MiB. What is no regular file is read where it stands below `/dev`, such as a pipe of a
/// shell; elsewhere, a pipe that nobody writes to would be waited for without end.
///
/// # Errors
/// [`Error::Read`], and [`Error::Unfit`] for a larger file or one of another kind.
pub(crate) fn read_small(path: &Path) -> Result<Vec<u8>, Error> {
    let metadata = std::fs::metadata(path).map_err(Error::read(path))?;
    let unfit = |what: String| Error::Unfit { path: path.to_owned(), what };
    if metadata.is_dir() {
        return std::fs::read(path).map_err(Error::read(path));
    }
    if !metadata.is_file() && !path.starts_with("/dev") {
        return Err(unfit("expected a regular file, found a pipe or a device".to_owned()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Error::read(path))?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(Error::read(path))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unfit(format!("expected a file of at most {MOST_BYTES} bytes, found more")));
    }
    Ok(bytes)
}
