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
];

fn small(folder: &Path, more: &str) -> Run {
    let line = format!("{CRYSTAL} {DETECTOR} {more}");
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
    for row in 1..=19 {
        assert!(ROWS.iter().any(|case| case.0 == row), "Q{row} has no case");
    }
}

#[test]
fn a_plain_run_names_no_row() {
    let folder = workplace();
    assert!(!small(folder.path(), "").stderr.contains("note:"));
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
