//! The goniometer and the scan of an experiment list, and what they do to the crystal.
//!
//! With the crystal's A matrix, a rotation R about the goniometer's datum axis e, a rotation F that comes before it and
//! a setting S that comes after it, DIALS has reciprocal lattice vectors S R(φ, e) F A h in the laboratory
//! (goniometer.h of dxtbx). That is R(φ, S e) S F A h: a rotation about the laboratory axis S e of a crystal that is
//! turned by S F at φ = 0. A still, without a scan or with one of width 0, is predicted from A alone.

use nanobragg_geometry::vector::radians;
use nanobragg_geometry::{LabVec, Rotation};

use super::node::Node;
use crate::{Error, Scan};

/// A rotation per image of less than this is none, degrees.
const STILL_DEG: f64 = 1e-7;

/// How far a rotation matrix may be from one.
const NO_ROTATION: f64 = 1e-6;

type Matrix = [[f64; 3]; 3];

/// The goniometer.
#[derive(Debug)]
pub(super) struct Goniometer {
    /// S e.
    axis: LabVec,
    /// S F, or what stands for it.
    at_zero: [Matrix; 2],
}

/// What becomes of the crystal's vectors of the file.
#[derive(Debug, Default)]
pub(super) struct Rotated {
    pub scan: Option<Scan>,
    /// Matrices to apply to the crystal, one after the other.
    turns: Vec<Matrix>,
}

impl Rotated {
    /// A vector of the file's crystal, in the laboratory at spindle angle 0.
    pub(super) fn at_zero(&self, v: LabVec) -> LabVec {
        self.turns.iter().fold(v, |v, matrix| apply(matrix, v))
    }
}

/// From the goniometer and the scan of an experiment, where it has them.
pub(super) fn rotated(
    goniometer: Option<&Node<'_>>,
    scan: Option<&Node<'_>>,
    notices: &mut Vec<String>,
) -> Result<Rotated, Error> {
    let read = goniometer.map(|node| Goniometer::of(node, notices)).transpose()?;
    let scan_node = scan;
    let Some(mut scan) = scan.map(oscillation).transpose()?.flatten() else { return Ok(Rotated::default()) };
    scan.axis = read.as_ref().map(|goniometer| goniometer.axis.to_array());
    let is_still = scan.width_deg.abs() < STILL_DEG;
    match read {
        Some(Goniometer { at_zero, .. }) if !is_still => {
            Ok(Rotated { scan: Some(scan), turns: at_zero.to_vec() })
        }
        _ => {
            if let Some(node) = scan_node.filter(|_| scan.start_deg.abs() > 0.0 || !is_still) {
                notices
                    .push(node.notice("a still, as in DIALS: without a goniometer or a width nothing turns"));
            }
            (scan.start_deg, scan.width_deg) = (0.0, 0.0);
            Ok(Rotated { scan: Some(scan), turns: Vec::new() })
        }
    }
}

impl Goniometer {
    fn of(node: &Node<'_>, notices: &mut Vec<String>) -> Result<Self, Error> {
        if let Some(points) = node.get("setting_rotation_at_scan_points") {
            notices.push(points.notice("not used: the setting stays the same during the scan"));
        }
        match (node.get("axes"), node.get("angles"), node.get("scan_axis")) {
            (Some(axes), Some(angles), Some(scan_axis)) => Self::of_axes(&axes, &angles, &scan_axis),
            _ => Self::of_axis(node),
        }
    }

    fn of_axis(node: &Node<'_>) -> Result<Self, Error> {
        let axis = node.need("rotation_axis", "three numbers")?.direction()?;
        let [fixed, setting] = ["fixed_rotation", "setting_rotation"]
            .map(|key| node.get(key).map_or(Ok(Rotation::IDENTITY.rows()), |node| rotation(&node)));
        let setting = setting?;
        Ok(Self { axis: apply(&setting, axis), at_zero: [fixed?, setting] })
    }

