//! An experiment as a TOML file with a comment on each line that states where the value comes from.

use std::fmt::Write;

use toml::{Table, Value};

use super::keys::join;
use crate::experiment::Experiment;
use crate::provenance::Provenance;
use crate::resolve::Derived;

/// Output files that have their default names are written to the working directory, not beside the file.
const DEFAULT_NAMES: [&str; 4] =
    ["output.float_file", "output.int_file", "output.pgm_file", "output.noise_file"];

/// Numbers beyond these are written with an exponent.
const PLAIN: std::ops::Range<f64> = 1e-4..1e15;

/// The experiment as a TOML file, each value with a comment that states where it comes from; what was derived follows as
/// comments. Read again, it is the same experiment.
#[must_use]
pub fn to_toml(experiment: &Experiment, derived: &[Derived]) -> String {
    let mut writer = Writer { experiment, text: String::new() };
    // An experiment has string keys and no empty values, so that it always is a TOML table.
    if let Ok(table) = Table::try_from(experiment) {
        writer.table("", &table);
    }
    if !derived.is_empty() {
        writer.text.push_str("\n# Worked out from these values:\n");
        for value in derived {
            let gap = if value.unit.is_empty() { "" } else { " " };
            let _ = writeln!(writer.text, "# {}: {}{gap}{}", value.name, value.value, value.unit);
        }
    }
    writer.text
}

struct Writer<'a> {
    experiment: &'a Experiment,
    text: String,
}

impl Writer<'_> {
    /// The values of a table, then the tables below it.
    fn table(&mut self, key: &str, table: &Table) {
        let values: Vec<_> = table.iter().filter(|(_, value)| !is_table(value)).collect();
        // A table without values still is a choice, such as a random orientation without a seed.
        if !key.is_empty() && (!values.is_empty() || table.is_empty()) {
            let _ = writeln!(self.text, "\n[{}]", without_indices(key));
        }
        self.values(key, &values);
        self.tables(key, table);
    }

    fn values(&mut self, key: &str, values: &[(&String, &Value)]) {
        for (name, value) in values {
            let key = join(key, name);
            let from = self.experiment.provenance.of(&key);
            let text = in_toml(value);
            // A default name stays a default name wherever the file lies.
            let off = DEFAULT_NAMES.contains(&key.as_str()) && *from == Provenance::Default;
            let mark = if off { "# " } else { "" };
            let from = self.sources_within(&key, value).unwrap_or_else(|| from.to_string());
            let _ = writeln!(self.text, "{mark}{name} = {text}  # {from}");
        }
    }

    /// Where the values come from that stand in tables in one line, each source once.
    fn sources_within(&self, key: &str, value: &Value) -> Option<String> {
        let mut sources: Vec<String> = Vec::new();
        for (index, element) in value.as_array()?.iter().enumerate() {
            for name in element.as_table()?.keys() {
                let from =
                    self.experiment.provenance.of(&join(&join(key, &index.to_string()), name)).to_string();
                if !sources.contains(&from) {
                    sources.push(from);
                }
            }
        }
        (!sources.is_empty()).then(|| sources.join(", "))
    }

    fn tables(&mut self, key: &str, table: &Table) {
        for (name, value) in table {
            let key = join(key, name);
            match value {
                Value::Table(table) => self.table(&key, table),
                Value::Array(elements) if is_table(value) => {
                    for (index, element) in elements.iter().enumerate() {
                        self.element(&key, index, element);
                    }
                }
                _ => {}
            }
        }
    }

    /// An element of an array of tables. What is no table in it stands in the array as it is.
    fn element(&mut self, key: &str, index: usize, element: &Value) {
        let Value::Table(table) = element else { return };
        let _ = writeln!(self.text, "\n[[{}]]", without_indices(key));
        let key = join(key, &index.to_string());
        let values: Vec<_> = table.iter().filter(|(_, value)| !is_table(value)).collect();
        self.values(&key, &values);
        self.tables(&key, table);
    }
}

/// Whether a value is written as a table or as tables of its own.
fn is_table(value: &Value) -> bool {
    match value {
        Value::Table(_) => true,
        // Regions of a panel are a few short tables: they stand in one line.
        Value::Array(elements) => elements.iter().all(Value::is_table) && elements.iter().any(is_long),
        _ => false,
    }
}

/// Whether a table has more than one value.
fn is_long(value: &Value) -> bool {
    value.as_table().is_some_and(|table| table.len() > 1)
}

/// The name of a table in TOML, in which elements of arrays have no number.
fn without_indices(key: &str) -> String {
    let names = key.split('.').filter(|name| name.parse::<usize>().is_err());
    names.collect::<Vec<_>>().join(".")
}

fn in_toml(value: &Value) -> String {
    match value {
        Value::Float(number) => number_in_toml(*number),
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(in_toml).collect::<Vec<_>>().join(", "))
        }
        value => value.to_string(),
    }
}

/// A number that reads back as itself: whole ones with a point, very large and small ones with an exponent.
fn number_in_toml(number: f64) -> String {
    if number != 0.0 && number.is_finite() && !PLAIN.contains(&number.abs()) {
        return format!("{number:e}");
    }
    Value::Float(number).to_string()
}
