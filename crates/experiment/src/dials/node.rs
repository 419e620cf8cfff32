//! A JSON document and places in it, so that a message can name the line.

use std::path::{Path, PathBuf};

use nanobragg_geometry::LabVec;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::Error;
use crate::files::read_small;

/// A JSON file.
#[derive(Debug)]
pub(super) struct Document {
    path: PathBuf,
    text: String,
    root: Value,
}

/// A value of the document.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    document: &'a Document,
    steps: Vec<Step<'a>>,
    value: &'a Value,
}

/// One step down: into an object or into an array.
#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl Document {
    /// Reads a file of JSON.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let text = String::from_utf8_lossy(&read_small(path)?).into_owned();
        let root = serde_json::from_str(&text).map_err(|error| not_json(path, &text, &error))?;
        Ok(Self { path: path.to_owned(), text, root })
    }

    pub(super) const fn root(&self) -> Node<'_> {
        Node { document: self, steps: Vec::new(), value: &self.root }
    }
}

impl<'a> Node<'a> {
    /// The value of a key; none if it is absent or null.
    pub(super) fn get(&self, key: &'a str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(self.step(Step::Key(key), value))
    }

    /// The value of a key that must be there.
    pub(super) fn need(&self, key: &'a str, expected: &str) -> Result<Self, Error> {
        self.get(key).ok_or_else(|| self.wrong(format!("expected {key} ({expected}), found none")))
    }

    /// The elements of an array.
    pub(super) fn elements(&self, expected: &str) -> Result<Vec<Self>, Error> {
        let elements = self.value.as_array().ok_or_else(|| self.refuse(expected))?;
        Ok(elements.iter().enumerate().map(|(i, value)| self.step(Step::Index(i), value)).collect())
    }

    pub(super) fn text(&self, expected: &str) -> Result<&'a str, Error> {
        self.value.as_str().ok_or_else(|| self.refuse(expected))
    }

    pub(super) fn number(&self, expected: &str) -> Result<f64, Error> {
        self.value.as_f64().ok_or_else(|| self.refuse(expected))
    }

    pub(super) fn positive(&self, expected: &str) -> Result<f64, Error> {
        let number = self.number(expected)?;
        if number > 0.0 { Ok(number) } else { Err(self.refuse(expected)) }
    }

    pub(super) fn index(&self, expected: &str) -> Result<usize, Error> {
        self.value.as_u64().and_then(|index| usize::try_from(index).ok()).ok_or_else(|| self.refuse(expected))
    }

    pub(super) fn numbers<const N: usize>(&self, expected: &str) -> Result<[f64; N], Error> {
        let numbers: Option<Vec<f64>> =
            self.value.as_array().and_then(|array| array.iter().map(Value::as_f64).collect());
        numbers.and_then(|numbers| numbers.try_into().ok()).ok_or_else(|| self.refuse(expected))
    }

    pub(super) fn integers<const N: usize>(&self, expected: &str) -> Result<[i64; N], Error> {
        let numbers: Option<Vec<i64>> =
            self.value.as_array().and_then(|array| array.iter().map(Value::as_i64).collect());
        numbers.and_then(|numbers| numbers.try_into().ok()).ok_or_else(|| self.refuse(expected))
    }

    pub(super) fn vector(&self) -> Result<LabVec, Error> {
        let [x, y, z] = self.numbers("three numbers")?;
        Ok(LabVec::new(x, y, z))
    }

    /// A vector of length 1 in the direction of three numbers.
    pub(super) fn direction(&self) -> Result<LabVec, Error> {
        let vector = self.vector()?;
        let length = vector.length();
        if length > 0.0 && length.is_finite() {
            Ok(vector.unit())
        } else {
            Err(self.refuse("three numbers that are not all 0"))
        }
    }

    /// The refusal of the value.
    pub(super) fn refuse(&self, expected: &str) -> Error {
        self.wrong(format!("expected {expected}, found {}", short(self.value)))
    }

    /// The refusal of the value for a reason: what was expected and what was found.
    pub(super) fn wrong(&self, what: String) -> Error {
        Error::Key { path: self.document.path.clone(), line: self.line(), key: self.name(), what }
    }

    /// A notice about the value.
    pub(super) fn notice(&self, what: &str) -> String {
        format!("{}:{}: {}: {what}", self.document.path.display(), self.line(), self.name())
    }

    /// The way to the value, such as `detector[0].panels[1].origin`.
    fn name(&self) -> String {
        let mut name = String::new();
        for step in &self.steps {
            match step {
                Step::Key(key) if name.is_empty() => name.push_str(key),
                Step::Key(key) => name.extend([".", key]),
                Step::Index(index) => name.push_str(&format!("[{index}]")),
            }
        }
        if name.is_empty() { "the file".to_owned() } else { name }
    }

    /// The line, from 1.
    fn line(&self) -> usize {
        let offset =
            self.steps.iter().try_fold(0, |offset, step| descend(&self.document.text, offset, *step));
        let before = self.document.text.get(..offset.unwrap_or_default()).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    fn step(&self, step: Step<'a>, value: &'a Value) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { document: self.document, steps, value }
    }
}