    /// Axes from the crystal to the base, each with its angle in degrees: those before the one that scans make up F,
    /// those after it S.
    fn of_axes(axes: &Node<'_>, angles: &Node<'_>, scan_axis: &Node<'_>) -> Result<Self, Error> {
        let directions: Vec<_> =
            axes.elements("a list of axes")?.iter().map(Node::direction).collect::<Result<_, _>>()?;
        let expected = format!("{} angles in degrees, one for each axis", directions.len());
        let degrees: Vec<_> = angles
            .elements(&expected)?
            .iter()
            .map(|node| node.number("an angle"))
            .collect::<Result<_, _>>()?;
        if degrees.len() != directions.len() {
            return Err(angles.refuse(&expected));
        }
        let expected = format!("the index of an axis, less than {}", directions.len());
        let scanning = scan_axis.index(&expected)?;
        let Some(datum) = directions.get(scanning) else { return Err(scan_axis.refuse(&expected)) };
        let product = |range: &mut dyn Iterator<Item = usize>| {
            range.fold(Rotation::IDENTITY, |all, i| {
                all.then(Rotation::about(directions[i], radians(degrees[i])))
            })
        };
        let fixed = product(&mut (0..scanning));
        let setting = product(&mut (scanning + 1..directions.len()));
        Ok(Self { axis: setting.apply(*datum), at_zero: [fixed.rows(), setting.rows()] })
    }
}

/// A rotation matrix, nine numbers row by row.
fn rotation(node: &Node<'_>) -> Result<Matrix, Error> {
    const EXPECTED: &str = "nine numbers of a rotation matrix";
    let [a, b, c, d, e, f, g, h, i] = node.numbers(EXPECTED)?;
    let rows = [[a, b, c], [d, e, f], [g, h, i]];
    let [x, y, z] = rows.map(|[x, y, z]| LabVec::new(x, y, z));
    let is_rotation = (x.cross(y) - z).length() < NO_ROTATION
        && (y.cross(z) - x).length() < NO_ROTATION
        && (x.length() - 1.0).abs() < NO_ROTATION;
    if is_rotation { Ok(rows) } else { Err(node.refuse(EXPECTED)) }
}

fn apply(matrix: &Matrix, v: LabVec) -> LabVec {
    let [x, y, z] = matrix.map(|[x, y, z]| LabVec::new(x, y, z).dot(v));
    LabVec::new(x, y, z)
}

/// The scan, without its axis; none if it is one of something else than angles.
fn oscillation(node: &Node<'_>) -> Result<Option<Scan>, Error> {
    const RANGE: &str = "the first and the last image, in this order";
    let range = node.need("image_range", RANGE)?;
    let [first, last] = range.integers(RANGE)?;
    let images = last.checked_sub(first).and_then(|steps| u32::try_from(steps.checked_add(1)?).ok());
    let images = images.filter(|images| *images > 0).ok_or_else(|| range.refuse(RANGE))?;
    let angles = match node.get("properties") {
        Some(properties) => start_and_width(&properties)?,
        None => {
            Some(node.need("oscillation", "start and width, degrees")?.numbers("start and width, degrees")?)
        }
    };
    Ok(angles.map(|[start_deg, width_deg]| Scan { images, start_deg, width_deg, ..Scan::default() }))
}

/// Start and width of the newer form, which has the start of every image: `oscillation`, and for a single image its
/// `oscillation_width`.
fn start_and_width(properties: &Node<'_>) -> Result<Option<[f64; 2]>, Error> {
    let Some(starts) = properties.get("oscillation") else { return Ok(None) };
    let degrees: Vec<_> = starts
        .elements("the start of every image, degrees")?
        .iter()
        .map(|node| node.number("an angle in degrees"))
        .collect::<Result<_, _>>()?;
    match degrees.as_slice() {
        [] => Err(starts.refuse("the start of every image, degrees")),
        [start] => {
            let expected = "a list of one width, degrees";
            let [width] = properties.need("oscillation_width", expected)?.numbers(expected)?;
            Ok(Some([*start, width]))
        }
        [start, second, ..] => {
            let width = second - start;
            let uneven = degrees.windows(2).any(|pair| (pair[1] - pair[0] - width).abs() > 1e-6);
            if uneven {
                Err(starts.refuse("angles that are evenly spaced"))
            } else {
                Ok(Some([*start, width]))
            }
        }
    }
}
