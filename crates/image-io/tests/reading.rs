//! One reader for every format: what it knows of panels, headers and images beyond the first.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::path::PathBuf;

use nanobragg_image_io::{Error, Header, Image, PanelRows, ShapeFrom, png, raw};
use ndarray::{Array2, array};

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../fixtures/images", name].iter().collect()
}

/// The panels of six rows of one pixel by the JSON file beside them.
fn panels_by(json: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("float.bin");
    raw::write_f32(&path, Array2::zeros((6, 1)).view()).unwrap();
    std::fs::write(folder.path().join("float.json"), json).unwrap();
    let image = Image::open(&path, &ShapeFrom::Sibling).unwrap();
    image.panels.into_iter().map(|PanelRows { name, rows }| (name, rows)).collect()
}

#[test]
fn panels_have_their_names_and_rows() {
    let panel = |name: &str, rows| (name.to_owned(), rows);
    for (json, expected) in [
        (r#"{"shape": [6, 1]}"#, vec![panel("0", 0..6)]),
        (r#"{"shape": [2, 3, 1]}"#, vec![panel("0", 0..3), panel("1", 3..6)]),
        (
            r#"{"shape": [3, 2, 1], "panels": [{"name": "left"}, {"name": ""}]}"#,
            vec![panel("left", 0..2), panel("1", 2..4), panel("2", 4..6)],
        ),
        (r#"{"shape": [6, 1], "panels": 7}"#, vec![panel("0", 0..6)]),
    ] {
        assert_eq!(panels_by(json), expected, "{json}");
    }
}

#[test]
fn headers_come_with_the_pixels() {
    let open = |name: &str| Image::open(fixture(name), &ShapeFrom::Sibling).unwrap();
    let Header::Smv(smv) = open("big_endian.img").header else { panic!("no SMV header") };
    assert_eq!(smv.number("DISTANCE").unwrap(), Some(100.0));
    let cbf = open("fabio.cbf");
    assert!(matches!(cbf.header, Header::Cbf(_)));
    assert_eq!(cbf.pixels.row(1), array![70_000.0, -1.0, -2.0, 5.0]);
    assert_eq!(open("image.pgm").header, Header::None);
}

#[test]
fn a_png_is_told_by_its_name_or_its_first_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.png", "a"] {
        let path = folder.path().join(name);
        png::write_gray16(&path, array![[1, 60_000]].view()).unwrap();
        assert_eq!(Image::open(&path, &ShapeFrom::Sibling).unwrap().pixels, array![[1.0, 60_000.0]]);
    }
}

#[test]
fn an_image_beyond_the_last_is_refused() {
    let error = Image::open_nth(fixture("f4_little.npy"), &ShapeFrom::Sibling, 3).unwrap_err();
    assert!(error.to_string().ends_with("found 1 image, expected image 3, counted from 0"), "{error}");
    assert!(error.is_about_input());
    assert!(!Error::Write { path: "x".into(), reason: std::io::ErrorKind::Other.into() }.is_about_input());
}
