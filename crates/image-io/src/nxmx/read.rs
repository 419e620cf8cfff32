//! Images of a file, ours or the master file of an Eiger.

use std::fs::File;
use std::path::Path;

use ndarray::Array2;
use rust_hdf5::{FileLocking, FilterPipeline, H5Dataset, H5File, H5FileOptions, H5Group, Hdf5Error};

use super::layout::Layout;
use super::{DATA, DETECTOR, Pixel, PixelType, bitshuffle};
use crate::{Error, samples};

/// What images a file has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// How many.
    pub images: usize,
    /// Pixels of each panel, `[slow, fast]`.
    pub panels: Vec<[usize; 2]>,
    /// The type of a pixel.
    pub pixel_type: PixelType,
}

/// What images a file has, without reading them.
///
/// # Errors
/// Those of [`read`], but for what is wrong with an image.
pub fn shape(path: impl AsRef<Path>) -> Result<Shape, Error> {
    let Opened { images, layout, pixel_type, .. } = Opened::at(path.as_ref())?;
    let panels = layout.panels.into_iter().map(|(_, shape)| shape).collect();
    Ok(Shape { images, panels, pixel_type })
}

/// Reads an image, counted from 0: `[slow, fast]` of each panel.
///
/// The images are those of `/entry/data/data`, or of `data_000001` and so on in that group, in the file itself or in others
/// that it links to, as Eiger detectors write them. A chunk is an image, compressed by bitshuffle and LZ4 or not at all. Of
/// several `NXdetector_module` each is a panel; else the whole image is one. Virtual datasets are not read, nor are images
/// of three dimensions, compressed by LZ4 alone as the first Eigers did it, or of other types than [`PixelType`].
///
/// # Errors
/// [`Error::Read`]; [`Error::Malformed`] for another file, another type than `T`, an image that is not there or is damaged.
pub fn read<T: Pixel>(path: impl AsRef<Path>, image: usize) -> Result<Vec<Array2<T>>, Error> {
    let path = path.as_ref();
    let Opened { parts, layout, pixel_type, images, .. } = Opened::at(path)?;
    let wrong = |found: String, expected: String| Error::malformed(path, found, expected);
    if pixel_type != T::TYPE {
        return Err(wrong(format!("pixels of type {pixel_type}"), format!("{}", T::TYPE)));
    }
    let mut before = 0;
    let part = parts.iter().find(|part| {
        let is_here = image - before < part.images;
        before += if is_here { 0 } else { part.images };
        is_here
    });
    let part = part.ok_or_else(|| wrong(format!("{images} images"), format!("one of number {image}")))?;
    let chunk = part.data.read_chunk_raw_at(&[image - before, 0, 0]);
    let (chunk, mask) = chunk.map_err(|reason| damaged(path, &reason))?;
    let [slow, fast] = layout.shape;
    let bytes = (slow * fast * size_of::<T>()) as u64;
    let is_compressed = part.is_compressed && mask & 1 == 0;
    let fits =
        if is_compressed { bitshuffle::can_hold(chunk.len(), bytes) } else { chunk.len() as u64 == bytes };
    if !fits {
        return Err(wrong(format!("an image of {} bytes", chunk.len()), format!("{slow} x {fast} pixels")));
    }
    let mut pixels = vec![T::zeroed(); slow * fast];
    if is_compressed {
        let expanded = bitshuffle::expand(&chunk, &mut pixels);
        expanded.map_err(|reason| {
            wrong(reason.to_string(), format!("image {image} of {slow} x {fast} pixels"))
        })?;
    } else {
        bytemuck::cast_slice_mut(&mut pixels).copy_from_slice(&chunk);
    }
    let array = Array2::from_shape_vec([slow, fast], pixels);
    Ok(layout.split(array.map_err(|error| wrong(error.to_string(), "an image".to_owned()))?))
}

/// A file whose shape is known.
struct Opened {
    parts: Vec<Part>,
    images: usize,
    layout: Layout,
    pixel_type: PixelType,
}

/// Some of the images.
struct Part {
    data: H5Dataset,
    images: usize,
    shape: [usize; 2],
    pixel_type: PixelType,
    is_compressed: bool,
}

impl Opened {
    fn at(path: &Path) -> Result<Self, Error> {
        // What the system says of a file is said first, for all formats alike.
        File::open(path).map_err(|reason| Error::read(path, reason))?;
        // Some file systems have no locks, and a reader needs none.
        let options = H5FileOptions::new().locking(FileLocking::Disabled);
        let file = options.open(path).map_err(|reason| damaged(path, &reason))?;
        let wrong = |found: String, expected: &str| Error::malformed(path, found, expected);
        let group = group(&file, DATA).map_err(|reason| damaged(path, &reason))?;
        let names = group.link_names().map_err(|reason| damaged(path, &reason))?;
        let parts = if names.iter().any(|name| name == "data") {
            vec![Part::at(path, &file, &format!("{DATA}/data"))?]
        } else {
            let mut names: Vec<_> = names.into_iter().filter(|name| is_numbered(name)).collect();
            names.sort();
            let part = |name: &String| Part::at(path, &file, &format!("{DATA}/{name}"));
            names.iter().map(part).collect::<Result<_, _>>()?
        };
        let first = parts.first().ok_or_else(|| wrong("no images".to_owned(), DATA))?;
        let (shape, pixel_type) = (first.shape, first.pixel_type);
        if parts.iter().any(|part| (part.shape, part.pixel_type) != (shape, pixel_type)) {
            return Err(wrong(
                "images of several shapes or types".to_owned(),
                "images of one shape and type",
            ));
        }
        let images = parts.iter().try_fold(0_usize, |sum, part| sum.checked_add(part.images));
        let images =
            images.ok_or_else(|| wrong("too many images".to_owned(), "images that can be counted"))?;
        let layout = layout(path, &file, shape)?;
        Ok(Self { parts, images, layout, pixel_type })
    }
}

