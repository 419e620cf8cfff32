//! What a person needs to know before a run starts, on a few lines: what is rendered, how long it will take, and what was
//! assumed. `-v` gives the report of every value instead.

use std::io::{Result, Write};

use nanobragg_c_flags::Telling;
use nanobragg_experiment::{Detector, Intensity, Provenance, Spectrum};
use nanobragg_kernel::{DetectorPanel, Mode, Precision, StructureFactors};

use crate::pace::Estimate;
use crate::prepared::Prepared;
use crate::report::{self, line, number, numbers};

/// Significant digits of what only tells the size of something.
const FEW_DIGITS: usize = 3;

fn about(value: f64) -> String {
    percent_g::percent_g(value, FEW_DIGITS).to_string()
}

/// What is to be rendered and how long that will take, as much of it as is to be told.
pub(crate) fn before(prepared: &Prepared, estimate: &Estimate, out: &mut impl Write) -> Result<()> {
    match prepared.options.telling {
        Telling::Errors => Ok(()),
        Telling::Summary => summary(prepared, estimate, out),
        Telling::Everything => report::resolved(prepared, estimate, out),
    }
}

fn summary(prepared: &Prepared, estimate: &Estimate, out: &mut impl Write) -> Result<()> {
    report::title(prepared, out)?;
    crystal(prepared, out)?;
    structure_factors(prepared, out)?;
    beam(prepared, out)?;
    detector(prepared, out)?;
    rotation(prepared, out)?;
    let n = prepared.resolved.simulation.oversample;
    line(out, "sub-pixels", &format!("{n} x {n}"), "")?;
    if prepared.resolved.simulation.precision != Precision::Double {
        report::precision(&prepared.resolved.simulation, out)?;
    }
    line(out, "steps", &estimate.to_string(), "")?;
    report::noise_seed(prepared, out)?;
    let assumed = assumed(prepared);
    if !assumed.is_empty() {
        line(out, "assumed", &assumed.join(", "), "")?;
    }
    differences(prepared, out)
}

fn crystal(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let sim = &prepared.resolved.simulation;
    let (edges, angles) = sim.lattice.direct_cell();
    line(out, "unit cell", &format!("{} Å  {}", numbers(edges), numbers(angles)), "deg")?;
    let [a, b, c] = sim.crystal.cells;
    let shape = format!("{:?}", sim.crystal.shape).to_lowercase();
    line(out, "cells", &format!("{a} x {b} x {c} ({shape})"), "")?;
    report::misset_seed(prepared, out)?;
    let domains = sim.orientations.domains();
    if domains > 1 {
        let spread_deg = prepared.resolved.facts.mosaic_spread_rad.to_degrees();
        line(out, "mosaic", &format!("{} deg in {domains} domains", number(spread_deg)), "")?;
    }
    Ok(())
}

fn structure_factors(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let facts = &prepared.resolved.facts;
    match &prepared.resolved.simulation.structure_factors {
        StructureFactors::Uniform(factor) => {
            line(out, "structure factors", &format!("all {}", number(*factor)), "electrons")
        }
        StructureFactors::Grid(_) => {
            let source = facts.structure_factor_file.as_ref().map(|path| path.display().to_string());
            let count = match facts.reflection_count {
                0 => String::new(),
                count => format!(": {count} reflections"),
            };
            line(out, "structure factors", &format!("{}{count}", source.unwrap_or_default()), "")?;
            match &facts.structure_factor_origin {
                Some(origin) => line(out, "  from", origin, ""),
                None => Ok(()),
            }
        }
    }
}

fn beam(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let sim = &prepared.resolved.simulation;
    let sources = match sim.sources.len() {
        1 => String::new(),
        count => format!(", {count} sources"),
    };
    let (wavelength, fluence) =
        (number(prepared.resolved.facts.wavelength_angstrom), about(sim.fluence_per_m2));
    line(out, "beam", &format!("{wavelength} Å, {fluence} photons/m^2{sources}"), "")
}

