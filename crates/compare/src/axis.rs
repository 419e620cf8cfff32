//! Axes of charts: what they span, and where their numbers are.

use std::ops::Range;

use percent_g::percent_g;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;

/// Numbers on an axis, at most.
const MOST_TICKS: usize = 8;

/// Digits of a number on an axis.
const DIGITS: usize = 4;

/// An axis of a chart.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub(crate) label: &'static str,
    /// What the axis spans; of a logarithmic axis the decimal logarithms.
    pub(crate) span: Range<f64>,
    /// Places on the span with their numbers.
    pub(crate) ticks: Vec<(f64, String)>,
}

impl Axis {
    /// From one number to another.
    pub(crate) fn linear(label: &'static str, span: Range<f64>) -> Self {
        let ticks =
            round_numbers(&span).into_iter().map(|at| (at, percent_g(at, DIGITS).to_string())).collect();
        Self { label, span, ticks }
    }

    /// From one decimal logarithm to another, with powers of ten, or round numbers where there are too few powers.
    pub(crate) fn log10(label: &'static str, span: Range<f64>) -> Self {
        let [first, last] = [span.start.ceil(), span.end.floor()];
        let step = ((last - first) / (MOST_TICKS - 1) as f64).ceil().max(1.0);
        let powers: Vec<f64> =
            (0..MOST_TICKS).map(|index| first + index as f64 * step).take_while(|at| *at <= last).collect();
        let ticks = if powers.len() > 1 {
            powers.into_iter().map(|at| (at, power_of_ten(at))).collect()
        } else {
            let values = round_numbers(&(10_f64.powf(span.start)..10_f64.powf(span.end)));
            values.into_iter().map(|value| (value.log10(), percent_g(value, DIGITS).to_string())).collect()
        };
        Self { label, span, ticks }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limits: (i32, i32)) -> i32 {
        RangedCoordf64::from(self.span.clone()).map(value, limits)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.iter().map(|(at, _)| *at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.span.clone()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, at: &f64) -> String {
        let tick = self.ticks.iter().find(|(tick, _)| tick.to_bits() == at.to_bits());
        tick.map(|(_, text)| text.clone()).unwrap_or_default()
    }
}

/// A span around all finite values, never empty.
pub(crate) fn span(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (from, to) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), value| (from.min(value), to.max(value)));
    if from < to {
        from..to
    } else {
        let middle = if from.is_finite() { from } else { 0.0 };
        middle - 0.5..middle + 0.5
    }
}

fn round_numbers(span: &Range<f64>) -> Vec<f64> {
    RangedCoordf64::from(span.clone()).key_points(MOST_TICKS)
}

fn power_of_ten(log10: f64) -> String {
    if (0.0..4.0).contains(&log10) { 10_f64.powf(log10).to_string() } else { format!("1e{log10}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_and_few() {
        let linear = Axis::linear("x", 0.0..1763.0);
        assert!(linear.ticks.contains(&(500.0, "500".to_owned())), "{linear:?}");
        assert!((3..=MOST_TICKS).contains(&linear.ticks.len()), "{linear:?}");
        assert_eq!(texts(&Axis::log10("y", -1.3..3.9)), ["1e-1", "1", "10", "100", "1000"]);
        assert_eq!(
            texts(&Axis::log10("y", -17.2..3.9)),
            ["1e-17", "1e-14", "1e-11", "1e-8", "1e-5", "1e-2", "10"]
        );
        let narrow = Axis::log10("y", 1.25..1.8);
        assert!(texts(&narrow).contains(&"40"), "{narrow:?}");
    }

    #[test]
    fn a_span_is_never_empty() {
        assert_eq!(span([3.0, f64::NAN, 5.0, f64::INFINITY].into_iter()), 3.0..5.0);
        assert_eq!(span([3.0].into_iter()), 2.5..3.5);
        assert_eq!(span([f64::NAN].into_iter()), -0.5..0.5);
    }
}
