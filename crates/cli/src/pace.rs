//! How long a rendering will take, told before it starts.

use std::fmt;
use std::time::Instant;

use nanobragg_c_flags::Telling;
use nanobragg_kernel::{Simulation, predicted_share, render_pixels};
use percent_g::percent_g;

use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::terminal;

/// Renderings of fewer steps take a moment.
const FEW_STEPS: f64 = 1e9;
/// Steps that are rendered to measure the pace, at the most.
const SAMPLE_STEPS: f64 = 3e7;
/// The pace of a thread in steps/s where a single pixel is too long to measure it.
const USUAL_PACE: f64 = 1e8;
/// A rendering that takes longer must have been asked for by a number of sub-pixels.
const DAY_S: f64 = 86_400.0;

/// A rendering for which automatic sub-pixels are to blame is warned of beyond this time.
const HOUR_S: f64 = 3600.0;

/// How much is to be rendered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Estimate {
    steps: f64,
    /// Of a rendering that takes a while.
    seconds: Option<f64>,
}

impl Estimate {
    /// How long the rendering will take, with its unit, if that is a while.
    pub(crate) fn time(&self) -> Option<String> {
        self.seconds.map(spelled)
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", percent_g(self.steps, 3))?;
        let threads = rayon::current_num_threads();
        let on = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
        match self.time() {
            Some(time) => write!(f, ", about {time} on {on}"),
            None => write!(f, " on {on}"),
        }
    }
}

/// How much is to be rendered, `part` of the rows of an image. Refuses a rendering of more than a day whose number of
/// sub-pixels nobody gave, and warns of one of more than an hour.
pub(crate) fn estimate(prepared: &Prepared, part: f64) -> Result<Estimate, Failure> {
    let simulation = &prepared.resolved.simulation;
    let steps = part * simulation.evaluations();
    let evaluated = steps * predicted_share(simulation);
    if evaluated < FEW_STEPS {
        return Ok(Estimate { steps, seconds: None });
    }
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let pace = pace_of_a_thread(simulation) * rayon::current_num_threads() as f64;
    let seconds = evaluated / pace;
    let automatic = prepared.experiment.sampling.oversample.is_none_or(|count| count == 0);
    let count = simulation.oversample;
    if seconds > DAY_S && automatic {
        return Err(Failure::TooLong { steps, time: spelled(seconds), oversample: count });
    }
    if seconds > HOUR_S && automatic && count > 1 && prepared.options.telling != Telling::Errors {
        let (time, coarse) = (spelled(seconds), spelled(seconds / f64::from(count).powi(2)));
        terminal::warn(format!(
            "{count} x {count} sub-pixels, chosen automatically, take about {time}: -oversample 1 (TOML: \
             sampling.oversample) takes about {coarse}"
        ));
    }
    Ok(Estimate { steps, seconds: Some(seconds) })
}

/// Steps per second of one thread, from a few pixels in the middle of the first panel.
fn pace_of_a_thread(simulation: &Simulation) -> f64 {
    let panel = &simulation.panels[0];
    let layers = f64::from(panel.placement.panel.sensor.layers);
    let steps_per_pixel = simulation.steps() * layers;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
    let pixels = (SAMPLE_STEPS / steps_per_pixel) as usize;
    let [rows, columns] = panel.placement.panel.shape;
    let (slow, first) = (rows / 2, columns / 4);
    let count = pixels.min(columns - first);
    // A vector of pixels is the least that can be rendered.
    if count < 8 {
        return USUAL_PACE;
    }
    let start = Instant::now();
    std::hint::black_box(render_pixels(simulation, 0, slow, first..first + count));
    #[expect(clippy::cast_precision_loss, reason = "a row has fewer than 2⁵³ pixels")]
    let steps = steps_per_pixel * count as f64;
    steps / start.elapsed().as_secs_f64().max(1e-9)
}

/// A time in the unit that fits it.
fn spelled(seconds: f64) -> String {
    const UNITS: [(&str, f64); 4] =
        [("years", 365.25 * DAY_S), ("days", DAY_S), ("hours", 3600.0), ("minutes", 60.0)];
    let (unit, length) = UNITS.into_iter().find(|(_, length)| seconds >= 2.0 * length).unwrap_or(("s", 1.0));
    format!("{:.0} {unit}", seconds / length)
}
