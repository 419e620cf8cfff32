//! Images that differ in one known way fail in that way, and in no other.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use nanobragg_compare::{Error, Image, Options, Report};
use nanobragg_image_io::Region;
use ndarray::{Array2, Axis};
use proptest::prelude::*;

const SHAPE: [usize; 2] = [120, 160];

/// Spots on a small background, moved by a number of pixels.
fn spots(shift: [f64; 2]) -> Array2<f64> {
    let offset = |pixel: usize, spacing: f64, shift: f64| {
        (pixel as f64 - shift + spacing / 2.0).rem_euclid(spacing) - spacing / 2.0
    };
    Array2::from_shape_fn(SHAPE, |(slow, fast)| {
        let (s, f) = (offset(slow, 17.3, 5.2 + shift[0]), offset(fast, 14.7, 6.1 + shift[1]));
        0.5 + 1000.0 * (-(s * s + f * f) / 2.5).exp()
    })
}

fn options() -> Options {
    let mut options = Options::default();
    options.peaks.percentile = 98.0;
    options
}

fn compare(a: &Array2<f64>, b: &Array2<f64>, options: &Options) -> Report {
    Report::between(&Image::new("a", a.clone()), &Image::new("b", b.clone()), options).unwrap()
}

fn failed(report: &Report) -> Vec<&'static str> {
    assert_eq!(report.passed, report.checks.iter().all(|check| check.passed));
    report.checks.iter().filter(|check| !check.passed).map(|check| check.name).collect()
}

#[test]
fn an_image_is_itself() {
    let a = spots([0.0; 2]);
    let report = compare(&a, &a, &options());
    let judged = report.judged();
    assert!(report.passed && report.findings.is_empty(), "{report}");
    assert_eq!(judged.metrics.bit_equal.to_bits(), 1.0_f64.to_bits());
    assert!(
        (judged.metrics.correlation - 1.0).abs() < 1e-12 && (judged.ssim - 1.0).abs() < 1e-12,
        "{report}"
    );
    assert_eq!((judged.peaks.matched, judged.peaks.peaks_a), (judged.peaks.peaks_b, judged.peaks.matched));
    assert!(judged.peaks.matched > 50, "{report}");
}

#[test]
fn two_percent_more_fails_on_the_sum_ratio_alone() {
    let a = spots([0.0; 2]);
    let report = compare(&a, &(1.02 * &a), &options());
    assert_eq!(failed(&report), ["sum ratio"]);
    let metrics = &report.judged().metrics;
    for quantile in &metrics.relative_quantiles {
        assert!((quantile.value - 0.02).abs() < 1e-8, "{quantile:?}");
    }
    assert!((metrics.sum_ratio - 1.02).abs() < 1e-12);
    assert!((metrics.rms_relative - 0.02).abs() < 1e-12);
    assert_eq!(report.findings, ["sum ratio is 1.02, expected 0.99 to 1.01"]);
    assert_eq!(report.exit_status(), 1);
}

#[test]
fn half_a_pixel_fails_on_the_correlation_and_is_named_by_the_peaks() {
    let report = compare(&spots([0.0; 2]), &spots([0.0, 0.5]), &options());
    assert_eq!(failed(&report), ["correlation"]);
    let named = report.findings.iter().find(|finding| finding.contains("displaced")).unwrap();
    assert!(named.starts_with("peaks are displaced by 0.5"), "{named}");
    let [slow, fast] = report.judged().peaks.mean_shift_px;
    assert!(slow.abs() < 0.02 && (fast - 0.5).abs() < 0.02, "{slow} {fast}");
}

#[test]
fn a_nan_fails_wherever_it_is() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let a = spots([0.0; 2]);
        let mut b = a.clone();
        b[[119, 159]] = value;
        for (a, b) in [(&a, &b), (&b, &a), (&b, &b)] {
            let report = compare(a, b, &options());
            assert_eq!(failed(&report), ["NaN and infinite pixels"], "{value}");
        }
        assert_eq!(compare(&a, &b, &options()).judged().metrics.not_finite.total(), 1);
    }
}

#[test]
fn the_place_of_the_largest_difference_is_named() {
    let a = spots([0.0; 2]);
    let mut b = a.clone();
    b[[70, 33]] -= 12.0;
    b[[80, 34]] += 11.0;
    let largest = compare(&a, &b, &options()).judged().metrics.largest_difference;
    assert_eq!((largest.slow, largest.fast), (70, 33));
    assert!((largest.value + 12.0).abs() < 1e-9 && (largest.b - largest.a + 12.0).abs() < 1e-9);
}

#[test]
fn a_region_and_a_mask_are_judged_by_themselves() {
    let a = spots([0.0; 2]);
    let mut b = a.clone();
    b.slice_axis_mut(Axis(0), (60..).into()).fill(7.0);
    b[[10, 10]] = f64::NAN;
    let region = Region { fast: 0..=999, slow: 0..=59 };
    let mut mask = Array2::from_elem(SHAPE, true);
    mask[[10, 10]] = false;
    for (region, mask, expected_parts, passes) in [
        (None, None, vec!["whole"], false),
        (Some(region.clone()), None, vec!["whole", "region"], false),
        (None, Some(mask.clone()), vec!["whole", "unmasked"], false),
        (Some(region), Some(mask), vec!["whole", "region", "unmasked"], true),
    ] {
        let report = compare(&a, &b, &Options { region, mask, ..options() });
        assert_eq!(report.parts.iter().map(|part| part.name).collect::<Vec<_>>(), expected_parts);
        assert_eq!(report.passed, passes, "{report}");
    }
}

