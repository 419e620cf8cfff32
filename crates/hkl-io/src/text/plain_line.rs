//! The lines that nearly all files consist of, `h k l F` and no more, in one pass over their bytes. The grammar has the last
//! word on every other line.

use crate::text::line::decimal;
use crate::{Miller, Reflection};

/// So many digits fit in 32 bits, whatever they are.
const INDEX_DIGITS: usize = 9;

/// A line of three short integers and a number without an exponent, with its line end, and the text after it; `None` for
/// any other line.
#[inline]
pub(super) fn plain_line(text: &[u8]) -> Option<(&[u8], Reflection)> {
    let mut line = Line { rest: text };
    let [h, k, l] = [line.index()?, line.index()?, line.index()?];
    let structure_factor = line.factor()?;
    let rest = match line.rest {
        [b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => rest,
        _ => return None,
    };
    Some((rest, Reflection { miller: Miller::new(h, k, l), structure_factor }))
}

/// What is left of a line.
struct Line<'a> {
    rest: &'a [u8],
}

impl Line<'_> {
    /// An index with the blanks around it.
    #[inline(always)]
    fn index(&mut self) -> Option<i32> {
        self.skip_blanks();
        let is_negative = self.sign();
        let mut number = 0;
        let digits = self.digits(&mut number);
        if !(1..=INDEX_DIGITS).contains(&digits) || !self.skip_blanks() {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "it has few digits")]
        let magnitude = number as i32;
        Some(if is_negative { -magnitude } else { magnitude })
    }

    #[inline(always)]
    fn factor(&mut self) -> Option<f64> {
        let is_negative = self.sign();
        let mut number = 0;
        let whole = self.digits(&mut number);
        let fraction = match self.rest {
            [b'.', rest @ ..] => {
                self.rest = rest;
                self.digits(&mut number)
            }
            _ => 0,
        };
        decimal(is_negative, number, whole, fraction)
    }

    /// Whether there were any.
    #[inline(always)]
    fn skip_blanks(&mut self) -> bool {
        let before = self.rest.len();
        while let [b' ' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.len() < before
    }

    /// Whether there is a minus.
    #[inline(always)]
    fn sign(&mut self) -> bool {
        let [sign @ (b'+' | b'-'), rest @ ..] = self.rest else { return false };
        let is_negative = *sign == b'-';
        self.rest = rest;
        is_negative
    }

    /// Appends digits to a number, and counts them; with more than 19 digits the number is a wrong one.
    #[inline(always)]
    fn digits(&mut self, number: &mut u64) -> usize {
        let before = self.rest.len();
        while let [digit @ b'0'..=b'9', rest @ ..] = self.rest {
            *number = number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.rest = rest;
        }
        before - self.rest.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::line::line;
    use proptest::prelude::*;

    #[test]
    fn usual_lines_are_plain_and_others_are_left_to_the_grammar() {
        for (text, is_plain) in [
            ("1 2 3 4\n", true),
            ("  -7  -1 -14    190.27\r\n5", true),
            ("\t+1\t-0\t3\t-.5\n", true),
            ("999999999 -999999999 0 999999999999999\n", true),
            ("1 2 3 4", false),
            ("1 2 3 4 \n", false),
            ("1 2 3 4 5\n", false),
            ("1 2 3 4e5\n", false),
            ("1 2 3 .\n", false),
            ("1 2 3 4\r5\n", false),
            ("1000000000 2 3 4\n", false),
            ("1 2 3 0.1234567890123456\n", false),
            ("18446744073709551617 2 3 4\n", false),
            ("1 2 3-4\n", false),
            ("1 2 3\n4 5\n", false),
            ("# 1 2 3 4\n", false),
            ("\n", false),
            ("", false),
        ] {
            assert_eq!(plain_line(text.as_bytes()).is_some(), is_plain, "{text:?}");
        }
    }

    proptest! {
        /// The grammar is the judge of every line that is not left to it.
        #[test]
        fn a_plain_line_is_what_the_grammar_says(text in "[ \t+-]?[ 0-9.+-]{1,12}[ \t]{1,3}[0-9+-]{1,3} {1,2}[0-9-]{1,3} [0-9.+-]{1,17}[ e\r]?\n?x?") {
            if let Some((rest, reflection)) = plain_line(text.as_bytes()) {
                let expected = line(text.as_bytes());
                prop_assert_eq!(expected, Ok((rest, Some(reflection))));
            }
        }

        #[test]
        fn plain_lines_are_those_that_programs_write(h in -500..500i32, k in -500..500i32, l in -500..500i32, factor in -1e5..1e5f64) {
            let text = format!("{h:4}  {k:4} {l:4}{factor:12.2}\n");
            let (rest, reflection) = plain_line(text.as_bytes()).unwrap();
            prop_assert_eq!(line(text.as_bytes()), Ok((rest, Some(reflection))));
        }
    }
}
