//! What is written beside a trace, the look-up of a reflection, and the list of settings.

use std::fs;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{places, run};

const LIST: &str = "-mat rotated.mat -hkl dense_box.hkl -default_F 3 -N 5 -lambda 1.1 -distance 180 -pixel 0.4 -detpixels 96";

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn the_same_input_gives_the_same_bytes_but_for_the_environment() {
    let inputs = places::own_golden().join("inputs");
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    for folder in &folders {
        let out = folder.path().join("a/b");
        let ran = run(&inputs, &format!("trace -pixel 52 56 {LIST} --format json --out {}", out.display()));
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        assert_eq!(ran.stdout.lines().count(), 5, "{}", ran.stdout);
    }
    let read =
        |place: usize, name: &str| fs::read_to_string(folders[place].path().join("a/b").join(name)).unwrap();
    for name in ["trace.log", "trace.json", "config.json", "hkl.json"] {
        assert_eq!(read(0, name), read(1, name), "{name}");
    }
    assert_eq!(read(0, "trace.log"), run(&inputs, &format!("trace -pixel 52 56 {LIST}")).stdout);

    let (mut one, mut other) = (parsed(&read(0, "environment.json")), parsed(&read(1, "environment.json")));
    for environment in [&mut one, &mut other] {
        let time = environment["time"].take();
        assert!(time.as_str().is_some_and(|time| time.len() == 20 && time.ends_with('Z')), "{time}");
    }
    assert_eq!(one, other);
    assert_eq!(one["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(one["mode"], "physics");

    let bytes = fs::read(inputs.join("dense_box.hkl")).unwrap();
    let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let hkl = parsed(&read(0, "hkl.json"));
    let expected = json!({
        "file": "dense_box.hkl", "bytes": bytes.len(), "sha256": sum,
        "shape": [19, 17, 15], "h": [-9, 9], "k": [-8, 8], "l": [-7, 7], "count": 4845, "default_F": 3.0,
    });
    assert_eq!(hkl, expected);
}

#[test]
fn a_pixel_is_needed_and_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let cell = "-cell 70 -default_F 10 -N 5 -detpixels 96";
    for (words, status, message) in [
        ("", 2, "give -pixel SLOW FAST"),
        ("-pixel 0.4", 2, "give -pixel SLOW FAST"),
        ("-pixel 96 0", 2, "slow 0 to 95 and fast 0 to 95"),
        ("-pixel -1 0", 2, "slow 0 to 95 and fast 0 to 95"),
        ("-pixel 1 2 3", 2, "pixel"),
        ("-pixel 1 2 -lamda 1", 2, "did you mean -lambda?"),
        ("-pixel 1 2 -hkl absent.hkl", 3, "absent.hkl"),
        ("-pixel 1 2 -roi 5 9 5 9", 0, "nothing is computed there"),
        ("-pixel 0.4 -pixel 1 2", 0, ""),
        ("--trace-pixel 1 2", 0, ""),
        ("-pixel 1 2 --out /dev/null/x", 1, "/dev/null/x"),
    ] {
        let ran = run(folder.path(), &format!("trace {cell} {words}"));
        assert_eq!(ran.status, Some(status), "{words}: {}", ran.stderr);
        assert!(ran.stderr.contains(message), "{words}: {}", ran.stderr);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a trace writes no image");
}

#[test]
fn a_reflection_is_looked_up_in_every_source() {
    let fixtures = places::root().join("fixtures");
    let both = "--hkl hkl/awkward.hkl --fdump hkl/awkward.Fdump.bin";
    for (words, status, statuses) in [
        (format!("{both} --index 2 2 2 --expect -12.5"), 0, &["OK", "OK"][..]),
        (format!("{both} --index 2 2 2 --expect -12.6"), 1, &["DIFFERS", "DIFFERS"]),
        (format!("{both} --index 2 2 2 --expect -12.6 --tolerance 0.01"), 0, &["OK", "OK"]),
        (format!("{both} --index -1 -2 3"), 0, &["OK", "OK"]),
        (format!("{both} --index 1 1 1"), 1, &["ABSENT", "ABSENT"]),
        (format!("{both} --index 9 -9 9"), 1, &["OUTSIDE", "OUTSIDE"]),
        (format!("--hkl absent.hkl {both} --index 2 2 2"), 0, &["SKIP", "OK", "OK"]),
        ("--hkl absent.hkl --fdump absent.bin --index 2 2 2".to_owned(), 3, &["SKIP", "SKIP"]),
        (format!("--hkl bad/hkl/word.hkl {both} --index 2 2 2"), 3, &["UNREADABLE", "OK", "OK"]),
    ] {
        let ran = run(&fixtures, &format!("probe {words}"));
        assert_eq!(ran.status, Some(status), "{words}: {}{}", ran.stdout, ran.stderr);
        let mut lines = ran.stdout.lines().skip(2);
        for expected in statuses {
            let line = lines.next().unwrap();
            assert_eq!(line.split_whitespace().next(), Some(*expected), "{words}: {line}");
        }
        let found = parsed(&run(&fixtures, &format!("probe {words} --format json")).stdout);
        let found: Vec<_> =
            found["sources"].as_array().unwrap().iter().map(|s| s["status"].clone()).collect();
        assert_eq!(found, statuses);
    }
    for (words, message) in [
        ("--index 1 2 3", "--hkl FILE"),
        ("--hkl hkl/awkward.hkl", "--index H K L"),
        ("--hkl hkl/awkward.hkl --index 1 2", "index"),
        ("--hkl hkl/awkward.hkl --index 1 2 3 -pixel 1 2", "index"),
    ] {
        let ran = run(&fixtures, &format!("probe {words}"));
        assert_eq!(ran.status, Some(2), "{words}: {}", ran.stdout);
        assert!(ran.stderr.contains(message), "{words}: {}", ran.stderr);
    }
    let ran = run(&fixtures, &format!("probe --hkl absent.hkl {both} --index 2 2 2 --expect -12.5"));
    insta::assert_snapshot!("probe", ran.stdout);
}

#[test]
fn the_reflection_of_a_pixel_is_the_one_of_its_trace() {
    let inputs = places::own_golden().join("inputs");
    let trace = run(&inputs, &format!("trace -pixel 52 56 {LIST}")).stdout;
    let rounded = trace.lines().find_map(|line| line.strip_prefix("TRACE_RS: hkl_rounded ")).unwrap();
    let factor = trace.lines().find_map(|line| line.strip_prefix("TRACE_RS: F_cell ")).unwrap();
    // Another list, which is not there, does not matter to the geometry.
    let ran =
        run(&inputs, &format!("probe --hkl absent.hkl -pixel 52 56 {LIST} --expect {factor} --format json"));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let found = parsed(&ran.stdout);
    let index: Vec<String> = found["index"].as_array().unwrap().iter().map(Value::to_string).collect();
    // An index next to 0 is rounded to −0.
    assert_eq!(index.join(" "), rounded.replace("-0 ", "0 "));
}

#[test]
fn every_setting_says_where_it_comes_from() {
    let inputs = places::own_golden().join("inputs");
    let words = "-cell 70 80 90 -default_F 10 -N 5 -xds -mask mask.img -energy 12000";
    let ran = run(&inputs, &format!("config {words} --format json"));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let config = parsed(&ran.stdout);
    let settings = config["settings"].as_array().unwrap();
    let find = |name: &str| {
        settings.iter().find(|setting| setting["name"] == name).unwrap_or_else(|| panic!("{name}"))
    };
    assert_eq!(
        find("crystal.cells"),
        &json!({ "name": "crystal.cells", "value": [5, 5, 5], "from": "flag", "flag": "-N" })
    );
    assert_eq!(find("detector.convention.name")["flag"], "-xds");
    assert_eq!(find("detector.convention.pixels")["from"], "header");
    assert_eq!(find("detector.convention.pixels")["file"], "mask.img");
    assert_eq!(find("detector.convention.pivot")["from"], "convention");
    assert_eq!(find("crystal.fudge")["from"], "default");
    assert_eq!(
        find("beam.spectrum.energy_ev"),
        &json!({ "name": "beam.spectrum.energy_ev", "value": 12000.0, "from": "flag", "flag": "-energy" })
    );
    let derived = config["derived"].as_array().unwrap();
    let wavelength = derived.iter().find(|value| value["name"] == "central wavelength").unwrap();
    let angstrom: f64 = wavelength["value"].as_str().unwrap().parse().unwrap();
    assert!((angstrom - 12398.42 / 12000.0).abs() < 1e-12);
    assert_eq!(wavelength["unit"], "Å");

    // As TOML, every line that has a value says so too.
    let ran = run(&inputs, &format!("config {words}"));
    let line = |name: &str| ran.stdout.lines().find(|line| line.starts_with(name)).unwrap();
    assert!(line("pixels = ").ends_with("# SIZE1 in the header of mask.img"), "{}", ran.stdout);
    let values = ran.stdout.lines().filter(|line| line.contains(" = ")).collect::<Vec<_>>();
    assert!(values.iter().all(|line| line.contains("  # ")), "{}", ran.stdout);
    assert_eq!(values.len(), settings.len());
}
