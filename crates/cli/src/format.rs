//! Text or JSON: the option that several commands have.

use clap::{Arg, ArgMatches};

/// `--format text|json`.
pub(crate) fn option() -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(["text", "json"])
        .default_value("text")
        .help("text for people, json for programs")
}

/// Whether JSON was asked for.
pub(crate) fn is_json(matches: &ArgMatches) -> bool {
    matches.get_one::<String>("format").is_some_and(|format| format == "json")
}
