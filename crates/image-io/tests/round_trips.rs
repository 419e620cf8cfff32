//! What is written is read back, for any image.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::path::PathBuf;

use nanobragg_image_io::{npy, pgm, png, raw, smv};
use ndarray::{Array2, array};
use proptest::prelude::*;

fn image<T: std::fmt::Debug + Clone + 'static>(
    pixel: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Array2<T>> {
    (1_usize..8, 1_usize..8).prop_flat_map(move |(slow, fast)| {
        prop::collection::vec(pixel.clone(), slow * fast)
            .prop_map(move |pixels| Array2::from_shape_vec((slow, fast), pixels).unwrap())
    })
}

fn temporary() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image");
    (folder, path)
}

fn bits(image: &Array2<f32>) -> Array2<u32> {
    image.mapv(f32::to_bits)
}

proptest! {
    #[test]
    fn raw_floats_keep_every_bit(pixels in image(any::<f32>())) {
        let (_folder, path) = temporary();
        raw::write_f32(&path, pixels.view()).unwrap();
        let read = raw::read_f32(&path, pixels.dim().into()).unwrap();
        prop_assert_eq!(bits(&read), bits(&pixels));
        // A view that is not contiguous is written in the order of its elements.
        raw::write_f32(&path, pixels.t()).unwrap();
        let read = raw::read_f32(&path, pixels.t().dim().into()).unwrap();
        prop_assert_eq!(bits(&read).reversed_axes(), bits(&pixels));
    }

    #[test]
    fn numpy_keeps_every_value(pixels in image(prop::num::f32::NORMAL | prop::num::f32::ZERO)) {
        let (_folder, path) = temporary();
        npy::write(&path, pixels.view()).unwrap();
        prop_assert_eq!(npy::read(&path).unwrap(), pixels.mapv(f64::from));
    }

    #[test]
    fn smv_keeps_counts_and_six_digits(
        pixels in image(any::<u16>()), distance_mm in -1e6..1e6, phi_deg in -1e-6..1e-6,
    ) {
        let (_folder, path) = temporary();
        let (size2, size1) = pixels.dim();
        let fields = smv::HeaderFields { size1, size2, distance_mm, phi_deg, ..Default::default() };
        smv::write_u16(&path, &fields, pixels.view()).unwrap();
        let read = smv::read(&path).unwrap();
        prop_assert_eq!(&read.pixels, &pixels);
        for (key, expected) in [("DISTANCE", distance_mm), ("PHI", phi_deg)] {
            let found = read.header.number(key).unwrap().unwrap();
            prop_assert!((found - expected).abs() <= 5e-6 * expected.abs(), "{key}: {found}, wrote {expected}");
        }
        prop_assert_eq!(smv::read_header(&path).unwrap(), read.header);
    }

    #[test]
    fn pgm_keeps_bytes_and_scale(pixels in image(any::<u8>()), scale in 0_u16..1000) {
        let (_folder, path) = temporary();
        let scale = f64::from(scale) / 8.0;
        pgm::write(&path, scale, pixels.view()).unwrap();
        let read = pgm::read(&path).unwrap();
        prop_assert_eq!((read.pixels, read.scale), (pixels, Some(scale)));
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), start in 0_usize..5) {
        let (_folder, path) = temporary();
        let starts: [&[u8]; 5] = [b"", b"P5 ", b"\x93NUMPY\x01\0", b"{HEADER_BYTES=20;", b"P5\n1 1\n9\n"];
        std::fs::write(&path, [starts[start], &bytes].concat()).unwrap();
        let _ = (smv::read(&path), pgm::read(&path).is_ok(), npy::read(&path).is_ok());
    }

    #[test]
    fn png_decodes_to_the_same_bytes(
        pixels in prop_oneof![image(any::<[u8; 3]>()), image(any::<u8>().prop_map(|gray| [gray; 3]))],
    ) {
        let bytes = png::rgb_bytes(pixels.view(), "black is 0").unwrap();
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut decoded = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut decoded).unwrap();
        let text = &reader.info().uncompressed_latin1_text[0];
        prop_assert_eq!((text.keyword.as_str(), text.text.as_str()), ("Description", "black is 0"));
        prop_assert_eq!((info.height as usize, info.width as usize), pixels.dim());
        let is_gray = pixels.iter().all(|rgb| rgb.iter().all(|byte| *byte == rgb[0]));
        let samples = if is_gray { 1 } else { 3 };
        prop_assert_eq!(decoded, pixels.iter().flat_map(|rgb| rgb[..samples].to_vec()).collect::<Vec<_>>());
    }
}

#[test]
fn a_header_for_another_shape_writes_nothing() {
    let (_folder, path) = temporary();
    let fields = smv::HeaderFields { size1: 2, size2: 3, ..Default::default() };
    let error = smv::write_u16(&path, &fields, Array2::zeros((2, 3)).view()).unwrap_err().to_string();
    assert!(error.ends_with("the header states 3 slow x 2 fast pixels, the image has 2 x 3"), "{error}");
    assert!(!path.exists());
}

#[test]
fn a_picture_without_pixels_is_refused() {
    let error = png::gray_bytes(Array2::zeros((0, 3)).view()).unwrap_err().to_string();
    assert!(error.starts_with("a picture of 0 slow x 3 fast pixels cannot be a PNG: "), "{error}");
    assert!(png::write_gray_to(&mut Vec::new(), Array2::zeros((0, 3)).view()).is_err());
}

#[test]
fn files_of_a_set_are_those_written_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let fields = smv::HeaderFields { size1: 3, size2: 2, ..Default::default() };
    let (counts, gray) = (array![[1, 2, 3], [4, 5, 65535]], array![[0, 128, 255]]);
    let photons = array![[0.5_f32, 1.5], [2.5, 3.5]];

    let set = whole_file::FileSet::new();
    set.write(at("set.img"), |out| smv::write_u16_to(out, &fields, counts.view())).unwrap();
    set.write(at("set.bin"), |out| raw::write_f32_to(out, photons.view())).unwrap();
    set.write(at("set.npy"), |out| npy::write_to(out, photons.view())).unwrap();
    set.write(at("set.pgm"), |out| pgm::write_to(out, 0.5, gray.view())).unwrap();
    set.write(at("set.png"), |out| png::write_gray_to(out, gray.view())).unwrap();
    set.commit().unwrap();
    smv::write_u16(at("one.img"), &fields, counts.view()).unwrap();
    raw::write_f32(at("one.bin"), photons.view()).unwrap();
    npy::write(at("one.npy"), photons.view()).unwrap();
    pgm::write(at("one.pgm"), 0.5, gray.view()).unwrap();
    png::write_gray(at("one.png"), gray.view()).unwrap();

    for ending in ["img", "bin", "npy", "pgm", "png"] {
        let [set, one] = ["set", "one"].map(|stem| std::fs::read(at(&format!("{stem}.{ending}"))).unwrap());
        assert!(!one.is_empty() && set == one, "{ending}");
    }
}

#[test]
fn a_header_for_another_shape_is_refused_in_a_set() {
    let (_folder, path) = temporary();
    let fields = smv::HeaderFields { size1: 2, size2: 3, ..Default::default() };
    let set = whole_file::FileSet::new();
    let error = set.write(&path, |out| smv::write_u16_to(out, &fields, Array2::zeros((2, 3)).view()));
    let expected = "cannot be written: the header states 3 slow x 2 fast pixels, the image has 2 x 3";
    assert_eq!(error.unwrap_err().to_string(), format!("{}: {expected}", path.display()));
}
