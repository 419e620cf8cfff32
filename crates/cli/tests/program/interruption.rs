//! Ctrl-C and its kin end the program soon, whatever it does, with their own status and without a file.
#![cfg(unix)]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::workplace::{CRYSTAL, files, hidden, program, workplace};

/// As long as a user waits for a prompt.
const SOON: Duration = Duration::from_millis(200);

/// A rendering of many seconds.
const LONG: &str = "-phisteps 1000 -osc 1 -mosaic 1 -mosaic_domains 100";

fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Sends a signal after a time; says how the program ended, and how long after the signal.
fn signalled(mut command: Command, signal: &str, after: Duration) -> (Output, Duration) {
    let child = command.spawn().unwrap();
    std::thread::sleep(after);
    let start = Instant::now();
    send(signal, &child);
    let output = child.wait_with_output().unwrap();
    (output, start.elapsed())
}

/// Sends each signal five times to what a line starts, a while after its start.
fn check(what: &str, folder: &Path, line: &str, after: Duration) {
    let before = files(folder);
    for (signal, status) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let mut times: Vec<Duration> = (0..5)
            .map(|_| {
                let (output, time) = signalled(program(folder, line), signal, after);
                let told = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.code(), Some(status), "{what}, {signal}: {told}");
                assert!(told.ends_with("nanobragg: interrupted: no file was written\n"), "{what}: {told}");
                assert!(files(folder) == before && hidden(folder).is_empty(), "{what}: {signal} left a file");
                time
            })
            .collect();
        times.sort();
        println!("{what}, {signal}: {times:?}");
        assert!(times[2] < SOON, "{what}, {signal}: {times:?}");
    }
}

#[test]
fn a_rendering_ends_soon() {
    let folder = workplace();
    let line = format!("{CRYSTAL} -detpixels 900 {LONG}");
    check("rendering", folder.path(), &line, Duration::from_millis(300));
}

#[test]
fn a_single_long_row_ends_soon() {
    let folder = workplace();
    let line = format!("{CRYSTAL} -detpixels_x 60000 -detpixels_y 1 {LONG}");
    check("one row", folder.path(), &line, Duration::from_millis(300));
}

/// The list is some 60 MB; the signal comes while it is read.
#[test]
fn reading_a_large_list_ends_soon() {
    let folder = workplace();
    let mut list = String::new();
    for h in -75..75 {
        for k in -75..75 {
            for l in -75..75 {
                list += &format!("{h} {k} {l} {}.5\n", 10 + (h * h + k + l) % 9);
            }
        }
    }
    std::fs::write(folder.path().join("large.hkl"), list).unwrap();
    let line = format!("{CRYSTAL} -detpixels 900 {LONG} -hkl large.hkl -dump new.bin");
    check("reading", folder.path(), &line, Duration::from_millis(40));
}

/// A pipe that nobody reads holds up the float image; the others are complete, or being written.
#[test]
fn waiting_for_a_reader_ends_soon() {
    let folder = workplace();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _reader = File::options().read(true).write(true).open(&pipe).unwrap();
    let line = format!("{CRYSTAL} -detpixels 400 -floatfile pipe");
    check("a full pipe", folder.path(), &line, Duration::from_millis(100));
}

/// Files of 150 MB in all, ended in every phase of the run.
#[test]
fn writing_large_files_ends_soon() {
    let folder = workplace();
    let path = folder.path();
    let line = format!("{CRYSTAL} -detpixels 4000");
    let start = Instant::now();
    assert!(program(path, &line).output().unwrap().status.success());
    let run = start.elapsed();
    let before = files(path);
    let mut longest = Duration::ZERO;
    for slice in 1..10 {
        let (output, time) = signalled(program(path, &line), "-INT", run * slice / 10);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 130)), "{told}");
        assert_eq!(hidden(path), [""; 0]);
        assert!(files(path) == before, "the same run writes the same files");
        longest = longest.max(time);
    }
    println!("writing: 9 signals within {run:?}, the last end after {longest:?}");
    // Not one of them, on a machine that others use, may take as long as the run.
    assert!(longest < run.max(2 * SOON), "{longest:?}");
}

#[test]
fn waiting_for_another_run_ends_soon() {
    let folder = workplace();
    let held = File::open(folder.path()).unwrap();
    if let Err(error) = held.try_lock() {
        println!("skipped waiting_for_another_run_ends_soon: folders cannot be locked here: {error}");
        return;
    }
    let line = format!("{CRYSTAL} -detpixels 100");
    check("a locked folder", folder.path(), &line, Duration::from_millis(300));
}

/// The program itself waits for whoever reads its warnings.
#[test]
fn an_error_stream_that_nobody_reads_is_no_reason_to_stay() {
    let folder = workplace();
    for (signal, status) in [("-INT", 130), ("-TERM", 143)] {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let mut command = program(folder.path(), &format!("{CRYSTAL} -detpixels 400"));
        command.stderr(writer.try_clone().unwrap());
        // As much as a pipe holds.
        writer.write_all(&[b'\n'; 1 << 16]).unwrap();
        let (output, time) = signalled(command, signal, Duration::from_millis(100));
        assert_eq!(output.status.code(), Some(status));
        assert!(time < SOON, "{signal}: {time:?}");
        drop(reader);
    }
    assert!(hidden(folder.path()).is_empty());
}

/// `nohup` starts a program that ignores SIGHUP: it goes on.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_is_ignored_from_the_start_stays_ignored() {
    let folder = workplace();
    let line = format!("{CRYSTAL} -detpixels 400 -phisteps 60 -osc 1 -mosaic 1 -mosaic_domains 20");
    let mut shell = Command::new("sh");
    shell.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::piped());
    shell.arg("-c").arg(format!("trap '' HUP; exec {} {line}", env!("CARGO_BIN_EXE_nanobragg")));
    let (output, _) = signalled(shell, "-HUP", Duration::from_millis(30));
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

/// As `timeout` sends it: to the program and to its group.
#[test]
fn a_signal_that_comes_twice_at_once_is_one() {
    let folder = workplace();
    let before = files(folder.path());
    for after in [150, 300] {
        let mut child = program(folder.path(), &format!("{CRYSTAL} -detpixels 900 {LONG}")).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(after));
        let id = child.id().to_string();
        let script = format!("kill -TERM {id}; kill -TERM {id}; kill -INT {id}");
        let _ = Command::new("sh").args(["-c", &script]).stderr(Stdio::null()).status();
        assert!(matches!(child.wait().unwrap().code(), Some(130 | 143)));
        assert!(files(folder.path()) == before && hidden(folder.path()).is_empty());
    }
}
