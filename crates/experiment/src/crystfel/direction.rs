//! Directions as sums of axes: `+0.999x -0.001y`, `x`, `-y`.

use nom::character::complete::{one_of, space0};
use nom::combinator::{map_opt, not, opt};
use nom::multi::many1;
use nom::number::complete::recognize_float;
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

/// The vector that a sum of multiples of x, y and z stands for, or none if the text is no such sum. An axis without a
/// number counts once, one that is named twice is added up, one that is not named is 0.
pub(super) fn direction(text: &str) -> Option<[f64; 3]> {
    let mut terms = many1(term);
    let (rest, terms) = terms.parse(text.trim()).ok()?;
    let signed = terms.iter().skip(1).all(|term| term.signed);
    let mut vector = [0.0; 3];
    for Term { axis, multiple, .. } in &terms {
        vector[*axis] += multiple;
    }
    (rest.is_empty() && signed && vector.iter().all(|c| c.is_finite())).then_some(vector)
}

/// A multiple of an axis.
struct Term {
    axis: usize,
    multiple: f64,
    signed: bool,
}

fn term(text: &str) -> IResult<&str, Term> {
    let sign = terminated(opt(one_of("+-")), space0);
    let number = map_opt(preceded(not(one_of("+-")), recognize_float), |digits: &str| digits.parse().ok());
    let axis = map_opt(one_of("xyz"), |axis| "xyz".find(axis));
    let mut parts = (sign, opt(number), preceded(space0, axis), space0);
    let (rest, (sign, number, axis, _)) = parts.parse(text)?;
    let number: f64 = number.unwrap_or(1.0);
    let multiple = if sign == Some('-') { -number } else { number };
    Ok((rest, Term { axis, multiple, signed: sign.is_some() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_is_a_sum_of_axes() {
        for (text, expected) in [
            ("x", Some([1.0, 0.0, 0.0])),
            ("-y", Some([0.0, -1.0, 0.0])),
            ("+1.0x -0.001y +0.1z", Some([1.0, -0.001, 0.1])),
            ("-0.5y+.5x", Some([0.5, -0.5, 0.0])),
            ("- 1.0 x", Some([-1.0, 0.0, 0.0])),
            ("0.25x+0.25x", Some([0.5, 0.0, 0.0])),
            ("1.0x + 1e-5y", Some([1.0, 1e-5, 0.0])),
            ("(1.0*x)", None),
            ("x y", None),
            ("1.0", None),
            ("+-1x", None),
            ("1.0w", None),
            ("infx", None),
            ("", None),
        ] {
            assert_eq!(direction(text), expected, "{text}");
        }
    }
}
