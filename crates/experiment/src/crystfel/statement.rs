//! The lines of a geometry file: `key = value` and `panel/key = value`, with `;` before a comment.

use std::path::Path;

use crate::Error;

/// One line of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement<'a> {
    /// The file.
    pub path: &'a Path,
    /// The line, from 1.
    pub line: usize,
    /// The panel or the bad region: what stands before the slash.
    pub owner: Option<&'a str>,
    /// The key, without its owner.
    pub key: &'a str,
    /// What stands after the equals sign, without blanks around it.
    pub value: &'a str,
}

/// A value and the line that gave it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct At<T> {
    pub value: T,
    pub line: usize,
}

impl<'a> Statement<'a> {
    /// The statements of a text whose lines end in `\n`.
    pub(super) fn all(path: &'a Path, text: &'a str) -> Result<Vec<Self>, Error> {
        let lines = text.split('\n').enumerate();
        lines.filter_map(|(index, line)| Self::of_line(path, index + 1, line).transpose()).collect()
    }

    fn of_line(path: &'a Path, line: usize, text: &'a str) -> Result<Option<Self>, Error> {
        let content = text.split(';').next().unwrap_or_default();
        if content.trim().is_empty() {
            return Ok(None);
        }
        let parse = |column, expected: &str, found: &str| Error::Parse {
            path: path.to_owned(),
            line,
            column,
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        let indent = content.chars().take_while(|c| c.is_whitespace()).count();
        let Some((name, value)) = content.split_once('=') else {
            return Err(parse(
                indent + 1,
                "a line such as `key = value` or `panel/key = value`",
                content.trim(),
            ));
        };
        let (owner, key) = match name.split_once('/') {
            Some((owner, key)) => (Some(owner.trim()), key.trim()),
            None => (None, name.trim()),
        };
        if key.is_empty() || owner.is_some_and(str::is_empty) {
            return Err(parse(indent + 1, "a key before the equals sign", content.trim()));
        }
        Ok(Some(Self { path, line, owner, key, value: value.trim() }))
    }

    /// The key with its owner.
    pub(super) fn full_key(&self) -> String {
        self.owner.map_or_else(|| self.key.to_owned(), |owner| format!("{owner}/{}", self.key))
    }

    /// The refusal of the value.
    pub(super) fn refuse(&self, expected: &str) -> Error {
        self.wrong(format!("expected {expected}, found {:?}", self.value))
    }

    /// The refusal of the statement for a reason: what was expected and what was found.
    pub(super) fn wrong(&self, what: String) -> Error {
        Error::Key { path: self.path.to_owned(), line: self.line, key: self.full_key(), what }
    }

    /// A notice about the statement.
    pub(super) fn notice(&self, what: &str) -> String {
        format!("{}:{}: {}: {what}", self.path.display(), self.line, self.full_key())
    }

    /// Something that this line gave.
    pub(super) const fn at<T>(&self, value: T) -> At<T> {
        At { value, line: self.line }
    }

    /// The value as a finite number.
    pub(super) fn number(&self, expected: &str) -> Result<f64, Error> {
        finite(self.value).ok_or_else(|| self.refuse(expected))
    }

    /// The value as a count of pixels. A whole number may have a decimal point.
    pub(super) fn count(&self) -> Result<u32, Error> {
        let whole = |value: f64| format!("{value:.0}").parse().ok();
        let count =
            finite(self.value).filter(|value| value.fract().abs() < f64::MIN_POSITIVE).and_then(whole);
        count.ok_or_else(|| self.refuse("a whole number of pixels, 0 or more"))
    }

    /// The value as a switch: `true`, `false` or a number.
    pub(super) fn switch(&self) -> Result<bool, Error> {
        match self.value.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => self.number("true, false or a number").map(|number| number.abs() >= 1.0),
        }
    }

    /// The value as a quantity and its unit.
    pub(super) fn quantity(&self, expected: &str) -> Result<(Quantity, Option<&'a str>), Error> {
        let mut words = self.value.split_whitespace();
        let (Some(quantity), unit, None) = (words.next(), words.next(), words.next()) else {
            return Err(self.refuse(expected));
        };
        let quantity = match finite(quantity) {
            Some(number) => Quantity::Number(number),
            None if is_location(quantity) => Quantity::Location(quantity.to_owned()),
            None => return Err(self.refuse(expected)),
        };
        Ok((quantity, unit))
    }
}

/// A number, or the place in a data file that has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Quantity {
    Number(f64),
    Location(String),
}

/// A name in a data file, which no attempt at a number looks like.
fn is_location(word: &str) -> bool {
    word.starts_with(|c: char| c == '/' || c.is_alphabetic()) && !["nan", "inf", "infinity"].contains(&word)
}

fn finite(word: &str) -> Option<f64> {
    word.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_key_and_a_value() {
        let path = Path::new("x.geom");
        for (text, expected) in [
            ("; a comment = nothing", None),
            ("  \t", None),
            ("clen = 0.5 ; m", Some((None, "clen", "0.5"))),
            ("\tp1/fs=+1.0x -0.1y", Some((Some("p1"), "fs", "+1.0x -0.1y"))),
            ("data = /entry/data", Some((None, "data", "/entry/data"))),
            ("p1/data = /a=b", Some((Some("p1"), "data", "/a=b"))),
        ] {
            let found = Statement::all(path, text).unwrap();
            assert_eq!(found.first().map(|s| (s.owner, s.key, s.value)), expected, "{text}");
        }
    }

    #[test]
    fn a_count_is_whole() {
        let path = Path::new("x.geom");
        for (value, expected) in
            [("12", Some(12)), ("12.0", Some(12)), ("1.5", None), ("-1", None), ("a", None)]
        {
            let statement = Statement { path, line: 1, owner: None, key: "min_fs", value };
            assert_eq!(statement.count().ok(), expected, "{value}");
        }
    }
}
