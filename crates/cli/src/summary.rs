//! What a person needs to know before a run starts, on a few lines: what is rendered, how long it will take, and what was
//! assumed. `-v` gives the report of every value instead.

use std::io::{Result, Write};

use nanobragg_c_flags::Telling;
use nanobragg_experiment::{Detector, Experiment, Intensity, Provenance, Spectrum};
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
    assumptions(prepared, out)?;
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
            let file = facts.structure_factor_file.as_ref().map(|path| path.display().to_string());
            let count = facts.reflection_count;
            let found = match file {
                Some(file) if count == 0 => file,
                Some(file) => format!("{file}: {count} reflections"),
                None => format!("{count} reflections given"),
            };
            line(out, "structure factors", &found, "")?;
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
    let nearest_mm = nearest.fold(f64::INFINITY, f64::min) * 1e3;
    let distance = match along_the_beam_mm(&prepared.experiment.detector) {
        Some(along_mm) if about(along_mm) != about(nearest_mm) => {
            format!("at {} mm along the beam, {} mm where it is nearest", number(along_mm), about(nearest_mm))
        }
        _ => format!("at {} mm", number(nearest_mm)),
    };
    line(out, "detector", &format!("{several}{fast} x {slow} pixels of {size} mm {distance}"), "")?;
    let rendered: usize = panels.iter().map(DetectorPanel::region_pixels).sum();
    let all: usize = panels.iter().map(|panel| panel.placement.panel.shape.iter().product::<usize>()).sum();
    if rendered < all {
        line(out, "region", &format!("{rendered} of {all} pixels"), "")?;
    }
    Ok(())
}

/// The distance along the beam, where it places the detector.
fn along_the_beam_mm(detector: &Detector) -> Option<f64> {
    let Detector::Convention(detector) = detector else { return None };
    let placed_otherwise = detector.origin_mm.is_some() || detector.close_distance_mm.is_some();
    (!placed_otherwise).then_some(detector.distance_mm)
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

/// A line of the values that matter and that nobody gave, if there are any.
pub(crate) fn assumptions(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let experiment = &prepared.experiment;
    let assumed =
        [of_beam(experiment), of_detector(experiment), of_crystal(prepared), of_rotation(experiment)]
            .concat();
    if assumed.is_empty() { Ok(()) } else { line(out, "assumed", &assumed.join(", "), "") }
}

/// Whether nobody gave the value of a key, nor another one that it follows from.
fn is_assumed(experiment: &Experiment, key: &str) -> bool {
    matches!(experiment.provenance.of(key), Provenance::Default | Provenance::Derived)
}

fn of_beam(experiment: &Experiment) -> Vec<String> {
    let beam = &experiment.beam;
    let is_default = |key: &str| *experiment.provenance.of(key) == Provenance::Default;
    let mut assumed = Vec::new();
    let (key, wavelength) = match &beam.spectrum {
        Spectrum::WavelengthAngstrom(wavelength) => ("beam.spectrum.wavelength_angstrom", Some(*wavelength)),
        Spectrum::Band(band) => ("beam.spectrum.band.wavelength_angstrom", Some(band.wavelength_angstrom)),
        _ => ("beam.spectrum", None),
    };
    if let Some(wavelength) = wavelength.filter(|_| is_default(key)) {
        assumed.push(format!("wavelength {} Å", number(wavelength)));
    }
    if let Spectrum::Band(band) = &beam.spectrum
        && is_assumed(experiment, "beam.spectrum.band.wavelengths")
    {
        assumed.push(format!("{} wavelengths", band.wavelengths));
    }
    match &beam.intensity {
        Intensity::FluencePerM2(fluence) if is_default("beam.intensity.fluence_per_m2") => {
            assumed.push(format!("fluence {} photons/m^2", about(*fluence)));
        }
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
    let polarization = &beam.polarization;
    if polarization.apply && polarization.kahn_factor == 0.0 && is_default("beam.polarization.kahn_factor") {
        assumed.push("unpolarized beam".to_owned());
    }
    let spread = &beam.divergence;
    for (steps, step, axis) in [
        (spread.horizontal_steps, spread.horizontal_step_mrad, "horizontal"),
        (spread.vertical_steps, spread.vertical_step_mrad, "vertical"),
    ] {
        let key = format!("beam.divergence.{axis}_steps");
        if steps > 1 && step.is_none() && is_assumed(experiment, &key) {
            assumed.push(format!("{steps} steps of {axis} divergence"));
        }
    }
    assumed
}

fn of_detector(experiment: &Experiment) -> Vec<String> {
    let Detector::Convention(detector) = &experiment.detector else { return Vec::new() };
    let is_default = |key: &str| *experiment.provenance.of(key) == Provenance::Default;
    let mut assumed = Vec::new();
    if let Some(distance_mm) = along_the_beam_mm(&experiment.detector)
        && is_default("detector.convention.distance_mm")
    {
        assumed.push(format!("distance {} mm", number(distance_mm)));
    }
    if is_default("detector.convention.pixel_size_mm") {
        assumed.push(format!("pixels of {} mm", number(detector.pixel_size_mm)));
    }
    if detector.pixels.is_none() && detector.fast_size_mm.is_none() && detector.slow_size_mm.is_none() {
        let ([_, fast], [_, fast_m]) = detector.shape();
        assumed.push(format!("{fast} pixels an edge, {} mm", number(fast_m * 1e3)));
    }
    if detector.sensor.thickness_um > 0.0 {
        if detector.sensor.attenuation_depth_um.is_none() {
            assumed.push(format!("attenuation depth {} µm", number(detector.sensor.thickness_um)));
        }
        if detector.sensor.layers.is_none() {
            let is_reference = experiment.mode == nanobragg_experiment::Mode::Compat;
            assumed.push(format!("{} sensor layers", detector.sensor.in_layers(is_reference).layers));
        }
    }
    assumed
}

fn of_crystal(prepared: &Prepared) -> Vec<String> {
    let crystal = &prepared.experiment.crystal;
    let mut assumed = Vec::new();
    if crystal.size_um.is_none() && *prepared.experiment.provenance.of("crystal.cells") == Provenance::Default
    {
        assumed.push("one unit cell".to_owned());
    }
    if crystal.mosaic.spread_deg > 0.0 && crystal.mosaic.domains.is_none() {
        assumed.push(format!("{} mosaic domains", prepared.resolved.simulation.orientations.domains()));
    }
    assumed
}

fn of_rotation(experiment: &Experiment) -> Vec<String> {
    let scan = &experiment.scan;
    let mut assumed = Vec::new();
    if scan.width_deg > 0.0 && scan.step_deg.is_none() {
        if is_assumed(experiment, "scan.width_deg") {
            assumed.push(format!("rotation of {} deg", number(scan.width_deg)));
        }
        if is_assumed(experiment, "scan.steps") {
            assumed.push(format!("{} rotation step{}", scan.steps, if scan.steps == 1 { "" } else { "s" }));
        }
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
