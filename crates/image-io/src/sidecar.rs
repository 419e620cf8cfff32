//! The JSON file that may lie beside a raw float image and states its shape.
//!
//! `floatimage.json` beside `floatimage.bin` is an object such as
//! `{"type": "float32", "byte_order": "little", "shape": [2, 195, 487]}`; of other keys, `panels` may be a list of objects
//! with a `name` each. A shape of three sides is `[panel, slow, fast]`, with the panels one after the other in the file.

use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::Error;

/// A shape, and what else may be told of some thousand panels.
const MOST_BYTES: u64 = 16 << 20;
const NATIVE: &str = if cfg!(target_endian = "little") { "little" } else { "big" };

/// Panels of one shape, stacked along the slow axis.
pub(crate) struct Stack {
    /// `[slow, fast]` of all together.
    pub(crate) shape: [usize; 2],
    /// The number of panels, which may be anything until the pixels have been read.
    pub(crate) count: usize,
    /// Names of the first panels; an empty one is none.
    names: Vec<String>,
}

#[derive(Deserialize)]
struct Sidecar {
    #[serde(rename = "type")]
    number: Option<String>,
    byte_order: Option<String>,
    shape: Vec<usize>,
    #[serde(default)]
    panels: Value,
}

impl Stack {
    /// One panel.
    pub(crate) fn single(shape: [usize; 2]) -> Self {
        Self { shape, count: 1, names: Vec::new() }
    }

    /// The name of a panel: its number where it has no other.
    pub(crate) fn name(&self, index: usize) -> String {
        self.names.get(index).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| index.to_string())
    }
}

/// The shape of a raw float image by the JSON file beside it; `None` when there is no such file.
pub(crate) fn read(image: &Path) -> Result<Option<Stack>, Error> {
    let path = image.with_extension("json");
    if path == image {
        return Ok(None);
    }
    let bytes = match whole_file::read_at_most(&path, MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(reason) if reason.kind() == ErrorKind::FileTooLarge => {
            let found = format!("more than {MOST_BYTES} bytes");
            return Err(Error::malformed(&path, found, "the shape of an image alone"));
        }
        Err(reason) if reason.kind() == ErrorKind::NotFound => return Ok(None),
        Err(reason) => return Err(Error::Read { path, reason }),
    };
    match serde_json::from_slice(&bytes) {
        Ok(sidecar) => stack_of(&sidecar, &path).map(Some),
        Err(defect) => {
            Err(Error::malformed(&path, defect.to_string(), "an object with the image's \"shape\""))
        }
    }
}

fn stack_of(sidecar: &Sidecar, path: &Path) -> Result<Stack, Error> {
    for (key, value, expected) in
        [("type", &sidecar.number, "float32"), ("byte_order", &sidecar.byte_order, NATIVE)]
    {
        if let Some(value) = value.as_ref().filter(|value| *value != expected) {
            return Err(Error::malformed(path, format!("\"{key}\": \"{value}\""), format!("\"{expected}\"")));
        }
    }
    let stack = match sidecar.shape[..] {
        [slow, fast] => Some((1, [slow, fast])),
        [panels, slow, fast] => panels.checked_mul(slow).map(|rows| (panels, [rows, fast])),
        _ => None,
    };
    let (count, shape) = stack.ok_or_else(|| {
        let expected = "[slow, fast] or [panel, slow, fast]";
        Error::malformed(path, format!("\"shape\": {:?}", sidecar.shape), expected)
    })?;
    let listed = sidecar.panels.as_array().into_iter().flatten();
    let names = listed.map(|panel| panel["name"].as_str().unwrap_or_default().to_owned()).collect();
    Ok(Stack { shape, count, names })
}
