//! The report of a run: what the experiment resolved to, and what came out.

use std::io::{Result, Write};

use nanobragg_c_flags::Telling;
use nanobragg_experiment::{Orientation, Provenance, RandomOrientation, Resolved};
use nanobragg_geometry::{Curvature, LabVec};
use nanobragg_kernel::{
    AmorphousFactor, DetectorPanel, Mode, Polarization, Precision, Shape, Simulation, StructureFactors,
};
use nanobragg_response::Counts;
use percent_g::percent_g;

use crate::exposure::Exposure;
use crate::level;
use crate::named_file::Named;
use crate::pace::Estimate;
use crate::prepared::Prepared;
use crate::written::{Total, Written};

/// Significant digits of a reported number.
const DIGITS: usize = 8;

pub(crate) fn number(value: f64) -> String {
    // Adding 0 takes the sign from a negative zero.
    percent_g(value + 0.0, DIGITS).to_string()
}

pub(crate) fn numbers(values: impl IntoIterator<Item = f64>) -> String {
    values.into_iter().map(number).collect::<Vec<_>>().join(" ")
}

/// Significant digits of what only tells the size of something.
const FEW_DIGITS: usize = 3;

/// A number of few digits.
pub(crate) fn about(value: f64) -> String {
    percent_g(value, FEW_DIGITS).to_string()
}

/// One aligned line.
pub(crate) fn line(out: &mut impl Write, name: &str, value: &str, unit: &str) -> Result<()> {
    let gap = if unit.is_empty() { "" } else { " " };
    writeln!(out, "  {name:<26} {value}{gap}{unit}")
}

/// The program and how it computes.
pub(crate) fn title(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let mode = match prepared.resolved.simulation.mode {
        Mode::Physics => "physics",
        Mode::Compat => "compat c",
    };
    writeln!(out, "nanobragg {} ({mode})", env!("CARGO_PKG_VERSION"))
}

/// What the experiment resolved to.
pub(crate) fn resolved(prepared: &Prepared, estimate: &Estimate, out: &mut impl Write) -> Result<()> {
    title(prepared, out)?;
    line(out, "processor", &level::described(), "")?;
    crystal(prepared, out)?;
    detector(&prepared.resolved, out)?;
    beam(&prepared.resolved, out)?;
    sampling(prepared, estimate, out)
}

