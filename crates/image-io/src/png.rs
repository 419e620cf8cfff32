//! PNG pictures of 8 bits a channel, written only.

use std::io::Write;
use std::path::Path;

use ndarray::{ArrayView2, Axis};

use crate::{Error, whole_file};

/// Writes a grayscale picture.
///
/// # Errors
/// [`Error::Write`]; [`Error::Png`] for a picture without pixels.
pub fn write_gray(path: impl AsRef<Path>, pixels: ArrayView2<'_, u8>) -> Result<(), Error> {
    let bytes = gray_bytes(pixels)?;
    whole_file::write(path, |out| out.write_all(&bytes))
}

/// Writes a picture of red, green and blue.
///
/// # Errors
/// As [`write_gray`].
pub fn write_rgb(path: impl AsRef<Path>, pixels: ArrayView2<'_, [u8; 3]>) -> Result<(), Error> {
    let bytes = rgb_bytes(pixels)?;
    whole_file::write(path, |out| out.write_all(&bytes))
}

/// A grayscale picture as the bytes of a PNG file.
///
/// # Errors
/// [`Error::Png`] for a picture without pixels.
pub fn gray_bytes(pixels: ArrayView2<'_, u8>) -> Result<Vec<u8>, Error> {
    encode(pixels.dim(), png::ColorType::Grayscale, |out| {
        pixels.axis_iter(Axis(0)).try_for_each(|row| out.write_all(&row.to_vec()))
    })
}

/// A picture of red, green and blue as the bytes of a PNG file.
///
/// # Errors
/// [`Error::Png`] for a picture without pixels.
pub fn rgb_bytes(pixels: ArrayView2<'_, [u8; 3]>) -> Result<Vec<u8>, Error> {
    encode(pixels.dim(), png::ColorType::Rgb, |out| {
        pixels.axis_iter(Axis(0)).try_for_each(|row| out.write_all(row.to_vec().as_flattened()))
    })
}

fn encode(
    (slow, fast): (usize, usize),
    color: png::ColorType,
    rows: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let written = (|| -> Result<(), png::EncodingError> {
        let too_large = |_| std::io::Error::other("a side is too long");
        let (width, height) =
            (u32::try_from(fast).map_err(too_large)?, u32::try_from(slow).map_err(too_large)?);
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        let mut stream = writer.stream_writer()?;
        rows(&mut stream)?;
        stream.finish()?;
        writer.finish()
    })();
    match written {
        Ok(()) => Ok(bytes),
        Err(reason) => Err(Error::Png { slow, fast, reason: reason.to_string() }),
    }
}
