//! On a machine that much else keeps busy: in a program of its own, since it would disturb other tests.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A rendering of many seconds, which warns when it starts.
const LONG: &str = "-cell 70 80 90 -default_F 100 -N 20 -oversample 1 -detpixels 900 -phisteps 1000 -osc 1 -mosaic 1 \
                    -mosaic_domains 100";

/// A test that fails ends too.
const LONGEST: Duration = Duration::from_secs(120);

#[test]
fn the_line_that_tells_of_an_interruption_is_not_lost() {
    let busy = 80 * std::thread::available_parallelism().unwrap().get();
    let (start, is_over) = (Instant::now(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..busy {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) && start.elapsed() < LONGEST {
                    std::hint::spin_loop();
                }
            });
        }
        let told: Vec<String> = (0..8).map(|_| told_of_an_interruption()).collect();
        is_over.store(true, Ordering::Relaxed);
        for told in told {
            assert!(told.ends_with("nanobragg: interrupted: no file was written\n"), "{told:?}");
        }
    });
}

/// What a run says behind its first warning when it gets a signal.
fn told_of_an_interruption() -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_nanobragg"))
        .args(LONG.split_whitespace())
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut text = String::new();
    errors.read_line(&mut text).unwrap();
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    text.clear();
    errors.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(143), "{text}");
    text
}
