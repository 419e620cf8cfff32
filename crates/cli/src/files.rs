//! The files of a run.

use std::path::PathBuf;

use nanobragg_experiment::Resolved;
use nanobragg_image_io::smv::HeaderFields;
use nanobragg_image_io::{Region, pgm, pixels, raw, smv};
use nanobragg_kernel::{Rendering, Statistics, noise};

use crate::failure::Failure;
use crate::simulate::Written;

/// Writes the structure factors for next time, where that is wanted.
pub(crate) fn write_dump(resolved: &Resolved) -> Result<(), Failure> {
    if let (Some(path), Some(grid)) = (&resolved.dump.target, resolved.grid()) {
        hkl_io::fdump::write(grid, path)?;
    }
    Ok(())
}

/// Writes all images: the float image while its statistics are taken, then the scaled ones side by side.
pub(crate) fn write_all(resolved: &Resolved, rendering: &Rendering) -> Result<Written, Failure> {
    let output = &resolved.output;
    let sim = &resolved.simulation;
    let panel = &sim.panels[0];
    let image = &rendering.panels[0].image;
    let (floats, statistics) =
        rayon::join(|| raw::write_f32(&output.float_file, image.view()), || Statistics::of(rendering, sim));
    floats?;
    let region = Region { fast: panel.region.fast.clone(), slow: panel.region.slow.clone() };
    let count_scale = output.scale.unwrap_or_else(|| pixels::auto_count_scale(statistics.max));
    let gray_scale =
        output.pgm_scale.unwrap_or_else(|| pixels::auto_gray_scale(statistics.rmsd, count_scale));
    let header = header(resolved);

    let counts = || -> Result<(), Failure> {
        let counts = pixels::to_counts(image.view(), count_scale, output.adc, &region);
        Ok(smv::write_u16(&output.int_file, &header, counts.view())?)
    };
    let gray = || -> Result<(), Failure> {
        if let Some(path) = &output.pgm_file {
            let gray = pixels::to_gray(image.view(), gray_scale, &region);
            pgm::write(path, gray_scale, gray.view())?;
        }
        Ok(())
    };
    let noise = || -> Result<Option<(f64, u64)>, Failure> {
        let Some(path) = &output.noise_file else { return Ok(None) };
        let noisy = noise::noisy(image, &panel.region, output.adc, output.seed);
        smv::write_u16(path, &header, noisy.counts.view())?;
        Ok(Some((noisy.photons, noisy.overloads)))
    };
    let (noise, (counts, gray)) = rayon::join(noise, || rayon::join(counts, gray));
    counts?;
    gray?;
    let solid_angle_sr = rendering.solid_angle_sr();
    Ok(Written { statistics, solid_angle_sr, count_scale, gray_scale, noise: noise?, files: named(resolved) })
}

/// Every file of a run with what it holds.
fn named(resolved: &Resolved) -> Vec<(PathBuf, &'static str)> {
    let output = &resolved.output;
    let mut files = vec![
        (output.float_file.clone(), "photons, 4-byte floats"),
        (output.int_file.clone(), "scaled counts, 2-byte integers (SMV)"),
    ];
    files.extend(output.pgm_file.clone().map(|path| (path, "scaled bytes (PGM)")));
    files.extend(output.noise_file.clone().map(|path| (path, "photons with noise, 2-byte integers (SMV)")));
    files.extend(resolved.dump.target.clone().map(|path| (path, "structure factors, binary")));
    files
}

/// The header of the SMV images.
pub(crate) fn header(resolved: &Resolved) -> HeaderFields {
    let placement = &resolved.simulation.panels[0].placement;
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
    }
}