fn crystal(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let resolved = &prepared.resolved;
    let sim = &resolved.simulation;
    let lattice = &sim.lattice;
    writeln!(out, "crystal")?;
    let (edges, angles) = lattice.direct_cell();
    line(out, "unit cell", &format!("{} Å  {}", numbers(edges), numbers(angles)), "deg")?;
    let (edges, angles) = lattice.reciprocal_cell();
    line(out, "reciprocal cell", &format!("{} 1/Å  {}", numbers(edges), numbers(angles)), "deg")?;
    line(out, "volume", &number(lattice.volume), "Å^3")?;
    for (name, vector) in [("a", lattice.a), ("b", lattice.b), ("c", lattice.c)] {
        line(out, name, &numbers(vector.to_array()), "Å")?;
    }
    for (name, vector) in [("a*", lattice.a_star), ("b*", lattice.b_star), ("c*", lattice.c_star)] {
        line(out, name, &numbers(vector.to_array()), "1/Å")?;
    }
    line(out, "missetting x y z", &numbers(resolved.facts.misset_rad.map(f64::to_degrees)), "deg")?;
    misset_seed(prepared, out)?;
    let cells = sim.crystal.cells;
    let shape = format!("{:?}", sim.crystal.shape).to_lowercase();
    line(out, "cells", &format!("{} x {} x {} ({shape})", cells[0], cells[1], cells[2]), "")?;
    if sim.crystal.shape != Shape::Square {
        line(out, "fudge", &number(sim.crystal.fudge), "")?;
    }
    let edges = [lattice.a, lattice.b, lattice.c].map(LabVec::length);
    let sizes = [0, 1, 2].map(|axis| edges[axis] * f64::from(cells[axis]) * 1e-4);
    line(out, "size", &numbers(sizes), "µm")?;
    line(out, "mosaic spread", &number(resolved.facts.mosaic_spread_rad.to_degrees()), "deg")?;
    line(out, "mosaic domains", &sim.orientations.domains().to_string(), "")?;
    if sim.orientations.domains() > 1 {
        seed("mosaic seed", prepared.experiment.crystal.mosaic.seed, "-mosaic_seed", false, out)?;
    }
    match &sim.structure_factors {
        StructureFactors::Uniform(factor) => {
            line(out, "structure factors", &format!("all {}", number(*factor)), "electrons")
        }
        StructureFactors::Grid(grid) => {
            let bounds = grid.bounds();
            let [h, k, l] = bounds.shape();
            let source = resolved
                .facts
                .structure_factor_file
                .as_ref()
                .map(|p| p.display().to_string())
                .unwrap_or_default();
            line(out, "structure factors", &source, "")?;
            if let Some(origin) = &resolved.facts.structure_factor_origin {
                line(out, "  from", origin, "")?;
            }
            if resolved.facts.reflection_count > 0 {
                line(out, "reflections", &resolved.facts.reflection_count.to_string(), "")?;
            }
            let (low, high) = (bounds.min, bounds.max);
            let ranges = format!("h {}…{}, k {}…{}, l {}…{}", low.h, high.h, low.k, high.k, low.l, high.l);
            line(out, "grid", &format!("{h} x {k} x {l} ({ranges})"), "")?;
            line(out, "F elsewhere", &number(grid.default_f()), "electrons")?;
            line(out, "F between reflections", if sim.interpolate { "tricubic" } else { "nearest" }, "")
        }
    }
}

/// The seed of a random orientation.
pub(crate) fn misset_seed(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let Some(seed) = prepared.resolved.facts.misset_seed else { return Ok(()) };
    let from = prepared.experiment.provenance.of("crystal.orientation.random.seed");
    let no_seed = Orientation::Random(RandomOrientation::default());
    let from_clock = *from == Provenance::Clock || prepared.experiment.crystal.orientation == no_seed;
    self::seed("misset seed", seed, "-misset_seed", from_clock, out)
}

/// The seed of the noise, where something has noise.
pub(crate) fn noise_seed(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let files = prepared.experiment.image_files(0);
    if files.noise.is_none() && !prepared.experiment.has_counts() {
        return Ok(());
    }
    let from_clock = prepared.experiment.response.noise_seed.is_none();
    seed("noise seed", prepared.noise_seed(), "-seed", from_clock, out)
}

/// Panels that are listed one by one.
const LISTED_PANELS: usize = 16;

/// A detector of several panels: a line each.
fn panels(resolved: &Resolved, out: &mut impl Write) -> Result<()> {
    let panels = &resolved.simulation.panels;
    writeln!(out, "detector")?;
    line(out, "panels", &panels.len().to_string(), "")?;
    for panel in panels.iter().take(LISTED_PANELS) {
        let placed = &panel.placement.panel;
        let [slow, fast] = placed.shape;
        let (size, corner) = (number(placed.pixel_size_m * 1e3), placed.corner_m() * 1e3);
        let text =
            format!("{fast} x {slow} of {size} mm, first pixel's corner {}", numbers(corner.to_array()));
        line(out, &format!("  {}", panel.name), &text, "mm")?;
    }
    if panels.len() > LISTED_PANELS {
        line(out, "  …", &format!("{} more", panels.len() - LISTED_PANELS), "")?;
    }
    let nearest = panels.iter().map(|panel| panel.placement.panel.close_distance_m);
    line(out, "nearest distance", &number(nearest.fold(f64::INFINITY, f64::min) * 1e3), "mm")?;
    let sensor = &panels[0].placement.panel.sensor;
    let layers = format!("{} of {}", sensor.layers, number(sensor.layer_thickness_m * 1e6));
    line(out, "sensor layers", &layers, "µm")?;
    line(out, "sensor attenuation", &number(sensor.attenuation_per_m * 1e-3), "1/mm")
}

