//! Experiments as TOML files.

mod keys;
mod read;
mod values;
mod write;

pub use values::settings;
pub use write::to_toml;

use serde_json::Value;

use crate::experiment::Experiment;

/// Keys of the top level that name a geometry file, which the rest of the file completes.
const IMPORTS: [&str; 2] = ["expt", "geom"];

/// The JSON Schema of experiments as TOML files.
#[must_use]
pub fn json_schema() -> Value {
    let mut schema = schemars::schema_for!(Experiment).to_value();
    for (name, description) in IMPORTS.into_iter().zip([
        "DIALS experiment list: beam, detector, scan and crystal, which the rest of the file completes.",
        "CrystFEL geometry: detector and photon energy, which the rest of the file completes.",
    ]) {
        schema["properties"][name] = serde_json::json!({ "description": description, "type": "string" });
    }
    // What a geometry file or a flag may give need not be in the file.
    if let Some(object) = schema.as_object_mut() {
        object.remove("required");
    }
    schema
}
