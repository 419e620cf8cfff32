//! A run: image after image of the scan is rendered, written and reported.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use indicatif::ProgressBar;
use nanobragg_c_flags::Telling;
use nanobragg_kernel::{Detail, Rendering, RowIndex, Rows, Simulation, render_into, trace};
use nanobragg_trace::{Log, text};
use whole_file::FileSet;

use crate::checkpoint::{self, Checkpoint};
use crate::counts::Detector;
use crate::exposure::Exposure;
use crate::failure::Failure;
use crate::nxmx_series::Series;
use crate::prepared::Prepared;
use crate::row_writers::{RowFiles, RowWriters};
use crate::written::Total;
use crate::{files, pace, printout, progress, report, summary};

/// Renders an experiment and writes its files.
pub(crate) fn run(prepared: &Prepared) -> Result<ExitCode, Failure> {
    let simulation = &prepared.resolved.simulation;
    let traced = prepared.options.traced_pixel(simulation)?;
    let printed = prepared.options.printed_pixel(simulation)?;
    prepared.tell();
    files::check_targets(prepared)?;
    let images = prepared.experiment.rendered_images();
    let checkpoint = checkpoint(prepared, images)?;
    let part = checkpoint.as_ref().map_or(1.0, Checkpoint::announce);
    let estimate = pace::estimate(prepared, f64::from(images) * part)?;
    let mut screen = BufWriter::new(std::io::stdout().lock());
    summary::before(prepared, &estimate, &mut screen)?;
    screen.flush()?;
    let detector = Detector::of(prepared)?;
    let mut series = Series::begin(files::set(&prepared.options), prepared, detector.as_ref(), images)?;
    let bar = bar(prepared, images);
    let mut total = Total::default();
    for image in 0..images {
        let exposure = Exposure::of(prepared, image);
        let set = files::set(&prepared.options);
        let (rendering, dumped) = rayon::join(
            || rendered(&exposure, &set, &bar, checkpoint.as_ref()),
            || if image == 0 { files::write_dump(&set, prepared) } else { Ok(()) },
        );
        let (rendering, rows) = rendering?;
        // A dump that was changed may be why a pixel is no number.
        let checked = prepared.check_unchanged().and_then(|()| Ok(rendering.check()?));
        if let Err(failure) = checked {
            // Rows that nobody may go on from.
            checkpoint.map_or(Ok(()), Checkpoint::remove)?;
            return Err(failure);
        }
        dumped?;
        let mut written =
            files::write_all(&set, &exposure, &rendering, rows, detector.as_ref(), series.as_mut())?;
        if image == 0 {
            let series = prepared.experiment.output.nxmx_file.clone();
            written.files.extend(series.map(|path| (path, "counts of all panels and images (NXmx)")));
            written.files.extend(files::write_descriptions(&set, prepared)?);
        }
        if image + 1 == images
            && let Some(series) = series.take()
        {
            series.finish()?;
        }
        set.commit()?;
        if image == 0 && prepared.options.printout {
            bar.suspend(|| printout::pixels(&exposure.resolved.simulation, printed, &mut screen))?;
        }
        if images == 1 {
            progress::finish(&bar);
            report::rendered(prepared, &written, &mut screen)?;
        } else {
            bar.suspend(|| report::image(&exposure, &written, &mut screen).and_then(|()| screen.flush()))?;
            total.add(&written);
        }
    }
    progress::finish(&bar);
    checkpoint.map_or(Ok(()), Checkpoint::remove)?;
    if images > 1 {
        report::series(prepared, images, &total, &mut screen)?;
    }
    if let Some(at) = traced {
        let simulation = &prepared.resolved.simulation;
        let log = Log::new(trace(simulation, at.panel, at.pixel, Detail::default()));
        text::write(&log, text::PREFIX, &mut screen)?;
    }
    screen.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The rows that an interrupted run kept, and where this one keeps its own.
fn checkpoint(prepared: &Prepared, images: u32) -> Result<Option<Checkpoint>, Failure> {
    let Some(path) = &prepared.options.checkpoint else { return Ok(None) };
    if images > 1 {
        return Err(Failure::CheckpointOfSeries { images });
    }
    let run = checkpoint::Run {
        experiment: &prepared.experiment,
        simulation: &prepared.resolved.simulation,
        clock_seed: prepared.clock_seed,
        outputs: &files::targets(prepared),
    };
    Ok(Some(Checkpoint::open(path, &run)?))
}

/// A progress bar over the rows of so many images.
pub(crate) fn bar(prepared: &Prepared, images: u32) -> ProgressBar {
    let simulation = &prepared.resolved.simulation;
    let rows = simulation.panels.iter().map(progress::rendered_rows).sum::<usize>();
    let wanted = prepared.options.progress && prepared.options.telling != Telling::Errors;
    progress::rows(rows * images as usize, simulation.evaluations() / rows.max(1) as f64, wanted)
}

/// Renders an image, with a progress bar and with the rows of a checkpoint, and writes what is written row by row.
///
/// # Errors
/// Those of the files.
pub(crate) fn rendered(
    exposure: &Exposure<'_>,
    set: &FileSet,
    bar: &ProgressBar,
    checkpoint: Option<&Checkpoint>,
) -> Result<(Rendering, RowFiles), Failure> {
    let simulation = &exposure.resolved.simulation;
    let mut rendering = Rendering::blank(simulation);
    let writers = RowWriters::new(set, exposure)?;
    render_into(simulation, &mut rendering, &Followed { bar, checkpoint, simulation, writers: &writers });
    let rows = writers.finish(set)?;
    Ok((rendering, rows))
}

/// Who follows a rendering.
struct Followed<'f, 'a> {
    bar: &'f ProgressBar,
    checkpoint: Option<&'f Checkpoint>,
    simulation: &'f Simulation,
    writers: &'f RowWriters<'a>,
}

impl<'a> Rows<'a> for Followed<'_, 'a> {
    fn known(&self, row: RowIndex, photons: &mut [f32]) -> Option<f64> {
        self.checkpoint?.known(row, photons)
    }

    fn finished(&self, first: RowIndex, photons: &'a [f32], solid_angles_sr: &[f64]) {
        let columns = photons.len() / solid_angles_sr.len().max(1);
        let region = &self.simulation.panels[first.panel].region.slow;
        for (row, solid_angle_sr) in solid_angles_sr.iter().enumerate() {
            let index = RowIndex { slow: first.slow + row, ..first };
            // Other rows take no time.
            if !region.contains(&index.slow) {
                continue;
            }
            self.bar.inc(1);
            if let Some(checkpoint) = self.checkpoint {
                checkpoint.keep(index, &photons[row * columns..(row + 1) * columns], *solid_angle_sr);
            }
        }
        self.writers.take(first, photons);
    }
}
