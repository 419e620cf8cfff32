//! From arguments to an experiment: where conventions' rules, sweep rules, headers and what replaces what are decided.

mod beam;
mod centers;
mod conflicts;
mod crystal;
mod detector;

mod options;
mod output;
mod roi;
mod sensor;
mod structure_factors;

use std::collections::BTreeSet;
use std::path::PathBuf;

use nanobragg_experiment::{
    Context, Detector, Draft, Experiment, GeomOptions, Mode, Notice, Part, Precision, Provenance,
};

use crate::arguments::Arguments;
use crate::error::Error;
use crate::flag::Flag;
use crate::header;
use crate::options::RunOptions;

/// An experiment as a command line describes it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Lowered {
    /// The experiment.
    pub experiment: Experiment,
    /// What is not of the experiment but of its run.
    pub options: RunOptions,
    /// What a user should know of the arguments.
    pub notices: Vec<Notice>,
    /// The differences from the C program that the arguments touch, beside those that
    /// [`quirk::touched`](crate::quirk::touched) finds in the experiment.
    pub quirks: BTreeSet<u8>,
}

/// What lowering may know of the world besides the arguments.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The machine's clock and memory.
    pub machine: Context,
    /// Where an `Fdump.bin` may be that no flag names (Q18).
    pub directory: PathBuf,
}

/// Arguments in the middle of being lowered onto a draft.
struct Lowering<'a> {
    arguments: &'a Arguments,
    surroundings: &'a Surroundings,
    draft: Draft,
    notices: Vec<Notice>,
    quirks: BTreeSet<u8>,
    part: Part,
}

/// Lowers arguments to an experiment: what they give replaces what a draft has, such as that of a file.
///
/// # Errors
/// Whatever is missing, impossible or unreadable, naming the flag or the file.
pub fn lower(arguments: &Arguments, draft: Draft, surroundings: &Surroundings) -> Result<Lowered, Error> {
    let mut draft = draft;
    let mut notices = Vec::new();
    if arguments.has(Flag::Compat) {
        draft.mode = Mode::Compat;
        draft.provenance.set("mode", Provenance::Argument(Flag::Compat.dashed()));
    }
    import_geometry(arguments, &mut draft, &mut notices)?;
    let mut all = arguments.clone();
    if matches!(draft.detector, Detector::Convention(_)) {
        all.fill_in(header::read_all(arguments, draft.mode, &mut notices)?);
    }
    let mut lowering = Lowering {
        arguments: &all,
        surroundings,
        draft,
        notices,
        quirks: BTreeSet::new(),
        part: Part::Arguments,
    };
    if arguments.has(Flag::Img) || arguments.has(Flag::Mask) {
        lowering.quirks.insert(15);
        if [Flag::Detsize, Flag::DetsizeF, Flag::DetsizeS].iter().any(|flag| arguments.has(*flag)) {
            lowering.quirks.insert(27);
        }
    }
    lowering.lower().map_err(|error| in_header(error, &all))
}

/// Reads the geometry files that a command line names onto the draft.
fn import_geometry(arguments: &Arguments, draft: &mut Draft, notices: &mut Vec<Notice>) -> Result<(), Error> {
    if let (Some(_), Some(_)) = (arguments.file(Flag::Expt), arguments.file(Flag::Geom)) {
        return Err(Error::Contradiction(
            "-expt and -geom both give the detector: expected one of them".to_owned(),
        ));
    }
    if let Some(path) = arguments.file(Flag::Expt) {
        notices.extend(draft.import_expt(path)?);
    }
    if let Some(path) = arguments.file(Flag::Geom) {
        let has_spectrum = arguments.has(Flag::Lambda) || arguments.has(Flag::Energy);
        let options = GeomOptions::new(arguments.number(Flag::Distance), has_spectrum);
        notices.extend(draft.import_geom(path, options)?);
    }
    Ok(())
}

/// A value that cannot be one is an error of the header that holds it, where it was not typed.
fn in_header(error: Error, arguments: &Arguments) -> Error {
    let Error::WrongValue { flag, .. } = error else { return error };
    match arguments.get(flag) {
        Some(argument) => error.of(&argument.from),
        None => error,
    }
}

