//! Charts of curves over common axes.

use std::fmt::Write;

use plotters::chart::ChartBuilder;
use plotters::series::AreaSeries;
use plotters::style::{BLACK, Color, RGBColor};

use crate::Error;
use crate::axis::Axis;
use crate::svg::{Area, Failure, element, escaped, text};

const HEIGHT: u32 = 560;
const NUMBERS_LEFT: u32 = 150;
const NUMBERS_BELOW: u32 = 90;
const MARGIN: u32 = 20;
const LINE: u32 = 3;
/// How much of its colour the area below a curve has.
const SHADE: f64 = 0.12;

/// A chart of curves.
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) curves: Vec<Curve>,
}

/// A curve of a chart; points with a NaN or an infinity are left out.
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    pub(crate) colour: RGBColor,
    pub(crate) points: Vec<(f64, f64)>,
}

/// The outline of a histogram as points of a curve: two for each bin.
pub(crate) fn steps(edges: &[f64], heights: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
    edges.windows(2).zip(heights).flat_map(|(edge, height)| [(edge[0], height), (edge[1], height)]).collect()
}

impl Chart {
    /// The chart with its title, and a legend where there are several curves, as an HTML element.
    pub(crate) fn figure(&self) -> Result<String, Error> {
        let mut caption = escaped(&self.title);
        for Curve { name, colour: RGBColor(red, green, blue), .. } in
            self.curves.iter().filter(|_| self.curves.len() > 1)
        {
            let _ = write!(caption, " <b style=\"color:rgb({red},{green},{blue})\">&#9632; {name}</b>");
        }
        Ok(format!("<figure>{}<figcaption>{caption}</figcaption></figure>\n", self.svg()?))
    }

    fn svg(&self) -> Result<String, Error> {
        element(&self.title, HEIGHT, |area| self.draw(area)).map(|(svg, ())| svg)
    }

    fn draw(&self, area: &Area<'_>) -> Result<(), Failure> {
        let mut chart = ChartBuilder::on(area)
            .margin(MARGIN)
            .x_label_area_size(NUMBERS_BELOW)
            .y_label_area_size(NUMBERS_LEFT)
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        chart
            .configure_mesh()
            .label_style(text())
            .axis_style(BLACK.mix(0.5))
            .bold_line_style(BLACK.mix(0.1))
            .x_desc(self.x.label)
            .y_desc(self.y.label)
            .draw()?;
        for Curve { colour, points, .. } in &self.curves {
            let finite = points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite());
            let series = AreaSeries::new(finite, self.y.span.start, colour.mix(SHADE))
                .border_style(colour.stroke_width(LINE));
            chart.draw_series(series)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axis::span;

    fn chart(points: Vec<(f64, f64)>) -> String {
        let curve = |name| Curve { name, colour: BLACK, points: points.clone() };
        let x = Axis::linear("across", span(points.iter().map(|point| point.0)));
        let y = Axis::log10("up", span(points.iter().map(|point| point.1)));
        Chart { title: "t".to_owned(), x, y, curves: vec![curve("one"), curve("two")] }.figure().unwrap()
    }

    #[test]
    fn axes_and_curves_have_their_names() {
        let svg = chart(vec![(0.0, 0.0), (10.0, 3.0)]);
        for text in ["across", "up", "1000"] {
            assert!(svg.contains(&format!(">\n{text}\n</text>")), "{text} in {svg}");
        }
        assert!(svg.contains("&#9632; one</b>") && svg.contains("&#9632; two</b>"), "{svg}");
        assert!(svg.contains("<polygon"), "{svg}");
    }

    #[test]
    fn a_chart_without_a_finite_point_is_still_a_chart() {
        for points in [vec![], vec![(f64::NAN, 1.0)], vec![(1.0, f64::NEG_INFINITY)], vec![(3.0, 3.0)]] {
            let svg = chart(points);
            assert!(svg.contains("across") && !svg.contains("NaN"), "{svg}");
        }
    }
}
