//! The head of a checkpoint: a line that says what the file is, and a line of JSON with all that the photons depend on.

use std::io::{self, BufRead, Read, Write};

use nanobragg_experiment::{Error, Experiment, settings};
use serde_json::{Map, Value, json};

use crate::checksum;

const FIRST_LINE: &str = "nanobragg checkpoint 1\n";

/// As much as a description may be long.
const MOST_BYTES: u64 = 64 << 20;

/// Keys of values that no photon depends on.
const WITHOUT_EFFECT: [&str; 4] =
    ["output.", "response.", "structure_factors.dump_file", "structure_factors.max_grid_bytes"];

/// What the photons of a run depend on.
pub(super) struct Header {
    pub(super) clock_seed: i64,
    /// The program's version, the values of the experiment by key, and the sums of the files that it names.
    values: Map<String, Value>,
}

impl Header {
    pub(super) fn of(experiment: &Experiment, clock_seed: i64) -> Result<Self, Error> {
        let mut values = Map::new();
        values.insert("version".to_owned(), env!("CARGO_PKG_VERSION").into());
        for (key, value, _) in settings(experiment) {
            if !WITHOUT_EFFECT.iter().any(|start| key.starts_with(start)) {
                // As text, so that no number changes on its way through the file.
                values.insert(key, value.to_string().into());
            }
        }
        // Wherever a file is, its content counts.
        for (key, path) in experiment.inputs() {
            let (sha256, bytes) =
                checksum::sum(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
            values.insert(key, format!("a file of {bytes} bytes with SHA-256 {sha256}").into());
        }
        Ok(Self { clock_seed, values })
    }

    /// The header at the start of a file; none in an empty file, or where a run was killed while it wrote one.
    ///
    /// The error is [`io::ErrorKind::InvalidData`] for any other file.
    pub(super) fn read(file: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut first_line = Vec::new();
        file.by_ref().take(FIRST_LINE.len() as u64).read_to_end(&mut first_line)?;
        if !FIRST_LINE.as_bytes().starts_with(&first_line) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut line = Vec::new();
        file.by_ref().take(MOST_BYTES).read_until(b'\n', &mut line)?;
        if first_line.len() < FIRST_LINE.len() || line.last() != Some(&b'\n') {
            return Ok(None);
        }
        let header: Value = serde_json::from_slice(&line)?;
        match (header["clock_seed"].as_i64(), header["values"].as_object()) {
            (Some(clock_seed), Some(values)) => Ok(Some(Self { clock_seed, values: values.clone() })),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Writes it at the start of a file.
    pub(super) fn write(&self, file: &mut (impl Write + io::Seek)) -> io::Result<()> {
        file.rewind()?;
        let header = json!({ "clock_seed": self.clock_seed, "values": self.values });
        file.write_all(format!("{FIRST_LINE}{header}\n").as_bytes())
    }

    /// The first value that is another one in a file's header, by the name under which it was given here.
    pub(super) fn difference(&self, found: &Self, experiment: &Experiment) -> Option<String> {
        let keys = self.values.keys().chain(found.values.keys());
        let key = keys.into_iter().find(|key| self.values.get(*key) != found.values.get(*key))?;
        let spelled = |values: &Map<String, Value>| match values.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => "not given".to_owned(),
        };
        // A flag that takes something away has the opposite value of its key.
        let is_switch =
            [&self.values, &found.values].iter().any(|values| values.get(key).is_some_and(Value::is_boolean));
        let name = if is_switch { key } else { experiment.provenance.name_of(key) };
        Some(format!("{name} is {}, and was {}", spelled(&self.values), spelled(&found.values)))
    }
}
