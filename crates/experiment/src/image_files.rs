//! The files of one image of a scan.

use std::path::{Path, PathBuf};

use crate::experiment::Experiment;
use crate::model::Output;

/// What stands for the number of an image in the name of a file, once or more.
const MARK: char = '#';

/// The files of one image, each if it is written; of several panels, before their numbers are added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageFiles {
    /// See [`Output::float_file`].
    pub float: Option<PathBuf>,
    /// See [`Output::int_file`].
    pub int: Option<PathBuf>,
    /// See [`Output::pgm_file`].
    pub pgm: Option<PathBuf>,
    /// See [`Output::noise_file`].
    pub noise: Option<PathBuf>,
    /// See [`Output::cbf_file`].
    pub cbf: Option<PathBuf>,
    /// See [`Output::smv_file`].
    pub smv: Option<PathBuf>,
    /// See [`Output::npy_file`].
    pub npy: Option<PathBuf>,
    /// See [`Output::png_file`].
    pub png: Option<PathBuf>,
}

impl Experiment {
    /// Images that are rendered: all of the scan if a file takes them all, or has a place for their numbers in its name,
    /// otherwise the first.
    #[must_use]
    pub fn rendered_images(&self) -> u32 {
        let output = &self.output;
        let named = [&output.float_file, &output.int_file, &output.pgm_file, &output.noise_file];
        let asked = [&output.cbf_file, &output.smv_file, &output.npy_file, &output.png_file];
        let has_numbers = named.into_iter().chain(asked.into_iter().flatten()).any(|path| has_number(path));
        if has_numbers || output.nxmx_file.is_some() { self.scan.images } else { 1 }
    }

    /// Whether the detector's counts are written.
    #[must_use]
    pub fn has_counts(&self) -> bool {
        let output = &self.output;
        let of_all = [&output.cbf_file, &output.nxmx_file, &output.smv_file];
        let of_described = [&output.npy_file, &output.png_file];
        let is_described = self.response.is_described();
        of_all.into_iter().any(Option::is_some)
            || is_described && of_described.into_iter().any(Option::is_some)
    }

    /// The files of an image of the scan, counted from 0; its number in names is counted from 1.
    #[must_use]
    pub fn image_files(&self, image: u32) -> ImageFiles {
        let output = &self.output;
        let usual = Output::default();
        let is_series = self.rendered_images() > 1;
        // Of a series the files that nobody named are not written.
        let named = |path: &Path, usual: &Path, wanted: bool| {
            (wanted && !(is_series && path == usual)).then(|| numbered(path, image))
        };
        let asked = |path: &Option<PathBuf>| path.as_deref().map(|path| numbered(path, image));
        ImageFiles {
            float: named(&output.float_file, &usual.float_file, true),
            int: named(&output.int_file, &usual.int_file, true),
            pgm: named(&output.pgm_file, &usual.pgm_file, output.write_pgm),
            noise: named(&output.noise_file, &usual.noise_file, output.write_noise),
            cbf: asked(&output.cbf_file),
            smv: asked(&output.smv_file),
            npy: asked(&output.npy_file),
            png: asked(&output.png_file),
        }
    }
}

impl ImageFiles {
    /// The files that are written, with their keys.
    #[must_use]
    pub fn with_keys(&self) -> Vec<(&'static str, &Path)> {
        [
            ("output.float_file", &self.float),
            ("output.int_file", &self.int),
            ("output.pgm_file", &self.pgm),
            ("output.noise_file", &self.noise),
            ("output.cbf_file", &self.cbf),
            ("output.smv_file", &self.smv),
            ("output.npy_file", &self.npy),
            ("output.png_file", &self.png),
        ]
        .into_iter()
        .filter_map(|(key, path)| Some((key, path.as_deref()?)))
        .collect()
    }

    /// The same without the float image and those of the C program.
    #[must_use]
    pub fn of_counts(self) -> Self {
        Self { float: None, int: None, pgm: None, noise: None, ..self }
    }

    /// The file that states type and shape of the floats; a device, a pipe or a folder has nothing beside it.
    #[must_use]
    pub fn beside_floats(&self) -> Option<PathBuf> {
        let is_file = |path: &&PathBuf| !path.starts_with("/dev") && path.file_name().is_some();
        let path = self.float.as_ref().filter(is_file)?;
        Some(path.with_extension("json"))
    }
}

/// Whether a name has a place for the number of an image.
fn has_number(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().contains(MARK))
}

/// A name with the number of an image, counted from 0, for its last run of `#`, filled up with zeros: `x_###` is `x_001`.
fn numbered(path: &Path, image: u32) -> PathBuf {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()).filter(|name| name.contains(MARK))
    else {
        return path.to_owned();
    };
    let end = name.rfind(MARK).map_or(0, |last| last + MARK.len_utf8());
    let start = name[..end].trim_end_matches(MARK).len();
    let (width, number) = (end - start, u64::from(image) + 1);
    path.with_file_name(format!("{}{number:0width$}{}", &name[..start], &name[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_run_of_marks_becomes_the_number_of_the_image() {
        for (name, image, expected) in [
            ("image_####.cbf", 0, "image_0001.cbf"),
            ("a#/image_####.cbf", 11, "a#/image_0012.cbf"),
            ("#1_##.img", 122, "#1_123.img"),
            ("image.cbf", 3, "image.cbf"),
        ] {
            assert_eq!(numbered(Path::new(name), image), Path::new(expected));
        }
    }
}
