//! The crate by itself, on the traces of the repository's `fixtures`.

use std::fs;

use nanobragg_trace::{Diff, Form, Line, Log, Options, Value, json, text};

fn fixture(name: &str) -> (String, Log) {
    let path = format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/traces/{}.log"), name);
    let contents = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let log = Log::parse(&contents, name).unwrap_or_else(|error| panic!("{error}"));
    (contents, log)
}

/// `line` with its number at `index` (or its name) made another.
fn altered(line: &Line, index: usize) -> Line {
    let other = |number: &mut f64| *number = number.abs() * 2.0 + 1.0;
    let mut line = line.clone();
    match &mut line.value {
        Value::Numbers(numbers) => other(&mut numbers[index]),
        Value::Fields(fields) => other(&mut fields[index].1),
        Value::Matrix(rows) => other(&mut rows.as_flattened_mut()[index]),
        Value::Name(name) => *name = format!("{name}S").into(),
    }
    line
}

fn count(value: &Value) -> usize {
    match value {
        Value::Numbers(numbers) => numbers.len(),
        Value::Fields(fields) => fields.len(),
        Value::Matrix(_) => 9,
        Value::Name(_) => 1,
    }
}

#[test]
fn a_trace_is_written_as_it_was_read() {
    for name in ["sample_pivot", "oversample_polar_c", "oversample_polar_physics"] {
        let (contents, log) = fixture(name);
        let is_kept = |index: usize| log.dropped.iter().all(|dropped| dropped.line != index + 1);
        let kept: Vec<_> =
            contents.lines().enumerate().filter(|(index, _)| is_kept(*index)).map(|(_, line)| line).collect();
        let mut written = Vec::new();
        text::write(&log, "TRACE_C", &mut written).unwrap();
        assert_eq!(String::from_utf8(written).unwrap().lines().collect::<Vec<_>>(), kept, "{name}");
    }
}

#[test]
fn the_name_of_a_panel_is_read_back() {
    for name in ["0", "q0a1", "row-0_col-1", "0.5e3"] {
        let named = Line { form: Form::Geometry, key: "panel".into(), value: Value::Name(name.into()) };
        let log = Log::new(vec![named]);
        let (mut as_text, mut as_json) = (Vec::new(), Vec::new());
        text::write(&log, text::PREFIX, &mut as_text).unwrap();
        json::write(&log, &mut as_json).unwrap();
        for written in [as_text, as_json] {
            let read = Log::parse(&String::from_utf8(written).unwrap(), name).unwrap();
            assert_eq!(read.lines, log.lines);
        }
    }
}

#[test]
fn the_wrong_labels_of_the_reference_are_listed() {
    let (_, log) = fixture("oversample_polar_c");
    let dropped = log.dropped.iter().map(|line| format!("{}: {}: {}\n", line.line, line.key, line.defect));
    insta::assert_snapshot!(dropped.collect::<String>());
}

#[test]
fn json_is_the_same_record() {
    for name in ["sample_pivot", "oversample_polar_c"] {
        let (_, log) = fixture(name);
        let mut written = Vec::new();
        json::write(&log, &mut written).unwrap();
        assert_eq!(Log::parse(&String::from_utf8(written).unwrap(), name).unwrap(), log);
    }
}

#[test]
fn an_altered_number_is_the_first_difference() {
    for name in ["sample_pivot", "oversample_polar_c"] {
        let (_, log) = fixture(name);
        for place in 0..log.lines.len() {
            for index in 0..count(&log.lines[place].value) {
                let mut other = log.clone();
                other.lines[place] = altered(&log.lines[place], index);
                for (left, right) in [(&log, &other), (&other, &log)] {
                    let diff = Diff::between(left, right, &Options::default());
                    let first = diff.first().unwrap_or_else(|| panic!("{name}: {place}: no difference"));
                    let line = &log.lines[place];
                    let earlier = log.lines[..place].iter();
                    let occurrence = 1 + earlier
                        .filter(|other| (other.form, &other.key) == (line.form, &line.key))
                        .count();
                    assert_eq!((&first.key, first.occurrence), (&line.key, occurrence), "{name}");
                    match &line.value {
                        Value::Fields(fields) => assert_eq!(first.field.as_ref(), Some(&fields[index].0)),
                        _ => assert_eq!(first.number, index + 1, "{name}: {}", line.key),
                    }
                    assert!(!diff.passes());
                    assert_eq!(diff.rows().iter().filter(|row| row.status.fails()).count(), 1);
                }
            }
        }
    }
}

