//! Detectors of several panels, from CrystFEL, DIALS and TOML files: six panels are the whole that they are cut from.

use std::path::Path;

use serde_json::{Value, json};

use crate::workplace::{Run, run_in, run_toml_in, workplace};

/// On the tilted plane of `one_panel` and `two_by_three`: 120 × 64 pixels of 0.2 mm, 40 mm down the beam.
const CRYSTAL: &str = "-cell 30 35 40 80 95 100 -misset 10 20 30 -default_F 100 -N 6 -oversample 1 -seed 1";

/// Pixels of the whole, slow and fast, and of one of six.
const WHOLE: [usize; 2] = [64, 120];
const SIXTH: [usize; 2] = [32, 40];

fn good(folder: &Path, line: &str) -> Run {
    let run = run_in(folder, &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, Some(0), "{line}: {}", run.stderr);
    run
}

/// Runs an experiment in a workplace of its own.
fn rendered(line: &str) -> Run {
    good(workplace().path(), &format!("{CRYSTAL} {line}"))
}

/// The bytes of six panels' pixels, put together row by row as the whole's.
fn assembled(panels: &[u8], bytes: usize) -> Vec<u8> {
    let mut whole = Vec::new();
    for slow in 0..WHOLE[0] {
        for column in 0..3 {
            let panel = slow / SIXTH[0] * 3 + column;
            let row = (panel * SIXTH[0] + slow % SIXTH[0]) * SIXTH[1] * bytes;
            whole.extend(&panels[row..row + SIXTH[1] * bytes]);
        }
    }
    whole
}

/// The panels' files of an image, without their headers, one after the other.
fn six_files(run: &Run, stem: &str, extension: &str) -> Vec<u8> {
    let file = |panel: usize| &run.files[&format!("{stem}_{panel}.{extension}")];
    (0..6).flat_map(|panel| pixels(file(panel), extension)).collect()
}

fn pixels(file: &[u8], extension: &str) -> Vec<u8> {
    let header = match extension {
        "img" => 512,
        _ => file.windows(5).position(|bytes| bytes == b"\n255\n").unwrap() + 5,
    };
    file[header..].to_vec()
}

#[test]
fn six_panels_are_the_whole_bit_for_bit() {
    for more in [
        "",
        "-gauss_xtal",
        "-oversample 2",
        "-water 5",
        "-gauss_xtal -oversample 2 -oversample_omega -water 5 -mosaic 0.5 -mosaic_domains 3",
        "-phi 2 -osc 1 -phisteps 3 -polar 0.8 -hdivrange 2 -hdivsteps 3 -dispersion 1 -dispsteps 3",
        "-detector_thick 300 -detector_abs 250 -detector_thicksteps 3 -oversample_thick",
    ] {
        let [one, six] =
            ["one_panel", "two_by_three"].map(|name| rendered(&format!("-geom {name}.geom {more}")));
        assert!(one.photons().iter().any(|&photons| photons > 0.0), "{more}: dark");
        assert!(assembled(six.image(), 4) == one.image(), "{more}: the panels' floats are others");
        for (stem, extension, bytes) in [("intimage", "img", 2), ("image", "pgm", 1)] {
            let found = assembled(&six_files(&six, stem, extension), bytes);
            let whole = pixels(&one.files[&format!("{stem}.{extension}")], extension);
            assert!(found == whole, "{more}: {stem}.{extension} is another one");
        }
        let [one, six] =
            ["one_panel", "two_by_three"].map(|name| rendered(&format!("-expt {name}.expt {more}")));
        assert!(assembled(six.image(), 4) == one.image(), "{more}: the panels of the .expt are others");
    }
}

#[test]
fn both_formats_describe_the_same_detector() {
    // The list says how the beam is polarized, the other one does not. The corner of a .geom has 12 digits: a fringe of six cells moves by less than 1e-9 of its width.
    let [geom, expt] = ["-geom two_by_three.geom", "-expt two_by_three.expt"]
        .map(|line| rendered(&format!("{line} -nopolar")).photons());
    close("geom and expt", &geom, &expt, 1e-6);
}

