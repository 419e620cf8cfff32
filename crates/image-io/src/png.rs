//! PNG pictures of 8 bits a channel, written only.

use std::io::{self, Write};
use std::path::Path;

use ndarray::{ArrayView2, Axis};

use crate::Error;

/// Writes a grayscale picture.
///
/// # Errors
/// [`Error::Write`]; [`Error::Png`] for a picture without pixels.
pub fn write_gray(path: impl AsRef<Path>, pixels: ArrayView2<'_, u8>) -> Result<(), Error> {
    let bytes = gray_bytes(pixels)?;
    Ok(whole_file::write(path, |out| out.write_all(&bytes))?)
}

/// Writes the content of a grayscale picture's file.
///
/// # Errors
/// Those of `out`; [`io::ErrorKind::Other`] for a picture without pixels.
pub fn write_gray_to(out: &mut dyn Write, pixels: ArrayView2<'_, u8>) -> io::Result<()> {
    Ok(encode_gray(out, pixels)?)
}

/// A grayscale picture as the bytes of a PNG file.
///
/// # Errors
/// [`Error::Png`] for a picture without pixels.
pub fn gray_bytes(pixels: ArrayView2<'_, u8>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    encode_gray(&mut bytes, pixels).map_err(|reason| refused(pixels.dim(), &reason))?;
    Ok(bytes)
}

/// A picture of red, green and blue as the bytes of a PNG file, with a `Description` in it that viewers can show.
///
/// # Errors
/// [`Error::Png`] for a picture without pixels, and for a description with characters outside Latin-1.
pub fn rgb_bytes(pixels: ArrayView2<'_, [u8; 3]>, description: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    encode(&mut bytes, pixels.dim(), png::ColorType::Rgb, Some(description), |stream| {
        pixels.axis_iter(Axis(0)).try_for_each(|row| stream.write_all(row.to_vec().as_flattened()))
    })
    .map_err(|reason| refused(pixels.dim(), &reason))?;
    Ok(bytes)
}

fn encode_gray(out: &mut dyn Write, pixels: ArrayView2<'_, u8>) -> Result<(), png::EncodingError> {
    encode(out, pixels.dim(), png::ColorType::Grayscale, None, |stream| {
        pixels.axis_iter(Axis(0)).try_for_each(|row| stream.write_all(&row.to_vec()))
    })
}

fn encode(
    out: &mut dyn Write,
    (slow, fast): (usize, usize),
    color: png::ColorType,
    description: Option<&str>,
    rows: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), png::EncodingError> {
    let too_large = |_| io::Error::other("a side is too long");
    let (width, height) = (u32::try_from(fast).map_err(too_large)?, u32::try_from(slow).map_err(too_large)?);
    let mut encoder = png::Encoder::new(out, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    if let Some(description) = description {
        encoder.add_text_chunk("Description".to_owned(), description.to_owned())?;
    }
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer()?;
    rows(&mut stream)?;
    stream.finish()?;
    writer.finish()
}

fn refused((slow, fast): (usize, usize), reason: &png::EncodingError) -> Error {
    Error::Png { slow, fast, reason: reason.to_string() }
}
