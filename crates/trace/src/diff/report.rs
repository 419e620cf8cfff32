//! The comparison as a text: what differs first, then one row a key.

use std::fmt;

use nanobragg_kernel::record::Value;
use percent_g::percent_g;

use super::summary::{Summary, numbers, status_name, summaries};
use super::{Diff, Row, Side, Status};

/// Columns are no wider than this: a longer name sticks out, and a format has no width above 65,535.
const MOST_WIDTH: usize = 200;
const DIGITS: usize = 15;
const HEADINGS: [&str; 8] = ["status", "key", "pairs", "failing", "relative", "at", "", ""];
/// The columns of [`HEADINGS`] that hold numbers and are set flush right.
const RIGHT: [bool; 8] = [false, false, true, true, true, true, false, false];

/// A text made by [`Diff::report`].
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    diff: &'a Diff,
    names: [&'a str; 2],
}

impl<'a> Report<'a> {
    pub(super) fn new(diff: &'a Diff, names: [&'a str; 2]) -> Self {
        Self { diff, names }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let summaries = summaries(self.diff);
        self.verdict(f, &summaries)?;
        if let Some(first) = self.diff.first() {
            f.write_str("\nfirst difference: ")?;
            self.difference(f, first)?;
            let differs = |row: &&Row| row.status == Status::Different;
            if let Some(row) =
                self.diff.rows.iter().find(differs).filter(|_| first.status != Status::Different)
            {
                f.write_str("\nfirst value that differs: ")?;
                self.difference(f, row)?;
            }
        }
        f.write_str("\n")?;
        self.table(f, &summaries)
    }
}

impl Report<'_> {
    fn verdict(&self, f: &mut fmt::Formatter<'_>, summaries: &[Summary<'_>]) -> fmt::Result {
        let tolerance = percent_g(self.diff.options.tolerance, DIGITS);
        let failing = summaries.iter().filter(|summary| summary.failing > 0).count();
        if self.diff.passes() {
            writeln!(f, "no difference beyond {tolerance} in {} keys", summaries.len())
        } else if failing > 0 {
            writeln!(f, "{failing} of {} keys differ by more than {tolerance}", summaries.len())
        } else {
            writeln!(f, "the two traces have no key in common")
        }
    }

    /// One row in full, from its name on, with whether its inputs agree.
    fn difference(&self, f: &mut fmt::Formatter<'_>, row: &Row) -> fmt::Result {
        write!(f, "{}, occurrence {}", row.label(), row.occurrence)?;
        match row.quantity().filter(|quantity| quantity.unit.symbol() != "1") {
            Some(quantity) => writeln!(f, ", in {}", quantity.unit)?,
            None => writeln!(f)?,
        }
        let width =
            self.names.map(|name| name.chars().count()).into_iter().max().unwrap_or(0).clamp(8, MOST_WIDTH);
        for (name, value) in self.names.iter().zip([&row.left, &row.right]) {
            writeln!(f, "  {name:width$}  {}", value.as_ref().map_or_else(|| "missing".to_owned(), in_full))?;
        }
        if row.relative.is_finite() {
            write!(f, "  {:width$}  {:.2e}", "relative", row.relative)?;
            if row.left.as_ref().is_some_and(|value| numbers(value).len() > 1) {
                write!(f, " in number {}", row.number)?;
            }
            writeln!(f)?;
        }
        let feeds = self.feeds(row);
        if !feeds.is_empty() {
            writeln!(f, "  {:width$}  {}", "fed by", feeds.join(", "))?;
        }
        Ok(())
    }

    /// What the quantity of `row` is computed from, and how that compares.
    fn feeds(&self, row: &Row) -> Vec<String> {
        let Some(quantity) = row.quantity() else { return Vec::new() };
        let here = self.diff.rows.iter().position(|other| std::ptr::eq(other, row)).unwrap_or(0);
        let (before, after) = self.diff.rows.split_at(here);
        let feed = |key: &&str| {
            let is_it =
                |other: &&Row| other.field.as_deref().unwrap_or(&other.key) == *key || other.key == *key;
            // A field's own line comes first, then what was computed before it, then the rest.
            let same_line = |other: &&Row| {
                is_it(other)
                    && other.field.is_some()
                    && other.key == row.key
                    && other.occurrence == row.occurrence
            };
            let rows = &self.diff.rows;
            let found = rows.iter().find(same_line).or_else(|| before.iter().rev().find(is_it));
            let found = found.or_else(|| after.iter().find(is_it))?;
            Some(format!("{key} ({})", status_name(found.status)))
        };
        let mut feeds: Vec<String> = quantity.feeds.iter().filter_map(feed).collect();
        if !quantity.besides.is_empty() {
            feeds.push(quantity.besides.to_owned());
        }
        feeds
    }

    fn table(&self, f: &mut fmt::Formatter<'_>, summaries: &[Summary<'_>]) -> fmt::Result {
        let mut cells = vec![HEADINGS.map(str::to_owned)];
        if let Some([.., left, right]) = cells.first_mut() {
            [*left, *right] = self.names.map(str::to_owned);
        }
        cells.extend(summaries.iter().map(cells_of));
        let mut widths = [0; HEADINGS.len()];
        for row in &cells {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().clamp(*width, MOST_WIDTH.max(*width));
            }
        }
        for row in &cells {
            let columns = row.iter().zip(widths).zip(RIGHT);
            let padded =
                columns.map(
                    |((cell, width), right)| {
                        if right { format!("{cell:>width$}") } else { format!("{cell:width$}") }
                    },
                );
            writeln!(f, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }
}

fn cells_of(summary: &Summary<'_>) -> [String; HEADINGS.len()] {
    let row = summary.worst;
    let place = match row.status {
        Status::Close | Status::Different => format!("{}:{}", row.occurrence, row.number),
        Status::Equal => String::new(),
        Status::Missing(_) | Status::Excused(..) => row.occurrence.to_string(),
    };
    [
        status_name(row.status).to_owned(),
        row.label(),
        summary.pairs.to_string(),
        summary.failing.to_string(),
        relative(row),
        place,
        one(row, Side::Left),
        one(row, Side::Right),
    ]
}

fn relative(row: &Row) -> String {
    match row.status {
        Status::Close | Status::Different => format!("{:.2e}", row.relative),
        Status::Equal | Status::Missing(_) | Status::Excused(..) => String::new(),
    }
}

/// The number in which the row differs most, or its name.
fn one(row: &Row, side: Side) -> String {
    let value = if side == Side::Left { &row.left } else { &row.right };
    match value {
        None => "missing".to_owned(),
        Some(Value::Name(name)) => name.to_string(),
        Some(value) => {
            let number = numbers(value).get(row.number - 1).copied();
            number.map_or_else(String::new, |number| percent_g(number, DIGITS).to_string())
        }
    }
}

fn in_full(value: &Value) -> String {
    match value {
        Value::Name(name) => name.to_string(),
        value => {
            let numbers = numbers(value).into_iter().map(|number| percent_g(number, DIGITS).to_string());
            numbers.collect::<Vec<_>>().join(" ")
        }
    }
}
