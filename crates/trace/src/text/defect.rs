//! The lines that the C program labels wrongly, and how they are recognized.
//!
//! They are left out rather than corrected: the value of `fdet_after_rotz` cannot be recovered from a line of that
//! name that holds another quantity.

use nanobragg_kernel::record::{Form, Line};

use crate::{Defect, Dropped};

/// What is wrong with a line of this prefix, form and key wherever it stands.
pub(super) fn always(prefix: &str, form: Form, key: &str) -> Option<Defect> {
    match (form, key) {
        (Form::Geometry, "beam_center_m") => Some(Defect::BeamCenterUnit),
        (Form::Geometry, "convention_mapping") => Some(Defect::FixedMapping),
        (Form::Step, _) if prefix.ends_with("_SOURCE2") => Some(Defect::SecondSource),
        _ => None,
    }
}

/// Moves the wrong lines of the beam-pivot block, if there is one, from `lines` to `dropped`.
///
/// Each line comes with its place in the text. The block's one certain mark is its `convention_mapping`.
pub(super) fn drop_beam_pivot_block(
    lines: Vec<(usize, Line)>,
    mut dropped: Vec<Dropped>,
) -> (Vec<Line>, Vec<Dropped>) {
    let has_block = dropped.iter().any(|line| line.defect == Defect::FixedMapping);
    let mut kept: Vec<Line> = Vec::with_capacity(lines.len());
    for (number, line) in lines {
        match has_block.then(|| in_block(&line, &kept)).flatten() {
            Some(defect) => {
                dropped.push(Dropped { line: number, form: line.form, key: line.key.into_owned(), defect });
            }
            None => kept.push(line),
        }
    }
    dropped.sort_by_key(|line| line.line);
    (kept, dropped)
}

fn in_block(line: &Line, kept: &[Line]) -> Option<Defect> {
    if line.form != Form::Geometry {
        return None;
    }
    match line.key.as_ref() {
        "detector_convention" | "initial_fdet" | "initial_sdet" | "initial_odet" => {
            Some(Defect::FixedConvention)
        }
        "fdet_after_rotz"
        | "sdet_after_rotz"
        | "odet_after_rotz"
        | "twotheta_axis"
        | "fdet_after_twotheta"
        | "sdet_after_twotheta"
        | "odet_after_twotheta"
            if kept.iter().any(|earlier| earlier.form == line.form && earlier.key == line.key) =>
        {
            Some(Defect::RepeatedAxes)
        }
        _ => None,
    }
}
