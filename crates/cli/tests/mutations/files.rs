//! Readers of one file each.

use hkl_io::text::ReadOptions;
use nanobragg_experiment::{
    Abscissa, Draft, GeomOptions, read_curve, read_matrix, read_sources, read_spectrum,
};
use nanobragg_geometry::LabVec;
use nanobragg_image_io::{npy, pgm, raw, smv};
use nanobragg_trace::{Diff, Log, Options, json, text};
use std::path::Path;

use crate::trial::{all, corpus, folder};

/// Tries inputs of a reader of files.
fn all_files(format: &str, count: u64, corpus: &[Vec<u8>], read: impl Fn(&Path) -> bool) {
    let folder = folder();
    let path = folder.path().join("input");
    all(format, count, corpus, |bytes| {
        std::fs::write(&path, bytes).unwrap();
        read(&path)
    });
}

#[test]
fn hkl_text() {
    let options = ReadOptions { default_f: 0.0, max_grid_bytes: 64 << 20 };
    all(
        "hkl text",
        20_000,
        &corpus(&["fixtures/hkl", "fixtures/bad/hkl", "golden/inputs"], ".hkl"),
        |bytes| {
            let Ok(read) = hkl_io::text::parse(bytes, "input", &options) else { return false };
            assert!(read.grid.check_finite().is_ok());
            true
        },
    );
}

#[test]
fn fdump() {
    all_files("fdump", 20_000, &corpus(&["fixtures/hkl", "fixtures/bad/fdump"], ".bin"), |path| {
        let Ok(grid) = hkl_io::fdump::open(path, 1.0) else { return false };
        grid.check_finite().is_ok()
    });
}

#[test]
fn matrix() {
    let mut matrices = corpus(&["golden/inputs/rotated.mat", "fixtures/bad/matrix"], ".mat");
    matrices.push(b"0.03 0.002 0\n-0.001 0.028 0.003\n0 0.001 0.025\n 0 0 0\n 30 35 40 90 90 90\n".to_vec());
    all_files("matrix", 20_000, &matrices, |path| {
        read_matrix(path).is_ok_and(|matrix| {
            assert!(matrix.iter().all(|number| number.is_finite()));
            true
        })
    });
}

#[test]
fn curve() {
    all_files(
        "curve",
        20_000,
        &corpus(&["golden/inputs/amorphous.stol", "fixtures/bad/stol"], ".stol"),
        |path| {
            read_curve(path, Abscissa::Q).is_ok_and(|curve| {
                assert!(curve.rows.iter().all(|(x, factor)| x.is_finite() && factor.is_finite()));
                true
            })
        },
    );
}

#[test]
fn sources() {
    let places = ["golden/inputs/sources.txt", "golden/inputs/sources_short.txt", "fixtures/bad/sources"];
    let beam = LabVec::new(1.0, 0.0, 0.0);
    all_files("sources", 20_000, &corpus(&places, ".txt"), |path| read_sources(path, beam, 1.0).is_ok());
}

#[test]
fn spectrum() {
    let spectra =
        [b"# energy weight\n12000 1\n12100 2.5\n12200 0\n".to_vec(), b"9000 1e3\r\n9001 1\r\n".to_vec()];
    all_files("spectrum", 20_000, &spectra, |path| {
        read_spectrum(path).is_ok_and(|rows| {
            assert!(rows.iter().flatten().all(|number| number.is_finite()));
            true
        })
    });
}

#[test]
fn smv_image() {
    all_files(
        "smv",
        10_000,
        &corpus(&["fixtures/images", "fixtures/bad/smv", "golden/inputs"], ".img"),
        |path| {
            let header = smv::read_header(path);
            if let Ok(header) = &header {
                for (key, _) in header.entries() {
                    let _ = header.number(key);
                    assert!(header.reference_number(key).is_none_or(|number| !number.is_nan()));
                }
            }
            smv::read(path).is_ok()
        },
    );
}

#[test]
fn npy_array() {
    let arrays = corpus(&["fixtures/images", "fixtures/bad/images"], ".npy");
    all_files("npy", 20_000, &arrays, |path| npy::read(path).is_ok());
}

#[test]
fn pgm_image() {
    let images = corpus(&["fixtures/images", "fixtures/bad/images"], ".pgm");
    all_files("pgm", 20_000, &images, |path| pgm::read(path).is_ok());
}

#[test]
fn raw_image() {
    let images = corpus(&["fixtures/images"], ".f32");
    all_files("raw", 5_000, &images, |path| {
        let sides = [usize::MAX, 1 << 40, 4];
        sides.iter().any(|side| raw::read_f32(path, [*side, 4]).is_ok())
    });
}

#[test]
fn crystfel_geometry() {
    let files = corpus(&["fixtures/geometry", "fixtures/bad/geom"], ".geom");
    all_files("geom", 10_000, &files, |path| {
        let options = GeomOptions::new(Some(80.0), false);
        Draft::default().import_geom(path, options).is_ok()
    });
}

#[test]
fn dials_experiments() {
    let files = corpus(&["fixtures/geometry", "fixtures/bad/expt"], ".expt");
    all_files("expt", 10_000, &files, |path| Draft::default().import_expt(path).is_ok());
}

/// The first lines of logs.
fn logs() -> Vec<Vec<u8>> {
    let first_lines =
        |log: &Vec<u8>| log.split_inclusive(|byte| *byte == b'\n').take(80).flatten().copied().collect();
    corpus(&["fixtures/traces"], ".log").iter().map(first_lines).collect()
}

/// Compares a log with another and with itself.
fn compared(log: &Log, other: &Log) {
    for [left, right] in [[log, other], [other, log], [log, log]] {
        let diff = Diff::between(left, right, &Options::default());
        let report = diff.report("left", "right").to_string();
        assert!(!report.is_empty() && !diff.to_json().is_empty());
    }
}

#[test]
fn trace_text() {
    let logs = logs();
    let other = text::parse(&String::from_utf8_lossy(&logs[0]), "other").unwrap();
    all("trace text", 2_000, &logs, |bytes| {
        let Ok(log) = text::parse(&String::from_utf8_lossy(bytes), "input") else { return false };
        compared(&log, &other);
        text::write(&log, text::PREFIX, std::io::sink()).unwrap();
        true
    });
}

#[test]
fn trace_json() {
    let logs: Vec<Log> =
        logs().iter().map(|text| text::parse(&String::from_utf8_lossy(text), "log").unwrap()).collect();
    let documents: Vec<Vec<u8>> = logs
        .iter()
        .map(|log| {
            let mut bytes = Vec::new();
            json::write(log, &mut bytes).unwrap();
            bytes
        })
        .collect();
    all("trace json", 2_000, &documents, |bytes| {
        let Ok(log) = json::parse(&String::from_utf8_lossy(bytes), "input") else { return false };
        compared(&log, &logs[0]);
        json::write(&log, std::io::sink()).unwrap();
        true
    });
}
