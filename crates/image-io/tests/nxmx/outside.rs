//! What h5py, nxmx and dxtbx find in the files, each skipped with a word where it is not there.

use std::path::Path;
use std::process::Command;

use nanobragg_image_io::nxmx::{Description, Panel, PixelType, Rotation};
use ndarray::Array2;
use serde_json::{Value, json};

use crate::series::{count, described, images, one_panel, six_panels, turning, write};

/// The packages of PyPI are those of the first Python, Debian's are those of the system's.
const PYTHON: &str = "python3";
const SYSTEM_PYTHON: &str = "/usr/bin/python3";

/// What a library finds in a file; `None` when it is not there.
fn found_by(python: &str, library: &str, path: &Path) -> Option<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/nxmx/judge.py");
    let output = match Command::new(python).arg(script).arg(library).arg(path).output() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: {python} is not there: {error}");
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    if text.starts_with("absent") {
        println!("skipped: {python} has no {library}: {text}");
        return None;
    }
    Some(serde_json::from_str(&text).unwrap())
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap_or_else(|| panic!("{value}")).iter().map(|x| x.as_f64().unwrap()).collect()
}

#[track_caller]
fn near(found: &Value, expected: &[f64], most_off: f64) {
    let found = if found.is_array() { numbers(found) } else { vec![found.as_f64().unwrap()] };
    assert_eq!(found.len(), expected.len(), "{found:?} {expected:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= most_off, "{found} {expected}");
    }
}

fn flat<T: Copy + Into<f64>>(panels: &[Array2<T>]) -> Vec<f64> {
    panels.iter().flatten().map(|x| (*x).into()).collect()
}

/// One panel and six, turning and still.
fn cases() -> Vec<(Vec<Panel>, Option<Rotation>)> {
    let turns = || [Some(turning()), None];
    let all = [one_panel(), six_panels()].map(|panels| turns().map(|turn| (panels.clone(), turn)));
    all.into_iter().flatten().collect()
}

/// McStas has x and z the other way.
fn mcstas([x, y, z]: [f64; 3]) -> [f64; 3] {
    [-x, y, -z]
}

const MM_PER_M: f64 = 1e3;

#[test]
fn h5py_reads_every_pixel_and_field() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    for (panels, rotation) in cases() {
        let (said, images) = (described(panels.clone(), rotation), images(&panels, count));
        write(&path, &said, &images);
        let Some(found) = found_by(PYTHON, "h5py", &path) else { return };
        let [values, attributes] = ["values", "attributes"].map(|key| &found[key]);
        let pixels: Vec<f64> = images.iter().flat_map(|image| flat(image)).collect();
        assert_eq!(numbers(&values["entry/data/data"]), pixels);
        let masks: Vec<f64> = flat(said.detector.mask.as_ref().unwrap());
        assert_eq!(numbers(&values["entry/instrument/detector/pixel_mask"]), masks);
        let rows: usize = panels.iter().map(|panel| panel.shape[0]).sum();
        let columns = panels[0].shape[1];
        let expected = json!({
            "type": "<i4", "shape": [3, rows, columns], "chunks": [1, rows, columns], "filters": ["32008"]
        });
        assert_eq!(found["data"], expected);
        assert_eq!(found["linked"], true);
        for (field, expected) in [
            ("entry/definition", "NXmx"),
            ("entry/title", "a lattice of one µm"),
            ("entry/instrument/detector/module_0/local_name", &panels[0].name),
            ("entry/instrument/detector/depends_on", "/entry/instrument/detector/transformations/detector_z"),
        ] {
            assert_eq!(values[field], expected);
        }
        for (attribute, expected) in [
            ("entry/data@signal", "data"),
            ("entry/instrument/beam/incident_wavelength@variant", "incident_wavelength_1Dspectrum"),
        ] {
            assert_eq!(attributes[attribute], expected);
        }
        let beam = |field: &str| &values[format!("entry/instrument/beam/{field}")];
        // Along x, as it is in the horizontal plane.
        near(beam("incident_polarization_stokes"), &[1.0, 0.9, 0.0, 0.0], 1e-15);
        near(beam("incident_wavelength_1Dspectrum"), &[0.976, 0.9776], 0.0);
        near(beam("incident_wavelength_1Dspectrum_weights"), &[0.25, 0.75], 0.0);
        if let [_] = panels[..] {
            let centre = ["x", "y"].map(|axis| format!("entry/instrument/detector/beam_center_{axis}"));
            near(&values[&centre[0]], &[24.5], 1e-9);
            near(&values[&centre[1]], &[17.25], 1e-9);
        }
    }
}

#[test]
fn h5py_reads_every_type_of_pixel() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    let (panels, said) = (one_panel(), described(one_panel(), None));
    macro_rules! check {
        ($($number:ty, $kind:ident, $name:literal, $value:expr);*) => {$({
            let images = images::<$number>(&panels, $value);
            write(&path, &said, &images);
            assert_eq!(nanobragg_image_io::nxmx::shape(&path).unwrap().pixel_type, PixelType::$kind);
            let Some(found) = found_by(PYTHON, "h5py", &path) else { return };
            assert_eq!(found["data"]["type"], $name);
            let pixels: Vec<f64> = images.iter().flat_map(|image| flat(image)).collect();
            assert_eq!(numbers(&found["values"]["entry/data/data"]), pixels);
        })*};
    }
    check! {
        u16, U16, "<u2", |n| u16::try_from(65_535 - n).unwrap();
        i16, I16, "<i2", |n| -i16::try_from(n).unwrap();
        u32, U32, "<u4", |n| u32::MAX - u32::try_from(n).unwrap();
        i32, I32, "<i4", |n| i32::MIN + i32::try_from(n).unwrap();
        f32, F32, "<f4", |n| 0.125 * n as f32
    }
}

