//! Reading reflections with cell and space group from any file that has them.

use std::path::Path;

use crate::map::Bytes;
use crate::{Error, Format, ListOptions, ReflectionList, mmcif, mtz};

/// Reads the reflections of an MTZ or mmCIF file, whichever the content shows it to be.
///
/// # Errors
///
/// [`Error::Read`]; [`Error::Content`] for a file of another format; those of [`mtz::parse`] and [`mmcif::parse`].
pub fn read_reflections(path: &Path, options: &ListOptions) -> Result<ReflectionList, Error> {
    let bytes = Bytes::read(path)?;
    let name = path.display().to_string();
    match Format::of_bytes(&bytes, &name)? {
        Format::Mtz => mtz::parse(&bytes, &name, options),
        Format::MmcifReflections => mmcif::parse(&bytes, &name, options),
        other => Err(Error::Content {
            file: name,
            expected: "reflections in an MTZ or mmCIF file".to_owned(),
            found: other.to_string(),
        }),
    }
}
