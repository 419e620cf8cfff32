//! From what was said to a simulation: the only place where conventions, defaults and headers meet.

mod beam;
mod centers;
mod crystal;
mod detector;
mod factors;
mod output;
mod region;
mod sensor;
mod superseded;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use hkl_io::Grid;
use nanobragg_geometry::{PixelIndex, sweep::Sweep};
use nanobragg_image_io::smv;
use nanobragg_kernel::{DetectorPanel, Mode, PerSubStep, Polarization, Simulation};

use crate::error::Error;
use crate::flag::Flag;
use crate::header::{self, Header};
use crate::said::{Experiment, Provenance};

use detector::Detector;

pub use factors::Dump;
pub use output::Output;

/// What a resolution may know of the world besides the experiment.
#[derive(Clone, Debug)]
pub struct Context {
    /// Seed of what is not to repeat, from the clock.
    pub clock_seed: i64,
    /// Where an `Fdump.bin` may lie that nobody named (Q18).
    pub directory: PathBuf,
    /// Structure factors whose grid needs more are refused.
    pub max_grid_bytes: usize,
}

/// An experiment resolved: everything that a run needs.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What is rendered.
    pub simulation: Simulation,
    /// What is written.
    pub output: Output,
    /// Where the structure factors are from and where they go.
    pub dump: Dump,
    /// What the simulation does not hold, for headers and reports.
    pub facts: Facts,
    /// Every resolved value with where it comes from.
    pub settings: Vec<Setting>,
    /// What a user should know of: each a line.
    pub warnings: Vec<String>,
    /// The rows of the table of differences that this experiment touches.
    pub quirks: BTreeSet<u8>,
}

/// Resolved numbers that headers and reports state.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Central wavelength, Å.
    pub wavelength_angstrom: f64,
    /// First angle of the rotation, radians.
    pub phi_start_rad: f64,
    /// The rotation, radians.
    pub phi: Sweep,
    /// Horizontal divergence, radians.
    pub horizontal: Sweep,
    /// Vertical divergence, radians.
    pub vertical: Sweep,
    /// Dispersion, as a fraction.
    pub dispersion: Sweep,
    /// Mosaic spread, radians.
    pub mosaic_spread_rad: f64,
    /// Missetting angles about lab x, y, z, radians.
    pub misset_rad: [f64; 3],
    /// Two-theta, radians.
    pub twotheta_rad: f64,
    /// Reflections that were read; 0 without a list or from an Fdump.
    pub reflection_count: usize,
}

/// A resolved value.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// What it is, in the field's terms.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Its unit, or nothing.
    pub unit: &'static str,
    /// Who said so.
    pub from: Provenance,
}

/// An experiment in the middle of being resolved.
struct Resolver<'a> {
    said: &'a Experiment,
    context: &'a Context,
    mode: Mode,
    settings: Vec<Setting>,
    warnings: Vec<String>,
    quirks: BTreeSet<u8>,
}

/// Resolves an experiment, reading the files it names.
///
/// # Errors
/// Whatever is missing, impossible or unreadable, naming the flag or the file.
pub fn resolve(experiment: &Experiment, context: &Context) -> Result<Resolved, Error> {
    let mode = if experiment.has(Flag::Compat) { Mode::Compat } else { Mode::Physics };
    let mut header_warnings = Vec::new();
    let headers = Header::read_all(experiment, mode, &mut header_warnings)?;
    let mut said = experiment.clone();
    said.fill_in(headers.said);
    let mut resolver = Resolver {
        said: &said,
        context,
        mode,
        settings: Vec::new(),
        warnings: header_warnings,
        quirks: BTreeSet::new(),
    };
    if headers.read_any {
        resolver.quirks.insert(15);
        if [Flag::Detsize, Flag::DetsizeF, Flag::DetsizeS].iter().any(|flag| experiment.has(*flag)) {
            resolver.quirks.insert(27);
        }
    }
    resolver.resolve(headers.mask).map_err(|error| in_header(error, &said))
}

/// A value that cannot be one is an error of the header that holds it, where it was not typed.
fn in_header(error: Error, said: &Experiment) -> Error {
    let Error::WrongValue { flag, found, expected } = error else { return error };
    match said.get(flag).map(|said| &said.from) {
        Some(Provenance::Header(path)) => Error::Unfit {
            path: path.clone(),
            what: format!("{} in the header: expected {expected}, found {found:?}", header::key_of(flag)),
        },
        _ => Error::WrongValue { flag, found, expected },
    }
}

