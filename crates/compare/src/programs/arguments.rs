//! Arguments adapted to a run in another folder.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::Outputs;

/// Arguments adapted to a run in another folder.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) list: Vec<OsString>,
    /// The image, in the new folder.
    pub(super) image: PathBuf,
}

impl Arguments {
    /// Copies the files that the arguments name from `origin` to `folder`.
    ///
    /// A file above `origin` is given by its full path instead; one with the name of the image is not copied.
    pub(super) fn moved(
        arguments: &[OsString],
        outputs: &Outputs<'_>,
        origin: &Path,
        folder: &Path,
    ) -> io::Result<Self> {
        let default_image = Path::new(outputs.default_image);
        let file_name =
            |path: &Path| path.file_name().map_or_else(|| default_image.to_owned(), PathBuf::from);
        let mut list = Vec::with_capacity(arguments.len());
        let mut image = default_image.to_owned();
        let mut inputs = Vec::new();
        let mut previous: &OsStr = OsStr::new("");
        for argument in arguments {
            let path = Path::new(argument);
            if is_one_of(previous, outputs.image) {
                image = file_name(path);
                list.push(image.clone().into_os_string());
            } else if is_one_of(previous, outputs.others) {
                list.push(file_name(path).into_os_string());
            } else if path.is_relative() && origin.join(path).is_file() {
                if path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
                    inputs.push(path);
                    list.push(argument.clone());
                } else {
                    list.push(origin.join(path).into_os_string());
                }
            } else {
                list.push(argument.clone());
            }
            previous = argument;
        }
        for input in inputs.into_iter().filter(|input| **input != *image) {
            let target = folder.join(input);
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::copy(origin.join(input), target)?;
        }
        Ok(Self { list, image })
    }
}

fn is_one_of(argument: &OsStr, names: &[&str]) -> bool {
    argument
        .to_str()
        .and_then(|argument| argument.strip_prefix('-'))
        .is_some_and(|name| names.contains(&name.trim_start_matches('-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUTS: Outputs<'_> =
        Outputs { image: &["image", "out"], others: &["log"], default_image: "out.bin" };

    fn moved(arguments: &[&str], origin: &Path, folder: &Path) -> Arguments {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        Arguments::moved(&arguments, &OUTPUTS, origin, folder).unwrap()
    }

    #[test]
    fn inputs_are_copied_and_outputs_stay_in_the_folder() {
        let (origin, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(origin.path().join("data")).unwrap();
        for name in ["data/in.txt", "stale.bin", "7"] {
            fs::write(origin.path().join(name), name).unwrap();
        }
        let arguments = [
            "-in",
            "data/in.txt",
            "-N",
            "7",
            "-log",
            "../a.log",
            "-image",
            "/elsewhere/stale.bin",
            "-also",
            "absent",
        ];
        let moved = moved(&arguments, origin.path(), folder.path());
        let expected =
            ["-in", "data/in.txt", "-N", "7", "-log", "a.log", "-image", "stale.bin", "-also", "absent"];
        assert_eq!(moved.list, expected);
        assert_eq!(moved.image, Path::new("stale.bin"));
        assert!(folder.path().join("data/in.txt").exists() && !folder.path().join("stale.bin").exists());
    }

    #[test]
    fn the_last_name_of_the_image_counts() {
        let folder = tempfile::tempdir().unwrap();
        let named = moved(&["-image", "a.bin", "--out", "out/b.bin"], folder.path(), folder.path());
        assert_eq!(named.image, Path::new("b.bin"));
        let unnamed = moved(&["-log", "out.bin"], folder.path(), folder.path());
        assert_eq!(unnamed.image, Path::new("out.bin"));
    }
}
