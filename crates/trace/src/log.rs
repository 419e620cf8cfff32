//! The record of one traced pixel.

use std::fmt;

use nanobragg_kernel::record::{Form, Line};

/// The quantities of one pixel, in the order in which they were computed.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Log {
    /// The lines, in order.
    pub lines: Vec<Line>,
    /// Lines that a reader left out because their label is wrong; empty for a log of this program.
    pub dropped: Vec<Dropped>,
}

/// A line of a log of the C program that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// Where it was, counted from 1.
    pub line: usize,
    /// The form of the line.
    pub form: Form,
    /// The key on it.
    pub key: String,
    /// What is wrong with it.
    pub defect: Defect,
}

/// The ways in which the C program labels a line wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Defect {
    /// `beam_center_m` was divided by 1000 twice.
    BeamCenterUnit,
    /// `convention_mapping` is a fixed text, whatever the convention.
    FixedMapping,
    /// The convention and the initial axes of the beam-pivot block are always those of MOSFLM.
    FixedConvention,
    /// The beam-pivot block repeats the final axes under the names of the intermediate ones.
    RepeatedAxes,
    /// The lines of the second source alone have the prefix `SOURCE2`, and the first has no such lines.
    SecondSource,
}

impl Log {
    /// The record made of these lines.
    #[must_use]
    pub fn new(lines: Vec<Line>) -> Self {
        Self { lines, dropped: Vec::new() }
    }
}

impl From<Vec<Line>> for Log {
    fn from(lines: Vec<Line>) -> Self {
        Self::new(lines)
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BeamCenterUnit => "divided by 1000 twice",
            Self::FixedMapping => "a fixed text, whatever the convention",
            Self::FixedConvention => "always that of MOSFLM",
            Self::RepeatedAxes => "the final axes under the name of earlier ones",
            Self::SecondSource => "lines that only the second source has",
        })
    }
}
