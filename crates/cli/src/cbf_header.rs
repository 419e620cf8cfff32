//! The header of the mini-CBF images.

use nanobragg_geometry::LabVec;
use nanobragg_image_io::cbf::Header;
use nanobragg_kernel::Polarization;

use crate::exposure::{Exposure, beam_pixels, seconds};
use crate::timestamp::timestamp;

/// The header of the image of a panel.
pub(crate) fn of_panel(exposure: &Exposure<'_>, panel: usize, largest_measured: i64) -> Header {
    let Exposure { resolved, image, .. } = exposure;
    let placement = &resolved.simulation.panels[panel].placement;
    let (panel, centers, facts) = (&placement.panel, &placement.centers, &resolved.facts);
    let exposure_s = seconds(&exposure.prepared.experiment);
    Header {
        detector: "simulated by nanobragg".to_owned(),
        timestamp: timestamp(f64::from(*image) * exposure_s),
        pixel_size_m: [panel.pixel_size_m; 2],
        sensor_thickness_m: panel.sensor.layer_thickness_m * f64::from(panel.sensor.layers),
        exposure_time_s: exposure_s,
        exposure_period_s: exposure_s,
        count_cutoff: i32::try_from(largest_measured).unwrap_or(i32::MAX),
        wavelength_angstrom: facts.wavelength_angstrom,
        distance_m: centers.distance_m,
        beam_pixels: beam_pixels(panel),
        start_angle_deg: facts.phi_start_rad.to_degrees(),
        angle_increment_deg: facts.phi.range.to_degrees(),
        two_theta_deg: facts.twotheta_rad.to_degrees(),
        polarization: polarization(&resolved.simulation.polarization, panel.fast),
    }
}

/// The share of the polarization along the fast axis.
fn polarization(polarization: &Polarization, fast: LabVec) -> f64 {
    match polarization {
        Polarization::Off => 0.5,
        Polarization::Kahn { factor, e_vector } => {
            let cosine = e_vector.dot(fast) / e_vector.length();
            f64::midpoint(1.0, factor * (2.0 * cosine * cosine - 1.0))
        }
    }
}
