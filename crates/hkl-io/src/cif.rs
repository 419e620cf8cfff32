//! CIF text: data blocks of items and loops (Hall, Allen and Brown 1991, doi 10.1107/S010876739101067X). Values are not
//! stored but read again when they are asked for.

mod crystal;
mod token;

use crate::Error;
use crate::found::quoted;
use token::{Token, Tokens, Unexpected};

pub use crystal::{cell, space_group};

/// A data block.
#[derive(Debug)]
pub struct Block<'a> {
    name: &'a [u8],
    tables: Vec<Table<'a>>,
}

/// A loop, or an item beside loops: a loop of one row.
#[derive(Debug)]
pub struct Table<'a> {
    /// The names of items, with their underscores.
    tags: Vec<&'a [u8]>,
    /// All the text, and where the first value is in it.
    text: &'a [u8],
    start: usize,
    row_count: usize,
}

/// A value and its place in the text.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    /// Without quotes.
    pub text: &'a [u8],
    /// Where it starts, with its quote if it has one, in bytes of the whole text.
    pub offset: usize,
    is_quoted: bool,
}

/// A value that is not what it must be.
#[derive(Debug)]
pub struct Defect {
    /// Where it is, in bytes of the whole text.
    pub offset: usize,
    /// What is valid there.
    pub expected: String,
    /// The text in question, in quotes, or what is there instead of text.
    pub found: String,
}

impl<'a> Block<'a> {
    /// The name, without `data_`.
    #[must_use]
    pub const fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The table with an item, named with its underscore, and the item's place in it.
    #[must_use]
    pub fn table(&self, item: &str) -> Option<(&Table<'a>, usize)> {
        self.tables.iter().find_map(|table| Some((table, table.place(item)?)))
    }

    /// The values of an item, those left out that are none.
    pub fn values(&self, item: &str) -> impl Iterator<Item = Value<'a>> {
        let found = self.table(item).into_iter();
        found
            .flat_map(|(table, place)| table.rows().map(move |row| row[place]))
            .filter(|value| !value.is_none())
    }
}

impl<'a> Table<'a> {
    /// The place of an item among the tags. Capitals make no difference, nor whether the category ends with a point.
    #[must_use]
    pub fn place(&self, item: &str) -> Option<usize> {
        let same =
            |a: u8, b: u8| a.eq_ignore_ascii_case(&b) || (a == b'.' && b == b'_') || (a == b'_' && b == b'.');
        let is_item = |tag: &&[u8]| {
            tag.len() == item.len() && tag.iter().zip(item.as_bytes()).all(|(a, b)| same(*a, *b))
        };
        self.tags.iter().position(is_item)
    }

    /// The rows, each with a value for every tag.
    pub fn rows(&self) -> impl Iterator<Item = Vec<Value<'a>>> + use<'a> {
        let (mut tokens, width, count) =
            (Tokens::from(self.text, self.start), self.tags.len(), self.row_count);
        (0..count).map_while(move |_| (0..width).map(|_| value(&mut tokens)).collect())
    }
}

impl Value<'_> {
    /// Whether it is `?` or `.`, which say that there is no value.
    #[must_use]
    pub fn is_none(&self) -> bool {
        !self.is_quoted && matches!(self.text, b"?" | b".")
    }

    /// The value in quotes, as a message shows it.
    pub(crate) fn shown(&self) -> String {
        quoted(&String::from_utf8_lossy(self.text.trim_ascii()))
    }

    /// The value as text, without blanks around it.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.text.trim_ascii()).ok()
    }

    /// The value as a finite number; a standard uncertainty in parentheses is left out.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        let text = self.as_str()?;
        let text =
            text.strip_suffix(')').and_then(|text| text.split_once('(')).map_or(text, |(number, _)| number);
        text.parse().ok().filter(|number: &f64| number.is_finite())
    }
}

impl Defect {
    /// That something else was expected than a value.
    #[must_use]
    pub fn new(value: &Value<'_>, expected: impl Into<String>) -> Self {
        Self { offset: value.offset, expected: expected.into(), found: value.shown() }
    }

    /// The error for a place of this text; `name` is the file name for the message.
    #[must_use]
    pub fn into_error(self, text: &[u8], name: &str) -> Error {
        error(text, name, self.offset, self.expected, self.found)
    }
}

/// The data blocks of a text; `name` is the file name for error messages.
///
/// # Errors
///
/// [`Error::Parse`] for text that is no CIF.
pub fn parse<'a>(text: &'a [u8], name: &str) -> Result<Vec<Block<'a>>, Error> {
    blocks(text).map_err(|Unexpected { offset, expected }| {
        error(text, name, offset, expected.to_owned(), word(text, offset))
    })
}

/// That something else was expected at a place of the text than was found.
fn error(text: &[u8], name: &str, offset: usize, expected: String, found: String) -> Error {
    let before = &text[..offset.min(text.len())];
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    Error::Parse {
        file: name.to_owned(),
        line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
        column: before.len() - start + 1,
        found,
        expected,
    }
}

