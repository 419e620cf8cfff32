//! SMV images: a header of `KEY=VALUE;` lines between braces, then unsigned 16-bit pixels, fast axis first.

mod fields;
mod header;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use ndarray::{Array2, ArrayView2, CowArray, Ix2};

pub use fields::{DetectorFields, HeaderFields};
pub use header::Header;

use crate::Error;
use crate::samples::{self, ByteOrder};

/// The first read for a header; its `HEADER_BYTES` may require more.
const FIRST_BYTES: u64 = 512;

/// The content of an SMV file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Smv {
    /// The header.
    pub header: Header,
    /// The counts, `[slow, fast]`: `SIZE2` by `SIZE1`.
    pub pixels: Array2<u16>,
}

/// Reads an image in the byte order of its header (little-endian by default).
///
/// # Errors
/// [`Error::Read`]; [`Error::Malformed`] for an invalid header, one without `SIZE1` or `SIZE2`, or one for other than
/// two-dimensional unsigned 16-bit pixels; [`Error::Size`] when the file is too short or too long.
pub fn read(path: impl AsRef<Path>) -> Result<Smv, Error> {
    let path = path.as_ref();
    let (mut file, header) = open(path)?;
    let shape = header.shape()?;
    let order = header.byte_order()?;
    header.check_pixel_type()?;
    let start = header.header_bytes();
    file.seek(SeekFrom::Start(start)).map_err(|reason| Error::read(path, reason))?;
    let pixels = samples::read_rest(&mut file, path, start, shape, order)?;
    Ok(Smv { header, pixels })
}

/// Reads only the header; the pixels are not checked.
///
/// # Errors
/// [`Error::Read`]; [`Error::Malformed`] when the file does not start with a header.
pub fn read_header(path: impl AsRef<Path>) -> Result<Header, Error> {
    open(path.as_ref()).map(|(_, header)| header)
}

/// Writes an image, little-endian.
///
/// # Errors
/// [`Error::HeaderShape`] when the fields state another shape than the pixels have; [`Error::Write`].
pub fn write_u16(
    path: impl AsRef<Path>,
    fields: &HeaderFields,
    counts: ArrayView2<'_, u16>,
) -> Result<(), Error> {
    let (header, pixels) = shapes(fields, counts);
    if header != pixels {
        return Err(Error::HeaderShape { path: path.as_ref().to_owned(), header, pixels });
    }
    Ok(whole_file::write(path, |out| write_u16_to(out, fields, counts))?)
}

/// Writes the content of an image's file, little-endian.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when the fields state another shape than the pixels have; those of `out`.
pub fn write_u16_to(
    out: &mut dyn Write,
    fields: &HeaderFields,
    counts: ArrayView2<'_, u16>,
) -> io::Result<()> {
    write_bands_to(out, fields, [counts])
}

/// The same of an image that comes in bands of whole rows.
///
/// # Errors
/// As those of [`write_u16_to`]; the header and the bands before the one that does not fit are written by then.
pub fn write_bands_to<'a>(
    out: &mut dyn Write,
    fields: &HeaderFields,
    bands: impl IntoIterator<Item = impl Into<CowArray<'a, u16, Ix2>>>,
) -> io::Result<()> {
    write_header_to(out, fields)?;
    samples::write_bands(bands, [fields.size2, fields.size1], ByteOrder::Little, out)
}

/// Writes the header of an image whose rows [`write_rows_to`] writes.
///
/// # Errors
/// Those of `out`.
pub fn write_header_to(out: &mut dyn Write, fields: &HeaderFields) -> io::Result<()> {
    out.write_all(&fields.to_bytes())
}

/// Writes the next rows of an image, little-endian.
///
/// # Errors
/// Those of `out`.
pub fn write_rows_to(out: &mut dyn Write, rows: ArrayView2<'_, u16>) -> io::Result<()> {
    samples::write(rows, ByteOrder::Little, out)
}

/// `[slow, fast]` as the header states it and as the pixels have it.
fn shapes(fields: &HeaderFields, counts: ArrayView2<'_, u16>) -> ([usize; 2], [usize; 2]) {
    ([fields.size2, fields.size1], counts.dim().into())
}

fn open(path: &Path) -> Result<(File, Header), Error> {
    let failed = |reason: io::Error| Error::read(path, reason);
    let mut file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    (&mut file).take(FIRST_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    let header_bytes = header::stated_length(path, &bytes)?;
    let missing = header_bytes.saturating_sub(FIRST_BYTES);
    (&mut file).take(missing).read_to_end(&mut bytes).map_err(failed)?;
    let header = Header::parse(path, &bytes, header_bytes)?;
    Ok((file, header))
}
