//! Pictures of both images on one scale, and of their signed relative difference.
//!
//! Each picture carries its colour bar with the numbers at its ends. Blocks of pixels show their strongest, a NaN
//! before all else.

use nanobragg_image_io::png;
use nanobragg_image_io::preview::{self, Curve, Scale, block_for, shrink};
use ndarray::{Array2, Axis};
use rayon::join;
use rayon::prelude::*;
use serde::Serialize;

use crate::colour::{Palette, Rgb};
use crate::report::in_shape_of;
use crate::{Error, Image, Options as CompareOptions, glyphs};

/// Pictures narrower than this are enlarged by a whole number, so that their colour bar has room for its numbers.
const LEAST_WIDTH: usize = 256;
const GAP_PX: usize = 6;
const BAR_PX: usize = 12;
const PAPER: Rgb = [255; 3];
const INK: Rgb = [0; 3];
/// Differences this many decades below the strongest are white.
const RELATIVE_DECADES: i32 = 4;

/// How pictures are made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Options {
    /// Picture pixels along the fast axis, at most.
    pub max_width: usize,
    /// Percentile of the positive picture pixels at the dark end of the scale; the scale never spans more than
    /// five decades.
    pub low_percentile: f64,
    /// Percentile of the positive picture pixels, or of the sizes of the differences, at the bright end.
    pub high_percentile: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_width: 1024, low_percentile: 1.0, high_percentile: 99.9 }
    }
}

/// Three PNG files, and what their colours stand for.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The first image.
    pub a: Vec<u8>,
    /// The second image, in the shape of the first.
    pub b: Vec<u8>,
    /// Their relative difference, second minus first.
    pub difference: Vec<u8>,
    /// The logarithmic scale of both images: dark and bright end.
    pub pixel_scale: [f64; 2],
    /// The logarithmic scale of the difference on either side of zero: white up to the first, strongest colour
    /// from the second.
    pub relative_scale: [f64; 2],
    /// Image pixels along the edge of the block behind one picture pixel.
    pub block: usize,
}

impl Figures {
    /// Pictures of two images; `relative_floor` is that of their report.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`]; [`Error::ImageIo`] for an image without pixels.
    pub fn of(a: &Image, b: &Image, relative_floor: f64, options: &CompareOptions) -> Result<Self, Error> {
        let b = &*in_shape_of(a, b, options)?;
        let block = block_for(a.shape()[1], options.pictures.max_width);
        let small = |image: &Image| shrink(image.pixels(), block, stronger);
        let (small_a, small_b) = join(|| small(a), || small(b));
        let difference = shrink(relative(a, b, relative_floor).view(), block, |x, y| {
            if x.is_nan() || (!y.is_nan() && x.abs() >= y.abs()) { x } else { y }
        });
        let scale = Scale::of(small_a.iter().chain(&small_b).copied(), &stretch(options.pictures));
        let limits = relative_limits(&difference, options.pictures);
        let of_pixel = |pixel: f64| if pixel.is_nan() { pixel } else { scale.brightness(pixel) };
        let of_difference = |value: f64| 0.5 + 0.5 * signed_brightness(&limits, value);
        let pixel_scale = [scale.low, scale.high];
        let relative_scale = [limits.low, limits.high];
        let heat = Bar { palette: Palette::heat(), ends: pixel_scale };
        let diverging = Bar { palette: Palette::diverging(), ends: [-limits.high, limits.high] };
        let pictures: [(_, &(dyn Fn(f64) -> f64 + Sync), _); 3] = [
            (&small_a, &of_pixel, &heat),
            (&small_b, &of_pixel, &heat),
            (&difference, &of_difference, &diverging),
        ];
        let encoded = pictures
            .into_par_iter()
            .map(|(values, position, bar)| Ok(png::rgb_bytes(bar.below(values, position).view(), "")?))
            .collect::<Result<Vec<_>, Error>>()?;
        let [a, b, difference] = encoded.try_into().unwrap_or_default();
        Ok(Self { a, b, difference, pixel_scale, relative_scale, block })
    }
}

/// A colour bar: its colours, and the numbers at its ends.
struct Bar {
    palette: Palette,
    ends: [f64; 2],
}

