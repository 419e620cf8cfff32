//! `nanobragg trace`: what one pixel goes through, without rendering the image.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use nanobragg_c_flags::{Error, Flag};
use nanobragg_kernel::{Detail, trace};
use nanobragg_trace::{Log, json, text};

use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::{archive, flags, format, terminal};

/// A line a paragraph: clap wraps.
const AFTER_HELP: &str = "\
The pixel is given as -pixel SLOW FAST, two integers; -pixel with one number is still the size of the pixels in mm, and \
both may be given. -panel NAME|NUMBER picks the panel of a detector of several. -trace_pixel SLOW FAST, or \
--trace-pixel, is the same and cannot be misread. All flags that describe an experiment (nanobragg --help) are taken, \
alone or after a file that they override.

--out FOLDER writes trace.log, config.json (every setting and where it comes from), hkl.json (the structure factors) and \
environment.json (the program, the machine and the time); with --format json also trace.json. The same input gives the \
same bytes but for environment.json. A random orientation is the same only with -misset_seed.";

pub(crate) fn command() -> Command {
    Command::new("trace")
        .about("Print every step of one pixel, as the kernel computes it")
        .override_usage("nanobragg trace [FILE] -pixel SLOW FAST [OPTIONS] [FLAGS]")
        .after_help(AFTER_HELP)
        .arg(Arg::new("file").value_name("FILE").help("a description to start from, TOML"))
        .arg(format::option())
        .arg(switch("all-sources", "every source, not only the first"))
        .arg(switch("all-domains", "every mosaic domain, not only the first"))
        .arg(
            Arg::new("out")
                .long("out")
                .value_name("FOLDER")
                .help("write the trace and what it was made from here"),
        )
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let arguments = flags::arguments(matches)?;
    if !arguments.has(Flag::TracePixel) {
        return Err(no_pixel().into());
    }
    let file = matches.get_one::<String>("file").map(String::as_str);
    let prepared = Prepared::from_file_or_arguments(file, &arguments)?;
    let simulation = &prepared.resolved.simulation;
    let at = prepared.options.traced_pixel(simulation)?.ok_or_else(no_pixel)?;
    prepared.tell();
    if !simulation.renders(at.panel, at.pixel) {
        terminal::warn("the pixel is outside -roi or masked: nothing is computed there");
    }
    let detail =
        Detail { all_sources: matches.get_flag("all-sources"), all_domains: matches.get_flag("all-domains") };
    let log = Log::new(trace(simulation, at.panel, at.pixel, detail));
    prepared.check_unchanged()?;

    let as_json = format::is_json(matches);
    let mut screen = BufWriter::new(std::io::stdout().lock());
    if let Some(folder) = matches.get_one::<String>("out") {
        for path in archive::write(Path::new(folder), &log, &prepared, as_json)? {
            writeln!(screen, "{}", path.display())?;
        }
    } else if as_json {
        json::write(&log, &mut screen)?;
    } else {
        text::write(&log, text::PREFIX, &mut screen)?;
    }
    screen.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn no_pixel() -> Error {
    Error::Missing { what: "no pixel to trace", hint: "give -pixel SLOW FAST" }
}
