//! Experiment lists of DIALS (`.expt`).
//!
//! The format is the JSON that dxtbx 3.12 reads and writes, with the form of scans that later versions write. Lengths are
//! in mm, wavelengths and the crystal's vectors in Å, angles in degrees, all in one laboratory frame, which the beam's
//! direction orients. Corners of pixels are at whole numbers, as here.

mod beam;
mod detector;
mod node;
mod rotation;
mod write;

use std::path::Path;

use self::node::{Document, Node};
use self::rotation::Rotated;
pub use self::write::{PanelFrame, Truth, write};
use crate::{Beam, Crystal, Error, Panel, Scan};

/// The first experiment of a list; what the list does not hold is none.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Imported {
    /// The beam: direction, wavelength, polarization.
    pub beam: Option<Beam>,
    /// The panels in the laboratory frame, in the order of their list.
    pub panels: Option<Vec<Panel>>,
    /// The scan and the laboratory axis of its spindle.
    pub scan: Option<Scan>,
    /// The crystal's direct vectors in the laboratory at spindle angle 0.
    pub crystal: Option<Crystal>,
    /// What was in the file and has no effect, or had to be assumed.
    pub notices: Vec<String>,
}

/// Reads the first experiment of a list.
///
/// # Errors
///
/// A file that cannot be read or is no experiment list, and a value that is impossible or missing, named by its line
/// and its place in the document.
///
/// # Examples
///
/// ```no_run
/// # fn main() -> Result<(), nanobragg_experiment::Error> {
/// let imported = nanobragg_experiment::dials::read("refined.expt".as_ref())?;
/// for panel in imported.panels.iter().flatten() {
///     println!("{} at {:?} mm", panel.name, panel.origin_mm);
/// }
/// # Ok(())
/// # }
/// ```
pub fn read(path: &Path) -> Result<Imported, Error> {
    let document = Document::open(path)?;
    let list = document.root();
    let id = list.need("__id__", "\"ExperimentList\"")?;
    if id.text("\"ExperimentList\"")? != "ExperimentList" {
        return Err(id.refuse("\"ExperimentList\""));
    }
    let experiments = list.need("experiment", "a list of experiments")?;
    let elements = experiments.elements("a list of experiments")?;
    let Some(experiment) = elements.first() else {
        return Err(experiments.refuse("a list of at least one experiment"));
    };
    let mut notices = Vec::new();
    if elements.len() > 1 {
        notices.push(experiments.notice(&format!("the first of {} experiments is read", elements.len())));
    }
    let model = |key| model(&list, experiment, key);
    let beam = model("beam")?.map(|node| beam::beam(&node, &mut notices)).transpose()?;
    let panels = model("detector")?.map(|node| detector::panels(&node, &mut notices)).transpose()?;
    let rotated = rotation::rotated(model("goniometer")?.as_ref(), model("scan")?.as_ref(), &mut notices)?;
    let crystal = model("crystal")?.map(|node| crystal(&node, &rotated, &mut notices)).transpose()?;
    Ok(Imported { beam, panels, scan: rotated.scan, crystal, notices })
}

/// The model of an experiment: the element of the list of that name which it points to.
fn model<'a>(list: &Node<'a>, experiment: &Node<'a>, key: &'a str) -> Result<Option<Node<'a>>, Error> {
    let Some(pointer) = experiment.get(key) else { return Ok(None) };
    let expected = format!("the index of an element of {key}");
    let index = pointer.index(&expected)?;
    let models = list.get(key).map_or_else(|| Ok(Vec::new()), |models| models.elements("a list"))?;
    models.into_iter().nth(index).map(Some).ok_or_else(|| pointer.refuse(&expected))
}

fn crystal(node: &Node<'_>, rotated: &Rotated, notices: &mut Vec<String>) -> Result<Crystal, Error> {
    let [a, b, c] =
        ["real_space_a", "real_space_b", "real_space_c"].map(|key| node.need(key, "three numbers, Å"));
    let c = c?;
    let [a, b, c_vector] = [a?.vector()?, b?.vector()?, c.vector()?];
    let volume = a.cross(b).dot(c_vector);
    if !(volume.is_finite() && volume.abs() > 1e-9 * a.length() * b.length() * c_vector.length()) {
        return Err(c.refuse("a vector out of the plane of real_space_a and real_space_b"));
    }
    for (key, what) in [
        ("A_at_scan_points", "not used: the crystal stays the same during the scan"),
        ("mosaicity", "not used: the crystal has the mosaicity that its description gives it"),
        ("ML_half_mosaicity_deg", "not used: the crystal has the mosaicity that its description gives it"),
    ] {
        if let Some(value) = node.get(key) {
            notices.push(value.notice(what));
        }
    }
    let vectors = [a, b, c_vector].map(|v| rotated.at_zero(v).to_array());
    Ok(Crystal { vectors_angstrom: Some(vectors), ..Crystal::default() })
}