impl Resolver<'_> {
    fn resolve(mut self, mask: Option<smv::Smv>) -> Result<Resolved, Error> {
        self.warn_of_flags();
        let wavelength_angstrom = self.wavelength()?;
        let detector = self.detector()?;
        let panel = &detector.placement.panel;
        let crystal = self.crystal(wavelength_angstrom)?;
        let beam = self.beam(&detector.axes, wavelength_angstrom)?;
        let (structure_factors, dump, reflection_count) = self.structure_factors()?;
        let interpolate = self.interpolation(&structure_factors, crystal.crystal.cells);
        let oversample = self.oversample(&crystal, panel.pixel_size_m, &detector, wavelength_angstrom);
        let orientations = self.orientations(&crystal, detector.axes.spindle);
        let per_sub_step = PerSubStep {
            capture: self.switch(Flag::OversampleThick),
            polarization: self.switch(Flag::OversamplePolar),
            solid_angle: self.switch(Flag::OversampleOmega),
        };
        self.warn_of_idle_sub_steps(per_sub_step, &detector, beam.polarization);
        if per_sub_step != PerSubStep::default() {
            self.quirks.insert(2);
        }
        let region = self.region(panel.shape)?;
        let mask = self.mask(mask, panel.shape)?;
        let dmin_angstrom = self.not_negative(Flag::Dmin, "finest resolution", 0.0)?;
        let background_differs = dmin_angstrom > 0.0 || per_sub_step.polarization;
        if beam.amorphous.is_some() && beam.polarization != Polarization::Off && background_differs {
            self.quirks.insert(25);
        }
        let output = self.output()?;
        self.check_names(&output, &dump)?;
        let facts = Facts {
            wavelength_angstrom,
            phi_start_rad: crystal.phi_start_rad,
            phi: crystal.phi,
            horizontal: beam.horizontal,
            vertical: beam.vertical,
            dispersion: beam.dispersion,
            mosaic_spread_rad: crystal.mosaic_spread_rad,
            misset_rad: crystal.misset_rad,
            twotheta_rad: detector.twotheta_rad,
            reflection_count,
        };
        let mut panel = DetectorPanel::new("0", detector.placement);
        panel.region = region;
        panel.mask = mask;
        let mut simulation =
            Simulation::new(vec![panel], beam.sources, crystal.lattice, crystal.crystal, structure_factors);
        simulation.orientations = orientations;
        simulation.interpolate = interpolate;
        simulation.oversample = oversample;
        simulation.per_sub_step = per_sub_step;
        simulation.polarization = beam.polarization;
        simulation.point_pixel = self.switch(Flag::PointPixel);
        simulation.fluence_per_m2 = beam.fluence_per_m2;
        simulation.amorphous = beam.amorphous;
        simulation.dmin_angstrom = dmin_angstrom;
        simulation.mode = self.mode;
        if self.mode == Mode::Compat {
            self.setting("mode", "compat", "", Provenance::Flag(Flag::Compat));
        } else {
            self.setting("mode", "physics", "", Provenance::Default);
        }
        let Self { settings, warnings, quirks, .. } = self;
        Ok(Resolved { simulation, output, dump, facts, settings, warnings, quirks })
    }

    fn compat(&self) -> bool {
        self.mode == Mode::Compat
    }

    fn warn(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.warnings.contains(&text) {
            self.warnings.push(text);
        }
    }

    fn setting(&mut self, name: &'static str, value: impl ToString, unit: &'static str, from: Provenance) {
        self.settings.push(Setting { name, value: value.to_string(), unit, from });
    }

    /// The number behind a flag or its default, with its place in the list of settings.
    fn number(&mut self, flag: Flag, name: &'static str, default: f64) -> f64 {
        let value = self.said.number(flag).unwrap_or(default);
        self.setting(name, value, flag.row().unit, self.from(flag));
        value
    }

    /// Whether a flag without values was said, with its place in the list of settings.
    fn switch(&mut self, flag: Flag) -> bool {
        let on = self.said.has(flag);
        self.setting(flag.row().name, if on { "on" } else { "off" }, "", self.from(flag));
        on
    }

    /// Who says what a flag says.
    fn from(&self, flag: Flag) -> Provenance {
        self.said.get(flag).map_or(Provenance::Default, |said| said.from.clone())
    }

    /// A length that must be positive.
    fn positive(&mut self, flag: Flag, name: &'static str, default: f64) -> Result<f64, Error> {
        let value = self.number(flag, name, default);
        if value > 0.0 { Ok(value) } else { Err(Error::wrong(flag, &value.to_string(), "a positive number")) }
    }

    /// A number that may be 0.
    fn not_negative(&mut self, flag: Flag, name: &'static str, default: f64) -> Result<f64, Error> {
        let value = self.number(flag, name, default);
        if value >= 0.0 {
            Ok(value)
        } else {
            Err(Error::wrong(flag, &value.to_string(), "a number that is not negative"))
        }
    }

    /// Factors for every sub-step that are 1 for all of them.
    fn warn_of_idle_sub_steps(&mut self, asked: PerSubStep, detector: &Detector, polarization: Polarization) {
        let thin = detector.placement.panel.sensor.layer_thickness_m == 0.0;
        if asked.capture && thin {
            self.quirks.insert(23);
            // The reference's image goes dark then.
            if !self.compat() {
                self.warn("-oversample_thick has no effect without -detector_thick");
            }
        }
        if asked.polarization && polarization == Polarization::Off {
            self.warn("-oversample_polar has no effect: -nopolar is given");
        }
    }

    /// Flags said twice, flags that another one replaces, those that the C program took and did nothing with, and
    /// those that it understood otherwise (Q17).
    fn warn_of_flags(&mut self) {
        // There, `-twotheta_axis` is also a `-twotheta`, and a `-curved_det` at the end is not seen.
        let last = self.said.iter().max_by_key(|(_, said)| said.order).map(|(flag, _)| flag);
        if self.said.has(Flag::TwothetaAxis) || last == Some(Flag::CurvedDet) {
            self.quirks.insert(17);
        }
        if self.said.iter().any(|(_, said)| said.differs_from_atoi) {
            self.quirks.insert(30);
        }
        self.warn_of_superseded();
        for flag in self.said.repeated().to_vec() {
            self.warn(format!("{} is given more than once: the last one counts", flag.dashed()));
        }
        for flag in [Flag::Density, Flag::MolecularWeight, Flag::Coherent, Flag::Stolout] {
            if self.said.has(flag) {
                self.warn(format!("{} has no effect, here as in the C program", flag.dashed()));
            }
        }
    }
}

