//! `nanobragg probe` takes the files and the flags that a run takes, as a run takes them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::workplace::{Run, run_in, workplace};

/// A detector, and the cell of `model.pdb`.
const GEOMETRY: &str = "-N 4 -lambda 1 -distance 60 -pixel 1 -detpixels 24";
const OWN_CELL: &str = "-cell 9.643 9.609 19.029 90 101.22 90";

fn probe(folder: &Path, words: &str) -> Run {
    run_in(folder, &["probe"].into_iter().chain(words.split_whitespace()).collect::<Vec<_>>())
}

/// The index and F of the first source; it must hold the reflection.
fn found(run: &Run) -> (String, f64) {
    assert_eq!(run.status, Some(0), "{}{}", run.stdout, run.stderr);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    (json["index"].to_string(), json["sources"][0]["F"].as_f64().unwrap())
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs()
}

/// It refused all of these.
#[test]
fn probe_takes_the_resolution_and_the_wavelength_of_a_run() {
    let folder = workplace();
    let of =
        |words: &str| probe(folder.path(), &format!("--hkl model.pdb --index 1 2 -3 --format json {words}"));
    for (words, expected, warning) in [
        ("-dmin 0", "", ""),
        ("-lambda 1.5 -energy 9000", "-energy 9000", "-lambda has no effect: -energy comes after it"),
        ("-energy 9000 -lambda 1.5", "-lambda 1.5", "-energy has no effect: -lambda comes after it"),
        ("-energy 0 -lambda 1.5", "-lambda 1.5", "-energy has no effect: -lambda comes after it"),
        ("-energy 100", "", "f' and f\" are left out"),
    ] {
        let run = of(words);
        assert!(same(found(&run).1, found(&of(expected)).1), "{words}: {}", run.stdout);
        assert!(run.stderr.contains(warning), "{words}: {}", run.stderr);
        assert_eq!(run.stderr.is_empty(), warning.is_empty(), "{words}: {}", run.stderr);
    }
    assert!(!same(found(&of("-energy 9000")).1, found(&of("")).1), "f' and f\" change F");
    for (words, expected) in [("-dmin -1", "-dmin: "), ("-lambda 1 -energy 0", "-energy: ")] {
        let run = of(words);
        assert_eq!(run.status, Some(2), "{words}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{words}: {}", run.stderr);
    }
}

/// A pipe was empty when it was opened for the second time, after its cell, asked for or not.
#[cfg(target_os = "linux")]
#[test]
fn probe_opens_a_file_once() {
    let folder = workplace();
    let text = std::fs::read(folder.path().join("model.pdb")).unwrap();
    let piped = |words: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_nanobragg"))
            .current_dir(folder.path())
            .args(format!("probe --hkl /dev/stdin --format json {words}").split_whitespace())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = program.stdin.take().unwrap();
        let text = text.clone();
        let writer = std::thread::spawn(move || stdin.write_all(&text));
        let output = program.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        Run {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            files: std::collections::BTreeMap::new(),
        }
    };
    let whole = format!("-pixel 3 5 {GEOMETRY}");
    for words in [whole.clone(), format!("{whole} {OWN_CELL}")] {
        let expected = found(&probe(folder.path(), &format!("--hkl model.pdb --format json {words}")));
        assert_eq!(found(&piped(&words)), expected, "{words}");
    }
}

/// What a number cannot be is told in words, and not as the reader of numbers says it.
#[test]
fn probe_says_what_it_expects_in_place_of_a_wrong_value() {
    let folder = workplace();
    for (words, expected) in [
        (
            "--index 1 2 x",
            "invalid value 'x' for '-index <H> <K> <L>': expected an integer from -2147483648 to 2147483647",
        ),
        ("--index 1 2 3.5", "invalid value '3.5' for '-index <H> <K> <L>': expected an integer from"),
        ("--index 1 2 3 --expect x", "invalid value 'x' for '-expect <F>': expected a number"),
    ] {
        let run = probe(folder.path(), &format!("--hkl list.hkl {words}"));
        assert_eq!(run.status, Some(2), "{words}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{words}: {}", run.stderr);
    }
}

/// NaN passed for an F.
#[test]
fn probe_refuses_a_dump_with_an_f_that_is_no_number() {
    let folder = workplace();
    let mut dump = b"0 1 0 0 0 0\n\x0c".to_vec();
    for place in 0..3 * 2 * 2 {
        dump.extend(if place == 4 { f64::NAN } else { 5.0 }.to_ne_bytes());
    }
    std::fs::write(folder.path().join("bad.bin"), dump).unwrap();
    for words in ["--fdump bad.bin", "--hkl bad.bin", "-dump bad.bin", "--hkl bad.bin -no-mmap"] {
        let run = probe(folder.path(), &format!("{words} --index 0 0 0"));
        assert_eq!(run.status, Some(3), "{words}: {}{}", run.stdout, run.stderr);
        let expected = "bad.bin: expected a finite structure factor F";
        assert!(run.stdout.contains(expected), "{words}: {}", run.stdout);
    }
}
