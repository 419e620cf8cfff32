//! The header of the SMV images.

use nanobragg_experiment::Resolved;
use nanobragg_image_io::smv::{DetectorFields, HeaderFields};

/// Longer headers are Q29.
const USUAL_BYTES: usize = 512;

/// The header of the images of a panel.
pub(crate) fn of_panel(resolved: &Resolved, panel: usize) -> HeaderFields {
    let placement = &resolved.simulation.panels[panel].placement;
    let (panel, centers) = (&placement.panel, &placement.centers);
    let facts = &resolved.facts;
    let ([adxv_x, adxv_y], [mosflm_x, mosflm_y], [denzo_x, denzo_y]) =
        (centers.adxv_mm(), centers.mosflm_mm(), centers.denzo_mm());
    HeaderFields {
        size1: panel.shape[1],
        size2: panel.shape[0],
        pixel_size_mm: panel.pixel_size_m * 1000.0,
        distance_mm: centers.distance_m * 1000.0,
        wavelength_angstrom: facts.wavelength_angstrom,
        beam_center_x_mm: centers.xy_beam_m[0] * 1000.0,
        beam_center_y_mm: centers.xy_beam_m[1] * 1000.0,
        adxv_center_x_mm: adxv_x,
        adxv_center_y_mm: adxv_y,
        mosflm_center_x_mm: mosflm_x,
        mosflm_center_y_mm: mosflm_y,
        denzo_x_beam_mm: denzo_x,
        denzo_y_beam_mm: denzo_y,
        dials_origin_mm: centers.dials_origin_mm,
        xds_orgx_px: centers.org_pixels[0],
        xds_orgy_px: centers.org_pixels[1],
        close_distance_mm: panel.close_distance_m * 1000.0,
        phi_deg: facts.phi_start_rad.to_degrees(),
        osc_start_deg: facts.phi_start_rad.to_degrees(),
        osc_range_deg: facts.phi.range.to_degrees(),
        twotheta_deg: facts.twotheta_rad.to_degrees(),
        detector: None,
    }
}

/// The header of the counts of a panel, as detectors have it, from where the beam meets it (pixels along fast and slow).
pub(crate) fn of_detector(
    resolved: &Resolved,
    panel: usize,
    beam_pixels: [f64; 2],
    detector: DetectorFields,
) -> HeaderFields {
    let header = of_panel(resolved, panel);
    let [beam_fast, beam_slow] = beam_pixels.map(|pixels| pixels * header.pixel_size_mm);
    HeaderFields {
        beam_center_x_mm: beam_slow,
        beam_center_y_mm: beam_fast,
        detector: Some(detector),
        ..header
    }
}

/// Whether the header of a panel is longer than usual (Q29).
pub(crate) fn is_long(resolved: &Resolved) -> bool {
    (0..resolved.simulation.panels.len())
        .any(|panel| of_panel(resolved, panel).to_bytes().len() > USUAL_BYTES)
}
