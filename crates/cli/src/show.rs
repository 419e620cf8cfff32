//! `nanobragg show`: an image as a picture to look at.

mod geometry;
mod marks;
mod rings;
mod screen;
mod view;

use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgGroup, ArgMatches, Command, value_parser};
use nanobragg_c_flags::Error;
use nanobragg_image_io::preview::block_for;
use nanobragg_image_io::{Image, Region, ShapeFrom};
use nanobragg_picture::{Levels, Options, Palette, Picture};

use crate::failure::Failure;
use crate::options::{switch, whole_numbers};
use crate::terminal;
use marks::{Marks, Sizes};
use rings::Rings;
use view::View;

pub(crate) const NAME: &str = "show";

/// A line a paragraph: clap wraps.
const AFTER_HELP: &str = "\
An image is SMV, mini-CBF, raw 4-byte floats, PGM, NumPy (.npy) or gray PNG. Panels of one file are shown one below the \
other. Without -o the picture is written to the current folder under the image's name with .png; on a terminal it is \
shown there instead. Without colours (NO_COLOR) characters of more or less ink stand for pixels.

Scales: percentile is linear from 0 to the 99.9th percentile of the pixels above 0, linear is linear from 0 to the largest \
pixel, log is logarithmic from the first percentile of the pixels above 0 to the largest pixel, over five decades at the \
most. Spots are dark on white, as in ADXV and the image viewer of DIALS; --invert turns it round. Pixels of -1 and -2, \
gaps of detectors, are light blue, those that are no number magenta.

A reduced picture shows the largest pixel of each block: a mean would hide spots.

--rings, --beam and --spots are drawn by the geometry in the image's header (SMV, mini-CBF), or that of --experiment FILE: \
TOML, a DIALS experiment list (.expt) or a CrystFEL geometry (.geom). Spots are those reflections that meet the Ewald \
sphere during the image, or are within reach of the spreads of mosaicity, wavelength and direction and of the size of the \
crystal. A list of DIALS has no size and no mosaicity: 100 cells along each edge and none are taken.";

pub(crate) fn command() -> Command {
    Command::new(NAME)
        .about("Show an image of any format as a PNG or on the terminal, with resolution rings and predicted spots")
        .override_usage("nanobragg show FILE [-o FILE.png] [OPTIONS]")
        .after_help(AFTER_HELP)
        .arg(path("file", "FILE", "the image").required(true))
        .arg(path("output", "FILE", "the PNG to write").short('o'))
        .arg(switch("no-clobber", "replace no file"))
        .arg(switch("terminal", "show it on the terminal"))
        .arg(
            option("scale", "SCALE", "which values the colours stand for")
                .value_parser(["percentile", "linear", "log"])
                .default_value("percentile"),
        )
        .arg(number("min", "the value at the start of the scale"))
        .arg(number("max", "the value at the end of the scale"))
        .arg(switch("invert", "the colours in the other order"))
        .arg(
            option("colours", "COLOURS", "the colours")
                .visible_alias("colors")
                .value_parser(["grey", "heat", "viridis"])
                .default_value("grey"),
        )
        .arg(
            option("rings", "D,D,...", "resolution rings, Å; of round numbers without any")
                .num_args(0..=1)
                .default_missing_value(rings::AUTOMATIC)
                .value_parser(rings::parse),
        )
        .arg(switch("beam", "a cross where the beam meets the detector"))
        .arg(switch("spots", "circles around the spots that --experiment predicts"))
        .group(ArgGroup::new("marks").args(["rings", "beam", "spots"]).multiple(true))
        .arg(path("experiment", "FILE", "the geometry and the crystal: TOML, .expt or .geom").long("experiment"))
        .arg(count("bin", "N", "one picture pixel for N × N pixels").conflicts_with("width"))
        .arg(count("width", "PIXELS", "reduce it to at most so many pixels along the fast axis"))
        .arg(
            whole_numbers("region", &["XMIN", "XMAX", "YMIN", "YMAX"], "show these pixels, both ends included")
                .visible_alias("roi"),
        )
        .arg(whole_numbers("image", &["K"], "the image of a file of several, from 0"))
        .arg(option("panel", "NAME|K", "the panel, by its name or from 0"))
        .arg(whole_numbers("shape", &["SLOW", "FAST"], "the shape of raw floats").conflicts_with("like"))
        .arg(path("like", "FILE", "an image whose shape raw floats have").long("like"))
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).help(help).value_parser(value_parser!(PathBuf))
}

fn number(name: &'static str, help: &'static str) -> Arg {
    let finite = |text: &str| {
        text.parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .ok_or_else(|| "expected a number".to_owned())
    };
    option(name, "VALUE", help).allow_negative_numbers(true).value_parser(finite)
}

