//! The reference run's two traced pixels.

use std::time::Instant;

use nanobragg_trace::{Log, Value};

use crate::{places, run};

/// Relative difference that a value may have.
const TOLERANCE: f64 = 1e-10;

fn check(log: &Log, key: &str, expected: &[f64]) {
    let line = log.lines.iter().find(|line| line.key == key).unwrap_or_else(|| panic!("no {key}"));
    let Value::Numbers(found) = &line.value else { panic!("{key}: {:?}", line.value) };
    assert_eq!(found.len(), expected.len(), "{key}");
    for (found, expected) in found.iter().zip(expected) {
        let bound = TOLERANCE * expected.abs();
        assert!((found - expected).abs() <= bound, "{key}: {found:e} instead of {expected:e}");
    }
}

#[test]
fn its_pixels_are_the_recorded_ones() {
    let Some((golden, data)) = places::shared("golden").zip(places::shared("data")) else { return };
    let args = std::fs::read_to_string(golden.join("supervisor/args.txt")).unwrap();
    let traced = |pixel: &str, mode: &str| {
        let ran = run(&data, &format!("trace -pixel {pixel} {args} {mode}"));
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        Log::parse(&ran.stdout, pixel).unwrap()
    };
    let log = traced("685 1039", "-compat c");
    check(&log, "hkl_frac", &[-6.8795206024501, -0.607255839576692, -13.766298525469]);
    check(&log, "F_cell", &[190.27]);
    check(&log, "I_before_scaling", &[943654.80923755]);
    check(&log, "I_pixel_final", &[2.88139542684698e-07]);
    check(&traced("685 1039", ""), "I_pixel_final", &[2.4647073117176e-07]);
    check(&traced("1039 685", "-compat c"), "I_pixel_final", &[446.254110667806]);
    check(&traced("1039 685", ""), "I_pixel_final", &[466.481824489585]);
}

/// Reading 64,333 reflections included; the bound is generous, for machines that do other things besides.
#[test]
fn tracing_a_pixel_takes_no_time() {
    let Some((golden, data)) = places::shared("golden").zip(places::shared("data")) else { return };
    let args = std::fs::read_to_string(golden.join("supervisor/args.txt")).unwrap();
    let words = format!("trace -pixel 685 1039 {args}");
    let seconds = |_| {
        let start = Instant::now();
        assert_eq!(run(&data, &words).status, Some(0));
        start.elapsed().as_secs_f64()
    };
    let best = (0..3).map(seconds).fold(f64::INFINITY, f64::min);
    eprintln!("a traced pixel of the reference run: {best:.4} s");
    assert!(cfg!(debug_assertions) || best < 0.2, "{best} s");
}

#[test]
fn the_index_at_a_pixel_is_found_and_looked_up() {
    let Some((golden, data)) = places::shared("golden").zip(places::shared("data")) else { return };
    let args = std::fs::read_to_string(golden.join("supervisor/args.txt")).unwrap();
    let ran = run(&data, &format!("probe -pixel 685 1039 {args} --expect 190.27 --format json"));
    assert_eq!(ran.status, Some(0), "{}{}", ran.stdout, ran.stderr);
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(found["index"], serde_json::json!([-7, -1, -14]));
    assert_eq!(found["sources"][0]["neighbors_listed"], 26);
}
