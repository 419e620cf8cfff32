//! Small inputs from the repository's files.

use std::path::{Path, PathBuf};

/// How many times as often as a bad file a good one is taken: what is refused early is not looked at further.
const GOOD_TIMES: usize = 10;

/// An image of 24 floats.
pub(crate) const SMALL_IMAGE: [u8; 96] = *include_bytes!("../../../fixtures/seeds/small.f32");

/// A file of the repository, or a folder.
pub(crate) fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// A file's bytes.
pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = place(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The bytes of files, of folders those of the files with this ending.
pub(crate) fn of(places: &[&str], ending: &str) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for name in places {
        let path = place(name);
        if path.is_file() {
            files.push(path);
            continue;
        }
        let listed = std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        files.extend(
            listed.map(|entry| entry.unwrap().path()).filter(|path| path.to_string_lossy().ends_with(ending)),
        );
    }
    files.sort();
    assert!(!files.is_empty(), "{places:?} {ending}");
    let times =
        |file: &Path| if file.components().any(|part| part.as_os_str() == "bad") { 1 } else { GOOD_TIMES };
    files.iter().flat_map(|file| std::iter::repeat_n(std::fs::read(file).unwrap(), times(file))).collect()
}
