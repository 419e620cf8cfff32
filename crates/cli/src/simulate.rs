//! A run: render, report, write.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use indicatif::ProgressBar;
use nanobragg_kernel::{Detail, Rendering, RowIndex, Rows, Simulation, render, trace};
use nanobragg_trace::{Log, text};

use crate::checkpoint::{self, Checkpoint};
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
    let checkpointed = checkpoint::Run {
        experiment: &prepared.experiment,
        simulation,
        clock_seed: prepared.clock_seed,
        outputs: &files::targets(prepared),
    };
    let checkpoint = prepared.options.checkpoint.as_deref();
    let checkpoint = checkpoint.map(|path| Checkpoint::open(path, &checkpointed)).transpose()?;
    pace::announce(prepared, checkpoint.as_ref().map_or(1.0, Checkpoint::announce))?;
    let set = files::set(&prepared.options);
    let (rendering, dumped) =
        rayon::join(|| rendered(prepared, checkpoint.as_ref()), || files::write_dump(&set, prepared));
    // A dump that was changed may be why a pixel is no number.
    let checked = prepared.check_unchanged().and_then(|()| Ok(rendering.check()?));
    if let Err(failure) = checked {
        // Rows that nobody may go on from.
        checkpoint.map_or(Ok(()), Checkpoint::remove)?;
        return Err(failure);
    }
    dumped?;
    let written = files::write_all(&set, prepared, &rendering)?;
    set.commit()?;
    checkpoint.map_or(Ok(()), Checkpoint::remove)?;
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

/// The image, with a progress bar on a terminal, and with the rows of a checkpoint.
pub(crate) fn rendered(prepared: &Prepared, checkpoint: Option<&Checkpoint>) -> Rendering {
    let simulation = &prepared.resolved.simulation;
    let rows = simulation.panels.iter().map(|panel| panel.placement.panel.shape[0]).sum();
    let bar = progress::rows(rows, prepared.options.progress);
    let rendering = render(simulation, &Followed { bar: &bar, checkpoint, simulation });
    bar.finish_and_clear();
    rendering
}

/// A rendering with its followers.
struct Followed<'a> {
    bar: &'a ProgressBar,
    checkpoint: Option<&'a Checkpoint>,
    simulation: &'a Simulation,
}

impl Rows for Followed<'_> {
    fn known(&self, row: RowIndex, photons: &mut [f32]) -> Option<f64> {
        self.checkpoint?.known(row, photons)
    }

    fn finished(&self, row: RowIndex, photons: &[f32], solid_angle_sr: f64) {
        self.bar.inc(1);
        // Other rows take no time.
        if self.simulation.panels[row.panel].region.slow.contains(&row.slow)
            && let Some(checkpoint) = self.checkpoint
        {
            checkpoint.keep(row, photons, solid_angle_sr);
        }
    }
}
