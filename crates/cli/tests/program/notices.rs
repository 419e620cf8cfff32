//! A run whose flags touch a row of the table of differences says so once, on the error stream, and only then.

use std::path::Path;

use crate::workplace::{CRYSTAL, DETECTOR, Run, run_in, smv, workplace};

/// Row, flags that touch it, flags nearby that do not.
#[rustfmt::skip]
const ROWS: &[(u8, &str, &str)] = &[
    (1, "-osc 1 -phisteps 2", "-phi 5 -osc 1 -phisteps 2"),
    (2, "-oversample_omega", "-oversample 2"),
    (3, "-sourcefile sources.txt", "-divergence 1 -divsteps 2"),
    (4, "-hkl list.hkl -interpolate -dump x.bin", "-hkl list.hkl -dump x.bin"),
    (5, "-pivot sample", "-fdet_vector 0 0 1 -pivot sample"),
    (6, "-detector_thick 300 -detector_abs 200", "-detector_thick 300 -detector_abs 200 -detector_thicksteps 1"),
    (7, "-water 1", "-water 0"),
    (8, "-curved_det -nonoise", "-point_pixel"),
    (9, "-gauss_xtal", "-round_xtal"),
    (9, "-tophat_spots", "-square_xtal"),
    (10, "-detector_thick 300 -detector_thicksteps 3", "-detector_thick 300"),
    (11, "-phi 1 -phistep 1 -phisteps 3", "-phi 1 -osc 1 -phisteps 3"),
    (12, "-twotheta 3", "-detector_roty 3"),
    (13, "-misset random -misset_seed 2", "-misset 1 2 3"),
    (14, "-compat c -divsteps 2", "-compat c -divsteps 2 -divergence 1"),
    (15, "-img header.img", "-phi 5"),
    (15, "-mask mask.img", "-roi 1 5 1 5"),
    (16, "-pix0_vector 0.06 0.01 -0.01", "-Xbeam 10"),
    (17, "-twotheta_axis 0 1 0", "-fdet_vector 0 0 1"),
    (17, "-curved_det", "-curved_det -point_pixel"),
    (18, "-compat c -hkl list.hkl", "-compat c -hkl list.hkl -dump x.bin"),
    (19, "-stol curve.stol -water 1", "-water 1"),
    (20, "", "-cell 30 35 40 90 95 90"),
    (20, "-compat c", "-compat c -cell 30 35 40 90 90 120"),
    (21, "-nopolar -oversample_polar", "-oversample_polar"),
    (22, "-hkl list.hkl -N 1 -samplesize 2e-5 -dump x.bin", "-hkl list.hkl -N 1 -dump x.bin"),
    (23, "-oversample_thick", "-oversample_thick -detector_thick 300 -detector_abs 200"),
    (24, "-compat c -detector_thick 300 -detector_abs inf", "-compat c -detector_abs inf -detector_thick 300"),
    (25, "-water 1 -dmin 2", "-water 1 -dmin 2 -nopolar"),
    (25, "-water 1 -oversample_polar", "-water 1"),
    (26, "-round_xtal", "-gauss_xtal"),
    (27, "-img header.img -detsize 24", "-img header.img"),
    (28, "-curved_det -detector_thick 300 -detector_abs 200", "-curved_det -nonoise"),
    (29, "-distance 123.456789 -pixel 0.123456 -Xbeam 1.234567 -Ybeam 1.234567 -phi 1.234567 -osc 0.1234567 -lambda 1.234567 -twotheta 12.34567 -detector_rotx 1.23456 -detector_roty 1.234567", "-distance 123"),
    (30, "-Na 1e1", "-Na 10"),
    (30, "-Na 2.0 -roi 0 1e1 0 10", "-Na 2 -roi 0 10 0 10"),
];

fn small(folder: &Path, more: &str) -> Run {
    let line = format!("-v {CRYSTAL} {DETECTOR} {more}");
    let run = run_in(folder, &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, Some(0), "{more}: {}", run.stderr);
    run
}

