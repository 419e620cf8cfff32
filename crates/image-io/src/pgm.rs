//! PGM images in binary form (`P5`): a short text header, then one byte per pixel.

use std::io::{self, Write};
use std::path::Path;

use ndarray::{Array2, ArrayView2, CowArray, Ix2};
use percent_g::percent_g;

use crate::Error;
use crate::samples::{self, NATIVE};

/// The content of a PGM file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pgm {
    /// The bytes, `[slow, fast]`.
    pub pixels: Array2<u8>,
    /// Gray levels per photon, from a comment `# pixels scaled by …`.
    pub scale: Option<f64>,
}

const SCALE_COMMENT: &str = " pixels scaled by ";

/// Reads an image; comments are allowed anywhere in the header.
///
/// # Errors
/// [`Error::Read`]; [`Error::Malformed`] when it is not binary, has a maximum above 255, or an invalid header;
/// [`Error::Size`].
pub fn read(path: impl AsRef<Path>) -> Result<Pgm, Error> {
    let path = path.as_ref();
    let bytes = samples::read_bytes(path)?;
    let mut header = HeaderText { path, bytes: &bytes, at: 0, scale: None };
    match header.token()? {
        "P5" => {}
        other => return Err(Error::malformed(path, format!("`{other}` at its start"), "`P5`, a binary PGM")),
    }
    let (fast, slow, most) = (header.number("a width")?, header.number("a height")?, header.number("255")?);
    if !(1..=255).contains(&most) {
        return Err(Error::malformed(path, format!("`{most}` as the brightest gray"), "1 to 255"));
    }
    let HeaderText { at, scale, .. } = header;
    // Exactly one byte of white space separates the header from the pixels.
    let pixels = bytes.get(at + 1..).unwrap_or_default();
    let size = Error::Size {
        path: path.to_owned(),
        found_bytes: pixels.len() as u64,
        expected_bytes: slow as u128 * fast as u128,
        shape: [slow, fast],
        sample_bytes: 1,
    };
    let pixels = Array2::from_shape_vec([slow, fast], pixels.to_vec()).map_err(|_| size)?;
    Ok(Pgm { pixels, scale })
}

/// Writes an image whose gray levels are photons times `scale`.
///
/// # Errors
/// [`Error::Write`].
pub fn write(path: impl AsRef<Path>, scale: f64, pixels: ArrayView2<'_, u8>) -> Result<(), Error> {
    Ok(whole_file::write(path, |out| write_to(out, scale, pixels))?)
}

/// Writes the content of a PGM file whose gray levels are photons times `scale`.
///
/// # Errors
/// Those of `out`.
pub fn write_to(out: &mut dyn Write, scale: f64, pixels: ArrayView2<'_, u8>) -> io::Result<()> {
    write_bands_to(out, scale, pixels.dim().into(), [pixels])
}

/// The same of an image of shape `[slow, fast]` that comes in bands of whole rows.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when the bands do not make up the shape; those of `out`.
pub fn write_bands_to<'a>(
    out: &mut dyn Write,
    scale: f64,
    shape: [usize; 2],
    bands: impl IntoIterator<Item = impl Into<CowArray<'a, u8, Ix2>>>,
) -> io::Result<()> {
    let [slow, fast] = shape;
    write!(out, "P5\n{fast} {slow}\n#{SCALE_COMMENT}{}\n255\n", percent_g(scale, 6))?;
    samples::write_bands(bands, shape, NATIVE, out)
}

struct HeaderText<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    at: usize,
    scale: Option<f64>,
}

impl<'a> HeaderText<'a> {
    fn token(&mut self) -> Result<&'a str, Error> {
        loop {
            let rest = &self.bytes[self.at..];
            match rest.first() {
                Some(b'#') => self.comment(),
                Some(byte) if byte.is_ascii_whitespace() => self.at += 1,
                Some(_) => break,
                None => {
                    return Err(Error::malformed(self.path, "the end of the file", "the header of a PGM"));
                }
            }
        }
        let rest = &self.bytes[self.at..];
        let len = rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
        self.at += len;
        // Pixel data mistaken for a token could be long; no valid token is.
        std::str::from_utf8(&rest[..len.min(20)])
            .map_err(|_| Error::malformed(self.path, "bytes that are not text", "the header of a PGM"))
    }

    fn number(&mut self, what: &str) -> Result<usize, Error> {
        let token = self.token()?;
        token.parse().map_err(|_| Error::malformed(self.path, format!("`{token}` in the header"), what))
    }

    fn comment(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let len = rest.iter().take_while(|&&byte| byte != b'\n').count();
        let text = String::from_utf8_lossy(&rest[..len]);
        if let Some(scale) = text.strip_prefix(SCALE_COMMENT) {
            self.scale = scale.trim().parse().ok();
        }
        self.at += 1 + len;
    }
}
