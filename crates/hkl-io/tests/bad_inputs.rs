//! Every file below `fixtures/bad` is refused, with the message that the table beside it gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hkl_io::text::ReadOptions;
use hkl_io::{Error, Format, ListOptions, fdump, mmcif, mtz, read_reflections, text};

/// Reads every file of the folder and compares the error message with the table in the folder's README.
fn check(folder: &str, extension: &str, at_least: usize, read: impl Fn(&Path) -> Result<(), Error>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/bad").join(folder);
    let readme = fs::read_to_string(folder.join("README.md")).expect("a README.md beside the files");
    let expected: BTreeMap<_, _> = readme.lines().filter_map(table_row).collect();
    let found: BTreeMap<_, _> = files(&folder, extension).map(|path| message(&path, &read)).collect();
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
fn message(path: &Path, read: impl Fn(&Path) -> Result<(), Error>) -> (String, String) {
    let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    let Err(error) = read(path) else { panic!("{name} was not refused") };
    let message = error.to_string();
    let after = message.strip_prefix(&format!("{}:", path.display()));
    (name, after.unwrap_or_else(|| panic!("no file in: {message}")).trim_start().to_owned())
}

#[test]
fn bad_hkl_text_is_refused() {
    check("hkl", "hkl", 12, |path| text::read(path, &ReadOptions::default()).map(drop));
}

#[test]
fn bad_fdumps_are_refused() {
    check("fdump", "bin", 6, |path| fdump::open(path, 0.0).map(drop));
}

#[test]
fn bad_mtz_files_are_refused() {
    check("mtz", "mtz", 30, |path| mtz::read(path, &ListOptions::default()).map(drop));
}

#[test]
fn bad_mmcif_files_are_refused() {
    check("mmcif", "cif", 25, |path| mmcif::read(path, &ListOptions::default()).map(drop));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    for result in [
        text::read(Path::new("absent.hkl"), &ReadOptions::default()).map(drop),
        fdump::open(Path::new("absent.hkl"), 0.0).map(drop),
        mtz::read(Path::new("absent.hkl"), &ListOptions::default()).map(drop),
        mmcif::read(Path::new("absent.hkl"), &ListOptions::default()).map(drop),
        read_reflections(Path::new("absent.hkl"), &ListOptions::default()).map(drop),
        Format::of_file(Path::new("absent.hkl")).map(drop),
    ] {
        let message = result.unwrap_err().to_string();
        assert!(message.starts_with("absent.hkl: cannot be read: "), "{message}");
    }
}
