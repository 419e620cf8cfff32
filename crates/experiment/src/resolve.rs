//! From an experiment to a simulation: SI units, files read, every table made.

mod background;
mod beam;
mod contradictions;
mod crystal;
mod detector;
mod factor_file;
mod magnitudes;
mod mask;
mod memory;
mod response;
mod sampling;
mod scan;
mod structure_factors;

use std::path::PathBuf;
use std::sync::Arc;

use hkl_io::Grid;
use nanobragg_geometry::sweep::Sweep;
use nanobragg_geometry::{LabVec, Rotation};
use nanobragg_kernel::{self as kernel, Orientations, Simulation};
use percent_g::{PercentG, percent_g};

use crate::context::Context;
use crate::error::Error;
use crate::experiment::{Experiment, Mode};
use crate::factor_file::FactorFile;
use crate::model::{Detector, Precision, Scan};
use crate::notice::{Notice, Part};
use crate::provenance::Provenance;
pub(crate) use factor_file::Finest;
pub use magnitudes::doubt_of_crystal_size;

/// Digits of a derived number: fewer than tell two floats apart, since a conversion of units changes the last ones.
const DERIVED_DIGITS: usize = 15;

/// An experiment resolved: everything that a rendering needs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Resolved {
    /// What is rendered.
    pub simulation: Simulation,
    /// What the simulation does not hold, for headers and reports.
    pub facts: Facts,
    /// What was worked out, beside the values of the experiment.
    pub derived: Vec<Derived>,
    /// What a user should know of.
    pub warnings: Vec<Notice>,
    /// The rotations of the mosaic domains.
    domains: Vec<Rotation>,
}

/// Resolved numbers that headers and reports state.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
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
    /// Seed of a random orientation.
    pub misset_seed: Option<i64>,
    /// Two-theta, radians.
    pub twotheta_rad: f64,
    /// The file the structure factors were read from.
    pub structure_factor_file: Option<PathBuf>,
    /// Reflections that were read; 0 without a list or from a dump.
    pub reflection_count: usize,
    /// What structure factors were expanded or computed from, in words, where the file is not a list or a dump of all.
    pub structure_factor_origin: Option<String>,
    /// Sub-pixels along a pixel edge that the crystal's fringes need.
    pub recommended_oversample: u32,
    /// Spindle axis, a unit vector.
    pub spindle: [f64; 3],
}

/// A value that was worked out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Derived {
    /// What it is, in the field's terms.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Its unit, or nothing.
    pub unit: &'static str,
}

/// An experiment in the middle of being resolved.
struct Resolver<'a> {
    experiment: &'a Experiment,
    context: &'a Context,
    derived: Vec<Derived>,
    warnings: Vec<Notice>,
}

/// Resolves an experiment, reading the files it names. Of a scan of several images it is the first.
///
/// # Errors
/// Whatever is missing, impossible or unreadable, naming the key or the file.
pub fn resolve(experiment: &Experiment, context: &Context) -> Result<Resolved, Error> {
    experiment.validate()?;
    experiment.check_files()?;
    let resolver = Resolver { experiment, context, derived: Vec::new(), warnings: Vec::new() };
    resolver.resolve()
}

impl Experiment {
    /// Resolves the experiment on this machine's clock and memory, reading the files it names.
    ///
    /// # Errors
    /// Whatever is missing, impossible or unreadable, naming the key or the file.
    pub fn resolve(&self) -> Result<Resolved, Error> {
        resolve(self, &Context::of_this_machine())
    }
}

