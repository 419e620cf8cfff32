//! Images that differ in one known way, and files that are none.
#![expect(clippy::cast_possible_truncation, reason = "the pixels are made to fit")]

use std::fs;
use std::path::Path;

use nanobragg_image_io::{npy, pgm, raw, smv};
use ndarray::{Array2, s};
use tempfile::TempDir;

use crate::{compare, failed, judged};

/// Spots on a small background, moved by a number of pixels along both axes.
fn spots(shift: f64) -> Array2<f32> {
    let offset = |pixel: usize| (pixel as f64 - shift + 3.0).rem_euclid(16.0) - 8.0;
    Array2::from_shape_fn((64, 80), |(slow, fast)| {
        let (slow, fast) = (offset(slow), offset(fast));
        0.5 + 1000.0 * (-(slow * slow + fast * fast) / 4.0).exp() as f32
    })
}

fn smv(path: &Path, pixels: &Array2<u16>) {
    let (size2, size1) = pixels.dim();
    let fields = smv::HeaderFields { size1, size2, ..Default::default() };
    smv::write_u16(path, &fields, pixels.view()).unwrap();
}

/// A folder with images; raw floats find their shape beside them.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let image = spots(0.0);
    let raw = |name: &str, pixels: &Array2<f32>| raw::write_f32(at(name), pixels.view()).unwrap();
    raw("a.bin", &image);
    raw("brighter.bin", &(1.02 * &image));
    raw("shifted.bin", &spots(0.5));
    let mut holes = image.clone();
    holes[[3, 70]] = f32::NAN;
    holes[[5, 71]] = f32::INFINITY;
    raw("holes.bin", &holes);
    raw("cut.bin", &image.slice(s![..32, ..40]).to_owned());
    npy::write(at("a.npy"), image.view()).unwrap();
    npy::write(at("cut.npy"), image.slice(s![..32, ..40])).unwrap();
    pgm::write(at("a.pgm"), 1.0, image.mapv(|pixel| (pixel / 4.0) as u8).view()).unwrap();
    smv(&at("a.img"), &image.mapv(|pixel| (pixel / 4.0) as u16));
    smv(&at("mask.img"), &Array2::from_shape_fn((64, 80), |(_, fast)| u16::from(fast < 70)));
    fs::write(at("none.img"), "{\nHEADER_BYTES=512;\nSIZE1=many;\n}").unwrap();
    folder
}

#[test]
fn the_exit_status_says_what_was_found() {
    let folder = folder();
    for (words, status, message) in [
        ("a.bin a.bin", 0, "PASS (whole)"),
        ("a.bin a.npy --min-bit-equal 1 --max-difference 0 --max-relative 0", 0, "PASS"),
        ("a.img a.pgm", 0, "PASS"),
        ("-format=text -min-correlation -1 a.img a.npy -max-sum-ratio inf", 0, "PASS"),
        ("a.bin brighter.bin", 1, "FAIL  sum ratio                       1.02 "),
        ("a.bin brighter.bin --max-sum-ratio 1.03", 0, "PASS"),
        ("a.bin brighter.bin --max-sum-ratio 1.03 --max-rms-relative 0.01", 1, "FAIL  rms relative"),
        ("a.bin holes.bin", 1, "NaN and infinite pixels is 2, expected at most 0"),
        ("a.bin holes.bin --mask mask.img", 0, "PASS (unmasked)"),
        ("a.bin holes.bin -roi 0 69 0 63", 0, "PASS (region)"),
        ("a.bin holes.bin -roi 0 70 0 3 -mask mask.img", 0, "PASS (unmasked)"),
        ("a.bin holes.bin -roi 70 70 3 3", 1, "FAIL (region)"),
        ("a.bin cut.npy", 3, "cut.npy: found 32 slow x 40 fast pixels, expected 64 x 80 as in a.bin"),
        ("a.bin cut.npy --resample", 1, "was resampled from 32 slow x 40 fast"),
        ("a.bin a.bin --shape 64 40", 3, "a.bin: found 20480 bytes of pixels, expected 10240"),
        ("cut.bin cut.npy", 3, "cut.bin: found 5120 bytes without a header"),
        ("cut.bin cut.npy --like cut.npy", 0, "PASS"),
        ("cut.bin cut.npy --shape 32 40", 0, "PASS"),
        ("cut.bin cut.npy --shape 32 40 --mask mask.img", 3, "the mask: found 64 slow x 80 fast"),
        ("a.bin a.bin --roi 80 90 0 9", 3, "region: found no pixel"),
        ("a.bin absent.bin", 3, "absent.bin: cannot be read"),
        ("absent.npy a.bin", 3, "absent.npy: cannot be read"),
        ("a.bin none.img", 3, "none.img: found"),
        ("a.bin a.bin --mask absent.img", 3, "absent.img"),
        ("a.bin a.bin --out a.bin", 1, "a.bin: cannot be written"),
    ] {
        let ran = compare(folder.path(), &words.split(' ').collect::<Vec<_>>());
        assert_eq!(ran.status, Some(status), "{words}: {ran}");
        let said = if status == 3 || words.contains("--out") { &ran.stderr } else { &ran.stdout };
        assert!(said.contains(message), "{words}: {ran}");
    }
}

