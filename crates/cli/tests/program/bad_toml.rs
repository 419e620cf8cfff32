//! Every file below `fixtures/bad/toml` is refused, with the message of the table beside it and without an output file.

use std::collections::BTreeMap;

use crate::workplace::{STILL, fixtures, run_in, run_toml_in, workplace};

/// `| file | why | message |`, the file and the message in backquotes.
fn table_row(line: &str) -> Option<(String, String)> {
    let mut cells = line.strip_suffix('|')?.splitn(4, '|').map(str::trim).skip(1);
    let (file, _why, message) = (cells.next()?, cells.next()?, cells.next()?);
    let unquoted = |cell: &str, quote| cell.strip_prefix(quote)?.strip_suffix(quote).map(str::to_owned);
    Some((
        unquoted(file, "`")?,
        unquoted(message, "``").or_else(|| unquoted(message, "`"))?.trim().to_owned(),
    ))
}

#[test]
fn every_bad_description_is_refused_with_its_place() {
    let folder = fixtures().join("bad/toml");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let mut expected: BTreeMap<_, _> = readme.lines().filter_map(table_row).collect();
    assert!(expected.len() >= 60, "{} rows", expected.len());
    let work = workplace();
    let mut complaints = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        std::fs::copy(&path, work.path().join(&name)).unwrap();
        for command in ["run", "config"] {
            let run = run_in(work.path(), &[command, &name]);
            let said = run.stderr.lines().find(|line| !line.contains(": warning: ")).unwrap_or_default();
            let is_expected =
                Some(said.trim_start_matches("nanobragg: ")) == expected.get(&name).map(|m| &**m);
            if run.status != Some(3) || !run.files.is_empty() || !is_expected {
                complaints.push(format!(
                    "{command} {name}: {:?} {said:?} {:?}",
                    run.status,
                    run.files.keys()
                ));
            }
        }
        expected.remove(&name);
        let is_same = std::fs::read(&path).unwrap() == std::fs::read(work.path().join(&name)).unwrap();
        assert!(is_same, "{name} was replaced");
    }
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
    assert!(expected.is_empty(), "no such files: {:?}", expected.keys());
}

/// A flag about something else does not take the blame, and hides nothing.
#[test]
fn a_value_that_cannot_be_is_the_files_also_with_a_flag() {
    let readme = std::fs::read_to_string(fixtures().join("bad/toml/README.md")).unwrap();
    let work = workplace();
    let mut count = 0;
    for (name, expected) in readme.lines().filter_map(table_row) {
        let has_line = expected.strip_prefix(&format!("{name}:")).is_some_and(|rest| !rest.starts_with(' '));
        if !has_line {
            continue;
        }
        std::fs::copy(fixtures().join("bad/toml").join(&name), work.path().join(&name)).unwrap();
        let run = run_in(work.path(), &["run", &name, "-nopgm"]);
        let said = run.stderr.lines().find(|line| !line.contains(": warning: ")).unwrap_or_default();
        assert_eq!((run.status, said), (Some(3), &*format!("nanobragg: {expected}")), "{name}");
        assert!(run.files.is_empty(), "{name}: {:?}", run.files.keys());
        count += 1;
    }
    assert!(count >= 40, "{count} files");
}

/// Of the description that all of them are made from nothing is wrong.
#[test]
fn the_good_description_is_not_refused() {
    let run = run_toml_in(workplace().path(), STILL, "");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
}

#[test]
fn a_description_that_is_not_there_and_a_folder_are_refused() {
    let work = workplace();
    std::fs::create_dir(work.path().join("folder")).unwrap();
    for name in ["absent.toml", "folder"] {
        let run = run_in(work.path(), &["run", name]);
        assert_eq!(run.status, Some(3), "{name}: {}", run.stderr);
        assert!(run.stderr.starts_with(&format!("nanobragg: {name}: cannot be read")), "{}", run.stderr);
        assert!(run.files.is_empty());
    }
}

/// A geometry that is wrong is named itself, also where a description names it.
#[test]
fn a_bad_geometry_that_a_description_names_is_refused() {
    for (key, extension) in [("geom", "geom"), ("expt", "expt")] {
        let work = workplace();
        for entry in std::fs::read_dir(fixtures().join("bad").join(extension)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|found| found != extension) {
                continue;
            }
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            std::fs::copy(&path, work.path().join(&name)).unwrap();
            let in_file = format!("{key} = \"{name}\"\n{STILL}");
            std::fs::write(work.path().join("e.toml"), in_file).unwrap();
            let flag = format!("-{extension}");
            let crystal = ["-cell", "30", "35", "40", "-default_F", "10", "-oversample", "1", &flag, &name];
            for words in [&["run", "e.toml"][..], &crystal] {
                let run = run_in(work.path(), words);
                assert_eq!(run.status, Some(3), "{name}: {}", run.stderr);
                assert!(run.stderr.contains(&format!("nanobragg: {name}:")), "{name}: {}", run.stderr);
                assert!(run.files.is_empty(), "{name}: {:?}", run.files.keys());
            }
        }
    }
}

#[test]
fn an_output_replaces_no_description_and_no_geometry() {
    let work = workplace();
    let before = |name: &str| std::fs::read(work.path().join(name)).unwrap();
    let (geom, expt) = (before("one_panel.geom"), before("one_panel.expt"));
    for (line, expected) in [
        ("run e.toml -floatfile e.toml", "-floatfile would replace e.toml, which describes the experiment"),
        (
            "run e.toml -floatfile e.toml -noisefile x",
            "-floatfile would replace e.toml, which describes the experiment",
        ),
        (
            "-cell 30 -default_F 1 -geom one_panel.geom -intfile one_panel.geom",
            "-intfile would replace one_panel.geom, which describes the experiment",
        ),
        (
            "-cell 30 -default_F 1 -expt one_panel.expt --expt-out one_panel.expt",
            "-expt-out would replace one_panel.expt, which describes the experiment",
        ),
        (
            "-cell 30 -default_F 1 -detpixels 8 -floatfile truth.bin --expt-out truth.json",
            "-expt-out and -floatfile both write truth.json: expected two names",
        ),
    ] {
        std::fs::write(work.path().join("e.toml"), STILL).unwrap();
        let run = run_in(work.path(), &line.split_whitespace().collect::<Vec<_>>());
        let said = run.stderr.lines().find(|line| !line.contains(": warning: ")).unwrap_or_default();
        assert_eq!((run.status, said), (Some(2), &*format!("nanobragg: {expected}")), "{line}");
        assert!(run.files.is_empty(), "{line}: {:?}", run.files.keys());
        assert_eq!(before("e.toml"), STILL.as_bytes());
    }
    assert!(before("one_panel.geom") == geom && before("one_panel.expt") == expt);
}