fn detector(resolved: &Resolved, out: &mut impl Write) -> Result<()> {
    if resolved.simulation.panels.len() > 1 {
        return panels(resolved, out);
    }
    let placement = &resolved.simulation.panels[0].placement;
    let (panel, centers) = (&placement.panel, &placement.centers);
    writeln!(out, "detector")?;
    if let Some(steps) = &placement.steps {
        line(out, "convention", steps.convention.name(), "")?;
        line(out, "rotates about", steps.pivot.name(), "")?;
    }
    let [slow, fast] = panel.shape;
    line(
        out,
        "pixels fast x slow",
        &format!("{fast} x {slow} of {}", number(panel.pixel_size_m * 1e3)),
        "mm",
    )?;
    line(out, "distance", &number(centers.distance_m * 1e3), "mm")?;
    line(out, "nearest distance", &number(panel.close_distance_m * 1e3), "mm")?;
    for (name, axis) in [("fast axis", panel.fast), ("slow axis", panel.slow), ("normal", panel.normal)] {
        line(out, name, &numbers(axis.to_array()), "")?;
    }
    if let Some(steps) = &placement.steps {
        let rotations = [0, 1, 2].map(|axis| steps.angles_rad[axis].to_degrees());
        line(out, "rotations about x y z", &numbers(rotations), "deg")?;
        line(out, "two-theta", &number(resolved.facts.twotheta_rad.to_degrees()), "deg")?;
        line(out, "two-theta axis", &numbers(steps.twotheta_axis.to_array()), "")?;
    }
    if panel.curvature != Curvature::Flat {
        line(out, "surface", "curved about the sample", "")?;
    }
    line(out, "first pixel's corner", &numbers((panel.origin_m * 1e3).to_array()), "mm")?;
    let millimetres = |values: [f64; 2]| numbers(values.map(|m| m * 1e3));
    line(out, "Xbeam Ybeam", &millimetres(centers.xy_beam_m), "mm")?;
    line(out, "Fbeam Sbeam", &millimetres(centers.beam_m), "mm")?;
    line(out, "Xclose Yclose", &millimetres(centers.xy_close_m), "mm")?;
    line(out, "Fclose Sclose", &millimetres(centers.close_m), "mm")?;
    line(out, "beam for ADXV", &numbers(centers.adxv_mm()), "mm")?;
    line(out, "beam for MOSFLM", &numbers(centers.mosflm_mm()), "mm")?;
    line(out, "beam for DENZO", &numbers(centers.denzo_mm()), "mm")?;
    line(out, "ORGX ORGY for XDS", &numbers(centers.org_pixels), "pixels")?;
    line(out, "origin for DIALS", &numbers(centers.dials_origin_mm), "mm")?;
    let sensor = &panel.sensor;
    let layers = format!("{} of {}", sensor.layers, number(sensor.layer_thickness_m * 1e6));
    line(out, "sensor layers", &layers, "µm")?;
    line(out, "sensor attenuation", &number(sensor.attenuation_per_m * 1e-3), "1/mm")
}