fn detector(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let panels = &prepared.resolved.simulation.panels;
    let placed = &panels[0].placement.panel;
    let [slow, fast] = placed.shape;
    let size = number(placed.pixel_size_m * 1e3);
    let several =
        if panels.len() > 1 { format!("{} panels, the first ", panels.len()) } else { String::new() };
    let nearest = panels.iter().map(|panel| panel.placement.panel.close_distance_m);
    let distance = number(nearest.fold(f64::INFINITY, f64::min) * 1e3);
    line(out, "detector", &format!("{several}{fast} x {slow} pixels of {size} mm at {distance} mm"), "")?;
    let rendered: usize = panels.iter().map(DetectorPanel::region_pixels).sum();
    let all: usize = panels.iter().map(|panel| panel.placement.panel.shape.iter().product::<usize>()).sum();
    if rendered < all {
        line(out, "region", &format!("{rendered} of {all} pixels"), "")?;
    }
    Ok(())
}

fn rotation(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let facts = &prepared.resolved.facts;
    let steps = prepared.resolved.simulation.orientations.phis_rad().len();
    let images = prepared.experiment.rendered_images();
    if steps == 1 && images == 1 && facts.phi.range == 0.0 {
        return line(
            out,
            "rotation",
            &format!("still at phi {}", number(facts.phi_start_rad.to_degrees())),
            "deg",
        );
    }
    let start = facts.phi_start_rad.to_degrees();
    let end = start + facts.phi.range.to_degrees() * f64::from(images);
    let each = if images > 1 { format!(" for each of {images} images") } else { String::new() };
    let counted = if steps == 1 { "1 step".to_owned() } else { format!("{steps} steps") };
    line(out, "rotation", &format!("phi {} to {} deg, {counted}{each}", number(start), number(end)), "")
}

/// Values that matter and that nobody gave.
fn assumed(prepared: &Prepared) -> Vec<String> {
    let experiment = &prepared.experiment;
    let is_default = |key: &str| *experiment.provenance.of(key) == Provenance::Default;
    let mut assumed = Vec::new();
    if let Spectrum::WavelengthAngstrom(wavelength) = &experiment.beam.spectrum
        && is_default("beam.spectrum.wavelength_angstrom")
    {
        assumed.push(format!("wavelength {} Å", number(*wavelength)));
    }
    if let Detector::Convention(detector) = &experiment.detector {
        let placed_otherwise = detector.origin_mm.is_some() || detector.close_distance_mm.is_some();
        if !placed_otherwise && is_default("detector.convention.distance_mm") {
            assumed.push(format!("distance {} mm", number(detector.distance_mm)));
        }
        if is_default("detector.convention.pixel_size_mm") {
            assumed.push(format!("pixels of {} mm", number(detector.pixel_size_mm)));
        }
        if detector.sensor.thickness_um > 0.0 && detector.sensor.attenuation_depth_um.is_none() {
            assumed.push(format!("attenuation depth {} µm", number(detector.sensor.thickness_um)));
        }
    }
    match &experiment.beam.intensity {
        Intensity::FluencePerM2(_) if is_default("beam.intensity") => assumed.push("fluence".to_owned()),
        Intensity::Flux(flux) => {
            if is_default("beam.intensity.flux.exposure_s") {
                assumed.push(format!("exposure {} s", number(flux.exposure_s)));
            }
            if is_default("beam.intensity.flux.size_um") {
                assumed.push(format!("beam of {} mm", number(flux.size_um / 1e3)));
            }
        }
        _ => {}
    }
    if experiment.crystal.size_um.is_none() && is_default("crystal.cells") {
        assumed.push("one unit cell".to_owned());
    }
    if experiment.crystal.mosaic.spread_deg > 0.0 && experiment.crystal.mosaic.domains.is_none() {
        assumed.push(format!("{} mosaic domains", prepared.resolved.simulation.orientations.domains()));
    }
    assumed
}

/// How many differences from the C program play a part; each one is told in compat mode and with `-v`.
fn differences(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let rows: Vec<String> = prepared.quirks.iter().map(|row| format!("Q{row}")).collect();
    if rows.is_empty() || prepared.resolved.simulation.mode == Mode::Compat {
        return Ok(());
    }
    let counted =
        if rows.len() == 1 { "1 difference".to_owned() } else { format!("{} differences", rows.len()) };
    line(out, "from the C program", &format!("{counted}: {} (nanobragg quirks)", rows.join(" ")), "")
}
