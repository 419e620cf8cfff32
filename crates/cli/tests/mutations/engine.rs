//! Mutations of bytes: the same ones for the same number on every machine.

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

/// The generator `SplitMix64` (Steele, Lea and Flood 2014, doi 10.1145/2714064.2660195).
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream of an input of a format.
    pub(crate) fn of(format: &str, seed: u64, number: u64) -> Self {
        let name = format.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut dice = Self(name ^ seed.rotate_left(32) ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Less than `count`, or 0 of nothing.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % (count.max(1) as u64)).unwrap()
    }

    pub(crate) fn one<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let longest = 1 << self.below(12);
        start..length.min(start + self.below(longest + 1))
    }
}

/// One of the corpus, changed in one place or more.
pub(crate) fn mutated(dice: &mut Dice, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = dice.one(corpus).clone();
    loop {
        mutate(dice, &mut bytes, corpus);
        bytes.truncate(MOST_BYTES);
        if dice.below(2) == 0 {
            return bytes;
        }
    }
}

fn mutate(dice: &mut Dice, bytes: &mut Vec<u8>, corpus: &[Vec<u8>]) {
    let length = bytes.len();
    match dice.below(12) {
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
            let other = dice.one(corpus);
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
        _ => replace_word(dice, bytes, corpus),
    }
}

/// A line with its end.
fn line(dice: &mut Dice, bytes: &[u8]) -> std::ops::Range<usize> {
    let at = dice.below(bytes.len());
    let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |place| at + place + 1);
    start..end
}

fn run_of(bytes: &[u8], at: usize, is_part: impl Fn(u8) -> bool) -> std::ops::Range<usize> {
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

fn replace_word(dice: &mut Dice, bytes: &mut Vec<u8>, corpus: &[Vec<u8>]) {
    let is_part = |byte: u8| !byte.is_ascii_whitespace();
    let other = dice.one(corpus);
    let at = dice.below(other.len() + 1);
    let word = other[run_of(other, at, is_part)].to_vec();
    let at = dice.below(bytes.len() + 1);
    let range = run_of(bytes, at, is_part);
    bytes.splice(range, word);
}
