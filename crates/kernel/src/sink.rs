//! Where the kernel records what it computes.
//!
//! The rendering of an image is instantiated with [`NoRecord`], whose `ON` is false at compile time: every branch that
//! would record disappears, and an untraced rendering costs nothing.

use std::borrow::Cow;

use crate::record::{Form, Line, Value};

/// A receiver of the kernel's records.
pub(crate) trait Sink {
    /// Whether anything is recorded.
    const ON: bool;
    /// How much is recorded.
    fn detail(&self) -> Detail;
    /// A line of the log.
    fn line(&mut self, form: Form, key: &'static str, value: Value);

    /// A quantity of the traced pixel.
    fn step(&mut self, key: &'static str, numbers: &[f64]) {
        self.line(Form::Step, key, Value::Numbers(numbers.to_vec()));
    }

    /// One of several evaluations of the same kind.
    fn evaluation(&mut self, key: &'static str, fields: &[(&'static str, f64)]) {
        let fields = fields.iter().map(|&(name, number)| (Cow::Borrowed(name), number)).collect();
        self.line(Form::Evaluation, key, Value::Fields(fields));
    }
}

/// What is traced beyond the first source and the first mosaic domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Every source, not only the first.
    pub all_sources: bool,
    /// Every mosaic domain, not only the first.
    pub all_domains: bool,
}

/// Records nothing.
pub(crate) struct NoRecord;

/// Records everything.
pub(crate) struct Recorder {
    pub(crate) lines: Vec<Line>,
    pub(crate) detail: Detail,
}

impl Sink for NoRecord {
    const ON: bool = false;
    #[inline(always)]
    fn detail(&self) -> Detail {
        Detail { all_sources: false, all_domains: false }
    }
    #[inline(always)]
    fn line(&mut self, _: Form, _: &'static str, _: Value) {}
}

impl Sink for Recorder {
    const ON: bool = true;
    fn detail(&self) -> Detail {
        self.detail
    }
    fn line(&mut self, form: Form, key: &'static str, value: Value) {
        self.lines.push(Line { form, key: Cow::Borrowed(key), value });
    }
}
