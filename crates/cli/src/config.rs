//! `nanobragg config`: an experiment as a TOML file, with where each value comes from.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use nanobragg_experiment::{json_schema, to_toml};

use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::{flags, format, settings};

/// A line a paragraph: clap wraps.
const AFTER_HELP: &str = "\
A value is a default, the convention's, from the header of a file, from a file, from a flag, from the clock, or derived \
from others. nanobragg run FILE renders what is printed, bit for bit. All flags that describe an experiment \
(nanobragg --help) are taken, alone or after a file that they override.";

pub(crate) fn command() -> Command {
    Command::new("config")
        .about("Print an experiment as TOML with where each value comes from, without rendering")
        .override_usage("nanobragg config [FILE] [OPTIONS] [FLAGS]")
        .after_help(AFTER_HELP)
        .arg(Arg::new("file").value_name("FILE").help("a description to start from, TOML"))
        .arg(
            Arg::new("schema")
                .long("schema")
                .action(ArgAction::SetTrue)
                .help("print the JSON Schema of such files"),
        )
        .arg(format::option())
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let mut screen = BufWriter::new(std::io::stdout().lock());
    if matches.get_flag("schema") {
        writeln!(screen, "{:#}", json_schema())?;
        screen.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let arguments = flags::arguments(matches)?;
    let file = matches.get_one::<String>("file").map(String::as_str);
    let prepared = Prepared::from_file_or_arguments(file, &arguments)?;
    if format::is_json(matches) {
        // The warnings are in the object.
        writeln!(screen, "{:#}", settings::json(&prepared))?;
    } else {
        prepared.tell();
        write!(screen, "{}", to_toml(&prepared.experiment, &prepared.resolved.derived))?;
    }
    screen.flush()?;
    Ok(ExitCode::SUCCESS)
}
