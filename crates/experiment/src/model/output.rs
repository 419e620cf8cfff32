//! What is written, and where.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The files of a run and their scales.
///
/// With several panels of one shape the float file is `[panel, slow, fast]`; the other images, and float images of
/// panels of different shapes, are a file per panel: `NAME_0.img`, `NAME_1.img` ….
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Output {
    /// Photons as raw 4-byte floats. A JSON file of the same stem beside it states type and shape.
    pub float_file: PathBuf,
    /// Scaled 2-byte integers (SMV).
    pub int_file: PathBuf,
    /// Scaled bytes (PGM).
    pub pgm_file: PathBuf,
    /// Photons with counting noise (SMV).
    pub noise_file: PathBuf,
    /// The geometry and the crystal for DIALS (`.expt`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expt_file: Option<PathBuf>,
    /// Whether the PGM is written.
    pub write_pgm: bool,
    /// Whether the noise image is written.
    pub write_noise: bool,
    /// Scale of the integers; 55000/maximum by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub int_scale: Option<f64>,
    /// Scale of the bytes; 250/(5·rmsd) by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pgm_scale: Option<f64>,
}

/// What the detector makes of photons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Response {
    /// Offset of the integer and noise images, counts.
    pub adc_offset: f64,
    /// Seed of the counting noise; from the clock by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise_seed: Option<i64>,
}

impl Default for Output {
    fn default() -> Self {
        Self {
            float_file: "floatimage.bin".into(),
            int_file: "intimage.img".into(),
            pgm_file: "image.pgm".into(),
            noise_file: "noiseimage.img".into(),
            expt_file: None,
            write_pgm: true,
            write_noise: true,
            int_scale: None,
            pgm_scale: None,
        }
    }
}

impl Default for Response {
    fn default() -> Self {
        Self { adc_offset: 40.0, noise_seed: None }
    }
}
