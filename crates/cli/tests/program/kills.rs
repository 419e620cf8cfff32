//! Runs that are ended at random moments leave the old files or all of the new ones, and the status says which.
//!
//! `NANOBRAGG_KILLS` is the number of kills, 60 if it is not given.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::workplace::{CRYSTAL, files, hidden, program, workplace};

const SIGNALS: [(&str, Option<i32>); 3] = [("-INT", Some(130)), ("-TERM", Some(143)), ("-KILL", None)];

/// What a run said when it was interrupted after its files had their names.
const WRITTEN: &str = "nanobragg: interrupted: all 6 files had been written\n";

type Files = BTreeMap<String, Vec<u8>>;

/// A folder in which a run replaces six files, two sets that it may hold, and how long a run takes.
struct Place {
    folder: TempDir,
    sets: [Files; 2],
    time: Duration,
}

impl Place {
    fn new() -> Self {
        let folder = workplace();
        let [first, second] = [0, 1].map(|set| {
            let start = Instant::now();
            let output = run(folder.path(), set).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            (files(folder.path()), start.elapsed())
        });
        assert!(first.0.iter().filter(|(name, bytes)| second.0[*name] != **bytes).count() >= 4);
        Self { folder, sets: [first.0, second.0], time: second.1 }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A run that leaves one of two sets.
fn run(folder: &Path, set: usize) -> Command {
    let fill = ["-default_F 10", "-default_F 20"][set];
    program(folder, &format!("{CRYSTAL} -detpixels 400 -hkl list.hkl -dump new.bin {fill}"))
}

fn killed(mut command: Command, signal: &str, after: Duration) -> Output {
    let child = command.spawn().unwrap();
    std::thread::sleep(after);
    // The program may have ended already.
    let _ = Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
    child.wait_with_output().unwrap()
}

/// Moments without a pattern, the same in every run of the test.
fn moments(longest: Duration) -> impl Iterator<Item = Duration> {
    let mut state = 20_261_124_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        longest.mul_f64((state >> 40) as f64 / (1_u64 << 24) as f64)
    })
}

#[test]
fn kills_at_random_moments_leave_the_old_files_or_the_new_ones() {
    let kills = std::env::var("NANOBRAGG_KILLS").map_or(60, |kills| kills.parse().unwrap());
    let place = Place::new();
    let longest = place.time.mul_f64(1.2);
    let [mut old, mut new, mut written, mut left] = [[0; 3]; 4];
    let mut mixed = 0;
    // The set that is there.
    let mut now = 1;
    for (kill, after) in (0..kills).zip(moments(longest)) {
        let kind = kill % SIGNALS.len();
        let (signal, interrupted) = SIGNALS[kind];
        let next = 1 - now;
        let output = killed(run(place.path(), next), signal, after);
        let told = String::from_utf8_lossy(&output.stderr);
        let is = format!("{signal} after {after:?}: {:?}, {told}", output.status);

        let found = files(place.path());
        let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&found), names(&place.sets[0]), "{is}");
        for (name, bytes) in &found {
            assert!(place.sets.iter().any(|set| set[name] == *bytes), "{name} is neither old nor new: {is}");
        }
        let has_left = !hidden(place.path()).is_empty();
        assert!(signal == "-KILL" || !has_left, "{is}");
        left[kind] += usize::from(has_left);

        if found == place.sets[next] {
            let late = output.status.code() == interrupted && told.ends_with(WRITTEN);
            assert!(output.status.code() == Some(0) || late || signal == "-KILL", "{is}");
            new[kind] += 1;
            written[kind] += usize::from(late);
            now = next;
        } else if found == place.sets[now] {
            // At its very start the program has no handler yet, and the system ends it.
            let code = output.status.code();
            assert!(code == interrupted || code.is_none(), "{is}");
            assert!(code.is_none() || told.ends_with("interrupted: no file was written\n"), "{is}");
            old[kind] += 1;
        } else {
            // No file system renames several files at once, and nobody is asked before a SIGKILL.
            assert_eq!(signal, "-KILL", "a mixed set: {is}");
            mixed += 1;
        }
        if signal == "-KILL" {
            assert!(run(place.path(), now).output().unwrap().status.success());
            assert_eq!(hidden(place.path()), [""; 0], "what a killed run left is removed by the next one");
        }
    }
    println!(
        "{kills} kills within {longest:?}, by SIGINT, SIGTERM, SIGKILL: old files {old:?}, new files {new:?}, of these \
         with the status of the signal {written:?}; a hidden folder stayed {left:?}; mixed by SIGKILL {mixed}"
    );
}

/// The other commands that write: the demo, the archive of a trace, and a comparison with two programs.
#[test]
fn killed_commands_leave_no_part_of_their_files() {
    let place = Place::new();
    let temporary = tempfile::tempdir().unwrap();
    std::fs::copy(place.path().join("intimage.img"), place.path().join("other.img")).unwrap();
    let nanobragg = env!("CARGO_BIN_EXE_nanobragg");
    for (line, count, slices) in [
        ("demo out".to_owned(), 6, 6),
        (format!("trace -pixel 3 4 {CRYSTAL} -detpixels 24 --out out"), 4, 10),
        ("compare --out out intimage.img other.img".to_owned(), 5, 6),
        (format!("compare --out out --run {nanobragg} -- {CRYSTAL} -detpixels 24"), 5, 4),
    ] {
        let started = || {
            let mut command = program(place.path(), &line);
            command.env("TMPDIR", temporary.path());
            command
        };
        let out = place.path().join("out");
        let start = Instant::now();
        assert!(started().output().unwrap().status.success(), "{line}");
        let time = start.elapsed();
        let mut whole = 0;
        for slice in 0..slices {
            let _ = std::fs::remove_dir_all(&out);
            let output = killed(started(), "-TERM", time * slice / slices);
            let found = if out.exists() { files(&out).len() } else { 0 };
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(found == 0 || found == count, "{line}: {found} files, {told}");
            assert!(matches!(output.status.code(), Some(0 | 143) | None), "{line}: {told}");
            assert!(!out.exists() || hidden(&out).is_empty(), "{line}: {:?}", hidden(&out));
            whole += usize::from(found == count);
        }
        println!("{line}: {slices} kills within {time:?}, {whole} times the files were there");
    }
    assert_eq!(hidden(temporary.path()), [""; 0]);
}
