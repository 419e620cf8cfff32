//! `nanobragg respond`: what a detector makes of a float image that is there already.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};
use nanobragg_c_flags::{Arguments, Flag, lower};
use nanobragg_experiment::{Crystal, Detector as Described, Draft, StructureFactors};
use nanobragg_image_io::{Image, ShapeFrom};
use ndarray::{Array2, Axis};

use crate::counts::Detector;
use crate::exposure::Exposure;
use crate::failure::Failure;
use crate::nxmx_series::Series;
use crate::prepared::Prepared;
use crate::{counted, files, flags, host, report};

/// A line a paragraph: clap wraps.
const AFTER_HELP: &str = "\
IMAGE has the expected photons of every pixel: raw 4-byte floats, as a run writes them, whose shape is stated in the JSON file \
beside them or by the detector, or a NumPy array. What the detector makes of them is that of -response, or of the table \
[response] of EXPERIMENT, a TOML file; without either, photons are counted. At least one of -cbffile, -nxmx, -smvfile, -npyfile and \
-pngfile says what is written. Flags of the detector, the beam and the rotation are for the headers; -seed repeats the noise.";

/// What a run makes of photons and of an experiment, and this command does not.
const NOT_WRITTEN: [Flag; 12] = [
    Flag::Floatfile,
    Flag::Intfile,
    Flag::Scale,
    Flag::Pgmfile,
    Flag::Pgmscale,
    Flag::Noisefile,
    Flag::ExptOut,
    Flag::Dump,
    Flag::Checkpoint,
    Flag::Printout,
    Flag::PrintoutPixel,
    Flag::TracePixel,
];

const COUNTS_ALONE: &str =
    "nanobragg respond writes counts alone (-cbffile, -nxmx, -smvfile, -npyfile, -pngfile)";

/// A device, which is compared with no name.
const NOWHERE: &str = "/dev/null";

pub(crate) fn command() -> Command {
    let file = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).value_name(value).help(help).value_parser(value_parser!(PathBuf))
    };
    Command::new("respond")
        .about("Write what a detector makes of a float image that is there already")
        .override_usage("nanobragg respond IMAGE [EXPERIMENT] [-response DETECTOR] -cbffile FILE [FLAGS]")
        .after_help(AFTER_HELP)
        .arg(file("image", "IMAGE", "the photons").required(true))
        .arg(file("file", "EXPERIMENT", "the experiment, TOML"))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let path = matches.get_one::<PathBuf>("image").map_or(Path::new(""), PathBuf::as_path);
    let arguments = flags::arguments(matches)?;
    host::start_threads(arguments.count(Flag::Threads))?;
    // Raw floats alone have the detector's shape.
    let image = match Image::open(path, &ShapeFrom::Sibling) {
        Err(nanobragg_image_io::Error::NoShape { .. }) => None,
        opened => Some(opened?),
    };
    if image.as_ref().is_some_and(|image| image.is_of_integers) {
        return Err(Failure::Integers { path: path.to_owned() });
    }
    let mut prepared = prepared(matches, &arguments, image.as_ref())?;
    let idle = NOT_WRITTEN.into_iter().filter(|flag| arguments.has(*flag));
    prepared.warnings.extend(idle.map(|flag| format!("{} has no effect: {COUNTS_ALONE}", flag.dashed())));
    let panels = photons(path, image, &prepared)?;
    let mut exposure = Exposure::of(&prepared, 0);
    exposure.files = exposure.files.of_counts();
    if exposure.files.with_keys().is_empty() && prepared.experiment.output.nxmx_file.is_none() {
        return Err(Failure::NoOutput);
    }
    let of_image = files::of_image(&prepared, &exposure.files).into_iter();
    let mut targets: Vec<PathBuf> = of_image.map(|(_, path)| path).collect();
    targets.extend(prepared.experiment.output.nxmx_file.clone());
    let input = whole_file::destination(path);
    if targets.iter().any(|target| whole_file::destination(target) == input) {
        return Err(Failure::WouldReplaceInput { path: path.to_owned() });
    }
    files::check(&prepared, targets)?;
    prepared.tell();
    let detector = Detector::new(&prepared)?;
    let counts = detector.respond(panels.iter().map(|panel| panel.view()), exposure.image)?;
    let series = Series::begin(files::set(&prepared.options), &prepared, Some(&detector), 1)?;
    let set = files::set(&prepared.options);
    let mut written = counted::write(&set, &exposure, &counts, true)?;
    if let Some(mut series) = series {
        series.append(&counts)?;
        series.finish()?;
        let path = prepared.experiment.output.nxmx_file.clone();
        written.extend(path.map(|path| (path, "counts of all panels (NXmx)")));
    }
    set.commit()?;
    let mut screen = BufWriter::new(std::io::stdout().lock());
    report::responded(&prepared, &counts, &written, &mut screen)?;
    screen.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The experiment, of which the crystal and its structure factors do not matter.