/// The word at a place of the text.
fn word(text: &[u8], offset: usize) -> String {
    let after = text.get(offset..).unwrap_or_default();
    let end = after.iter().position(u8::is_ascii_whitespace).unwrap_or(after.len());
    match after {
        [] => "the end of the file".to_owned(),
        _ => quoted(&String::from_utf8_lossy(&after[..end])),
    }
}

fn blocks(text: &[u8]) -> Result<Vec<Block<'_>>, Unexpected> {
    let mut tokens = Tokens::from(text, 0);
    let mut blocks: Vec<Block<'_>> = Vec::new();
    while let Some((offset, token)) = tokens.next()? {
        let unexpected = |expected| Unexpected { offset, expected };
        if let Token::Block(name) = token {
            blocks.push(Block { name, tables: Vec::new() });
            continue;
        }
        let block = blocks.last_mut().ok_or_else(|| unexpected("a data block, data_ and its name"))?;
        let table = match token {
            Token::Tag(tag) => item(text, tag, &mut tokens)?,
            Token::Loop => looped(text, &mut tokens)?,
            _ => return Err(unexpected("the name of an item, a loop or a data block")),
        };
        block.tables.push(table);
    }
    Ok(blocks)
}

fn item<'a>(text: &'a [u8], tag: &'a [u8], tokens: &mut Tokens<'a>) -> Result<Table<'a>, Unexpected> {
    let start = tokens.place();
    match tokens.next()? {
        Some((_, Token::Value { .. })) => Ok(Table { tags: vec![tag], text, start, row_count: 1 }),
        Some((offset, _)) => Err(Unexpected { offset, expected: "the value of an item" }),
        None => Err(Unexpected { offset: tokens.place(), expected: "the value of an item" }),
    }
}

fn looped<'a>(text: &'a [u8], tokens: &mut Tokens<'a>) -> Result<Table<'a>, Unexpected> {
    let mut tags = Vec::new();
    let mut ahead = *tokens;
    while let Some((_, Token::Tag(tag))) = ahead.next()? {
        tags.push(tag);
        *tokens = ahead;
    }
    let start = tokens.place();
    if tags.is_empty() {
        return Err(Unexpected { offset: ahead.last(), expected: "the names of the items of a loop" });
    }
    let mut count = 0;
    let mut ahead = *tokens;
    while let Some((_, Token::Value { .. })) = ahead.next()? {
        count += 1;
        *tokens = ahead;
    }
    if count % tags.len() != 0 {
        return Err(Unexpected { offset: ahead.last(), expected: "a value for every item of the loop" });
    }
    Ok(Table { row_count: count / tags.len(), tags, text, start })
}

fn value<'a>(tokens: &mut Tokens<'a>) -> Option<Value<'a>> {
    match tokens.next() {
        Ok(Some((offset, Token::Value { text, is_quoted }))) => Some(Value { text, offset, is_quoted }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"data_one\n_cell.length_a 10.25(3)\n_x.name 'a b'\nloop_\n_refln.index_h\n_refln.F_meas\n1 2.5\n-1 ?\n2 '?'\ndata_two _y ;";

    #[test]
    fn items_are_found_in_blocks_and_loops() {
        let blocks = parse(TEXT, "x.cif").unwrap();
        let texts = |block: usize, item: &str| -> Vec<_> {
            blocks[block].values(item).map(|value| String::from_utf8_lossy(value.text).into_owned()).collect()
        };
        assert_eq!(blocks[0].values("_cell_length_A").next().and_then(|value| value.number()), Some(10.25));
        assert_eq!(texts(0, "_x.name"), ["a b"]);
        assert_eq!(texts(0, "_refln.index_h"), ["1", "-1", "2"]);
        assert_eq!(texts(0, "_refln.F_meas"), ["2.5", "?"]);
        assert_eq!(texts(1, "_y"), [";"]);
        assert!(texts(1, "_refln.index_h").is_empty());
        assert_eq!(blocks[1].name(), b"two");
    }

    #[test]
    fn a_defect_names_its_line() {
        for (text, expected) in [
            ("x", "1:1: expected a data block, data_ and its name, found \"x\""),
            ("data_a\n_b", "2:3: expected the value of an item, found the end of the file"),
            ("data_a\n_b _c 1", "2:4: expected the value of an item, found \"_c\""),
            ("data_a\n 1 2", "2:2: expected the name of an item, a loop or a data block, found \"1\""),
            ("data_a\nloop_ 1", "2:7: expected the names of the items of a loop, found \"1\""),
            (
                "data_a\nloop_\n_a\n_b\n1 2\n3\nloop_\n_c\n1",
                "7:1: expected a value for every item of the loop, found \"loop_\"",
            ),
            (
                "data_a\nloop_\n_a\n_b\n1 2\n3\n",
                "7:1: expected a value for every item of the loop, found the end of the file",
            ),
        ] {
            let message = parse(text.as_bytes(), "x").unwrap_err().to_string();
            assert_eq!(message, format!("x:{expected}"), "{text:?}");
        }
    }
}
