//! An experiment, and one that is being put together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::error::Error;
use crate::model::{Background, Beam, Crystal, Detector, Output, Response, Sampling, Scan, StructureFactors};
use crate::provenance::Provenances;
use crate::resolve::{Resolved, resolve};
use crate::validate::validate;

/// An experiment: everything that a simulation needs, in the field's units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Experiment {
    /// Which answer is given where the C program nanoBragg differs from the physics.
    #[serde(default)]
    pub mode: Mode,
    /// The crystal.
    pub crystal: Crystal,
    /// Structure factors of its cell.
    pub structure_factors: StructureFactors,
    /// The beam.
    #[serde(default)]
    pub beam: Beam,
    /// The rotation.
    #[serde(default)]
    pub scan: Scan,
    /// The detector.
    #[serde(default)]
    pub detector: Detector,
    /// Amorphous material in the beam; one at the most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub background: Vec<Background>,
    /// How pixels are sampled.
    #[serde(default)]
    pub sampling: Sampling,
    /// What the detector makes of photons.
    #[serde(default)]
    pub response: Response,
    /// What is written.
    #[serde(default)]
    pub output: Output,
    /// Where each value comes from.
    #[serde(skip)]
    pub provenance: Provenances,
}

/// Which answer is given where the C program nanoBragg differs from the physics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// What the formulas give.
    #[default]
    Physics,
    /// What the C program prints, defects included.
    Compat,
}

/// An experiment that is being put together: each front end fills in what it knows.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Draft {
    /// See [`Experiment::mode`].
    pub mode: Mode,
    /// The crystal, once there is one.
    pub crystal: Option<Crystal>,
    /// Structure factors, once there are any.
    pub structure_factors: Option<StructureFactors>,
    /// The beam.
    pub beam: Beam,
    /// The rotation.
    pub scan: Scan,
    /// The detector.
    pub detector: Detector,
    /// Amorphous material in the beam.
    pub background: Vec<Background>,
    /// How pixels are sampled.
    pub sampling: Sampling,
    /// What the detector makes of photons.
    pub response: Response,
    /// What is written.
    pub output: Output,
    /// Where each value comes from.
    pub provenance: Provenances,
}

impl Experiment {
    /// A still of a crystal on a detector, in a parallel beam of 1 Å; the other parts may be set afterwards.
    ///
    /// # Errors
    /// [`Error::Value`] and [`Error::Missing`], naming the key of what cannot be.
    pub fn new(
        crystal: Crystal,
        structure_factors: StructureFactors,
        detector: impl Into<Detector>,
    ) -> Result<Self, Error> {
        Draft {
            crystal: Some(crystal),
            structure_factors: Some(structure_factors),
            detector: detector.into(),
            ..Draft::default()
        }
        .finish()
    }

    /// The same experiment in another beam.
    #[must_use]
    pub fn with_beam(mut self, beam: Beam) -> Self {
        self.beam = beam;
        self
    }

    /// The same experiment with a rotation.
    #[must_use]
    pub fn with_scan(mut self, scan: Scan) -> Self {
        self.scan = scan;
        self
    }

    /// The same experiment, sampled otherwise.
    #[must_use]
    pub fn with_sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// Checks every value.
    ///
    /// # Errors
    /// [`Error::Value`], [`Error::Missing`] and [`Error::Contradiction`], naming the key of what cannot be.
    pub fn validate(&self) -> Result<(), Error> {
        validate(self)
    }

    /// Resolves the experiment on this machine's clock and memory, reading the files it names.
    ///
    /// # Errors
    /// Whatever is missing, impossible or unreadable, naming the key or the file.
    pub fn resolve(&self) -> Result<Resolved, Error> {
        resolve(self, &Context::of_this_machine())
    }

    /// Its parts, to be changed and put together anew.
    #[must_use]
    pub fn into_draft(self) -> Draft {
        let Self {
            mode,
            crystal,
            structure_factors,
            beam,
            scan,
            detector,
            background,
            sampling,
            response,
            output,
            provenance,
        } = self;
        Draft {
            mode,
            crystal: Some(crystal),
            structure_factors: Some(structure_factors),
            beam,
            scan,
            detector,
            background,
            sampling,
            response,
            output,
            provenance,
        }
    }
}

impl Draft {
    /// The experiment, when it is whole and every value can be.
    ///
    /// # Errors
    /// [`Error::Missing`] without a crystal or structure factors; those of [`Experiment::validate`].
    pub fn finish(self) -> Result<Experiment, Error> {
        let crystal = self.crystal.ok_or(Error::Missing {
            what: "no crystal",
            hint: "give its cell (crystal.cell) or an orientation matrix (crystal.matrix_file)",
        })?;
        let structure_factors = self.structure_factors.ok_or(Error::Missing {
            what: "no structure factors",
            hint: "give a list (structure_factors.source.file) or one F for all reflections \
                   (structure_factors.source.uniform)",
        })?;
        let experiment = Experiment {
            mode: self.mode,
            crystal,
            structure_factors,
            beam: self.beam,
            scan: self.scan,
            detector: self.detector,
            background: self.background,
            sampling: self.sampling,
            response: self.response,
            output: self.output,
            provenance: self.provenance,
        };
        experiment.validate()?;
        Ok(experiment)
    }
}
