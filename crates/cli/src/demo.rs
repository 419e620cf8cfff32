//! `nanobragg demo`: a small experiment that needs no file.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use nanobragg_experiment::{Experiment, resolve};
use nanobragg_image_io::{png, preview};

use crate::failure::Failure;
use crate::{files, machine, report, simulate};

/// A lysozyme crystal of half a micron on a rotation of half a degree, in a little water.
const EXPERIMENT: &str = "-cell 79.1 79.1 37.9 90 90 90 -misset 12 -33 71 -default_F 120 -gauss_xtal -Na 60 -Nb 60 -Nc 120 \
    -mosaic 0.3 -mosaic_domains 5 -phi 0 -osc 0.5 -phisteps 4 -lambda 1.0 -distance 150 -pixel 0.2 -detpixels 800 \
    -oversample 1 -fluence 2e25 -water 60 -polar 0.95 -seed 1";

pub(crate) fn command() -> Command {
    Command::new("demo")
        .about("Render a small built-in experiment and write its images, with a PNG to look at")
        .arg(Arg::new("out").value_name("FOLDER").default_value("nanobragg-demo").help("where to write"))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let folder = matches.get_one::<String>("out").map_or("nanobragg-demo", String::as_str);
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder)?;
    let experiment = Experiment::from_words(EXPERIMENT.split_whitespace())?;
    let mut resolved = resolve(&experiment, &machine::context())?;
    let here = |path: &PathBuf| folder.join(path);
    let output = &mut resolved.output;
    output.float_file = here(&output.float_file);
    output.int_file = here(&output.int_file);
    output.pgm_file = output.pgm_file.as_ref().map(here);
    output.noise_file = output.noise_file.as_ref().map(here);
    simulate::notices(&resolved);
    let mut screen = BufWriter::new(std::io::stdout().lock());
    report::resolved(&resolved, &mut screen)?;
    let rendering = simulate::rendered(&resolved);
    let mut written = files::write_all(&resolved, &rendering)?;
    let picture = folder.join("preview.png");
    let preview = preview::Preview::of(rendering.image.view(), &preview::Options::default());
    png::write_gray(&picture, preview.gray.view())?;
    written.files.push((picture, "a picture to look at"));
    report::rendered(&resolved, &written, &mut screen)?;
    writeln!(screen, "\nthe same with flags:\n  nanobragg {EXPERIMENT}")?;
    screen.flush()?;
    Ok(ExitCode::SUCCESS)
}