/// Pixels agree within a part of themselves and 1e-9 of the largest one, which is what is left in the zeros of fringes.
fn close(what: &str, found: &[f32], expected: &[f32], part: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0, |max: f64, &photons| max.max(f64::from(photons)));
    assert!(largest > 0.0, "{what}: dark");
    for (place, (&f, &e)) in found.iter().zip(expected).enumerate() {
        let (f, e) = (f64::from(f), f64::from(e));
        assert!((f - e).abs() <= part * e + 1e-9 * largest, "{what}, pixel {place}: {f:e} and {e:e}");
    }
}

fn described(run: &Run) -> Value {
    serde_json::from_slice(&run.files["floatimage.json"]).unwrap()
}

#[test]
fn the_file_beside_the_floats_states_their_shape() {
    let six = rendered("-geom two_by_three.geom");
    let panels: Vec<Value> =
        (0..6).map(|panel| json!({ "name": format!("p{panel}"), "shape": SIXTH })).collect();
    let expected = json!({
        "type": "float32", "byte_order": "little", "file": "floatimage.bin", "shape": [6, 32, 40], "panels": panels,
    });
    assert_eq!(described(&six), expected);
    assert_eq!(six.image().len(), 6 * 32 * 40 * 4);
    let one = described(&rendered("-geom one_panel.geom"));
    assert_eq!((&one["shape"], &one["panels"][0]["name"]), (&json!(WHOLE), &json!("whole")));
    let names: Vec<&str> = six.files.keys().map(String::as_str).collect();
    let of = |stem: &str, extension: &str| {
        (0..6).map(|panel| format!("{stem}_{panel}.{extension}")).collect::<Vec<_>>()
    };
    let mut expected = [of("image", "pgm"), of("intimage", "img"), of("noiseimage", "img")].concat();
    expected.extend(["floatimage.bin".to_owned(), "floatimage.json".to_owned()]);
    expected.sort();
    assert_eq!(names, expected);
}

/// One stream: every panel has noise of its own, the first that of a detector of this panel alone.
#[test]
fn noise_is_one_stream_over_the_panels() {
    let folder = workplace();
    let panel = |name: &str| {
        format!(
            "[[detector.panels]]\nname = \"{name}\"\norigin_mm = [-4.0, -3.0, 60.0]\nfast_axis = [1.0, 0.0, 0.0]\n\
             slow_axis = [0.0, 1.0, 0.0]\npixels = [20, 30]\npixel_size_mm = 0.2\n"
        )
    };
    let run = |panels: &str, flags: &str| {
        let toml = format!("{PANEL_CRYSTAL}{panels}");
        let run = run_toml_in(folder.path(), &toml, flags);
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        for file in run.files.keys() {
            std::fs::remove_file(folder.path().join(file)).unwrap();
        }
        run
    };
    let two = run(&(panel("a") + &panel("b")), "-fluence 1e26 -seed 7");
    let one = run(&panel("a"), "-fluence 1e26 -seed 7");
    assert!(two.image()[..one.image().len()] == two.image()[one.image().len()..], "two panels at one place");
    assert!(two.files["noiseimage_0.img"] == one.files["noiseimage.img"]);
    assert!(two.files["noiseimage_0.img"] != two.files["noiseimage_1.img"]);
    assert!(
        two.files["noiseimage_1.img"]
            == run(&(panel("a") + &panel("b")), "-fluence 1e26 -seed 7").files["noiseimage_1.img"]
    );
}

const PANEL_CRYSTAL: &str = "\
[crystal]
cell = [30.0, 35.0, 40.0, 80.0, 95.0, 100.0]
cells = [6, 6, 6]
orientation.misset_deg = [10.0, 20.0, 30.0]
[structure_factors]
source.uniform = 100.0
[sampling]
oversample = 1
[response]
noise_seed = 1
";

