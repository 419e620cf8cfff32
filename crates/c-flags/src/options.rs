//! What is not of an experiment but of its run.

use std::path::PathBuf;

use nanobragg_geometry::PixelIndex;
use nanobragg_kernel::Simulation;

use crate::error::Error;
use crate::flag::Flag;

/// How much a run tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// Errors alone.
    Errors,
    /// What a person needs, on one screen.
    #[default]
    Summary,
    /// Every value.
    Everything,
}

/// What a command line asks of a run beside the experiment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RunOptions {
    /// Threads; one for each core without.
    pub threads: Option<u32>,
    /// How much is told.
    pub telling: Telling,
    /// Whether progress is shown.
    pub progress: bool,
    /// Whether a run that would replace a file is refused.
    pub no_clobber: bool,
    /// Whether large dumps are mapped rather than copied.
    pub map_files: bool,
    /// Where the rows of an interrupted run are.
    pub checkpoint: Option<PathBuf>,
    /// Whether pixels are printed to the screen.
    pub printout: bool,
    /// The one pixel that is printed, fast and slow.
    pub(crate) printout_pixel: Option<[f64; 2]>,
    /// The pixel that is traced, slow and fast.
    pub(crate) trace_pixel: Option<[f64; 2]>,
    /// The panel of these pixels.
    pub(crate) panel: Option<String>,
}

/// A pixel of a panel, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PanelPixel {
    /// The panel.
    pub panel: usize,
    /// The pixel on it.
    pub pixel: PixelIndex,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            threads: None,
            telling: Telling::Summary,
            progress: true,
            no_clobber: false,
            map_files: true,
            checkpoint: None,
            printout: false,
            printout_pixel: None,
            trace_pixel: None,
            panel: None,
        }
    }
}

impl RunOptions {
    /// The pixel that is to be traced, if one is; it must be on the detector.
    ///
    /// # Errors
    /// [`Error::WrongValue`] when it is not.
    pub fn traced_pixel(&self, simulation: &Simulation) -> Result<Option<PanelPixel>, Error> {
        let Some([slow, fast]) = self.trace_pixel else { return Ok(None) };
        self.pixel(simulation, Flag::TracePixel, [slow, fast], [slow, fast])
    }

    /// The one pixel that is printed; none means all of them.
    ///
    /// # Errors
    /// [`Error::WrongValue`] when it is not on the detector.
    pub fn printed_pixel(&self, simulation: &Simulation) -> Result<Option<PanelPixel>, Error> {
        let Some([fast, slow]) = self.printout_pixel else { return Ok(None) };
        self.pixel(simulation, Flag::PrintoutPixel, [slow, fast], [fast, slow])
    }

    fn pixel(
        &self,
        simulation: &Simulation,
        flag: Flag,
        [slow, fast]: [f64; 2],
        as_typed: [f64; 2],
    ) -> Result<Option<PanelPixel>, Error> {
        let panel = self.panel(simulation)?;
        let placed = &simulation.panels[panel].placement.panel;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before use")]
        let pixel = PixelIndex { slow: slow as usize, fast: fast as usize };
        if slow >= 0.0 && fast >= 0.0 && placed.contains(pixel) {
            return Ok(Some(PanelPixel { panel, pixel }));
        }
        let [slow_range, fast_range] = placed.shape.map(|count| format!("0 to {}", count - 1));
        let expected = match flag {
            Flag::PrintoutPixel => format!("fast {fast_range} and slow {slow_range}"),
            _ => format!("slow {slow_range} and fast {fast_range}"),
        };
        Err(Error::wrong(flag, &format!("{} {}", as_typed[0], as_typed[1]), &expected))
    }

    /// The panel that `-panel` names, by its name or by its number from 0.
    fn panel(&self, simulation: &Simulation) -> Result<usize, Error> {
        let Some(wanted) = &self.panel else { return Ok(0) };
        let by_name = simulation.panels.iter().position(|panel| panel.name == *wanted);
        let by_number = || wanted.parse().ok().filter(|&index: &usize| index < simulation.panels.len());
        by_name.or_else(by_number).ok_or_else(|| {
            let names: Vec<&str> =
                simulation.panels.iter().map(|panel| panel.name.as_str()).take(8).collect();
            let more = if simulation.panels.len() > names.len() { " …" } else { "" };
            let last = simulation.panels.len() - 1;
            let expected = format!("a panel by name ({}{more}) or by number (0 to {last})", names.join(", "));
            Error::wrong(Flag::Panel, wanted, &expected)
        })
    }
}
