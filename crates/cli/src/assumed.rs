//! What a run takes for granted: values that matter and that nobody gave.

use std::io::{Result, Write};

use nanobragg_experiment::{Detector, Experiment, Intensity, Mode, Provenance, Spectrum};

use crate::prepared::Prepared;
use crate::report::{about, line, number};

/// So wide is a line of values that fits a screen, without their name.
const COLUMNS: usize = 51;

/// The values that matter and that nobody gave, if there are any, on as many lines as they need.
pub(crate) fn tell(prepared: &Prepared, out: &mut impl Write) -> Result<()> {
    let experiment = &prepared.experiment;
    let assumed =
        [of_beam(experiment), of_detector(experiment), of_crystal(prepared), of_rotation(experiment)]
            .concat();
    let mut lines: Vec<String> = Vec::new();
    for value in assumed {
        match lines.last_mut() {
            // With two commas and a blank.
            Some(last) if last.chars().count() + value.chars().count() + 3 <= COLUMNS => {
                last.push_str(", ");
                last.push_str(&value);
            }
            _ => lines.push(value),
        }
    }
    for (place, values) in lines.iter().enumerate() {
        let comma = if place + 1 < lines.len() { "," } else { "" };
        line(out, if place == 0 { "assumed" } else { "" }, &format!("{values}{comma}"), "")?;
    }
    Ok(())
}

/// Whether nothing gave the value of a key.
fn is_default(experiment: &Experiment, key: &str) -> bool {
    *experiment.provenance.of(key) == Provenance::Default
}

/// Whether nobody gave the value of a key, nor another one that it follows from.
fn is_assumed(experiment: &Experiment, key: &str) -> bool {
    matches!(experiment.provenance.of(key), Provenance::Default | Provenance::Derived)
}

fn of_beam(experiment: &Experiment) -> Vec<String> {
    let beam = &experiment.beam;
    let mut assumed = Vec::new();
    let (key, wavelength) = match &beam.spectrum {
        Spectrum::WavelengthAngstrom(wavelength) => ("beam.spectrum.wavelength_angstrom", Some(*wavelength)),
        Spectrum::Band(band) => ("beam.spectrum.band.wavelength_angstrom", Some(band.wavelength_angstrom)),
        _ => ("beam.spectrum", None),
    };
    if let Some(wavelength) = wavelength.filter(|_| is_default(experiment, key)) {
        assumed.push(format!("wavelength {} Å", number(wavelength)));
    }
    if let Spectrum::Band(band) = &beam.spectrum
        && is_assumed(experiment, "beam.spectrum.band.wavelengths")
    {
        assumed.push(format!("{} wavelengths", band.wavelengths));
    }
    match &beam.intensity {
        Intensity::FluencePerM2(fluence) if is_default(experiment, "beam.intensity.fluence_per_m2") => {
            assumed.push(format!("fluence {} photons/m^2", about(*fluence)));
        }
        Intensity::Flux(flux) => {
            if is_default(experiment, "beam.intensity.flux.exposure_s") {
                assumed.push(format!("exposure {} s", number(flux.exposure_s)));
            }
            if is_default(experiment, "beam.intensity.flux.size_um") {
                assumed.push(format!("beam of {} mm", number(flux.size_um / 1e3)));
            }
        }
        _ => {}
    }
    let polarization = &beam.polarization;
    if polarization.apply
        && polarization.kahn_factor == 0.0
        && is_default(experiment, "beam.polarization.kahn_factor")
    {
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
    let mut assumed = Vec::new();
    if let Some(distance_mm) = along_the_beam_mm(&experiment.detector)
        && is_default(experiment, "detector.convention.distance_mm")
    {
        assumed.push(format!("distance {} mm", number(distance_mm)));
    }
    if is_default(experiment, "detector.convention.pixel_size_mm") {
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
            let is_reference = experiment.mode == Mode::Compat;
            assumed.push(format!("{} sensor layers", detector.sensor.in_layers(is_reference).layers));
        }
    }
    assumed
}

fn of_crystal(prepared: &Prepared) -> Vec<String> {
    let crystal = &prepared.experiment.crystal;
    let mut assumed = Vec::new();
    if crystal.size_um.is_none() && is_default(&prepared.experiment, "crystal.cells") {
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

/// The distance along the beam, where it places the detector.
pub(crate) fn along_the_beam_mm(detector: &Detector) -> Option<f64> {
    let Detector::Convention(detector) = detector else { return None };
    let placed_otherwise = detector.origin_mm.is_some() || detector.close_distance_mm.is_some();
    (!placed_otherwise).then_some(detector.distance_mm)
}
