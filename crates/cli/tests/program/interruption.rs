//! A program that is ended from outside leaves the old files or all of the new ones, and nothing else.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::workplace::{CRYSTAL, workplace};

/// As many as a test run can wait for.
const KILLS: u64 = 40;

const OUTPUTS: [&str; 5] =
    ["floatimage.bin", "floatimage.json", "intimage.img", "image.pgm", "noiseimage.img"];

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .filter(|entry| entry.path().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

fn command(folder: &Path, more: &str) -> Command {
    let line = format!("{CRYSTAL} -detpixels 900 {more}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_nanobragg"));
    command.current_dir(folder).args(line.split_whitespace()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn signalled(folder: &Path, more: &str, signal: &str, after: Duration) -> (Option<i32>, Duration) {
    let mut child = command(folder, more).spawn().unwrap();
    std::thread::sleep(after);
    // The program may have ended already.
    let _ = Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
    let start = Instant::now();
    let status = child.wait().unwrap();
    (status.code(), start.elapsed())
}

#[test]
fn a_signal_leaves_the_old_files_or_all_of_the_new_ones() {
    let folder = workplace();
    let [old, new] = ["-default_F 10", "-default_F 20"].map(|more| {
        let start = Instant::now();
        assert!(command(folder.path(), more).status().unwrap().success());
        (files(folder.path()), start.elapsed())
    });
    let set = |all: &BTreeMap<String, Vec<u8>>| OUTPUTS.map(|name| all[name].clone());
    for kill in 0..KILLS {
        assert!(command(folder.path(), "-default_F 10").status().unwrap().success());
        let (signal, expected) = [("-INT", 130), ("-TERM", 143)][usize::try_from(kill % 2).unwrap()];
        let after = new.1.mul_f64(kill as f64 / KILLS as f64);
        let (status, _) = signalled(folder.path(), "-default_F 20", signal, after);
        let left = files(folder.path());
        assert_eq!(
            left.keys().collect::<Vec<_>>(),
            old.0.keys().collect::<Vec<_>>(),
            "{signal} after {after:?}"
        );
        let left = set(&left);
        let (is_old, is_new) = (left == set(&old.0), left == set(&new.0));
        assert!(is_old || is_new, "a mixed set: {signal} after {after:?}");
        // At its very start the program has no handler yet, and the system ends it.
        assert!(
            status == Some(expected) || status == Some(0) && is_new || status.is_none() && is_old,
            "{status:?}"
        );
    }
}

/// A long rendering ends soon after Ctrl-C.
#[test]
fn an_interrupted_rendering_ends_at_once() {
    let folder = workplace();
    let long = "-phisteps 1000 -osc 1 -mosaic 1 -mosaic_domains 100";
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let (status, time) = signalled(folder.path(), long, "-INT", Duration::from_millis(400));
            assert_eq!(status, Some(130));
            time
        })
        .collect();
    times.sort();
    assert!(times[2] < Duration::from_millis(200), "{times:?}");
}
