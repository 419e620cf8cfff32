//! A run: resolve, render, report, write.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use nanobragg_experiment::{Experiment, Flag, Quirk, Resolved, resolve};
use nanobragg_kernel::{Detail, Mode, Rendering, Statistics, render, trace};
use nanobragg_trace::{Log, text};

use crate::failure::Failure;
use crate::{files, machine, printout, progress, report};

/// Renders the experiment that a command line describes and writes its files.
pub(crate) fn run(experiment: &Experiment) -> Result<ExitCode, Failure> {
    machine::start_threads(experiment.count(Flag::Threads))?;
    let resolved = resolve(experiment, &machine::context())?;
    let traced = resolved.traced_pixel(experiment)?;
    let printed = resolved.printed_pixel(experiment)?;
    notices(&resolved);
    let mut screen = BufWriter::new(std::io::stdout().lock());
    report::resolved(&resolved, &mut screen)?;
    screen.flush()?;

    let (rendering, dumped) = rayon::join(|| rendered(&resolved), || files::write_dump(&resolved));
    dumped?;
    let written = files::write_all(&resolved, &rendering)?;
    if resolved.output.printout {
        printout::pixels(&resolved.simulation, printed, &mut screen)?;
    }
    report::rendered(&resolved, &written, &mut screen)?;
    if let Some(pixel) = traced {
        let log = Log::new(trace(&resolved.simulation, 0, pixel, Detail::default()));
        text::write(&log, text::PREFIX, &mut screen)?;
    }
    screen.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The image, with a progress bar for those who watch.
pub(crate) fn rendered(resolved: &Resolved) -> Rendering {
    let simulation = &resolved.simulation;
    let rows = simulation.panels.iter().map(|panel| panel.placement.panel.shape[0]).sum();
    let bar = progress::rows(rows, resolved.output.progress);
    let rendering = render(simulation, &|| bar.inc(1));
    bar.finish_and_clear();
    rendering
}

/// Longer headers are Q29.
const USUAL_HEADER_BYTES: usize = 512;

/// What a user should know of, on the error stream: a line each.
pub(crate) fn notices(resolved: &Resolved) {
    for warning in &resolved.warnings {
        eprintln!("nanobragg: warning: {warning}");
    }
    let compat = resolved.simulation.mode == Mode::Compat;
    let mut quirks = resolved.quirks.clone();
    if files::header(resolved).to_bytes().len() > USUAL_HEADER_BYTES {
        quirks.insert(29);
    }
    for number in quirks {
        eprintln!("nanobragg: note: {}", Quirk::numbered(number).notice(compat));
    }
}

/// What was written, for the report.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) statistics: Statistics,
    pub(crate) solid_angle_sr: f64,
    pub(crate) count_scale: f64,
    pub(crate) gray_scale: f64,
    /// Photons on the noise image, and pixels that do not fit 16 bits.
    pub(crate) noise: Option<(f64, u64)>,
    /// Every file with what it holds.
    pub(crate) files: Vec<(std::path::PathBuf, &'static str)>,
}