fn notices(run: &Run, row: u8) -> usize {
    let start = format!("nanobragg: note: Q{row} ");
    run.stderr.lines().filter(|line| line.starts_with(&start)).count()
}

#[test]
fn a_touched_row_is_named_once_and_no_other_run_names_it() {
    for &(row, touching, beside) in ROWS {
        let folder = workplace();
        assert_eq!(notices(&small(folder.path(), touching), row), 1, "Q{row}: {touching}");
        assert_eq!(notices(&small(folder.path(), beside), row), 0, "Q{row}: {beside}");
    }
    for row in 1..=30 {
        assert!(ROWS.iter().any(|case| case.0 == row), "Q{row} has no case");
    }
}

#[test]
fn a_plain_run_names_no_row() {
    let folder = workplace();
    assert!(!small(folder.path(), "-cell 30 35 40 90 95 90").stderr.contains("note:"));
}

/// A dump that lies about is named when it is read, and when the C program would have read it.
#[test]
fn q18_a_dump_that_lies_about_is_named() {
    let folder = workplace();
    std::fs::copy(folder.path().join("list.bin"), folder.path().join("Fdump.bin")).unwrap();
    for (more, read) in [("", false), ("-compat c", true), ("-default_F 0", true), ("-hkl list.hkl", false)] {
        let run = small(folder.path(), more);
        let here = run.stdout.contains("structure factors          Fdump.bin");
        assert_eq!(here, read, "{more:?}: {}", run.stdout);
        assert_eq!(notices(&run, 18), usize::from(more != "-hkl list.hkl"), "{more:?}");
    }
}

/// The C program counts Ybeam of a mask from the other edge, and so does this; the byte order is honoured here.
#[test]
fn q15_a_big_endian_mask_masks_the_same_pixels() {
    let folder = workplace();
    let little = std::fs::read(folder.path().join("mask.img")).unwrap();
    let mut big = smv("", 24, 24, |place| u16::from(place % 3 != 0).swap_bytes());
    let order = b"little_endian".len();
    let at = big.windows(order).position(|window| window == b"little_endian").unwrap();
    big[at..at + order].copy_from_slice(b"big_endian;  ");
    assert_eq!(little.len(), big.len());
    std::fs::write(folder.path().join("big.img"), big).unwrap();
    let [little, big] = ["-mask mask.img", "-mask big.img"].map(|more| small(folder.path(), more).stdout);
    let masked = |report: &str| report.lines().find(|line| line.contains("masked")).map(str::to_owned);
    assert!(masked(&little).is_some_and(|line| line.contains("192 pixels")), "{little}");
    assert_eq!(masked(&little), masked(&big));
}

#[test]
fn the_table_of_differences() {
    let run = run_in(workplace().path(), &["quirks"]);
    insta::assert_snapshot!("quirks", run.stdout);
}

/// The pixels of a run on the small detector.
fn photons(more: &str) -> Vec<f32> {
    small(workplace().path(), more).photons()
}

