//! What DIALS found, read by a script that runs where DIALS' own libraries are.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::{FACTORS, Simulation, TRUTH, darwin};

/// The interpreter of the distribution, whose modules DIALS are.
const PYTHON: &str = "/usr/bin/python3";
const SCRIPT: &str = include_str!("findings.py");

/// What was found in one series of images, beside what was simulated.
#[derive(Deserialize)]
pub(super) struct Findings {
    /// a, b, c in Å and α, β, γ in degrees, on the axes of the simulation.
    pub(super) cell: [f64; 6],
    pub(super) true_cell: [f64; 6],
    /// Between the crystal found and the crystal simulated.
    pub(super) angle_deg: f64,
    pub(super) space_group: String,
    pub(super) point_group: String,
    pub(super) distance_mm: f64,
    pub(super) true_distance_mm: f64,
    /// Strong spots, those of them that were indexed, and those of these that were refined against.
    pub(super) strong: u32,
    pub(super) indexed: u32,
    pub(super) refined: u32,
    /// Root mean square of predicted less observed: x and y in pixels, phi in images.
    pub(super) rmsd: [f64; 3],
    pub(super) reflections: Vec<Reflection>,
    pub(super) summed: Vec<Summed>,
    /// ΣI/ΣF² that `summed` should have.
    #[serde(skip)]
    pub(super) photons_per_f_squared: f64,
}

/// A reflection that was integrated by summation, once.
#[derive(Deserialize)]
pub(super) struct Summed {
    pub(super) d_angstrom: f64,
    /// Counts, corrected for Lorentz factor, polarization and the sensor's capture.
    pub(super) intensity: f64,
    pub(super) f_squared: f64,
}

/// A merged reflection.
#[derive(Clone, Deserialize)]
pub(super) struct Reflection {
    pub(super) d_angstrom: f64,
    pub(super) intensity: f64,
    pub(super) sigma: f64,
    /// What was put in.
    pub(super) f_squared: f64,
}

impl Findings {
    /// Reads what is in a folder of DIALS' files against a simulation's.
    pub(super) fn of(processed: &Path, simulation: &Simulation) -> anyhow::Result<Self> {
        let output = Command::new(PYTHON)
            .args(["-c", SCRIPT])
            .arg(processed)
            .args([simulation.folder.join(TRUTH), simulation.folder.join(FACTORS)])
            .output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut findings: Self = serde_json::from_slice(&output.stdout).context("what the script found")?;
        findings.photons_per_f_squared =
            darwin::photons_per_f_squared(&simulation.experiment, &findings.true_cell)?;
        Ok(findings)
    }
}
