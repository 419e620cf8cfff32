//! `nanobragg run`: an experiment from a file.

use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::{flags, simulate};

/// A line a paragraph: clap wraps.
const AFTER_HELP: &str = "\
The file is TOML: what nanobragg config prints, of which every line may be left out that has its default; \
nanobragg config --schema prints its JSON Schema. Its top-level keys expt and geom name a DIALS experiment list or a \
CrystFEL geometry that the rest of the file completes. Paths in it are relative to it. Flags override it \
(nanobragg --help).";

pub(crate) fn command() -> Command {
    Command::new("run")
        .about("Render the experiment that a TOML file describes")
        .override_usage("nanobragg run FILE [FLAGS]")
        .after_help(AFTER_HELP)
        .arg(Arg::new("file").value_name("FILE").required(true).help("the description, TOML"))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let file = matches.get_one::<String>("file").map_or("", String::as_str);
    let prepared = Prepared::from_file(Path::new(file), &flags::arguments(matches)?)?;
    simulate::run(&prepared)
}
