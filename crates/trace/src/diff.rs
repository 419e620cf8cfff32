//! The differences of two logs: every value of one beside its counterpart in the other, and the first pair that differs.
//!
//! Values are paired by form, key and occurrence, never by their place in the log, so that two programs may write
//! the same things in a different order; fields are paired one by one. "First" is first in the left log, into
//! which what only the right one has is fitted. A trace is in the order of the computation, so the first difference is
//! the cause of later ones, and the report adds whether its inputs agree.

mod compare;
mod pair;
mod report;
mod summary;

use std::borrow::Cow;

use nanobragg_kernel::record::{Form, Value};

use crate::Log;
use compare::Scales;

pub use report::Report;

/// The comparison of two logs.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    rows: Vec<Row>,
    options: Options,
}

/// What counts as close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The relative difference up to which two numbers are close.
    pub tolerance: f64,
    /// The absolute difference up to which two numbers are close, as a multiple of the quantity's
    /// [natural size](crate::quantity::Scale); a hundredth of the tolerance if `None`.
    pub absolute: Option<f64>,
    /// The crystal's counts of unit cells along a, b and c, the natural size of its lattice factors; the largest
    /// factor in either log, but at least 1, if `None`.
    pub cells: Option<[f64; 3]>,
}

/// One value of the left log and its counterpart in the right one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// The form of its line.
    pub form: Form,
    /// The key of its line.
    pub key: Cow<'static, str>,
    /// The name of the field, if the line consists of fields.
    pub field: Option<Cow<'static, str>>,
    /// Which line of that form and key it is, counted from 1.
    pub occurrence: usize,
    /// How the two compare.
    pub status: Status,
    /// The value in the left log.
    pub left: Option<Value>,
    /// The value in the right log.
    pub right: Option<Value>,
    /// The largest relative difference of two numbers that are not close, or else of any two; infinite if a NaN, an
    /// infinity, a name, a missing line or a count of numbers makes the difference.
    pub relative: f64,
    /// Which number of the value that is, counted from 1, row by row in a matrix.
    pub number: usize,
}

/// How two values compare, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Status {
    /// No number differs.
    Equal,
    /// Every number is within the tolerance.
    Close,
    /// Only one log has it, and that is as it should be.
    Excused(Side, Excuse),
    /// Only one log has it.
    Missing(Side),
    /// A number is out of the tolerance or a NaN, or the values are not of one kind.
    Different,
}

/// Which of two logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The first.
    Left,
    /// The second.
    Right,
}

/// Why a line may be in one log only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Excuse {
    /// Only this program writes it; see [`is_addition`](crate::quantity::is_addition).
    Addition,
    /// The other log had such a line, which was [dropped](Log::dropped) because it held something fixed.
    Dropped,
}

impl Diff {
    /// Compares two logs.
    #[must_use]
    pub fn between(left: &Log, right: &Log, options: &Options) -> Self {
        let scales = Scales::of([left, right], options);
        let rows = pair::pairs(left, right).into_iter().map(|pair| pair.into_row(&scales, options)).collect();
        Self { rows, options: *options }
    }

    /// Every pair, in the order of the left log.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The first pair that fails, if any.
    #[must_use]
    pub fn first(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.status.fails())
    }

    /// Whether something was compared and nothing fails.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.rows.iter().any(|row| row.status.is_compared()) && self.first().is_none()
    }

    /// The comparison as a text, in which the logs have these names.
    ///
    /// It names the first difference, and then has one row a key: how many pairs there are, how many fail, and of the
    /// worst its relative difference, where it is (`occurrence:number`), and both numbers.
    #[must_use]
    pub fn report<'a>(&'a self, left: &'a str, right: &'a str) -> Report<'a> {
        Report::new(self, [left, right])
    }

    /// The comparison as one JSON object: `passes`, `tolerance`, `first` (null or a row, with the keys of what
    /// `feeds` it) and `keys` (the worst row of each).
    #[must_use]
    pub fn to_json(&self) -> String {
        summary::to_json(self)
    }
}

impl Row {
    /// The key, with the field's name after a full stop if there is one.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.field {
            Some(field) => format!("{}.{field}", self.key),
            None => self.key.to_string(),
        }
    }

    /// The name to look up in the [table of quantities](crate::quantity): that of the field if it is there, else
    /// the key.
    #[must_use]
    pub fn quantity(&self) -> Option<&'static crate::quantity::Quantity> {
        compare::quantity(&self.key, self.field.as_deref())
    }
}

impl Status {
    /// Whether a comparison with this status does not pass.
    #[must_use]
    pub fn fails(self) -> bool {
        matches!(self, Self::Missing(_) | Self::Different)
    }

    /// Whether both logs have the value.
    #[must_use]
    pub fn is_compared(self) -> bool {
        matches!(self, Self::Equal | Self::Close | Self::Different)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-6, absolute: None, cells: None }
    }
}

impl Options {
    /// The absolute tolerance, as a multiple of the natural size.
    fn floor(&self) -> f64 {
        self.absolute.unwrap_or(self.tolerance * 1e-2)
    }
}
