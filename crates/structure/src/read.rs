//! Reading files of coordinates.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use hkl_io::Format;

use crate::{Error, Model, ReadOptions, mmcif, pdb};

/// The largest file that is read: some ten million atoms. A device may have no end.
const MAX_BYTES: u64 = 1 << 30;

/// Reads a PDB or mmCIF file of coordinates of up to 1 GiB, told apart by content.
///
/// # Errors
///
/// [`Error::Read`], and those of [`parse`].
pub fn read(path: &Path, options: &ReadOptions) -> Result<Model, Error> {
    let bytes =
        read_at_most(path, MAX_BYTES).map_err(|reason| Error::Read { file: path.to_owned(), reason })?;
    parse(&bytes, &path.display().to_string(), options)
}

/// Reads the text of a PDB or mmCIF file of coordinates, told apart by content; `name` is the file name for messages.
///
/// Of several models the first is taken, as gemmi does, and a notice says so. Alternative conformers all count, with their
/// occupancies.
///
/// # Errors
///
/// [`Error::Parse`] and [`Error::Cif`] with the line that is not what it must be: an unknown element, a number that is
/// none. [`Error::Content`] for other files and for files without atoms, cell or space group.
pub fn parse(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Model, Error> {
    match Format::of_bytes(bytes, name).map_err(Error::Cif)? {
        Format::PdbCoordinates => pdb::parse(bytes, name, options),
        Format::MmcifCoordinates => mmcif::parse(bytes, name, options),
        other => Err(Error::Content {
            file: name.to_owned(),
            expected: "coordinates in a PDB or mmCIF file".to_owned(),
            found: other.to_string(),
        }),
    }
}

/// The bytes of a file, or of a pipe up to its end, if they are not more than these.
fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let mut bytes = Vec::new();
    if !metadata.is_file() || metadata.len() <= most {
        // A regular file may grow.
        file.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 <= most {
            return Ok(bytes);
        }
    }
    Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("expected at most {most} bytes, found more")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_a_limit() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let bytes = std::fs::read(&path).unwrap();
        let size = bytes.len() as u64;
        assert_eq!(read_at_most(&path, size).unwrap(), bytes);
        let message = read_at_most(&path, size - 1).unwrap_err().to_string();
        assert_eq!(message, format!("expected at most {} bytes, found more", size - 1));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_end_is_refused() {
        let message = read_at_most(Path::new("/dev/zero"), 1 << 20).unwrap_err().to_string();
        assert_eq!(message, "expected at most 1048576 bytes, found more");
    }
}
