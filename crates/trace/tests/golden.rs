//! Every recorded trace of the C program.

use std::fs;
use std::path::{Path, PathBuf};

use nanobragg_trace::{Diff, Log, Options, json, text};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/golden");

/// Whether the recorded results are there; without them CI fails and anybody else is told what is skipped.
fn is_present(test: &str) -> bool {
    let is_present = Path::new(GOLDEN).is_dir();
    assert!(is_present || std::env::var_os("CI").is_none(), "{GOLDEN} is missing, which CI needs");
    if !is_present {
        eprintln!("skipped {test}: {GOLDEN} is missing");
    }
    is_present
}

fn traces() -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
    };
    let golden = Path::new(GOLDEN);
    let mut folders = vec![golden.join("supervisor")];
    folders.extend(entries(&golden.join("c")));
    folders.extend(entries(&golden.join("physics")));
    let is_trace = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.contains("trace_") && name.ends_with(".log"))
    };
    folders.iter().flat_map(|folder| entries(folder)).filter(is_trace).collect()
}

fn read(path: &Path) -> (String, Log) {
    let name = path.display().to_string();
    let contents = fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let log = Log::parse(&contents, &name).unwrap_or_else(|error| panic!("{error}"));
    (contents, log)
}

#[test]
fn every_trace_is_written_as_it_was_read() {
    if !is_present("every_trace_is_written_as_it_was_read") {
        return;
    }
    let traces = traces();
    assert!(traces.len() > 200, "only {} traces", traces.len());
    for path in traces {
        let (contents, log) = read(&path);
        let mut lines = contents.lines().enumerate().filter(|(index, line)| {
            !line.starts_with("TRACE: ") && log.dropped.iter().all(|dropped| dropped.line != index + 1)
        });
        let mut written = Vec::new();
        text::write(&log, "TRACE_C", &mut written).unwrap();
        for line in String::from_utf8(written).unwrap().lines() {
            assert_eq!(lines.next().map(|(_, line)| line), Some(line), "{}", path.display());
        }
        assert_eq!(lines.next(), None, "{}", path.display());
    }
}

#[test]
fn every_trace_equals_itself() {
    if !is_present("every_trace_equals_itself") {
        return;
    }
    for path in traces() {
        let (_, log) = read(&path);
        let mut written = Vec::new();
        json::write(&log, &mut written).unwrap();
        let same = Log::parse(&String::from_utf8(written).unwrap(), "json").unwrap();
        assert_eq!(same, log, "{}", path.display());
        let diff = Diff::between(&log, &same, &Options { tolerance: 0.0, ..Options::default() });
        assert!(diff.passes(), "{}", path.display());
    }
}

#[test]
fn every_key_is_in_the_table() {
    if !is_present("every_key_is_in_the_table") {
        return;
    }
    for path in traces() {
        let (_, log) = read(&path);
        for row in Diff::between(&log, &log, &Options::default()).rows() {
            assert!(row.quantity().is_some(), "{}: {}", path.display(), row.label());
        }
    }
}

#[test]
fn the_reference_leaves_the_physics_where_it_should() {
    if !is_present("the_reference_leaves_the_physics_where_it_should") {
        return;
    }
    for (c, physics, expected) in [
        // At phi = 0 it keeps the orientation of the step before.
        ("supervisor/c_trace_1039_685", "supervisor/physics_trace_1039_685", Some("rot_a_angstroms")),
        ("supervisor/c_trace_685_1039", "supervisor/physics_trace_685_1039", Some("rot_a_angstroms")),
        // Its triclinic cell is another.
        ("c/mosaic_phi/trace_32_64", "physics/mosaic_phi/trace_32_64", Some("rot_a_angstroms")),
        ("c/roi/trace_47_46", "physics/roi/trace_47_46", Some("rot_a_angstroms")),
        // Outside the region nothing of the crystal is traced.
        ("c/roi/trace_32_64", "physics/roi/trace_32_64", None),
        // It overrides the pivot asked for.
        ("c/pivot_beam/trace_32_64", "c/pivot_sample/trace_32_64", None),
    ] {
        let log = |name: &str| read(&Path::new(GOLDEN).join(format!("{name}.log"))).1;
        let diff = Diff::between(&log(c), &log(physics), &Options::default());
        assert_eq!(
            diff.first().map(|row| row.label()).as_deref(),
            expected,
            "{c}\n{}",
            diff.report(c, physics)
        );
    }
}
