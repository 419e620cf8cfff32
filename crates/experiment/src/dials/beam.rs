//! The beam of an experiment list.

use nanobragg_geometry::LabVec;

use super::node::Node;
use crate::{Beam, Error, Polarization, Spectrum};

/// Defaults of dxtbx.
const NORMAL: LabVec = LabVec::new(0.0, 1.0, 0.0);
const FRACTION: f64 = 0.999;

/// The cosine between the polarization normal and the beam from which on it is worth a word.
const ALONG: f64 = 1e-3;

/// The beam: photons travel against `direction`, which points to the source.
pub(super) fn beam(node: &Node<'_>, notices: &mut Vec<String>) -> Result<Beam, Error> {
    let kind = node.get("__id__").map(|id| id.text("the kind of beam")).transpose()?;
    if kind == Some("polychromatic") {
        notices.push(node.notice("polychromatic: the wavelengths must be given"));
    }
    if let Some(probe) = node.get("probe")
        && probe.text("the kind of radiation")? != "x-ray"
    {
        notices.push(probe.notice("not x-ray: simulated as X-rays of the same wavelength"));
    }
    let photons = -node.need("direction", "from the sample to the source")?.direction()?;
    let spectrum = match node.get("wavelength") {
        None if kind == Some("polychromatic") => Spectrum::default(),
        _ => {
            let expected = "a wavelength in Å, more than 0";
            Spectrum::WavelengthAngstrom(node.need("wavelength", expected)?.positive(expected)?)
        }
    };
    unused(node, notices)?;
    let polarization = polarization(node, photons, notices)?;
    Ok(Beam { direction: Some(photons.to_array()), spectrum, polarization, ..Beam::default() })
}

/// The polarization.
///
/// For a reflection of direction s, DIALS has P = (1 − 2f)(1 − (n·s)²) + f(1 + cos²2θ), n the normal and f the fraction
/// (`lp_correction` in its algorithms/integration/corrections.h). With the E-vector n × beam this is Kahn's factor
/// ½(1 + cos²2θ − K cos2ψ sin²2θ) for K = 2f − 1, as (n·s)² + (E·s)² = sin²2θ and (E·s)² = cos²ψ sin²2θ.
fn polarization(node: &Node<'_>, photons: LabVec, notices: &mut Vec<String>) -> Result<Polarization, Error> {
    let fraction = match node.get("polarization_fraction") {
        Some(fraction) => {
            let expected = "a fraction from 0 to 1";
            let value = fraction.number(expected)?;
            if !(0.0..=1.0).contains(&value) {
                return Err(fraction.refuse(expected));
            }
            value
        }
        None => FRACTION,
    };
    let kahn_factor = 2.0 * fraction - 1.0;
    let normal_node = node.get("polarization_normal");
    let normal = normal_node.as_ref().map_or(Ok(NORMAL), Node::vector)?.unit();
    let e_vector = normal.cross(photons);
    if let Some(given) = &normal_node
        && kahn_factor.abs() > 0.0
    {
        if e_vector.length() <= ALONG {
            return Err(given.refuse("a direction across the beam"));
        }
        if normal.dot(photons).abs() > ALONG {
            notices.push(given.notice("not at right angles to the beam: its part across the beam counts"));
        }
    }
    let e_vector = (e_vector.length() > ALONG).then(|| e_vector.unit().to_array());
    Ok(Polarization { kahn_factor, e_vector, ..Polarization::default() })
}

/// Notes what a simulation does not take from the file.
fn unused(node: &Node<'_>, notices: &mut Vec<String>) -> Result<(), Error> {
    for (key, what) in [
        ("divergence", "not used: the beam has the divergence that its description gives it"),
        ("sigma_divergence", "not used: the beam has the divergence that its description gives it"),
        ("flux", "not used without the size of the beam: its intensity must be given"),
    ] {
        if let Some(value) = node.get(key)
            && value.number("a number")?.abs() > 0.0
        {
            notices.push(value.notice(what));
        }
    }
    if let Some(points) = node.get("s0_at_scan_points") {
        notices.push(points.notice("not used: the beam stays the same during the scan"));
    }
    Ok(())
}
