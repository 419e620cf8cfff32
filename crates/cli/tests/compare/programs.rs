//! Two programs on the same flags.

use std::fs;

use crate::{PROGRAM, compare, failed};

/// A tiny experiment with a step at phi = 0, which the C program leaves where the last pixel's rotation ended.
const FLAGS: &str = "-mat own.mat -default_F 100 -N 5 -lambda 1 -distance 50 -detpixels 48 -pixel 0.5 -phi 0 -osc 3 \
    -phisteps 2 -roi 0 40 0 47 -floatfile elsewhere/kept.bin -nonoise";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.mat"), "0.03 0.002 0\n-0.001 0.028 0.003\n0 0.001 0.025\n").unwrap();
    folder
}

/// Words before `--`, and the flags of the experiment with more of them.
fn on_flags<'a>(words: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    words.iter().copied().chain(["--"]).chain(FLAGS.split_whitespace()).chain(more.iter().copied()).collect()
}

#[test]
fn one_program_is_held_against_this_one() {
    let folder = folder();
    let bounds = ["--min-bit-equal", "1", "--format", "json", "--out", "report"];
    let ran = compare(folder.path(), &on_flags(&[&["--run", PROGRAM], &bounds[..]].concat(), &[]));
    assert_eq!(ran.status, Some(0), "{ran}");
    let report = ran.report();
    assert_eq!(report["shape"], serde_json::json!([48, 48]));
    let runs = report["runs"].as_array().unwrap();
    assert!(runs.len() == 2 && runs.iter().all(|run| run["seconds"].as_f64().unwrap() > 0.0), "{ran}");
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["own.mat", "report"], "the images of the runs are not left");
}

/// A program waits for a second where another one keeps its folder locked.
#[test]
fn a_program_does_not_wait_for_the_comparison() {
    let folder = folder();
    let fastest = (0..5).map(|_| {
        let ran = compare(folder.path(), &on_flags(&["--run", PROGRAM, "--format", "json"], &[]));
        assert_eq!(ran.status, Some(0), "{ran}");
        ran.report()["runs"][0]["seconds"].as_f64().unwrap()
    });
    let fastest = fastest.fold(f64::INFINITY, f64::min);
    assert!(fastest < 0.9, "{fastest} s");
}

#[test]
fn flags_for_one_program_come_last() {
    let folder = folder();
    let run = |words: &[&str], more: &[&str]| {
        let ran = compare(folder.path(), &on_flags(&[&["--format", "json"], words].concat(), more));
        assert!(matches!(ran.status, Some(0 | 1)), "{ran}");
        ran.report()
    };
    let report = run(&["--run", PROGRAM, "--run", PROGRAM, "--also-second", "-compat c"], &[]);
    assert_eq!(failed(&report), ["correlation", "sum ratio"], "{}", report["checks"]);
    assert_eq!(report["b"], format!("{PROGRAM} … -compat c"));
    // What both are told is not what the first is told after it.
    let brighter = ["-fluence", "1e26"];
    let report = run(&["--run", PROGRAM, "--also-first", "-fluence 1e26"], &["-fluence", "1.02e26"]);
    assert_eq!(failed(&report), ["sum ratio"]);
    let report = run(&["--run", &format!("{PROGRAM} -fluence 3")], &brighter);
    assert_eq!(report["passed"], true);
}

#[test]
fn a_program_that_fails_ends_the_comparison() {
    let folder = folder();
    fs::write(folder.path().join("kept.bin"), [0; 4 * 48 * 48]).unwrap();
    for (program, more, messages) in [
        (
            PROGRAM,
            &["-lamda", "1"][..],
            &["exit status: 2", "unknown flag -lamda: did you mean -lambda?"][..],
        ),
        (PROGRAM, &["-hkl", "absent.hkl"], &["exit status: 3", "absent.hkl"]),
        ("./absent-program", &[], &["./absent-program: cannot be run"]),
        #[cfg(unix)]
        ("true", &[], &["true: found no kept.bin when it had ended"]),
        #[cfg(unix)]
        ("false", &[], &["false: exit status: 1, expected exit status 0"]),
    ] {
        let ran = compare(folder.path(), &on_flags(&["--run", program, "--out", "report"], more));
        assert_eq!((ran.status, &*ran.stdout), (Some(4), ""), "{program} {more:?}: {ran}");
        for message in messages {
            assert!(ran.stderr.contains(message), "{program} {more:?}: {ran}");
        }
    }
    assert!(!folder.path().join("report").exists());
    // The other program, which comes second, ended well.
    let ran = compare(folder.path(), &on_flags(&["--run", PROGRAM, "--also-second", "-N 0.5"], &[]));
    assert_eq!(ran.status, Some(4), "{ran}");
    assert!(ran.stderr.contains("… -N 0.5: exit status: 2"), "{ran}");
}

#[test]
fn a_float_image_without_a_companion_needs_a_shape() {
    if !cfg!(unix) {
        return;
    }
    let folder = folder();
    let script = folder.path().join("float-only");
    fs::write(&script, "head -c 16 /dev/zero > floatimage.bin\n").unwrap();
    let program = format!("sh {}", script.display());
    let words = ["--run", &program, "--run", &program];
    let ran = compare(folder.path(), &words);
    assert_eq!(ran.status, Some(3), "{ran}");
    assert!(ran.stderr.contains("floatimage.bin: found 16 bytes without a header"), "{ran}");
    let ran = compare(folder.path(), &[&words[..], &["--shape", "2", "2"]].concat());
    assert_eq!(ran.status, Some(0), "{ran}");
}
