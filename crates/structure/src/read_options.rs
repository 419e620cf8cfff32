//! What a user says of a file of coordinates.

use hkl_io::SpaceGroup;
use nanobragg_geometry::UnitCell;

/// What is not in a file, or is to be taken in place of what is.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The unit cell of a file that has none.
    pub cell: Option<UnitCell>,
    /// The space group in place of that of the file.
    pub space_group: Option<SpaceGroup>,
}
