//! A run: render, report, write.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use nanobragg_kernel::{Detail, Rendering, render, trace};
use nanobragg_trace::{Log, text};

use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::{files, pace, printout, progress, report};

/// Renders an experiment and writes its files.
pub(crate) fn run(prepared: &Prepared) -> Result<ExitCode, Failure> {
    let simulation = &prepared.resolved.simulation;
    let traced = prepared.options.traced_pixel(simulation)?;
    let printed = prepared.options.printed_pixel(simulation)?;
    prepared.tell();
    let mut screen = BufWriter::new(std::io::stdout().lock());
    report::resolved(prepared, &mut screen)?;
    screen.flush()?;

    files::check_targets(prepared)?;
    pace::announce(prepared)?;
    let (rendering, dumped) = rayon::join(|| rendered(prepared), || files::write_dump(prepared));
    rendering.check()?;
    dumped?;
    let written = files::write_all(prepared, &rendering)?;
    if prepared.options.printout {
        printout::pixels(simulation, printed, &mut screen)?;
    }
    report::rendered(prepared, &written, &mut screen)?;
    if let Some(at) = traced {
        let log = Log::new(trace(simulation, at.panel, at.pixel, Detail::default()));
        text::write(&log, text::PREFIX, &mut screen)?;
    }
    screen.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The image, with a progress bar on a terminal.
pub(crate) fn rendered(prepared: &Prepared) -> Rendering {
    let simulation = &prepared.resolved.simulation;
    let rows = simulation.panels.iter().map(|panel| panel.placement.panel.shape[0]).sum();
    let bar = progress::rows(rows, prepared.options.progress);
    let rendering = render(simulation, &|| bar.inc(1));
    bar.finish_and_clear();
    rendering
}
