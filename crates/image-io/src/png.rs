//! PNG pictures: gray of 8 and 16 bits is read and written, colours of 8 bits a channel are written.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;

use ndarray::{Array2, ArrayView2, Axis};

use crate::Error;
use crate::samples::{MOST_PIXELS, too_large};

/// Bytes that a byte of a deflated file makes at the most.
const MOST_INFLATION: u64 = 1032;

/// Reads a gray picture of 8 or 16 bits.
///
/// # Errors
/// [`Error::Read`]; [`Error::Malformed`] for another file, colours, other depths, and a size that the file cannot hold.
pub fn read_gray(path: impl AsRef<Path>) -> Result<Array2<u16>, Error> {
    let path = path.as_ref();
    let file = File::open(path).map_err(|reason| Error::read(path, reason))?;
    let file_bytes = file.metadata().map_err(|reason| Error::read(path, reason))?.len();
    let undecodable = |reason: png::DecodingError| match reason {
        png::DecodingError::IoError(reason) if reason.kind() != io::ErrorKind::UnexpectedEof => {
            Error::read(path, reason)
        }
        reason => Error::malformed(path, reason.to_string(), "a PNG picture"),
    };
    let mut decoder = png::Decoder::new(BufReader::new(file));
    let info = decoder.read_header_info().map_err(undecodable)?;
    let (width, height) = (info.width, info.height);
    let bytes_per_pixel = match (info.color_type, info.bit_depth) {
        (png::ColorType::Grayscale, png::BitDepth::Eight) => 1,
        (png::ColorType::Grayscale, png::BitDepth::Sixteen) => 2,
        (color, depth) => {
            let found = format!("{color:?} of {} bits", depth as u8);
            return Err(Error::malformed(path, found, "a gray picture of 8 or 16 bits"));
        }
    };
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS || pixels * bytes_per_pixel > file_bytes.saturating_mul(MOST_INFLATION) {
        return Err(too_large(path, format!("{height} x {width} pixels in {file_bytes} bytes")));
    }
    let mut reader = decoder.read_info().map_err(undecodable)?;
    let size = reader.output_buffer_size().unwrap_or_default();
    let mut bytes = vec![0; size];
    reader.next_frame(&mut bytes).map_err(undecodable)?;
    let gray: Vec<u16> = if bytes_per_pixel == 1 {
        bytes.into_iter().map(u16::from).collect()
    } else {
        bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
    };
    Array2::from_shape_vec([height as usize, width as usize], gray)
        .map_err(|reason| Error::malformed(path, reason.to_string(), "a PNG picture"))
}

/// Writes a gray picture of 16 bits.
///
/// # Errors
/// [`Error::Write`], also for a picture without pixels.
pub fn write_gray16(path: impl AsRef<Path>, pixels: ArrayView2<'_, u16>) -> Result<(), Error> {
    Ok(whole_file::write(path, |out| write_gray16_to(out, pixels))?)
}

/// Writes the content of the file of a gray picture of 16 bits.
///
/// # Errors
/// Those of `out`; [`io::ErrorKind::Other`] for a picture without pixels.
pub fn write_gray16_to(out: &mut dyn Write, pixels: ArrayView2<'_, u16>) -> io::Result<()> {
    let depth = png::BitDepth::Sixteen;
    Ok(encode(out, pixels.dim(), (png::ColorType::Grayscale, depth), None, |stream| {
        pixels.axis_iter(Axis(0)).try_for_each(|row| {
            stream.write_all(&row.iter().flat_map(|pixel| pixel.to_be_bytes()).collect::<Vec<_>>())
        })
    })?)
}

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

/// A picture of red, green and blue as the bytes of a PNG file, with a `Description` in it that viewers can show. One that is
/// gray all over becomes a gray PNG, which is a third as large.
///
/// # Errors
/// [`Error::Png`] for a picture without pixels, and for a description with characters outside Latin-1.
pub fn rgb_bytes(pixels: ArrayView2<'_, [u8; 3]>, description: &str) -> Result<Vec<u8>, Error> {
    let is_gray = pixels.iter().all(|[red, green, blue]| red == green && green == blue);
    let color = if is_gray { png::ColorType::Grayscale } else { png::ColorType::Rgb };
    let mut bytes = Vec::new();
    encode(&mut bytes, pixels.dim(), (color, png::BitDepth::Eight), Some(description), |stream| {
        pixels.axis_iter(Axis(0)).try_for_each(|row| {
            if is_gray {
                stream.write_all(&row.iter().map(|[gray, ..]| *gray).collect::<Vec<_>>())
            } else {
                stream.write_all(row.to_vec().as_flattened())
            }
        })
    })
    .map_err(|reason| refused(pixels.dim(), &reason))?;
    Ok(bytes)
}

fn encode_gray(out: &mut dyn Write, pixels: ArrayView2<'_, u8>) -> Result<(), png::EncodingError> {
    encode(out, pixels.dim(), (png::ColorType::Grayscale, png::BitDepth::Eight), None, |stream| {
        pixels.axis_iter(Axis(0)).try_for_each(|row| stream.write_all(&row.to_vec()))
    })
}

fn encode(
    out: &mut dyn Write,
    (slow, fast): (usize, usize),
    (color, depth): (png::ColorType, png::BitDepth),
    description: Option<&str>,
    rows: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), png::EncodingError> {
    let too_large = |_| io::Error::other("a side is too long");
    let (width, height) = (u32::try_from(fast).map_err(too_large)?, u32::try_from(slow).map_err(too_large)?);
    let mut encoder = png::Encoder::new(out, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
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