impl Part {
    fn at(path: &Path, file: &H5File, name: &str) -> Result<Self, Error> {
        let wrong =
            |found: String, expected: &str| Error::malformed(path, format!("{name} {found}"), expected);
        let data = file.dataset(name).map_err(|reason| damaged(path, &reason))?;
        let [images, slow, fast] = data.shape()[..] else {
            return Err(wrong(format!("of shape {:?}", data.shape()), "images of two dimensions"));
        };
        let pixels = slow as u128 * fast as u128;
        if pixels == 0 || pixels > u128::from(samples::MOST_PIXELS) {
            let most = samples::MOST_PIXELS;
            return Err(wrong(format!("of {slow} x {fast} pixels"), &format!("from 1 to {most} pixels")));
        }
        let stored = data.datatype().map_err(|reason| damaged(path, &reason))?;
        let of_others = || {
            wrong(format!("of another type, of {} bytes", data.element_size()), "u16, i16, u32, i32 or f32")
        };
        let pixel_type = PixelType::of(&stored).ok_or_else(of_others)?;
        if data.chunk_dims().as_deref() != Some(&[1, slow, fast]) {
            let found = format!("in chunks of {:?}", data.chunk_dims());
            return Err(wrong(found, &format!("chunks of an image, [1, {slow}, {fast}]")));
        }
        let filters = data.filters().map_err(|reason| damaged(path, &reason))?;
        let pipeline = FilterPipeline { filters };
        let is_compressed = !pipeline.filters.is_empty();
        if is_compressed && !bitshuffle::is_only_filter(&pipeline, data.element_size()) {
            let ids: Vec<_> = pipeline.filters.iter().map(|filter| filter.id).collect();
            return Err(wrong(format!("with the filters {ids:?}"), "none, or 32008 with LZ4"));
        }
        Ok(Self { data, images, shape: [slow, fast], pixel_type, is_compressed })
    }
}

/// Whether images of a part of a series are called so.
fn is_numbered(name: &str) -> bool {
    name.strip_prefix("data_")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit()))
}

/// Where the panels are, which several modules say.
fn layout(path: &Path, file: &H5File, shape: [usize; 2]) -> Result<Layout, Error> {
    let whole = Layout { shape, panels: vec![([0, 0], shape)] };
    let Ok(detector) = group(file, DETECTOR) else { return Ok(whole) };
    let mut names = detector.group_names().map_err(|reason| damaged(path, &reason))?;
    names.retain(|name| {
        let class = detector.group(name).and_then(|group| group.attr_string("NX_class"));
        class.is_ok_and(|class| class == "NXdetector_module")
    });
    names.sort();
    // What a single one says is not needed, and some detectors have said it in another order.
    if names.len() < 2 {
        return Ok(whole);
    }
    let pair = |name: &str, field: &str| {
        let field = format!("{DETECTOR}/{name}/{field}");
        let wrong =
            |found: &str| Error::malformed(path, format!("{found} at {field}"), "two numbers of pixels");
        let data = file.dataset(&field).map_err(|reason| damaged(path, &reason))?;
        if data.total_elements() != 2 {
            return Err(wrong(&format!("{} numbers", data.total_elements())));
        }
        let numbers = data.read_numeric_as::<u64>().map_err(|reason| damaged(path, &reason))?;
        match numbers[..] {
            [slow, fast] => match (usize::try_from(slow), usize::try_from(fast)) {
                (Ok(slow), Ok(fast)) => Ok([slow, fast]),
                _ => Err(wrong(&format!("{slow}, {fast}"))),
            },
            _ => Err(wrong("others")),
        }
    };
    let mut rest = shape[0] * shape[1];
    let mut panels = Vec::new();
    for name in &names {
        let (origin, size) = (pair(name, "data_origin")?, pair(name, "data_size")?);
        let is_inside = |i: usize| origin[i].checked_add(size[i]).is_some_and(|end| end <= shape[i]);
        let left = (is_inside(0) && is_inside(1)).then(|| rest.checked_sub(size[0] * size[1])).flatten();
        rest = left.ok_or_else(|| {
            let found = format!("the module {name} at {origin:?} of {size:?} pixels");
            Error::malformed(path, found, format!("modules beside each other in {shape:?} pixels"))
        })?;
        panels.push((origin, size));
    }
    Ok(Layout { shape, panels })
}

fn group(file: &H5File, path: &str) -> rust_hdf5::Result<H5Group> {
    path.split('/').try_fold(file.root_group(), |group, name| group.group(name))
}

fn damaged(path: &Path, reason: &Hdf5Error) -> Error {
    Error::malformed(path, reason.to_string(), "images of NXmx in HDF5")
}
