//! Options of commands that are not flags of an experiment.

use clap::{Arg, ArgAction};

pub(crate) fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

pub(crate) fn whole_numbers(name: &'static str, values: &[&'static str], help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_names(values.iter().copied())
        .num_args(values.len())
        .value_parser(whole_number)
        .help(help)
}

fn whole_number(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "expected a whole number that is not negative")
}

/// An index of a reflection.
pub(crate) fn miller_index(text: &str) -> Result<i32, String> {
    text.parse().map_err(|_| format!("expected an integer from {} to {}", i32::MIN, i32::MAX))
}

/// A number as an option takes it, for a message that says what is wrong with another value.
pub(crate) fn number(text: &str) -> Result<f64, &'static str> {
    text.parse().map_err(|_| "expected a number")
}
