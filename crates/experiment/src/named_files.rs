//! The files that an experiment names: no output may replace another one or an input.

use std::path::{Path, PathBuf};

use whole_file::destination;

use crate::error::Error;
use crate::experiment::Experiment;
use crate::model::{Detector, FactorSource, Spectrum};

impl Experiment {
    /// Refuses outputs that would replace each other or a file that is read.
    ///
    /// # Errors
    /// [`Error::Collision`] and [`Error::WouldReplace`]; [`Error::Contradiction`] of a file that describes the experiment, and of
    /// floats under the name of the file that states their type.
    pub fn check_files(&self) -> Result<(), Error> {
        let name = |key: &str| self.provenance.name_of(key).to_owned();
        let images = self.image_files(0);
        if let (Some(path), Some(beside)) = (&images.float, images.beside_floats())
            && same_file(path, &beside)
        {
            let (output, path, beside) = (name("output.float_file"), path.display(), beside.display());
            return Err(Error::Contradiction(format!(
                "{output}: expected another name than {path}: the type and shape of the floats are written beside them to \
                 {beside}"
            )));
        }
        let descriptions: Vec<_> = self.provenance.files().map(destination).collect();
        let inputs: Vec<_> = self.inputs().into_iter().map(|(key, path)| (key, destination(path))).collect();
        let mut known: Vec<(&str, PathBuf)> = Vec::new();
        for (key, path) in self.outputs() {
            // A device takes what it is given.
            if path.starts_with("/dev") {
                continue;
            }
            let target = destination(&path);
            if let Some((one, _)) = known.iter().find(|(_, other)| *other == target) {
                return Err(Error::Collision { one: name(one), other: name(key), path });
            }
            if descriptions.contains(&target) {
                let (output, path) = (name(key), path.display());
                let text = format!("{output} would replace {path}, which describes the experiment");
                return Err(Error::Contradiction(text));
            }
            if let Some((input, _)) = inputs.iter().find(|(_, input)| *input == target) {
                return Err(Error::WouldReplace { output: name(key), input: name(input), path });
            }
            known.push((key, target));
        }
        Ok(())
    }

    /// Every file that is written, those of the first image for all.
    fn outputs(&self) -> Vec<(&'static str, PathBuf)> {
        let images = self.image_files(0);
        let files = images.with_keys().into_iter();
        let mut files: Vec<_> = files.map(|(key, path)| (key, path.to_owned())).collect();
        let mut add = |key, path: &'_ Option<PathBuf>| files.extend(path.clone().map(|path| (key, path)));
        add("output.nxmx_file", &self.output.nxmx_file);
        add("output.expt_file", &self.output.expt_file);
        add("structure_factors.dump_file", &self.structure_factors.dump_file);
        // It states type and shape.
        files.extend(images.beside_floats().map(|path| ("output.float_file", path)));
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

/// Whether two paths name one file, which need not exist yet: however its folder is spelled, and through symbolic links.
#[must_use]
pub fn same_file(one: &Path, other: &Path) -> bool {
    one == other || destination(one) == destination(other)
}
