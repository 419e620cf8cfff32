//! What the headers of images cannot say.

use nanobragg_experiment::Resolved;
use nanobragg_geometry::LabVec;

/// Directions that differ by less are the same.
const SAME: f64 = 1e-9;

/// What a mini-CBF header cannot say of a detector, if anything.
pub(crate) fn not_said(resolved: &Resolved) -> Option<&'static str> {
    let [only] = &resolved.simulation.panels[..] else { return Some("where each of several panels is") };
    let panel = &only.placement.panel;
    if panel.normal.dot(panel.beam) < 1.0 - SAME {
        Some("that the detector is inclined")
    } else if panel.fast.dot(LabVec::from(resolved.facts.spindle)) < 1.0 - SAME {
        Some("that the spindle is not along the fast axis")
    } else {
        None
    }
}