fn not_json(path: &Path, text: &str, error: &serde_json::Error) -> Error {
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default().trim();
    Error::Parse {
        path: path.to_owned(),
        line: error.line().max(1),
        column: error.column().max(1),
        expected: format!("JSON ({reason})"),
        found: if error.is_eof() { "the end of the file" } else { line }.to_owned(),
    }
}

/// A value in as many characters as a message bears.
fn short(value: &Value) -> String {
    const LIMIT: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= LIMIT { text } else { text.chars().take(LIMIT).chain(['…']).collect() }
}

/// Where in valid JSON the element of the object or array begins that begins at or after an offset. Of a key that is
/// given twice the last one counts, as for the reader.
fn descend(text: &str, offset: usize, step: Step<'_>) -> Option<usize> {
    let mut at = skip(text, offset, "")? + 1;
    let mut found = None;
    for index in 0.. {
        at = skip(text, at, ",")?;
        if text[at..].starts_with(['}', ']']) {
            break;
        }
        let mut wanted = matches!(step, Step::Index(wanted) if wanted == index);
        if let Step::Key(key) = step {
            let (name, length) = read::<String>(&text[at..])?;
            at = skip(text, at + length, ":")?;
            wanted = name == key;
        }
        if wanted {
            found = Some(at);
        }
        at += read::<IgnoredAny>(&text[at..])?.1;
    }
    found
}

/// The offset of what comes after blanks and a kind of punctuation.
fn skip(text: &str, offset: usize, punctuation: &str) -> Option<usize> {
    let rest = text.get(offset..)?;
    let ahead = rest.find(|c: char| !c.is_whitespace() && !punctuation.contains(c))?;
    Some(offset + ahead)
}

/// A value at the start of a text, and its length.
fn read<T: serde::de::DeserializeOwned>(text: &str) -> Option<(T, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let value = values.next()?.ok()?;
    Some((value, values.byte_offset()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_line() {
        let text = "{\n \"a, b\": [1,\n  {\"c\":\n   \"}\"}],\n \"d\" : 1.5,\n \"e\": []\n}".to_owned();
        let root = serde_json::from_str(&text).unwrap();
        let document = Document { path: "x.expt".into(), text, root };
        let root = document.root();
        let list = root.get("a, b").unwrap();
        let elements = list.elements("").unwrap();
        for (node, name, line) in [
            (root.clone(), "the file", 1),
            (list, "a, b", 2),
            (elements[0].clone(), "a, b[0]", 2),
            (elements[1].clone(), "a, b[1]", 3),
            (elements[1].get("c").unwrap(), "a, b[1].c", 4),
            (root.get("d").unwrap(), "d", 5),
            (root.get("e").unwrap(), "e", 6),
        ] {
            assert_eq!((node.name().as_str(), node.line()), (name, line));
        }
    }
}
