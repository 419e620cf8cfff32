//! The first line of an Fdump.

use nom::bytes::complete::tag;
use nom::character::complete::{char, digit1};
use nom::combinator::{map_opt, opt, recognize};
use nom::sequence::preceded;
use nom::{IResult, Parser};

use crate::found::{ByteDefect, word};
use crate::{Bounds, Miller};

/// What ends a header.
const END: &str = "\n\x0c";

/// The order of the header.
const NAMES: [&str; 6] = ["h_min", "h_max", "k_min", "k_max", "l_min", "l_max"];

/// The header of a grid.
pub(super) fn text(bounds: Bounds) -> String {
    let Bounds { min, max } = bounds;
    format!("{} {} {} {} {} {}{END}", min.h, max.h, min.k, max.k, min.l, max.l)
}

/// The bounds, and where the data starts.
pub(super) fn parse(bytes: &[u8]) -> Result<(Bounds, usize), ByteDefect> {
    let mut rest = bytes;
    let defect = |at: &[u8], expected| ByteDefect { byte: bytes.len() - at.len(), found: word(at), expected };
    let mut limits = [0; 6];
    for place in 0..6 {
        let name = NAMES[place];
        if place > 0 {
            let space: IResult<_, _> = char(' ').parse(rest);
            (rest, _) = space.map_err(|_| defect(rest, format!("a space before {name}")))?;
        }
        let (after, limit) = index(rest).map_err(|_| defect(rest, format!("a 32-bit integer {name}")))?;
        if place % 2 == 1 && limit < limits[place - 1] {
            let expected = format!("{name} of at least {} = {}", NAMES[place - 1], limits[place - 1]);
            return Err(defect(rest, expected));
        }
        (rest, limits[place]) = (after, limit);
    }
    let end: IResult<_, _> = tag(END.as_bytes()).parse(rest);
    let (data, _) = end.map_err(|_| defect(rest, "a line feed and a form feed after l_max".to_owned()))?;
    let [h_min, h_max, k_min, k_max, l_min, l_max] = limits;
    let bounds = Bounds { min: Miller::new(h_min, k_min, l_min), max: Miller::new(h_max, k_max, l_max) };
    Ok((bounds, bytes.len() - data.len()))
}

/// An integer as the C program prints it: no plus sign.
fn index(input: &[u8]) -> IResult<&[u8], i32> {
    map_opt(recognize(preceded(opt(char('-')), digit1)), |digits| {
        std::str::from_utf8(digits).ok()?.parse().ok()
    })
    .parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_and_says_where_the_data_starts() {
        let bounds = Bounds { min: Miller::new(-24, -28, -31), max: Miller::new(24, 28, 30) };
        assert_eq!(text(bounds), "-24 24 -28 28 -31 30\n\x0c");
        for data in ["", "\n", " \n\x0c"] {
            assert_eq!(parse(format!("{}{data}", text(bounds)).as_bytes()), Ok((bounds, 22)), "{data:?}");
        }
    }

    #[test]
    fn a_defect_names_its_byte() {
        for (header, byte, expected, found) in [
            ("", 0, "a 32-bit integer h_min", "the end of the file"),
            ("0 1", 3, "a space before k_min", "the end of the file"),
            ("0  1 0 1 0 1\n\x0c", 2, "a 32-bit integer h_max", "\" \""),
            (" 0 1 0 1 0 1\n\x0c", 0, "a 32-bit integer h_min", "\" \""),
            ("0 +1 0 1 0 1\n\x0c", 2, "a 32-bit integer h_max", "\"+1\""),
            ("0 1 0.5 1 0 1\n\x0c", 5, "a space before k_max", "\".5\""),
            ("0 1 0 1 2 1\n\x0c", 10, "l_max of at least l_min = 2", "\"1\""),
            ("0 1 0 1 0 2147483648\n\x0c", 10, "a 32-bit integer l_max", "\"2147483648\""),
            ("0 1 0 1 0 1\n\n", 11, "a line feed and a form feed after l_max", "\"\\n\""),
            ("0 1 0 1 0 1\r\n\x0c", 11, "a line feed and a form feed after l_max", "\"\\r\""),
            ("\u{7f}ELF", 0, "a 32-bit integer h_min", "\"\\x7fELF\""),
        ] {
            let defect = ByteDefect { byte, found: found.to_owned(), expected: expected.to_owned() };
            assert_eq!(parse(header.as_bytes()), Err(defect), "{header:?}");
        }
    }
}
