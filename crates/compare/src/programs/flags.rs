//! Flags adapted to a run in another folder.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Flags whose value is the float image.
const FLOAT_OUTPUTS: [&str; 2] = ["floatfile", "floatimage"];
/// Flags whose value is another file that is written.
const OTHER_OUTPUTS: [&str; 7] =
    ["intfile", "intimage", "pgmfile", "pgmimage", "noisefile", "noiseimage", "stolout"];
/// The float image when no flag names it.
const DEFAULT_FLOAT_IMAGE: &str = "floatimage.bin";

/// Flags adapted to a run in another folder.
#[derive(Debug)]
pub(super) struct Flags {
    pub(super) arguments: Vec<OsString>,
    /// The float image, in the new folder.
    pub(super) float_image: PathBuf,
}

impl Flags {
    /// Copies the files that the flags name from `origin` to `folder`.
    ///
    /// A file above `origin` is given by its full path instead; one with the name of the float image is not copied.
    pub(super) fn moved(flags: &[OsString], origin: &Path, folder: &Path) -> io::Result<Self> {
        let mut arguments = Vec::with_capacity(flags.len());
        let mut float_image = PathBuf::from(DEFAULT_FLOAT_IMAGE);
        let mut inputs = Vec::new();
        let mut previous: &OsStr = OsStr::new("");
        for argument in flags {
            let path = Path::new(argument);
            if is_one_of(previous, &FLOAT_OUTPUTS) {
                float_image = file_name(path);
                arguments.push(float_image.clone().into_os_string());
            } else if is_one_of(previous, &OTHER_OUTPUTS) {
                arguments.push(file_name(path).into_os_string());
            } else if path.is_relative() && origin.join(path).is_file() {
                if path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
                    inputs.push(path);
                    arguments.push(argument.clone());
                } else {
                    arguments.push(origin.join(path).into_os_string());
                }
            } else {
                arguments.push(argument.clone());
            }
            previous = argument;
        }
        for input in inputs.into_iter().filter(|input| **input != *float_image) {
            let target = folder.join(input);
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::copy(origin.join(input), target)?;
        }
        Ok(Self { arguments, float_image })
    }
}

fn is_one_of(flag: &OsStr, names: &[&str]) -> bool {
    flag.to_str()
        .and_then(|flag| flag.strip_prefix('-'))
        .is_some_and(|name| names.contains(&name.trim_start_matches('-')))
}

fn file_name(path: &Path) -> PathBuf {
    path.file_name().map_or_else(|| PathBuf::from(DEFAULT_FLOAT_IMAGE), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_copied_and_outputs_stay_in_the_folder() {
        let (origin, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(origin.path().join("data")).unwrap();
        for name in ["data/A.mat", "stale.bin", "7"] {
            fs::write(origin.path().join(name), name).unwrap();
        }
        let arguments =
            ["-mat", "data/A.mat", "-N", "7", "-floatfile", "/elsewhere/stale.bin", "-hkl", "absent.hkl"];
        let flags: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let moved = Flags::moved(&flags, origin.path(), folder.path()).unwrap();
        let expected = ["-mat", "data/A.mat", "-N", "7", "-floatfile", "stale.bin", "-hkl", "absent.hkl"];
        assert_eq!(moved.arguments, expected);
        assert_eq!(moved.float_image, Path::new("stale.bin"));
        assert!(folder.path().join("data/A.mat").exists() && !folder.path().join("stale.bin").exists());
    }

    #[test]
    fn the_last_name_of_the_float_image_counts() {
        let folder = tempfile::tempdir().unwrap();
        let flags = ["-floatfile", "a.bin", "--floatimage", "out/b.bin"].map(OsString::from);
        let moved = Flags::moved(&flags, folder.path(), folder.path()).unwrap();
        assert_eq!(moved.float_image, Path::new("b.bin"));
    }
}