#[test]
fn a_missing_line_fails_unless_the_other_log_cannot_have_it() {
    let (_, log) = fixture("sample_pivot");
    for place in 0..log.lines.len() {
        let mut other = log.clone();
        let line = other.lines.remove(place);
        for (left, right) in [(&log, &other), (&other, &log)] {
            let diff = Diff::between(left, right, &Options::default());
            assert!(diff.first().is_some_and(|row| row.key == line.key), "{}", line.key);
        }
    }
    let mut ours = log.clone();
    for (place, key) in [(40, "scattering_vec_per_angstrom"), (50, "lattice_factor")] {
        let value = Value::Numbers(vec![1.0]);
        ours.lines.insert(place, Line { form: Form::Step, key: key.into(), value });
    }
    assert!(Diff::between(&ours, &log, &Options::default()).passes());
    assert!(Diff::between(&log, &ours, &Options::default()).passes());
}

#[test]
fn a_line_that_the_reference_mislabels_may_be_missing_from_its_log() {
    let (_, theirs) = fixture("oversample_polar_c");
    let mut ours =
        Log::parse("TRACE_RS:detector_convention=MOSFLM\nTRACE_RS:initial_fdet=0 0 1\n", "ours").unwrap();
    ours.lines.extend(theirs.lines.clone());
    assert!(Diff::between(&ours, &theirs, &Options::default()).passes());
    assert!(Diff::between(&theirs, &ours, &Options::default()).passes());
    let without_a_list = Log::new(theirs.lines);
    assert!(!Diff::between(&ours, &without_a_list, &Options::default()).passes());
}

#[test]
fn the_order_of_the_lines_does_not_matter() {
    let (_, log) = fixture("sample_pivot");
    let mut turned = log.clone();
    turned.lines.sort_by(|one, other| other.key.cmp(&one.key));
    let diff = Diff::between(&log, &turned, &Options { tolerance: 0.0, ..Options::default() });
    assert!(diff.passes(), "{}", diff.report("log", "turned"));
}

#[test]
fn traces_with_nothing_in_common_do_not_pass() {
    assert!(!Diff::between(&Log::default(), &Log::default(), &Options::default()).passes());
    let one = Log::parse("TRACE_RS: lattice_factor 1\n", "one").unwrap();
    let diff = Diff::between(&one, &Log::default(), &Options::default());
    assert!(!diff.passes());
    insta::assert_snapshot!(diff.report("one", "nothing"));
}

#[test]
fn the_report_names_the_first_difference() {
    let (_, c) = fixture("oversample_polar_c");
    let (_, physics) = fixture("oversample_polar_physics");
    insta::assert_snapshot!(Diff::between(&c, &physics, &Options::default()).report("c", "physics"));
}

#[test]
fn the_report_shows_what_is_missing_and_what_follows_from_it() {
    let left = "TRACE_C:detector_convention=XDS\nTRACE_C: hkl_frac 1.5 0 2\nTRACE_C: F_latt_b 5\n\
                TRACE_C_PHI phi_tic=0 phi_deg=5 k_frac=0 F_latt_b=5\nTRACE_C_PHI phi_tic=1 phi_deg=6 k_frac=0.5 F_latt_b=1\n\
                TRACE_C: omega_pixel 1e-6\nTRACE_C: polar nan\n";
    let right = "TRACE_RS:detector_convention=DIALS\nTRACE_RS:ratio=1\nTRACE_RS: hkl_frac 1.5 1e-17 2\n\
                 TRACE_RS: lattice_factor 5\nTRACE_RS: F_latt_b 5\nTRACE_RS_PHI phi_tic=0 phi_deg=5 k_frac=0 F_latt_b=5\n\
                 TRACE_RS_PHI phi_tic=1 phi_deg=6.0000001 k_frac=0.5 F_latt_b=2\nTRACE_RS: polar nan\n";
    let (left, right) = (Log::parse(left, "left").unwrap(), Log::parse(right, "right").unwrap());
    insta::assert_snapshot!(
        "all",
        Diff::between(&left, &right, &Options::default()).report("left.log", "right")
    );
    insta::assert_snapshot!("json", Diff::between(&left, &right, &Options::default()).to_json());
    let rest = |log: &Log, from: usize| Log::new(log.lines[from..].to_vec());
    let diff = Diff::between(&rest(&left, 1), &rest(&right, 1), &Options::default());
    insta::assert_snapshot!("missing_first", diff.report("left.log", "right"));
    let diff = Diff::between(&rest(&left, 1), &rest(&right, 2), &Options::default());
    insta::assert_snapshot!("field_first", diff.report("left.log", "right"));
}
