//! `nanobragg factors`: structure factors of any file, told of and converted.

mod output;
mod report;
mod source;

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};
use nanobragg_c_flags::{Error, Flag};

use crate::failure::Failure;
use crate::{flags, host, progress, terminal};
use output::Target;
pub(crate) use source::{Request, grid};

/// Flags of an experiment that say how structure factors are read and computed.
const FLAGS: [Flag; 13] = [
    Flag::Dmin,
    Flag::Column,
    Flag::SpaceGroup,
    Flag::Cell,
    Flag::NoSolvent,
    Flag::Lambda,
    Flag::Energy,
    Flag::Direct,
    Flag::MaxGridBytes,
    Flag::NoMmap,
    Flag::NoClobber,
    Flag::Noprogress,
    Flag::Threads,
];

/// A line a paragraph: clap wraps.
const AFTER_HELP: &str = "\
FILE is HKL text, a dump, an MTZ or mmCIF file of reflections, or a PDB or mmCIF file of coordinates, told apart by its \
content. Reflections are expanded to P 1 by the space group, systematic absences with F = 0; from coordinates F is computed \
to --dmin (2 Å if it is not given), with f' and f\" if --lambda or --energy is. Without --output they are reported alone.

What OUT is called says what it becomes: .hkl (text, all reflections of P 1), .bin (a dump), .mtz (an asymmetric unit with \
its space group where Friedel mates agree, else all reflections of P 1; with phases where there are any).";

pub(crate) fn command() -> Command {
    Command::new("factors")
        .about(
            "Read or compute structure factors of a file, report them, and write them as text, dump or MTZ",
        )
        .override_usage("nanobragg factors FILE [OPTIONS] [-o OUT]")
        .after_help(AFTER_HELP)
        .arg(Arg::new("file").value_name("FILE").required(true).help("structure factors or coordinates"))
        .arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("OUT")
                .value_parser(value_parser!(String))
                .help("where they are written: .hkl, .bin or .mtz"),
        )
        .args(FLAGS.map(argument))
}

/// A flag as this command means it.
fn argument(flag: Flag) -> Arg {
    let argument = flags::argument(flag.row()).help_heading(None);
    match flag {
        Flag::Dmin => argument
            .help("leave out what is finer than this resolution (Å) [2 of coordinates, 0 of reflections]"),
        Flag::Cell => argument.help("unit cell of a file that has none (Å, deg) [the file's]"),
        Flag::Lambda => {
            argument.help("wavelength of f' and f\" of coordinates (Å) [without f' and f\"]; also -wave")
        }
        Flag::Energy => argument.help("photon energy of f' and f\", instead of -lambda (eV) [none]"),
        _ => argument,
    }
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let arguments = flags::arguments(matches)?;
    host::start_threads(arguments.count(Flag::Threads))?;
    let path = Path::new(matches.get_one::<String>("file").map_or("", String::as_str));
    let target = matches.get_one::<String>("output").map(|out| Target::of(Path::new(out))).transpose()?;
    let request = Request::of(&arguments)?;
    if let Some(target) = &target {
        target.check(path, arguments.has(Flag::NoClobber))?;
    }
    let bar = progress::share("computing", !arguments.has(Flag::Noprogress));
    let factors = source::read(path, &request, &|share| bar.set_position(progress::of_share(share)));
    bar.finish_and_clear();
    let factors = factors?;
    for notice in &factors.notices {
        terminal::warn(notice);
    }
    let mut screen = BufWriter::new(std::io::stdout().lock());
    report::write(path, &factors, &mut screen)?;
    screen.flush()?;
    if let Some(target) = target {
        let written = target.write(&factors, &request)?;
        writeln!(screen, "  {:<26} {written}", target.path.display())?;
        screen.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn missing(what: &'static str, hint: &'static str) -> Failure {
    Error::Missing { what, hint }.into()
}