impl Resolved {
    /// The grid of structure factors, where there is a list.
    #[must_use]
    pub fn grid(&self) -> Option<&Arc<Grid>> {
        match &self.simulation.structure_factors {
            nanobragg_kernel::StructureFactors::Grid(grid) => Some(grid),
            nanobragg_kernel::StructureFactors::Uniform(_) => None,
        }
    }

    /// The pixel that is to be traced, if one is; it must be on the detector.
    ///
    /// # Errors
    /// [`Error::WrongValue`] when it is not on the detector.
    pub fn traced_pixel(&self, said: &Experiment) -> Result<Option<PixelIndex>, Error> {
        let [slow, fast] = said.numbers(Flag::TracePixel)[..] else { return Ok(None) };
        self.pixel(Flag::TracePixel, slow, fast, [slow, fast])
    }

    /// The one pixel that is printed; none means all of them.
    ///
    /// # Errors
    /// [`Error::WrongValue`] when it is not on the detector.
    pub fn printed_pixel(&self, said: &Experiment) -> Result<Option<PixelIndex>, Error> {
        let [fast, slow] = said.numbers(Flag::PrintoutPixel)[..] else { return Ok(None) };
        self.pixel(Flag::PrintoutPixel, slow, fast, [fast, slow])
    }

    fn pixel(
        &self,
        flag: Flag,
        slow: f64,
        fast: f64,
        as_said: [f64; 2],
    ) -> Result<Option<PixelIndex>, Error> {
        let panel = &self.simulation.panels[0].placement.panel;
        let [slow_count, fast_count] = panel.shape;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before use")]
        let pixel = PixelIndex { slow: slow as usize, fast: fast as usize };
        if slow >= 0.0 && fast >= 0.0 && panel.contains(pixel) {
            return Ok(Some(pixel));
        }
        let expected = format!("a pixel of a detector of {fast_count} (fast) × {slow_count} (slow)");
        Err(Error::wrong(flag, &format!("{} {}", as_said[0], as_said[1]), &expected))
    }
}