#[test]
fn nxmx_finds_the_geometry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    for (panels, rotation) in cases() {
        let said = described(panels.clone(), rotation);
        write(&path, &said, &images(&panels, count));
        let Some(found) = found_by(PYTHON, "nxmx", &path) else { return };
        check_said(&found, &said);
        assert_eq!(found["panels"].as_array().unwrap().len(), panels.len());
        let mut row = 0.0;
        for (found, panel) in found["panels"].as_array().unwrap().iter().zip(&panels) {
            let most_off = 1e-6 * panel.pixel_size_m[0] * MM_PER_M;
            near(&found["origin_mm"], &mcstas(panel.origin_m).map(|x| x * MM_PER_M), most_off);
            near(&found["fast_axis"], &mcstas(panel.fast_axis), 1e-12);
            near(&found["slow_axis"], &mcstas(panel.slow_axis), 1e-12);
            near(&found["pixel_mm"], &panel.pixel_size_m.map(|x| x * MM_PER_M), 1e-12);
            let [slow, fast] = panel.shape.map(|x| x as f64);
            near(&found["data_origin"], &[row, 0.0], 0.0);
            near(&found["data_size"], &[slow, fast], 0.0);
            row += slow;
        }
        match &said.rotation {
            None => assert!(found["turn"].is_null()),
            Some(Rotation { axis, angles_deg }) => {
                let turn = &found["turn"];
                near(&turn["axis"], &mcstas(*axis), 1e-12);
                for (key, which) in [("start_deg", 0), ("end_deg", 1)] {
                    near(
                        &turn[key],
                        &angles_deg.iter().map(|angles| angles[which]).collect::<Vec<_>>(),
                        1e-12,
                    );
                }
                near(&turn["width_deg"], &[0.2; 3], 1e-12);
            }
        }
    }
}

fn check_said(found: &Value, said: &Description) {
    for (key, expected) in [
        ("definition", "NXmx"),
        ("start_time", "2026-11-24T10:00:00+00:00"),
        ("end_time", "2026-11-24T10:00:01+00:00"),
        ("source", &said.source),
        ("instrument", &said.instrument),
        ("sample", &said.sample),
        ("description", &said.detector.name),
        ("material", "Si"),
    ] {
        assert_eq!(found[key], expected, "{key}");
    }
    for (key, expected) in [
        ("thickness_mm", 0.32),
        ("saturation", 1_048_500.0),
        ("underload", 0.0),
        ("count_time_s", 0.1),
        ("frame_time_s", 0.103),
        ("wavelength", 0.976_8),
        ("flux", 3e12),
    ] {
        near(&found[key], &[expected], 1e-12 * expected);
    }
    if said.detector.panels.len() == 1 {
        near(&found["distance_mm"], &[231.0], 1e-9);
    }
}

/// DIALS imports it, and has the geometry and the pixels. Of the polarization its NXmx format knows nothing.
#[test]
fn dxtbx_imports_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    for (panels, rotation) in cases() {
        let (said, images) = (described(panels.clone(), rotation), images(&panels, count));
        write(&path, &said, &images);
        let Some(found) = found_by(SYSTEM_PYTHON, "dxtbx", &path) else { return };
        assert_eq!(found["format"], "FormatNXmx");
        near(&found["wavelength"], &[0.976_8], 1e-12);
        near(&found["to_source"], &[0.0, 0.0, 1.0], 1e-12);
        assert_eq!(found["panels"].as_array().unwrap().len(), panels.len());
        for (found, panel) in found["panels"].as_array().unwrap().iter().zip(&panels) {
            let most_off = 1e-6 * panel.pixel_size_m[0] * MM_PER_M;
            near(&found["origin_mm"], &panel.origin_m.map(|x| x * MM_PER_M), most_off);
            near(&found["fast_axis"], &panel.fast_axis, 1e-12);
            near(&found["slow_axis"], &panel.slow_axis, 1e-12);
            near(&found["pixel_mm"], &panel.pixel_size_m.map(|x| x * MM_PER_M), 1e-12);
            assert_eq!(found["shape"], json!(panel.shape));
            // It counts the lowest value from one below.
            near(&found["trusted"], &[-1.0, 1_048_500.0], 0.0);
            near(&found["thickness_mm"], &[0.32], 1e-12);
            assert_eq!(found["material"], "Si");
        }
        match &said.rotation {
            None => assert_eq!(found["experiments"], 3),
            Some(rotation) => {
                assert_eq!((&found["experiments"], &found["images"]), (&json!(1), &json!(3)));
                near(&found["axis"], &rotation.axis, 1e-12);
                near(&found["oscillation_deg"], &[10.0, 0.2], 1e-12);
                near(&found["exposure_s"], &[0.103], 1e-12);
            }
        }
        for (found, image) in found["pixels"].as_array().unwrap().iter().zip(&images) {
            let found: Vec<f64> = found.as_array().unwrap().iter().flat_map(numbers).collect();
            assert_eq!(found, flat(image));
        }
        let masks = said.detector.mask.as_ref().unwrap();
        for ((found, mask), image) in found["good"].as_array().unwrap().iter().zip(masks).zip(&images[0]) {
            // It also leaves out what is beyond the trusted range.
            let good = mask.iter().zip(image).map(|(mask, value)| f64::from(*mask == 0 && *value >= 0));
            assert_eq!(numbers(found), good.collect::<Vec<_>>());
        }
    }
}
