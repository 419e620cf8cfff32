//! Reading a TOML file onto a draft.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::de::DeTable;
use toml::{Table, Value};

use super::keys::{Holds, Lines, join};
use crate::draft::Draft;
use crate::error::Error;
use crate::experiment::Mode;
use crate::files::read_small;
use crate::import::GeomOptions;
use crate::model::{
    Background, Beam, Crystal, Detector, FactorSource, Output, Response, Sampling, Scan, Spectrum,
    StructureFactors,
};
use crate::notice::Notice;
use crate::provenance::Provenance;

/// Tables of which one key stands for a choice: a file replaces the whole of what it is read onto.
const CHOICES: [&str; 5] =
    ["beam.spectrum", "beam.intensity", "crystal.orientation", "structure_factors.source", "detector"];

/// A CrystFEL geometry whose camera length stands elsewhere.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Geom {
    file: PathBuf,
    camera_length_mm: Option<f64>,
}

/// The parts of a file; what is missing stays as the draft has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    mode: Option<Mode>,
    crystal: Option<Crystal>,
    structure_factors: Option<StructureFactors>,
    beam: Option<Beam>,
    scan: Option<Scan>,
    detector: Option<Detector>,
    background: Option<Vec<Background>>,
    sampling: Option<Sampling>,
    response: Option<Response>,
    output: Option<Output>,
}

impl Draft {
    /// Reads a TOML file. Relative paths in it are relative to it.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Parse`] for what is no TOML, and [`Error::Key`] for an unknown key, a wrong type or an
    /// unknown word, with the line, the key, what was expected and the nearest name.
    pub fn from_toml_file(path: &Path) -> Result<(Self, Vec<Notice>), Error> {
        let text = read_text(path)?;
        let spanned = DeTable::parse(&text).map_err(|error| no_toml(path, &text, &error))?;
        let lines = Lines::of(&text, spanned.get_ref());
        let mut table: Table = toml::from_str(&text).map_err(|error| no_toml(path, &text, &error))?;
        let reader = Reader { path, lines: &lines };
        let mut draft = Self::default();
        let notices = reader.import(&mut table, &mut draft)?;
        reader.read(table, &mut draft)?;
        for (key, line, holds) in lines.iter() {
            match holds {
                // What the file leaves out of a table is not from the file.
                Holds::Table if CHOICES.contains(&key) => draft.provenance.forget(key),
                Holds::Table => {}
                Holds::Element => draft.provenance.set(key, Provenance::Default),
                Holds::Value => {
                    draft.provenance.forget(key);
                    draft.provenance.set(key, Provenance::File { path: path.to_owned(), line: Some(line) });
                }
            }
        }
        Ok((draft, notices))
    }
}

fn read_text(path: &Path) -> Result<String, Error> {
    String::from_utf8(read_small(path)?).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        Error::Unfit {
            path: path.to_owned(),
            what: format!("expected text in UTF-8, found another byte at {byte}"),
        }
    })
}

fn no_toml(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text[start..].lines().next().unwrap_or_default();
    Error::Parse {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: text[line_start..start].chars().count() + 1,
        expected: format!("TOML ({})", error.message()),
        found: rest.chars().take(40).collect(),
    }
}

struct Reader<'a> {
    path: &'a Path,
    lines: &'a Lines<'a>,
}

