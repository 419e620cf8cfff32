//! The beam: wavelength, sources, polarization, fluence, amorphous material.

use nanobragg_geometry::source::{Beam, normalise_weights};
use nanobragg_geometry::sweep::{BeamSweep, Sweep, SweepRequest};
use nanobragg_geometry::{Axes, Source};
use nanobragg_kernel::{Amorphous, AmorphousFactor, Polarization};

use super::Resolver;
use super::superseded::SweepFlags;
use crate::amorphous_file::{Abscissa, read_curve};
use crate::error::Error;
use crate::flag::Flag;
use crate::said::Provenance;
use crate::source_file::read_sources;

/// With it r_e² · fluence is 1, as the C program has it.
const DEFAULT_FLUENCE_PER_M2: f64 = 125_932_015_286_227_086_360_700_780_544.0;
/// hc in eV Å, to the digits of the C program.
const EV_ANGSTROM: f64 = 12_398.42;
/// Structure factor of water in forward direction, electrons.
const WATER_F: f64 = 2.57;

/// A resolved beam.
pub(super) struct BeamParts {
    pub(super) sources: Vec<Source>,
    pub(super) horizontal: Sweep,
    pub(super) vertical: Sweep,
    pub(super) dispersion: Sweep,
    pub(super) polarization: Polarization,
    pub(super) fluence_per_m2: f64,
    pub(super) amorphous: Option<Amorphous>,
}

