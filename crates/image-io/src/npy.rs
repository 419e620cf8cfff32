//! NumPy arrays of two dimensions (`.npy`): floats of 32 and 64 bits, integers of 16 and 32 bits.
//!
//! Source: the format's description, NumPy Enhancement Proposal 1.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use ndarray::{Array2, ArrayView2};

use crate::Error;
use crate::samples::{self, ByteOrder, Sample};

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// The length of magic, version and header together is a multiple of this.
const ALIGNMENT: usize = 64;

/// Reads an array in C or Fortran order as an image `[slow, fast]`; every supported type fits an `f64` exactly.
///
/// # Errors
/// [`Error::Read`]; [`Error::Malformed`] when it is not a NumPy file, has another type, or
/// does not have two dimensions; [`Error::Size`].
pub fn read(path: impl AsRef<Path>) -> Result<Array2<f64>, Error> {
    let path = path.as_ref();
    let mut file = File::open(path).map_err(|reason| Error::read(path, reason))?;
    let (dictionary, header_bytes) = dictionary(&mut file, path)?;
    let header = Header::parse(&dictionary, path)?;
    let [slow, fast] = header.shape;
    let stored_shape = if header.fortran_order { [fast, slow] } else { [slow, fast] };
    let (start, order) = (header_bytes, header.byte_order);
    let stored = match header.number {
        Number::F4 => samples::read_rest::<f32>(&mut file, path, start, stored_shape, order)?.mapv(f64::from),
        Number::F8 => samples::read_rest(&mut file, path, start, stored_shape, order)?,
        Number::U2 => samples::read_rest::<u16>(&mut file, path, start, stored_shape, order)?.mapv(f64::from),
        Number::I2 => samples::read_rest::<i16>(&mut file, path, start, stored_shape, order)?.mapv(f64::from),
        Number::U4 => samples::read_rest::<u32>(&mut file, path, start, stored_shape, order)?.mapv(f64::from),
        Number::I4 => samples::read_rest::<i32>(&mut file, path, start, stored_shape, order)?.mapv(f64::from),
    };
    if header.fortran_order {
        return Ok(stored.reversed_axes().as_standard_layout().into_owned());
    }
    Ok(stored)
}

/// A type of the pixels of an array.
pub trait Element: Sample {
    /// Its name in the header, little-endian.
    const DESCR: &'static str;
}

impl Element for f32 {
    const DESCR: &'static str = "<f4";
}

impl Element for u16 {
    const DESCR: &'static str = "<u2";
}

impl Element for i16 {
    const DESCR: &'static str = "<i2";
}

impl Element for u32 {
    const DESCR: &'static str = "<u4";
}

impl Element for i32 {
    const DESCR: &'static str = "<i4";
}

/// Writes an image as an array in C order.
///
/// # Errors
/// [`Error::Write`].
pub fn write<T: Element>(path: impl AsRef<Path>, pixels: ArrayView2<'_, T>) -> Result<(), Error> {
    Ok(whole_file::write(path, |out| write_to(out, pixels))?)
}

/// Writes the content of the file of an array in C order.
///
/// # Errors
/// Those of `out`.
pub fn write_to<T: Element>(out: &mut dyn Write, pixels: ArrayView2<'_, T>) -> io::Result<()> {
    let (slow, fast) = pixels.dim();
    let descr = T::DESCR;
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({slow}, {fast}), }}");
    let unpadded = MAGIC.len() + 4 + text.len() + 1;
    text.extend(std::iter::repeat_n(' ', unpadded.next_multiple_of(ALIGNMENT) - unpadded));
    text.push('\n');
    let text_bytes = u16::try_from(text.len()).map_err(io::Error::other)?;
    out.write_all(MAGIC)?;
    out.write_all(&[1, 0])?;
    out.write_all(&text_bytes.to_le_bytes())?;
    out.write_all(text.as_bytes())?;
    samples::write(pixels, ByteOrder::Little, out)
}