impl Reader<'_> {
    /// Reads the geometry file that the top level names.
    fn import(&self, table: &mut Table, draft: &mut Draft) -> Result<Vec<Notice>, Error> {
        let has_spectrum = table.get("beam").and_then(|beam| beam.get("spectrum")).is_some();
        match (table.remove("expt"), table.remove("geom")) {
            (Some(_), Some(_)) => {
                Err(self.error("geom", "expected one of expt and geom, found both".to_owned()))
            }
            (Some(expt), None) => draft.import_expt(&self.file("expt", &expt)?),
            (None, Some(geom)) => {
                let (file, camera_length_mm) = match &geom {
                    Value::Table(table) => self.geom_table(table)?,
                    file => (self.file("geom", file)?, None),
                };
                draft.import_geom(&file, GeomOptions::new(camera_length_mm, has_spectrum))
            }
            (None, None) => Ok(Vec::new()),
        }
    }

    /// `geom = { file = "…", camera_length_mm = … }`.
    fn geom_table(&self, table: &Table) -> Result<(PathBuf, Option<f64>), Error> {
        let Geom { file, camera_length_mm } = self.deserialized_at("geom", table.clone())?;
        Ok((self.beside(&file), camera_length_mm))
    }

    fn file(&self, key: &str, value: &Value) -> Result<PathBuf, Error> {
        match value {
            Value::String(path) => Ok(self.beside(Path::new(path))),
            other => Err(self.error(key, format!("expected the name of a file, found {other}"))),
        }
    }

    fn read(&self, table: Table, draft: &mut Draft) -> Result<(), Error> {
        let merged = self.over(table, draft);
        let document: Document = self.deserialized_at("", merged)?;
        let Document {
            mode,
            crystal,
            structure_factors,
            beam,
            scan,
            detector,
            background,
            sampling,
            response,
            output,
        } = document;
        draft.mode = mode.unwrap_or_default();
        draft.crystal = crystal.or(draft.crystal.take());
        draft.structure_factors = structure_factors.or(draft.structure_factors.take());
        keep(&mut draft.beam, beam);
        keep(&mut draft.scan, scan);
        keep(&mut draft.detector, detector);
        keep(&mut draft.background, background);
        keep(&mut draft.sampling, sampling);
        keep(&mut draft.response, response);
        keep(&mut draft.output, output);
        self.resolve_paths(draft);
        Ok(())
    }

    /// The file's values over those that a geometry file gave.
    fn over(&self, table: Table, draft: &Draft) -> Table {
        let imported = |name: &str| -> Option<Value> {
            let value = match name {
                "crystal" => draft.crystal.as_ref().map(Value::try_from),
                "beam" => Some(Value::try_from(&draft.beam)),
                "scan" => Some(Value::try_from(&draft.scan)),
                _ => None,
            };
            value.and_then(Result::ok)
        };
        table
            .into_iter()
            .map(|(name, value)| {
                let merged = match imported(&name) {
                    Some(mut below) if *draft != Draft::default() => {
                        remove_vectors(&mut below, &value);
                        merged(&name, below, value)
                    }
                    _ => value,
                };
                (name, merged)
            })
            .collect()
    }

    fn deserialized_at<T: DeserializeOwned>(&self, above: &str, table: Table) -> Result<T, Error> {
        serde_path_to_error::deserialize(table).map_err(|error| {
            let below = error.path().to_string();
            let path = if below == "." { above.to_owned() } else { join(above, &below) };
            self.wrong_key(&path, error.inner().message())
        })
    }

    /// The error of a key, from the message of serde.
    fn wrong_key(&self, path: &str, message: &str) -> Error {
        // serde numbers elements as `panels[0]`.
        let key = path.replace('[', ".").replace(']', "");
        let key = key.trim_start_matches('.').to_owned();
        let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        if message.starts_with("unknown field") || message.starts_with("unknown variant") {
            let (unknown, known) = (names.first().copied().unwrap_or_default(), &names[1..]);
            let (key, what) = if message.starts_with("unknown field") {
                let key = if key.ends_with(unknown) { key } else { join(&key, unknown) };
                (key, "unknown key".to_owned())
            } else {
                (key, format!("unknown `{unknown}`"))
            };
            let all = format!("expected one of {}", known.join(", "));
            let hint = match nearest(unknown, known) {
                Some(name) => format!("did you mean {name}? ({all})"),
                None => all,
            };
            return self.error(&key, format!("{what}: {hint}"));
        }
        self.error(if key.is_empty() { "the file" } else { &key }, in_file_terms(message))
    }

    fn error(&self, key: &str, what: String) -> Error {
        let (path, line) = (self.path.to_owned(), self.lines.of_key(key));
        Error::Key { path, line, key: key.to_owned(), what }
    }

    /// A path as it is from the working directory.
    fn beside(&self, path: &Path) -> PathBuf {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder.join(path),
            _ => path.to_owned(),
        }
    }

    /// Makes every path that the file gives relative to the file.
    fn resolve_paths(&self, draft: &mut Draft) {
        let mut paths: Vec<(&str, &mut PathBuf)> = Vec::new();
        if let Some(crystal) = &mut draft.crystal {
            paths.extend(crystal.matrix_file.as_mut().map(|path| ("crystal.matrix_file", path)));
        }
        if let Some(factors) = &mut draft.structure_factors {
            if let FactorSource::File(path) | FactorSource::Dump(path) = &mut factors.source {
                paths.push(("structure_factors.source", path));
            }
            paths.extend(factors.dump_file.as_mut().map(|path| ("structure_factors.dump_file", path)));
        }
        if let Spectrum::File(path) = &mut draft.beam.spectrum {
            paths.push(("beam.spectrum", path));
        }
        paths.extend(draft.beam.sources_file.as_mut().map(|path| ("beam.sources_file", path)));
        match &mut draft.detector {
            Detector::Convention(detector) => {
                let mask = detector.mask_file.as_mut();
                paths.extend(mask.map(|path| ("detector.convention.mask_file", path)));
            }
            Detector::Panels(panels) => {
                let masks = panels.iter_mut().filter_map(|panel| panel.mask_file.as_mut());
                paths.extend(masks.map(|path| ("detector.panels", path)));
            }
        }
        let curves = draft.background.iter_mut().filter_map(|material| material.curve.as_mut());
        paths.extend(curves.map(|curve| ("background", &mut curve.file)));
        let output = &mut draft.output;
        paths.extend([
            ("output.float_file", &mut output.float_file),
            ("output.int_file", &mut output.int_file),
            ("output.pgm_file", &mut output.pgm_file),
            ("output.noise_file", &mut output.noise_file),
        ]);
        paths.extend(output.expt_file.as_mut().map(|path| ("output.expt_file", path)));
        for (key, path) in paths {
            if self.lines.has(key) {
                *path = self.beside(path);
            }
        }
    }
}

