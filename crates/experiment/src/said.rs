//! What was said: flags with their values, in the units they were said in, and who said it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::flag::{Flag, Values};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// Nobody said anything.
    Default,
    /// The detector convention.
    Convention,
    /// Worked out from other values.
    Derived,
    /// The header of a file.
    Header(PathBuf),
    /// A file of settings.
    File(PathBuf),
    /// A flag of the command line.
    Flag(Flag),
}

/// One value behind a flag.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number, or an integer where one is wanted.
    Number(f64),
    /// A word or a file name.
    Text(String),
}

/// A flag that was said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Its values.
    pub values: Vec<Value>,
    /// Who said it.
    pub from: Provenance,
    /// The how manieth statement it was: later ones win over earlier ones on the same thing.
    pub order: usize,
    /// Whether C's atoi, with which the C program reads whole numbers, reads another number (Q30).
    pub differs_from_atoi: bool,
}

/// An experiment as it was described: flags and their values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Experiment {
    said: BTreeMap<Flag, Said>,
    next: usize,
    repeated: Vec<Flag>,
}

impl Experiment {
    /// Nothing said.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A description from words as they are typed, such as `["-cell", "70", "80", "90", "-N", "5"]`.
    ///
    /// # Errors
    /// [`Error::UnknownFlag`], [`Error::WrongValue`], [`Error::WrongCount`].
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let mut experiment = Self::new();
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            let flag = flag_word(word)
                .ok_or_else(|| Error::Stray { found: word.to_owned() })?
                .map_err(|name| Error::unknown_flag(&name))?;
            let mut values = Vec::new();
            while let Some(value) = words.next_if(|word| flag_word(word).is_none()) {
                values.push(value);
            }
            experiment.say(flag, &values, Provenance::Flag(flag))?;
        }
        Ok(experiment)
    }

    /// Says a flag. Said twice, the last counts.
    ///
    /// # Errors
    /// [`Error::WrongCount`] and [`Error::WrongValue`], naming the flag.
    pub fn say(&mut self, flag: Flag, words: &[&str], from: Provenance) -> Result<(), Error> {
        let values = values_of(flag, words)?;
        let whole = matches!(flag.row().values, Values::Integer | Values::Integers(_) | Values::Count);
        let differs_from_atoi =
            whole && words.iter().zip(&values).any(|(word, value)| differs_from_atoi(word, value));
        let said = Said { values, from, order: self.next + 1, differs_from_atoi };
        self.next += 1;
        if self.said.insert(flag, said).is_some() {
            self.repeated.push(flag);
        }
        Ok(())
    }

    /// Takes what another description says where this one is silent: a header under the command line.
    pub fn fill_in(&mut self, other: Self) {
        for (flag, mut said) in other.said {
            said.order = 0;
            self.said.entry(flag).or_insert(said);
        }
    }

    /// Takes back what was said of some flags.
    pub fn forget(&mut self, flags: &[Flag]) {
        for flag in flags {
            self.said.remove(flag);
        }
    }

    /// Flags that were said more than once.
    #[must_use]
    pub fn repeated(&self) -> &[Flag] {
        &self.repeated
    }

    /// Every flag that was said.
    pub fn iter(&self) -> impl Iterator<Item = (Flag, &Said)> {
        self.said.iter().map(|(flag, said)| (*flag, said))
    }

    /// Whether a flag was said.
    #[must_use]
    pub fn has(&self, flag: Flag) -> bool {
        self.said.contains_key(&flag)
    }

    /// What was said of a flag.
    #[must_use]
    pub fn get(&self, flag: Flag) -> Option<&Said> {
        self.said.get(&flag)
    }

    /// The one of several flags that was said last.
    #[must_use]
    pub fn last_of(&self, flags: &[Flag]) -> Option<Flag> {
        flags.iter().copied().filter(|f| self.has(*f)).max_by_key(|f| self.said[f].order)
    }

    /// The first number behind a flag.
    #[must_use]
    pub fn number(&self, flag: Flag) -> Option<f64> {
        self.numbers(flag).first().copied()
    }

    /// The numbers behind a flag; none when it was not said, or a word stands there.
    #[must_use]
    pub fn numbers(&self, flag: Flag) -> Vec<f64> {
        self.get(flag)
            .map(|said| {
                said.values
                    .iter()
                    .filter_map(|value| match value {
                        Value::Number(number) => Some(*number),
                        Value::Text(_) => None,
                    })
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The three numbers behind a flag.
    #[must_use]
    pub fn triple(&self, flag: Flag) -> Option<[f64; 3]> {
        self.numbers(flag).try_into().ok()
    }

    /// The count behind a flag.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked when it was said")]
    pub fn count(&self, flag: Flag) -> Option<u32> {
        self.number(flag).map(|number| number as u32)
    }

    /// The integer behind a flag.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "checked when it was said")]
    pub fn integer(&self, flag: Flag) -> Option<i64> {
        self.number(flag).map(|number| number as i64)
    }

    /// The word behind a flag.
    #[must_use]
    pub fn word(&self, flag: Flag) -> Option<&str> {
        self.get(flag)?.values.iter().find_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Number(_) => None,
        })
    }

    /// The file behind a flag.
    #[must_use]
    pub fn file(&self, flag: Flag) -> Option<&Path> {
        self.word(flag).map(Path::new)
    }
}

