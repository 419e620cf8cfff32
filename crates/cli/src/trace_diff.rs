//! `nanobragg trace-diff`: where two traces part.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use nanobragg_experiment::Error;
use nanobragg_trace::{Diff, Log, Options};

use crate::failure::{DIFFERENT, Failure};
use crate::{format, options};

/// A trace of every sub-step of a pixel takes a few MiB; a device may never end.
const MOST_BYTES: u64 = 512 << 20;

pub(crate) fn command() -> Command {
    Command::new("trace-diff")
        .about("Compare two traces, of this program or of the C program, text or JSON")
        .after_help("Exit status: 0 all is within the tolerance, 1 it is not, 2 something typed is wrong, 3 a trace is.")
        .arg(log("a", "A"))
        .arg(log("b", "B"))
        .arg(
            Arg::new("tolerance")
                .long("tolerance")
                .value_name("RELATIVE")
                .value_parser(options::number)
                .default_value("1e-6")
                .help("relative difference of two numbers that are the same; a hundredth of it, times the natural size of a quantity, is nothing"),
        )
        .arg(format::option())
}

fn log(id: &'static str, name: &'static str) -> Arg {
    Arg::new(id).value_name(name).required(true).help("a log that holds a trace")
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = |id: &str| matches.get_one::<String>(id).map_or("", String::as_str);
    let (left, right) = (name("a"), name("b"));
    let defaults = Options::default();
    let tolerance = matches.get_one::<f64>("tolerance").copied().unwrap_or(defaults.tolerance);
    let diff = Diff::between(&read(left)?, &read(right)?, &Options { tolerance, ..defaults });
    let mut screen = BufWriter::new(io::stdout().lock());
    if format::is_json(matches) {
        write!(screen, "{}", diff.to_json())?;
    } else {
        write!(screen, "{}", diff.report(left, right))?;
    }
    screen.flush()?;
    Ok(if diff.passes() { ExitCode::SUCCESS } else { ExitCode::from(DIFFERENT) })
}

/// A trace; other output around it may be in any encoding.
fn read(name: &str) -> Result<Log, Failure> {
    let path = Path::new(name);
    let bytes = whole_file::read_at_most(path, MOST_BYTES).map_err(|source| {
        let path = path.to_owned();
        if source.kind() == ErrorKind::FileTooLarge {
            let what = format!("expected a trace of at most {MOST_BYTES} bytes, found more");
            return Error::Unfit { path, what };
        }
        Error::Read { path, source }
    })?;
    Ok(Log::parse(&String::from_utf8_lossy(&bytes), name)?)
}
