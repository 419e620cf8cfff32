//! Mini-CBF files (`.cbf`), one image of 32-bit counts each, compressed by differences.
//!
//! Sources: the header as Dectris detectors write it, the binary section of the imgCIF dictionary (Bernstein and Hammersley
//! 2005, International Tables G, 2.3).

mod byte_offset;
mod header;
mod header_text;

use std::io::{self, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use ndarray::{Array2, ArrayView2};

use crate::{Error, samples};
pub use header::Header;
pub use header_text::HeaderText;

/// The content of a file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Cbf {
    /// The lines of its header.
    pub header: HeaderText,
    /// The counts, `[slow, fast]`.
    pub pixels: Array2<i32>,
}

const START: &str = "--CIF-BINARY-FORMAT-SECTION--";
/// What stands between the text and the data.
const MARK: [u8; 4] = [0x0c, 0x1a, 0x04, 0xd5];
/// Zeros after the data, as detectors write them.
const PADDING: usize = 4095;

/// Writes counts with a header. Of the type are -1 for a gap between modules, -2 for a pixel that is not to be used.
///
/// # Errors
/// [`Error::Write`].
pub fn write(path: impl AsRef<Path>, counts: ArrayView2<'_, i32>, header: &Header) -> Result<(), Error> {
    let path = path.as_ref();
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(whole_file::write(path, |out| write_to(out, counts, header, &name))?)
}

/// Writes the content of a file; `name` is that of its data block.
///
/// # Errors
/// Those of `out`.
pub fn write_to(
    out: &mut dyn Write,
    counts: ArrayView2<'_, i32>,
    header: &Header,
    name: &str,
) -> io::Result<()> {
    let (slow, fast) = counts.dim();
    let data = byte_offset::compressed(counts);
    let name: String = name.chars().map(|c| if c.is_ascii_graphic() { c } else { '_' }).collect();
    let convention = convention([slow, fast]);
    let mut text =
        format!("###CBF: VERSION 1.5\n\ndata_{name}\n\n_array_data.header_convention \"{convention}\"\n");
    text += &format!("_array_data.header_contents\n;\n{header};\n\n_array_data.data\n;\n{START}\n");
    for line in [
        "Content-Type: application/octet-stream;".to_owned(),
        "     conversions=\"x-CBF_BYTE_OFFSET\"".to_owned(),
        "Content-Transfer-Encoding: BINARY".to_owned(),
        format!("X-Binary-Size: {}", data.len()),
        "X-Binary-ID: 1".to_owned(),
        "X-Binary-Element-Type: \"signed 32-bit integer\"".to_owned(),
        "X-Binary-Element-Byte-Order: LITTLE_ENDIAN".to_owned(),
        format!("Content-MD5: {}", STANDARD.encode(Md5::digest(&data))),
        format!("X-Binary-Number-of-Elements: {}", slow * fast),
        format!("X-Binary-Size-Fastest-Dimension: {fast}"),
        format!("X-Binary-Size-Second-Dimension: {slow}"),
        format!("X-Binary-Size-Padding: {PADDING}"),
        String::new(),
    ] {
        text += &line;
        text += "\n";
    }
    // Lines end as on the system that the format is from.
    out.write_all(text.replace('\n', "\r\n").as_bytes())?;
    out.write_all(&MARK)?;
    out.write_all(&data)?;
    out.write_all(&[0; PADDING])?;
    out.write_all(format!("\r\n{START}--\r\n;\r\n").as_bytes())
}

/// Pilatus detectors consist of modules, slow and fast, with gaps between them.
const MODULE: [usize; 2] = [195, 487];
const GAP: [usize; 2] = [17, 7];

/// What programs take the header for: dxtbx holds images of a Pilatus against the modules that it has, and has the other name for
/// simulated ones.
fn convention(shape: [usize; 2]) -> &'static str {
    let is_of_modules = |axis: usize| (shape[axis] + GAP[axis]).is_multiple_of(MODULE[axis] + GAP[axis]);
    if is_of_modules(0) && is_of_modules(1) { "PILATUS_1.2" } else { "GENERIC_MINI" }
}

/// Reads the counts of a file, which this crate or a detector wrote: 32-bit integers compressed by differences.
///
/// # Errors
/// [`Error::Read`]; [`Error::Malformed`] for another file, another type or compression, or data that are damaged.
pub fn read(path: impl AsRef<Path>) -> Result<Array2<i32>, Error> {
    read_with_header(path).map(|file| file.pixels)
}

/// Reads a file with its header.
///
/// # Errors
/// As [`read`]; the lines of the header are looked at when they are asked for.
pub fn read_with_header(path: impl AsRef<Path>) -> Result<Cbf, Error> {
    let path = path.as_ref();
    let bytes = samples::read_bytes(path)?;
    let wrong = |found: &str, expected: &str| Error::malformed(path, found, expected);
    let mark = bytes.windows(MARK.len()).position(|window| window == MARK);
    let mark = mark.filter(|_| bytes.starts_with(b"###CBF"));
    let mark = mark.ok_or_else(|| wrong("neither ###CBF nor binary data", "a CBF file with one image"))?;
    let text = String::from_utf8_lossy(&bytes[..mark]);
    let section = text.rsplit(START).next().unwrap_or_default();
    let value = |name: &str| {
        section.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    };
    let number = |name: &'static str| {
        let number = value(name).and_then(|value| value.parse::<usize>().ok());
        number.ok_or_else(|| wrong(value(name).unwrap_or("none"), &format!("a number for {name}")))
    };
    if !section.contains("x-CBF_BYTE_OFFSET") {
        return Err(wrong("another compression", "conversions=\"x-CBF_BYTE_OFFSET\""));
    }
    let kind = value("X-Binary-Element-Type").unwrap_or("none").trim_matches('"').to_owned();
    if kind != "signed 32-bit integer" {
        return Err(wrong(&kind, "X-Binary-Element-Type: \"signed 32-bit integer\""));
    }
    let (size, fast) = (number("X-Binary-Size")?, number("X-Binary-Size-Fastest-Dimension")?);
    let slow = number("X-Binary-Size-Second-Dimension")?;
    let data = bytes[mark + MARK.len()..].get(..size);
    let data = data.ok_or_else(|| wrong("the end of the file", &format!("{size} bytes of data")))?;
    if let Some(stated) = value("Content-MD5") {
        let found = STANDARD.encode(Md5::digest(data));
        if found != stated {
            return Err(wrong(&format!("data with the MD5 {found}"), &format!("data with the MD5 {stated}")));
        }
    }
    // A pixel takes a byte or more.
    let pixels = slow.checked_mul(fast).filter(|pixels| *pixels <= data.len());
    let pixels = pixels.ok_or_else(|| wrong(&format!("{size} bytes"), &format!("{slow} x {fast} pixels")))?;
    let counts = byte_offset::expanded(data, pixels);
    let counts = counts.ok_or_else(|| wrong("fewer, or others", &format!("{pixels} counts of 32 bits")))?;
    let pixels = Array2::from_shape_vec([slow, fast], counts);
    let pixels = pixels.map_err(|error| wrong(&error.to_string(), "an image"))?;
    Ok(Cbf { header: HeaderText::of(path, &text), pixels })
}