fn relative(a: &Image, b: &Image, floor: f64) -> Array2<f64> {
    let mut relative = Array2::zeros(a.pixels().dim());
    let rows = relative.axis_iter_mut(Axis(0)).into_par_iter();
    let [a, b] = [a, b].map(|image| image.pixels());
    let sources = a.axis_iter(Axis(0)).into_par_iter().zip(b.axis_iter(Axis(0)));
    rows.zip(sources).for_each(|(mut row, (a, b))| {
        row.iter_mut()
            .zip(a)
            .zip(b)
            .for_each(|((relative, &a), &b)| *relative = crate::metrics::relative(a, b, floor));
    });
    relative
}

fn stronger(x: f64, y: f64) -> f64 {
    if x.is_nan() || (!y.is_nan() && x >= y) { x } else { y }
}

fn stretch(options: Options) -> preview::Options {
    let Options { max_width, low_percentile, high_percentile } = options;
    preview::Options { max_width, low_percentile, high_percentile, curve: Curve::Logarithmic }
}

/// The scale of the differences' sizes.
fn relative_limits(difference: &Array2<f64>, options: Options) -> Scale {
    let sizes = difference.iter().map(|value| value.abs());
    let scale = Scale::of(sizes, &stretch(Options { low_percentile: 0.0, ..options }));
    Scale { low: scale.high * 0.1_f64.powi(RELATIVE_DECADES), ..scale }
}

fn signed_brightness(limits: &Scale, value: f64) -> f64 {
    if value.is_nan() { value } else { limits.brightness(value.abs()).copysign(value) }
}

impl Bar {
    /// A picture of values, given their positions on the bar, with the bar below it.
    fn below(&self, values: &Array2<f64>, position: &dyn Fn(f64) -> f64) -> Array2<Rgb> {
        let (rows, columns) = values.dim();
        let zoom = if columns < LEAST_WIDTH { LEAST_WIDTH.div_ceil(columns.max(1)) } else { 1 };
        let (height, width) = (rows * zoom, columns * zoom);
        let bar_top = height + GAP_PX;
        let text_top = bar_top + BAR_PX + GAP_PX;
        let mut picture = Array2::from_elem((text_top + glyphs::LINE_PX + GAP_PX, width), PAPER);
        let small = values.mapv(|value| self.palette.at(position(value)));
        for ((slow, fast), pixel) in picture.indexed_iter_mut() {
            if slow < height {
                *pixel = small[[slow / zoom, fast / zoom]];
            } else if (bar_top..bar_top + BAR_PX).contains(&slow) {
                *pixel = self.palette.at(fast as f64 / (width.max(2) - 1) as f64);
            }
        }
        let [low, high] = self.ends.map(|end| format!("{end:.2e}"));
        glyphs::draw(&mut picture, [text_top, 0], &low, INK);
        glyphs::draw(&mut picture, [text_top, width.saturating_sub(glyphs::width_px(&high))], &high, INK);
        picture
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_images_share_one_scale_and_a_nan_is_seen() {
        let a = Image::new("a", Array2::from_shape_fn((300, 300), |(s, f)| 1.0 + (s * 300 + f) as f64));
        let mut pixels = a.pixels().mapv(|pixel| 1.02 * pixel);
        pixels[[17, 17]] = f64::NAN;
        let b = Image::new("b", pixels);
        let mut options = CompareOptions::default();
        options.pictures.max_width = 100;
        let figures = Figures::of(&a, &b, 1e-6, &options).unwrap();
        assert_eq!(figures.block, 3);
        assert!(figures.pixel_scale[1] > 89_000.0, "{:?}", figures.pixel_scale);
        assert!((figures.relative_scale[1] - 0.02).abs() < 1e-12, "{:?}", figures.relative_scale);
        for png in [&figures.a, &figures.b, &figures.difference] {
            assert!(png.starts_with(b"\x89PNG"));
        }
        let nan_seen = |image: &Image| shrink(image.pixels(), 3, stronger).iter().any(|pixel| pixel.is_nan());
        assert!(!nan_seen(&a) && nan_seen(&b));
    }

    #[test]
    fn equal_images_have_a_white_difference() {
        let a = Image::new("a", Array2::ones((4, 4)));
        let limits = relative_limits(&relative(&a, &a, 1e-6), Options::default());
        assert_eq!(signed_brightness(&limits, 0.0).abs().to_bits(), 0);
    }
}
