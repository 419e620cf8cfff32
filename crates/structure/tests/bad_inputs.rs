//! Every file of coordinates below `fixtures/bad` is refused, with the message that the table beside it gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use nanobragg_structure::{ReadOptions, read};

/// Reads every file of the folder and compares the error message with the table in the folder's README.
fn check(folder: &str, extension: &str, at_least: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/bad").join(folder);
    let readme = fs::read_to_string(folder.join("README.md")).expect("a README.md beside the files");
    let expected: BTreeMap<_, _> = readme.lines().filter_map(table_row).collect();
    let found: BTreeMap<_, _> = files(&folder, extension).map(|path| message(&path)).collect();
    assert!(found.len() >= at_least, "{} has {} files", folder.display(), found.len());
    assert_eq!(found, expected);
}

/// `| file | why | message |`, the file and the message in backquotes.
fn table_row(line: &str) -> Option<(String, String)> {
    let mut cells = line.split('|').map(str::trim).skip(1);
    let (file, _why, message) = (cells.next()?, cells.next()?, cells.next()?);
    let unquoted = |cell: &str| cell.strip_prefix('`')?.strip_suffix('`').map(str::to_owned);
    Some((unquoted(file)?, unquoted(message)?))
}

fn files(folder: &Path, extension: &str) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of bad inputs");
    let paths = entries.map(|entry| entry.expect("an entry of the folder").path());
    paths.filter(move |path| path.extension().is_some_and(|found| found == extension))
}

/// The name of the file, and the rest of the error message.
fn message(path: &Path) -> (String, String) {
    let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    let Err(error) = read(path, &ReadOptions::default()) else { panic!("{name} was not refused") };
    let message = error.to_string();
    let after = message.strip_prefix(&format!("{}:", path.display()));
    (name, after.unwrap_or_else(|| panic!("no file in: {message}")).trim_start().to_owned())
}

#[test]
fn bad_pdb_files_are_refused() {
    check("pdb", "pdb", 24);
}

#[test]
fn bad_mmcif_files_are_refused() {
    check("atom_site", "cif", 22);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let message = read(Path::new("absent.pdb"), &ReadOptions::default()).unwrap_err().to_string();
    assert!(message.starts_with("absent.pdb: cannot be read: "), "{message}");
}