impl Resolver<'_> {
    fn resolve(mut self) -> Result<Resolved, Error> {
        self.check_memory()?;
        self.warn_of_magnitudes();
        self.warn_of_sweeps();
        let wavelength_angstrom = self.experiment.beam.wavelength_angstrom()?;
        let detector = self.detector()?;
        let factor_file = self.factor_file()?;
        let crystal = self.crystal(wavelength_angstrom, factor_file.as_ref().and_then(FactorFile::cell))?;
        self.check_cell(&crystal.lattice, factor_file.as_ref())?;
        let beam = self.beam(&detector.axes, wavelength_angstrom)?;
        let amorphous = self.amorphous()?;
        let materials = self.materials()?;
        let finest = Finest::of(&detector.panels, &beam.sources, self.experiment.sampling.dmin_angstrom);
        let factors = self.structure_factors(factor_file, &finest, &crystal.lattice)?;
        let interpolate = self.interpolate(crystal.crystal.cells);
        let recommended_oversample =
            self.recommended_oversample(&crystal, &detector.panels, wavelength_angstrom);
        let oversample =
            self.oversample(&crystal, &detector.panels, wavelength_angstrom, recommended_oversample);
        let (phi_start_rad, phi) = self.experiment.scan.sweep();
        let spindle = detector.axes.spindle;
        let facts = Facts {
            wavelength_angstrom,
            phi_start_rad,
            phi,
            horizontal: beam.horizontal,
            vertical: beam.vertical,
            dispersion: beam.dispersion,
            mosaic_spread_rad: crystal.mosaic_spread_rad,
            misset_rad: crystal.misset_rad,
            misset_seed: crystal.misset_seed,
            twotheta_rad: detector.twotheta_rad,
            structure_factor_file: factors.file,
            reflection_count: factors.reflection_count,
            structure_factor_origin: factors.origin,
            recommended_oversample,
            spindle: spindle.to_array(),
        };
        let sampling = &self.experiment.sampling;
        let mut simulation = Simulation::new(
            detector.panels,
            beam.sources,
            crystal.lattice,
            crystal.crystal,
            factors.structure_factors,
        );
        simulation.interpolate = interpolate;
        simulation.oversample = oversample;
        simulation.per_sub_step = kernel::PerSubStep {
            capture: sampling.per_sub_step.capture,
            polarization: sampling.per_sub_step.polarization,
            solid_angle: sampling.per_sub_step.solid_angle,
        };
        simulation.polarization = beam.polarization;
        simulation.point_pixel = sampling.point_pixel;
        simulation.fluence_per_m2 = beam.fluence_per_m2;
        simulation.amorphous = amorphous;
        simulation.materials = materials;
        simulation.dmin_angstrom = sampling.dmin_angstrom;
        simulation.predict = sampling.predict;
        simulation.precision = match sampling.precision {
            Precision::Double => kernel::Precision::Double,
            Precision::Single => kernel::Precision::Single,
        };
        simulation.tolerance_photons = sampling.tolerance_photons;
        simulation.mode = self.mode();
        if let (Detector::Convention(detector), Some(path)) =
            (&self.experiment.detector, &self.experiment.output.expt_file)
            && detector.curved
        {
            let path = path.display();
            let text = format!(
                "the detector is curved: {path} has its plane, as lists of DIALS hold flat panels alone"
            );
            self.warn(Part::Output, text);
        }
        let images = self.experiment.scan.images;
        if images > self.experiment.rendered_images() {
            let text = format!(
                "the scan has {images} images: the first is rendered; a name with #### gives each a file \
                 (-cbffile image_####.cbf; TOML: output.cbf_file = \"image_####.cbf\")"
            );
            self.warn(Part::Sampling, text);
        }
        let domains = crystal.domains;
        let mut resolved =
            Resolved { simulation, facts, derived: self.derived, warnings: self.warnings, domains };
        resolved.turn_to(&self.experiment.scan);
        Ok(resolved)
    }

    fn mode(&self) -> kernel::Mode {
        match self.experiment.mode {
            Mode::Physics => kernel::Mode::Physics,
            Mode::Compat => kernel::Mode::Compat,
        }
    }

    fn compat(&self) -> bool {
        self.experiment.mode == Mode::Compat
    }

    fn warn(&mut self, part: Part, text: impl Into<String>) {
        self.warnings.push(Notice::new(part, text));
    }

    fn derive(&mut self, name: &'static str, value: impl ToString, unit: &'static str) {
        self.derived.push(Derived { name, value: value.to_string(), unit });
    }

    /// An error of the value of a key.
    fn wrong(&self, key: &str, found: impl ToString, expected: &str) -> Error {
        Error::value(&self.experiment.provenance, key, found, expected)
    }

    /// What a message calls the value of a key.
    fn name<'a>(&'a self, key: &'a str) -> &'a str {
        self.experiment.provenance.name_of(key)
    }

    /// Whether a front end of arguments gave the value of a key: its notices are about that value already.
    fn is_argument(&self, key: &str) -> bool {
        matches!(self.experiment.provenance.of(key), Provenance::Argument(_))
    }
}

impl Resolved {
    /// The same with another image of the scan, counted from 0.
    #[must_use]
    pub fn image(&self, scan: &Scan, index: u32) -> Self {
        let mut resolved = self.clone();
        resolved.turn_to(&scan.image(index));
        resolved
    }

    /// Turns the crystal as the first image of a scan has it.
    fn turn_to(&mut self, scan: &Scan) {
        let (start_rad, phi) = scan.sweep();
        (self.facts.phi_start_rad, self.facts.phi) = (start_rad, phi);
        let within_step = if scan.centred_steps { 0.5 } else { 0.0 };
        let simulation = &mut self.simulation;
        simulation.orientations = Orientations::new(
            &simulation.lattice,
            LabVec::from(self.facts.spindle),
            (0..phi.count).map(|tic| start_rad + phi.step * (f64::from(tic) + within_step)).collect(),
            &self.domains,
            simulation.mode,
        );
    }

    /// The grid of structure factors, where there is a list.
    #[must_use]
    pub fn grid(&self) -> Option<&Arc<Grid>> {
        match &self.simulation.structure_factors {
            kernel::StructureFactors::Grid(grid) => Some(grid),
            kernel::StructureFactors::Uniform(_) => None,
        }
    }
}

/// A number for [`Resolver::derive`].
fn digits(value: f64) -> PercentG {
    percent_g(value, DERIVED_DIGITS)
}
