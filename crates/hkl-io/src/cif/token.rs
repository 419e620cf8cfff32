//! The words of a CIF text.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_till1, take_until};
use nom::character::complete::{char, multispace1};
use nom::multi::many0_count;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

/// A word, a quoted text or a text field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    /// `data_` and the name of a block.
    Block(&'a [u8]),
    /// `loop_`.
    Loop,
    /// The name of an item, with its underscore.
    Tag(&'a [u8]),
    /// A value without its quotes, if it has any.
    Value { text: &'a [u8], is_quoted: bool },
}

/// A token, and where it is in the text.
pub(super) type Placed<'a> = (usize, Token<'a>);

/// What is wrong at a place of the text.
#[derive(Debug, PartialEq)]
pub(super) struct Unexpected {
    pub(super) offset: usize,
    pub(super) expected: &'static str,
}

/// The tokens of a text from a place on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'a> {
    text: &'a [u8],
    next: usize,
    last: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn from(text: &'a [u8], next: usize) -> Self {
        Self { text, next, last: next }
    }

    /// Where the last token is, or the end of the text.
    pub(super) const fn last(&self) -> usize {
        self.last
    }

    /// Where the text behind the last token starts.
    pub(super) const fn place(&self) -> usize {
        self.next
    }

    /// The next token; none at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<Placed<'a>>, Unexpected> {
        let rest = self.text.get(self.next..).unwrap_or_default();
        let rest = blanks(rest).map_or(rest, |(rest, _)| rest);
        let offset = self.text.len() - rest.len();
        self.last = offset;
        if rest.is_empty() {
            self.next = offset;
            return Ok(None);
        }
        let starts_line = offset == 0 || self.text[offset - 1] == b'\n';
        let defect = |expected| Unexpected { offset, expected };
        let (rest, token) = match rest[0] {
            b';' if starts_line => {
                text_field(rest).map_err(|_| defect("a text field that a line with ; ends"))?
            }
            quote @ (b'\'' | b'"') => {
                quoted(rest, quote).ok_or_else(|| defect("a value that a quote ends"))?
            }
            _ => word(rest).map_err(|_| defect("a word"))?,
        };
        let token = match token {
            Token::Value { text, is_quoted: false } => keyword(text).map_err(defect)?,
            token => token,
        };
        self.next = self.text.len() - rest.len();
        Ok(Some((offset, token)))
    }
}

/// White space and comments.
fn blanks(input: &[u8]) -> IResult<&[u8], usize> {
    let comment = preceded(char('#'), take_till(|byte| byte == b'\n'));
    many0_count(alt((multispace1, comment))).parse(input)
}

/// The lines from one that starts with a semicolon to before the next.
fn text_field(input: &[u8]) -> IResult<&[u8], Token<'_>> {
    let field = delimited(char(';'), take_until(&b"\n;"[..]), tag(&b"\n;"[..]));
    field.map(|text| Token::Value { text, is_quoted: true }).parse(input)
}

/// A text on one line up to a quote that white space follows.
fn quoted(input: &[u8], quote: u8) -> Option<(&[u8], Token<'_>)> {
    let ends =
        |place: usize| input[place] == quote && input.get(place + 1).is_none_or(u8::is_ascii_whitespace);
    let mut line = (1..input.len()).take_while(|place| input[*place] != b'\n');
    let end = line.find(|place| ends(*place))?;
    Some((&input[end + 1..], Token::Value { text: &input[1..end], is_quoted: true }))
}

fn word(input: &[u8]) -> IResult<&[u8], Token<'_>> {
    let word = take_till1(|byte: u8| byte.is_ascii_whitespace());
    word.map(|text| Token::Value { text, is_quoted: false }).parse(input)
}

/// What a word without quotes is.
fn keyword(word: &[u8]) -> Result<Token<'_>, &'static str> {
    let starts =
        |start: &[u8]| word.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    if word[0] == b'_' {
        return Ok(Token::Tag(word));
    }
    if starts(b"data_") {
        return Ok(Token::Block(&word[5..]));
    }
    if word.eq_ignore_ascii_case(b"loop_") {
        return Ok(Token::Loop);
    }
    if starts(b"save_") || word.eq_ignore_ascii_case(b"global_") || word.eq_ignore_ascii_case(b"stop_") {
        return Err("an item, a loop or a data block");
    }
    Ok(Token::Value { text: word, is_quoted: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens, each as its kind and its text.
    fn check(text: &str, expected: &str) {
        let mut tokens = Tokens::from(text.as_bytes(), 0);
        let mut found = Vec::new();
        loop {
            match tokens.next() {
                Ok(None) => break,
                Ok(Some((offset, token))) => {
                    let (kind, text) = match token {
                        Token::Block(name) => ("block", name),
                        Token::Loop => ("loop", &b""[..]),
                        Token::Tag(name) => ("tag", name),
                        Token::Value { text, is_quoted: true } => ("quoted", text),
                        Token::Value { text, is_quoted: false } => ("value", text),
                    };
                    found.push(format!("{offset} {kind} {}", text.escape_ascii()));
                }
                Err(Unexpected { offset, expected }) => {
                    found.push(format!("{offset} expected {expected}"));
                    break;
                }
            }
        }
        assert_eq!(found.join("; "), expected, "{text:?}");
    }

    #[test]
    fn words_quotes_and_fields() {
        check("data_x\n_a.b 1 # c\n", "0 block x; 7 tag _a.b; 12 value 1");
        check("DATA_\nLoop_", "0 block ; 6 loop ");
        check("'a b' \"it's\" 'O5''' x", r"0 quoted a b; 6 quoted it\'s; 13 quoted O5\'\'; 20 value x");
        check("a;b\n;c\nd;\n; e", "0 value a;b; 4 quoted c\\nd;; 12 value e");
        check("a#b ?\r\n#\n.", "0 value a#b; 4 value ?; 9 value .");
        check("'?' '' ''", "0 quoted ?; 4 quoted ; 7 quoted ");
        check("", "");
        check(" # no end", "");
    }

    #[test]
    fn what_does_not_end_is_told() {
        check("a\n'b\nc'", "0 value a; 2 expected a value that a quote ends");
        check("\n;a\n b", "1 expected a text field that a line with ; ends");
        check("save_x", "0 expected an item, a loop or a data block");
    }
}
