//! Gray PNG pictures: read back, by this crate and by Pillow, and refused when they are something else.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

use std::path::{Path, PathBuf};
use std::process::Command;

use nanobragg_image_io::png;
use ndarray::{Array2, array};
use proptest::prelude::*;

fn temporary() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    (folder, path)
}

proptest! {
    #[test]
    fn what_is_written_is_read(gray in prop::collection::vec(any::<u16>(), 1..300)) {
        let (_folder, path) = temporary();
        let image = Array2::from_shape_vec([1, gray.len()], gray).unwrap();
        for image in [image.view(), image.t()] {
            png::write_gray16(&path, image).unwrap();
            prop_assert_eq!(png::read_gray(&path).unwrap(), image);
            let bytes = image.mapv(|gray| gray.to_be_bytes()[0]);
            png::write_gray(&path, bytes.view()).unwrap();
            prop_assert_eq!(png::read_gray(&path).unwrap(), bytes.mapv(u16::from));
        }
    }
}

/// What Python prints, or nothing where it or Pillow is not there.
fn by_pillow(script: &str, path: &Path) -> Option<String> {
    match Command::new("python3").args(["-c", script]).arg(path).output() {
        Ok(output) if output.status.success() => Some(String::from_utf8(output.stdout).unwrap()),
        Ok(output) if String::from_utf8_lossy(&output.stderr).contains("No module named 'PIL'") => {
            println!("skipped: Pillow is not there");
            None
        }
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => {
            println!("skipped: python3 is not there: {error}");
            None
        }
    }
}

#[test]
fn pillow_reads_sixteen_bits() {
    let (_folder, path) = temporary();
    let image = array![[0_u16, 1, 255], [256, 43_690, 65_535]];
    png::write_gray16(&path, image.view()).unwrap();
    let script =
        "import sys; from PIL import Image; i = Image.open(sys.argv[1]); print(i.mode, i.size, *i.getdata())";
    if let Some(found) = by_pillow(script, &path) {
        assert_eq!(found.trim(), "I;16 (3, 2) 0 1 255 256 43690 65535");
    }
}

#[test]
fn pillows_pictures_are_read() {
    let (_folder, path) = temporary();
    let script = "import sys; from PIL import Image; i = Image.new('I;16', (2, 2)); \
                  i.putdata([0, 300, 40000, 65535]); i.save(sys.argv[1])";
    if by_pillow(script, &path).is_some() {
        assert_eq!(png::read_gray(&path).unwrap(), array![[0, 300], [40_000, 65_535]]);
    }
}

#[test]
fn what_is_no_gray_picture_is_refused() {
    let (_folder, path) = temporary();
    let colours = png::rgb_bytes(Array2::from_elem((1, 1), [1, 2, 3]).view(), "").unwrap();
    let gray = png::gray_bytes(Array2::from_shape_fn((9, 9), |(s, f)| [7, 11][(s + f) % 2]).view()).unwrap();
    let mut flipped = gray.clone();
    flipped[gray.len() - 20] ^= 1;
    for (bytes, expected) in [
        (&colours[..], "found Rgb of 8 bits, expected a gray picture of 8 or 16 bits"),
        (&gray[..gray.len() - 20], "expected a PNG picture"),
        (&flipped, "expected a PNG picture"),
        (b"\x89PNG", "expected a PNG picture"),
        (b"P5 1 1 255 x", "expected a PNG picture"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let message = png::read_gray(&path).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}, expected {expected}");
    }
}
