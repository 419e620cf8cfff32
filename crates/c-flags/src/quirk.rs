//! Where the C program differs from the physics: the rows Q1 to Q30.

use std::collections::BTreeSet;

use nanobragg_experiment::{Cell, Detector, Experiment, Orientation};
use nanobragg_geometry::Curvature;
use nanobragg_kernel::{Polarization, Shape, Simulation};

/// A row of the table of differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirk {
    /// Its number: 1 for Q1.
    pub number: u8,
    /// What it is about.
    pub topic: &'static str,
    /// What the C program does, and `-compat c` with it.
    pub reference: &'static str,
    /// What is done without it.
    pub default: &'static str,
}

/// The table.
pub const TABLE: [Quirk; 30] = [
    row(
        1,
        "phi = 0",
        "a phi step at exactly 0 keeps the orientation left by the previous evaluation; only the very first of the image is right",
        "every step is rotated from phi 0",
    ),
    row(
        2,
        "-oversample_thick, _polar, _omega",
        "multiply the running sum after every contribution",
        "multiply the contribution",
    ),
    row(3, "source weights", "read, printed, ignored", "used, normalised to mean 1"),
    row(
        4,
        "interpolation off the grid",
        "the first sample outside switches it off for the rest of the image (not reproduced: the answer depends on thread order)",
        "that sample alone takes the nearest value",
    ),
    row(5, "-pivot", "overwritten by every convention but custom", "wins"),
    row(
        6,
        "several sensor layers",
        "sum over layers times the last layer's capture",
        "each layer times its own",
    ),
    row(7, "-water", "r_e²·fluence applied twice and divided by steps", "once, not divided"),
    row(
        8,
        "-curved_det",
        "fast and slow offsets exchanged, lab y and z used whatever the convention",
        "offsets along the detector's own axes from the direct beam",
    ),
    row(
        9,
        "gauss and tophat radius",
        "(NaNbNc)²·|δh a* + δk b* + δl c*|² with a* in Å⁻¹",
        "ρ² = (Na δh)² + (Nb δk)² + (Nc δl)²",
    ),
    row(10, "layers from count and thickness", "thickness/(count − 1), count at least 2", "thickness/count"),
    row(11, "phi count and step", "osc = step, 2 steps", "count steps"),
    row(
        12,
        "two-theta",
        "left out of the direct beam's place, so the printed and header beam centres are off",
        "included",
    ),
    row(13, "-misset random", "a cap of 90 radians", "uniform over rotations"),
    row(14, "divergence count alone", "1 radian in all", "refused"),
    row(
        15,
        "SMV header read",
        "substring keys (DISTANCE finds CLOSE_DISTANCE), TWOTHETA ignored, byte order ignored",
        "exact keys, both honoured",
    ),
    row(
        16,
        "-pix0_vector",
        "ignored, but selects custom; _mm read as metres",
        "the origin when no beam centre, near point or ORG flag is given; otherwise ignored with a warning",
    ),
    row(
        17,
        "flags",
        "matched by substring, unknown ones ignored, -curved_det ignored when last (not reproduced)",
        "exact names and listed aliases; unknown ones refused with the nearest name",
    ),
    row(
        18,
        "implicit Fdump.bin",
        "read when no -hkl is given, overwritten when one is",
        "read only with -dump FILE, or from the working directory when there is no other source of F; written only with -dump FILE",
    ),
    row(
        19,
        "-stol, -4stol, -Q",
        "read, never used",
        "the curve replaces the constant structure factor of -water",
    ),
    row(
        20,
        "-cell with two or more oblique angles",
        "an initial c* that is not dual to the cell: 75 85 95° come out as 75.04 85.01 95.01°, a·a* = 1.0002",
        "the cell as given, a·a* = 1",
    ),
    row(21, "-oversample_polar with -nopolar", "takes -nopolar back", "-nopolar holds, with a warning"),
    row(
        22,
        "whether F is interpolated when no flag asks for it",
        "decided by -Na -Nb -Nc as typed",
        "by the cells as resolved, a size in mm included",
    ),
    row(23, "-oversample_thick without a thickness", "a black image", "no effect, with a warning"),
    row(
        24,
        "-detector_abs inf after a thickness",
        "takes the thickness back",
        "a sensor that absorbs nothing: refused",
    ),
    row(
        25,
        "-water with -dmin or -oversample_polar",
        "no background where -dmin cuts every sub-step of a pixel; with -oversample_polar the last sub-step's polarization",
        "the background does not depend on -dmin; its polarization is that of the first sub-pixel",
    ),
    row(
        26,
        "round crystal next to a reciprocal lattice point",
        "0 by cancellation where δ is tiny but not 0 (not reproduced)",
        "the series: the peak",
    ),
    row(
        27,
        "-img or -mask with -detsize",
        "-detsize is ignored: the header's pixels count",
        "-detsize wins over the header",
    ),
    row(
        28,
        "a ray from behind a curved thick sensor, a detector that faces away",
        "huge negative capture, negative photons (not reproduced)",
        "captured 0; refused",
    ),
    row(
        29,
        "SMV header longer than 512 bytes",
        "written, but 512 is stated (not reproduced)",
        "padded to 1024, which is stated",
    ),
    row(30, "counts such as -N 1e1", "reads 1, as atoi does (not reproduced)", "reads 10"),
];

