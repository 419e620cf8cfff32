//! An image in colours.

use nanobragg_image_io::png;
use nanobragg_image_io::preview::{Curve, Scale, shrink};
use ndarray::{Array2, ArrayView2};
use percent_g::percent_g;

use crate::error::Error;
use crate::half_blocks::{self, Colours};
use crate::levels::{Levels, stronger};
use crate::mark::Mark;
use crate::palette::{GAP, Palette, Rgb};

/// How an image is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Image pixels along the edge of a block, of which the largest one is shown; at least 1.
    pub block: usize,
    /// What the ends of the scale are.
    pub levels: Levels,
    /// The start of the scale, where it is given.
    pub min: Option<f64>,
    /// The end of the scale, where it is given.
    pub max: Option<f64>,
    /// The colours from the start to the end of the scale.
    pub palette: Palette,
}

/// An image in colours, on a stated scale.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Picture {
    /// Red, green and blue, `[slow, fast]`.
    pub colours: Array2<Rgb>,
    /// The values that the colours stand for, in the unit of the image.
    pub scale: Scale,
    /// Image pixels along the edge of the block that one picture pixel is.
    pub block: usize,
    /// The colour of the start of the scale.
    paper: Rgb,
}

/// Dark spots on white, as the viewers of the field have them (ADXV, the image viewer of DIALS, Albula).
impl Default for Options {
    fn default() -> Self {
        Self {
            block: 1,
            levels: Levels::default(),
            min: None,
            max: None,
            palette: Palette::grey().reversed(),
        }
    }
}

impl Picture {
    /// The picture of an image. Pixels of −1 and −2, with which detectors mark gaps and pixels that are not to be used, are
    /// [`GAP`], and those that are no number are [`NOT_A_NUMBER`](crate::NOT_A_NUMBER).
    ///
    /// # Errors
    /// [`Error::EmptyScale`] and [`Error::NotPositive`] for a scale that is given.
    pub fn of(image: ArrayView2<'_, f64>, options: &Options) -> Result<Self, Error> {
        let small = shrink(image, options.block, stronger);
        let scale = options.levels.scale(small.view(), options.min, options.max)?;
        let colour = |value: f64| {
            if [-1.0, -2.0].contains(&value) {
                GAP
            } else {
                options.palette.at(if value.is_nan() { value } else { scale.brightness(value) })
            }
        };
        let colours = small.mapv(colour);
        Ok(Self { colours, scale, block: options.block.max(1), paper: options.palette.at(0.0) })
    }

    /// `[slow, fast]`.
    #[must_use]
    pub fn shape(&self) -> [usize; 2] {
        self.colours.dim().into()
    }

    /// Draws marks, whose places are pixels of the picture.
    pub fn draw(&mut self, marks: &[Mark]) {
        for mark in marks {
            mark.draw(self.colours.view_mut(), self.paper);
        }
    }

    /// What the colours stand for, in words, in Latin-1.
    #[must_use]
    pub fn description(&self) -> String {
        let curve = match self.scale.curve {
            Curve::Logarithmic => "logarithmic",
            _ => "linear",
        };
        let [low, high] = [self.scale.low, self.scale.high].map(|end| percent_g(end, 4));
        let block = match self.block {
            1 => String::new(),
            block => format!(", each the largest of {block} × {block} pixels"),
        };
        let [slow, fast] = self.shape();
        format!("{fast} × {slow} pixels{block}, {curve} from {low} to {high}")
    }

    /// It as the bytes of a PNG file, with its description.
    ///
    /// # Errors
    /// [`Error::Image`] for a picture without pixels.
    pub fn png(&self) -> Result<Vec<u8>, Error> {
        Ok(png::rgb_bytes(self.colours.view(), &self.description())?)
    }

    /// It as rows of text for a terminal, each of which is two rows of the picture.
    #[must_use]
    pub fn half_blocks(&self, colours: Colours) -> String {
        half_blocks::text(self.colours.view(), colours, self.paper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NOT_A_NUMBER;
    use ndarray::array;

    #[test]
    fn values_gaps_and_nans_have_their_colours() {
        let image = array![[0.0, 50.0, 100.0], [-1.0, f64::NAN, -2.0], [200.0, -3.0, -1.5]];
        let options = Options { max: Some(100.0), ..Options::default() };
        let picture = Picture::of(image.view(), &options).unwrap();
        let [white, grey, black] = [[255; 3], [127; 3], [0; 3]];
        assert_eq!(
            picture.colours,
            array![[white, grey, black], [GAP, NOT_A_NUMBER, GAP], [black, white, white]]
        );
        assert_eq!(picture.description(), "3 × 3 pixels, linear from 0 to 100");
    }

    #[test]
    fn a_block_is_its_largest_pixel() {
        let image = array![[0.0, -1.0, -1.0], [10.0, 0.0, -1.0], [0.0, 0.0, 5.0]];
        let options = Options { block: 2, levels: Levels::Linear, ..Options::default() };
        let picture = Picture::of(image.view(), &options).unwrap();
        assert_eq!(picture.colours, array![[[0; 3], GAP], [[255; 3], [127; 3]]]);
        assert!(picture.description().contains("the largest of 2 × 2 pixels"));
    }
}
