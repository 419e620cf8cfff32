//! `nanobragg compare`: are two images the same, and if not, where and why.

use std::ffi::OsString;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use nanobragg_c_flags::Error;
use nanobragg_compare::load::{self, ShapeFrom};
use nanobragg_compare::programs::{Invocation, Outputs, Program, RunSummary, run_both};
use nanobragg_compare::{Image, Options, Report, Thresholds, folder};
use nanobragg_image_io::Region;

use crate::failure::Failure;
use crate::format;
use crate::options::{switch, whole_numbers};

pub(crate) const NAME: &str = "compare";

/// A line a paragraph: clap wraps.
const AFTER_HELP: &str = "\
An image is SMV, CBF, PGM, NumPy (.npy) or raw 4-byte floats; the shape of raw floats is that of an SMV image of as many \
pixels in the same folder, of --like FILE, or --shape. A difference is second minus first, a ratio second over first.

With --run, FLAGS are given as they are to both programs, each in an empty folder of its own with copies of the files \
that FLAGS name, and their float images are compared. With one --run, this program is the second. --also-first and \
--also-second add flags for one program, after FLAGS:
  nanobragg compare --run ./nanoBragg --also-second \"-compat c\" -- -mat A.mat -hkl P1.hkl

The last of whole, --roi and --mask is what the bounds are held against. NaN and infinite pixels never pass. --out \
FOLDER writes summary.json, first.png, second.png, difference.png and report.html, one page that needs nothing else.

Exit status: 0 every bound holds, 1 one does not, or the report cannot be written, 2 something typed is wrong, 3 an \
image cannot be read or the shapes differ, 4 a program that was run failed.";

/// The flags, without a dash, that name an output of a simulator with the C program's command line.
const OUTPUTS: Outputs<'_> = Outputs {
    image: &["floatfile", "floatimage"],
    others: &["intfile", "intimage", "pgmfile", "pgmimage", "noisefile", "noiseimage", "stolout"],
    default_image: "floatimage.bin",
};

const RELATIVE_FLOOR: &str =
    "take relative differences against this fraction of the largest pixel where the first image has less";

