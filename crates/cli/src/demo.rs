//! `nanobragg demo`: a small experiment that needs no file.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use nanobragg_c_flags::Arguments;
use nanobragg_image_io::{png, preview};

use crate::exposure::Exposure;
use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::{files, pace, progress, report, simulate, summary};

/// A crystal of lysozyme, a few dozen nanometres wide, turned through two degrees in a little water.
const EXPERIMENT: &str = "-cell 79.1 79.1 37.9 90 90 90 -misset 12 -33 71 -default_F 120 -gauss_xtal -Na 6 -Nb 6 -Nc 12 \
    -mosaic 0.6 -mosaic_domains 12 -phi 10 -osc 2 -phisteps 8 -lambda 1.0 -distance 150 -pixel 0.2 -detpixels 800 \
    -oversample 2 -fluence 1e28 -water 0.05 -polar 0.95 -seed 1";

pub(crate) fn command() -> Command {
    Command::new("demo")
        .about("Render a small built-in experiment and write its images, with a PNG to look at")
        .arg(Arg::new("out").value_name("FOLDER").default_value("nanobragg-demo").help("where to write"))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let folder = matches.get_one::<String>("out").map_or("nanobragg-demo", String::as_str);
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder).map_err(|reason| Failure::Folder { path: folder.to_owned(), reason })?;
    let arguments = Arguments::parse(EXPERIMENT.split_whitespace())?;
    let mut prepared = Prepared::from_arguments(&arguments)?;
    let output = &mut prepared.experiment.output;
    for path in [&mut output.float_file, &mut output.int_file, &mut output.pgm_file, &mut output.noise_file] {
        *path = folder.join(&*path);
    }
    prepared.tell();
    let mut screen = BufWriter::new(std::io::stdout().lock());
    files::check_targets(&prepared)?;
    summary::before(&prepared, &pace::estimate(&prepared, 1.0)?, &mut screen)?;
    screen.flush()?;
    let exposure = Exposure::of(&prepared, 0);
    let bar = simulate::bar(&prepared, 1);
    let set = files::set(&prepared.options);
    let (rendering, rows) = simulate::rendered(&exposure, &set, &bar, None)?;
    progress::finish(&bar);
    rendering.check()?;
    let mut written = files::write_all(&set, &exposure, &rendering, rows, None, None)?;
    let picture = folder.join("preview.png");
    let options = preview::Options { curve: preview::Curve::SquareRoot, ..preview::Options::default() };
    let preview = preview::Preview::of(rendering.panels[0].image.view(), &options);
    set.write(&picture, |out| png::write_gray_to(out, preview.gray.view()))?;
    set.commit()?;
    written.files.push((picture, "a picture to look at"));
    report::rendered(&prepared, &written, &mut screen)?;
    writeln!(screen, "\nthe same with flags:\n  nanobragg {EXPERIMENT}")?;
    screen.flush()?;
    Ok(ExitCode::SUCCESS)
}
