//! Numbers drawn into a picture, so that it states its scale wherever it goes.

use ndarray::Array2;

use crate::colour::Rgb;

/// Pixels of a glyph, before it is enlarged.
const HEIGHT: usize = 5;
const WIDTH: usize = 3;
/// A dot of a glyph is this many pixels wide and high.
const DOT: usize = 2;

/// Height of a line of text.
pub(crate) const LINE_PX: usize = HEIGHT * DOT;

/// Width of a text.
pub(crate) fn width_px(text: &str) -> usize {
    text.chars().count() * (WIDTH + 1) * DOT
}

/// Draws a text whose upper left corner is at a pixel; what does not fit is cut, what has no glyph left blank.
pub(crate) fn draw(picture: &mut Array2<Rgb>, [slow, fast]: [usize; 2], text: &str, colour: Rgb) {
    for (index, glyph) in text.chars().map(glyph).enumerate() {
        let left = fast + index * (WIDTH + 1) * DOT;
        for (row, line) in glyph.iter().enumerate() {
            for column in (0..WIDTH).filter(|column| line >> (WIDTH - 1 - column) & 1 == 1) {
                dot(picture, slow + row * DOT, left + column * DOT, colour);
            }
        }
    }
}

fn dot(picture: &mut Array2<Rgb>, slow: usize, fast: usize, colour: Rgb) {
    for (slow, fast) in (0..DOT * DOT).map(|i| (slow + i / DOT, fast + i % DOT)) {
        if let Some(pixel) = picture.get_mut([slow, fast]) {
            *pixel = colour;
        }
    }
}

/// Five rows of three bits.
fn glyph(letter: char) -> [u8; HEIGHT] {
    match letter {
        '0' => [0b111, 0b101, 0b101, 0b101, 0b111],
        '1' => [0b010, 0b110, 0b010, 0b010, 0b111],
        '2' => [0b111, 0b001, 0b111, 0b100, 0b111],
        '3' => [0b111, 0b001, 0b011, 0b001, 0b111],
        '4' => [0b101, 0b101, 0b111, 0b001, 0b001],
        '5' => [0b111, 0b100, 0b111, 0b001, 0b111],
        '6' => [0b111, 0b100, 0b111, 0b101, 0b111],
        '7' => [0b111, 0b001, 0b010, 0b010, 0b010],
        '8' => [0b111, 0b101, 0b111, 0b101, 0b111],
        '9' => [0b111, 0b101, 0b111, 0b001, 0b111],
        '-' => [0b000, 0b000, 0b111, 0b000, 0b000],
        '+' => [0b000, 0b010, 0b111, 0b010, 0b000],
        '.' => [0b000, 0b000, 0b000, 0b000, 0b010],
        'e' => [0b000, 0b111, 0b111, 0b100, 0b111],
        _ => [0; HEIGHT],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_a_number_has_its_own_glyph() {
        let glyphs: Vec<_> = "0123456789-+.e".chars().map(glyph).collect();
        for (index, one) in glyphs.iter().enumerate() {
            assert!(one != &[0; 5] && !glyphs[index + 1..].contains(one), "glyph {index}");
        }
    }

    #[test]
    fn text_beyond_the_picture_is_cut() {
        let mut picture = Array2::from_elem((6, 6), [0; 3]);
        draw(&mut picture, [2, 2], "18", [255; 3]);
        assert_eq!(picture.iter().filter(|pixel| **pixel == [255; 3]).count(), 2 * 2 + 2 * 4);
    }
}
