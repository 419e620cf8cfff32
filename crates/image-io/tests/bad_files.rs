//! Every file of `fixtures/bad/smv` and `fixtures/bad/images` is refused, with the message that its README states.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use nanobragg_image_io::{Error, npy, pgm, smv};

/// The README's lines: file name to a part of the message.
fn expected_messages(readme: &str) -> BTreeMap<String, String> {
    readme
        .lines()
        .filter_map(|line| line.strip_prefix("- `")?.split_once("`: "))
        .map(|(file, message)| (file.to_owned(), message.to_owned()))
        .collect()
}

fn check(folder: &str, read: impl Fn(&Path) -> Result<(), Error>) {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/bad")).join(folder);
    let mut expected = expected_messages(&fs::read_to_string(folder.join("README.md")).unwrap());
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name == "README.md" {
            continue;
        }
        let message_part =
            expected.remove(&name).unwrap_or_else(|| panic!("{name} has no line in README.md"));
        let message = read(&folder.join(&name)).expect_err(&name).to_string();
        assert!(message.contains(&name), "{message}\ndoes not name {name}");
        assert!(message.contains(&message_part), "{message}\ndoes not contain\n{message_part}");
    }
    assert!(expected.is_empty(), "README.md names files that are not there: {expected:?}");
}

#[test]
fn smv_files() {
    check("smv", |path| smv::read(path).map(drop));
}

#[test]
fn pgm_and_numpy_files() {
    check("images", |path| match path.extension().and_then(|ending| ending.to_str()) {
        Some("npy") => npy::read(path).map(drop),
        _ => pgm::read(path).map(drop),
    });
}
