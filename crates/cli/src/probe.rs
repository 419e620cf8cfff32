//! `nanobragg probe`: what each source of structure factors holds at one reflection.

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use hkl_io::{Coverage, Miller};
use nanobragg_c_flags::{Arguments, Error, Flag, lower};
use nanobragg_experiment::{Cell, Draft, FactorFile, Provenance, resolve};
use nanobragg_geometry::UnitCell;
use nanobragg_kernel::{Detail, trace};

use crate::coverage::{Coverages, Found, Kind, Source};
use crate::factors::{self, Request};
use crate::failure::Failure;
use crate::{argv, flags, format, host, options, terminal};

/// A line a paragraph: clap wraps.
const AFTER_HELP: &str = "\
The index is given with --index, or found with -pixel SLOW FAST (or -trace_pixel) and the flags of a run: it is the one \
nearest to where the pixel's first step is. A source holds the reflection when it is in its range and its F is not \
-default_F. Without --expect, the sources are held against the first that holds it.

Exit status: 0 every source that is there holds the reflection and agrees, 1 one does not, 2 something typed is wrong, \
3 a source cannot be read, or none is there. A file that is not there is skipped and named.

Behind --hkl stands any file of structure factors, told apart by its content; of coordinates F is computed as far out as the \
reflection, or to -dmin, with the flags of nanobragg factors.";

/// The tolerances of F that are listed, and of F of coordinates: what a transform up to one resolution and up to another
/// differ by.
const LISTED: f64 = 1e-6;
const COMPUTED: f64 = 1e-3;

/// A source, opened once: a pipe cannot be read again.
struct Opened {
    kind: Kind,
    path: PathBuf,
    /// `None` where there is no such file.
    content: Option<Result<FactorFile, nanobragg_experiment::Error>>,
}

pub(crate) fn command() -> Command {
    Command::new("probe")
        .about("Look one reflection up in lists and dumps of structure factors, and compare them")
        .override_usage(
            "nanobragg probe --hkl FILE … --fdump FILE … --index H K L|-pixel SLOW FAST [OPTIONS] [FLAGS]",
        )
        .after_help(AFTER_HELP)
        .arg(
            Arg::new("fdump")
                .long("fdump")
                .value_name("FILE")
                .action(ArgAction::Append)
                .help("a dump to look into; may be repeated, as --hkl may"),
        )
        .arg(
            Arg::new("index")
                .long("index")
                .value_names(["H", "K", "L"])
                .num_args(3)
                .allow_negative_numbers(true)
                .value_parser(options::miller_index)
                .conflicts_with(Flag::TracePixel.row().name)
                .help("the reflection"),
        )
        .arg(number("expect", "F", "its structure factor, in electrons"))
        .arg(number(
            "tolerance",
            "RELATIVE",
            "relative difference of two F that are the same [1e-6; 1e-3 of coordinates]",
        ))
        .arg(format::option())
}

fn number(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .allow_negative_numbers(true)
        .value_parser(options::number)
        .help(help)
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let arguments = flags::arguments(matches)?;
    let sources = sources(matches);
    if sources.is_empty() {
        return Err(missing("no structure factors to look into", "give --hkl FILE or --fdump FILE"));
    }
    host::start_threads(arguments.count(Flag::Threads))?;
    let request = Request::of(&as_in_a_run(&arguments))?;
    let opened: Vec<_> = sources.into_iter().map(|source| Opened::of(source, &request)).collect();
    let miller = match matches.get_many::<i32>("index") {
        Some(index) => match index.copied().collect::<Vec<_>>()[..] {
            [h, k, l] => Miller::new(h, k, l),
            _ => return Err(missing("no reflection", "give --index H K L")),
        },
        None => index_at_pixel(&arguments, &opened)?,
    };
    let default_f = arguments.number(Flag::DefaultF).unwrap_or(0.0);
    let mut is_computed = false;
    let mut found = Vec::new();
    for source in opened {
        let (source, of_coordinates) = source.look_into(default_f, &request, miller);
        is_computed |= of_coordinates;
        found.push(source);
    }
    let expected = matches.get_one::<f64>("expect").copied();
    let tolerance =
        matches.get_one::<f64>("tolerance").copied().unwrap_or(if is_computed { COMPUTED } else { LISTED });
    let coverages = Coverages::new(miller, found, expected, tolerance);
    let mut screen = BufWriter::new(std::io::stdout().lock());
    if format::is_json(matches) {
        writeln!(screen, "{:#}", coverages.json())?;
    } else {
        coverages.table(&mut screen)?;
    }
    screen.flush()?;
    Ok(coverages.exit_code())
}