/// Bounds that hold nothing unless they are given: name, value, help, place.
type Bound = (&'static str, &'static str, &'static str, fn(&mut Thresholds) -> &mut Option<f64>);

const BOUNDS: [Bound; 8] = [
    ("max-rms-relative", "R", "largest root mean square relative difference", |t| &mut t.max_rms_relative),
    ("max-relative", "R", "largest relative difference of a pixel", |t| &mut t.max_relative),
    ("max-difference", "D", "largest absolute difference of a pixel", |t| &mut t.max_difference),
    ("min-ssim", "S", "least mean structural similarity", |t| &mut t.min_ssim),
    ("max-mean-displacement", "PIXELS", "largest mean displacement of matched peaks", |t| {
        &mut t.max_mean_displacement_px
    }),
    ("max-displacement", "PIXELS", "largest displacement of a matched peak", |t| &mut t.max_displacement_px),
    ("min-matched-peaks", "FRACTION", "least fraction of peaks with a partner", |t| &mut t.min_matched_peaks),
    ("min-bit-equal", "FRACTION", "least fraction of pixels equal in every bit", |t| &mut t.min_bit_equal),
];

pub(crate) fn command() -> Command {
    let defaults = Options::default();
    let bounds = defaults.thresholds;
    Command::new(NAME)
        .about("Compare two images, or those of two programs run on the same flags")
        .override_usage(
            "nanobragg compare [OPTIONS] A B\n       \
             nanobragg compare --run PROGRAM [--run PROGRAM] [OPTIONS] -- FLAGS",
        )
        .after_help(AFTER_HELP)
        .arg(image("a", "A"))
        .arg(image("b", "B"))
        .arg(
            Arg::new("flags")
                .value_name("FLAGS")
                .num_args(0..)
                .last(true)
                .value_parser(value_parser!(OsString))
                .requires("run")
                .conflicts_with("a")
                .help("flags for both programs"),
        )
        .arg(
            text("run", "PROGRAM", "a command with arguments, parted by blanks; may be repeated once")
                .action(ArgAction::Append),
        )
        .arg(also("also-first", "flags for the first program alone"))
        .arg(also("also-second", "flags for the second program alone"))
        .arg(whole_numbers("shape", &["SLOW", "FAST"], "the shape of raw floats").conflicts_with("like"))
        .arg(file("like", "FILE", "an SMV, CBF, PGM or NumPy image whose shape raw floats have"))
        .arg(switch("resample", "give the second image the shape of the first"))
        .arg(whole_numbers(
            "roi",
            &["XMIN", "XMAX", "YMIN", "YMAX"],
            "compare these pixels, both ends included",
        ))
        .arg(file("mask", "FILE", "an image that is 0 where pixels do not count"))
        .arg(number("min-correlation", "R", "least correlation").default_value(shown(bounds.min_correlation)))
        .arg(
            number("min-sum-ratio", "Q", "least ratio of the sums")
                .default_value(shown(bounds.min_sum_ratio)),
        )
        .arg(
            number("max-sum-ratio", "Q", "largest ratio of the sums")
                .default_value(shown(bounds.max_sum_ratio)),
        )
        .args(BOUNDS.iter().map(|(name, value, help, _)| number(name, value, help)))
        .arg(
            number("relative-floor", "FRACTION", RELATIVE_FLOOR)
                .default_value(shown(defaults.relative_floor)),
        )
        .arg(
            number("peak-percentile", "P", "a peak reaches this percentile of its image")
                .value_parser(percentile)
                .default_value(shown(defaults.peaks.percentile)),
        )
        .arg(
            number("center", "PIXELS", "centre of the radial profile [the middle]")
                .value_names(["SLOW", "FAST"])
                .num_args(2),
        )
        .arg(file("out", "FOLDER", "write the report with pictures here"))
        .arg(format::option())
}

fn image(id: &'static str, name: &'static str) -> Arg {
    Arg::new(id)
        .value_name(name)
        .value_parser(value_parser!(PathBuf))
        .required_unless_present("run")
        .conflicts_with("run")
        .help("an image")
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn text(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).allow_hyphen_values(true)
}

/// clap waives a requirement that the images exclude; so they are excluded by name.
fn also(name: &'static str, help: &'static str) -> Arg {
    text(name, "FLAGS", help).requires("run").conflicts_with("a")
}

fn file(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).value_parser(value_parser!(PathBuf))
}

fn number(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).allow_negative_numbers(true).value_parser(not_nan)
}

fn shown(number: f64) -> String {
    if number < 1e-3 { format!("{number:e}") } else { number.to_string() }
}

/// A bound may be infinite; nothing is more or less than NaN.
fn not_nan(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|number: &f64| !number.is_nan()).ok_or_else(|| "expected a number".to_owned())
}

fn percentile(text: &str) -> Result<f64, String> {
    let number = not_nan(text)?;
    if (0.0..=100.0).contains(&number) { Ok(number) } else { Err("expected 0 to 100".to_owned()) }
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let mut options = options(matches)?;
    let ([a, b], runs) = images(matches, &shape_from(matches))?;
    if let Some(path) = matches.get_one::<PathBuf>("mask") {
        options.mask = Some(load::mask(path, &ShapeFrom::Given(a.shape()))?);
    }
    let mut report = Report::between(&a, &b, &options)?;
    report.runs = runs;
    let folder = matches.get_one::<PathBuf>("out");
    if let Some(folder) = folder {
        folder::write(folder, &report, &a, &b, &options)?;
    }
    let mut screen = BufWriter::new(std::io::stdout().lock());
    if format::is_json(matches) {
        writeln!(screen, "{}", report.to_json())?;
    } else {
        write!(screen, "{report}")?;
        if let Some(folder) = folder {
            writeln!(screen, "{}", folder.join("report.html").display())?;
        }
    }
    screen.flush()?;
    Ok(ExitCode::from(report.exit_status()))
}

