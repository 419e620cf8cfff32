//! Records of a header, their words, and how numbers are stored.

use std::str::FromStr;

use crate::found::{ByteDefect, word};

/// Bytes of a record.
pub(super) const RECORD_BYTES: usize = 80;

/// How numbers are stored: the machine stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

/// A record of a header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    /// Where it is in the file.
    pub(super) byte: usize,
    pub(super) text: &'a [u8],
}

/// Part of a record, without blanks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    /// Where it is in the file.
    pub(super) byte: usize,
    pub(super) text: &'a [u8],
}

impl ByteOrder {
    pub(super) fn number(self, bytes: [u8; 4]) -> f32 {
        match self {
            Self::Little => f32::from_le_bytes(bytes),
            Self::Big => f32::from_be_bytes(bytes),
        }
    }

    pub(super) fn short(self, bytes: [u8; 4]) -> i32 {
        match self {
            Self::Little => i32::from_le_bytes(bytes),
            Self::Big => i32::from_be_bytes(bytes),
        }
    }

    pub(super) fn long(self, bytes: [u8; 8]) -> i64 {
        match self {
            Self::Little => i64::from_le_bytes(bytes),
            Self::Big => i64::from_be_bytes(bytes),
        }
    }
}

impl<'a> Record<'a> {
    /// The first four letters, in capitals, which tell records apart.
    pub(super) fn keyword(&self) -> [u8; 4] {
        let mut keyword = [b' '; 4];
        let word = self.text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        for (letter, found) in keyword.iter_mut().zip(word) {
            *letter = found.to_ascii_uppercase();
        }
        keyword
    }

    /// Its words, of which the keyword is the first.
    pub(super) fn words(&self) -> Vec<Word<'a>> {
        let pieces = self.text.split(u8::is_ascii_whitespace).scan(self.byte, |next, text| {
            let byte = *next;
            *next += text.len() + 1;
            Some(Word { byte, text })
        });
        pieces.filter(|word| !word.text.is_empty()).collect()
    }

    /// The word of that place as a number, a label or the like; the keyword is at 0.
    pub(super) fn value<T: FromStr>(&self, place: usize, expected: &str) -> Result<T, ByteDefect> {
        let words = self.words();
        let word = words.get(place);
        let text = word.and_then(|word| std::str::from_utf8(word.text).ok());
        text.and_then(|text| text.parse().ok()).ok_or_else(|| match word {
            Some(word) => word.defect(expected),
            None => ByteDefect {
                byte: self.byte + self.text.len(),
                found: "the end of the record".to_owned(),
                expected: expected.to_owned(),
            },
        })
    }

    /// Six numbers from that place on: the edges of a cell in Å, and its angles in degrees.
    pub(super) fn cell(&self, place: usize) -> Result<([f64; 3], [f64; 3]), ByteDefect> {
        let number = |i: usize| self.value::<f64>(place + i, "six numbers of a unit cell");
        Ok(([number(0)?, number(1)?, number(2)?], [number(3)?, number(4)?, number(5)?]))
    }

    /// What follows the keyword, as far as it is text.
    pub(super) fn rest(&self) -> Word<'a> {
        let words = self.words();
        let start = words.get(1).map_or(self.text.len(), |word| word.byte - self.byte);
        let text = self.text[start..].trim_ascii_end();
        Word { byte: self.byte + start, text }
    }
}

impl Word<'_> {
    /// That something else was expected than the word.
    pub(super) fn defect(&self, expected: &str) -> ByteDefect {
        ByteDefect { byte: self.byte, found: word(self.text), expected: expected.to_owned() }
    }
}
