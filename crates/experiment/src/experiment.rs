//! An experiment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Background, Beam, Crystal, Detector, Output, Response, Sampling, Scan, StructureFactors};
use crate::provenance::Provenances;

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

impl Experiment {
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
}