/// The flag that a word is: `None` for a value, an error with the name for an unknown flag.
#[must_use]
pub fn flag_word(word: &str) -> Option<Result<Flag, String>> {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'))?;
    if name.is_empty() {
        return None;
    }
    match Flag::named(name) {
        Some(flag) => Some(Ok(flag)),
        // A negative number is a value.
        None if word.parse::<f64>().is_ok() => None,
        None => Some(Err(name.to_owned())),
    }
}

fn values_of(flag: Flag, words: &[&str]) -> Result<Vec<Value>, Error> {
    let values = flag.row().values;
    let (fewest, most) = match values {
        Values::None => (0, 0),
        Values::Number | Values::Integer | Values::Count | Values::File | Values::Word(_) => (1, 1),
        Values::Numbers(fewest, most) => (fewest, most),
        Values::Integers(count) => (count, count),
        Values::NumbersOrWord(_, word) if words.len() == 1 && is_word(words[0], word) => {
            return Ok(vec![Value::Text(word.to_owned())]);
        }
        Values::NumbersOrWord(count, _) => (count, count),
    };
    if words.len() < fewest || words.len() > most {
        return Err(Error::WrongCount { flag, found: words.len(), fewest, most });
    }
    words
        .iter()
        .map(|word| match values {
            Values::None => unreachable!("no words are left here"),
            Values::File => Ok(Value::Text((*word).to_owned())),
            Values::Word(choices) if choices.contains(word) => Ok(Value::Text((*word).to_owned())),
            Values::Word(choices) => Err(Error::wrong(flag, word, &choices.join(" or "))),
            Values::Number | Values::Numbers(..) => number(flag, word, "a number"),
            Values::NumbersOrWord(_, other) => number(flag, word, &format!("a number, or `{other}` alone")),
            Values::Integer | Values::Integers(_) => whole(flag, word, "an integer", f64::from(i32::MIN)),
            Values::Count => whole(flag, word, "a whole number that is not negative", 0.0),
        })
        .collect()
}

/// Whether a whole number is spelled so that C's atoi stops early: at a point or an exponent.
fn differs_from_atoi(word: &str, value: &Value) -> bool {
    let unsigned = word.trim_start_matches(['+', '-']);
    let digits = unsigned.find(|c: char| !c.is_ascii_digit()).map_or(unsigned, |end| &unsigned[..end]);
    let magnitude = digits.parse::<f64>().unwrap_or(0.0);
    #[expect(clippy::float_cmp, reason = "whole numbers")]
    let differs = matches!(value, Value::Number(number) if number.abs() != magnitude);
    differs
}

