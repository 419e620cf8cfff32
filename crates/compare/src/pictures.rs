//! Pictures of both images on one scale, and of their signed relative difference.
//!
//! A block of image pixels becomes one picture pixel with the strongest of its values, or with NaN if one is NaN. Each
//! picture states its scale in its `Description`.

use nanobragg_image_io::png;
use nanobragg_image_io::preview::{self, Curve, Scale, block_for, shrink};
use nanobragg_picture::{Palette, stronger};
use ndarray::{Array2, Axis};
use percent_g::percent_g;
use rayon::join;
use rayon::prelude::*;

use crate::number::number;

use crate::resample::in_shape_of;
use crate::{Error, Image, Options, PictureOptions};

/// Differences this many decades below the strongest are white.
const RELATIVE_DECADES: i32 = 4;
/// Numbers on a scale are at least this far apart, as a part of it.
const LEAST_GAP: f64 = 0.06;

/// Three PNG files, and what their colours stand for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pictures {
    /// The first image.
    pub a: Vec<u8>,
    /// The second image, in the shape of the first.
    pub b: Vec<u8>,
    /// Their relative difference, second minus first.
    pub difference: Vec<u8>,
    /// The logarithmic scale of both images: black and white end.
    pub pixel_scale: [f64; 2],
    /// The logarithmic scale of the difference on either side of zero: white up to the first, strongest colour
    /// from the second.
    pub relative_scale: [f64; 2],
    /// Image pixels along the edge of the block that is one picture pixel.
    pub block: usize,
    /// What the colours of `a` and `b` stand for.
    pub pixel_description: String,
    /// What the colours of `difference` stand for.
    pub relative_description: String,
}

