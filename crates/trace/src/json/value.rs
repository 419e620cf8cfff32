//! A value of the record as a value of JSON.

use std::borrow::Cow;

use nanobragg_kernel::record::Value;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

/// A value on its way into JSON or out of it.
pub(super) struct Wire(pub(super) Value);

impl Serialize for Wire {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            // A string alone is read as a name, so an infinity is written in a list.
            Value::Numbers(numbers) => match numbers.as_slice() {
                [one] if one.is_finite() => number(*one),
                several => list(several),
            },
            Value::Name(name) => Json::from(name.as_ref()),
            Value::Fields(fields) => {
                fields.iter().map(|(name, value)| (name.to_string(), number(*value))).collect()
            }
            Value::Matrix(rows) => rows.iter().map(|row| list(row)).collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Wire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = match Json::deserialize(deserializer)? {
            Json::String(name) => Value::Name(Cow::Owned(name)),
            Json::Array(rows) if rows.first().is_some_and(Json::is_array) => {
                Value::Matrix(matrix(&rows).map_err(D::Error::custom)?)
            }
            Json::Array(numbers) => Value::Numbers(
                numbers.iter().map(read_number).collect::<Result<_, _>>().map_err(D::Error::custom)?,
            ),
            Json::Object(fields) => {
                let field = |(name, json)| Ok((Cow::Owned(name), read_number(&json)?));
                Value::Fields(
                    fields.into_iter().map(field).collect::<Result<_, String>>().map_err(D::Error::custom)?,
                )
            }
            scalar => Value::Numbers(vec![read_number(&scalar).map_err(D::Error::custom)?]),
        };
        Ok(Self(value))
    }
}

/// `value` as a number, or as a string if JSON has no such number.
pub(crate) fn number(value: f64) -> Json {
    if value.is_finite() {
        return Json::from(value);
    }
    Json::from(if value.is_nan() {
        "nan"
    } else if value > 0.0 {
        "inf"
    } else {
        "-inf"
    })
}

fn list(numbers: &[f64]) -> Json {
    numbers.iter().copied().map(number).collect()
}

fn read_number(json: &Json) -> Result<f64, String> {
    let number = match json {
        Json::String(text) => match text.as_str() {
            "nan" => Some(f64::NAN),
            "inf" => Some(f64::INFINITY),
            "-inf" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        other => other.as_f64(),
    };
    number.ok_or_else(|| format!("expected a number, `nan`, `inf` or `-inf`, found {json}"))
}

fn matrix(rows: &[Json]) -> Result<[[f64; 3]; 3], String> {
    let wrong = || format!("expected 3 rows of 3 numbers, found {}", Json::from(rows));
    let mut matrix = [[0.0; 3]; 3];
    if rows.len() != matrix.len() {
        return Err(wrong());
    }
    for (row, json) in matrix.iter_mut().zip(rows) {
        let numbers = json.as_array().filter(|numbers| numbers.len() == row.len()).ok_or_else(wrong)?;
        for (number, json) in row.iter_mut().zip(numbers) {
            *number = read_number(json)?;
        }
    }
    Ok(matrix)
}
