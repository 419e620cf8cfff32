//! One symmetry operator, and how it is written.

use std::f64::consts::TAU;
use std::fmt;
use std::str::FromStr;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, one_of, space0};
use nom::combinator::{map_opt, opt};
use nom::multi::fold_many0;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use crate::found::quoted;
use crate::{Error, Miller};

/// Translations are counted in parts of the cell's edges.
pub(super) const PARTS: i32 = 24;

/// A decimal number stands for the nearest part of an edge within this distance, in parts: `0.33` for a third.
const NEAREST: f64 = 0.1;

/// A symmetry operator x′ = R·x + t of fractional coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operator {
    /// R, row by row.
    pub rotation: [[i8; 3]; 3],
    /// t in 24ths of the edges, each from 0 to 23.
    pub translation: [i8; 3],
}

impl Operator {
    /// The operator that changes nothing.
    pub const IDENTITY: Self = Self { rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], translation: [0, 0, 0] };

    /// Reads a triplet such as `-x+1/2, y, z-1/3`: any case, with blanks or without, fractions or decimals.
    ///
    /// # Errors
    ///
    /// [`Error::Operator`] with the column of what is not part of a triplet.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut rest = text;
        let mut operator = Self { rotation: [[0; 3]; 3], translation: [0; 3] };
        for row in 0..3 {
            let refuse = |at: &str, expected: &str| defect(text, at, expected);
            if row > 0 {
                let comma: IResult<_, _> = char(',').parse(rest);
                (rest, _) = comma.map_err(|_| refuse(rest, "a comma"))?;
            }
            let start = rest.trim_start();
            let (after, sum) = sum(rest).map_err(|_| refuse(rest.trim_start(), "x, y, z or a number"))?;
            let [coefficients @ .., shift] = sum;
            for (entry, coefficient) in operator.rotation[row].iter_mut().zip(coefficients) {
                *entry = whole(coefficient).ok_or_else(|| refuse(start, "whole multiples of x, y and z"))?;
            }
            operator.translation[row] = part_of_edge(shift)
                .ok_or_else(|| refuse(start, "a translation that is a multiple of 1/24"))?;
            rest = after;
        }
        if !rest.is_empty() {
            return Err(defect(text, rest, "the end of the triplet"));
        }
        if !operator.is_rigid() {
            return Err(defect(text, text, "a rotation or its inverse, of determinant 1 or -1"));
        }
        Ok(operator)
    }

    /// The operator that does `first`, then this one; `None` if a rotation has entries that no group has.
    #[must_use]
    pub fn after(&self, first: &Self) -> Option<Self> {
        let mut both = Self { rotation: [[0; 3]; 3], translation: [0; 3] };
        for (row, by) in self.rotation.iter().enumerate() {
            let times = |of: [i8; 3]| -> i32 { (0..3).map(|i| i32::from(by[i]) * i32::from(of[i])).sum() };
            for column in 0..3 {
                both.rotation[row][column] = i8::try_from(times(first.rotation.map(|r| r[column]))).ok()?;
            }
            let shift = times(first.translation) + i32::from(self.translation[row]);
            both.translation[row] = i8::try_from(shift.rem_euclid(PARTS)).ok()?;
        }
        Some(both)
    }

    /// The operator that undoes this one; `None` if it has entries that no group has.
    pub(super) fn inverse(&self) -> Option<Self> {
        let entry = |row: usize, column: usize| i32::from(self.rotation[row % 3][column % 3]);
        let mut rotation = [[0; 3]; 3];
        for (row, column) in (0..9).map(|place| (place / 3, place % 3)) {
            let minor = entry(column + 1, row + 1) * entry(column + 2, row + 2)
                - entry(column + 1, row + 2) * entry(column + 2, row + 1);
            // The determinant is 1 or -1: to divide by it is to multiply by it.
            rotation[row][column] = i8::try_from(minor * self.determinant()).ok()?;
        }
        let back = Self { rotation, translation: [0; 3] };
        let translation = back.after(&Self { translation: self.translation, ..Self::IDENTITY })?.translation;
        Some(Self { translation: translation.map(|parts| (24 - parts) % 24), ..back })
    }

    /// The point that the operator takes a point to, in fractional coordinates.
    #[must_use]
    pub fn transform_point(&self, point: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|row| {
            let along: f64 = (0..3).map(|i| f64::from(self.rotation[row][i]) * point[i]).sum();
            along + f64::from(self.translation[row]) / f64::from(PARTS)
        })
    }

    /// The index h′ = hᵀ·R whose F has the modulus of F(h). An index that 32 bits cannot hold is cut off there.
    #[must_use]
    pub fn transform_miller(&self, node: Miller) -> Miller {
        let node = [node.h, node.k, node.l].map(i64::from);
        let index = |column: usize| {
            let sum: i64 = (0..3).map(|row| node[row] * i64::from(self.rotation[row][column])).sum();
            i32::try_from(sum).unwrap_or(if sum < 0 { i32::MIN } else { i32::MAX })
        };
        Miller::new(index(0), index(1), index(2))
    }

    /// Whether hᵀ·R = h.
    pub(super) fn keeps(&self, node: Miller) -> bool {
        let node = [node.h, node.k, node.l].map(i64::from);
        (0..3).all(|column| {
            let moved: i64 = (0..3).map(|row| node[row] * i64::from(self.rotation[row][column])).sum();
            moved == node[column]
        })
    }

    /// The phase of F(hᵀ·R) less that of F(h): −2π h·t in radians, from −2π to 0.
    #[must_use]
    pub fn phase_shift(&self, node: Miller) -> f64 {
        -TAU * f64::from(self.turn(node)) / f64::from(PARTS)
    }

    /// Whether R is that of the identity: a translation.
    pub(super) fn is_translation(&self) -> bool {
        self.rotation == Self::IDENTITY.rotation
    }

    /// h·t in 24ths of a turn, from 0 to 23.
    pub(super) fn turn(&self, node: Miller) -> i32 {
        let node = [node.h, node.k, node.l];
        (0..3).map(|i| node[i].rem_euclid(PARTS) * i32::from(self.translation[i])).sum::<i32>() % PARTS
    }

    /// Whether R has determinant 1 or -1, as all rotations and inversions have.
    pub(super) fn is_rigid(&self) -> bool {
        matches!(self.determinant(), 1 | -1)
    }

    fn determinant(&self) -> i32 {
        let [a, b, c] = self.rotation.map(|row| row.map(i32::from));
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
            + a[2] * (b[0] * c[1] - b[1] * c[0])
    }
}