/// The number behind a name in the report.
fn reported(more: &str, name: &str) -> Vec<f64> {
    let run = small(workplace().path(), more);
    let line = run.stdout.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
    line.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn q20_a_triclinic_cell_is_exact_and_that_of_the_c_program_with_compat() {
    let cell = "-cell 70 80 90 75 85 95 -misset 0 0 0";
    for (more, expected) in [("", [75.0, 85.0, 95.0]), ("-compat c", [75.04, 85.01, 95.01])] {
        let found = reported(&format!("{cell} {more}"), "unit cell");
        for (found, expected) in found[3..].iter().zip(expected) {
            assert!(
                (found - expected).abs() < if more.is_empty() { 1e-9 } else { 0.01 },
                "{more} {found} {expected}"
            );
        }
    }
    let warns = |more: &str| {
        small(workplace().path(), &format!("{cell} {more}")).stderr.contains("comes out with angles")
    };
    assert!(!warns("") && warns("-compat c"));
}

#[test]
fn q24_a_sensor_that_absorbs_nothing_is_refused_with_both_flags() {
    let words = format!("{CRYSTAL} {DETECTOR} -detector_thick 300 -detector_abs inf");
    let run = run_in(workplace().path(), &words.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("-detector_abs") && run.stderr.contains("-detector_thick"), "{}", run.stderr);
    assert!(run.files.is_empty());
    assert!(photons("-compat c -detector_thick 300 -detector_abs inf").iter().any(|&photons| photons > 0.0));
}

#[test]
fn q25_the_background_does_not_depend_on_dmin() {
    // No spot at all: everything is finer than dmin.
    let water = "-default_F 1e-3 -water 10 -polar 0.9";
    let whole = photons(water);
    let cut = photons(&format!("{water} -dmin 1000"));
    for (whole, cut) in whole.iter().zip(&cut) {
        assert!((whole / cut - 1.0).abs() < 1e-3, "{whole} {cut}");
    }
    let polarized = photons(&format!("{water} -dmin 1000 -oversample_polar"));
    assert_eq!(cut, polarized, "the polarization of the background is that of the first sub-pixel");
    let reference = photons(&format!("{water} -dmin 1000 -compat c"));
    assert!(reference.iter().all(|&photons| photons == 0.0), "the C program's is black there");
}

#[test]
fn q27_a_size_in_mm_wins_over_the_header_and_loses_with_compat() {
    for (more, expected) in [("", 10), ("-compat c", 24)] {
        let line = format!("{CRYSTAL} -img header.img -detsize 10 {more}");
        let run = run_in(workplace().path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.image().len(), expected * expected * 4, "{more}: {}", run.stderr);
        assert_eq!(run.stderr.contains("-detsize has no effect"), !more.is_empty(), "{}", run.stderr);
    }
}

#[test]
fn q29_a_long_header_states_its_length() {
    let more = "-distance 123.456789 -pixel 0.123456 -Xbeam 1.234567 -Ybeam 1.234567 -phi 1.234567 -osc 0.1234567 \
        -lambda 1.234567 -twotheta 12.34567 -detector_rotx 1.23456 -detector_roty 1.234567";
    for mode in ["", "-compat c"] {
        let run = small(workplace().path(), &format!("{more} {mode}"));
        let image = &run.files["intimage.img"];
        assert!(image.starts_with(b"{\nHEADER_BYTES=1024;"));
        assert_eq!(image.len(), 1024 + 24 * 24 * 2);
    }
}

/// Every number that f64 can read is a value, as the program itself reads it.
#[test]
fn negative_numbers_with_signed_exponents_are_values() {
    for (typed, plain) in [
        ("-phi -1e-3", "-phi -0.001"),
        ("-phi -1E-3", "-phi -0.001"),
        ("-phi -.1e+1", "-phi -1"),
        ("-phi -1.e0", "-phi -1"),
        ("-beam_vector 1 -6.1e-05 0", "-beam_vector 1 -0.000061 0"),
        ("-misset -1e1 2e+1 -3.E+1", "-misset -10 20 -30"),
        ("--phi -1e-3", "-phi -0.001"),
    ] {
        assert_eq!(photons(typed), photons(plain), "{typed}");
        let folder = workplace();
        for command in ["config", "trace -pixel 3 4"] {
            let words = |more: &str| format!("{command} {CRYSTAL} {DETECTOR} {more}");
            let [typed, plain] = [typed, plain].map(|more| {
                let line = words(more);
                run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>())
            });
            assert_eq!(typed.status, Some(0), "{}", typed.stderr);
            assert_eq!(typed.stdout, plain.stdout);
        }
    }
    for typed in ["-phi -inf", "-phi nan", "-phi -NaN"] {
        let line = format!("{CRYSTAL} {DETECTOR} {typed}");
        let run = run_in(workplace().path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, Some(2));
        assert!(run.stderr.contains("-phi: expected a number"), "{}", run.stderr);
    }
}