fn options(matches: &ArgMatches) -> Result<Options, Failure> {
    let mut options = Options::default();
    let number = |name| matches.get_one::<f64>(name).copied();
    let bounds = &mut options.thresholds;
    for (name, place) in [
        ("min-correlation", &mut bounds.min_correlation),
        ("min-sum-ratio", &mut bounds.min_sum_ratio),
        ("max-sum-ratio", &mut bounds.max_sum_ratio),
        ("relative-floor", &mut options.relative_floor),
        ("peak-percentile", &mut options.peaks.percentile),
    ] {
        *place = number(name).unwrap_or(*place);
    }
    for (name, .., place) in BOUNDS {
        *place(bounds) = number(name);
    }
    options.resample = matches.get_flag("resample");
    options.center_px = matches.get_many::<f64>("center").and_then(array);
    if let Some([x_min, x_max, y_min, y_max]) = matches.get_many::<usize>("roi").and_then(array) {
        if x_min > x_max || y_min > y_max {
            let found = format!(
                "--roi: expected XMIN up to XMAX and YMIN up to YMAX, found {x_min} {x_max} {y_min} {y_max}"
            );
            return Err(Error::Contradiction(found).into());
        }
        options.region = Some(Region { fast: x_min..=x_max, slow: y_min..=y_max });
    }
    Ok(options)
}

/// As many values as the option takes.
fn array<'a, T: Copy + 'a, const N: usize>(values: impl Iterator<Item = &'a T>) -> Option<[T; N]> {
    values.copied().collect::<Vec<T>>().try_into().ok()
}

fn shape_from(matches: &ArgMatches) -> ShapeFrom {
    let given = matches.get_many::<usize>("shape").and_then(array).map(ShapeFrom::Given);
    let like = || matches.get_one::<PathBuf>("like").cloned().map(ShapeFrom::Like);
    given.or_else(like).unwrap_or_default()
}

/// The images that are there, or those that two programs make.
fn images(matches: &ArgMatches, shape_from: &ShapeFrom) -> Result<([Image; 2], Vec<RunSummary>), Failure> {
    if let (Some(a), Some(b)) = (matches.get_one::<PathBuf>("a"), matches.get_one::<PathBuf>("b")) {
        return Ok(([load::image(a, shape_from)?, load::image(b, shape_from)?], Vec::new()));
    }
    let [first, second] = programs(matches)?;
    let flags: Vec<OsString> = matches.get_many("flags").into_iter().flatten().cloned().collect();
    let invocation = Invocation { arguments: &flags, outputs: OUTPUTS, origin: Path::new("."), shape_from };
    let [(a, run_a), (b, run_b)] = run_both([&first, &second], &invocation)?;
    Ok(([a, b], vec![run_a, run_b]))
}

fn programs(matches: &ArgMatches) -> Result<[Program; 2], Failure> {
    let named: Vec<&String> = matches.get_many("run").into_iter().flatten().collect();
    let wrong = |found: String| Failure::from(Error::Contradiction(format!("--run: {found}")));
    let parsed = |text: &str| {
        Program::parse(text).ok_or_else(|| wrong(format!("expected a program, found \"{text}\"")))
    };
    let (first, second) = match named[..] {
        [first] => (parsed(first)?, Program::new(std::env::current_exe()?, [])),
        [first, second] => (parsed(first)?, parsed(second)?),
        _ => return Err(wrong(format!("expected one program or two, found {}", named.len()))),
    };
    let also = |name| {
        let flags = matches.get_one::<String>(name).map_or("", String::as_str);
        flags.split_whitespace().map(OsString::from).collect::<Vec<_>>()
    };
    Ok([first.with_trailing(also("also-first")), second.with_trailing(also("also-second"))])
}