impl FromStr for Operator {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

/// A triplet such as `-x+1/2,y,z+2/3`.
impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [x, y, z] = [0, 1, 2].map(|row| Sum(self.rotation[row], self.translation[row]));
        write!(f, "{x},{y},{z}")
    }
}

/// A coordinate of a triplet: a row of R, and its translation.
struct Sum([i8; 3], i8);

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plus = "";
        for (coefficient, name) in self.0.into_iter().zip(["x", "y", "z"]) {
            match coefficient {
                0 => continue,
                1 => write!(f, "{plus}{name}")?,
                -1 => write!(f, "-{name}")?,
                2.. => write!(f, "{plus}{coefficient}*{name}")?,
                _ => write!(f, "{coefficient}*{name}")?,
            }
            plus = "+";
        }
        let parts = i32::from(self.1);
        let divisor = (1..=PARTS).rev().find(|d| parts % d == 0 && PARTS % d == 0).unwrap_or(1);
        match parts {
            0 if plus.is_empty() => f.write_str("0"),
            0 => Ok(()),
            _ => write!(f, "{plus}{}/{}", parts / divisor, PARTS / divisor),
        }
    }
}

/// The coefficients of x, y and z, and the number beside them.
fn sum(input: &str) -> IResult<&str, [f64; 4]> {
    let (input, first) = delimited(space0, (opt(sign), preceded(space0, term)), space0).parse(input)?;
    let next = || (sign, delimited(space0, term, space0));
    let add = |mut sum: [f64; 4], (sign, (place, number)): (f64, (usize, f64))| {
        sum[place] += sign * number;
        sum
    };
    let start = add([0.0; 4], (first.0.unwrap_or(1.0), first.1));
    fold_many0(next(), move || start, add).parse(input)
}

fn sign(input: &str) -> IResult<&str, f64> {
    alt((char('+').map(|_| 1.0), char('-').map(|_| -1.0))).parse(input)
}

/// `x`, `2x`, `2*x`, `1/2` or `0.5`: the place in a sum, and the number there.
fn term(input: &str) -> IResult<&str, (usize, f64)> {
    let multiple = (number, opt(preceded((space0, opt(char('*')), space0), axis)));
    alt((axis.map(|place| (place, 1.0)), multiple.map(|(number, place)| (place.unwrap_or(3), number))))
        .parse(input)
}

fn axis(input: &str) -> IResult<&str, usize> {
    map_opt(one_of("xyzXYZ"), |letter| "xyz".find(letter.to_ascii_lowercase())).parse(input)
}

