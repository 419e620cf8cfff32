//! An experiment that is being put together.

use crate::error::Error;
use crate::experiment::{Experiment, Mode};
use crate::model::{Background, Beam, Crystal, Detector, Output, Response, Sampling, Scan, StructureFactors};
use crate::provenance::Provenances;

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
        let has_file = self.structure_factors.as_ref().is_some_and(|factors| factors.file().is_some());
        let crystal = self.crystal.or_else(|| has_file.then(Crystal::default)).ok_or(Error::Missing {
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
