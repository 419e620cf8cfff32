//! Sub-pixels.

use nanobragg_geometry::LabVec;
use nanobragg_kernel::DetectorPanel;
use percent_g::percent_g;

use super::Resolver;
use super::crystal::CrystalParts;
use crate::notice::Part;

/// Sub-pixels along an edge that are chosen automatically, at the most.
const MOST_AUTOMATIC: u32 = 64;

/// The largest crystal dimension, Å.
fn largest_angstrom(parts: &CrystalParts) -> f64 {
    let edges = [parts.lattice.a, parts.lattice.b, parts.lattice.c].map(LabVec::length);
    let widths = edges.iter().zip(parts.crystal.cells).map(|(edge, cells)| edge * f64::from(cells));
    widths.fold(0.0, f64::max)
}

/// The reciprocal of a pixel's width in reciprocal space, Å: fringes of a larger crystal are finer than a pixel.
fn fringe_angstrom(panel: &DetectorPanel, wavelength_angstrom: f64) -> f64 {
    wavelength_angstrom * panel.placement.centers.distance_m / panel.placement.panel.pixel_size_m
}

/// Sub-pixels along an edge that the crystal's fringes need on a panel.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
fn needed(parts: &CrystalParts, panel: &DetectorPanel, wavelength_angstrom: f64) -> u32 {
    let fringe_angstrom = fringe_angstrom(panel, wavelength_angstrom);
    ((3.0 * largest_angstrom(parts) / fringe_angstrom).ceil() as u32).max(1)
}

impl Resolver<'_> {
    /// Sub-pixels along an edge that the crystal's fringes need on all panels.
    pub(super) fn recommended_oversample(
        &self,
        parts: &CrystalParts,
        panels: &[DetectorPanel],
        wavelength_angstrom: f64,
    ) -> u32 {
        panels.iter().map(|panel| needed(parts, panel, wavelength_angstrom)).max().unwrap_or(1)
    }

    /// Sub-pixels along an edge: as given, or as many as are needed.
    pub(super) fn oversample(
        &mut self,
        parts: &CrystalParts,
        panels: &[DetectorPanel],
        wavelength_angstrom: f64,
        recommended: u32,
    ) -> u32 {
        let Some(given) = self.experiment.sampling.oversample.filter(|&count| count > 0) else {
            // The C program has no ceiling.
            let used = if self.compat() { recommended } else { recommended.min(MOST_AUTOMATIC) };
            if used < recommended {
                let text = if recommended == u32::MAX {
                    // The count is at the end of its range, and no number of sub-pixels would do.
                    format!(
                        "the crystal's fringes are too fine for any number of sub-pixels, and {used} are used along an edge"
                    )
                } else {
                    format!(
                        "the crystal's fringes ask for {recommended} sub-pixels along a pixel's edge, and {used} are used: \
                         fringes finer than that are sampled, not averaged; -oversample {recommended} (TOML: \
                         sampling.oversample) uses them all"
                    )
                };
                self.warn(Part::Sampling, text);
            }
            self.derive("oversample", used, "");
            return used;
        };
        if given < recommended {
            let worst = panels.iter().find(|panel| needed(parts, panel, wavelength_angstrom) == recommended);
            let fringe = worst.map_or(f64::NAN, |panel| fringe_angstrom(panel, wavelength_angstrom));
            let text = format!(
                "{} {given} is below {recommended}: the crystal is up to {} Å wide, and spots of more than {} Å are finer \
                 than a pixel",
                self.name("sampling.oversample"),
                percent_g(largest_angstrom(parts), 4),
                percent_g(fringe, 4),
            );
            self.warn(Part::Sampling, text);
        }
        given
    }
}