fn number(input: &str) -> IResult<&str, f64> {
    let digits = take_while1(|letter: char| letter.is_ascii_digit() || letter == '.');
    let (input, numerator) = map_opt(digits, |digits: &str| digits.parse::<f64>().ok()).parse(input)?;
    let divisor = map_opt(digit1, |digits: &str| digits.parse::<f64>().ok().filter(|number| *number > 0.0));
    let (input, divisor) = opt(preceded((space0, tag("/"), space0), divisor)).parse(input)?;
    Ok((input, numerator / divisor.unwrap_or(1.0)))
}

/// The whole number, within what a rotation's entry can be.
fn whole(number: f64) -> Option<i8> {
    (-9..=9).find(|whole| (f64::from(*whole) - number).abs() < 1e-9)
}

/// The nearest 24th of an edge, from 0 to 23.
fn part_of_edge(shift: f64) -> Option<i8> {
    let parts = shift.rem_euclid(1.0) * f64::from(PARTS);
    let nearest = (0..=PARTS).find(|part| (f64::from(*part) - parts).abs() < NEAREST)?;
    i8::try_from(nearest % PARTS).ok()
}

fn defect(text: &str, at: &str, expected: &str) -> Error {
    let found = if at.is_empty() { "the end of the triplet".to_owned() } else { quoted(at) };
    let column = text.len() - at.len() + 1;
    Error::Operator { text: quoted(text), column, found, expected: expected.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triplet_is_read_and_written() {
        for (text, written) in [
            ("x,y,z", "x,y,z"),
            ("X,  Y,  Z", "x,y,z"),
            ("-x+1/2,y,z-1/3", "-x+1/2,y,z+2/3"),
            ("1/2-X, 1/2 + Y ,-Z", "-x+1/2,y+1/2,-z"),
            ("-y,x-y,z+0.3333", "-y,x-y,z+1/3"),
            (" y , x , -z+.25 ", "y,x,-z+1/4"),
            ("+x,-z,y+7/6", "x,-z,y+1/6"),
            ("x+y,y+z,2*z-z", "x+y,y+z,z"),
            ("x+2y,y,z", "x+2*y,y,z"),
            ("z-2*x,x,y", "-2*x+z,x,y"),
        ] {
            assert_eq!(Operator::parse(text).unwrap().to_string(), written, "{text}");
        }
    }

    #[test]
    fn a_defect_names_its_column() {
        for (text, expected) in [
            ("x,y", ":4: expected a comma, found the end of the triplet"),
            ("", ":1: expected x, y, z or a number, found the end of the triplet"),
            ("x,y,z+w", ":6: expected the end of the triplet, found \"+w\""),
            ("x,y,z,", ":6: expected the end of the triplet, found \",\""),
            ("x,q,z", ":3: expected x, y, z or a number, found \"q,z\""),
            ("x/2,y,z", ":2: expected a comma, found \"/2,y,z\""),
            ("x,y,z+1/5", ":5: expected a translation that is a multiple of 1/24, found \"z+1/5\""),
            ("x,y,z+1/0", ":8: expected the end of the triplet, found \"/0\""),
            ("x,x,z", ":1: expected a rotation or its inverse, of determinant 1 or -1, found \"x,x,z\""),
            ("0.5x,y,z", ":1: expected whole multiples of x, y and z, found \"0.5x,y,z\""),
            ("99x,y,z", ":1: expected whole multiples of x, y and z, found \"99x,y,z\""),
        ] {
            let message = Operator::parse(text).unwrap_err().to_string();
            assert_eq!(message, format!("symmetry operator {text:?}{expected}"));
        }
    }

    #[test]
    fn an_operator_acts_on_points_and_on_indices_alike() {
        let operator = Operator::parse("-y,x-y,z+1/3").unwrap();
        let (node, point) = (Miller::new(1, 2, -5), [0.11, 0.23, 0.37]);
        let dot =
            |m: Miller, x: [f64; 3]| f64::from(m.h) * x[0] + f64::from(m.k) * x[1] + f64::from(m.l) * x[2];
        let moved = operator.transform_miller(node);
        assert_eq!(moved, Miller::new(2, -3, -5));
        // h·(R x + t) = (hᵀ R)·x + h·t
        let difference = dot(node, operator.transform_point(point)) - dot(moved, point);
        assert!((TAU * difference + operator.phase_shift(node)).rem_euclid(TAU).min(1.0) < 1e-9);
        let far = Miller::new(i32::MAX, i32::MAX, 0);
        assert_eq!(operator.transform_miller(far).k, i32::MIN);
    }

    #[test]
    fn an_inverse_undoes() {
        for text in ["-y,x-y,z+1/3", "z+1/4,-x+3/4,y", "x+2*y,y,-z", "y,z+1/8,x"] {
            let operator = Operator::parse(text).unwrap();
            assert_eq!(
                operator.inverse().and_then(|inverse| inverse.after(&operator)),
                Some(Operator::IDENTITY)
            );
        }
    }
}
