//! Marks upon a picture: rings with labels, circles around spots, a cross in the beam.

use std::convert::Infallible;

use embedded_graphics::mono_font::iso_8859_1::FONT_7X14;
use embedded_graphics::mono_font::{MonoFont, MonoTextStyleBuilder};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::{Drawable, Point, Primitive};
use embedded_graphics::primitives::{Circle, Line, PrimitiveStyle};
use embedded_graphics::text::{Baseline, Text};
use ndarray::ArrayViewMut2;

use crate::canvas::Canvas;
use crate::palette::Rgb;

const FONT: MonoFont<'static> = FONT_7X14;
/// Seen on white and on black.
const RING: Rgb888 = Rgb888::new(40, 130, 240);
const SPOT: Rgb888 = Rgb888::new(235, 60, 60);
const BEAM: Rgb888 = Rgb888::new(30, 170, 60);
/// Pixels between a label and the picture's edge.
const MARGIN: f64 = 2.0;

/// A mark, in pixels of the picture, `[slow, fast]`: (0, 0) is the corner of the first one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Mark {
    /// A line through points, interrupted where there is none, with a label in Latin-1.
    Ring {
        /// The points.
        points: Vec<Option<[f64; 2]>>,
        /// Written upon the line towards the upper right, where it fits.
        label: String,
    },
    /// A circle around a spot.
    Circle {
        /// Its centre.
        center: [f64; 2],
        /// Its radius.
        radius: u16,
    },
    /// A cross in the direct beam.
    Cross {
        /// Its centre.
        center: [f64; 2],
        /// From the centre to the end of an arm.
        arm: u16,
    },
}

impl Mark {
    /// Draws it; labels upon a background of the picture's own.
    pub(crate) fn draw(&self, picture: ArrayViewMut2<'_, Rgb>, [red, green, blue]: Rgb) {
        let shape = picture.dim();
        let mut canvas = Canvas(picture);
        let drawn: Result<(), Infallible> = match self {
            Self::Ring { points, label } => {
                let line = PrimitiveStyle::with_stroke(RING, 1);
                let parts = points.windows(2).filter_map(|pair| Some((pixel(pair[0]?), pixel(pair[1]?))));
                parts
                    .map(|(from, to)| Line::new(from, to))
                    .try_for_each(|part| part.into_styled(line).draw(&mut canvas))
                    .map(|()| {
                        if let Some(corner) = label_corner(points, label, shape) {
                            let style = MonoTextStyleBuilder::new()
                                .font(&FONT)
                                .text_color(RING)
                                .background_color(Rgb888::new(red, green, blue))
                                .build();
                            let text = Text::with_baseline(label, corner, style, Baseline::Top);
                            let Ok(_) = text.draw(&mut canvas);
                        }
                    })
            }
            Self::Circle { center, radius } => {
                Circle::with_center(pixel(*center), 2 * u32::from(*radius) + 1)
                    .into_styled(PrimitiveStyle::with_stroke(SPOT, 1))
                    .draw(&mut canvas)
            }
            Self::Cross { center, arm } => {
                let arm = i32::from(*arm);
                let (at, line) = (pixel(*center), PrimitiveStyle::with_stroke(BEAM, 1));
                [Point::new(arm, 0), Point::new(0, arm)]
                    .into_iter()
                    .try_for_each(|arm| Line::new(at - arm, at + arm).into_styled(line).draw(&mut canvas))
            }
        };
        let Ok(()) = drawn;
    }
}

/// The pixel that holds a point.
fn pixel([slow, fast]: [f64; 2]) -> Point {
    #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
    let (x, y) = (fast.floor() as i32, slow.floor() as i32);
    Point::new(x, y)
}

/// Upper left of a label in the middle of which the line is, as far to the upper right as it fits.
fn label_corner(points: &[Option<[f64; 2]>], label: &str, (slow, fast): (usize, usize)) -> Option<Point> {
    let size = FONT.character_size;
    let width = f64::from(size.width) * label.chars().count() as f64;
    let half = [f64::from(size.height) / 2.0, width / 2.0];
    let fits = |point: &[f64; 2]| {
        let sides = [slow, fast].map(|side| side as f64);
        (0..2).all(|axis| {
            point[axis] >= half[axis] + MARGIN && point[axis] <= sides[axis] - half[axis] - MARGIN
        })
    };
    let toward = |point: &[f64; 2]| point[1] - point[0];
    let points = points.iter().flatten().filter(|point| fits(point));
    let [slow, fast] = points.max_by(|x, y| toward(x).total_cmp(&toward(y)))?;
    Some(pixel([slow - half[0], fast - half[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn drawn(shape: [usize; 2], mark: &Mark) -> Array2<Rgb> {
        let mut picture = Array2::from_elem(shape, [9; 3]);
        mark.draw(picture.view_mut(), [9; 3]);
        picture
    }

    fn marked(picture: &Array2<Rgb>) -> Vec<(usize, usize)> {
        picture.indexed_iter().filter(|(_, colour)| **colour != [9; 3]).map(|(at, _)| at).collect()
    }

    #[test]
    fn a_cross_and_a_circle_are_about_the_pixel_of_their_centre() {
        let cross = marked(&drawn([40, 40], &Mark::Cross { center: [20.9, 15.1], arm: 8 }));
        let expected = (7..=23)
            .map(|fast| (20, fast))
            .chain((12..=28).filter(|slow| *slow != 20).map(|slow| (slow, 15)));
        assert_eq!(cross.len(), 33);
        assert!(expected.into_iter().all(|at| cross.contains(&at)), "{cross:?}");
        let circle = marked(&drawn([40, 40], &Mark::Circle { center: [20.5, 15.5], radius: 5 }));
        assert!(!circle.is_empty());
        for (slow, fast) in circle {
            let distance = (slow as f64 - 20.0).hypot(fast as f64 - 15.0);
            assert!((distance - 5.0).abs() < 1.0, "{distance}");
        }
    }

    #[test]
    fn lines_are_interrupted_and_may_leave_the_picture() {
        let points = vec![Some([3.5, -4.0]), Some([3.5, 2.5]), None, Some([3.5, 6.5]), Some([3.5, 99.5])];
        let line = marked(&drawn([8, 10], &Mark::Ring { points, label: String::new() }));
        assert_eq!(line, [0, 1, 2, 6, 7, 8, 9].map(|fast| (3, fast)));
    }

    #[test]
    fn a_label_is_where_it_fits() {
        let line = |fast: f64| (0..=60).map(|slow| Some([f64::from(slow), fast])).collect::<Vec<_>>();
        // Four characters are 28 pixels wide and 14 high.
        assert_eq!(label_corner(&line(30.0), "2 \u{c5}x", (60, 60)), Some(Point::new(16, 2)));
        assert_eq!(label_corner(&line(10.0), "2 \u{c5}x", (60, 60)), None);
        let picture = drawn([60, 60], &Mark::Ring { points: line(30.0), label: "\u{c5}".to_owned() });
        // The label covers the line, and has more pixels than the line beside it.
        let beside = marked(&picture).into_iter().filter(|(_, fast)| *fast != 30).count();
        assert!(beside > 5, "{beside}");
    }
}