/// More threads than any machine has cores for.
const MOST_THREADS: u32 = 1024;

/// The C program looks for `rand` and for `inf` inside the value.
fn is_word(found: &str, word: &str) -> bool {
    found == word || (word == "random" && found == "rand")
}

fn number(flag: Flag, word: &str, expected: &str) -> Result<Value, Error> {
    match word.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Value::Number(number)),
        _ => Err(Error::wrong(flag, word, expected)),
    }
}

fn whole(flag: Flag, word: &str, expected: &'static str, least: f64) -> Result<Value, Error> {
    let (most, expected) = match flag {
        // Grid sizes are bytes; everything else is counted in 32 bits.
        Flag::MaxGridBytes => (9_007_199_254_740_992.0, expected),
        // Beyond a few per core, threads only take memory and the machine away from everybody else.
        Flag::Threads => (f64::from(MOST_THREADS), "a number of threads from 0 (all cores) to 1024"),
        _ => (f64::from(i32::MAX), expected),
    };
    match word.parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && number >= least && number <= most => Ok(Value::Number(number)),
        _ => Err(Error::wrong(flag, word, expected)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Result<Experiment, Error> {
        Experiment::from_words(text.split_whitespace())
    }

    #[test]
    fn values_belong_to_the_flag_before_them() {
        let experiment = said("-cell 70 80 90 75 85 95 -misset 12 -7 31 --N 5 -xds -hkl P1.hkl").unwrap();
        assert_eq!(experiment.numbers(Flag::Cell), [70.0, 80.0, 90.0, 75.0, 85.0, 95.0]);
        assert_eq!(experiment.triple(Flag::Misset), Some([12.0, -7.0, 31.0]));
        assert_eq!(experiment.count(Flag::N), Some(5));
        assert!(experiment.has(Flag::Xds));
        assert_eq!(experiment.file(Flag::Hkl), Some(Path::new("P1.hkl")));
    }

    #[test]
    fn the_last_of_two_statements_counts() {
        let experiment = said("-lambda 1 -energy 12000 -lambda 2 -N 3 -Nb 4").unwrap();
        assert_eq!(experiment.last_of(&[Flag::Energy, Flag::Lambda]), Some(Flag::Lambda));
        assert_eq!(experiment.number(Flag::Lambda), Some(2.0));
        assert_eq!(experiment.repeated(), [Flag::Lambda]);
        assert_eq!(experiment.last_of(&[Flag::N, Flag::Nb]), Some(Flag::Nb));
    }

    #[test]
    fn usage_errors_name_the_flag_and_what_was_expected() {
        for (text, expected) in [
            ("-lamda 1", "unknown flag -lamda: did you mean -lambda?"),
            ("-lambda", "-lambda: expected 1 value (Å), found none"),
            ("-lambda one", "-lambda: expected a number, found \"one\""),
            ("-lambda nan", "-lambda: expected a number, found \"nan\""),
            ("-N 2.5", "-N: expected a whole number that is not negative, found \"2.5\""),
            ("-N -2", "-N: expected a whole number that is not negative, found \"-2\""),
            ("-misset 1 2", "-misset: expected 3 values (deg) or `random`, found 2"),
            ("-cell 1 2 3 4 5 6 7", "-cell: expected 1 to 6 values (Å, deg), found 7"),
            ("-xds 3", "-xds: expected no value, found 1"),
            ("-pivot middle", "-pivot: expected beam or sample, found \"middle\""),
            (
                "-threads 1000000",
                "-threads: expected a number of threads from 0 (all cores) to 1024, found \"1000000\"",
            ),
            ("stray", "expected a flag, found \"stray\""),
        ] {
            assert_eq!(said(text).unwrap_err().to_string(), expected);
        }
    }
}
