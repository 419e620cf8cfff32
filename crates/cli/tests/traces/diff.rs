//! `trace-diff`: our traces beside the reference's, and traces in which one value is wrong.

use std::path::{Path, PathBuf};

use nanobragg_trace::{Line, Log, Value, text};
use serde_json::Value as Json;

use crate::{places, run};

/// A recorded case of a list.
struct Case {
    folder: PathBuf,
    words: String,
    before: Vec<String>,
}

/// Recorded under `physics` with the layers of the C program, thickness/(count − 1), of an image that is 0 either way.
const WITH_REFERENCE_LAYERS: &str = "thick_sensor_inf";

fn cases(golden: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for (list, folder, mode) in [("cases.json", "c", "-compat c"), ("physics.json", "physics", "")] {
        let all: Json = serde_json::from_slice(&std::fs::read(golden.join(list)).unwrap()).unwrap();
        for case in all.as_array().unwrap() {
            let text = |value: &Json| value.as_str().unwrap().to_owned();
            if mode.is_empty() && case["name"] == WITH_REFERENCE_LAYERS {
                continue;
            }
            cases.push(Case {
                folder: golden.join(folder).join(text(&case["name"])),
                words: format!("{} {mode}", text(&case["args"])),
                before: case["before"].as_array().map_or_else(Vec::new, |all| all.iter().map(text).collect()),
            });
        }
    }
    cases
}

fn traces(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?;
            let pixel = name.strip_prefix("trace_")?.strip_suffix(".log")?.replace('_', " ");
            Some((path, pixel))
        })
        .collect()
}

fn check_all(golden: &Path, at_least: usize) {
    let work = tempfile::tempdir().unwrap();
    let (ours, theirs) = (work.path().join("ours.log"), work.path().join("theirs.log"));
    let mut count = 0;
    for Case { folder, words, before } in cases(golden) {
        let inputs = golden.join("inputs");
        let own = tempfile::tempdir().unwrap();
        let place = if before.is_empty() { &inputs } else { own.path() };
        if !before.is_empty() {
            for entry in std::fs::read_dir(&inputs).unwrap() {
                let path = entry.unwrap().path();
                std::fs::copy(&path, own.path().join(path.file_name().unwrap())).unwrap();
            }
            for line in &before {
                assert_eq!(run(place, &format!("{line} -compat c")).status, Some(0), "{line}");
            }
        }
        for (path, pixel) in traces(&folder) {
            let ran = run(place, &format!("trace {words} -pixel {pixel} --out {}", work.path().display()));
            assert_eq!(ran.status, Some(0), "{}: {}", path.display(), ran.stderr);
            std::fs::rename(work.path().join("trace.log"), &ours).unwrap();
            std::fs::write(&theirs, places::recorded_trace(&path)).unwrap();
            let ran = run(work.path(), "trace-diff ours.log theirs.log --tolerance 1e-9");
            assert_eq!(ran.status, Some(0), "{}: {}{}", path.display(), ran.stdout, ran.stderr);
            count += 1;
        }
    }
    assert!(count >= at_least, "only {count} traces");
}

#[test]
fn our_traces_are_the_recorded_ones_of_the_repository() {
    check_all(&places::own_golden(), 18);
}

#[test]
fn our_traces_are_all_recorded_ones() {
    if let Some(golden) = places::shared("golden") {
        check_all(&golden, 200);
    }
}

/// The line with its first number a little larger; none of a line without numbers.
fn altered(line: &Line) -> Option<Line> {
    let mut line = line.clone();
    let number = match &mut line.value {
        Value::Numbers(numbers) => numbers.first_mut(),
        Value::Fields(fields) => fields.first_mut().map(|(_, number)| number),
        Value::Matrix(rows) => Some(&mut rows[0][0]),
        Value::Name(_) => None,
    }?;
    *number = if *number == 0.0 { 1e-3 } else { *number * (1.0 + 1e-4) };
    Some(line)
}

/// In a recorded trace of a detector that turns about the sample, whose lines are all there under their names.
#[test]
fn one_altered_value_is_named_first() {
    let golden = places::own_golden();
    let case =
        cases(&golden).into_iter().find(|case| case.folder.ends_with("c/convention_dials_default_beam"));
    let case = case.unwrap();
    let (path, pixel) = traces(&case.folder).remove(0);
    let work = tempfile::tempdir().unwrap();
    let ran = run(
        &golden.join("inputs"),
        &format!("trace {} -pixel {pixel} --out {}", case.words, work.path().display()),
    );
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let log = Log::parse(&places::recorded_trace(&path), "recorded").unwrap();
    let work = work.path();
    let write = |log: &Log| {
        let mut written = Vec::new();
        text::write(log, "TRACE_C", &mut written).unwrap();
        std::fs::write(work.join("other.log"), written).unwrap();
    };
    write(&log);
    assert_eq!(run(work, "trace-diff trace.log other.log").status, Some(0));
    let mut keys = 0;
    for (place, line) in log.lines.iter().enumerate() {
        let Some(wrong) = altered(line) else { continue };
        let mut other = log.clone();
        other.lines[place] = wrong;
        write(&other);
        let ran = run(work, "trace-diff trace.log other.log --format json");
        assert_eq!(ran.status, Some(1), "{}: {}", line.key, ran.stderr);
        let found: Json = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!((&found["first"]["key"], &found["passes"]), (&Json::from(&*line.key), &Json::from(false)));
        keys += 1;
    }
    assert!(keys > 60, "only {keys} values");
    let ran = run(work, "trace-diff trace.log other.log");
    assert!(
        ran.stdout.contains("\nfirst difference: floatimage_accumulated, occurrence 1"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("fed by     I_pixel_final (close)"), "{}", ran.stdout);
}

#[test]
fn the_exit_status_says_what_was_wrong() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a.log", "TRACE_RS: F_cell 100\n"),
        ("b.log", "TRACE_C: F_cell 100.001\n"),
        ("none.log", "no trace\n"),
        ("bad.log", "TRACE_C: F_cell many\n"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    for (words, status, message) in [
        ("a.log a.log", 0, ""),
        ("a.log b.log", 1, ""),
        ("a.log b.log --tolerance 1e-4", 0, ""),
        ("a.log", 2, "<B>"),
        ("a.log b.log --tolerance close", 2, "tolerance"),
        ("a.log b.log --format prose", 2, "format"),
        ("a.log absent.log", 3, "absent.log"),
        ("none.log a.log", 3, "none.log: expected a trace"),
        ("a.log bad.log", 3, "bad.log:1:17: expected a number, found `many`"),
    ] {
        let ran = run(folder.path(), &format!("trace-diff {words}"));
        assert_eq!(ran.status, Some(status), "{words}: {}", ran.stderr);
        assert!(ran.stderr.contains(message), "{words}: {}", ran.stderr);
    }
}
