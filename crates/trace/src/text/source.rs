//! One line of a text with its place in the file, and the values in it.

use std::borrow::Cow;

use nanobragg_kernel::record::Value;

use crate::Error;
use crate::quantity::Shape;

/// One line of a text with its place, for errors.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) line: &'a str,
}

impl Source<'_> {
    /// The error of having found `found`, a part of this line, instead of `expected`; an empty part stands for what
    /// follows it.
    pub(super) fn malformed(self, found: &str, expected: impl Into<String>) -> Error {
        let start = found.as_ptr().addr().saturating_sub(self.line.as_ptr().addr());
        let (before, after) = self.line.split_at_checked(start).unwrap_or((self.line, ""));
        let found = if found.is_empty() { after } else { found };
        Error::Malformed {
            file: self.file.to_owned(),
            line: self.number,
            column: before.chars().count() + 1,
            found: if found.is_empty() { "end of line".to_owned() } else { format!("`{found}`") },
            expected: expected.into(),
        }
    }

    /// The value in `text`, which must have `shape` if that is known; `assign` ends the name of a field.
    pub(super) fn value(self, text: &str, assign: char, shape: Option<Shape>) -> Result<Value, Error> {
        let shape = shape.unwrap_or_else(|| likely_shape(text, assign));
        match shape {
            Shape::Name => self.name(text),
            Shape::Fields => self.fields(text.split_ascii_whitespace(), text, assign),
            Shape::Matrix => self.matrix(text).map(Value::Matrix),
            Shape::Scalar => self.array::<1>(text).map(|[number]| Value::Numbers(vec![number])),
            Shape::Vector => self.array::<3>(text).map(|vector| Value::Numbers(vector.to_vec())),
            Shape::List => {
                let numbers = text.split_ascii_whitespace().map(|token| self.number_in(token));
                numbers.collect::<Result<_, _>>().map(Value::Numbers)
            }
        }
    }

    /// The fields in `tokens`, the parts of `text`.
    pub(super) fn fields<'t>(
        self,
        tokens: impl Iterator<Item = &'t str>,
        text: &str,
        assign: char,
    ) -> Result<Value, Error> {
        let field = |token: &str| match token.split_once(assign) {
            Some((name, number)) if !name.is_empty() => {
                Ok((Cow::Owned(name.to_owned()), self.number_in(number)?))
            }
            _ => Err(self.malformed(token, format!("name{assign}number"))),
        };
        let fields: Vec<_> = tokens.map(field).collect::<Result<_, _>>()?;
        if fields.is_empty() {
            return Err(self.malformed(text, format!("name{assign}number")));
        }
        Ok(Value::Fields(fields))
    }

    fn name(self, text: &str) -> Result<Value, Error> {
        if text.is_empty() || text.contains(char::is_whitespace) {
            return Err(self.malformed(text, "one word"));
        }
        Ok(Value::Name(Cow::Owned(text.to_owned())))
    }

    fn matrix(self, text: &str) -> Result<[[f64; 3]; 3], Error> {
        let expected = "a matrix, [a b c; d e f; g h i]";
        let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let mut rows = inner.ok_or_else(|| self.malformed(text, expected))?.split(';');
        let mut matrix = [[0.0; 3]; 3];
        for row in &mut matrix {
            *row = self.array(rows.next().ok_or_else(|| self.malformed(text, expected))?.trim())?;
        }
        match rows.next() {
            Some(extra) => Err(self.malformed(extra, "`]` after three rows")),
            None => Ok(matrix),
        }
    }

    fn array<const N: usize>(self, text: &str) -> Result<[f64; N], Error> {
        let mut tokens = text.split_ascii_whitespace();
        let mut numbers = [0.0; N];
        for (read, number) in numbers.iter_mut().enumerate() {
            let end = text.get(text.len()..).unwrap_or(text);
            let token = tokens.next().ok_or_else(|| {
                let more = if read == 0 { "" } else { " more" };
                let s = if N - read == 1 { "" } else { "s" };
                self.malformed(end, format!("{}{more} number{s}", N - read))
            })?;
            *number = self.number_in(token)?;
        }
        match tokens.next() {
            Some(extra) => Err(self.malformed(extra, "end of line")),
            None => Ok(numbers),
        }
    }

    fn number_in(self, token: &str) -> Result<f64, Error> {
        token.parse().map_err(|_| self.malformed(token, "a number"))
    }
}

/// The shape of a value whose key is not in the table, from its text.
fn likely_shape(text: &str, assign: char) -> Shape {
    let mut tokens = text.split_ascii_whitespace();
    match (tokens.next(), tokens.next()) {
        (Some(first), _) if first.starts_with('[') => Shape::Matrix,
        (Some(first), _) if first.contains(assign) => Shape::Fields,
        (Some(only), None) if only.parse::<f64>().is_err() => Shape::Name,
        (None, _) => Shape::Scalar,
        _ => Shape::List,
    }
}
