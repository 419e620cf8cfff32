//! Reading files of coordinates.

use std::path::Path;

use hkl_io::{Format, SpaceGroup};
use nanobragg_geometry::UnitCell;

use crate::{Error, Model, pdb};

/// What is not in a file, or is to be taken in place of what is.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The unit cell of a file that has none.
    pub cell: Option<UnitCell>,
    /// The space group in place of the file's.
    pub space_group: Option<SpaceGroup>,
}

/// Reads a PDB or mmCIF file of coordinates, told apart by content.
///
/// # Errors
///
/// [`Error::Read`], and those of [`parse`].
pub fn read(path: &Path, options: &ReadOptions) -> Result<Model, Error> {
    let bytes = std::fs::read(path).map_err(|reason| Error::Read { file: path.to_owned(), reason })?;
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
        other => Err(Error::Content {
            file: name.to_owned(),
            expected: "coordinates in a PDB or mmCIF file".to_owned(),
            found: other.to_string(),
        }),
    }
}
