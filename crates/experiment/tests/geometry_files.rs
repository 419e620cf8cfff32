//! Geometries of CrystFEL and DIALS: what is read, and that a thousand directions meet the same pixels by the file's own
//! definition and through the panels that are read.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests stop and print like tests")]

mod common;

use std::collections::HashMap;
use std::fs;

use common::{Vector, add, cross, fixture, meet, pixel, scaled, thousand};
use nanobragg_experiment::{BadRegion, Panel, Sensor, Spectrum, crystfel, dials};
use serde_json::Value;

const TOLERANCE_PX: f64 = 1e-6;

/// A plane by a file's own definition: corner, fast, slow, one pixel long each.
type Plane = [Vector; 3];

fn check(name: &str, panels: &[Panel], planes: &[Plane]) {
    assert_eq!(panels.len(), planes.len(), "{name}");
    let mut worst: f64 = 0.0;
    for (index, direction) in thousand(panels) {
        let [corner, fast, slow] = planes[index];
        let expected = meet(direction, corner, fast, slow).expect("in front of the sample");
        let found = pixel(direction, &panels[index]).expect("in front of the sample");
        for axis in 0..2 {
            worst = worst.max((found[axis] - expected[axis]).abs());
        }
    }
    assert!(worst < TOLERANCE_PX, "{name}: {worst} pixels");
    println!("{name}: largest difference {worst:.1e} pixels");
}

/// The planes of a geometry file, by the manual page: x = (fs·fsx + ss·ssx + corner_x)/res and so on, here in pixels.
/// Only what `make.py` writes: global values first, every direction as three numbers.
fn planes_of_geom(name: &str) -> Vec<(String, Plane)> {
    let text = fs::read_to_string(fixture(name)).unwrap();
    let mut global = HashMap::new();
    let mut panels: Vec<(String, HashMap<&str, &str>)> = Vec::new();
    for line in text.lines().filter(|line| line.contains('=')) {
        let (key, value) = line.split_once('=').unwrap();
        let Some((panel, key)) = key.trim().split_once('/') else {
            global.insert(key.trim(), value.trim());
            continue;
        };
        if panels.last().is_none_or(|(last, _)| last != panel) {
            panels.push((panel.to_owned(), global.clone()));
        }
        panels.last_mut().unwrap().1.insert(key, value.trim());
    }
    panels.into_iter().map(|(name, said)| (name, plane_of_geom(&said))).collect()
}

fn plane_of_geom(said: &HashMap<&str, &str>) -> Plane {
    let number = |key: &str| said[key].split(' ').next().unwrap().parse::<f64>().unwrap();
    let direction = |key: &str| {
        let mut parts = said[key].split(' ').map(|part| part[..part.len() - 1].parse::<f64>().unwrap());
        std::array::from_fn(|_| parts.next().unwrap())
    };
    let z = (number("clen") + number("coffset")) * number("res");
    [[number("corner_x"), number("corner_y"), z], direction("fs"), direction("ss")]
}

