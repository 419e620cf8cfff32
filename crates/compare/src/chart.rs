//! Line charts as SVG.

use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 15.0;
const TOP: f64 = 15.0;
const BOTTOM: f64 = 45.0;

/// A chart of lines over common axes.
pub(crate) struct Chart<'a> {
    pub(crate) title: &'a str,
    pub(crate) x_label: &'a str,
    pub(crate) y_label: &'a str,
    pub(crate) lines: Vec<Line<'a>>,
    /// Marks of the x axis with their texts.
    pub(crate) x_marks: Vec<(f64, String)>,
    /// Whether y are decimal logarithms, which the marks then show as powers of ten.
    pub(crate) y_is_log10: bool,
}

/// A line of a chart; points with a NaN or an infinity are left out.
pub(crate) struct Line<'a> {
    pub(crate) name: &'a str,
    pub(crate) colour: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

/// The outline of a histogram as points of a line: two for each bin.
pub(crate) fn steps(edges: &[f64], heights: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
    edges.windows(2).zip(heights).flat_map(|(edge, height)| [(edge[0], height), (edge[1], height)]).collect()
}

impl Chart<'_> {
    pub(crate) fn svg(&self) -> String {
        let points = || {
            self.lines.iter().flat_map(|line| &line.points).filter(|(x, y)| x.is_finite() && y.is_finite())
        };
        let x = Axis::around(points().map(|point| point.0), LEFT, WIDTH - RIGHT);
        let y = Axis::around(points().map(|point| point.1), HEIGHT - BOTTOM, TOP);
        let mut svg = format!(
            "<figure><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{0}\"><title>{0}</title>",
            self.title
        );
        self.draw_axes(&mut svg, &x, &y);
        for line in &self.lines {
            let mut path = String::new();
            let finite = line.points.iter().filter(|(x, y)| x.is_finite() && y.is_finite());
            for (px, py) in finite {
                let _ = write!(path, "{:.1},{:.1} ", x.place(*px), y.place(*py));
            }
            let _ = write!(
                svg,
                "<polyline fill=\"none\" stroke=\"{}\" points=\"{}\"/>",
                line.colour,
                path.trim_end()
            );
        }
        svg.push_str("</svg><figcaption>");
        svg.push_str(self.title);
        for line in &self.lines {
            let _ = write!(svg, " <span style=\"color:{}\">&#9632; {}</span>", line.colour, line.name);
        }
        svg.push_str("</figcaption></figure>\n");
        svg
    }

    fn draw_axes(&self, svg: &mut String, x: &Axis, y: &Axis) {
        let (floor, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
        let _ = write!(svg, "<path class=\"axis\" d=\"M{LEFT} {TOP}V{floor}H{right}\"/>");
        for (at, text) in self.x_marks.iter().filter(|(at, _)| (x.from..=x.to).contains(at)) {
            let place = x.place(*at);
            let _ = write!(svg, "<path class=\"axis\" d=\"M{place:.1} {floor}v4\"/>");
            let _ = write!(
                svg,
                "<text x=\"{place:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{text}</text>",
                floor + 16.0
            );
        }
        for at in y.marks() {
            let place = y.place(at);
            let text = if self.y_is_log10 { power_of_ten(at) } else { short(at) };
            let _ = write!(svg, "<path class=\"axis\" d=\"M{LEFT} {place:.1}h-4\"/>");
            let _ = write!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                LEFT - 7.0,
                place + 4.0
            );
        }
        let middle = (TOP + floor) / 2.0;
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\
             <text transform=\"translate(13 {middle:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            (LEFT + right) / 2.0,
            HEIGHT - 8.0,
            self.x_label,
            self.y_label
        );
    }
}

/// Numbers `from` … `to` laid out between two places.
struct Axis {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Axis {
    fn around(values: impl Iterator<Item = f64>, start: f64, end: f64) -> Self {
        let (from, to) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), v| (from.min(v), to.max(v)));
        if from < to {
            Self { from, to, start, end }
        } else {
            // One value, or none.
            let middle = if from.is_finite() { from } else { 0.0 };
            Self { from: middle - 0.5, to: middle + 0.5, start, end }
        }
    }

    fn place(&self, value: f64) -> f64 {
        self.start + (value - self.from) / (self.to - self.from) * (self.end - self.start)
    }

    /// About five round numbers.
    fn marks(&self) -> Vec<f64> {
        marks(self.from, self.to)
    }
}

/// About five round numbers within a range.
pub(crate) fn marks(from: f64, to: f64) -> Vec<f64> {
    let rough = (to - from) / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough);
    let step = step.unwrap_or(rough);
    let first = (from / step).ceil();
    (0..12).map(|index| (first + f64::from(index)) * step).take_while(|mark| *mark <= to).collect()
}

/// A power of ten for its logarithm.
pub(crate) fn power_of_ten(log10: f64) -> String {
    if log10.fract() == 0.0 { format!("1e{log10}") } else { short(10_f64.powf(log10)) }
}

fn short(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value.abs()) {
        let text = format!("{value:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{value:.1e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round() {
        assert_eq!(marks(0.0, 10.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(marks(-1.3, 1.0), [-1.0, -0.5, 0.0, 0.5, 1.0]);
        assert_eq!((power_of_ten(-3.0), power_of_ten(0.5)), ("1e-3".into(), "3.162".into()));
    }

    #[test]
    fn a_chart_of_nothing_is_still_a_chart() {
        let lines = vec![Line { name: "none", colour: "#000", points: vec![(f64::NAN, 1.0)] }];
        let chart =
            Chart { title: "t", x_label: "x", y_label: "y", lines, x_marks: vec![], y_is_log10: false };
        let svg = chart.svg();
        assert!(svg.contains("points=\"\"") && !svg.contains("NaN"), "{svg}");
    }
}
