//! Every file below `fixtures/bad/geom` and `fixtures/bad/expt` is refused, with the message that the table beside it
//! gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use nanobragg_experiment::{Error, crystfel, dials};

/// Reads every file of the folder and compares what is said about it with the table in the folder's README.
fn check(extension: &str, at_least: usize, read: impl Fn(&Path) -> Option<Error>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/bad").join(extension);
    let readme = fs::read_to_string(folder.join("README.md")).expect("a README.md beside the files");
    let expected: BTreeMap<_, _> = readme.lines().filter_map(table_row).collect();
    let found: BTreeMap<_, _> = files(&folder, extension).map(|path| message(&path, &read)).collect();
    assert!(found.len() >= at_least, "{} has {} files", folder.display(), found.len());
    for (name, message) in &found {
        assert_eq!(Some(message), expected.get(name), "{name}");
    }
    assert_eq!(found.len(), expected.len());
}

/// `| file | why | message |`, the file and the message in backquotes.
fn table_row(line: &str) -> Option<(String, String)> {
    let mut cells = line.trim_end_matches('|').splitn(4, '|').map(str::trim).skip(1);
    let (file, _why, message) = (cells.next()?, cells.next()?, cells.next()?);
    let unquoted = |cell: &str, quote| cell.strip_prefix(quote)?.strip_suffix(quote).map(str::to_owned);
    Some((
        unquoted(file, "`")?,
        unquoted(message, "``").or_else(|| unquoted(message, "`"))?.trim().to_owned(),
    ))
}

fn files(folder: &Path, extension: &str) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of bad inputs");
    let paths = entries.map(|entry| entry.expect("an entry of the folder").path());
    paths.filter(move |path| path.extension().is_some_and(|found| found == extension))
}

/// The name of the file, and what is said about it after its name.
fn message(path: &Path, read: impl Fn(&Path) -> Option<Error>) -> (String, String) {
    let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    let Some(error) = read(path) else { panic!("{name} was not refused") };
    let message = error.to_string();
    let after = message.strip_prefix(&format!("{}:", path.display()));
    (name, after.unwrap_or_else(|| panic!("no file in: {message}")).trim_start().to_owned())
}

#[test]
fn bad_crystfel_geometries_are_refused() {
    check("geom", 30, |path| match crystfel::read(path) {
        Ok(geometry) => geometry.panels(None).err(),
        Err(error) => Some(error),
    });
}

#[test]
fn bad_experiment_lists_are_refused() {
    check("expt", 30, |path| dials::read(path).err());
}

#[test]
fn a_file_that_is_not_there_is_named() {
    for result in
        [crystfel::read(Path::new("absent.geom")).map(drop), dials::read(Path::new("absent.expt")).map(drop)]
    {
        let message = result.unwrap_err().to_string();
        assert!(message.starts_with("absent."), "{message}");
        assert!(message.contains("cannot be read"), "{message}");
    }
}
