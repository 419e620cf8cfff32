//! Where each key of a TOML file stands.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What stands behind a key.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    /// Further keys.
    Table,
    /// Further keys: an element of an array of tables.
    Element,
    /// A value, or an array of tables.
    Value,
}

/// The lines of keys, such as `beam.spectrum.wavelength_angstrom`; elements of arrays of tables are numbered.
pub(super) struct Lines<'a> {
    text: &'a str,
    bytes: BTreeMap<String, (usize, Holds)>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str, table: &DeTable<'_>) -> Self {
        let mut lines = Self { text, bytes: BTreeMap::new() };
        lines.add_table("", table);
        lines
    }

    /// The line, from 1, of a key, or of the nearest key above it.
    pub(super) fn of_key(&self, key: &str) -> usize {
        let mut key = key;
        loop {
            match (self.bytes.get(key), key.rfind('.')) {
                (Some(&(byte, _)), _) => return self.line_of(byte),
                (None, Some(dot)) => key = &key[..dot],
                (None, None) => return 1,
            }
        }
    }

    /// Whether a key is in the file.
    pub(super) fn has(&self, key: &str) -> bool {
        self.bytes.contains_key(key)
    }

    /// Every key with its line and what it holds, a key before those below it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, usize, Holds)> {
        self.bytes.iter().map(|(key, &(byte, holds))| (key.as_str(), self.line_of(byte), holds))
    }

    /// The line, from 1, of a byte.
    pub(super) fn line_of(&self, byte: usize) -> usize {
        self.text[..byte.min(self.text.len())].matches('\n').count() + 1
    }

    fn add_table(&mut self, above: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = join(above, name.get_ref());
            let is_table = matches!(value.get_ref(), DeValue::Table(_));
            let holds = if is_table { Holds::Table } else { Holds::Value };
            self.bytes.insert(key.clone(), (name.span().start, holds));
            self.add_value(&key, value);
        }
    }

    fn add_value(&mut self, key: &str, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.add_table(key, table),
            DeValue::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    if matches!(element.get_ref(), DeValue::Table(_)) {
                        let key = join(key, &index.to_string());
                        self.bytes.insert(key.clone(), (element.span().start, Holds::Element));
                        self.add_value(&key, element);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A key below another one.
pub(super) fn join(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}
