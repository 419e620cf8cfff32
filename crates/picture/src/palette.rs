//! Colours of pictures.

use plotters::style::RGBColor;
use plotters::style::colors::colormaps::{BlackWhite, ColorMap, DerivedColorMap, ViridisRGB};

/// A red, green, blue triple.
pub type Rgb = [u8; 3];

/// Marks pixels that are no number.
pub const NOT_A_NUMBER: Rgb = [255, 0, 255];

/// Marks pixels between modules of a detector, -1 and -2 in its files.
pub const GAP: Rgb = [150, 180, 215];

/// From black over blue and orange to near white, each step brighter than the one before.
const HEAT: [Rgb; 6] =
    [[0, 0, 0], [28, 30, 96], [110, 32, 124], [206, 62, 78], [250, 152, 40], [255, 250, 210]];

/// Negative is blue, positive is red, and white lies between.
const DIVERGING: [Rgb; 5] = [[8, 40, 110], [70, 140, 215], [255, 255, 255], [225, 100, 70], [120, 10, 25]];

/// Finer than a byte of brightness can show.
const SHADES: usize = 1024;

/// Colours for the positions from 0 to 1, looked up since a picture has a million pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette(Vec<Rgb>);

impl Palette {
    /// Of a brightness: black to white.
    #[must_use]
    pub fn grey() -> Self {
        Self::of(BlackWhite::get_color)
    }

    /// Of a brightness: viridis, from dark blue over green to yellow.
    #[must_use]
    pub fn viridis() -> Self {
        Self::of(ViridisRGB::get_color)
    }

    /// Of a brightness: black over blue and orange to near white.
    #[must_use]
    pub fn heat() -> Self {
        Self::through(&HEAT)
    }

    /// Of a signed brightness: blue is negative, red is positive, ½ is zero.
    #[must_use]
    pub fn diverging() -> Self {
        Self::through(&DIVERGING)
    }

    /// The same colours in the other order.
    #[must_use]
    pub fn reversed(mut self) -> Self {
        self.0.reverse();
        self
    }

    /// The colour at a position; NaN has a separate one.
    #[must_use]
    pub fn at(&self, position: f64) -> Rgb {
        if position.is_nan() {
            return NOT_A_NUMBER;
        }
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
        let shade = (position * (SHADES - 1) as f64 + 0.5) as usize;
        self.0[shade.min(SHADES - 1)]
    }

    fn through(stops: &[Rgb]) -> Self {
        let stops: Vec<RGBColor> =
            stops.iter().map(|&[red, green, blue]| RGBColor(red, green, blue)).collect();
        let map = DerivedColorMap::new(&stops);
        Self::of(|position| map.get_color(position))
    }

    fn of(colour: impl Fn(f64) -> RGBColor) -> Self {
        let shade = |shade| {
            let RGBColor(red, green, blue) = colour(shade as f64 / (SHADES - 1) as f64);
            [red, green, blue]
        };
        Self((0..SHADES).map(shade).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle() {
        let (heat, diverging) = (Palette::heat(), Palette::diverging());
        assert_eq!([-1.0, 0.0, 1.0, 9.0].map(|at| heat.at(at)), [HEAT[0], HEAT[0], HEAT[5], HEAT[5]]);
        assert_eq!([0.0, 1.0].map(|at| diverging.at(at)), [DIVERGING[0], DIVERGING[4]]);
        assert!(diverging.at(0.5).iter().all(|&channel| channel > 253));
        assert_eq!(heat.at(f64::NAN), NOT_A_NUMBER);
        let grey = Palette::grey();
        assert_eq!([0.0, 0.2, 1.0].map(|at| grey.at(at)), [[0; 3], [51; 3], [255; 3]]);
        assert_eq!(grey.reversed().at(1.0), [0; 3]);
        // The ends of matplotlib's viridis.
        let viridis = Palette::viridis();
        for (at, expected) in [(0.0, [68, 1, 84]), (1.0, [253, 231, 37])] {
            let found = viridis.at(at);
            assert!(found.iter().zip(expected).all(|(x, y): (&u8, u8)| x.abs_diff(y) <= 1), "{found:?}");
        }
    }
}