fn beam(resolved: &Resolved, out: &mut impl Write) -> Result<()> {
    let sim = &resolved.simulation;
    let facts = &resolved.facts;
    writeln!(out, "beam")?;
    line(out, "direction", &numbers(sim.panels[0].placement.panel.beam.to_array()), "")?;
    line(out, "wavelength", &number(facts.wavelength_angstrom), "Å")?;
    let sweep = |sweep: nanobragg_geometry::sweep::Sweep, scale: f64| {
        format!("{} in {} steps", number(sweep.range * scale), sweep.count)
    };
    line(out, "dispersion (%)", &sweep(facts.dispersion, 100.0), "")?;
    line(out, "divergence h (mrad)", &sweep(facts.horizontal, 1e3), "")?;
    line(out, "divergence v (mrad)", &sweep(facts.vertical, 1e3), "")?;
    line(out, "sources", &sim.sources.len().to_string(), "")?;
    for (place, source) in sim.sources.iter().enumerate().take(20) {
        let incident = numbers(source.incident.to_array());
        let text =
            format!("{incident}  {} Å  weight {}", number(source.wavelength_angstrom), number(source.weight));
        line(out, &format!("  {place}"), &text, "")?;
    }
    if sim.sources.len() > 20 {
        line(out, "  …", &format!("{} more", sim.sources.len() - 20), "")?;
    }
    match sim.polarization {
        Polarization::Off => line(out, "polarization", "off", "")?,
        Polarization::Kahn { factor, e_vector } => {
            line(out, "Kahn polarization", &number(factor), "")?;
            line(out, "E-vector", &numbers(e_vector.to_array()), "")?;
        }
    }
    line(out, "fluence", &number(sim.fluence_per_m2), "photons/m^2")?;
    let water = sim.amorphous.as_ref().map_or(0.0, |water| water.thickness_m * 1e6);
    line(out, "water", &number(water), "µm")?;
    if let Some(water) = &sim.amorphous {
        amorphous_factor("F of water", &water.structure_factor, out)?;
    }
    for material in &sim.materials {
        line(out, "material", &number(material.molecules), "molecules in the beam")?;
        amorphous_factor("  F", &material.structure_factor, out)?;
    }
    Ok(())
}

fn amorphous_factor(name: &str, factor: &AmorphousFactor, out: &mut impl Write) -> Result<()> {
    match factor {
        AmorphousFactor::Curve(rows) | AmorphousFactor::SmoothCurve(rows) => {
            let (first, last) = (rows.first().map_or(0.0, |row| row.0), rows.last().map_or(0.0, |row| row.0));
            let text = format!("{} rows from {} to {}", rows.len(), number(first), number(last));
            line(out, "amorphous curve", &text, "1/Å")
        }
        AmorphousFactor::Constant(factor) => line(out, name, &number(*factor), "electrons"),
    }
}

fn sampling(prepared: &Prepared, estimate: &Estimate, out: &mut impl Write) -> Result<()> {
    let resolved = &prepared.resolved;
    let sim = &resolved.simulation;
    let facts = &resolved.facts;
    writeln!(out, "sampling")?;
    let phis = sim.orientations.phis_rad();
    let end = facts.phi_start_rad + facts.phi.range;
    let text = format!(
        "{} to {} deg in {} steps",
        number(facts.phi_start_rad.to_degrees()),
        number(end.to_degrees()),
        phis.len()
    );
    line(out, "phi", &text, "")?;
    if sim.dmin_angstrom > 0.0 {
        line(out, "finest resolution", &number(sim.dmin_angstrom), "Å")?;
    }
    let n = sim.oversample;
    line(out, "sub-pixels", &format!("{n} x {n}"), "")?;
    precision(sim, out)?;
    region(sim, out)?;
    line(out, "steps per pixel", &number(sim.steps()), "")?;
    line(out, "steps in all", &number(sim.evaluations()), "")?;
    line(out, "threads", &rayon::current_num_threads().to_string(), "")?;
    if let Some(time) = estimate.time() {
        line(out, "time", &format!("about {time}"), "")?;
    }
    line(out, "offset", &number(prepared.experiment.response.adc_offset), "counts")?;
    noise_seed(prepared, out)
}