fn count(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    let positive = |text: &str| {
        text.parse().ok().filter(|count: &usize| *count > 0).ok_or_else(|| "expected 1 or more".to_owned())
    };
    option(name, value, help).value_parser(positive)
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let given = |name: &str| matches.get_one::<PathBuf>(name).map(PathBuf::as_path);
    let path = given("file").unwrap_or(Path::new(""));
    check_marks(matches)?;
    let on_terminal =
        matches.get_flag("terminal") || (given("output").is_none() && std::io::stdout().is_terminal());
    let target = match given("output") {
        Some(target) => Some(target.to_owned()),
        None if on_terminal => None,
        None => Some(PathBuf::from(path.file_stem().unwrap_or_default()).with_added_extension("png")),
    };
    if let Some(target) = &target {
        check(target, &[Some(path), given("experiment")], matches.get_flag("no-clobber"))?;
    }

    let index = matches.get_one::<usize>("image").copied();
    let image = Image::open_nth(path, &shape_from(matches), index.unwrap_or(0))?;
    let panel = matches.get_one::<String>("panel").map(String::as_str);
    let known = if matches.contains_id("marks") {
        Some(geometry::of(path, &image, given("experiment"), panel, matches.get_flag("spots"))?)
    } else {
        None
    };
    let view = View::of(path, &image, panel, region(matches)?.as_ref(), given("experiment").is_some())?;
    let marks = match &known {
        Some(known) => Marks::of(&view, known, matches.get_one::<Rings>("rings"), matches.get_flag("beam")),
        None => Marks::default(),
    };
    for warning in marks.warnings() {
        terminal::warn(format!("{}: {warning}", path.display()));
    }

    let options = options(matches);
    let mut screen = BufWriter::new(std::io::stdout().lock());
    if let Some(target) = target {
        let picture = drawn(&view, &marks, &options, block(matches, &view), Sizes::PICTURE)?;
        let bytes = picture.png()?;
        whole_file::write(&target, |out| out.write_all(&bytes))?;
        writeln!(screen, "{}: {}", target.display(), picture.description())?;
    }
    if on_terminal {
        let block = block(matches, &view).max(screen::block(view.shape()));
        let picture = drawn(&view, &marks, &options, block, Sizes::TERMINAL)?;
        write!(screen, "{}", picture.half_blocks(screen::colours()))?;
        writeln!(screen, "{}: {}", path.display(), picture.description())?;
    }
    screen.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn drawn(
    view: &View<'_>,
    marks: &Marks,
    options: &Options,
    block: usize,
    sizes: Sizes,
) -> Result<Picture, Failure> {
    let mut picture = Picture::of(view.pixels.view(), &Options { block, ..options.clone() })?;
    picture.draw(&marks.in_picture(view, block, sizes));
    Ok(picture)
}

fn options(matches: &ArgMatches) -> Options {
    let word = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let levels = match word("scale") {
        "linear" => Levels::Linear,
        "log" => Levels::Log,
        _ => Levels::Percentile,
    };
    let palette = match word("colours") {
        "heat" => Palette::heat(),
        "viridis" => Palette::viridis(),
        // Dark spots on white.
        _ => Palette::grey().reversed(),
    };
    let palette = if matches.get_flag("invert") { palette.reversed() } else { palette };
    let number = |name: &str| matches.get_one::<f64>(name).copied();
    Options { levels, min: number("min"), max: number("max"), palette, ..Options::default() }
}

/// Image pixels along the edge of a block.
fn block(matches: &ArgMatches, view: &View<'_>) -> usize {
    let count = |name: &str| matches.get_one::<usize>(name).copied();
    count("bin").or_else(|| count("width").map(|width| block_for(view.shape()[1], width))).unwrap_or(1)
}

fn region(matches: &ArgMatches) -> Result<Option<Region>, Failure> {
    let Some(values) = matches.get_many::<usize>("region") else { return Ok(None) };
    match values.copied().collect::<Vec<_>>()[..] {
        [x_min, x_max, y_min, y_max] if x_min <= x_max && y_min <= y_max => {
            Ok(Some(Region { fast: x_min..=x_max, slow: y_min..=y_max }))
        }
        ref other => {
            let found = other.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
            let text = format!("--region: expected XMIN up to XMAX and YMIN up to YMAX, found {found}");
            Err(Error::Contradiction(text).into())
        }
    }
}

fn shape_from(matches: &ArgMatches) -> ShapeFrom {
    let sides: Vec<usize> = matches.get_many::<usize>("shape").into_iter().flatten().copied().collect();
    match (&sides[..], matches.get_one::<PathBuf>("like")) {
        (&[slow, fast], _) => ShapeFrom::Given([slow, fast]),
        (_, Some(like)) => ShapeFrom::Like(like.clone()),
        _ => ShapeFrom::Sibling,
    }
}

/// Spots are predicted by a description, which is for marks alone.
fn check_marks(matches: &ArgMatches) -> Result<(), Error> {
    let text = match (matches.get_flag("spots"), matches.contains_id("experiment")) {
        (true, false) => "--spots: expected --experiment FILE (TOML, .expt or .geom), which has the crystal",
        (false, true) if !matches.contains_id("marks") => {
            "--experiment: expected at least one of --rings, --beam and --spots, which are drawn by it"
        }
        _ => return Ok(()),
    };
    Err(Error::Contradiction(text.to_owned()))
}

/// Checks that a picture replaces no file that it is made from, and none at all where that is not wanted.
fn check(target: &Path, inputs: &[Option<&Path>], no_clobber: bool) -> Result<(), Failure> {
    whole_file::check([target])?;
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    if let Some(input) =
        inputs.iter().flatten().find(|input| real(target).is_some_and(|at| real(input) == Some(at)))
    {
        let text = format!(
            "the picture would replace {}, which it is made from: expected -o FILE.png",
            input.display()
        );
        return Err(Error::Contradiction(text).into());
    }
    if no_clobber && target.exists() {
        return Err(Failure::Exists { paths: vec![target.to_owned()] });
    }
    Ok(())
}
