//! The files that an experiment names: no output may replace another one or an input.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::experiment::Experiment;
use crate::model::{Detector, FactorSource, Spectrum};

impl Experiment {
    /// Refuses outputs that would replace each other or a file that is read.
    ///
    /// # Errors
    /// [`Error::Collision`] and [`Error::WouldReplace`].
    pub fn check_files(&self) -> Result<(), Error> {
        let (outputs, inputs) = (self.outputs(), self.inputs());
        let name = |key: &str| self.provenance.name_of(key).to_owned();
        for (place, (key, path)) in outputs.iter().enumerate() {
            // A device takes what it is given.
            if path.starts_with("/dev") {
                continue;
            }
            let same = |(_, other): &&(&str, Cow<'_, Path>)| same_file(path, other);
            if let Some((one, _)) = outputs[..place].iter().find(same) {
                return Err(Error::Collision { one: name(one), other: name(key), path: path.to_path_buf() });
            }
            if self.provenance.files().any(|file| same_file(path, file)) {
                let (output, path) = (name(key), path.display());
                let text = format!("{output} would replace {path}, which describes the experiment");
                return Err(Error::Contradiction(text));
            }
            if let Some((input, _)) = inputs.iter().find(|(_, input)| same_file(path, input)) {
                return Err(Error::WouldReplace {
                    output: name(key),
                    input: name(input),
                    path: path.to_path_buf(),
                });
            }
        }
        Ok(())
    }

    fn outputs(&self) -> Vec<(&'static str, Cow<'_, Path>)> {
        let output = &self.output;
        let mut files: Vec<(&'static str, &Path)> =
            vec![("output.float_file", &output.float_file), ("output.int_file", &output.int_file)];
        let beside_floats = output.float_file.with_extension("json");
        if output.write_pgm {
            files.push(("output.pgm_file", &output.pgm_file));
        }
        if output.write_noise {
            files.push(("output.noise_file", &output.noise_file));
        }
        files.extend(output.expt_file.as_deref().map(|path| ("output.expt_file", path)));
        let dump = self.structure_factors.dump_file.as_deref();
        files.extend(dump.map(|path| ("structure_factors.dump_file", path)));
        let mut files: Vec<_> = files.into_iter().map(|(key, path)| (key, Cow::Borrowed(path))).collect();
        if !output.float_file.starts_with("/dev") {
            // It states type and shape.
            files.push(("output.float_file", Cow::Owned(beside_floats)));
        }
        files
    }

    /// The files that the experiment is read from beside its description, with their keys.
    #[must_use]
    pub fn inputs<'a>(&'a self) -> Vec<(String, &'a Path)> {
        let mut files = Vec::new();
        let mut add = |key: &str, path: Option<&'a PathBuf>| {
            files.extend(path.map(|path| (key.to_owned(), path.as_path())));
        };
        match &self.structure_factors.source {
            FactorSource::File(path) => add("structure_factors.source.file", Some(path)),
            FactorSource::Dump(path) => add("structure_factors.source.dump", Some(path)),
            FactorSource::Uniform(_) | FactorSource::Reflections(_) => {}
        }
        add("crystal.matrix_file", self.crystal.matrix_file.as_ref());
        match &self.detector {
            Detector::Convention(detector) => {
                add("detector.convention.mask_file", detector.mask_file.as_ref());
            }
            Detector::Panels(panels) => {
                for (index, panel) in panels.iter().enumerate() {
                    add(&format!("detector.panels.{index}.mask_file"), panel.mask_file.as_ref());
                }
            }
        }
        add("beam.sources_file", self.beam.sources_file.as_ref());
        if let Spectrum::File(path) = &self.beam.spectrum {
            add("beam.spectrum.file", Some(path));
        }
        for (index, material) in self.background.iter().enumerate() {
            let curve = material.curve.as_ref();
            add(&format!("background.{index}.curve.file"), curve.map(|curve| &curve.file));
        }
        files
    }
}

/// Whether two paths name one file, which need not exist yet.
fn same_file(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
