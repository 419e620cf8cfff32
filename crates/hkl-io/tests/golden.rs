//! Fdump files are those of the C program, byte for byte.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use hkl_io::text::{HklText, ReadOptions};
use hkl_io::{Bounds, Grid, Miller, fdump, text};
use sha2::{Digest, Sha256};

const REAL_BOUNDS: Bounds = Bounds { min: Miller::new(-24, -28, -31), max: Miller::new(24, 28, 30) };

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/hkl").join(name)
}

/// A file of the shared folder beside the repository; where that folder is absent, tests of it are skipped, but not
/// in CI.
fn shared(name: &str) -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    if folder.is_dir() {
        return Some(folder.join(name));
    }
    assert!(std::env::var_os("CI").is_none(), "CI needs {}, which is absent", folder.display());
    eprintln!("skipped: {name}, since {} is absent", folder.display());
    None
}

fn read(path: &Path, default_f: f64) -> HklText {
    text::read(path, &ReadOptions { default_f, ..ReadOptions::default() }).expect("good HKL text")
}

/// The bytes of the Fdump of a file of HKL text.
fn fdump_of(hkl: &Path, default_f: f64) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("Fdump.bin");
    fdump::write(&read(hkl, default_f).grid, &path).expect("an Fdump");
    fs::read(path).expect("the Fdump written")
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes any text");
        hex
    })
}

fn check_fdump(hkl: &Path, default_f: f64, expected: &Path) {
    let expected = fs::read(expected).expect("the Fdump of the C program");
    assert!(fdump_of(hkl, default_f) == expected, "the Fdump of {} differs", hkl.display());
}

/// Whether two grids hold the same F at the same nodes, bit for bit.
fn assert_same(a: &Grid, b: &Grid) {
    assert_eq!(a.bounds(), b.bounds());
    let Bounds { min, max } = a.bounds();
    let [_, _, l_count] = a.bounds().shape();
    let (mut of_a, mut of_b) = (vec![f64::NAN; l_count], vec![f64::NAN; l_count]);
    for (h, k) in (min.h..=max.h).flat_map(|h| (min.k..=max.k).map(move |k| (h, k))) {
        a.copy_row(h, k, &mut of_a);
        b.copy_row(h, k, &mut of_b);
        assert_eq!(of_a, of_b, "row {h} {k}");
        assert_eq!(a.get(Miller::new(h, k, max.l)), Some(of_a[l_count - 1]));
    }
}

#[test]
fn awkward_text_gives_the_fdump_of_the_c_program() {
    check_fdump(&fixture("awkward.hkl"), 0.0, &fixture("awkward.Fdump.bin"));
    let opened = fdump::open(&fixture("awkward.Fdump.bin"), 0.0).unwrap();
    assert_same(&opened, &read(&fixture("awkward.hkl"), 0.0).grid);
    for (h, k, l, expected) in [
        (1, 0, 0, 150.0),
        (0, 1, 0, 75.125),
        (-1, -2, 3, 10.0),
        (2, 2, 2, -12.5),
        (3, -3, 1, 0.5),
        (0, 2, 1, 0.0),
    ] {
        assert_eq!(opened.get(Miller::new(h, k, l)), Some(expected), "{h} {k} {l}");
    }
}

#[test]
fn a_list_of_real_extents_gives_the_fdump_of_the_c_program() {
    let hkl = read(&fixture("seed_extents.hkl"), 0.0);
    assert_eq!((hkl.grid.bounds(), hkl.reflection_count), (REAL_BOUNDS, 3503));
    assert_eq!(
        sha256(&fdump_of(&fixture("seed_extents.hkl"), 0.0)),
        "b009010c0d906c36674f0587816e6255797d71e73548a2d5ecf0816ff20ea8bc"
    );
}

#[test]
fn shared_fdumps_are_those_of_the_c_program() {
    for (hkl, default_f, case) in [
        ("awkward.hkl", 0.0, "hkl_awkward_text"),
        ("dense_box.hkl", 3.0, "hkl_nearest"),
        ("seed_extents.hkl", 0.0, "hkl_seed_extents"),
    ] {
        let Some(expected) = shared(&format!("golden/c/{case}/Fdump.bin")) else { return };
        let Some(hkl) = shared(&format!("golden/inputs/{hkl}")) else { return };
        check_fdump(&hkl, default_f, &expected);
        assert_same(&fdump::open(&expected, default_f).unwrap(), &read(&hkl, default_f).grid);
    }
}

#[test]
fn indices_that_are_no_integers_are_refused() {
    let Some(path) = shared("golden/inputs/noninteger.hkl") else { return };
    let message = text::read(&path, &ReadOptions::default()).unwrap_err().to_string();
    assert!(message.ends_with("noninteger.hkl:1:1: expected an integer index h, found \"1.5\""), "{message}");
}

#[test]
fn the_real_list_gives_the_fdump_of_the_c_program() {
    let Some(path) = shared("data/scaled.hkl") else { return };
    let hkl = read(&path, 0.0);
    assert_eq!((hkl.reflection_count, hkl.duplicate_count), (64333, 0));
    assert_eq!(hkl.grid.bounds(), REAL_BOUNDS);
    assert_eq!(hkl.grid.bounds().shape(), [49, 57, 62]);

    let bytes = fdump_of(&path, 0.0);
    assert_eq!(bytes.len(), 1_461_622);
    assert_eq!(sha256(&bytes), "29a427209e14ce2f1fc8e4f5f61eacc194f6c4cb1f5c6a6ca20bf19c244978c5");
    let folder = tempfile::tempdir().unwrap();
    let fdump = folder.path().join("Fdump.bin");
    fs::write(&fdump, bytes).unwrap();
    let opened = fdump::open(&fdump, 0.0).unwrap();
    assert_same(&opened, &hkl.grid);
    for grid in [&opened, &hkl.grid] {
        assert_eq!(grid.get(Miller::new(-7, -1, -14)), Some(190.27));
    }
}
