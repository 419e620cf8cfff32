//! The beam: spectrum, divergence, polarization, intensity, amorphous material.

use nanobragg_experiment::{
    Abscissa, Background, Band, Curve, EV_ANGSTROM, Flux, Intensity, Part, Provenance, Spectrum, read_curve,
    read_sources,
};
use nanobragg_geometry::source::Beam as Generator;
use nanobragg_geometry::sweep::{BeamSweep, Sweep, SweepRequest};

use super::Lowering;
use super::conflicts::SweepFlags;
use crate::error::Error;
use crate::exclusions::SWEEPS_OF_SOURCES;
use crate::flag::Flag;

/// A grid of more directions than this is not looked through for one.
const MOST_CHECKED_DIRECTIONS: u32 = 10_000;

/// Where the flags of a divergence are.
struct DivergenceFlags {
    axis: &'static str,
    range: Flag,
    step: Flag,
    count: Flag,
}

const HORIZONTAL: DivergenceFlags = DivergenceFlags {
    axis: "horizontal",
    range: Flag::Hdivrange,
    step: Flag::Hdivstep,
    count: Flag::Hdivsteps,
};
const VERTICAL: DivergenceFlags = DivergenceFlags {
    axis: "vertical",
    range: Flag::Vdivrange,
    step: Flag::Vdivstep,
    count: Flag::Vdivsteps,
};

/// A sweep of the beam as the experiment has it, in mrad.
struct Range {
    range_mrad: f64,
    steps: u32,
    step_mrad: Option<f64>,
}

