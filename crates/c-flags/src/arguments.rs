//! The arguments of a command line: flags with their values, in the units in which they are typed.

use std::collections::BTreeMap;
use std::path::Path;

use nanobragg_experiment::{Cell, Provenance};

use crate::error::Error;
use crate::flag::{Flag, Values};

/// One value of a flag.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number, or an integer where one is wanted.
    Number(f64),
    /// A word or a file name.
    Text(String),
}

/// A flag that is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its values.
    pub values: Vec<Value>,
    /// Where it comes from: typed, or a header that stands for it.
    pub from: Provenance,
    /// Its place among all arguments: of several on the same thing the last one counts. 0 for a header.
    pub order: usize,
    /// Whether C's atoi, with which the C program reads whole numbers, reads another number (Q30).
    pub differs_from_atoi: bool,
}

/// The arguments of a command line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    given: BTreeMap<Flag, Argument>,
    next: usize,
    repeated: Vec<Flag>,
}

impl Arguments {
    /// No arguments.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The arguments of a command line, such as `["-cell", "70", "80", "90", "-N", "5"]`.
    ///
    /// What follows a flag up to the next one is its values; every number that [`f64`] reads is a value.
    ///
    /// # Errors
    /// [`Error::UnknownFlag`], [`Error::WrongValue`], [`Error::WrongCount`], [`Error::Stray`].
    pub fn parse<'a>(argv: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let mut arguments = Self::new();
        let mut argv = argv.into_iter().peekable();
        while let Some(word) = argv.next() {
            let flag = named_flag(word)
                .ok_or_else(|| Error::Stray { found: word.to_owned() })?
                .map_err(|name| Error::unknown_flag(&name))?;
            let mut values = Vec::new();
            while let Some(value) = argv.next_if(|word| named_flag(word).is_none()) {
                values.push(value);
            }
            arguments.add(flag, &values, Provenance::Argument(flag.dashed()))?;
        }
        Ok(arguments)
    }

    /// Adds a flag. Given twice, the last one counts.
    ///
    /// # Errors
    /// [`Error::WrongCount`] and [`Error::WrongValue`], naming the flag.
    pub fn add(&mut self, flag: Flag, typed: &[&str], from: Provenance) -> Result<(), Error> {
        let values = values_of(flag, typed)?;
        let whole = matches!(flag.row().values, Values::Integer | Values::Integers(_) | Values::Count);
        let differs_from_atoi =
            whole && typed.iter().zip(&values).any(|(word, value)| differs_from_atoi(word, value));
        let argument = Argument { values, from, order: self.next + 1, differs_from_atoi };
        self.next += 1;
        if self.given.insert(flag, argument).is_some() {
            self.repeated.push(flag);
        }
        Ok(())
    }

    /// Takes the flags of another one that are not given here: a header under the command line.
    pub fn fill_in(&mut self, other: Self) {
        for (flag, mut argument) in other.given {
            argument.order = 0;
            self.given.entry(flag).or_insert(argument);
        }
    }

    /// Removes some flags.
    pub fn remove(&mut self, flags: &[Flag]) {
        for flag in flags {
            self.given.remove(flag);
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// Flags that are given more than once.
    #[must_use]
    pub fn repeated(&self) -> &[Flag] {
        &self.repeated
    }

    /// Every flag that is given.
    pub fn iter(&self) -> impl Iterator<Item = (Flag, &Argument)> {
        self.given.iter().map(|(flag, argument)| (*flag, argument))
    }

    /// Whether a flag is given.
    #[must_use]
    pub fn has(&self, flag: Flag) -> bool {
        self.given.contains_key(&flag)
    }

    /// A flag with its values.
    #[must_use]
    pub fn get(&self, flag: Flag) -> Option<&Argument> {
        self.given.get(&flag)
    }

    /// The one of several flags that is given last.
    #[must_use]
    pub fn last_of(&self, flags: &[Flag]) -> Option<Flag> {
        flags.iter().copied().filter(|f| self.has(*f)).max_by_key(|f| self.given[f].order)
    }

    /// The first number of a flag.
    #[must_use]
    pub fn number(&self, flag: Flag) -> Option<f64> {
        self.numbers(flag).first().copied()
    }

    /// The numbers of a flag; none when it is not given, or its value is a word.
    #[must_use]
    pub fn numbers(&self, flag: Flag) -> Vec<f64> {
        self.get(flag)
            .map(|argument| {
                argument
                    .values
                    .iter()
                    .filter_map(|value| match value {
                        Value::Number(number) => Some(*number),
                        Value::Text(_) => None,
                    })
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The three numbers of a flag.
    #[must_use]
    pub fn triple(&self, flag: Flag) -> Option<[f64; 3]> {
        self.numbers(flag).try_into().ok()
    }

    /// The count of a flag.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked when it was added")]
    pub fn count(&self, flag: Flag) -> Option<u32> {
        self.number(flag).map(|number| number as u32)
    }

    /// The integer of a flag.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "checked when it was added")]
    pub fn integer(&self, flag: Flag) -> Option<i64> {
        self.number(flag).map(|number| number as i64)
    }

    /// The unit cell that is given; missing edges are as the first, missing angles 90°.
    ///
    /// # Errors
    /// [`Error::WrongValue`] for what is not above 0.
    pub fn cell(&self) -> Result<Option<Cell>, Error> {
        let given = self.numbers(Flag::Cell);
        let Some(&first) = given.first() else { return Ok(None) };
        if let Some(wrong) = given.iter().find(|&&number| number <= 0.0) {
            return Err(Error::wrong(Flag::Cell, &wrong.to_string(), "edges and angles above 0"));
        }
        let edge = |place: usize| given.get(place).copied().unwrap_or(first);
        let angle = |place: usize| given.get(place).copied().unwrap_or(90.0);
        Ok(Some(Cell::from([edge(0), edge(1), edge(2), angle(3), angle(4), angle(5)])))
    }

    /// The word of a flag.
    #[must_use]
    pub fn word(&self, flag: Flag) -> Option<&str> {
        self.get(flag)?.values.iter().find_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Number(_) => None,
        })
    }

    /// The file of a flag.
    #[must_use]
    pub fn file(&self, flag: Flag) -> Option<&Path> {
        self.word(flag).map(Path::new)
    }
}

/// The flag that an argument names: `None` for a value, an error with the name for an unknown flag.
#[must_use]
pub fn named_flag(word: &str) -> Option<Result<Flag, String>> {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'))?;
    // No flag has a blank; a Hall symbol such as `-P 2ybc` does.
    if name.is_empty() || name.contains(' ') {
        return None;
    }
    match Flag::named(name) {
        Some(flag) => Some(Ok(flag)),
        // A negative number is a value.
        None if word.parse::<f64>().is_ok() => None,
        None => Some(Err(name.to_owned())),
    }
}

fn values_of(flag: Flag, typed: &[&str]) -> Result<Vec<Value>, Error> {
    let values = flag.row().values;
    let (fewest, most) = match values {
        Values::None if !typed.is_empty() => return Err(Error::wrong(flag, &typed.join(" "), "no value")),
        Values::None => (0, 0),
        Values::Number | Values::Integer | Values::Count | Values::File | Values::Word(_) => (1, 1),
        Values::Numbers(fewest, most) => (fewest, most),
        Values::Integers(count) => (count, count),
        Values::NumbersOrWord(_, word) if typed.len() == 1 && is_word(typed[0], word) => {
            return Ok(vec![Value::Text(word.to_owned())]);
        }
        Values::NumbersOrWord(count, _) => (count, count),
    };
    if typed.len() < fewest || typed.len() > most {
        return Err(Error::WrongCount { flag, name: flag.dashed(), found: typed.len(), fewest, most });
    }
    typed
        .iter()
        .map(|word| match values {
            Values::None => unreachable!("a flag without values has none here"),
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
        // It is what was expected but for its size.
        Ok(number) if number.fract() == 0.0 && flag != Flag::Threads && (number > most || least < 0.0) => {
            Err(Error::wrong(flag, word, &format!("an integer from {least} to {most}")))
        }
        _ => Err(Error::wrong(flag, word, expected)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Arguments, Error> {
        Arguments::parse(text.split_whitespace())
    }

    #[test]
    fn an_integer_that_is_too_large_is_told_the_range() {
        for (typed, expected) in [
            ("-seed 2147483648", "an integer from -2147483648 to 2147483647"),
            ("-mosaic_seed -99999999999", "an integer from -2147483648 to 2147483647"),
            ("-N 1e10", "an integer from 0 to 2147483647"),
            ("-N -1", "a whole number that is not negative"),
            ("-seed 1.5", "an integer"),
            ("-seed inf", "an integer"),
        ] {
            let (flag, value) = typed.split_once(' ').unwrap();
            let error = parsed(typed).unwrap_err().to_string();
            assert_eq!(error, format!("{flag}: expected {expected}, found {value:?}"));
        }
    }

    #[test]
    fn values_belong_to_the_flag_before_them() {
        let arguments = parsed("-cell 70 80 90 75 85 95 -misset 12 -7 31 --N 5 -xds -hkl P1.hkl").unwrap();
        assert_eq!(arguments.numbers(Flag::Cell), [70.0, 80.0, 90.0, 75.0, 85.0, 95.0]);
        assert_eq!(arguments.triple(Flag::Misset), Some([12.0, -7.0, 31.0]));
        assert_eq!(arguments.count(Flag::N), Some(5));
        assert!(arguments.has(Flag::Xds));
        assert_eq!(arguments.file(Flag::Hkl), Some(Path::new("P1.hkl")));
    }

    #[test]
    fn the_last_of_two_counts() {
        let arguments = parsed("-lambda 1 -energy 12000 -lambda 2 -N 3 -Nb 4").unwrap();
        assert_eq!(arguments.last_of(&[Flag::Energy, Flag::Lambda]), Some(Flag::Lambda));
        assert_eq!(arguments.number(Flag::Lambda), Some(2.0));
        assert_eq!(arguments.repeated(), [Flag::Lambda]);
        assert_eq!(arguments.last_of(&[Flag::N, Flag::Nb]), Some(Flag::Nb));
    }

    #[test]
    fn usage_errors_name_the_flag_and_what_was_expected() {
        for (text, expected) in [
            ("-lamda 1", "unknown flag -lamda: did you mean -lambda?"),
            ("-lambda", "-lambda: expected 1 value (Å), found none"),
            ("-lambda one", "-lambda: expected a number, found \"one\""),
            ("-lambda -inf", "-lambda: expected a number, found \"-inf\""),
            ("-lambda nan", "-lambda: expected a number, found \"nan\""),
            ("-N 2.5", "-N: expected a whole number that is not negative, found \"2.5\""),
            ("-N -2", "-N: expected a whole number that is not negative, found \"-2\""),
            ("-misset 1 2", "-misset: expected 3 values (deg) or `random`, found 2"),
            ("-cell 1 2 3 4 5 6 7", "-cell: expected 1 to 6 values (Å, deg), found 7"),
            ("-xds 3", "-xds: expected no value, found \"3\""),
            ("-pivot middle", "-pivot: expected beam or sample, found \"middle\""),
            (
                "-threads 1000000",
                "-threads: expected a number of threads from 0 (all cores) to 1024, found \"1000000\"",
            ),
            ("stray", "expected a flag, found \"stray\""),
        ] {
            assert_eq!(parsed(text).unwrap_err().to_string(), expected);
        }
    }
}