impl Lowered {
    /// An experiment that needs no lowering: without options, notices and quirks of flags.
    #[must_use]
    pub fn of(experiment: Experiment) -> Self {
        Self { experiment, options: RunOptions::default(), notices: Vec::new(), quirks: BTreeSet::new() }
    }
}

impl Lowering<'_> {
    fn lower(mut self) -> Result<Lowered, Error> {
        self.warn_of_flags();
        self.part = Part::Detector;
        self.wavelength()?;
        self.detector()?;
        self.part = Part::Crystal;
        self.crystal()?;
        self.part = Part::Beam;
        self.beam()?;
        self.part = Part::StructureFactors;
        self.structure_factors()?;
        self.interpolation()?;
        self.part = Part::Sampling;
        self.sampling()?;
        self.part = Part::Output;
        self.output()?;
        if self.arguments.has(Flag::Panel)
            && !(self.arguments.has(Flag::TracePixel) || self.arguments.has(Flag::PrintoutPixel))
        {
            self.warn("-panel has no effect without -trace_pixel or -printout_pixel");
        }
        let options = self.options();
        let experiment = self.draft.finish()?;
        Ok(Lowered { experiment, options, notices: self.notices, quirks: self.quirks })
    }

    fn compat(&self) -> bool {
        self.draft.mode == Mode::Compat
    }

    fn warn(&mut self, text: impl Into<String>) {
        self.notices.push(Notice::new(self.part, text));
    }

    /// Where the value of a flag comes from.
    fn from(&self, flag: Flag) -> Provenance {
        self.arguments.get(flag).map_or(Provenance::Default, |argument| argument.from.clone())
    }

    /// States that a key has the value of a flag.
    fn set(&mut self, key: &str, flag: Flag) {
        let from = self.from(flag);
        self.draft.provenance.forget(key);
        self.draft.provenance.set(key, from);
    }

    /// States that a key has a value that several flags gave.
    fn set_all(&mut self, key: &str, flags: &[Flag]) {
        let mut given: Vec<Flag> = flags.iter().copied().filter(|flag| self.arguments.has(*flag)).collect();
        given.sort_unstable();
        given.dedup();
        let from = match given[..] {
            [] => return,
            [flag] => self.from(flag),
            // A header that gives all of it.
            [flag, ..] if !given.iter().any(|flag| self.typed(*flag)) => self.from(flag),
            _ => {
                let names: Vec<String> = given.iter().map(|flag| self.from(*flag).to_string()).collect();
                Provenance::Argument(names.join(" "))
            }
        };
        self.draft.provenance.forget(key);
        self.draft.provenance.set(key, from);
    }

    /// States that the value of a key follows from others.
    fn set_derived(&mut self, key: &str, from: Provenance) {
        self.draft.provenance.forget(key);
        self.draft.provenance.set(key, from);
    }

    /// The number of a flag, or what the draft has.
    fn number(&mut self, flag: Flag, key: &str, before: f64) -> f64 {
        match self.arguments.number(flag) {
            Some(number) => {
                self.set(key, flag);
                number
            }
            None => before,
        }
    }

    /// The number of a flag where it is given, else what the draft has.
    fn optional(&mut self, flag: Flag, key: &str, before: Option<f64>) -> Option<f64> {
        match self.arguments.number(flag) {
            Some(number) => {
                self.set(key, flag);
                Some(number)
            }
            None => before,
        }
    }

    /// Whether a flag without values is given, or what the draft has.
    fn switch(&mut self, flag: Flag, key: &str, before: bool) -> bool {
        if self.arguments.has(flag) {
            self.set(key, flag);
        }
        self.arguments.has(flag) || before
    }

    /// A length that must be positive.
    fn positive(&mut self, flag: Flag, key: &str, before: f64) -> Result<f64, Error> {
        let value = self.number(flag, key, before);
        if value > 0.0 { Ok(value) } else { Err(Error::wrong(flag, &value.to_string(), "a positive number")) }
    }

    /// A number that may be 0.
    fn not_negative(&mut self, flag: Flag, key: &str, before: f64) -> Result<f64, Error> {
        let value = self.number(flag, key, before);
        if value >= 0.0 {
            Ok(value)
        } else {
            Err(Error::wrong(flag, &value.to_string(), "a number that is not negative"))
        }
    }

    /// Sub-pixels, per-sub-step factors, resolution, region.
    fn sampling(&mut self) -> Result<(), Error> {
        if let Some(count) = self.arguments.count(Flag::Oversample) {
            // 0 asks for the automatic count.
            self.draft.sampling.oversample = Some(count).filter(|&count| count > 0);
            self.set("sampling.oversample", Flag::Oversample);
        }
        let mut factors = self.draft.sampling.per_sub_step;
        for (flag, key, factor) in [
            (Flag::OversampleThick, "sampling.per_sub_step.capture", &mut factors.capture),
            (Flag::OversamplePolar, "sampling.per_sub_step.polarization", &mut factors.polarization),
            (Flag::OversampleOmega, "sampling.per_sub_step.solid_angle", &mut factors.solid_angle),
        ] {
            *factor = self.switch(flag, key, *factor);
        }
        self.draft.sampling.per_sub_step = factors;
        self.warn_of_idle_sub_steps();
        let point_pixel = self.draft.sampling.point_pixel;
        self.draft.sampling.point_pixel = self.switch(Flag::PointPixel, "sampling.point_pixel", point_pixel);
        self.roi()?;
        let dmin = self.draft.sampling.dmin_angstrom;
        self.draft.sampling.dmin_angstrom = self.not_negative(Flag::Dmin, "sampling.dmin_angstrom", dmin)?;
        let tolerance = self.draft.sampling.tolerance_photons;
        self.draft.sampling.tolerance_photons =
            self.not_negative(Flag::Tolerance, "sampling.tolerance_photons", tolerance)?;
        let searched = !self.draft.sampling.predict;
        self.draft.sampling.predict = !self.switch(Flag::Nopredict, "sampling.predict", searched);
        if let Some(word) = self.arguments.word(Flag::Precision) {
            self.draft.sampling.precision =
                if word == "single" { Precision::Single } else { Precision::Double };
            self.set("sampling.precision", Flag::Precision);
        }
        Ok(())
    }

    /// Factors for every sub-step that are 1 for all of them.
    fn warn_of_idle_sub_steps(&mut self) {
        let thin = match &self.draft.detector {
            Detector::Convention(detector) => detector.sensor.thickness_um == 0.0,
            Detector::Panels(panels) => panels.iter().all(|panel| panel.sensor.thickness_um == 0.0),
            _ => false,
        };
        // The C program's image is black then.
        if self.arguments.has(Flag::OversampleThick) && thin && !self.compat() {
            self.warn("-oversample_thick has no effect without -detector_thick");
        }
        let running = self.compat() && {
            let factors = self.draft.sampling.per_sub_step;
            factors.capture || factors.polarization || factors.solid_angle
        };
        if self.arguments.has(Flag::Tolerance) && running {
            self.warn("-tolerance has no effect: in compat mode every step multiplies by -oversample_thick, -oversample_polar and -oversample_omega");
        }
        if self.arguments.has(Flag::Tolerance) && self.arguments.has(Flag::Nopredict) {
            self.warn("-tolerance has no effect: -nopredict is given");
        }
        if self.arguments.has(Flag::OversamplePolar) && !self.draft.beam.polarization.apply {
            self.warn("-oversample_polar has no effect: -nopolar is given");
        }
    }

    /// Flags given twice, flags that another one replaces, those that the C program took and did nothing with, and
    /// those that it understood otherwise (Q17, Q30).
    fn warn_of_flags(&mut self) {
        // There, `-twotheta_axis` is also a `-twotheta`, and a `-curved_det` at the end is not seen.
        let last = self.arguments.iter().max_by_key(|(_, argument)| argument.order).map(|(flag, _)| flag);
        if self.arguments.has(Flag::TwothetaAxis) || last == Some(Flag::CurvedDet) {
            self.quirks.insert(17);
        }
        if self.arguments.iter().any(|(_, argument)| argument.differs_from_atoi) {
            self.quirks.insert(30);
        }
        self.warn_of_replaced();
        for flag in self.arguments.repeated() {
            let text = format!("{} is given more than once: the last one counts", flag.dashed());
            self.notices.push(Notice::new(self.part, text));
        }
        for flag in [Flag::Density, Flag::MolecularWeight, Flag::Coherent, Flag::Stolout] {
            if self.arguments.has(flag) {
                self.warn(format!("{} has no effect, here as in the C program", flag.dashed()));
            }
        }
    }
}
