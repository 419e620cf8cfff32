//! The counts that a reflection should have, by Darwin's formula.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use super::findings::Summed;

/// Thomson cross-section, m².
const R_E_SQR_M2: f64 = 7.940_792_480_189_65e-30;
/// G of the gauss shape: (0.315 π)^(3/2), see docs/darwin.md.
const GAUSS: f64 = 0.984_443;

/// What the formula needs of an experiment.
#[derive(Deserialize)]
struct Experiment {
    crystal: Crystal,
    beam: Beam,
    scan: Scan,
}

#[derive(Deserialize)]
struct Crystal {
    cells: [f64; 3],
}

#[derive(Deserialize)]
struct Beam {
    spectrum: Spectrum,
    intensity: Intensity,
}

#[derive(Deserialize)]
struct Spectrum {
    wavelength_angstrom: f64,
}

#[derive(Deserialize)]
struct Intensity {
    fluence_per_m2: f64,
}

#[derive(Deserialize)]
struct Scan {
    width_deg: f64,
}

/// Photons per F² of a reflection of unit Lorentz and polarization factors: r_e² Φ/W λ³ N G/V_cell. The cell's angles are right.
pub(super) fn photons_per_f_squared(experiment: &Path, cell: &[f64; 6]) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string(experiment).with_context(|| experiment.display().to_string())?;
    let Experiment { crystal, beam, scan } = toml::from_str(&text)?;
    let fluence_per_rad = beam.intensity.fluence_per_m2 / scan.width_deg.to_radians();
    let wavelength_m = beam.spectrum.wavelength_angstrom * 1e-10;
    let volume_m3 = cell[..3].iter().product::<f64>() * 1e-30;
    let cells: f64 = crystal.cells.iter().product();
    Ok(R_E_SQR_M2 * fluence_per_rad * wavelength_m.powi(3) * cells * GAUSS / volume_m3)
}

/// ΣI/ΣF² of the reflections between two resolutions.
pub(super) fn scale(summed: &[Summed], [from, to]: [f64; 2]) -> f64 {
    let within = || summed.iter().filter(|reflection| (to..=from).contains(&reflection.d_angstrom));
    within().map(|r| r.intensity).sum::<f64>() / within().map(|r| r.f_squared).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root;

    /// The same by hand: 7.940792e-30 · 6e26/0.004363323 · 1e-30 · 5040 · 0.984443/6.5795365e-26.
    #[test]
    fn the_formula_is_that_of_the_documentation() {
        let file = root().join("fixtures/rotation/rotation.toml");
        let cell = [34.77, 39.17, 48.31, 90.0, 90.0, 90.0];
        let expected = 0.082_342;
        let found = photons_per_f_squared(&file, &cell).unwrap();
        assert!((found / expected - 1.0).abs() < 1e-4, "{found}");
    }
}