/// Which pixels are rendered: of several panels, how many.
fn region(sim: &Simulation, out: &mut impl Write) -> Result<()> {
    if let [panel] = &sim.panels[..] {
        let region = &panel.region;
        let [slow, fast] = panel.placement.panel.shape;
        let text = format!(
            "{} to {} fast, {} to {} slow",
            region.fast.start(),
            region.fast.end().min(&(fast - 1)),
            region.slow.start(),
            region.slow.end().min(&(slow - 1))
        );
        line(out, "region", &text, "(pixels)")?;
    } else {
        let pixels: usize = sim.panels.iter().map(DetectorPanel::region_pixels).sum();
        line(out, "region", &pixels.to_string(), "pixels")?;
    }
    let masks = || sim.panels.iter().filter_map(|panel| panel.mask.as_ref());
    if masks().next().is_some() {
        let masked: usize = masks().map(|mask| mask.iter().filter(|&&rendered| !rendered).count()).sum();
        line(out, "masked", &masked.to_string(), "pixels")?;
    }
    Ok(())
}

/// A seed; one of the clock's with the flag that repeats it.
fn seed(name: &str, seed: i64, flag: &str, from_clock: bool, out: &mut impl Write) -> Result<()> {
    let clock = if from_clock { format!(" (from the clock; {flag} repeats it)") } else { String::new() };
    line(out, name, &format!("{seed}{clock}"), "")
}

/// What came out, as much of it as is to be told.
pub(crate) fn rendered(prepared: &Prepared, written: &Written, out: &mut impl Write) -> Result<()> {
    let everything = match prepared.options.telling {
        Telling::Errors => return Ok(()),
        Telling::Summary => false,
        Telling::Everything => true,
    };
    let statistics = &written.statistics;
    writeln!(out, "image")?;
    let at = statistics.max_at;
    let panels = &prepared.resolved.simulation.panels;
    let on = if panels.len() > 1 {
        format!("panel {} ", panels[statistics.max_panel].name)
    } else {
        String::new()
    };
    let text = format!("{} photons at {on}fast {} slow {}", number(statistics.max), at.fast, at.slow);
    line(out, "maximum", &text, "")?;
    line(out, "sum", &number(statistics.sum), "photons")?;
    line(out, "mean", &number(statistics.mean), "photons/pixel")?;
    left_out(prepared, written, out)?;
    if everything {
        deviations(prepared, written, out)?;
    }
    if let Some(overloads) = written.overloads {
        line(out, "counts", &format!("{overloads} pixels overloaded"), "")?;
    }
    if everything && prepared.experiment.output.write_pgm {
        line(out, "PGM scale", &number(written.gray_scale), "gray levels/photon")?;
    }
    if let Some((photons, overloads)) = written.noise {
        line(out, "noise image", &format!("{photons:.0} photons, {overloads} pixels overloaded"), "")?;
    }
    list_files(prepared, &written.files, out)
}

/// The precision of the steps, and why if it is not what was asked for.
pub(crate) fn precision(sim: &Simulation, out: &mut impl Write) -> Result<()> {
    let text = match sim.precision {
        Precision::Single if sim.uses_single() => {
            "single: pixels within 1e-5 of themselves and 1e-8 of the brightest; traces are double"
        }
        Precision::Single => {
            "double: single is not for round crystals, sums that every step multiplies, or such large cells"
        }
        Precision::Double => "double",
    };
    line(out, "precision", text, "")
}

/// How many steps were not evaluated, and by how much a pixel may be too low for it.
fn left_out(prepared: &Prepared, written: &Written, out: &mut impl Write) -> Result<()> {
    if written.left_out == 0.0 {
        return Ok(());
    }
    let percent = percent_g(100.0 * written.left_out, 4);
    let tolerance = prepared.resolved.simulation.tolerance_photons;
    let bound = if tolerance > 0.0 {
        format!("at most {} photons of a pixel", number(tolerance))
    } else {
        "beyond the ends of spots".to_owned()
    };
    line(out, "steps left out", &format!("{percent} %, {bound}"), "")
}