fn prepared(matches: &ArgMatches, arguments: &Arguments, image: Option<&Image>) -> Result<Prepared, Failure> {
    let surroundings = host::surroundings(arguments);
    let (mut draft, notices) = match matches.get_one::<PathBuf>("file") {
        Some(file) => Draft::from_toml_file(file)?,
        None => (Draft::default(), Vec::new()),
    };
    draft.crystal.get_or_insert_with(|| Crystal::new([100.0, 100.0, 100.0, 90.0, 90.0, 90.0]));
    draft.structure_factors = Some(StructureFactors::uniform(0.0));
    let mut lowered = lower(arguments, draft, &surroundings)?;
    let mut draft = lowered.experiment.into_draft();
    // No reflections are read for an image that is there.
    draft.structure_factors = Some(StructureFactors::uniform(0.0));
    // Nor are the files of photons written, whose names, given or not, those of counts may then have.
    let output = &mut draft.output;
    [output.write_pgm, output.write_noise] = [false; 2];
    [output.float_file, output.int_file] = [NOWHERE; 2].map(PathBuf::from);
    output.expt_file = None;
    if let (Described::Convention(detector), Some(image)) = (&mut draft.detector, image)
        && detector.pixels.is_none()
        && detector.slow_size_mm.is_none()
        && detector.fast_size_mm.is_none()
    {
        let (slow, fast) = image.pixels.dim();
        detector.pixels = Some([slow, fast].map(|count| u32::try_from(count).unwrap_or(u32::MAX)));
    }
    lowered.experiment = draft.finish()?;
    Ok(Prepared::of(lowered, notices, &surroundings.machine)?)
}

/// The photons of every panel, of an image that was opened, or of one that has no shape of its own.
fn photons(path: &Path, image: Option<Image>, prepared: &Prepared) -> Result<Vec<Array2<f32>>, Failure> {
    let panels = &prepared.resolved.simulation.panels;
    let shapes: Vec<[usize; 2]> = panels.iter().map(|panel| panel.placement.panel.shape).collect();
    let rows: usize = shapes.iter().map(|shape| shape[0]).sum();
    let image = match image {
        Some(image) => image,
        None => Image::open(path, &ShapeFrom::Given([rows, shapes[0][1]]))?,
    };
    let found = image.pixels.dim();
    if found.0 != rows || shapes.iter().any(|shape| shape[1] != found.1) {
        let expected =
            shapes.iter().map(|[slow, fast]| format!("{slow} x {fast}")).collect::<Vec<_>>().join(", ");
        return Err(Failure::ImageShape { path: path.to_owned(), found: found.into(), expected });
    }
    let mut start = 0;
    #[expect(clippy::cast_possible_truncation, reason = "images of photons are floats of 32 bits")]
    let cut = |[slow, _]: &[usize; 2]| {
        let rows = start..start + slow;
        start += slow;
        image.pixels.slice_axis(Axis(0), rows.into()).mapv(|photons| photons as f32)
    };
    Ok(shapes.iter().map(cut).collect())
}
