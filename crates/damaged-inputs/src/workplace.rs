//! A folder for inputs.

use std::path::{Path, PathBuf};

use hkl_io::text::ReadOptions;
use tempfile::TempDir;

use crate::seeds::{file, place};

/// Files of the repository that experiments name, with the names that they have in a workplace.
const COMPANIONS: [(&str, &str); 11] = [
    ("list.hkl", "fixtures/seeds/list.hkl"),
    ("cell.mat", "fixtures/seeds/cell.mat"),
    ("sources.txt", "fixtures/seeds/sources.txt"),
    ("spectrum.txt", "fixtures/seeds/spectrum.txt"),
    ("curve.stol", "fixtures/seeds/curve.stol"),
    ("header.img", "fixtures/seeds/header.img"),
    ("mask.img", "fixtures/seeds/mask.img"),
    ("one.geom", "fixtures/geometry/one_panel.geom"),
    ("one.expt", "fixtures/geometry/one_panel.expt"),
    ("two_by_three.geom", "fixtures/geometry/two_by_three.geom"),
    ("two_by_three.expt", "fixtures/geometry/two_by_three.expt"),
];
/// Made of the list.
const DUMP: &str = "list.bin";

/// A folder in memory, where the system has one, with the small files that experiments name. It is removed with the
/// value.
pub struct Workplace {
    folder: TempDir,
}

impl Workplace {
    /// A new folder.
    ///
    /// # Panics
    /// If it cannot be made or written to.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a folder is no default")]
    pub fn new() -> Self {
        let shared_memory = Path::new("/dev/shm");
        let folder =
            if shared_memory.is_dir() { tempfile::tempdir_in(shared_memory) } else { tempfile::tempdir() };
        let workplace = Self { folder: folder.unwrap() };
        for (name, source) in COMPANIONS {
            workplace.file(name, &file(source));
        }
        let list = hkl_io::text::read(&place("fixtures/seeds/list.hkl"), &ReadOptions::default()).unwrap();
        hkl_io::fdump::write(&list.grid, &workplace.path().join(DUMP)).unwrap();
        workplace
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The words of a command line, with the folder before the names of its files.
    pub(crate) fn words(&self, line: &str) -> Vec<String> {
        let is_here = |word: &str| word == DUMP || COMPANIONS.iter().any(|(name, _)| *name == word);
        line.split_whitespace()
            .map(
                |word| {
                    if is_here(word) { self.path().join(word).display().to_string() } else { word.to_owned() }
                },
            )
            .collect()
    }
}
