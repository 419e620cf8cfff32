//! dxtbx, the model of DIALS, as the judge: it reads what we write, and reads what we read.
//!
//! Skipped, with a word, where `/usr/bin/python3` cannot import it and DIALS.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests stop and print like tests")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{fixture, pixel, thousand};
use nanobragg_experiment::dials::{self, Imported, PanelFrame, Truth};
use nanobragg_experiment::{Panel, Spectrum};
use serde_json::{Value, json};

const PYTHON: &str = "/usr/bin/python3";
const JUDGE: &str = include_str!("dxtbx_judge.py");

/// Whether dxtbx is there, and DIALS for its predictions; if not, says that a test is skipped.
fn has_dxtbx(test: &str) -> bool {
    let output = Command::new(PYTHON).args(["-c", "import dxtbx, dials.algorithms.spot_prediction"]).output();
    let found = output.is_ok_and(|output| output.status.success());
    if !found {
        println!("{test}: skipped, {PYTHON} cannot import dxtbx and dials");
    }
    found
}

/// The largest difference of each kind between an experiment list as dxtbx reads it and what is said about it.
fn judge(expt: &Path, said: &Value) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let (script, file) = (folder.path().join("judge.py"), folder.path().join("said.json"));
    fs::write(&script, JUDGE).unwrap();
    fs::write(&file, said.to_string()).unwrap();
    let output = Command::new(PYTHON).arg(&script).arg(expt).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    println!("{}: {}", expt.display(), String::from_utf8_lossy(&output.stdout));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn check(found: &Value, limits: &[(&str, f64)]) {
    for (what, limit) in limits {
        let difference = found[what].as_f64().unwrap_or_else(|| panic!("{what} was not compared: {found}"));
        assert!(difference < *limit, "{what}: {difference}");
    }
}

fn rays(panels: &[Panel]) -> Vec<Value> {
    let ray = |(index, direction)| {
        let pixel = pixel(direction, &panels[index]).unwrap();
        json!({ "panel": index, "direction": direction, "pixel": pixel })
    };
    thousand(panels).into_iter().map(ray).collect()
}

fn said_of(imported: &Imported) -> Value {
    let panels = imported.panels.as_deref().unwrap();
    let beam = imported.beam.as_ref().unwrap();
    let Spectrum::WavelengthAngstrom(wavelength) = beam.spectrum else { panic!("{beam:?}") };
    let bare = |panel: &Panel| {
        let mut value = serde_json::to_value(panel).unwrap();
        value["bad"] = serde_json::to_value(&panel.bad).unwrap();
        value
    };
    json!({
        "panels": panels.iter().map(bare).collect::<Vec<_>>(),
        "beam": {
            "wavelength_angstrom": wavelength,
            "direction": beam.direction,
            "kahn_factor": beam.polarization.kahn_factor,
            "e_vector": beam.polarization.e_vector,
        },
        "scan": imported.scan,
        "vectors_angstrom": imported.crystal.as_ref().and_then(|crystal| crystal.vectors_angstrom),
        "rays": rays(panels),
    })
}

#[test]
fn dxtbx_reads_fixtures_as_we_do() {
    if !has_dxtbx("dxtbx_reads_fixtures_as_we_do") {
        return;
    }
    let still = [
        ("origin_mm", 1e-9),
        ("fast_axis", 1e-12),
        ("slow_axis", 1e-12),
        ("pixel_size_mm", 1e-12),
        ("pixel", 1e-6),
        ("ray", 1e-9),
        ("wavelength_angstrom", 1e-12),
        ("beam_direction", 1e-12),
        ("polarization_factor", 1e-12),
    ];
    let rotation = [
        ("oscillation_deg", 1e-12),
        ("spindle_axis", 1e-12),
        ("reciprocal_per_angstrom", 1e-12),
        ("predicted_s1", 1e-9),
    ];
    for (name, has_scan) in
        [("one_panel.expt", false), ("two_by_three.expt", false), ("two_theta.expt", true)]
    {
        let path = fixture(name);
        let found = judge(&path, &said_of(&dials::read(&path).unwrap()));
        check(&found, &still);
        if has_scan {
            check(&found, &rotation);
            assert!(found["predicted_reflections"].as_u64().unwrap() > 100, "{found}");
        }
    }
}

