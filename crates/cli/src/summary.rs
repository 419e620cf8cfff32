//! What a person needs to know before a run starts, on a few lines: what is rendered, how long it will take, and what was
//! assumed. `-v` gives the report of every value instead.

use std::io::{Result, Write};

use nanobragg_c_flags::Telling;
use nanobragg_kernel::{DetectorPanel, Mode, Precision, StructureFactors};

use crate::assumed;
use crate::pace::Estimate;
use crate::prepared::Prepared;
use crate::report::{self, about, line, number, numbers};

/// What is to be rendered and how long that will take, as much of it as is to be told.
pub(crate) fn before(prepared: &Prepared, estimate: &Estimate, out: &mut impl Write) -> Result<()> {
    match prepared.options.telling {
        Telling::Errors => Ok(()),
        Telling::Summary => summary(prepared, estimate, out),
        Telling::Everything => {
            report::resolved(prepared, estimate, out)?;
            assumed::tell(prepared, out)
        }
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
    assumed::tell(prepared, out)?;
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
    let distance = match assumed::along_the_beam_mm(&prepared.experiment.detector) {
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
