//! Reads images of every format that image-io knows.

use std::path::Path;

pub use nanobragg_image_io::ShapeFrom;
use ndarray::Array2;

use crate::{Error, Image};

/// Reads an image of any supported format, the panels of a raw one stacked along the slow axis.
///
/// # Errors
/// [`Error::ImageIo`], as [`nanobragg_image_io::Image::open`] has it.
pub fn image(path: impl AsRef<Path>, shape_from: &ShapeFrom) -> Result<Image, Error> {
    let path = path.as_ref();
    let image = nanobragg_image_io::Image::open(path, shape_from)?;
    Ok(Image::new(path.display().to_string(), image.pixels))
}

/// Reads an image as a mask: pixels that are 0 are left out of the comparison (`false`).
///
/// # Errors
/// As [`image`].
pub fn mask(path: impl AsRef<Path>, shape_from: &ShapeFrom) -> Result<Array2<bool>, Error> {
    image(path, shape_from).map(|image| image.pixels().mapv(|pixel| pixel != 0.0))
}