#[test]
fn nothing_to_compare_is_an_error() {
    let a = Image::new("a", spots([0.0; 2]));
    let region = Some(Region { fast: 500..=600, slow: 0..=9 });
    let error = Report::between(&a, &a, &Options { region, ..options() }).unwrap_err();
    assert_eq!(error.to_string(), "region: found no pixel of a, expected at least one to compare");
    let mask = Some(Array2::from_elem(SHAPE, false));
    assert!(matches!(Report::between(&a, &a, &Options { mask, ..options() }), Err(Error::NoPixels { .. })));
}

#[test]
fn shapes_that_differ_are_an_error_or_resampled() {
    let (a, b) = (Image::new("a", Array2::ones((4, 6))), Image::new("b", Array2::from_elem((2, 3), 4.0)));
    let error = Report::between(&a, &b, &options()).unwrap_err();
    assert_eq!(error.to_string(), "b: found 2 slow x 3 fast pixels, expected 4 x 6 as in a");
    assert_eq!(error.exit_status(), 3);
    let report = Report::between(&a, &b, &Options { resample: true, ..options() }).unwrap();
    assert!(report.passed, "{report}");
    assert_eq!(report.resampled_from, Some([2, 3]));
    assert!(
        report.to_string().contains("the second image was resampled from 2 slow x 3 fast pixels"),
        "{report}"
    );
    let mask = Some(Array2::from_elem((2, 2), true));
    let error = Report::between(&a, &a, &Options { mask, ..options() }).unwrap_err();
    assert_eq!(error.to_string(), "the mask: found 2 slow x 2 fast pixels, expected 4 x 6 as in a");
}

#[test]
fn every_threshold_can_fail() {
    let (a, b) = (spots([0.0; 2]), 1.001 * spots([0.0, 0.01]));
    assert!(compare(&a, &b, &options()).passed);
    for (set, name) in [
        ((|t| t.min_correlation = 1.0) as fn(&mut nanobragg_compare::Thresholds), "correlation"),
        (|t| t.max_sum_ratio = 1.0, "sum ratio"),
        (|t| t.max_rms_relative = Some(1e-4), "rms relative difference"),
        (|t| t.max_relative = Some(1e-4), "largest relative difference"),
        (|t| t.max_difference = Some(1e-4), "largest difference"),
        (|t| t.min_ssim = Some(1.0), "structural similarity"),
        (|t| t.max_mean_displacement_px = Some(1e-3), "mean displacement of peaks"),
        (|t| t.max_displacement_px = Some(1e-3), "largest displacement of a peak"),
        (|t| t.min_matched_peaks = Some(1.1), "matched peaks"),
        (|t| t.min_bit_equal = Some(0.5), "bit-equal pixels"),
    ] {
        let mut options = options();
        set(&mut options.thresholds);
        assert_eq!(failed(&compare(&a, &b, &options)), [name]);
    }
}

#[test]
fn images_without_contrast_are_compared_too() {
    let flat = |value: f64| Array2::from_elem((20, 20), value);
    assert!(compare(&flat(0.0), &flat(0.0), &options()).passed);
    assert!(compare(&flat(3.0), &flat(3.0), &options()).passed);
    assert_eq!(failed(&compare(&flat(3.0), &flat(6.0), &options())), ["sum ratio"]);
    assert_eq!(failed(&compare(&flat(0.0), &flat(3.0), &options())), ["sum ratio"]);
    assert_eq!(
        failed(&compare(&flat(3.0), &spots([0.0; 2]).slice_move(ndarray::s![..20, ..20]), &options()))
            .first(),
        Some(&"correlation")
    );
}

#[test]
fn threads_change_nothing() {
    let (a, b) = (spots([0.0; 2]), spots([0.1, 0.2]));
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| compare(&a, &b, &options()).to_json())
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn the_summary_is_json() {
    let report = compare(&spots([0.0; 2]), &spots([0.0, 0.5]), &options());
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["passed"], false);
    assert_eq!(json["parts"][0]["name"], "whole");
    assert!(json["parts"][0]["metrics"]["correlation"].as_f64().unwrap() < 0.9995);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_factor_is_the_sum_ratio_and_nothing_else(factor in 0.1_f64..10.0) {
        let a = spots([0.0; 2]);
        let metrics = compare(&a, &(factor * &a), &options()).judged().metrics.clone();
        prop_assert!((metrics.sum_ratio / factor - 1.0).abs() < 1e-12);
        prop_assert!((metrics.correlation - 1.0).abs() < 1e-12);
    }

    #[test]
    fn no_pixels_make_it_panic(pixels in prop::collection::vec(prop::num::f64::ANY, 16), other in prop::collection::vec(any::<u16>(), 16)) {
        let a = Array2::from_shape_vec((4, 4), pixels).unwrap();
        let b = Array2::from_shape_vec((4, 4), other).unwrap().mapv(f64::from);
        for (a, b) in [(&a, &b), (&b, &a), (&a, &a)] {
            let report = compare(a, b, &options());
            prop_assert!(!report.to_json().is_empty() && !report.to_string().is_empty());
        }
    }
}
