//! What is written, and where.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The files of a run and their scales.
///
/// With several panels of one shape the float file is `[panel, slow, fast]`; the other images, and float images of
/// panels of different shapes, are a file per panel: `NAME_0.img`, `NAME_1.img` …. Of a scan of several images each has
/// files of its own, for whose number a name has a run of `#`: `image_####.cbf`. The four files that are written by
/// default are not written then, unless they have such names.
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
    /// Counts of the detector (mini-CBF, 32 bits).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cbf_file: Option<PathBuf>,
    /// Counts of the detector, of all panels and all images of the scan (NXmx).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nxmx_file: Option<PathBuf>,
    /// Counts of the detector (SMV, 16 bits).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smv_file: Option<PathBuf>,
    /// A NumPy array: counts if a detector is described (`response`), photons otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub npy_file: Option<PathBuf>,
    /// A picture with 16-bit grey levels, of counts if a detector is described, of photons otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub png_file: Option<PathBuf>,
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

impl Default for Output {
    fn default() -> Self {
        Self {
            float_file: "floatimage.bin".into(),
            int_file: "intimage.img".into(),
            pgm_file: "image.pgm".into(),
            noise_file: "noiseimage.img".into(),
            cbf_file: None,
            nxmx_file: None,
            smv_file: None,
            npy_file: None,
            png_file: None,
            expt_file: None,
            write_pgm: true,
            write_noise: true,
            int_scale: None,
            pgm_scale: None,
        }
    }
}