#[test]
fn the_report_lists_panels() {
    let six = rendered("-geom two_by_three.geom -v");
    for panel in 0..6 {
        let listed =
            six.stdout.lines().filter(|line| line.trim_start().starts_with(&format!("p{panel} "))).count();
        assert_eq!(listed, 2, "p{panel} with its place and with what came out\n{}", six.stdout);
    }
    assert!(six.stdout.contains("panels                     6"), "{}", six.stdout);
    let whole = rendered("-geom one_panel.geom -v");
    let line = |run: &Run, name: &str| {
        run.stdout.lines().find(|line| line.starts_with(&format!("  {name} "))).unwrap().to_owned()
    };
    for name in ["sum", "mean", "rms", "solid angle"] {
        assert_eq!(line(&six, name), line(&whole, name));
    }
}

#[test]
fn panels_of_different_shapes_have_a_file_each() {
    let folder = workplace();
    let panel = |fast: u32, x: f64| {
        format!(
            "[[detector.panels]]\norigin_mm = [{x:?}, -3.0, 60.0]\nfast_axis = [1.0, 0.0, 0.0]\nslow_axis = [0.0, 1.0, 0.0]\n\
             pixels = [20, {fast}]\npixel_size_mm = 0.2\n"
        )
    };
    let toml = format!("{PANEL_CRYSTAL}{}{}", panel(30, -4.0), panel(10, 2.0));
    let two = run_toml_in(folder.path(), &toml, "");
    assert_eq!(two.status, Some(0), "{}", two.stderr);
    assert!(!two.files.contains_key("floatimage.bin"));
    let expected = json!({
        "type": "float32", "byte_order": "little",
        "panels": [
            { "name": "0", "shape": [20, 30], "file": "floatimage_0.bin" },
            { "name": "1", "shape": [20, 10], "file": "floatimage_1.bin" },
        ],
    });
    assert_eq!(described(&two), expected);
    let whole = run_toml_in(workplace().path(), &format!("{PANEL_CRYSTAL}{}", panel(40, -4.0)), "");
    let row = |file: &str, fast: usize, slow: usize| {
        two.files[file][slow * fast * 4..(slow + 1) * fast * 4].to_vec()
    };
    let together: Vec<u8> = (0..20)
        .flat_map(|slow| [row("floatimage_0.bin", 30, slow), row("floatimage_1.bin", 10, slow)].concat())
        .collect();
    assert!(together == whole.image(), "a panel cut in two is the whole");
}

#[test]
fn keys_of_a_file_name_geometries_as_flags_do() {
    let folder = workplace();
    let data_file =
        std::fs::read_to_string(crate::workplace::fixtures().join("geometry/data_file.geom")).unwrap();
    std::fs::write(folder.path().join("data_file.geom"), data_file).unwrap();
    for (keys, tables, flags) in [
        ("geom = \"two_by_three.geom\"", "", "-geom two_by_three.geom"),
        ("expt = \"two_by_three.expt\"", "", "-expt two_by_three.expt"),
        (
            "geom = { file = \"two_by_three.geom\", camera_length_mm = 50.0 }",
            "",
            "-geom two_by_three.geom -distance 50",
        ),
        (
            "geom = \"two_by_three.geom\"",
            "[beam]\nspectrum.wavelength_angstrom = 1.1\n",
            "-geom two_by_three.geom -lambda 1.1",
        ),
        (
            "geom = { file = \"data_file.geom\", camera_length_mm = 80.0 }",
            "[beam]\nspectrum.energy_ev = 9000.0\n",
            "-geom data_file.geom -distance 80 -energy 9000",
        ),
    ] {
        let by_flags = good(folder.path(), &format!("{CRYSTAL} {flags}"));
        let by_file = run_toml_in(folder.path(), &format!("{keys}\n{PANEL_CRYSTAL}{tables}"), "");
        assert_eq!(by_file.status, Some(0), "{keys}: {}", by_file.stderr);
        assert!(by_file.image() == by_flags.image(), "{keys}");
        assert!(by_flags.photons().iter().any(|&photons| photons > 0.0), "{keys}: dark");
    }
    for (flags, missing) in [("", "photon_energy"), ("-lambda 1", "clen"), ("-distance 80", "photon_energy")]
    {
        let line = format!("{CRYSTAL} -geom data_file.geom {flags}");
        let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, Some(3), "{flags}: {}", run.stderr);
        assert!(run.stderr.contains(missing), "{flags}: {}", run.stderr);
    }
}
