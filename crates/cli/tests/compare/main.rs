//! `nanobragg compare`, run as a user runs it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod images;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../golden/places.rs"]
mod places;
mod programs;
mod reference_run;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// What a run of the program came to.
struct Ran {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

/// The program that is tested.
const PROGRAM: &str = env!("CARGO_BIN_EXE_nanobragg");

/// Runs `nanobragg compare` in a folder.
fn compare(folder: &Path, words: &[&str]) -> Ran {
    let mut command = Command::new(PROGRAM);
    let Output { status, stdout, stderr } =
        command.current_dir(folder).arg("compare").args(words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { status: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

impl Ran {
    /// The report that was printed.
    fn report(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}\n{}{}", self.status, self.stdout, self.stderr)
    }
}

/// Names of the checks that do not hold.
fn failed(report: &Value) -> Vec<&str> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["passed"] == false).map(|check| check["name"].as_str().unwrap()).collect()
}

/// The part that the bounds are held against.
fn judged(report: &Value) -> &Value {
    report["parts"].as_array().unwrap().last().unwrap()
}
