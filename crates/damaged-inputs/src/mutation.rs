//! Mutations of bytes.

use std::ops::Range;

use crate::dice::Dice;

/// Text that stands where a number stood.
const EXTREMES: [&str; 26] = [
    "0",
    "-0",
    "1e308",
    "-1e308",
    "1e309",
    "1e-320",
    "NaN",
    "nan",
    "inf",
    "-inf",
    "Infinity",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "1e15",
    "1e-15",
    "65536",
    "1000000",
    "0x10",
    "1d5",
    ".",
    "-",
];
/// Inputs grow no longer than this.
const MOST_BYTES: usize = 1 << 17;

/// A seed, changed in one place or more.
#[must_use]
pub fn mutated(dice: &mut Dice, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = dice.one(seeds).clone();
    loop {
        mutate(dice, &mut bytes, seeds);
        bytes.truncate(MOST_BYTES);
        if dice.below(2) == 0 {
            return bytes;
        }
    }
}

/// Changes the bytes in one place, sometimes with a part of a seed.
pub fn mutate(dice: &mut Dice, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    let length = bytes.len();
    match dice.below(13) {
        0 if length > 0 => bytes[dice.below(length)] ^= 1 << dice.below(8),
        1 if length > 0 => {
            bytes[dice.below(length)] = *dice.one(b"\0\n\r\t ;=:/,.-+{}[]()\"'#eE09\x0c\x7f\x80\xff")
        }
        2 => bytes.truncate(dice.below(length + 1)),
        3 => {
            let range = dice.range(length);
            bytes.drain(range);
        }
        4 => {
            let copied = bytes[dice.range(length)].to_vec();
            let at = dice.below(length + 1);
            bytes.splice(at..at, copied);
        }
        5 => {
            let other = dice.one(seeds);
            let taken = other[dice.range(other.len())].to_vec();
            let replaced = dice.range(length);
            bytes.splice(replaced, taken);
        }
        6..=8 => replace_number(dice, bytes),
        9 => {
            let range = line(dice, bytes);
            bytes.drain(range);
        }
        10 => {
            let copied = bytes[line(dice, bytes)].to_vec();
            let at = line(dice, bytes).start;
            bytes.splice(at..at, copied);
        }
        11 => replace_float(dice, bytes),
        _ => replace_word(dice, bytes, seeds),
    }
}

/// Puts a number that is none, or hardly one, over some bytes.
fn replace_float(dice: &mut Dice, bytes: &mut [u8]) {
    let number = *dice.one(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -f64::MAX, 5e-324, -1.0]);
    #[expect(clippy::cast_possible_truncation, reason = "infinity is wanted")]
    let small = number as f32;
    let written = match dice.below(4) {
        0 => number.to_le_bytes().to_vec(),
        1 => number.to_be_bytes().to_vec(),
        2 => small.to_le_bytes().to_vec(),
        _ => small.to_be_bytes().to_vec(),
    };
    let at = dice.below(bytes.len().saturating_sub(written.len()) + 1);
    for (byte, new) in bytes[at..].iter_mut().zip(written) {
        *byte = new;
    }
}

/// A line with its end.
fn line(dice: &mut Dice, bytes: &[u8]) -> Range<usize> {
    let at = dice.below(bytes.len());
    let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |place| at + place + 1);
    start..end
}

fn run_of(bytes: &[u8], at: usize, is_part: impl Fn(u8) -> bool) -> Range<usize> {
    let skipped = bytes[at..].iter().position(|byte| is_part(*byte)).map_or(bytes.len(), |place| at + place);
    let start = bytes[..skipped].iter().rposition(|byte| !is_part(*byte)).map_or(0, |place| place + 1);
    let end = bytes[skipped..].iter().position(|byte| !is_part(*byte));
    start..end.map_or(bytes.len(), |place| skipped + place)
}

fn replace_number(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let is_part = |byte: u8| byte.is_ascii_digit() || b".+-".contains(&byte);
    let at = dice.below(bytes.len() + 1);
    let range = run_of(bytes, at, is_part);
    let extreme = match dice.below(8) {
        0 => "9".repeat(dice.below(400)),
        1 => format!("{}", dice.below(2000)),
        _ => (*dice.one(&EXTREMES)).to_owned(),
    };
    bytes.splice(range, extreme.into_bytes());
}

fn replace_word(dice: &mut Dice, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    let is_part = |byte: u8| !byte.is_ascii_whitespace();
    let other = dice.one(seeds);
    let at = dice.below(other.len() + 1);
    let word = other[run_of(other, at, is_part)].to_vec();
    let at = dice.below(bytes.len() + 1);
    let range = run_of(bytes, at, is_part);
    bytes.splice(range, word);
}
