//! One recorded case: what was run and what came out.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;
use tempfile::TempDir;

use crate::compare;

/// Whose answers are expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The C program's.
    Compat,
    /// The formulas'.
    Physics,
}

/// A case of a list.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) args: Vec<String>,
    /// Command lines of the C program that were run before, in the same folder.
    pub(crate) before: Vec<String>,
    pub(crate) folder: PathBuf,
    inputs: PathBuf,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    args: String,
    #[serde(default)]
    compat_only: bool,
    #[serde(default)]
    before: Vec<String>,
}

/// The cases of both lists below a folder, each with the modes in which it is to be run.
pub(crate) fn listed(golden: &Path) -> Vec<(Case, Mode)> {
    let mut cases = Vec::new();
    for (list, folder) in [("cases.json", "c"), ("physics.json", "physics")] {
        let text = std::fs::read_to_string(golden.join(list)).unwrap();
        for listed in serde_json::from_str::<Vec<Listed>>(&text).unwrap() {
            let modes: &[Mode] = match (folder, listed.compat_only) {
                ("c", false) => &[Mode::Compat, Mode::Physics],
                ("c", true) => &[Mode::Compat],
                _ => &[Mode::Physics],
            };
            for mode in modes {
                let case = Case {
                    name: listed.name.clone(),
                    args: listed.args.split_whitespace().map(str::to_owned).collect(),
                    before: listed.before.clone(),
                    folder: golden.join(folder).join(&listed.name),
                    inputs: golden.join("inputs"),
                };
                cases.push((case, *mode));
            }
        }
    }
    cases
}

/// Runs the program in a folder.
pub(crate) fn program(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nanobragg")).current_dir(folder).args(words).output().unwrap()
}

/// A folder of its own with copies of the files of another.
pub(crate) fn workplace(inputs: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(inputs).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    folder
}

impl Case {
    /// Runs the case; returns what is not as recorded.
    pub(crate) fn check(&self, mode: Mode) -> Vec<String> {
        let work = workplace(&self.inputs);
        for line in &self.before {
            let words: Vec<&str> = line.split_whitespace().chain(["-compat", "c"]).collect();
            let output = program(work.path(), &words);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let output = program(work.path(), &self.words(mode, &[]));
        if self.name.starts_with("refuse_") {
            return self.check_refusal(work.path(), &output);
        }
        if !output.status.success() {
            return vec![format!("{} {}", output.status, String::from_utf8_lossy(&output.stderr))];
        }
        let mut complaints = compare::images(self, work.path());
        complaints.extend(compare::noise_stream(self, work.path()));
        complaints.extend(compare::traces(self, work.path(), mode));
        complaints
    }

    /// Runs the case in both precisions; returns what is beyond the bound of single precision.
    pub(crate) fn check_single(&self, mode: Mode) -> Vec<String> {
        if self.name.starts_with("refuse_") {
            return Vec::new();
        }
        let work = workplace(&self.inputs);
        for line in &self.before {
            let words: Vec<&str> = line.split_whitespace().chain(["-compat", "c"]).collect();
            program(work.path(), &words);
        }
        let [double, single] = ["double", "single"].map(|precision| {
            let flags = ["-precision", precision, "-floatfile", precision];
            let output = program(work.path(), &self.words(mode, &flags));
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            compare::floats(&std::fs::read(work.path().join(precision)).unwrap())
        });
        compare::single_precision(&double, &single).into_iter().collect()
    }

    /// The words of the command line in a mode.
    pub(crate) fn words<'a>(&'a self, mode: Mode, more: &[&'a str]) -> Vec<&'a str> {
        let compat: &[&str] = if mode == Mode::Compat { &["-compat", "c"] } else { &[] };
        self.args
            .iter()
            .map(String::as_str)
            .chain(compat.iter().copied())
            .chain(more.iter().copied())
            .collect()
    }

    /// A refused case ends with a message that names what is missing, and writes nothing.
    fn check_refusal(&self, folder: &Path, output: &Output) -> Vec<String> {
        let message = String::from_utf8_lossy(&output.stderr);
        let missing = match self.name.as_str() {
            "refuse_missing_hkl" => "absent.hkl",
            "refuse_no_structure_factors" => "absent.bin",
            "refuse_no_cell" => "-cell",
            other => panic!("what is missing in {other}?"),
        };
        let mut complaints = Vec::new();
        if output.status.success() {
            complaints.push("was not refused".to_owned());
        }
        if !message.contains(missing) {
            complaints.push(format!("expected a message that names {missing}, found {message:?}"));
        }
        for name in ["floatimage.bin", "intimage.img", "image.pgm", "noiseimage.img"] {
            if folder.join(name).exists() {
                complaints.push(format!("wrote {name}"));
            }
        }
        complaints
    }
}
