//! The commands about one pixel: `trace`, `trace-diff`, `probe`, and `config`, run as a user runs them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod commands;
mod diff;
#[path = "../golden/places.rs"]
mod places;
mod reference_run;
mod text;

use std::path::Path;
use std::process::{Command, Output};

/// What a run of the program came to.
struct Ran {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs the program in a folder with words parted by blanks.
fn run(folder: &Path, words: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nanobragg"));
    let Output { status, stdout, stderr } =
        command.current_dir(folder).args(words.split_whitespace()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { status: status.code(), stdout: text(stdout), stderr: text(stderr) }
}
