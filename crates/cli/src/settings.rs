//! Every value of an experiment with where it comes from, as JSON.

use nanobragg_experiment::{Mode, Provenance, settings};
use serde_json::{Map, Value, json};

use crate::prepared::Prepared;

/// The settings with their provenance, what was derived from them, the warnings, and the differences from the C program
/// that play a part.
pub(crate) fn json(prepared: &Prepared) -> Value {
    let differences = prepared.differences();
    let differences =
        differences.iter().map(|(row, notice)| json!({ "row": format!("Q{row}"), "notice": notice }));
    let derived = prepared.resolved.derived.iter().map(|derived| {
        let mut object = Map::new();
        object.insert("name".to_owned(), derived.name.into());
        object.insert("value".to_owned(), derived.value.as_str().into());
        if !derived.unit.is_empty() {
            object.insert("unit".to_owned(), derived.unit.into());
        }
        Value::from(object)
    });
    json!({
        "mode": match prepared.experiment.mode {
            Mode::Physics => "physics",
            Mode::Compat => "compat",
        },
        "settings": settings(&prepared.experiment).into_iter().map(entry).collect::<Vec<_>>(),
        "derived": derived.collect::<Vec<_>>(),
        "warnings": prepared.warnings,
        "differences": differences.collect::<Vec<_>>(),
    })
}

fn entry((key, value, from): (String, Value, Provenance)) -> Value {
    let mut object = Map::new();
    object.insert("name".to_owned(), key.into());
    object.insert("value".to_owned(), value);
    let mut put = |name: &str, text: String| object.insert(name.to_owned(), text.into());
    match from {
        Provenance::Default => put("from", "default".to_owned()),
        Provenance::Convention => put("from", "convention".to_owned()),
        Provenance::Derived => put("from", "derived".to_owned()),
        Provenance::Clock => put("from", "clock".to_owned()),
        Provenance::Header { path, .. } => {
            put("from", "header".to_owned());
            put("file", path.display().to_string())
        }
        Provenance::File { path, .. } => {
            put("from", "file".to_owned());
            put("file", path.display().to_string())
        }
        Provenance::Argument(flag) => {
            put("from", "flag".to_owned());
            put("flag", flag)
        }
        other => put("from", other.to_string()),
    };
    object.into()
}
