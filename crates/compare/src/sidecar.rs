//! The JSON file that may lie beside a raw float image and states its shape.
//!
//! `floatimage.json` beside `floatimage.bin` is an object such as
//! `{"type": "float32", "byte_order": "little", "shape": [2, 195, 487]}`; other keys are ignored. A shape of
//! three sides is `[panel, slow, fast]`, with the panels one after the other in the file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use nanobragg_image_io::Error as ImageError;
use serde::Deserialize;

use crate::Error;

/// A shape, and what else may be told of some thousand panels.
const MOST_BYTES: u64 = 16 << 20;
const NATIVE: &str = if cfg!(target_endian = "little") { "little" } else { "big" };

#[derive(Deserialize)]
struct Sidecar {
    #[serde(rename = "type")]
    number: Option<String>,
    byte_order: Option<String>,
    shape: Vec<usize>,
}

/// The shape `[slow, fast]` of a raw float image by the JSON file beside it, panels being stacked along the slow axis;
/// `None` when there is no such file.
pub(crate) fn shape(image: &Path) -> Result<Option<[usize; 2]>, Error> {
    let path = image.with_extension("json");
    if path == image {
        return Ok(None);
    }
    let bytes = match whole_file::read_at_most(&path, MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(reason) if reason.kind() == ErrorKind::FileTooLarge => {
            let found = format!("more than {MOST_BYTES} bytes");
            return Err(malformed(path, found, "the shape of an image alone"));
        }
        Err(reason) if reason.kind() == ErrorKind::NotFound => return Ok(None),
        Err(reason) => return Err(ImageError::Read { path, reason }.into()),
    };
    match serde_json::from_slice(&bytes) {
        Ok(sidecar) => shape_of(&sidecar, &path).map(Some),
        Err(defect) => Err(malformed(path, defect.to_string(), "an object with the image's \"shape\"")),
    }
}

fn shape_of(sidecar: &Sidecar, path: &Path) -> Result<[usize; 2], Error> {
    for (key, value, expected) in
        [("type", &sidecar.number, "float32"), ("byte_order", &sidecar.byte_order, NATIVE)]
    {
        if let Some(value) = value.as_ref().filter(|value| *value != expected) {
            return Err(malformed(path, format!("\"{key}\": \"{value}\""), format!("\"{expected}\"")));
        }
    }
    let shape = match sidecar.shape[..] {
        [slow, fast] => Some([slow, fast]),
        [panels, slow, fast] => panels.checked_mul(slow).map(|rows| [rows, fast]),
        _ => None,
    };
    shape.ok_or_else(|| {
        malformed(path, format!("\"shape\": {:?}", sidecar.shape), "[slow, fast] or [panel, slow, fast]")
    })
}

fn malformed(path: impl Into<PathBuf>, found: String, expected: impl Into<String>) -> Error {
    ImageError::Malformed { path: path.into(), found, expected: expected.into() }.into()
}