impl Lowering<'_> {
    /// The wavelength or the energy that is given.
    pub(super) fn wavelength(&mut self) -> Result<(), Error> {
        let Some(flag) = self.arguments.last_of(&[Flag::Lambda, Flag::Energy]) else { return Ok(()) };
        let given = self.arguments.number(flag).unwrap_or(1.0);
        if given <= 0.0 {
            return Err(Error::wrong(flag, &given.to_string(), "a positive number"));
        }
        let is_energy = flag == Flag::Energy;
        let spectrum = &mut self.draft.beam.spectrum;
        *spectrum = match spectrum {
            // The band of a file keeps its width.
            Spectrum::Band(band) => {
                let wavelength = if is_energy { EV_ANGSTROM / given } else { given };
                Spectrum::Band(Band::new(wavelength, band.width_percent, band.wavelengths))
            }
            _ if is_energy => Spectrum::EnergyEv(given),
            _ => Spectrum::WavelengthAngstrom(given),
        };
        self.set("beam.spectrum", flag);
        Ok(())
    }

    pub(super) fn beam(&mut self) -> Result<(), Error> {
        let horizontal = self.divergence(&HORIZONTAL)?;
        let vertical = self.divergence(&VERTICAL)?;
        self.keep_divergence(horizontal, vertical);
        self.dispersion()?;
        let spread = &self.draft.beam.divergence;
        let parallel = spread.horizontal_steps == 1 && spread.vertical_steps == 1;
        if let Some(flag) = self.arguments.last_of(&[Flag::RoundDiv, Flag::SquareDiv]) {
            self.draft.beam.divergence.round = flag == Flag::RoundDiv;
            self.set("beam.divergence.round", flag);
        }
        if self.typed(Flag::SquareDiv) && parallel {
            self.warn("-square_div has no effect without a divergence");
        }
        self.sources_file()?;
        self.polarization();
        self.intensity()?;
        self.part = Part::Background;
        self.amorphous()
    }

    fn dispersion(&mut self) -> Result<(), Error> {
        let percent = self.arguments.number(Flag::Dispersion);
        let count = self.arguments.count(Flag::Dispsteps);
        if percent.is_none() && count.is_none() {
            return Ok(());
        }
        let given = percent.map(|percent| percent / 100.0);
        // What no flag gives stays as the band of a file has it.
        let band = match &self.draft.beam.spectrum {
            Spectrum::Band(band) => Some(band.clone()),
            _ => None,
        };
        let width_from = self.draft.provenance.of("beam.spectrum.band.width_percent").clone();
        let count_from = self.draft.provenance.of("beam.spectrum.band.wavelengths").clone();
        let percent = percent.or(band.as_ref().map(|band| band.width_percent));
        let wavelengths = count.or(band.as_ref().map(|band| band.wavelengths));
        let request =
            SweepRequest { range: percent.map(|percent| percent / 100.0), step: None, count: wavelengths };
        let sweep = Sweep::of_beam(BeamSweep::Dispersion, request)?;
        let flags = SweepFlags {
            range: given.map(|range| (Flag::Dispersion, range)),
            step: None,
            count: count.map(|count| (Flag::Dispsteps, count)),
        };
        self.warn_of_sweep(&flags, sweep);
        let centre = self.draft.beam.wavelength_angstrom()?;
        let from = self.draft.provenance.of("beam.spectrum").clone();
        match (percent, sweep.count) {
            (Some(percent), 2..) => {
                self.draft.beam.spectrum = Spectrum::Band(Band::new(centre, percent, sweep.count));
                self.set_derived("beam.spectrum", from);
                let width = if given.is_some() { self.from(Flag::Dispersion) } else { width_from };
                self.set_derived("beam.spectrum.band.width_percent", width);
                let counted = match (count, band) {
                    (Some(_), _) => self.from(Flag::Dispsteps),
                    (None, Some(_)) => count_from,
                    (None, None) => Provenance::Derived,
                };
                self.set_derived("beam.spectrum.band.wavelengths", counted);
            }
            _ if matches!(self.draft.beam.spectrum, Spectrum::Band(_)) => {
                self.draft.beam.spectrum = Spectrum::WavelengthAngstrom(centre);
            }
            _ => {}
        }
        Ok(())
    }

    /// The divergence along one axis, where a flag gives it.
    fn divergence(&mut self, flags: &DivergenceFlags) -> Result<Option<Range>, Error> {
        let arguments = self.arguments;
        let mrad = |flag: Option<Flag>| flag.and_then(|flag| arguments.number(flag));
        let range = arguments.last_of(&[Flag::Divergence, flags.range]);
        let count = arguments.last_of(&[Flag::Divsteps, flags.count]);
        let (range_mrad, step_mrad) = (mrad(range), mrad(Some(flags.step)));
        if range.is_none() && count.is_none() && step_mrad.is_none() {
            return Ok(None);
        }
        let typed = SweepRequest {
            range: range_mrad.map(|mrad| mrad * 1e-3),
            step: step_mrad.map(|mrad| mrad * 1e-3),
            count: count.and_then(|flag| arguments.count(flag)),
        };
        // What no flag gives stays as a file has it.
        let spread = &self.draft.beam.divergence;
        let (mrad_before, steps_before, step_before) = match flags.axis {
            "horizontal" => (spread.horizontal_mrad, spread.horizontal_steps, spread.horizontal_step_mrad),
            _ => (spread.vertical_mrad, spread.vertical_steps, spread.vertical_step_mrad),
        };
        let count_before = (typed.step.is_none() && typed.range.is_some()).then_some(steps_before);
        let range_mrad = range_mrad.or(Some(mrad_before).filter(|&mrad| mrad > 0.0));
        let step_mrad = step_mrad.or(step_before.filter(|_| typed.count.is_none()));
        let request = SweepRequest {
            range: range_mrad.map(|mrad| mrad * 1e-3),
            step: step_mrad.map(|mrad| mrad * 1e-3),
            count: typed.count.or(count_before.filter(|&count| count > 1 && step_mrad.is_none())),
        };
        let count_alone =
            request.count.is_some_and(|count| count > 0) && request.range.is_none() && request.step.is_none();
        if count_alone {
            self.quirks.insert(14);
        }
        let kind = BeamSweep::Divergence { axis: flags.axis, count_alone_is_a_radian: self.compat() };
        let sweep = Sweep::of_beam(kind, request).map_err(|error| match count {
            Some(flag) => Error::Contradiction(format!("{}: {error}", flag.dashed())),
            None => error.into(),
        })?;
        let given = SweepFlags {
            range: range.zip(typed.range),
            step: typed.step.map(|number| (flags.step, number)),
            count: count.zip(typed.count),
        };
        self.warn_of_sweep(&given, sweep);
        let key = |what: &str| format!("beam.divergence.{}_{what}", flags.axis);
        let or_derived = |flag: Option<Flag>, is_kept: bool, key: &str, lowering: &Self| match flag {
            Some(flag) => lowering.from(flag),
            None if is_kept => lowering.draft.provenance.of(key).clone(),
            None => Provenance::Derived,
        };
        let range_from = or_derived(range, request.range.is_some(), &key("mrad"), self);
        let count_from = or_derived(count, request.count.is_some(), &key("steps"), self);
        self.set_derived(&key("mrad"), range_from);
        self.set_derived(&key("steps"), count_from);
        if sweep == Sweep::SINGLE {
            return Ok(Some(Range { range_mrad: 0.0, steps: 1, step_mrad: None }));
        }
        if count_alone {
            // The C program's radian, in steps of an n-th of it (Q14).
            let step_mrad = Some(1e3 / f64::from(sweep.count));
            return Ok(Some(Range { range_mrad: 1e3, steps: sweep.count, step_mrad }));
        }
        let used_step = step_mrad.filter(|&step| step > 0.0);
        if typed.step.is_some() && used_step.is_some() {
            self.set(&key("step_mrad"), flags.step);
        }
        let range_mrad = range_mrad.or(used_step).unwrap_or(0.0);
        Ok(Some(Range { range_mrad, steps: sweep.count, step_mrad: used_step }))
    }

    fn keep_divergence(&mut self, horizontal: Option<Range>, vertical: Option<Range>) {
        let spread = &mut self.draft.beam.divergence;
        if let Some(range) = horizontal {
            spread.horizontal_mrad = range.range_mrad;
            spread.horizontal_steps = range.steps;
            spread.horizontal_step_mrad = range.step_mrad;
        }
        if let Some(range) = vertical {
            spread.vertical_mrad = range.range_mrad;
            spread.vertical_steps = range.steps;
            spread.vertical_step_mrad = range.step_mrad;
        }
    }

    /// A file of sources; without one, the divergence must leave a source.
    fn sources_file(&mut self) -> Result<(), Error> {
        let axes = self.draft.detector.axes(&self.draft.beam, &self.draft.scan).straightened().0;
        let wavelength_angstrom = self.draft.beam.wavelength_angstrom()?;
        if let Some(path) = self.arguments.file(Flag::Sourcefile) {
            read_sources(path, axes.beam, wavelength_angstrom)?;
            self.draft.beam.sources_file = Some(path.to_owned());
            self.set("beam.sources_file", Flag::Sourcefile);
            self.warn_of_replaced_sweeps();
            return Ok(());
        }
        let (horizontal, vertical) = self.draft.beam.divergence.sweeps();
        let generator = Generator {
            direction: axes.beam,
            polarization: axes.polarization,
            wavelength_angstrom,
            horizontal,
            vertical,
            round: self.draft.beam.divergence.round,
            dispersion: Sweep::SINGLE,
        };
        // A grid of very many directions has one in its middle.
        let few = horizontal.count.saturating_mul(vertical.count) <= MOST_CHECKED_DIRECTIONS;
        if self.draft.beam.sources_file.is_none() && few && generator.divergences().is_empty() {
            return Err(Error::Contradiction(
                "the round divergence leaves no source: use -square_div".to_owned(),
            ));
        }
        Ok(())
    }

    fn warn_of_replaced_sweeps(&mut self) {
        for &flag in SWEEPS_OF_SOURCES {
            if self.arguments.has(flag) {
                self.warn(format!("{} has no effect: -sourcefile gives the sources", flag.dashed()));
            }
        }
    }

    fn polarization(&mut self) {
        let key = "beam.polarization.apply";
        match self.arguments.last_of(&[Flag::Polar, Flag::Nopolar]) {
            Some(Flag::Nopolar) => {
                self.draft.beam.polarization.apply = false;
                self.set(key, Flag::Nopolar);
                if self.arguments.has(Flag::OversamplePolar) {
                    self.quirks.insert(21);
                    if self.compat() {
                        // The C program computes the factor for every sub-step all the same.
                        self.warn("-nopolar has no effect: in the C program -oversample_polar takes it back");
                        self.draft.beam.polarization.apply = true;
                        self.set_derived(key, Provenance::Derived);
                    }
                }
            }
            Some(flag) => {
                self.draft.beam.polarization.apply = true;
                self.set(key, flag);
            }
            None => {}
        }
        let before = self.draft.beam.polarization.kahn_factor;
        self.draft.beam.polarization.kahn_factor =
            self.number(Flag::Polar, "beam.polarization.kahn_factor", before);
    }

    fn intensity(&mut self) -> Result<(), Error> {
        let before = match &self.draft.beam.intensity {
            Intensity::Flux(flux) => Some(flux.clone()),
            _ => None,
        };
        // A fluence that is typed replaces the flux of a file.
        let replaced = self.arguments.has(Flag::Fluence) && !self.arguments.has(Flag::Flux);
        let flux_before = before.as_ref().filter(|_| !replaced).map_or(0.0, |flux| flux.flux_per_s);
        let exposure_before = before.as_ref().map_or(1.0, |flux| flux.exposure_s);
        let key = |name: &str| format!("beam.intensity.flux.{name}");
        let flags = [Flag::Flux, Flag::Exposure, Flag::Beamsize, Flag::Fluence];
        if !flags.iter().any(|flag| self.arguments.has(*flag)) {
            return Ok(());
        }
        let intensity_from = self.draft.provenance.clone();
        let flux = self.not_negative(Flag::Flux, &key("flux_per_s"), flux_before)?;
        let exposure = self.not_negative(Flag::Exposure, &key("exposure_s"), exposure_before)?;
        let beamsize_mm = self.beam_mm();
        if beamsize_mm < 0.0 {
            return Err(Error::wrong(
                Flag::Beamsize,
                &beamsize_mm.to_string(),
                "a number that is not negative",
            ));
        }
        if self.arguments.has(Flag::Beamsize) {
            self.set(&key("size_um"), Flag::Beamsize);
        }
        let from_flux = flux != 0.0 && exposure > 0.0;
        if self.arguments.has(Flag::Flux) && !from_flux {
            let what = if flux == 0.0 { "flux" } else { "exposure" };
            self.warn(format!("-flux has no effect: the {what} is 0"));
        }
        let sizes = [Flag::SampleSize, Flag::SampleY, Flag::SampleZ];
        let clips = sizes.into_iter().any(|flag| self.arguments.has(flag));
        let of_pulse = matches!(self.draft.beam.intensity, Intensity::Pulse(_))
            && self.arguments.has(Flag::Beamsize)
            && !from_flux
            && !self.arguments.has(Flag::Fluence);
        if of_pulse && beamsize_mm == 0.0 {
            return Err(Error::wrong(Flag::Beamsize, "0", "a positive size, for a pulse"));
        }
        if self.arguments.has(Flag::Beamsize) && !from_flux && !clips && !of_pulse {
            self.warn("-beamsize has no effect without -flux or the crystal's size");
        }
        if from_flux {
            if self.arguments.has(Flag::Fluence) {
                self.warn("-fluence has no effect: -flux is given");
            }
            if beamsize_mm == 0.0 {
                return Err(Error::wrong(Flag::Beamsize, "0", "a positive size, for -flux"));
            }
            self.draft.beam.intensity = Intensity::Flux(Flux::new(flux, exposure, beamsize_mm * 1e3));
        } else {
            self.draft.provenance = intensity_from;
            if self.arguments.has(Flag::Exposure) {
                self.warn("-exposure has no effect without -flux");
            }
            if let (Intensity::Pulse(pulse), true) = (&mut self.draft.beam.intensity, of_pulse) {
                pulse.size_um = beamsize_mm * 1e3;
                self.set("beam.intensity.pulse.size_um", Flag::Beamsize);
            }
            if let Some(fluence) = self.arguments.number(Flag::Fluence) {
                self.draft.beam.intensity = Intensity::FluencePerM2(fluence);
                self.set("beam.intensity", Flag::Fluence);
            }
        }
        let fluence = self.draft.beam.intensity.fluence_per_m2();
        if !fluence.is_finite() || fluence < 0.0 {
            let flag = if from_flux { Flag::Beamsize } else { Flag::Fluence };
            let expected = "a fluence that is finite and not negative";
            return Err(Error::wrong(flag, &fluence.to_string(), expected));
        }
        Ok(())
    }

    /// Edge of the beam in mm.
    pub(super) fn beam_mm(&self) -> f64 {
        let before = match &self.draft.beam.intensity {
            Intensity::Flux(flux) => flux.size_um / 1e3,
            Intensity::Pulse(pulse) => pulse.size_um / 1e3,
            _ => 0.1,
        };
        self.arguments.number(Flag::Beamsize).unwrap_or(before)
    }

    fn amorphous(&mut self) -> Result<(), Error> {
        if ![Flag::Water, Flag::Stol, Flag::FourStol, Flag::Q].iter().any(|flag| self.arguments.has(*flag)) {
            return Ok(());
        }
        // Other materials of a file stay.
        let materials = &mut self.draft.background;
        let index =
            materials.iter().position(|material| material.path_mm.is_none()).unwrap_or(materials.len());
        let before = materials.get(index).cloned();
        let thickness_before = before.as_ref().map_or(0.0, |material| material.thickness_um);
        let key = format!("background.{index}");
        let thickness_um = self.number(Flag::Water, &format!("{key}.thickness_um"), thickness_before);
        let curves =
            [(Flag::Stol, Abscissa::Stol), (Flag::FourStol, Abscissa::FourStol), (Flag::Q, Abscissa::Q)];
        let given = self.arguments.last_of(&curves.map(|(flag, _)| flag));
        let mut curve = before.and_then(|material| material.curve);
        if let Some((flag, abscissa)) = curves.into_iter().find(|(flag, _)| Some(*flag) == given) {
            self.quirks.insert(19);
            if let Some(path) = self.arguments.file(flag) {
                let path = path.to_owned();
                let read = read_curve(&path, abscissa)?;
                if let (Some(line), true) = (read.unordered_line, thickness_um == 0.0) {
                    let path = path.display();
                    self.warn(format!(
                        "{path}:{line}: the angles are not in ascending order: they are sorted"
                    ));
                }
                curve = Some(Curve::new(path, abscissa));
                self.set(&format!("{key}.curve"), flag);
            }
            if thickness_um == 0.0 {
                self.warn(format!("{} has no effect without -water", flag.dashed()));
            } else if self.compat() {
                self.warn(format!("{} has no effect in compat mode (Q19)", flag.dashed()));
            }
        }
        if thickness_um < 0.0 {
            return Err(Error::wrong(
                Flag::Water,
                &thickness_um.to_string(),
                "a thickness that is not negative",
            ));
        }
        let materials = &mut self.draft.background;
        if index < materials.len() {
            materials.remove(index);
        }
        if thickness_um > 0.0 {
            let mut material = Background::water(thickness_um);
            material.curve = curve;
            materials.insert(index, material);
        }
        Ok(())
    }
}
