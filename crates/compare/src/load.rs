//! Reads SMV, CBF, PGM, NumPy and raw float images; the shape of raw floats comes from another file or the caller.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use nanobragg_image_io::{Error as ImageError, cbf, npy, pgm, raw, smv};
use ndarray::Array2;

use crate::{Error, Image, sidecar};

/// Where the shape of a raw float image comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShapeFrom {
    /// Files in the same folder: a JSON file with the image's stem that states its shape (`floatimage.json` for
    /// `floatimage.bin`), or else SMV images with as many pixels.
    ///
    /// A JSON shape `[panel, slow, fast]` makes one image with the panels' rows one after the other.
    #[default]
    Sibling,
    /// The caller: `[slow, fast]`.
    Given([usize; 2]),
    /// Another file, which must be an SMV, PGM or NumPy image, or a raw float image with a JSON file that states its
    /// shape.
    Like(PathBuf),
}

/// Reads an image of any supported format.
///
/// The format is given by the extension `.img`, `.cbf`, `.pgm` or `.npy`; for any other name it is detected from the first
/// bytes, and a file without a known signature is read as raw floats.
///
/// # Errors
/// [`Error::ImageIo`], which names the JSON file if that is invalid;
/// [`Error::NoShape`] or [`Error::ShapeUnclear`] for a raw image whose shape is not known.
pub fn image(path: impl AsRef<Path>, shape_from: &ShapeFrom) -> Result<Image, Error> {
    let path = path.as_ref();
    let name = path.display().to_string();
    let pixels = match Kind::of(path)? {
        Kind::Smv => smv::read(path)?.pixels.mapv(f64::from),
        Kind::Cbf => cbf::read(path)?.mapv(f64::from),
        Kind::Pgm => pgm::read(path)?.pixels.mapv(f64::from),
        Kind::Npy => npy::read(path)?,
        Kind::Raw => {
            let pixels = raw::read_f32(path, raw_shape(path, shape_from)?)?;
            return Ok(Image::from_f32(name, pixels.view()));
        }
    };
    Ok(Image::new(name, pixels))
}

/// Reads an image as a mask: pixels that are 0 are left out of the comparison (`false`).
///
/// # Errors
/// As [`image`].
pub fn mask(path: impl AsRef<Path>, shape_from: &ShapeFrom) -> Result<Array2<bool>, Error> {
    image(path, shape_from).map(|image| image.pixels().mapv(|pixel| pixel != 0.0))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Smv,
    Cbf,
    Pgm,
    Npy,
    Raw,
}

impl Kind {
    fn of(path: &Path) -> Result<Self, Error> {
        let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
        match ending.as_ref().and_then(|ending| ending.to_str()) {
            Some("img") => Ok(Self::Smv),
            Some("cbf") => Ok(Self::Cbf),
            Some("pgm") => Ok(Self::Pgm),
            Some("npy") => Ok(Self::Npy),
            _ => Self::by_content(path).map_err(|reason| unreadable(path, reason)),
        }
    }

    fn by_content(path: &Path) -> io::Result<Self> {
        let mut start = Vec::new();
        File::open(path)?.take(512).read_to_end(&mut start)?;
        Ok(match start.as_slice() {
            [b'{', ..] if start.windows(12).any(|bytes| bytes == b"HEADER_BYTES") => Self::Smv,
            [b'#', b'#', b'#', b'C', b'B', b'F', ..] => Self::Cbf,
            [b'P', b'5', space, ..] if space.is_ascii_whitespace() => Self::Pgm,
            [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => Self::Npy,
            _ => Self::Raw,
        })
    }
}

fn raw_shape(path: &Path, shape_from: &ShapeFrom) -> Result<[usize; 2], Error> {
    let bytes = fs::metadata(path).map_err(|reason| unreadable(path, reason))?.len();
    match shape_from {
        ShapeFrom::Given(shape) => Ok(*shape),
        ShapeFrom::Like(like) => {
            stated_shape(like)?.ok_or_else(|| Error::NoShape { path: like.clone(), bytes: file_bytes(like) })
        }
        ShapeFrom::Sibling => {
            let shape = match sidecar::shape(path)? {
                Some(shape) => Some(shape),
                None => sibling_shape(path, bytes)?,
            };
            shape.ok_or_else(|| Error::NoShape { path: path.to_owned(), bytes })
        }
    }
}

/// The shape a file states, or the JSON file beside it; `None` for raw floats alone.
fn stated_shape(path: &Path) -> Result<Option<[usize; 2]>, Error> {
    Ok(match Kind::of(path)? {
        Kind::Smv => Some(smv::read_header(path)?.shape()?),
        Kind::Cbf => Some(cbf::read(path)?.dim().into()),
        Kind::Pgm => Some(pgm::read(path)?.pixels.dim().into()),
        Kind::Npy => Some(npy::read(path)?.dim().into()),
        Kind::Raw => sidecar::shape(path)?,
    })
}

/// A run of the simulator leaves its integer images beside its float image.
fn sibling_shape(path: &Path, bytes: u64) -> Result<Option<[usize; 2]>, Error> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let entries = fs::read_dir(folder).map_err(|reason| unreadable(folder, reason))?;
    let mut siblings: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    siblings.sort();
    let fits = |[slow, fast]: &[usize; 2]| {
        [*slow as u128, *fast as u128, 4].iter().product::<u128>() == bytes.into()
    };
    let mut fitting = siblings
        .into_iter()
        .filter(|sibling| sibling.extension().is_some_and(|ending| ending == "img"))
        .filter_map(|sibling| {
            let shape = smv::read_header(&sibling).and_then(|header| header.shape()).ok().filter(fits)?;
            Some((sibling, shape))
        });
    let Some(first) = fitting.next() else {
        return Ok(None);
    };
    match fitting.find(|(_, shape)| *shape != first.1) {
        Some(second) => Err(Error::ShapeUnclear { path: path.to_owned(), first, second }),
        None => Ok(Some(first.1)),
    }
}

fn file_bytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn unreadable(path: &Path, reason: io::Error) -> Error {
    ImageError::Read { path: path.to_owned(), reason }.into()
}