/// A message of serde in the terms of a TOML file.
fn in_file_terms(message: &str) -> String {
    if let Some(key) = message.strip_prefix("missing field ") {
        return format!("expected the key {key}, found none");
    }
    if message.starts_with("wanted exactly 1 element") {
        return "expected one key, found none or several".to_owned();
    }
    let Some((found, expected)) = message.split_once(", expected ") else { return message.to_owned() };
    let expected = match expected {
        "u32" => "a whole number from 0 to 4294967295",
        "i32" => "a whole number from -2147483648 to 2147483647",
        "i64" | "u64" => "a whole number",
        "f64" => "a number",
        "string only" => "a word, or a table of one key",
        structure if structure.starts_with("struct ") => "a table",
        other => other,
    };
    let kinds = ["invalid type: ", "invalid value: ", "invalid "];
    let found = kinds.iter().find_map(|kind| found.strip_prefix(kind)).unwrap_or(found);
    let found = if found == "unit variant" { "something else" } else { found };
    format!("expected {expected}, found {found}")
}

fn keep<T>(value: &mut T, read: Option<T>) {
    if let Some(read) = read {
        *value = read;
    }
}

/// Removes the vectors of a crystal where a cell or a matrix gives its lattice anew.
fn remove_vectors(below: &mut Value, above: &Value) {
    if let Value::Table(below) = below
        && ["cell", "matrix_file"].iter().any(|key| above.get(key).is_some())
    {
        below.remove("vectors_angstrom");
    }
}

/// A value over another one: tables key by key, all else as a whole.
fn merged(key: &str, below: Value, above: Value) -> Value {
    match (below, above) {
        (Value::Table(mut below), Value::Table(above)) if !CHOICES.contains(&key) => {
            for (name, value) in above {
                let value = match below.remove(&name) {
                    Some(old) => merged(&join(key, &name), old, value),
                    None => value,
                };
                below.insert(name, value);
            }
            Value::Table(below)
        }
        (_, above) => above,
    }
}

/// The known name nearest to one that is not known.
fn nearest<'a>(unknown: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|&name| (strsim::jaro_winkler(name, &unknown.to_lowercase()), name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.7)
        .map(|(_, name)| name)
}