impl Resolver<'_> {
    /// The central wavelength in Å.
    pub(super) fn wavelength(&mut self) -> Result<f64, Error> {
        let flag = self.said.last_of(&[Flag::Lambda, Flag::Energy]).unwrap_or(Flag::Lambda);
        let said = self.said.number(flag).unwrap_or(1.0);
        if said <= 0.0 {
            return Err(Error::wrong(flag, &said.to_string(), "a positive number"));
        }
        let wavelength = if flag == Flag::Energy { EV_ANGSTROM / said } else { said };
        self.setting("wavelength", wavelength, "Å", self.from(flag));
        Ok(wavelength)
    }

    pub(super) fn beam(&mut self, axes: &Axes, wavelength_angstrom: f64) -> Result<BeamParts, Error> {
        let horizontal = self.divergence("horizontal")?;
        let vertical = self.divergence("vertical")?;
        let dispersion = Sweep::of_beam(
            BeamSweep::Dispersion,
            SweepRequest {
                range: self.said.number(Flag::Dispersion).map(|percent| percent / 100.0),
                step: None,
                count: self.said.count(Flag::Dispsteps),
            },
        )?;
        let said = SweepFlags {
            range: self.said.number(Flag::Dispersion).map(|percent| (Flag::Dispersion, percent / 100.0)),
            step: None,
            count: self.said.count(Flag::Dispsteps).map(|count| (Flag::Dispsteps, count)),
        };
        self.warn_of_sweep(&said, dispersion);
        self.setting("dispersion", dispersion.range * 100.0, "%", self.from(Flag::Dispersion));
        self.setting("wavelengths", dispersion.count, "", self.from(Flag::Dispsteps));
        let cut = self.said.last_of(&[Flag::RoundDiv, Flag::SquareDiv]).unwrap_or(Flag::RoundDiv);
        if self.typed(Flag::SquareDiv) && horizontal.count == 1 && vertical.count == 1 {
            self.warn("-square_div has no effect without a divergence");
        }
        let generated = Beam {
            direction: axes.beam,
            polarization: axes.polarization,
            wavelength_angstrom,
            horizontal,
            vertical,
            round: cut == Flag::RoundDiv,
            dispersion,
        };
        let sources = match self.said.file(Flag::Sourcefile) {
            Some(path) => {
                let mut sources = read_sources(path, axes.beam, wavelength_angstrom)?;
                normalise_weights(&mut sources);
                if sources.iter().any(|source| (source.weight - 1.0).abs() > 1e-12) {
                    self.quirks.insert(3);
                }
                self.warn_of_replaced_sweeps();
                sources
            }
            None => generated.sources(),
        };
        if sources.is_empty() {
            return Err(Error::Contradiction(
                "the round divergence leaves no source: use -square_div".to_owned(),
            ));
        }
        self.setting("sources", sources.len(), "", self.from(Flag::Sourcefile));
        Ok(BeamParts {
            sources,
            horizontal,
            vertical,
            dispersion,
            polarization: self.polarization(axes),
            fluence_per_m2: self.fluence()?,
            amorphous: self.amorphous()?,
        })
    }

    fn divergence(&mut self, axis: &'static str) -> Result<Sweep, Error> {
        let (range, step, count) = if axis == "horizontal" {
            (Flag::Hdivrange, Flag::Hdivstep, Flag::Hdivsteps)
        } else {
            (Flag::Vdivrange, Flag::Vdivstep, Flag::Vdivsteps)
        };
        let said = self.said;
        let milliradians =
            |flag: Option<Flag>| flag.and_then(|flag| said.number(flag)).map(|mrad| mrad * 1e-3);
        let range = said.last_of(&[Flag::Divergence, range]);
        let count = said.last_of(&[Flag::Divsteps, count]);
        let request = SweepRequest {
            range: milliradians(range),
            step: milliradians(Some(step)),
            count: count.and_then(|flag| said.count(flag)),
        };
        if request.count.is_some_and(|count| count > 0) && request.range.is_none() && request.step.is_none() {
            self.quirks.insert(14);
        }
        let kind = BeamSweep::Divergence { axis, count_alone_is_a_radian: self.compat() };
        let sweep = Sweep::of_beam(kind, request).map_err(|error| match count {
            Some(flag) => Error::Contradiction(format!("{}: {error}", flag.dashed())),
            None => error.into(),
        })?;
        let flags = SweepFlags {
            range: range.zip(request.range),
            step: request.step.map(|number| (step, number)),
            count: count.zip(request.count),
        };
        self.warn_of_sweep(&flags, sweep);
        let names = if axis == "horizontal" {
            ("horizontal divergence", "horizontal divergence steps")
        } else {
            ("vertical divergence", "vertical divergence steps")
        };
        let from = |flag: Option<Flag>| flag.map_or(Provenance::Default, |flag| self.from(flag));
        let (range_from, count_from) = (from(range), from(count));
        self.setting(names.0, sweep.range * 1e3, "mrad", range_from);
        self.setting(names.1, sweep.count, "", count_from);
        Ok(sweep)
    }

    fn warn_of_replaced_sweeps(&mut self) {
        for flag in [
            Flag::Divergence,
            Flag::Hdivrange,
            Flag::Vdivrange,
            Flag::Hdivstep,
            Flag::Vdivstep,
            Flag::Divsteps,
            Flag::Hdivsteps,
            Flag::Vdivsteps,
            Flag::Dispersion,
            Flag::Dispsteps,
            Flag::RoundDiv,
            Flag::SquareDiv,
        ] {
            if self.said.has(flag) {
                self.warn(format!("{} has no effect: -sourcefile gives the sources", flag.dashed()));
            }
        }
    }

    fn polarization(&mut self, axes: &Axes) -> Polarization {
        if self.said.last_of(&[Flag::Polar, Flag::Nopolar]) == Some(Flag::Nopolar) {
            if self.said.has(Flag::OversamplePolar) {
                self.quirks.insert(21);
            }
            if !(self.compat() && self.said.has(Flag::OversamplePolar)) {
                self.setting("polarization", "off", "", self.from(Flag::Nopolar));
                return Polarization::Off;
            }
            // The C program computes the factor for every sub-step all the same.
            self.warn("-nopolar has no effect: in the C program -oversample_polar takes it back");
        }
        let factor = self.number(Flag::Polar, "Kahn polarization factor", 0.0);
        Polarization::Kahn { factor, e_vector: axes.polarization }
    }

    fn fluence(&mut self) -> Result<f64, Error> {
        let flux = self.not_negative(Flag::Flux, "flux", 0.0)?;
        let exposure = self.not_negative(Flag::Exposure, "exposure", 1.0)?;
        let beamsize_mm = self.not_negative(Flag::Beamsize, "beam size", 0.1)?;
        let from_flux = flux != 0.0 && exposure > 0.0;
        if self.said.has(Flag::Flux) && !from_flux {
            let what = if flux == 0.0 { "flux" } else { "exposure" };
            self.warn(format!("-flux has no effect: the {what} is 0"));
        }
        let clips =
            [Flag::SampleSize, Flag::SampleY, Flag::SampleZ].into_iter().any(|flag| self.said.has(flag));
        if self.said.has(Flag::Beamsize) && !from_flux && !clips {
            self.warn("-beamsize has no effect without -flux or the crystal's size");
        }
        let (fluence, from) = if from_flux {
            let beamsize_m = beamsize_mm / 1000.0;
            if self.said.has(Flag::Fluence) {
                self.warn("-fluence has no effect: -flux is given");
            }
            (flux * exposure / beamsize_m / beamsize_m, self.from(Flag::Flux))
        } else {
            if self.said.has(Flag::Exposure) {
                self.warn("-exposure has no effect without -flux");
            }
            (self.said.number(Flag::Fluence).unwrap_or(DEFAULT_FLUENCE_PER_M2), self.from(Flag::Fluence))
        };
        if from_flux && beamsize_mm == 0.0 {
            return Err(Error::wrong(Flag::Beamsize, "0", "a positive size, for -flux"));
        }
        if !fluence.is_finite() || fluence < 0.0 {
            let flag = if from_flux { Flag::Beamsize } else { Flag::Fluence };
            return Err(Error::wrong(
                flag,
                &fluence.to_string(),
                "a fluence that is finite and not negative",
            ));
        }
        self.setting("fluence", format!("{fluence:e}"), "photons/m²", from);
        Ok(fluence)
    }

    fn amorphous(&mut self) -> Result<Option<Amorphous>, Error> {
        let thickness_um = self.number(Flag::Water, "water thickness", 0.0);
        let curves =
            [(Flag::Stol, Abscissa::Stol), (Flag::FourStol, Abscissa::FourStol), (Flag::Q, Abscissa::Q)];
        let said = self.said.last_of(&curves.map(|(flag, _)| flag));
        let curve = curves.into_iter().find(|(flag, _)| Some(*flag) == said);
        let mut structure_factor = AmorphousFactor::Constant(WATER_F);
        if let Some((flag, abscissa)) = curve {
            self.quirks.insert(19);
            if let Some(path) = self.said.file(flag) {
                let curve = read_curve(path, abscissa)?;
                if let Some(line) = curve.unordered_line {
                    let path = path.display();
                    self.warn(format!(
                        "{path}:{line}: the angles are not in ascending order: they are sorted"
                    ));
                }
                structure_factor = AmorphousFactor::Curve(curve.rows);
            }
            if thickness_um == 0.0 {
                self.warn(format!("{} has no effect without -water", flag.dashed()));
            } else if self.compat() {
                self.warn(format!("{} has no effect in compat mode (Q19)", flag.dashed()));
            }
        }
        if thickness_um == 0.0 {
            return Ok(None);
        }
        if thickness_um < 0.0 {
            return Err(Error::wrong(
                Flag::Water,
                &thickness_um.to_string(),
                "a thickness that is not negative",
            ));
        }
        self.quirks.insert(7);
        Ok(Some(Amorphous { thickness_m: thickness_um / 1e6, structure_factor }))
    }
}