impl Pictures {
    /// Pictures of two images; `relative_floor` is that of their report.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`]; [`Error::ImageIo`] for an image without pixels.
    pub fn of(a: &Image, b: &Image, relative_floor: f64, options: &Options) -> Result<Self, Error> {
        let b = &*in_shape_of(a, b, options.resample)?;
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
        let pixel_description = describe_pixels(&scale, block);
        let relative_description = describe_differences(&limits, relative_floor, block);
        let (heat, diverging) = (Palette::heat(), Palette::diverging());
        let pictures: [(_, &Palette, &(dyn Fn(f64) -> f64 + Sync), _); 3] = [
            (&small_a, &heat, &of_pixel, &pixel_description),
            (&small_b, &heat, &of_pixel, &pixel_description),
            (&difference, &diverging, &of_difference, &relative_description),
        ];
        let encoded = pictures
            .into_par_iter()
            .map(|(values, palette, position, description)| {
                let colours = values.mapv(|value| palette.at(position(value)));
                Ok(png::rgb_bytes(colours.view(), description)?)
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let [a, b, difference] = encoded.try_into().unwrap_or_default();
        Ok(Self {
            a,
            b,
            difference,
            pixel_scale: [scale.low, scale.high],
            relative_scale: [limits.low, limits.high],
            block,
            pixel_description,
            relative_description,
        })
    }

    /// Positions from 0 to 1 on the scale of both images, with the values there.
    pub(crate) fn pixel_ticks(&self) -> Vec<(f64, String)> {
        let [low, high] = self.pixel_scale;
        let position = |value: f64| (value / low).ln() / (high / low).ln();
        let powers =
            (-300_i32..300).map(|power| 10_f64.powi(power)).filter(|value| *value > low && *value < high);
        let inside = powers
            .map(|value| (position(value), percent_g(value, 4).to_string()))
            .filter(|(at, _)| (LEAST_GAP..=1.0 - LEAST_GAP).contains(at));
        let end = |at: f64, value: f64| (at, percent_g(value, 3).to_string());
        [end(0.0, low)].into_iter().chain(inside).chain([end(1.0, high)]).collect()
    }

    /// Positions from 0 to 1 on the scale of the difference, with the values there.
    pub(crate) fn relative_ticks(&self) -> Vec<(f64, String)> {
        let [_, high] = self.relative_scale;
        let decade = |power: i32| {
            let part = 1.0 - f64::from(power) / f64::from(RELATIVE_DECADES);
            let value = percent_g(high * 0.1_f64.powi(power), 3);
            [(0.5 - 0.5 * part, format!("-{value}")), (0.5 + 0.5 * part, format!("+{value}"))]
        };
        let zero = (0.5, "0".to_owned());
        (0..RELATIVE_DECADES).flat_map(decade).chain([zero]).collect()
    }
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

fn stretch(options: PictureOptions) -> preview::Options {
    let PictureOptions { max_width, low_percentile, high_percentile } = options;
    preview::Options { max_width, low_percentile, high_percentile, curve: Curve::Logarithmic }
}

/// The scale of the differences' sizes.
fn relative_limits(difference: &Array2<f64>, options: PictureOptions) -> Scale {
    let sizes = difference.iter().map(|value| value.abs());
    let scale = Scale::of(sizes, &stretch(PictureOptions { low_percentile: 0.0, ..options }));
    Scale { low: scale.high * 0.1_f64.powi(RELATIVE_DECADES), ..scale }
}

fn signed_brightness(limits: &Scale, value: f64) -> f64 {
    if value.is_nan() { value } else { limits.brightness(value.abs()).copysign(value) }
}

/// In Latin-1, the characters of a PNG's text.
fn describe_pixels(scale: &Scale, block: usize) -> String {
    let [low, high] = [scale.low, scale.high].map(number);
    format!(
        "logarithmic from {low} (black) to {high} (brightest), the same for both; {}",
        describe_blocks(block)
    )
}

fn describe_differences(limits: &Scale, floor: f64, block: usize) -> String {
    let [low, high, floor] = [limits.low, limits.high, floor].map(number);
    format!(
        "(second - first) / max(|first|, {floor}): white up to ±{low}, logarithmic to ±{high}, red where the second \
         is more; {}",
        describe_blocks(block)
    )
}

fn describe_blocks(block: usize) -> String {
    format!("one picture pixel is the strongest of {block} × {block}, a NaN is magenta")
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
        let mut options = Options::default();
        options.pictures.max_width = 100;
        let pictures = Pictures::of(&a, &b, 1e-6, &options).unwrap();
        assert_eq!(pictures.block, 3);
        assert!(pictures.pixel_scale[1] > 89_000.0, "{:?}", pictures.pixel_scale);
        assert!((pictures.relative_scale[1] - 0.02).abs() < 1e-12, "{:?}", pictures.relative_scale);
        for png in [&pictures.a, &pictures.b, &pictures.difference] {
            assert!(png.starts_with(b"\x89PNG"));
        }
        let nan_seen = |image: &Image| shrink(image.pixels(), 3, stronger).iter().any(|pixel| pixel.is_nan());
        assert!(!nan_seen(&a) && nan_seen(&b));
    }

    #[test]
    fn equal_images_have_a_white_difference() {
        let a = Image::new("a", Array2::ones((4, 4)));
        let limits = relative_limits(&relative(&a, &a, 1e-6), PictureOptions::default());
        assert_eq!(signed_brightness(&limits, 0.0).abs().to_bits(), 0);
    }

    #[test]
    fn scales_have_powers_of_ten_between_their_ends() {
        let image = |factor: f64| {
            let values = Array2::from_shape_fn((1, 100), |(_, fast)| 0.5 * 10_f64.powf(fast as f64 / 25.0));
            Image::new("x", factor * &values)
        };
        let mut options = Options::default();
        (options.pictures.low_percentile, options.pictures.high_percentile) = (0.0, 100.0);
        let pictures = Pictures::of(&image(1.0), &image(1.0), 1e-6, &options).unwrap();
        let ticks = pictures.pixel_ticks();
        let texts: Vec<_> = ticks.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["0.5", "1", "10", "100", "1000", "4.56e+03"]);
        assert!(ticks.is_sorted_by(|x, y| x.0 < y.0), "{ticks:?}");
        let pictures = Pictures::of(&image(1.0), &image(1.5), 1e-6, &options).unwrap();
        let ticks = pictures.relative_ticks();
        let at = |place: f64| {
            let nearest = ticks.iter().find(|(at, _)| (at - place).abs() < 1e-9);
            nearest.map(|(_, text)| text.as_str())
        };
        assert_eq!(
            [0.0, 0.25, 0.5, 0.875, 1.0].map(at),
            ["-0.5", "-0.005", "0", "+0.05", "+0.5"].map(Some),
            "{ticks:?}"
        );
    }

    #[test]
    fn a_constant_image_has_a_scale() {
        let a = Image::new("a", Array2::from_elem((4, 4), 7.0));
        let ticks = Pictures::of(&a, &a, 1e-6, &Options::default()).unwrap().pixel_ticks();
        assert!(ticks.iter().all(|(at, text)| at.is_finite() && text == "7"), "{ticks:?}");
    }
}
