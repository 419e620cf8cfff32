//! What a user should know of an experiment beside its errors.

/// A line for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// What it is about.
    pub part: Part,
    /// The line.
    pub text: String,
}

/// The parts of an experiment, in the order in which notices are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Part {
    /// Files that other values come from.
    Files,
    /// Arguments as such.
    Arguments,
    /// The detector.
    Detector,
    /// The crystal and its rotation.
    Crystal,
    /// The beam.
    Beam,
    /// Amorphous material.
    Background,
    /// Structure factors.
    StructureFactors,
    /// How pixels are sampled.
    Sampling,
    /// What is written.
    Output,
}

impl Notice {
    /// A line about a part of an experiment.
    #[must_use]
    pub fn new(part: Part, text: impl Into<String>) -> Self {
        Self { part, text: text.into() }
    }
}

/// The lines of several notices in the order of the parts, each once.
#[must_use]
pub fn in_order(notices: impl IntoIterator<Item = Notice>) -> Vec<String> {
    let mut notices: Vec<Notice> = notices.into_iter().collect();
    notices.sort_by_key(|notice| notice.part);
    let mut lines: Vec<String> = Vec::new();
    for notice in notices {
        if !lines.contains(&notice.text) {
            lines.push(notice.text);
        }
    }
    lines
}
