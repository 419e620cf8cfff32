//! A picture as text for a terminal: two pixels a character.

use std::fmt::Write as _;

use anstyle::{Color, RgbColor, Style};
use ndarray::{ArrayView1, ArrayView2, Axis};

use crate::palette::Rgb;

/// From paper to ink.
const RAMP: [char; 10] = [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];

/// What colours a terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// All of 24 bits.
    True,
    /// 256, of which the nearest is taken.
    Palette256,
    /// None: characters of more or less ink stand for pixels.
    None,
}

/// Rows of text, two rows of the picture each; `paper` is the colour of a value of 0.
pub(crate) fn text(picture: ArrayView2<'_, Rgb>, colours: Colours, paper: Rgb) -> String {
    let mut text = String::new();
    for rows in picture.axis_chunks_iter(Axis(0), 2) {
        let (upper, lower) = (rows.row(0), (rows.nrows() > 1).then(|| rows.row(1)));
        match colours {
            Colours::None => ink_row(upper, lower, paper, &mut text),
            Colours::True => colour_row(upper, lower, |[r, g, b]| Color::Rgb(RgbColor(r, g, b)), &mut text),
            Colours::Palette256 => colour_row(upper, lower, nearest, &mut text),
        }
        text.push('\n');
    }
    text
}

/// The nearest of the colours that look alike on all terminals: the first 16 are a matter of taste.
fn nearest([r, g, b]: Rgb) -> Color {
    Color::Ansi256(anstyle_lossy::rgb_to_xterm(RgbColor(r, g, b)))
}

fn colour_row(
    upper: ArrayView1<'_, Rgb>,
    lower: Option<ArrayView1<'_, Rgb>>,
    colour: impl Fn(Rgb) -> Color,
    text: &mut String,
) {
    let mut current = None;
    for (fast, &pixel) in upper.iter().enumerate() {
        let below = lower.map(|row| colour(row[fast]));
        let style = Style::new().fg_color(Some(colour(pixel))).bg_color(below);
        if current != Some(style) {
            let _ = write!(text, "{style}");
            current = Some(style);
        }
        text.push('▀');
    }
    text.push_str("\x1b[0m");
}

/// The pixel of two that is farther from the paper gives the character.
fn ink_row(upper: ArrayView1<'_, Rgb>, lower: Option<ArrayView1<'_, Rgb>>, paper: Rgb, text: &mut String) {
    let paper = luma(paper);
    let most = paper.max(255.0 - paper);
    let ink = |pixel: Rgb| (luma(pixel) - paper).abs() / most;
    for (fast, &pixel) in upper.iter().enumerate() {
        let ink = lower.map_or(0.0, |row| ink(row[fast])).max(ink(pixel));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
        let step = (ink * (RAMP.len() - 1) as f64).round() as usize;
        text.push(RAMP[step.min(RAMP.len() - 1)]);
    }
}

/// Rec. 709, of values as they are: the eye judges no more here.
fn luma([red, green, blue]: Rgb) -> f64 {
    0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    const BLACK: Rgb = [0; 3];
    const WHITE: Rgb = [255; 3];

    #[test]
    fn two_rows_are_one_of_half_blocks() {
        let picture = array![[WHITE, WHITE, [1, 2, 3]], [BLACK, BLACK, WHITE], [BLACK, WHITE, WHITE]];
        assert_eq!(
            text(picture.view(), Colours::True, WHITE),
            "\x1b[38;2;255;255;255m\x1b[48;2;0;0;0m▀▀\x1b[38;2;1;2;3m\x1b[48;2;255;255;255m▀\x1b[0m\n\
             \x1b[38;2;0;0;0m▀\x1b[38;2;255;255;255m▀▀\x1b[0m\n"
        );
    }

    /// Of the colours of xterm, 16 is black, 231 white, 244 a middle grey and 196 red.
    #[test]
    fn of_256_colours_the_nearest_is_taken() {
        for (colour, expected) in [(BLACK, 16), (WHITE, 231), ([128; 3], 244), ([255, 0, 0], 196)] {
            let found = text(array![[colour]].view(), Colours::Palette256, WHITE);
            assert_eq!(found, format!("\x1b[38;5;{expected}m▀\x1b[0m\n"), "{colour:?}");
        }
    }

    #[test]
    fn without_colours_ink_stands_for_what_is_not_paper() {
        let picture = array![[WHITE, [170; 3], BLACK], [WHITE, BLACK, WHITE], [[128; 3], WHITE, WHITE]];
        assert_eq!(text(picture.view(), Colours::None, WHITE), " @@\n=  \n");
        assert_eq!(text(picture.view(), Colours::None, BLACK), "@*@\n+@@\n");
    }
}