const fn row(number: u8, topic: &'static str, reference: &'static str, default: &'static str) -> Quirk {
    Quirk { number, topic, reference, default }
}

impl Quirk {
    /// The row of a number from 1 to 30.
    ///
    /// # Panics
    /// For any other number.
    #[must_use]
    pub const fn numbered(number: u8) -> &'static Self {
        &TABLE[number as usize - 1]
    }

    /// A line for a run that touches it: the topic, and what is done.
    #[must_use]
    pub fn notice(&self, compat: bool) -> String {
        let (mode, done) = if compat { ("compat", self.reference) } else { ("physics", self.default) };
        format!("Q{} {} ({mode}): {done}", self.number, self.topic)
    }
}

/// The rows that an experiment touches, whatever front end described it; those that are about the flags themselves are
/// found when flags are lowered.
#[must_use]
pub fn touched(experiment: &Experiment, simulation: &Simulation) -> BTreeSet<u8> {
    let factors = simulation.per_sub_step;
    let panels = || simulation.panels.iter().map(|panel| &panel.placement.panel);
    let phis = simulation.orientations.phis_rad();
    let curved = panels().any(|panel| panel.curvature != Curvature::Flat);
    let thick = panels().any(|panel| panel.sensor.layer_thickness_m > 0.0);
    let absorbs = panels().any(|panel| panel.sensor.layer_thickness_m * panel.sensor.attenuation_per_m > 0.0);
    let water = simulation.amorphous.is_some();
    let polarized = simulation.polarization != Polarization::Off;
    let crystal = &experiment.crystal;
    let rows = [
        (1, phis.len() > 1 && phis.contains(&0.0)),
        (2, factors.capture || factors.polarization || factors.solid_angle),
        (3, simulation.sources.iter().any(|source| (source.weight - 1.0).abs() > 1e-12)),
        (4, simulation.interpolate),
        (6, panels().any(|panel| panel.sensor.layers > 1)),
        (7, water),
        (8, curved),
        (9, matches!(simulation.crystal.shape, Shape::Gauss | Shape::Tophat)),
        (10, thick && has_layers(experiment)),
        (12, has_twotheta(experiment)),
        (13, matches!(crystal.orientation, Orientation::Random(_))),
        (19, experiment.background.iter().any(|material| material.curve.is_some())),
        (20, crystal.matrix_file.is_none() && crystal.cell.is_some_and(|cell| oblique_angles(&cell) > 1)),
        (21, factors.polarization && !polarized),
        (23, factors.capture && !thick),
        (25, water && polarized && (simulation.dmin_angstrom > 0.0 || factors.polarization)),
        (26, simulation.crystal.shape == Shape::Round),
        (28, curved && absorbs),
    ];
    rows.into_iter().filter_map(|(row, is_touched)| is_touched.then_some(row)).collect()
}

fn has_layers(experiment: &Experiment) -> bool {
    match &experiment.detector {
        Detector::Convention(detector) => detector.sensor.layers.is_some(),
        Detector::Panels(panels) => panels.iter().any(|panel| panel.sensor.layers.is_some()),
        _ => false,
    }
}

fn has_twotheta(experiment: &Experiment) -> bool {
    matches!(&experiment.detector, Detector::Convention(detector) if detector.twotheta_deg != 0.0)
}

/// How many angles of a cell are not 90°.
#[expect(clippy::float_cmp, reason = "a right angle is given as 90")]
fn oblique_angles(cell: &Cell) -> usize {
    cell.angles_deg.iter().filter(|&&angle| angle != 90.0).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_in_order() {
        for (place, quirk) in TABLE.iter().enumerate() {
            assert_eq!(usize::from(quirk.number), place + 1);
        }
    }
}