/// Every file that was named, in the order in which they were typed.
fn sources(matches: &ArgMatches) -> Vec<(Kind, PathBuf)> {
    let mut sources = Vec::new();
    for (name, kind) in
        [(Flag::Hkl.row().name, Kind::Hkl), ("fdump", Kind::Fdump), (Flag::Dump.row().name, Kind::Fdump)]
    {
        let paths = matches.get_many::<String>(name).into_iter().flatten();
        let places = matches.indices_of(name).into_iter().flatten();
        sources.extend(
            places.zip(paths).map(|(place, path)| (place, kind, PathBuf::from(argv::unprotected(path)))),
        );
    }
    sources.sort_by_key(|(place, ..)| *place);
    sources.into_iter().map(|(_, kind, path)| (kind, path)).collect()
}

impl Opened {
    fn of((kind, path): (Kind, PathBuf), request: &Request) -> Self {
        let content = path.exists().then(|| match kind {
            Kind::Hkl => FactorFile::open(&path, &request.options),
            Kind::Fdump => Ok(FactorFile::Dump),
        });
        Self { kind, path, content }
    }

    fn cell(&self) -> Option<UnitCell> {
        self.content.as_ref()?.as_ref().ok()?.cell()
    }

    /// What it holds, and whether that is computed from coordinates.
    fn look_into(self, default_f: f64, request: &Request, miller: Miller) -> (Source, bool) {
        let Self { kind, path, content } = self;
        let grid =
            content.map(|file| file.and_then(|file| factors::grid(&path, file, default_f, request, miller)));
        let (found, is_computed) = match grid {
            None => (Found::Skipped, false),
            Some(Err(error)) => (Found::Unreadable(error.to_string()), false),
            Some(Ok((grid, is_computed))) => {
                (Found::Read(grid.bounds(), Coverage::of(&grid, miller)), is_computed)
            }
        };
        (Source { kind, path, found }, is_computed)
    }
}

/// Flags as a run takes them: of -lambda and -energy the last one counts, and -dmin 0 is no limit.
fn as_in_a_run(arguments: &Arguments) -> Arguments {
    let mut arguments = arguments.clone();
    if arguments.number(Flag::Dmin) == Some(0.0) {
        arguments.remove(&[Flag::Dmin]);
    }
    let wavelengths = [Flag::Lambda, Flag::Energy];
    let last = arguments.last_of(&wavelengths);
    if let (Some(last), true) = (last, wavelengths.iter().all(|flag| arguments.has(*flag))) {
        for flag in wavelengths.into_iter().filter(|flag| *flag != last) {
            terminal::warn(format!("{} has no effect: {} comes after it", flag.dashed(), last.dashed()));
            arguments.remove(&[flag]);
        }
    }
    arguments
}

/// The reflection nearest to a pixel's first step. It is a matter of geometry, whatever the structure factors.
fn index_at_pixel(arguments: &Arguments, opened: &[Opened]) -> Result<Miller, Failure> {
    let mut arguments = arguments.clone();
    if !arguments.has(Flag::TracePixel) {
        return Err(missing(
            "no reflection",
            "give --index H K L, or -pixel SLOW FAST and the flags of a run",
        ));
    }
    // The cell may be that of the file alone.
    let of_file = opened.iter().rfind(|source| source.kind == Kind::Hkl).and_then(Opened::cell);
    let needs_cell = !(arguments.has(Flag::Cell) || arguments.has(Flag::Mat) || arguments.has(Flag::Expt));
    if let (true, Some(cell)) = (needs_cell, of_file) {
        let words = <[f64; 6]>::from(Cell::from(cell)).map(|number| number.to_string());
        arguments.add(Flag::Cell, &words.each_ref().map(String::as_str), Provenance::Derived)?;
    }
    arguments.remove(&[Flag::Hkl, Flag::Dump, Flag::DefaultF]);
    arguments.add(Flag::DefaultF, &["1"], Provenance::Derived)?;
    let surroundings = host::surroundings(&arguments);
    let lowered = lower(&arguments, Draft::default(), &surroundings)?;
    let resolved = resolve(&lowered.experiment, &surroundings.machine).map_err(Error::from)?;
    let pixel = lowered.options.traced_pixel(&resolved.simulation)?;
    let lines = pixel
        .map(|at| trace(&resolved.simulation, at.panel, at.pixel, Detail::default()))
        .unwrap_or_default();
    let rounded = lines.iter().find(|line| line.key == "hkl_rounded").map(|line| &line.value);
    match rounded {
        #[expect(clippy::cast_possible_truncation, reason = "an index that does not fit is in no list")]
        Some(nanobragg_trace::Value::Numbers(numbers)) if numbers.len() == 3 => {
            Ok(Miller::new(numbers[0] as i32, numbers[1] as i32, numbers[2] as i32))
        }
        _ => Err(Error::Contradiction(
            "nothing is computed at this pixel: it is outside -roi, masked, or cut by -dmin".to_owned(),
        )
        .into()),
    }
}

fn missing(what: &'static str, hint: &'static str) -> Failure {
    Error::Missing { what, hint }.into()
}