/// The planes of an experiment list in mm: frames of the hierarchy in one another, each given in the one above.
fn planes_of_expt(name: &str) -> Vec<Plane> {
    let list: Value = serde_json::from_str(&fs::read_to_string(fixture(name)).unwrap()).unwrap();
    let detector = &list["detector"][0];
    let panels = detector["panels"].as_array().unwrap();
    let mut planes = vec![None; panels.len()];
    let laboratory = [[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    match detector.get("hierarchy") {
        Some(root) => descend(root, laboratory, panels, &mut planes),
        None => planes = panels.iter().map(|panel| Some(inside(laboratory, panel))).collect(),
    }
    let pixels = planes.into_iter().zip(panels).map(|(plane, panel)| {
        let edge = panel["pixel_size"][0].as_f64().unwrap();
        let [origin, fast, slow]: Plane = plane.unwrap();
        [origin, scaled(fast, edge), scaled(slow, edge)]
    });
    pixels.collect()
}

fn descend(group: &Value, parent: Plane, panels: &[Value], planes: &mut [Option<Plane>]) {
    let frame = inside(parent, group);
    for child in group["children"].as_array().unwrap() {
        match child.get("panel").and_then(Value::as_u64) {
            Some(index) => {
                let index = usize::try_from(index).unwrap();
                planes[index] = Some(inside(frame, &panels[index]));
            }
            None => descend(child, frame, panels, planes),
        }
    }
}

fn inside([origin, fast, slow]: Plane, inner: &Value) -> Plane {
    let vector = |key: &str| -> Vector { std::array::from_fn(|i| inner[key][i].as_f64().unwrap()) };
    let normal = cross(fast, slow);
    let turned = |v: Vector| add(add(scaled(fast, v[0]), scaled(slow, v[1])), scaled(normal, v[2]));
    [add(origin, turned(vector("origin"))), turned(vector("fast_axis")), turned(vector("slow_axis"))]
}

#[test]
fn crystfel_panels_are_where_the_file_says() {
    for name in ["one_panel.geom", "two_by_three.geom", "two_theta.geom"] {
        let panels = crystfel::read(&fixture(name)).unwrap().panels(None).unwrap();
        let (names, planes): (Vec<_>, Vec<_>) = planes_of_geom(name).into_iter().unzip();
        assert_eq!(panels.iter().map(|panel| panel.name.as_str()).collect::<Vec<_>>(), names);
        check(name, &panels, &planes);
    }
}

#[test]
fn dials_panels_are_where_the_file_says() {
    for name in ["one_panel.expt", "two_by_three.expt", "two_theta.expt"] {
        let panels = dials::read(&fixture(name)).unwrap().panels.unwrap();
        check(name, &panels, &planes_of_expt(name));
    }
}

#[test]
fn both_formats_give_the_same_detector() {
    for stem in ["one_panel", "two_by_three", "two_theta"] {
        let geometry = crystfel::read(&fixture(&format!("{stem}.geom"))).unwrap();
        let imported = dials::read(&fixture(&format!("{stem}.expt"))).unwrap();
        // The one of two_theta.geom is turned by 180 degrees about x.
        let turn = if stem == "two_theta" { [1.0, -1.0, -1.0] } else { [1.0; 3] };
        for (a, b) in geometry.panels(None).unwrap().iter().zip(imported.panels.unwrap()) {
            assert_eq!((&a.name, a.pixels), (&b.name, b.pixels));
            let pairs = [(a.origin_mm, b.origin_mm), (a.fast_axis, b.fast_axis), (a.slow_axis, b.slow_axis)];
            for (a, b) in pairs {
                let off = (0..3).map(|i| (a[i] - turn[i] * b[i]).abs()).fold(0.0, f64::max);
                assert!(off < 1e-12, "{stem}: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn defaults_hold_for_panels_named_after_them() {
    let geometry = crystfel::read(&fixture("features.geom")).unwrap();
    let panels = geometry.panels(None).unwrap();
    let facts: Vec<_> = panels
        .iter()
        .map(|p| (p.name.as_str(), p.pixels, p.pixel_size_mm, p.trusted_range.unwrap()[1]))
        .collect();
    let expected = [
        ("first", [10, 20], 0.1, 5000.0),
        ("second", [10, 20], 0.2, 7000.0),
        ("third", [10, 16], 0.2, 7000.0),
    ];
    assert_eq!(facts, expected);
    // clen, coffset and the shift of the whole detector.
    let origins = [[-0.9, 0.35, 80.0], [4.1, -0.2, 91.0], [0.1, -6.2, 81.0]];
    for (panel, origin) in panels.iter().zip(origins) {
        for (found, expected) in panel.origin_mm.iter().zip(origin) {
            assert!((found - expected).abs() < 1e-12, "{panel:?}");
        }
    }
    assert_eq!((panels[0].fast_axis, panels[0].slow_axis), ([1.0, 0.0, 0.0], [0.0, -1.0, 0.0]));
    assert!(
        (panels[2].slow_axis[1] + 0.999_999).abs() < 1e-15 && (panels[2].slow_axis[0] + 0.001).abs() < 1e-15
    );
    assert_eq!(geometry.photon_energy_ev, Some(9500.0));
    assert_eq!(geometry.clen_m, None, "panels have different ones");
}

#[test]
fn bad_regions_are_those_of_crystfel() {
    let panels = crystfel::read(&fixture("features.geom")).unwrap().panels(None).unwrap();
    // One region in the plane, with one strip for each edge of the second panel and one rectangle on the third.
    assert_eq!(panels.iter().map(|panel| panel.bad.len()).collect::<Vec<_>>(), [1, 5, 2]);
    assert_eq!(panels[2].bad[0], BadRegion::Pixels([1, 3, 1, 9]));
    // CrystFEL's own test: the corner of a pixel is strictly within the region.
    let [min, max] = [-3.0, 3.0];
    let mut marked = 0;
    for (panel, shift_px) in panels.iter().zip([[1.0, -2.0], [0.5, -1.0], [0.5, -1.0]]) {
        let Some(BadRegion::LabXyMm([x0, x1, y0, y1])) = panel.bad.last() else { panic!("{panel:?}") };
        let corner_px = [panel.origin_mm[0] / panel.pixel_size_mm, panel.origin_mm[1] / panel.pixel_size_mm];
        assert!((corner_px[0] - shift_px[0]).fract().abs() < 1e-9, "{corner_px:?}");
        let [slow, fast] = panel.pixels;
        for (f, s) in (0..slow).flat_map(|s| (0..fast).map(move |f| (f64::from(f), f64::from(s)))) {
            let at = |f: f64, s: f64, axis: usize| {
                corner_px[axis] + f * panel.fast_axis[axis] + s * panel.slow_axis[axis]
            };
            let within = |value: f64| (min + 1e-9..max - 1e-9).contains(&value);
            let expected = within(at(f, s, 0)) && within(at(f, s, 1));
            let centre_mm = [0, 1].map(|axis| at(f + 0.5, s + 0.5, axis) * panel.pixel_size_mm);
            let found = (*x0..=*x1).contains(&centre_mm[0]) && (*y0..=*y1).contains(&centre_mm[1]);
            assert_eq!(found, expected, "{} {f} {s}", panel.name);
            marked += u32::from(found);
        }
    }
    assert!(marked > 10, "{marked}");
}

#[test]
fn what_has_no_effect_is_noted() {
    let notices = crystfel::read(&fixture("features.geom")).unwrap().notices.join("\n");
    for expected in [
        "6: bandwidth: not used",
        "features.geom:47: third/no_index: CrystFEL ignores this panel",
        "features.geom:49: third/cofset: not a known key: ignored; is coffset meant?",
        "features.geom:62: max_adu: without effect",
        "keys without use here: adu_per_eV, dim0, dim1, dim2, data, mask, mask_good, peak_list",
    ] {
        assert!(notices.contains(expected), "{expected}\n{notices}");
    }
    assert_eq!(notices.lines().count(), 5, "{notices}");
}

#[test]
fn what_a_data_file_has_must_be_given() {
    let geometry = crystfel::read(&fixture("data_file.geom")).unwrap();
    assert_eq!((geometry.clen_m, geometry.photon_energy_ev), (None, None));
    let message = geometry.panels(None).unwrap_err().to_string();
    let expected = "data_file.geom:3: q0a0/clen: expected a camera length, found its place in a data file, \
                    \"/LCLS/detector_1/EncoderValue\": give the number";
    assert!(message.ends_with(expected), "{message}");
    let panels = geometry.panels(Some(-0.45)).unwrap();
    assert!((panels[1].origin_mm[2] - 132.0).abs() < 1e-9);
    let message = geometry.beam(None).unwrap_err().to_string();
    assert!(message.contains("data_file.geom:2: photon_energy: expected a photon energy"), "{message}");
    assert_eq!(geometry.beam(Some(8000.0)).unwrap().spectrum, Spectrum::EnergyEv(8000.0));
    assert!(geometry.panels(Some(f64::NAN)).is_err());
    assert!(geometry.beam(Some(0.0)).is_err());
}

#[test]
fn an_experiment_list_has_beam_scan_and_crystal() {
    let imported = dials::read(&fixture("two_theta.expt")).unwrap();
    assert!(imported.notices.is_empty(), "{:?}", imported.notices);
    let beam = imported.beam.unwrap();
    assert_eq!(beam.spectrum, Spectrum::WavelengthAngstrom(0.9));
    assert!((beam.polarization.kahn_factor - 0.9).abs() < 1e-12);
    let photons = beam.direction.unwrap();
    assert!(photons[2] < -0.999 && common::dot(photons, beam.polarization.e_vector.unwrap()).abs() < 1e-12);
    let scan = imported.scan.unwrap();
    assert_eq!((scan.start_deg, scan.width_deg, scan.steps, scan.images), (10.0, 0.5, 1, 4));
    let panels = imported.panels.unwrap();
    assert_eq!(panels[0].sensor, Sensor::new(450.0, 1000.0 / 3.96));
    assert_eq!(panels[0].trusted_range, Some([0.0, 65535.0]));
    assert_eq!(panels[3].bad, [BadRegion::Pixels([0, 39, 0, 0]), BadRegion::Pixels([38, 39, 30, 31])]);
    let still = dials::read(&fixture("one_panel.expt")).unwrap();
    assert!(still.crystal.is_none() && still.scan.is_none());
}

#[test]
fn a_scan_may_have_properties() {
    let imported = dials::read(&fixture("scan_properties.expt")).unwrap();
    let scan = imported.scan.unwrap();
    assert_eq!((scan.start_deg, scan.images), (5.0, 3));
    assert!((scan.width_deg - 0.2).abs() < 1e-12);
    assert_eq!(scan.axis, Some([-1.0, 0.0, 0.0]), "the setting turns y to -x");
    assert_eq!(imported.beam.unwrap().direction, Some([-0.0, -0.0, -1.0]));
    assert!(imported.panels.is_none() && imported.crystal.is_none());
    let notices = imported.notices.join("\n");
    assert!(notices.contains("3: experiment: the first of 2 experiments is read"), "{notices}");
    assert!(notices.contains("beam[0].divergence: not used"), "{notices}");
}

#[test]
fn a_still_is_not_turned_by_its_goniometer() {
    let text = fs::read_to_string(fixture("two_theta.expt")).unwrap();
    let still = text.replace("\"oscillation\": [10.0, 0.5]", "\"oscillation\": [10.0, 0.0]");
    assert_ne!(still, text);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("still.expt");
    fs::write(&path, still).unwrap();
    let imported = dials::read(&path).unwrap();
    let scan = imported.scan.unwrap();
    assert_eq!((scan.start_deg, scan.width_deg, scan.images), (0.0, 0.0, 4));
    let vectors = imported.crystal.unwrap().vectors_angstrom.unwrap();
    assert_eq!(vectors, [[48.0, 20.0, -7.0], [-21.0, 55.0, 9.0], [11.0, -4.0, 71.0]], "those of the file");
    assert_eq!(imported.notices.len(), 1, "{:?}", imported.notices);
}

#[test]
fn lines_end_as_on_any_system() {
    let text = fs::read_to_string(fixture("features.geom")).unwrap();
    let expected = crystfel::read(&fixture("features.geom")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("features.geom");
    for end in ["\r\n", "\r"] {
        // A comment may be in an encoding of its own.
        let bytes = [text.replace('\n', end).as_bytes(), b"; 80 \xb5m"].concat();
        fs::write(&path, bytes).unwrap();
        let found = crystfel::read(&path).unwrap();
        assert_eq!(found.panels(None).unwrap(), expected.panels(None).unwrap(), "{end:?}");
        assert!(found.notices[1].contains("features.geom:49: third/cofset"), "{:?}", found.notices);
    }
}
