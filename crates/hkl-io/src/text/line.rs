//! The grammar of one line of HKL text.

use std::fmt;

use nom::bytes::complete::{take_till, take_while};
use nom::character::complete::{char, digit0, i32 as integer, one_of};
use nom::combinator::{map, opt};
use nom::error::{ErrorKind, ParseError};
use nom::sequence::preceded;
use nom::{Err, IResult, Parser};

use crate::{Miller, Reflection};

/// The place where a line is invalid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Defect<'a> {
    /// The text from there on.
    pub(super) at: &'a [u8],
    pub(super) expected: Expected,
}

/// What is valid at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Expected {
    Reflection,
    Index(char),
    IndexInRange(char),
    StructureFactor,
    FiniteStructureFactor,
    LineFeed,
}

type Parsed<'a, T> = IResult<&'a [u8], T, Defect<'a>>;

/// The longest number whose digits, as an integer, are exact as an f64.
const EXACT_DIGITS: usize = 15;

/// Exact as f64.
const POWERS_OF_TEN: [f64; EXACT_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// A line with its end: a reflection, or nothing (blank, a comment).
#[inline]
pub(super) fn line(input: &[u8]) -> Parsed<'_, Option<Reflection>> {
    let (input, _) = blanks(input)?;
    match input.first() {
        None | Some(b'#' | b'\n' | b'\r') => map(rest_of_line, |()| None).parse(input),
        Some(_) => map((reflection, rest_of_line), |(reflection, ())| Some(reflection)).parse(input),
    }
}

/// The text up to the next blank or line end.
pub(super) fn token(input: &[u8]) -> &[u8] {
    let end = input.iter().position(|byte| is_delimiter(*byte));
    &input[..end.unwrap_or(input.len())]
}

fn reflection(input: &[u8]) -> Parsed<'_, Reflection> {
    let indices = (index('h'), preceded(blanks, index('k')), preceded(blanks, index('l')));
    let factor = preceded(blanks, structure_factor);
    map((indices, factor), |((h, k, l), structure_factor)| Reflection {
        miller: Miller::new(h, k, l),
        structure_factor,
    })
    .parse(input)
}

fn index<'a>(name: char) -> impl Parser<&'a [u8], Output = i32, Error = Defect<'a>> {
    move |input: &'a [u8]| match integer::<_, Defect<'_>>(input) {
        Ok((rest, index)) if at_delimiter(rest) => Ok((rest, index)),
        _ => Err(not_an_index(input, name)),
    }
}

#[cold]
fn not_an_index(at: &[u8], name: char) -> Err<Defect<'_>> {
    let token = token(at);
    let digits = token.strip_prefix(b"-").or(token.strip_prefix(b"+")).unwrap_or(token);
    let is_integer = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let expected = if is_integer { Expected::IndexInRange(name) } else { Expected::Index(name) };
    Err::Failure(Defect { at, expected })
}

fn structure_factor(input: &[u8]) -> Parsed<'_, f64> {
    match plain_decimal(input) {
        Ok((rest, Some(factor))) if at_delimiter(rest) => Ok((rest, factor)),
        _ => any_decimal(input),
    }
}

/// A number without an exponent, short enough that one exact integer over one exact power of ten rounds once, and so
/// to the nearest f64 (Clinger 1990, doi 10.1145/93542.93557); `None` if it is longer, or no number.
#[inline]
fn plain_decimal(input: &[u8]) -> Parsed<'_, Option<f64>> {
    let (rest, (sign, whole, fraction)) =
        (opt(one_of("+-")), digit0, opt(preceded(char('.'), digit0))).parse(input)?;
    let fraction: &[u8] = fraction.unwrap_or_default();
    let digits = whole.iter().chain(fraction);
    let digits =
        digits.fold(0_u64, |number, digit| number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')));
    Ok((rest, decimal(sign == Some('-'), digits, whole.len(), fraction.len())))
}

/// The number of so many digits before and after its point, exact where they are few; `None` where they are many, or none.
#[inline]
pub(super) fn decimal(is_negative: bool, digits: u64, whole: usize, fraction: usize) -> Option<f64> {
    if !(1..=EXACT_DIGITS).contains(&(whole + fraction)) {
        return None;
    }
    let magnitude = digits as f64 / POWERS_OF_TEN[fraction];
    Some(if is_negative { -magnitude } else { magnitude })
}

/// Any decimal number, rounded to the nearest f64.
#[cold]
fn any_decimal(input: &[u8]) -> Parsed<'_, f64> {
    let token = token(input);
    let defect = |expected| Err::Failure(Defect { at: input, expected });
    let number = std::str::from_utf8(token).ok().and_then(|text| text.parse::<f64>().ok());
    match number {
        Some(number) if number.is_finite() => Ok((&input[token.len()..], number)),
        Some(_) => Err(defect(Expected::FiniteStructureFactor)),
        None => Err(defect(Expected::StructureFactor)),
    }
}

/// The rest of the line with its end.
#[inline]
fn rest_of_line(input: &[u8]) -> Parsed<'_, ()> {
    match input {
        [] => Ok((input, ())),
        [b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => Ok((rest, ())),
        _ => ignored(input),
    }
}

