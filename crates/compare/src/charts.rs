//! The charts of a report.

use plotters::style::RGBColor;

use crate::axis::{Axis, span};
use crate::chart::{Chart, Curve, steps};
use crate::radial::Ring;
use crate::report::Report;

const FIRST: RGBColor = RGBColor(31, 95, 168);
const SECOND: RGBColor = RGBColor(194, 84, 27);

/// Logarithm that stands for a count of zero: half a decade below one.
const LOG10_NONE: f64 = -0.5;

/// Pixels of both images by value.
pub(crate) fn pixel_histogram(report: &Report) -> Chart {
    let histogram = &report.pixel_histogram;
    let edges = &histogram.log10_edges;
    let curve =
        |name, colour, counts: &[u64]| Curve { name, colour, points: steps(edges, counts.iter().map(log10)) };
    let curves = vec![curve("first", FIRST, &histogram.a), curve("second", SECOND, &histogram.b)];
    let [a, b] = histogram.not_positive;
    Chart {
        title: format!("Pixels by value; zero or negative: {a} and {b}"),
        x: Axis::log10("pixel value", span(edges.iter().copied())),
        y: counts(&curves),
        curves,
    }
}

/// Pixels by signed relative difference.
pub(crate) fn relative_histogram(report: &Report) -> Chart {
    let histogram = &report.relative_histogram;
    // Bins are drawn equally wide; the first and the last reach to infinity.
    let places: Vec<f64> = (0..=histogram.counts.len()).map(|place| place as f64).collect();
    let place = |value: f64| histogram.edges.iter().position(|edge| (edge / value - 1.0).abs() < 1e-9);
    let ticks = [-1.0, -1e-2, -1e-4, -1e-6, 1e-6, 1e-4, 1e-2, 1.0]
        .into_iter()
        .filter_map(|edge| Some((places[place(edge)? + 1], format!("{edge:e}").replace("1e0", "1"))));
    let x = Axis {
        label: "relative difference, second minus first",
        ticks: ticks.collect(),
        span: span(places.iter().copied()),
    };
    let points = steps(&places, histogram.counts.iter().map(log10));
    let curves = vec![Curve { name: "pixels", colour: FIRST, points }];
    Chart {
        title: "Pixels by signed relative difference; both sides logarithmic".to_owned(),
        x,
        y: counts(&curves),
        curves,
    }
}

/// Mean pixel of both images by distance from the centre.
pub(crate) fn radial_profile(report: &Report) -> Chart {
    let profile = &report.radial_profile;
    let curve = |name, colour, mean: fn(&Ring) -> f64| Curve {
        name,
        colour,
        points: profile.rings.iter().map(|ring| (ring.radius_px, mean(ring).log10())).collect(),
    };
    let curves = vec![curve("first", FIRST, |ring| ring.mean_a), curve("second", SECOND, |ring| ring.mean_b)];
    let [slow, fast] = profile.center_px;
    let farthest = profile.rings.last().map_or(1.0, |ring| ring.radius_px);
    Chart {
        title: format!(
            "Mean by distance from slow {slow}, fast {fast}, in rings of {} pixels",
            profile.ring_px
        ),
        x: Axis::linear("pixels from the centre", 0.0..farthest),
        y: Axis::log10("mean pixel value", span(heights(&curves))),
        curves,
    }
}

/// An axis for counts.
fn counts(curves: &[Curve]) -> Axis {
    Axis::log10("pixels", span(heights(curves).chain([LOG10_NONE, 1.0])))
}

fn heights(curves: &[Curve]) -> impl Iterator<Item = f64> {
    curves.iter().flat_map(|curve| &curve.points).map(|point| point.1)
}

fn log10(count: &u64) -> f64 {
    if *count == 0 { LOG10_NONE } else { (*count as f64).log10() }
}
