//! Trace logs.

use nanobragg_trace::{Diff, Log, Options, json, text};

use crate::seeds;
use crate::workplace::Workplace;

/// Lines that are taken of a log: it has every kind of line among the first ones.
const FIRST_LINES: usize = 80;
/// What any log is compared with.
const OTHER: &str = "TRACE_C: lambda_meters 1e-10\nTRACE_C: hkl_frac 1.6 1e-17 2\nTRACE_C: steps 10\n\
    TRACE_C: F_cell 100\nTRACE_C: I_before_scaling 5.5\n";

pub(super) fn logs() -> Vec<Vec<u8>> {
    let first_lines = |log: &Vec<u8>| {
        log.split_inclusive(|byte| *byte == b'\n').take(FIRST_LINES).flatten().copied().collect()
    };
    seeds::of(&["fixtures/traces"], ".log").iter().map(first_lines).collect()
}

/// The same logs as JSON.
pub(super) fn documents() -> Vec<Vec<u8>> {
    let document = |bytes: &Vec<u8>| {
        let log = text::parse(&String::from_utf8_lossy(bytes), "log").unwrap();
        let mut document = Vec::new();
        json::write(&log, &mut document).unwrap();
        document
    };
    logs().iter().map(document).collect()
}

/// Compares a log with another and with itself, and writes it.
fn examined(log: &Log) -> bool {
    let other = text::parse(OTHER, "other").unwrap();
    for [left, right] in [[log, &other], [&other, log], [log, log]] {
        let diff = Diff::between(left, right, &Options::default());
        let report = diff.report("left", "right").to_string();
        assert!(!report.is_empty() && !diff.to_json().is_empty());
    }
    text::write(log, text::PREFIX, std::io::sink()).unwrap();
    json::write(log, std::io::sink()).unwrap();
    true
}

pub(super) fn text_log(_: &Workplace, input: &[u8]) -> bool {
    text::parse(&String::from_utf8_lossy(input), "input").is_ok_and(|log| examined(&log))
}

pub(super) fn json_log(_: &Workplace, input: &[u8]) -> bool {
    json::parse(&String::from_utf8_lossy(input), "input").is_ok_and(|log| examined(&log))
}