#[test]
fn what_is_typed_wrongly_is_named() {
    let folder = folder();
    for (words, message) in [
        ("", "nanobragg: no A and no B; expected nanobragg compare [OPTIONS] A B"),
        ("a.bin", "nanobragg: no B; expected nanobragg compare [OPTIONS] A B"),
        ("a.bin a.bin a.bin", "a.bin"),
        ("a.bin a.bin --roi 1 2 3", "roi"),
        ("a.bin a.bin --roi 9 2 3 4", "--roi: expected XMIN up to XMAX and YMIN up to YMAX, found 9 2 3 4"),
        ("a.bin a.bin --roi 1 2 3 -4", "-4"),
        ("a.bin a.bin --shape 64", "shape"),
        ("a.bin a.bin --shape 64 80 --like a.img", "like"),
        ("a.bin a.bin --min-corelation 1", "min-correlation"),
        ("a.bin a.bin --min-correlation nan", "expected a number"),
        ("a.bin a.bin --peak-percentile 100.5", "expected 0 to 100"),
        ("a.bin a.bin --format yaml", "format"),
        ("a.bin a.bin -- -N 5", "cannot be used with"),
        ("a.bin a.bin --also-second x", "cannot be used with '--also-second <FLAGS>'"),
        ("-- -N 5", "nanobragg: no --run PROGRAM"),
        ("a.bin a.bin --run true", "--run <PROGRAM>"),
        ("--run true --run true --run true -- -N 5", "--run: expected one program or two, found 3"),
        ("-N 5", "-N"),
    ] {
        let ran = compare(folder.path(), &words.split_whitespace().collect::<Vec<_>>());
        assert_eq!((ran.status, &*ran.stdout), (Some(2), ""), "{words}: {ran}");
        assert!(ran.stderr.replace("'-", "'--").contains(message), "{words}: {ran}");
    }
}

#[test]
fn each_difference_fails_its_own_check() {
    let folder = folder();
    let run = |words: &[&str]| {
        let ran = compare(folder.path(), &[words, &["--format", "json", "--peak-percentile", "98"]].concat());
        assert_eq!(ran.stderr, "");
        (ran.status, ran.report())
    };
    let (status, brighter) = run(&["a.bin", "brighter.bin"]);
    assert_eq!((status, failed(&brighter)), (Some(1), vec!["sum ratio"]));
    let ratio = judged(&brighter)["metrics"]["sum_ratio"].as_f64().unwrap();
    assert!((ratio - 1.02).abs() < 1e-7, "{ratio}");

    let (status, shifted) =
        run(&["a.bin", "shifted.bin", "--max-mean-displacement", "0.5", "--roi", "8", "71", "8", "55"]);
    assert_eq!(status, Some(1));
    assert_eq!(failed(&shifted), ["correlation", "mean displacement of peaks"]);
    for axis in 0..2 {
        let shift = judged(&shifted)["peaks"]["mean_shift_px"][axis].as_f64().unwrap();
        assert!((shift - 0.5).abs() < 0.01, "{shift}");
    }

    let (status, holes) = run(&["a.bin", "holes.bin"]);
    assert_eq!((status, failed(&holes)), (Some(1), vec!["NaN and infinite pixels"]));
    let found = &judged(&holes)["metrics"]["not_finite"];
    assert_eq!((&found["nan_b"], &found["infinite_b"], &found["nan_a"]), (&1.into(), &1.into(), &0.into()));

    let (_, resampled) = run(&["a.bin", "cut.npy", "--resample"]);
    assert_eq!(resampled["resampled_from"], serde_json::json!([32, 40]));
    let (_, masked) = run(&["a.bin", "holes.bin", "--roi", "0", "75", "0", "63", "--mask", "mask.img"]);
    let names: Vec<_> = masked["parts"].as_array().unwrap().iter().map(|part| &part["name"]).collect();
    assert_eq!(names, ["whole", "region", "unmasked"]);
    assert_eq!(judged(&masked)["metrics"]["pixels"], 64 * 70);
}

#[test]
fn the_report_is_a_folder() {
    let folder = folder();
    let ran = compare(folder.path(), &["a.bin", "brighter.bin", "--out", "new/report", "--format", "json"]);
    assert_eq!(ran.status, Some(1), "{ran}");
    let read = |name: &str| fs::read(folder.path().join("new/report").join(name)).unwrap();
    assert_eq!(String::from_utf8(read("summary.json")).unwrap(), ran.stdout);
    for name in ["first.png", "second.png", "difference.png"] {
        assert!(read(name).starts_with(b"\x89PNG"), "{name}");
    }
    let page = String::from_utf8(read("report.html")).unwrap();
    assert!(page.contains("brighter.bin") && page.contains("data:image/png;base64,"));
    let before = fs::read_dir(folder.path()).unwrap().count();
    let ran = compare(folder.path(), &["a.bin", "a.bin", "--out", "other"]);
    assert!(ran.stdout.ends_with("PASS (whole)\nother/report.html\n"), "{ran}");
    assert_eq!(compare(folder.path(), &["a.bin", "a.bin"]).status, Some(0));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before + 1, "nothing is written without --out");
}
