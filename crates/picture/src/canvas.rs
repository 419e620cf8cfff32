//! A picture as something that marks are drawn upon.

use std::convert::Infallible;

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Size};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use ndarray::ArrayViewMut2;

use crate::palette::Rgb;

/// The pixels of a picture, `[slow, fast]`; what is drawn beyond them is dropped.
pub(crate) struct Canvas<'a>(pub(crate) ArrayViewMut2<'a, Rgb>);

impl OriginDimensions for Canvas<'_> {
    fn size(&self) -> Size {
        let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        Size::new(side(self.0.ncols()), side(self.0.nrows()))
    }
}

impl DrawTarget for Canvas<'_> {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(at, colour) in pixels {
            if let (Ok(slow), Ok(fast)) = (usize::try_from(at.y), usize::try_from(at.x))
                && let Some(pixel) = self.0.get_mut([slow, fast])
            {
                *pixel = [colour.r(), colour.g(), colour.b()];
            }
        }
        Ok(())
    }
}