#[derive(Clone, Copy)]
enum Number {
    F4,
    F8,
    U2,
    I2,
    U4,
    I4,
}

struct Header {
    number: Number,
    byte_order: ByteOrder,
    fortran_order: bool,
    shape: [usize; 2],
}

impl Header {
    fn parse(dictionary: &str, path: &Path) -> Result<Self, Error> {
        let kind = value(dictionary, "descr", path)?;
        let expected = "`<f4`, `<f8`, `<u2`, `<i2`, `<u4`, `<i4` or the same with `>`";
        let kind = kind.trim_start().trim_start_matches(['\'', '"']);
        let kind = kind.split(['\'', '"']).next().unwrap_or_default();
        let unknown = || Error::malformed(path, format!("numbers of type `{kind}`"), expected);
        let byte_order = match kind.get(..1) {
            Some("<") => ByteOrder::Little,
            Some(">") => ByteOrder::Big,
            _ => return Err(unknown()),
        };
        let number = match &kind[1..] {
            "f4" => Number::F4,
            "f8" => Number::F8,
            "u2" => Number::U2,
            "i2" => Number::I2,
            "u4" => Number::U4,
            "i4" => Number::I4,
            _ => return Err(unknown()),
        };
        let fortran_order = value(dictionary, "fortran_order", path)?.trim_start().starts_with("True");
        Ok(Self { number, byte_order, fortran_order, shape: shape(dictionary, path)? })
    }
}

/// The header's dictionary, and where the pixels start.
fn dictionary(file: &mut File, path: &Path) -> Result<(String, u64), Error> {
    let mut magic = [0; 8];
    let mut length = [0; 4];
    let cut_short = |reason: io::Error| match reason.kind() {
        io::ErrorKind::UnexpectedEof => {
            Error::malformed(path, "the end of the file", "the header of a .npy file")
        }
        _ => Error::read(path, reason),
    };
    file.read_exact(&mut magic).map_err(cut_short)?;
    if !magic.starts_with(MAGIC) {
        return Err(Error::malformed(path, "other bytes at its start", "`\\x93NUMPY`"));
    }
    // The length has two bytes in version 1 and four in versions 2 and 3.
    let length_bytes = match magic[6] {
        1 => 2,
        2 | 3 => 4,
        other => return Err(Error::malformed(path, format!("version {other}"), "version 1, 2 or 3 of .npy")),
    };
    file.read_exact(&mut length[..length_bytes]).map_err(cut_short)?;
    let length = u64::from(u32::from_le_bytes(length));
    let mut text = Vec::new();
    file.take(length).read_to_end(&mut text).map_err(|reason| Error::read(path, reason))?;
    if (text.len() as u64) < length {
        return Err(cut_short(io::ErrorKind::UnexpectedEof.into()));
    }
    let start = (magic.len() + length_bytes) as u64 + length;
    Ok((String::from_utf8_lossy(&text).into_owned(), start))
}

/// The text after a key, up to the end of the dictionary.
fn value<'a>(dictionary: &'a str, key: &str, path: &Path) -> Result<&'a str, Error> {
    [format!("'{key}':"), format!("\"{key}\":")]
        .iter()
        .find_map(|quoted| dictionary.split_once(quoted.as_str()))
        .map(|(_, rest)| rest)
        .ok_or_else(|| Error::malformed(path, format!("no `{key}` in the header"), format!("`{key}`")))
}

fn shape(dictionary: &str, path: &Path) -> Result<[usize; 2], Error> {
    let rest = value(dictionary, "shape", path)?;
    let inside = rest.trim_start().trim_start_matches('(').split(')').next().unwrap_or_default();
    let sides: Result<Vec<usize>, _> =
        inside.split(',').map(str::trim).filter(|side| !side.is_empty()).map(str::parse).collect();
    sides
        .ok()
        .and_then(|sides| sides.try_into().ok())
        .ok_or_else(|| Error::malformed(path, format!("shape ({inside})"), "two dimensions"))
}
