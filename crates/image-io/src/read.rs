//! Reading an image of any format, told by its name or its first bytes.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

#[cfg(feature = "nxmx")]
use ndarray::Axis;
use ndarray::parallel::prelude::*;
use ndarray::{Array2, ArrayView2, Zip};

#[cfg(feature = "nxmx")]
use crate::nxmx::{self, PixelType};
use crate::sidecar::{self, Stack};
use crate::{Error, cbf, npy, pgm, png, raw, smv};

/// An image of any format.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Image {
    /// The pixels, `[slow, fast]`; every type of the formats read fits an `f64` exactly. The rows of several panels come
    /// one after the other.
    pub pixels: Array2<f64>,
    /// The panels, in the order of their rows; never empty.
    pub panels: Vec<PanelRows>,
    /// What the file says of itself.
    pub header: Header,
    /// Whether the file's format is for integers, which are counts or gray levels: SMV, mini-CBF, PGM, PNG, and NXmx unless its
    /// pixels are floats. A NumPy array is taken for what its owner says it is.
    pub is_of_integers: bool,
}

/// The rows of an image that are one panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelRows {
    /// Its name, or its number from 0.
    pub name: String,
    /// Its rows.
    pub rows: Range<usize>,
}

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Header {
    /// Nothing but a shape.
    None,
    /// The keys of an SMV file.
    Smv(smv::Header),
    /// The lines of a mini-CBF file.
    Cbf(cbf::HeaderText),
}

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
    /// Another file, which must have a shape of its own, or be a raw float image with a JSON file that states its shape.
    Like(PathBuf),
}

impl Image {
    /// Reads the first image of a file.
    ///
    /// The format is given by the extension `.img`, `.cbf`, `.pgm`, `.npy`, `.png`, `.nxs` or `.h5`; for any other name it is detected from
    /// the first bytes, and a file without a known signature is read as raw floats.
    ///
    /// # Errors
    /// Those of the format's reader; [`Error::Malformed`], which names the JSON file if that is invalid; [`Error::NoShape`]
    /// or [`Error::ShapeUnclear`] for a raw image whose shape is not known.
    pub fn open(path: impl AsRef<Path>, shape_from: &ShapeFrom) -> Result<Self, Error> {
        Self::open_nth(path, shape_from, 0)
    }

    /// Reads one of the images of a file, counted from 0.
    ///
    /// # Errors
    /// As [`open`](Self::open); [`Error::NoSuchImage`].
    pub fn open_nth(path: impl AsRef<Path>, shape_from: &ShapeFrom, index: usize) -> Result<Self, Error> {
        let path = path.as_ref();
        let kind = Kind::of(path)?;
        #[cfg(feature = "nxmx")]
        if kind == Kind::Nxmx {
            return nxmx_image(path, index);
        }
        // Every other format holds one image.
        if index > 0 {
            return Err(Error::NoSuchImage { path: path.to_owned(), index, count: 1 });
        }
        let is_of_integers = matches!(kind, Kind::Smv | Kind::Cbf | Kind::Pgm | Kind::Png);
        let (pixels, header) = match kind {
            Kind::Smv => {
                let smv::Smv { header, pixels } = smv::read(path)?;
                (pixels.mapv(f64::from), Header::Smv(header))
            }
            Kind::Cbf => {
                let cbf::Cbf { header, pixels } = cbf::read_with_header(path)?;
                (pixels.mapv(f64::from), Header::Cbf(header))
            }
            Kind::Pgm => (pgm::read(path)?.pixels.mapv(f64::from), Header::None),
            Kind::Npy => (npy::read(path)?, Header::None),
            Kind::Png => (png::read_gray(path)?.mapv(f64::from), Header::None),
            Kind::Raw | Kind::Nxmx => {
                let stack = raw_stack(path, shape_from)?;
                let pixels = widened(raw::read_f32(path, stack.shape)?.view());
                let panels = panels(&stack, pixels.nrows());
                return Ok(Self { pixels, panels, header: Header::None, is_of_integers });
            }
        };
        let panels = panels(&Stack::single(pixels.dim().into()), pixels.nrows());
        Ok(Self { pixels, panels, header, is_of_integers })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Smv,
    Cbf,
    Pgm,
    Npy,
    Png,
    /// HDF5, if this crate reads it.
    Nxmx,
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
            Some("png") => Ok(Self::Png),
            Some("nxs" | "h5") => Ok(Self::Nxmx),
            _ => Self::by_content(path).map_err(|reason| Error::read(path, reason)),
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
            [0x89, b'P', b'N', b'G', ..] => Self::Png,
            [0x89, b'H', b'D', b'F', ..] => Self::Nxmx,
            _ => Self::Raw,
        })
    }
}

