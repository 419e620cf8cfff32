//! A log as one JSON object, with units and with every bit of its numbers.
//!
//! ```json
//! {
//!   "units": {"distance_m":"m"},
//!   "lines": [
//!     {"form":"geometry","key":"distance_m","unit":"m","value":0.1}
//!   ],
//!   "dropped": []
//! }
//! ```
//!
//! A value is a number, a list of numbers, a list of three rows, a string, or an object of fields, whose units are in
//! the table. JSON has no infinity and no NaN; they are the strings `inf`, `-inf` and `nan` in a list.

mod value;

use std::collections::BTreeMap;
use std::io::{self, Write};

use nanobragg_kernel::record::{Form, Line, Value};
use serde::{Deserialize, Serialize};

use crate::quantity::{self, Unit};
use crate::{Defect, Dropped, Error, Log};
use value::Wire;

pub(crate) use value::number;

/// Writes `log` as one JSON object, each of its lines on a line.
///
/// # Errors
///
/// Those of `out`.
pub fn write(log: &Log, mut out: impl Write) -> io::Result<()> {
    let Document { units, lines, dropped } = Document::from(log);
    write!(out, "{{\n  \"units\": {},\n  \"lines\": ", serde_json::to_string(&units)?)?;
    write_list(&lines, &mut out)?;
    write!(out, ",\n  \"dropped\": ")?;
    write_list(&dropped, &mut out)?;
    writeln!(out, "\n}}")?;
    out.flush()
}

/// The log in `text`, equal to the one that was written if that had no NaN; `name` stands for the file in errors.
///
/// Units are for people and are not read: a key determines its unit.
///
/// # Errors
///
/// [`Error::Json`] if the text is not JSON or not the JSON of a trace.
pub fn parse(text: &str, name: &str) -> Result<Log, Error> {
    let document: Document =
        serde_json::from_str(text).map_err(|reason| Error::Json { file: name.to_owned(), reason })?;
    Ok(document.into())
}

#[derive(Deserialize)]
struct Document {
    #[serde(skip)]
    units: BTreeMap<String, &'static str>,
    lines: Vec<Entry>,
    #[serde(default)]
    dropped: Vec<DroppedEntry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(with = "FormName")]
    form: Form,
    key: String,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    value: Wire,
}

#[derive(Serialize, Deserialize)]
struct DroppedEntry {
    line: usize,
    #[serde(with = "FormName")]
    form: Form,
    key: String,
    #[serde(with = "DefectName")]
    defect: Defect,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Form", rename_all = "kebab-case")]
enum FormName {
    Geometry,
    Axis,
    Config,
    Step,
    Evaluation,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Defect", rename_all = "kebab-case")]
enum DefectName {
    BeamCenterUnit,
    FixedMapping,
    FixedConvention,
    RepeatedAxes,
    SecondSource,
}

impl From<&Log> for Document {
    fn from(log: &Log) -> Self {
        let entry = |line: &Line| Entry {
            form: line.form,
            key: line.key.to_string(),
            unit: unit(&line.key),
            value: Wire(line.value.clone()),
        };
        let dropped = |line: &Dropped| DroppedEntry {
            line: line.line,
            form: line.form,
            key: line.key.clone(),
            defect: line.defect,
        };
        Self {
            units: log.lines.iter().flat_map(units).collect(),
            lines: log.lines.iter().map(entry).collect(),
            dropped: log.dropped.iter().map(dropped).collect(),
        }
    }
}

impl From<Document> for Log {
    fn from(document: Document) -> Self {
        let line = |entry: Entry| Line { form: entry.form, key: entry.key.into(), value: entry.value.0 };
        let dropped = |entry: DroppedEntry| Dropped {
            line: entry.line,
            form: entry.form,
            key: entry.key,
            defect: entry.defect,
        };
        Self {
            lines: document.lines.into_iter().map(line).collect(),
            dropped: document.dropped.into_iter().map(dropped).collect(),
        }
    }
}

fn write_list(items: &[impl Serialize], out: &mut impl Write) -> io::Result<()> {
    let mut before = "[";
    for item in items {
        write!(out, "{before}\n    {}", serde_json::to_string(item)?)?;
        before = ",";
    }
    out.write_all(if items.is_empty() { b"[]" } else { b"\n  ]" })
}

/// The units a line needs: that of its key and those of its fields.
fn units(line: &Line) -> Vec<(String, &'static str)> {
    let mut names = vec![line.key.as_ref()];
    if let Value::Fields(fields) = &line.value {
        names.extend(fields.iter().map(|(name, _)| name.as_ref()));
    }
    names.into_iter().filter_map(|name| Some((name.to_owned(), unit(name)?))).collect()
}

/// The unit of a key in the table, unless it is a name.
fn unit(key: &str) -> Option<&'static str> {
    quantity::find(key)
        .filter(|quantity| quantity.shape != quantity::Shape::Name)
        .map(|quantity| Unit::symbol(quantity.unit))
}

#[cfg(test)]
mod tests {
    use super::{parse, write};
    use crate::{Log, text};

    #[test]
    fn every_shape_has_its_json() {
        let log = "TRACE_RS:detector_convention=XDS\nTRACE_RS:angles_rad=rotx:0 roty:0.5 rotz:0 twotheta:0\n\
                   TRACE_RS:Rx=[1 0 0; 0 1 -0; 0 0 1]\nDETECTOR_FAST_AXIS 0 0 1\n\
                   TRACE_CONFIG: tracing pixel (spixel=32, fpixel=64)\nTRACE_RS: hkl_frac nan 1e-17 inf\n\
                   TRACE_RS_PHI phi_tic=0 phi_deg=5 F_latt=-inf\nTRACE_RS: F_cell 0.1\nTRACE_RS: polar -inf\n\
                   TRACE_RS:beam_center_m=X:1 Y:2 pixel_mm:0.4\n";
        let mut json = Vec::new();
        write(&text::parse(log, "log").unwrap(), &mut json).unwrap();
        insta::assert_snapshot!(String::from_utf8(json).unwrap());
    }

    #[test]
    fn what_is_no_trace_is_refused() {
        for (json, expected) in [
            ("{\"lines\": [", "EOF while parsing"),
            ("{}", "missing field `lines`"),
            ("{\"lines\": [{\"form\": \"verse\", \"key\": \"x\", \"value\": 1}]}", "unknown variant `verse`"),
            ("{\"lines\": [{\"form\": \"step\", \"key\": \"x\", \"value\": true}]}", "expected a number"),
            (
                "{\"lines\": [{\"form\": \"step\", \"key\": \"x\", \"value\": [1, \"x\"]}]}",
                "expected a number",
            ),
            (
                "{\"lines\": [{\"form\": \"step\", \"key\": \"x\", \"value\": [[1, 2, 3], [1, 2, 3]]}]}",
                "3 rows",
            ),
            (
                "{\"lines\": [{\"form\": \"step\", \"key\": \"x\", \"value\": {\"a\": []}}]}",
                "expected a number",
            ),
        ] {
            let error = Log::parse(json, "a.json").unwrap_err().to_string();
            assert!(error.starts_with("a.json: not the JSON of a trace: "), "{error}");
            assert!(error.contains(expected), "{error}");
            assert!(error.contains("line 1 column"), "{error}");
            assert_eq!(parse(json, "a.json").unwrap_err().to_string(), error);
        }
    }
}
