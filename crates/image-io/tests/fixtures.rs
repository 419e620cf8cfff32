//! Files written by other programs are read as they were meant.

use std::path::PathBuf;

use nanobragg_image_io::{Region, cbf, npy, pgm, pixels, raw, smv};
use ndarray::{Array2, array};

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../fixtures/images", name].iter().collect()
}

#[test]
fn numpy_arrays_of_every_kind() {
    let halves = array![[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]];
    let thirds =
        Array2::from_shape_fn((2, 3), |(slow, fast)| [0.0, 3.0][slow] + [0.0, 1.0, 2.0][fast] + 1.0 / 3.0);
    let thousands = array![[0.0, 1000.0, 2000.0], [3000.0, 4000.0, 5000.0]];
    for (name, expected) in [
        ("f4_little.npy", &halves),
        ("f4_fortran.npy", &halves),
        ("f8_big.npy", &thirds),
        ("u2_little.npy", &thousands),
        ("u2_big_version2.npy", &thousands),
    ] {
        assert_eq!(npy::read(fixture(name)).unwrap(), expected, "{name}");
    }
}

#[test]
fn numpy_writes_what_we_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ours.npy");
    npy::write(&path, array![[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]].view()).unwrap();
    assert_eq!(std::fs::read(path).unwrap(), std::fs::read(fixture("f4_little.npy")).unwrap());
}

#[test]
fn a_cbf_file_of_fabio() {
    let expected = array![[0, 1, 2, 300], [70_000, -1, -2, 5], [1_048_500, 0, 127, 128]];
    assert_eq!(cbf::read(fixture("fabio.cbf")).unwrap(), expected);
}

#[test]
fn smv_high_byte_first() {
    let image = smv::read(fixture("big_endian.img")).unwrap();
    assert_eq!(image.pixels, array![[0, 1000, 2000], [3000, 4000, 5000]]);
    assert_eq!(image.header.number("DISTANCE").unwrap(), Some(100.0));
    assert_eq!(image.header.reference_number("DISTANCE"), Some(90.0));
}

#[test]
fn the_reference_run_as_counts_and_grays() {
    let photons = raw::read_f32(fixture("float.f32"), [96, 96]).unwrap();
    let whole = Region::whole([96, 96]);
    let counts = pixels::to_counts(photons.view(), 0.01, 10.0, &whole);
    assert_eq!(counts, smv::read(fixture("intimage.img")).unwrap().pixels);
    let image = pgm::read(fixture("image.pgm")).unwrap();
    assert_eq!(pixels::to_gray(photons.view(), 0.05, &whole), image.pixels);
    assert_eq!(image.scale, Some(0.05));
}