/// An image of an NXmx file, its panels one below the other.
#[cfg(feature = "nxmx")]
fn nxmx_image(path: &Path, index: usize) -> Result<Image, Error> {
    fn stacked<T: nxmx::Pixel + Into<f64>>(path: &Path, index: usize) -> Result<Array2<f64>, Error> {
        let panels = nxmx::read::<T>(path, index)?;
        let views: Vec<_> = panels.iter().map(|panel| panel.view()).collect();
        let image = ndarray::concatenate(Axis(0), &views);
        let image =
            image.map_err(|error| Error::malformed(path, error.to_string(), "panels of one width"))?;
        Ok(image.mapv(Into::into))
    }
    let shape = nxmx::shape(path)?;
    if index >= shape.images {
        return Err(Error::NoSuchImage { path: path.to_owned(), index, count: shape.images });
    }
    let pixels = match shape.pixel_type {
        PixelType::U16 => stacked::<u16>(path, index),
        PixelType::I16 => stacked::<i16>(path, index),
        PixelType::U32 => stacked::<u32>(path, index),
        PixelType::I32 => stacked::<i32>(path, index),
        PixelType::F32 => stacked::<f32>(path, index),
    }?;
    let mut start = 0;
    let panels = shape.panels.iter().enumerate().map(|(number, [rows, _])| {
        let rows = start..start + rows;
        start = rows.end;
        PanelRows { name: number.to_string(), rows }
    });
    let is_of_integers = shape.pixel_type != PixelType::F32;
    Ok(Image { panels: panels.collect(), pixels, header: Header::None, is_of_integers })
}

/// Panels of equally many rows; without rows there is one.
fn panels(stack: &Stack, rows: usize) -> Vec<PanelRows> {
    let count = stack.count.clamp(1, rows.max(1));
    let each = rows / count;
    (0..count)
        .map(|index| PanelRows { name: stack.name(index), rows: index * each..(index + 1) * each })
        .collect()
}

fn widened(pixels: ArrayView2<'_, f32>) -> Array2<f64> {
    let mut wide = Array2::zeros(pixels.dim());
    Zip::from(&mut wide).and(pixels).into_par_iter().with_min_len(1 << 16).for_each(|(to, &from)| {
        *to = f64::from(from);
    });
    wide
}

fn raw_stack(path: &Path, shape_from: &ShapeFrom) -> Result<Stack, Error> {
    let bytes = fs::metadata(path).map_err(|reason| Error::read(path, reason))?.len();
    match shape_from {
        ShapeFrom::Given(shape) => Ok(Stack::single(*shape)),
        ShapeFrom::Like(like) => {
            stated_stack(like)?.ok_or_else(|| Error::NoShape { path: like.clone(), bytes: file_bytes(like) })
        }
        ShapeFrom::Sibling => {
            let stack = match sidecar::read(path)? {
                Some(stack) => Some(stack),
                None => sibling_shape(path, bytes)?.map(Stack::single),
            };
            stack.ok_or_else(|| Error::NoShape { path: path.to_owned(), bytes })
        }
    }
}

/// The shape a file states, or the JSON file beside it; `None` for raw floats alone.
fn stated_stack(path: &Path) -> Result<Option<Stack>, Error> {
    Ok(match Kind::of(path)? {
        Kind::Smv => Some(Stack::single(smv::read_header(path)?.shape()?)),
        Kind::Raw => sidecar::read(path)?,
        Kind::Cbf | Kind::Pgm | Kind::Npy | Kind::Png | Kind::Nxmx => {
            Some(Stack::single(Image::open(path, &ShapeFrom::Sibling)?.pixels.dim().into()))
        }
    })
}

/// A run of the simulator leaves its integer images beside its float image.
fn sibling_shape(path: &Path, bytes: u64) -> Result<Option<[usize; 2]>, Error> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let entries = fs::read_dir(folder).map_err(|reason| Error::read(folder, reason))?;
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
