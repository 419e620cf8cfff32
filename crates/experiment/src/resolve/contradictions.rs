//! Warnings of values that are given and of which another one leaves only a part in force.

use nanobragg_geometry::sweep::Sweep;
use nanobragg_geometry::{Lattice, Panel};
use percent_g::percent_g;

use super::Resolver;
use crate::error::Error;
use crate::notice::Part;
use crate::provenance::Provenance;

/// More than the rounding of numbers that people type, as a part of a range.
const TYPED: f64 = 1e-3;
/// Degrees that two statements of an angle may differ by.
const ANGLE_DEG: f64 = 0.01;
/// Axes whose cosine is larger are not meant to be at right angles.
const OBLIQUE: f64 = 1e-3;
/// Axes whose cosine is larger span no plane.
const PARALLEL: f64 = 1.0 - 1e-6;

impl Resolver<'_> {
    /// Warns of a range, a step and a count that are not of one sweep, and of images that are alike.
    pub(super) fn warn_of_sweeps(&mut self) {
        let experiment = self.experiment;
        let scan = &experiment.scan;
        let phi = Sweep { range: scan.width_deg, step: scan.step_deg.unwrap_or(0.0), count: scan.steps };
        self.warn_of_sweep(phi, phi.count, ["scan.width_deg", "scan.step_deg", "scan.steps"], "deg");
        let spread = &experiment.beam.divergence;
        for (axis, range, step, count) in [
            ("horizontal", spread.horizontal_mrad, spread.horizontal_step_mrad, spread.horizontal_steps),
            ("vertical", spread.vertical_mrad, spread.vertical_step_mrad, spread.vertical_steps),
        ] {
            let sweep = Sweep { range, step: step.unwrap_or(0.0), count };
            let keys = ["mrad", "step_mrad", "steps"].map(|what| format!("beam.divergence.{axis}_{what}"));
            // Both ends of a divergence have a step.
            self.warn_of_sweep(sweep, count.saturating_sub(1), [&keys[0], &keys[1], &keys[2]], "mrad");
        }
        if scan.images > 1 && scan.width_deg == 0.0 && experiment.rendered_images() > 1 {
            let text = format!(
                "{} {}: the images are of one still, and differ by noise alone: -osc (TOML: scan.width_deg) turns the \
                 crystal from one to the next",
                self.name("scan.images"),
                scan.images
            );
            self.warn(Part::Sampling, text);
        }
    }

    /// Warns where so many intervals of a step are another range than was given.
    fn warn_of_sweep(&mut self, sweep: Sweep, intervals: u32, keys: [&str; 3], unit: &str) {
        let found = sweep.step * f64::from(intervals);
        let are_given = keys.iter().all(|key| self.is_given(key)) && sweep.step > 0.0;
        if are_given && (found - sweep.range).abs() > TYPED * sweep.range {
            let [range_name, step_name, count_name] = keys.map(|key| self.name(key));
            let [range, step, found] = [sweep.range, sweep.step, found].map(|number| percent_g(number, 6));
            let text = format!(
                "{count_name} {} and {step_name} {step} span {found} {unit}, and {range_name} {range} is what headers and \
                 reports state",
                sweep.count
            );
            self.warn(Part::Crystal, text);
        }
    }

    /// Warns of a cell beside a matrix of other angles: it gives the edges alone.
    pub(super) fn warn_of_angles_of_matrix(&mut self, lattice: &Lattice) {
        let crystal = &self.experiment.crystal;
        let (Some(cell), Some(_)) = (&crystal.cell, &crystal.matrix_file) else { return };
        let (_, found) = lattice.direct_cell();
        let differ = |(given, found): (&f64, f64)| (given - found).abs() > ANGLE_DEG;
        if cell.angles_deg.iter().zip(found).any(differ) {
            let [given, found] = [cell.angles_deg, found]
                .map(|angles| angles.map(|angle| percent_g(angle, 6).to_string()).join(" "));
            let text = format!(
                "{}: the angles {given} have no effect beside {}, which has {found}; the edges have",
                self.name("crystal.cell"),
                self.name("crystal.matrix_file")
            );
            self.warn(Part::Crystal, text);
        }
    }

    /// Warns of a detector whose axes are oblique, or whose plane passes through the sample.
    ///
    /// # Errors
    /// [`Error::Contradiction`] for axes that span no plane, but in compat mode.
    pub(super) fn check_plane(&mut self, panel: &Panel) -> Result<(), Error> {
        let axes = [("fast axis", panel.fast), ("slow axis", panel.slow), ("normal", panel.normal)];
        for (one, other) in [(0, 1), (2, 0), (2, 1)] {
            let [(name, axis), (other_name, other_axis)] = [axes[one], axes[other]];
            let cosine = axis.dot(other_axis) / (axis.length() * other_axis.length());
            let angle = percent_g(cosine.clamp(-1.0, 1.0).acos().to_degrees(), 6);
            let text = format!(
                "the detector's {name} is at {angle} deg to its {other_name}: expected a right angle (-fdet_vector, \
                 -sdet_vector and -odet_vector)"
            );
            if cosine.abs() > PARALLEL && !self.compat() {
                return Err(Error::Contradiction(text));
            }
            if cosine.abs() > OBLIQUE {
                self.warn(Part::Detector, text);
            }
        }
        if panel.close_distance_m < panel.pixel_size_m * TYPED {
            let text = "the plane of the detector passes through the sample: its pixels see next to nothing";
            self.warn(Part::Detector, text);
        }
        Ok(())
    }

    /// Whether somebody gave the value of a key.
    fn is_given(&self, key: &str) -> bool {
        matches!(
            self.experiment.provenance.of(key),
            Provenance::Argument(_) | Provenance::File { .. } | Provenance::Header { .. }
        )
    }
}