fn truth() -> Truth {
    let (sin, cos) = 0.3_f64.sin_cos();
    let panel = |name: &str, x: f64, thickness_mm, mu_per_mm| PanelFrame {
        name: name.to_owned(),
        origin_mm: [x, -3.25, -71.0 / 3.0],
        fast_axis: [cos, 0.0, sin],
        slow_axis: [0.0, -2.0, 0.0],
        pixels: [30, 50],
        pixel_size_mm: 0.172,
        thickness_mm,
        mu_per_mm,
        trusted_range: Some([-1.0, 1e6]),
    };
    Truth {
        wavelength_angstrom: 0.976_3,
        beam_direction: [0.01, 0.02, -3.0],
        kahn_factor: 0.87,
        e_vector: [2.0, 0.3, 0.1],
        panels: vec![panel("left", -9.1, 0.0, 0.0), panel("right", 1.0 / 7.0, 0.32, 3.7)],
        spindle_axis: Some([0.2, 4.0, -0.1]),
        scan: Some((-12.5, 0.25, 8)),
        vectors_angstrom: Some([[61.0, 3.0, -9.0], [-4.0, 72.0, 5.0], [8.0, 1.0, 83.0]]),
    }
}

/// What is expected of the file that is written, from the truth alone.
fn said_of_truth(truth: &Truth) -> Value {
    let unit = |v: [f64; 3]| common::scaled(v, 1.0 / common::dot(v, v).sqrt());
    let frame = |p: &PanelFrame| {
        Panel::new(p.origin_mm, unit(p.fast_axis), unit(p.slow_axis), p.pixels, p.pixel_size_mm)
            .named(&p.name)
    };
    let panels: Vec<_> = truth.panels.iter().map(frame).collect();
    let photons = unit(truth.beam_direction);
    let along = common::scaled(photons, -common::dot(photons, truth.e_vector));
    let mut said = json!({
        "panels": panels,
        "beam": {
            "wavelength_angstrom": truth.wavelength_angstrom,
            "direction": photons,
            "kahn_factor": truth.kahn_factor,
            "e_vector": unit(common::add(truth.e_vector, along)),
        },
        "scan": truth.scan.zip(truth.spindle_axis).map(|((start_deg, width_deg, images), axis)| json!({
            "axis": unit(axis), "start_deg": start_deg, "width_deg": width_deg, "images": images,
        })),
        "vectors_angstrom": truth.vectors_angstrom,
        // Rays of the first panel alone: the second one corrects for parallax.
        "rays": rays(&panels[..1]),
    });
    for panel in said["panels"].as_array_mut().unwrap() {
        panel["bad"] = json!([]);
    }
    said
}

#[test]
fn dxtbx_reads_what_we_write() {
    if !has_dxtbx("dxtbx_reads_what_we_write") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("truth.expt");
    let rotating = truth();
    let still = Truth { spindle_axis: None, scan: None, vectors_angstrom: None, ..truth() };
    for truth in [rotating, still] {
        fs::write(&path, dials::write(&truth).to_string()).unwrap();
        let found = judge(&path, &said_of_truth(&truth));
        let limits = [
            ("origin_mm", 1e-9),
            ("fast_axis", 1e-12),
            ("slow_axis", 1e-12),
            ("pixel", 1e-6),
            ("wavelength_angstrom", 1e-12),
            ("beam_direction", 1e-12),
            ("polarization_factor", 1e-12),
        ];
        check(&found, &limits);
        if truth.scan.is_some() {
            check(
                &found,
                &[("oscillation_deg", 1e-12), ("spindle_axis", 1e-12), ("reciprocal_per_angstrom", 1e-12)],
            );
            check(&found, &[("predicted_s1", 1e-9)]);
        }
    }
}

#[test]
fn what_is_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("truth.expt");
    let truth = truth();
    fs::write(&path, dials::write(&truth).to_string()).unwrap();
    let imported = dials::read(&path).unwrap();
    assert!(imported.notices.is_empty(), "{:?}", imported.notices);
    let panels = imported.panels.unwrap();
    for (panel, written) in panels.iter().zip(&truth.panels) {
        assert_eq!((&panel.name, panel.pixels), (&written.name, written.pixels));
        let off = (0..3).map(|i| (panel.origin_mm[i] - written.origin_mm[i]).abs()).fold(0.0, f64::max);
        assert!(off < 1e-12, "{panel:?}");
        assert_eq!(panel.trusted_range, written.trusted_range);
    }
    assert!((panels[1].sensor.thickness_um - 320.0).abs() < 1e-9);
    let scan = imported.scan.unwrap();
    assert_eq!((scan.start_deg, scan.width_deg, scan.images), (-12.5, 0.25, 8));
    assert_eq!(imported.crystal.unwrap().vectors_angstrom, truth.vectors_angstrom);
    assert!((imported.beam.unwrap().polarization.kahn_factor - truth.kahn_factor).abs() < 1e-12);
}