/// How pixels differ from their mean, panel by panel, and what they are scaled by.
fn deviations(prepared: &Prepared, written: &Written, out: &mut impl Write) -> Result<()> {
    let panels = &prepared.resolved.simulation.panels;
    line(out, "rms", &number(written.statistics.rms), "photons/pixel")?;
    line(out, "rmsd", &number(written.statistics.rmsd), "photons/pixel")?;
    for (panel, of_panel) in panels.iter().zip(&written.of_panels).take(LISTED_PANELS) {
        let at = of_panel.max_at;
        let (max, sum) = (number(of_panel.max), number(of_panel.sum));
        let text = format!("maximum {max} at fast {} slow {}, sum {sum}", at.fast, at.slow);
        line(out, &format!("  {}", panel.name), &text, "photons")?;
    }
    let solid_angle_sr = written.solid_angle_sr;
    if prepared.resolved.simulation.point_pixel {
        line(out, "sum of 1/R^2", &number(solid_angle_sr), "1/m^2")?;
    } else {
        let percent = 100.0 * solid_angle_sr / (4.0 * std::f64::consts::PI);
        let text = format!("{} sr ({}%", number(solid_angle_sr), number(percent));
        line(out, "solid angle", &text, "of the sphere)")?;
    }
    line(out, "integer scale", &number(written.count_scale), "counts/photon")
}

/// What a detector made of an image.
pub(crate) fn responded(
    prepared: &Prepared,
    counts: &[Counts],
    files: &[Named],
    out: &mut impl Write,
) -> Result<()> {
    if prepared.options.telling == Telling::Errors {
        return Ok(());
    }
    writeln!(out, "nanobragg {}", env!("CARGO_PKG_VERSION"))?;
    let from_clock = prepared.experiment.response.noise_seed.is_none();
    seed("noise seed", prepared.noise_seed(), "-seed", from_clock, out)?;
    let overloads: u64 = counts.iter().map(|counts| counts.overloads).sum();
    line(out, "counts", &format!("{overloads} pixels overloaded"), "")?;
    list_files(prepared, files, out)
}

/// One image of several, in a line.
pub(crate) fn image(exposure: &Exposure<'_>, written: &Written, out: &mut impl Write) -> Result<()> {
    if exposure.prepared.options.telling == Telling::Errors {
        return Ok(());
    }
    let images = exposure.prepared.experiment.rendered_images();
    let facts = &exposure.resolved.facts;
    let [start, end] = [facts.phi_start_rad, facts.phi_start_rad + facts.phi.range].map(f64::to_degrees);
    let statistics = &written.statistics;
    writeln!(
        out,
        "image {} of {images}: phi {} to {} deg, maximum {}, sum {} photons",
        exposure.image + 1,
        number(start),
        number(end),
        number(statistics.max),
        number(statistics.sum),
    )
}

/// What several images came to.
pub(crate) fn series(prepared: &Prepared, images: u32, total: &Total, out: &mut impl Write) -> Result<()> {
    if prepared.options.telling == Telling::Errors {
        return Ok(());
    }
    writeln!(out, "images")?;
    line(out, "images", &images.to_string(), "")?;
    line(out, "maximum", &number(total.max), "photons")?;
    line(out, "sum", &number(total.sum), "photons")?;
    if let Some(overloads) = total.overloads {
        line(out, "counts", &format!("{overloads} pixels overloaded"), "")?;
    }
    line(out, "files", &total.files.to_string(), "in all, of the first image:")?;
    list_files(prepared, &total.first, out)
}

/// Files that a summary lists.
const LISTED_FILES: usize = 12;

fn list_files(prepared: &Prepared, files: &[Named], out: &mut impl Write) -> Result<()> {
    writeln!(out, "files")?;
    let everything = prepared.options.telling == Telling::Everything;
    let listed = if everything { files.len() } else { files.len().min(LISTED_FILES) };
    let (files, more) = files.split_at(listed);
    let names: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default().max(26);
    for (name, (_, what)) in names.iter().zip(files) {
        writeln!(out, "  {name:<width$} {what}")?;
    }
    if !more.is_empty() {
        line(out, "…", &format!("{} more", more.len()), "")?;
    }
    Ok(())
}
