//! Images of every kind, and raw floats whose shape comes from elsewhere.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::fs;
use std::path::{Path, PathBuf};

use nanobragg_compare::Error;
use nanobragg_compare::load::{self, ShapeFrom};
use nanobragg_image_io::{Error as ImageError, npy, pgm, raw, smv};
use ndarray::{Array2, array};

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../../fixtures/images", name].iter().collect()
}

/// A raw image of 2 × 3 pixels in a folder with SMV images of the given shapes.
fn raw_among(siblings: &[[usize; 2]]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("float.bin");
    raw::write_f32(&path, array![[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]].view()).unwrap();
    for (index, &[size2, size1]) in siblings.iter().enumerate() {
        let fields = smv::HeaderFields { size1, size2, ..Default::default() };
        let counts = Array2::zeros((size2, size1));
        smv::write_u16(folder.path().join(format!("{index}.img")), &fields, counts.view()).unwrap();
    }
    (folder, path)
}

#[test]
fn the_kind_is_that_of_the_file() {
    let halves = array![[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]];
    let thousands = array![[0.0, 1000.0, 2000.0], [3000.0, 4000.0, 5000.0]];
    let folder = tempfile::tempdir().unwrap();
    for (name, expected) in
        [("f4_little.npy", &halves), ("f4_fortran.npy", &halves), ("big_endian.img", &thousands)]
    {
        assert_eq!(load::image(fixture(name), &ShapeFrom::Sibling).unwrap().pixels(), expected, "{name}");
        // The same without an extension.
        let copy = folder.path().join("image");
        fs::copy(fixture(name), &copy).unwrap();
        assert_eq!(load::image(&copy, &ShapeFrom::Sibling).unwrap().pixels(), expected, "{name} renamed");
    }
    let path = folder.path().join("image");
    pgm::write(&path, 1.0, array![[7, 8]].view()).unwrap();
    assert_eq!(load::image(&path, &ShapeFrom::Sibling).unwrap().pixels(), array![[7.0, 8.0]]);
}

#[test]
fn the_recorded_run_finds_its_shape_beside_it() {
    let image = load::image(fixture("float.f32"), &ShapeFrom::Sibling).unwrap();
    assert_eq!(image.shape(), [96, 96]);
}

#[test]
fn a_shape_is_given_or_taken_from_another_file() {
    let (folder, path) = raw_among(&[]);
    let like = folder.path().join("like.npy");
    npy::write(&like, Array2::<f32>::zeros((3, 2)).view()).unwrap();
    for (shape_from, expected) in [
        (ShapeFrom::Given([2, 3]), [2, 3]),
        (ShapeFrom::Given([6, 1]), [6, 1]),
        (ShapeFrom::Like(like), [3, 2]),
    ] {
        assert_eq!(load::image(&path, &shape_from).unwrap().shape(), expected, "{shape_from:?}");
    }
    let error = load::image(&path, &ShapeFrom::Given([2, 2])).unwrap_err();
    assert!(error.to_string().contains("found 24 bytes of pixels, expected 16"), "{error}");
    assert_eq!(error.exit_status(), 3);
    assert!(matches!(
        load::image(&path, &ShapeFrom::Like(path.clone())),
        Err(Error::ImageIo(ImageError::NoShape { .. }))
    ));
}

#[test]
fn siblings_count_when_they_fit_and_agree() {
    let check = |siblings: &[[usize; 2]], expected: Result<[usize; 2], &str>| {
        let (_folder, path) = raw_among(siblings);
        match (load::image(&path, &ShapeFrom::Sibling), expected) {
            (Ok(image), Ok(shape)) => assert_eq!(image.shape(), shape),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (found, expected) => panic!("{siblings:?}: found {found:?}, expected {expected:?}"),
        }
    };
    check(&[[2, 3]], Ok([2, 3]));
    check(&[[5, 5], [3, 2], [3, 2]], Ok([3, 2]));
    check(&[], Err("found 24 bytes without a header"));
    check(&[[5, 5]], Err("found 24 bytes without a header"));
    check(&[[2, 3], [3, 2]], Err("beside it, expected one shape"));
}

/// The shape that an image of 2 × 3 pixels gets by a JSON file beside it, or the error.
fn shape_by_sidecar(text: &str) -> Result<[usize; 2], String> {
    // The SMV image beside it fits too, in another shape.
    let (folder, path) = raw_among(&[[3, 2]]);
    fs::write(folder.path().join("float.json"), text).unwrap();
    let image = load::image(&path, &ShapeFrom::Sibling);
    let of_another = load::image(&path, &ShapeFrom::Like(path.clone()));
    assert_eq!(image.is_ok(), of_another.is_ok());
    assert!(load::image(&path, &ShapeFrom::Given([6, 1])).is_ok(), "a given shape comes first");
    image.map(|image| image.shape()).map_err(|error| {
        assert_eq!(error.exit_status(), 3);
        let name = folder.path().join("float.json").display().to_string();
        error.to_string().replace(&name, "JSON").replace(&path.display().to_string(), "IMAGE")
    })
}

#[test]
fn a_json_file_beside_a_raw_image_states_its_shape() {
    for (text, expected) in [
        (r#"{"shape": [2, 3]}"#, [2, 3]),
        (r#"{"shape": [1, 6], "type": "float32", "byte_order": "little"}"#, [1, 6]),
        (
            r#"{"file": "float.bin", "type": "float32", "byte_order": "little", "shape": [3, 1, 2],
                "panels": [{"name": "0", "shape": [1, 2]}, {"name": "1", "shape": [1, 2]}]}"#,
            [3, 2],
        ),
    ] {
        assert_eq!(shape_by_sidecar(text), Ok(expected), "{text}");
    }
}

#[test]
fn a_json_file_that_does_not_state_a_shape_is_named() {
    let sides = "expected [slow, fast] or [panel, slow, fast]";
    for (text, expected) in [
        ("{", "JSON: found EOF while parsing"),
        ("[2, 3, 4, 5]", "JSON: found invalid type"),
        ("{}", "JSON: found missing field `shape`"),
        (r#"{"shape": [2, -3]}"#, "JSON: found invalid value: integer `-3`"),
        (r#"{"shape": [6]}"#, &format!("JSON: found \"shape\": [6], {sides}")),
        (r#"{"shape": [18446744073709551615, 2, 1]}"#, &format!("[18446744073709551615, 2, 1], {sides}")),
        (r#"{"shape": [2, 3], "type": "uint16"}"#, r#"JSON: found "type": "uint16", expected "float32""#),
        (
            r#"{"shape": [2, 3], "byte_order": "big"}"#,
            r#"JSON: found "byte_order": "big", expected "little""#,
        ),
        (r#"{"shape": [2, 4]}"#, "IMAGE: found 24 bytes of pixels, expected 32"),
    ] {
        let error = shape_by_sidecar(text).unwrap_err();
        assert!(error.contains(expected), "{text}: found {error}, expected {expected}");
    }
}

#[test]
fn a_mask_leaves_out_its_zeros() {
    let mask = load::mask(fixture("big_endian.img"), &ShapeFrom::Sibling).unwrap();
    assert_eq!(mask, array![[false, true, true], [true, true, true]]);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    for name in ["absent", "absent.img", "absent.npy"] {
        let error = load::image(Path::new(name), &ShapeFrom::Sibling).unwrap_err();
        assert!(error.to_string().starts_with(&format!("{name}: cannot be read: ")), "{error}");
    }
}
