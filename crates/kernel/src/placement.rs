//! The lines of a panel's placement, with the keys and in the order of the C program's log.

use nanobragg_geometry::{LabVec, OriginSteps, PlacementSteps};
use std::borrow::Cow;

use crate::detector_panel::DetectorPanel;
use crate::record::{Form, Line, Value};

/// The lines from the convention to the origin of a placed panel, led by its name where there are several panels. A
/// panel that was given outright has only its axes and its origin.
#[must_use]
pub(crate) fn placement_lines(panels: &[DetectorPanel], index: usize) -> Vec<Line> {
    let mut lines = Geometry(Vec::new());
    if panels.len() > 1 {
        lines.line("panel", Value::Name(Cow::Owned(identifier(&panels[index].name, index))));
    }
    let placement = &panels[index].placement;
    if let Some(steps) = &placement.steps {
        lines.steps(steps);
    }
    let panel = &placement.panel;
    for (key, axis) in [
        ("DETECTOR_FAST_AXIS", panel.fast),
        ("DETECTOR_SLOW_AXIS", panel.slow),
        ("DETECTOR_NORMAL_AXIS", panel.normal),
        ("DETECTOR_PIX0_VECTOR", panel.origin_m),
    ] {
        let value = Value::Numbers(axis.to_array().to_vec());
        lines.0.push(Line { form: Form::Axis, key: Cow::Borrowed(key), value });
    }
    lines.0
}

/// A panel's name without blanks, which become underscores; the panel's number if it has no name.
fn identifier(name: &str, index: usize) -> String {
    if name.is_empty() { index.to_string() } else { name.replace(char::is_whitespace, "_") }
}

struct Geometry(Vec<Line>);

impl Geometry {
    fn steps(&mut self, steps: &PlacementSteps) {
        let lines = self;
        lines.line("detector_convention", Value::Name(Cow::Owned(steps.convention.name().to_uppercase())));
        let names = ["rotx", "roty", "rotz", "twotheta"];
        let angles =
            names.into_iter().zip(steps.angles_rad).map(|(name, angle)| (Cow::Borrowed(name), angle));
        lines.line("angles_rad", Value::Fields(angles.collect()));
        lines.vectors(["initial_fdet", "initial_sdet", "initial_odet"], steps.initial);
        if let OriginSteps::Sample { close_m, terms, before_rotation, after_rotations, after_twotheta } =
            &steps.origin
        {
            lines.number("Fclose_m", close_m[0]);
            lines.number("Sclose_m", close_m[1]);
            lines.number("close_distance_m", steps.close_distance_m);
            lines.number("ratio", steps.ratio);
            lines.number("distance_m", steps.distance_m);
            lines.vectors(["term_fast_before_rot", "term_slow_before_rot", "term_close_before_rot"], *terms);
            lines.vectors(
                ["pix0_before_rotation", "pix0_after_rotz", "pix0_after_twotheta"],
                [*before_rotation, *after_rotations, *after_twotheta],
            );
        }
        lines.vectors(["fdet_after_rotz", "sdet_after_rotz", "odet_after_rotz"], steps.after_rotations);
        lines.vector("twotheta_axis", steps.twotheta_axis);
        lines.vectors(
            ["fdet_after_twotheta", "sdet_after_twotheta", "odet_after_twotheta"],
            steps.after_twotheta,
        );
        match &steps.origin {
            OriginSteps::Beam { rotations, beam_m, terms, origin } => {
                for (key, rotation) in ["Rx", "Ry", "Rz", "R_total"].into_iter().zip(rotations) {
                    lines.line(key, Value::Matrix(rotation.rows()));
                }
                lines.number("Fbeam_m", beam_m[0]);
                lines.number("Sbeam_m", beam_m[1]);
                lines.number("distance_m", steps.distance_m);
                lines.vectors(["term_fast", "term_slow", "term_beam"], *terms);
                lines.vector("pix0_vector", *origin);
            }
            OriginSteps::Given { origin } => lines.vector("pix0_vector", *origin),
            OriginSteps::Sample { .. } => {}
        }
    }

    fn line(&mut self, key: &'static str, value: Value) {
        self.0.push(Line { form: Form::Geometry, key: Cow::Borrowed(key), value });
    }

    fn number(&mut self, key: &'static str, number: f64) {
        self.line(key, Value::Numbers(vec![number]));
    }

    fn vector(&mut self, key: &'static str, vector: LabVec) {
        self.line(key, Value::Numbers(vector.to_array().to_vec()));
    }

    fn vectors(&mut self, keys: [&'static str; 3], vectors: [LabVec; 3]) {
        for (key, vector) in keys.into_iter().zip(vectors) {
            self.vector(key, vector);
        }
    }
}