/// Further columns, or a comment. A carriage return within them is refused: it would be the line end of another
/// system, and the reflections after it would be lost.
fn ignored(input: &[u8]) -> Parsed<'_, ()> {
    let (rest, text) = take_till(|byte| byte == b'\n').parse(input)?;
    let before_end = text.strip_suffix(b"\r").unwrap_or(text);
    match before_end.iter().position(|byte| *byte == b'\r') {
        Some(place) => Err(Err::Failure(Defect { at: &input[place + 1..], expected: Expected::LineFeed })),
        None => Ok((rest.strip_prefix(b"\n").unwrap_or(rest), ())),
    }
}

#[inline]
fn blanks(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_while(|byte| byte == b' ' || byte == b'\t').parse(input)
}

#[inline]
fn at_delimiter(input: &[u8]) -> bool {
    input.first().is_none_or(|byte| is_delimiter(*byte))
}

#[inline]
const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl<'a> ParseError<&'a [u8]> for Defect<'a> {
    fn from_error_kind(at: &'a [u8], _: ErrorKind) -> Self {
        Self { at, expected: Expected::Reflection }
    }

    fn append(_: &'a [u8], _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reflection => f.write_str("a reflection h k l F"),
            Self::Index(name) => write!(f, "an integer index {name}"),
            Self::IndexInRange(name) => write!(f, "an index {name} from {} to {}", i32::MIN, i32::MAX),
            Self::StructureFactor => f.write_str("a structure factor F"),
            Self::FiniteStructureFactor => f.write_str("a finite structure factor F"),
            Self::LineFeed => f.write_str("a line feed after the carriage return"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes and F, the text left over.
    fn check(text: &str, expected: Option<(i32, i32, i32, f64)>, left: &str) {
        let (rest, found) = line(text.as_bytes()).unwrap();
        let found = found.map(|r| (r.miller.h, r.miller.k, r.miller.l, r.structure_factor));
        assert_eq!(found, expected, "{text:?}");
        assert_eq!(rest, left.as_bytes(), "{text:?}");
    }

    #[test]
    fn lines_with_a_reflection() {
        check("1 2 3 4", Some((1, 2, 3, 4.0)), "");
        check("  -7  -1 -14    190.27\n 5", Some((-7, -1, -14, 190.27)), " 5");
        check("\t+1\t-0\t3\t-12.5\r\nx", Some((1, 0, 3, -12.5)), "x");
        check("1 2 3 1.5e2\n", Some((1, 2, 3, 150.0)), "");
        check("1 2 3 +.5E-1 \n", Some((1, 2, 3, 0.05)), "");
        check("1 2 3 5. 0.3 90.0 what ever # it is\r\n1", Some((1, 2, 3, 5.0)), "1");
        check("1 2 3 4\r", Some((1, 2, 3, 4.0)), "");
        check("2147483647 -2147483648 007 1e308\n", Some((i32::MAX, i32::MIN, 7, 1e308)), "");
    }

    #[test]
    fn lines_without_a_reflection() {
        for text in ["\n", " \t\n", "\r\n", "#\n", "# 1 2 3 4\r\n", "  #1 2 3 4\n"] {
            check(&format!("{text}1"), None, "1");
        }
        check("# 1 2 3 4", None, "");
        check("  ", None, "");
    }

    #[test]
    fn defects_are_placed_at_what_is_wrong() {
        use Expected::*;
        for (text, column, expected) in [
            ("1.0 2 3 4\n", 1, Index('h')),
            ("1 2,3 4\n", 3, Index('k')),
            ("1 2\n3 4\n", 4, Index('l')),
            ("1 2 3 \t\r\n", 8, StructureFactor),
            ("1 2 - 4\n", 5, Index('l')),
            ("1 2 -99999999999 4\n", 5, IndexInRange('l')),
            ("2147483648 2 3 4\n", 1, IndexInRange('h')),
            ("1 2 3 four\n", 7, StructureFactor),
            ("1 2 3 4.5.6\n", 7, StructureFactor),
            ("1 2 3 1d5\n", 7, StructureFactor),
            ("1 2 3 .\n", 7, StructureFactor),
            ("1 2 3 -nan\n", 7, FiniteStructureFactor),
            ("1 2 3 Infinity\n", 7, FiniteStructureFactor),
            ("1 2 3 1e309\n", 7, FiniteStructureFactor),
            ("1 2 3 4\r5 6 7 8\r", 9, LineFeed),
            ("# c\r1 2 3 4\n", 5, LineFeed),
            ("\u{feff}1 2 3 4\n", 1, Index('h')),
        ] {
            let Err(Err::Failure(defect)) = line(text.as_bytes()) else { panic!("{text:?} was read") };
            assert_eq!((text.len() - defect.at.len() + 1, defect.expected), (column, expected), "{text:?}");
        }
    }

    #[test]
    fn every_number_is_the_nearest_f64() {
        let numbers = ["190.27", "0.1", "123456789.012345", "999999999999999", ".000000000000001", "-0.0"];
        let longer = [
            "0.30000000000000004",
            "9007199254740993",
            "1.7976931348623157e308",
            "5e-324",
            "0000000000000000.1",
        ];
        for text in numbers.into_iter().chain(longer) {
            let (_, number) = structure_factor(text.as_bytes()).unwrap();
            assert_eq!(number.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
        assert_eq!(plain_decimal(b"190.27").unwrap().1, Some(190.27));
        assert_eq!(
            plain_decimal(b"9007199254740993").unwrap().1,
            None,
            "16 digits may need a second rounding"
        );
    }
}
