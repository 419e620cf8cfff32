//! Options of commands that are not flags of an experiment.

use clap::{Arg, ArgAction, value_parser};

pub(crate) fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

pub(crate) fn whole_numbers(name: &'static str, values: &[&'static str], help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_names(values.iter().copied())
        .num_args(values.len())
        .value_parser(value_parser!(usize))
        .help(help)
}
