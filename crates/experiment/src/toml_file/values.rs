//! Every value of an experiment under its key.

use serde_json::Value;

use super::keys::join;
use crate::experiment::Experiment;
use crate::provenance::Provenance;

/// Every value of an experiment, with its key and where it comes from, in the order of the model.
#[must_use]
pub fn settings(experiment: &Experiment) -> Vec<(String, Value, Provenance)> {
    let mut settings = Vec::new();
    // An experiment has string keys throughout, so that it always is a JSON value.
    if let Ok(value) = serde_json::to_value(experiment) {
        add("", value, experiment, &mut settings);
    }
    settings
}

fn add(key: &str, value: Value, experiment: &Experiment, settings: &mut Vec<(String, Value, Provenance)>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                add(&join(key, &name), value, experiment, settings);
            }
        }
        Value::Array(elements) if elements.iter().any(Value::is_object) => {
            for (index, value) in elements.into_iter().enumerate() {
                add(&join(key, &index.to_string()), value, experiment, settings);
            }
        }
        value => {
            let from = experiment.provenance.of(key).clone();
            settings.push((key.to_owned(), value, from));
        }
    }
}
