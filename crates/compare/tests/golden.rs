//! The recorded samples of the real run: the C program against the same program with its defects corrected.

use std::path::Path;

use nanobragg_compare::load::{self, ShapeFrom};
use nanobragg_compare::{Options, Report};

#[test]
fn the_physics_differs_from_the_c_program_and_the_report_says_where() {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    if !shared.exists() {
        assert!(std::env::var_os("CI").is_none(), "the golden data is not at {}", shared.display());
        println!("skipped: the golden data is not at {}", shared.display());
        return;
    }
    let sample = |name: &str, shape| {
        load::image(shared.join("golden/supervisor").join(name), &ShapeFrom::Given(shape)).unwrap()
    };
    // The largest pixels of both runs, from `expected.json`: slow 1039, fast 685 of an image whose sample starts
    // at 1007, 653.
    let (c, physics) = (sample("c_peak64.f32", [64, 64]), sample("physics_peak64.f32", [64, 64]));
    let report = Report::between(&c, &physics, &Options::default()).unwrap();
    let largest = report.judged().metrics.largest_difference;
    assert_eq!((largest.slow, largest.fast), (32, 32), "{report}");
    assert!((largest.a - 446.254_12).abs() < 1e-4 && (largest.b - 466.481_81).abs() < 1e-4, "{report}");
    assert_eq!(report.judged().peaks.matched_fraction.to_bits(), 1.0_f64.to_bits(), "{report}");
    assert!(report.judged().peaks.mean_displacement_px < 0.5, "{report}");

    let (c, physics) = (sample("c_every7.f32", [361, 352]), sample("physics_every7.f32", [361, 352]));
    let report = Report::between(&c, &physics, &Options::default()).unwrap();
    assert!(report.judged().metrics.bit_equal < 1.0, "{report}");
    let itself = Report::between(&c, &c, &Options::default()).unwrap();
    assert!(itself.passed, "{itself}");
}
