//! Axes around a picture, with the colours of its scale beside it.

use nanobragg_picture::Palette;
use plotters::chart::ChartBuilder;
use plotters::element::Rectangle;
use plotters::style::{BLACK, Color, RGBColor};

use crate::Error;
use crate::axis::Axis;

use crate::svg::{Area, Failure, WIDTH, element, text};

const NUMBERS_LEFT: u32 = 120;
const NUMBERS_BELOW: u32 = 90;
const MARGIN: u32 = 20;
/// The colour bar with its numbers.
const SCALE: u32 = 230;
const SCALE_NUMBERS: u32 = 160;
/// A picture of any shape is at least and at most this high.
const HEIGHTS: [f64; 2] = [100.0, 1600.0];
const SHADES: u32 = 128;

/// Axes with room for a picture.
pub(crate) struct Frame {
    /// The axes as an SVG element.
    pub(crate) svg: String,
    /// Where the picture belongs: left, top, width and height in per cent of the element.
    pub(crate) place_percent: [f64; 4],
}

impl Frame {
    /// Axes in pixels of an image of shape `[slow, fast]`, whose first pixel has its middle at 0, and a colour bar with
    /// numbers at positions from 0 to 1.
    pub(crate) fn around(
        title: &str,
        [slow, fast]: [usize; 2],
        palette: &Palette,
        scale_ticks: Vec<(f64, String)>,
    ) -> Result<Self, Error> {
        let [slow, fast] = [slow, fast].map(|side| side.max(1) as f64);
        let width = f64::from(WIDTH - NUMBERS_LEFT - MARGIN - SCALE);
        #[expect(clippy::cast_possible_truncation, reason = "clamped")]
        let height = (width * slow / fast).clamp(HEIGHTS[0], HEIGHTS[1]).round() as u32;
        let total = height + NUMBERS_BELOW + MARGIN;
        let x = Axis::linear("fast", -0.5..fast - 0.5);
        let y = Axis { span: slow - 0.5..-0.5, ..Axis::linear("slow", -0.5..slow - 0.5) };
        let scale = Axis { label: "", span: 0.0..1.0, ticks: scale_ticks };
        let (svg, [left, top, right, bottom]) = element(title, total, |area| {
            let (picture, bar) = area.split_horizontally(WIDTH - SCALE);
            draw_bar(&bar, palette, &scale)?;
            draw_axes(&picture, &x, &y)
        })?;
        let [across, down] = [WIDTH, total].map(f64::from);
        let percent = |pixels: i32, of: f64| 100.0 * f64::from(pixels) / of;
        let place_percent = [
            percent(left, across),
            percent(top, down),
            percent(right - left, across),
            percent(bottom - top, down),
        ];
        Ok(Self { svg, place_percent })
    }
}

/// Where the picture belongs: left, top, right and bottom.
fn draw_axes(area: &Area<'_>, x: &Axis, y: &Axis) -> Result<[i32; 4], Failure> {
    let mut chart = ChartBuilder::on(area)
        .margin_top(MARGIN)
        .margin_left(MARGIN)
        .x_label_area_size(NUMBERS_BELOW)
        .y_label_area_size(NUMBERS_LEFT)
        .build_cartesian_2d(x.clone(), y.clone())?;
    chart
        .configure_mesh()
        .disable_mesh()
        .label_style(text())
        .axis_style(BLACK.mix(0.5))
        .x_desc(x.label)
        .y_desc(y.label)
        .draw()?;
    let (columns, rows) = chart.plotting_area().get_pixel_range();
    Ok([columns.start, rows.start, columns.end, rows.end])
}

fn draw_bar(area: &Area<'_>, palette: &Palette, scale: &Axis) -> Result<(), Failure> {
    let mut chart = ChartBuilder::on(area)
        .margin_top(MARGIN)
        .margin_bottom(NUMBERS_BELOW)
        .margin_left(MARGIN)
        .right_y_label_area_size(SCALE_NUMBERS)
        .build_cartesian_2d(0.0..1.0, scale.clone())?;
    // Each shade reaches to the top and is covered by the next, so that no gap between two can show.
    let shade = |index: u32| {
        let at = |part: f64| (f64::from(index) + part) / f64::from(SHADES);
        let [red, green, blue] = palette.at(at(0.5));
        Rectangle::new([(0.0, 1.0), (1.0, at(0.0))], RGBColor(red, green, blue).filled())
    };
    chart.draw_series((0..SHADES).map(shade))?;
    chart
        .configure_mesh()
        .disable_mesh()
        .disable_x_axis()
        .label_style(text())
        .axis_style(BLACK.mix(0.5))
        .draw()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_keeps_its_proportions() {
        let ticks = vec![(0.0, "low".to_owned()), (1.0, "high".to_owned())];
        for (shape, proportion) in [([300, 400], 0.75), ([2527, 2463], 2527.0 / 2463.0)] {
            let frame = Frame::around("picture", shape, &Palette::heat(), ticks.clone()).unwrap();
            let [left, top, width, height] = frame.place_percent;
            assert!(left > 0.0 && top > 0.0 && left + width < 100.0 && top + height < 100.0);
            let size = frame.svg.split("0 0 1120 ").nth(1).and_then(|rest| rest.split('"').next());
            let total: f64 = size.unwrap().parse().unwrap();
            let found = height * total / (width * 1120.0);
            assert!((found - proportion).abs() < 0.005, "{shape:?}: {found}");
            for text in ["low", "high", "slow", "fast"] {
                assert!(frame.svg.contains(&format!(">\n{text}\n<")), "{text} in {}", frame.svg);
            }
        }
    }

    #[test]
    fn images_of_any_shape_have_a_frame() {
        for shape in [[0, 0], [1, 1], [1, 100_000], [100_000, 1]] {
            assert!(Frame::around("picture", shape, &Palette::heat(), Vec::new()).is_ok(), "{shape:?}");
        }
    }
}
