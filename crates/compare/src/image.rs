//! An image to compare.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

/// Pixels with a name.
///
/// Every pixel type of the files read here fits an `f64` exactly, so equal pixels stay equal in every bit.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    name: String,
    /// In standard layout, which [`Image::flat`] relies upon.
    pixels: Array2<f64>,
}

impl Image {
    /// An image of shape `[slow, fast]`.
    #[must_use]
    pub fn new(name: impl Into<String>, pixels: Array2<f64>) -> Self {
        let pixels =
            if pixels.is_standard_layout() { pixels } else { pixels.as_standard_layout().into_owned() };
        Self { name: name.into(), pixels }
    }

    /// A single-precision image of shape `[slow, fast]`.
    #[must_use]
    pub fn from_f32(name: impl Into<String>, pixels: ArrayView2<'_, f32>) -> Self {
        let standard = pixels.as_standard_layout();
        let mut wide = Array2::zeros(pixels.dim());
        if let (Some(to), Some(from)) = (wide.as_slice_mut(), standard.as_slice()) {
            to.par_iter_mut().zip(from).with_min_len(1 << 16).for_each(|(to, &from)| *to = f64::from(from));
        }
        Self { name: name.into(), pixels: wide }
    }

    /// The name of the image in a report, for example its file name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The pixels, `[slow, fast]`.
    #[must_use]
    pub fn pixels(&self) -> ArrayView2<'_, f64> {
        self.pixels.view()
    }

    /// The same image under another name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// `[slow, fast]`.
    #[must_use]
    pub fn shape(&self) -> [usize; 2] {
        self.pixels.dim().into()
    }

    /// The pixels in raster order.
    pub(crate) fn flat(&self) -> &[f64] {
        self.pixels.as_slice().unwrap_or_default()
    }
}
