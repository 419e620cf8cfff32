//! Signals that end the program: no temporary file stays, and the files of a run are all the old or all the new ones.

use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::checkpoint;
use crate::failure::{INPUT, SIGNALLED};

/// A second signal within this time is the same one: `timeout`, for one, sends it to a program and to its group.
const SAME: Duration = Duration::from_millis(200);

/// A run that has named its files ends by itself within this time, unless it has much to print.
const REPORT: Duration = Duration::from_millis(100);

/// As long as the last line waits for whoever reads the error stream.
const READ: Duration = Duration::from_millis(50);

/// As long as a thread may take to begin, on a machine that much else keeps busy.
const BEGIN: Duration = Duration::from_secs(2);

const TRUNCATED: &str = "nanobragg: a dump of structure factors was made shorter while it was read: no file was written; \
    -no-mmap copies it first\n";

/// Ends the program at SIGINT, SIGTERM or SIGHUP, after its temporary files are removed.
///
/// A signal that comes once the files of a run get their names is too late: the run ends as it would have, so that
/// these statuses mean old files and 0 means new ones. Only when much is to be printed after the files is that cut
/// short. A second signal ends the program at once. A signal that whoever started the program had it ignore, as `nohup`
/// does, stays ignored.
pub(crate) fn watch() {
    // Without it the system ends the program, which says less.
    let _ = hkl_io::exit_when_truncated(TRUNCATED, INPUT.into());
    let ignored = ignored();
    let watched = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
    let Ok(mut signals) = Signals::new(watched) else { return };
    let wait = move || {
        let mut first: Option<Instant> = None;
        for signal in signals.forever() {
            let goes_on = match first {
                None => started("interrupted", move || end(signal)),
                Some(first) => first.elapsed() < SAME,
            };
            if !goes_on {
                low_level::exit(SIGNALLED + signal);
            }
            first.get_or_insert_with(Instant::now);
        }
    };
    // Without a thread signals end the program no more, and it could not start threads to render either.
    started("signals", wait);
}

fn started(name: &str, work: impl FnOnce() + Send + 'static) -> bool {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).is_ok()
}

/// Whether a signal ends the program.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

/// Leaves the end of the program to a signal that came before: what fails then may fail for want of the files that it removed.
pub(crate) fn give_way() {
    while IS_ENDING.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

fn end(signal: i32) {
    let status = SIGNALLED + signal;
    IS_ENDING.store(true, Ordering::SeqCst);
    whole_file::discard_pending();
    let named = whole_file::files_named();
    if named > 0 {
        std::thread::sleep(REPORT);
    }
    let (begins, begun) = channel();
    started("last line", move || {
        // Over what a progress bar may have drawn.
        let clear = if stderr().is_terminal() { "\r\x1b[K" } else { "" };
        let line = match named {
            0 => format!("{clear}nanobragg: interrupted: no file was written{}\n", checkpoint::told()),
            _ => format!("{clear}nanobragg: interrupted: all {named} files had been written\n"),
        };
        let _ = begins.send(());
        // Held to the end, so that no line follows.
        let mut screen = stderr().lock();
        // In one piece, so that no part of it is late. A closed error stream is no reason to stay.
        let _ = screen.write_all(line.as_bytes());
        low_level::exit(status)
    });
    // At once if there is no such thread.
    let _ = begun.recv_timeout(BEGIN);
    std::thread::sleep(READ);
    low_level::exit(status)
}

/// The signals that this process was started to ignore, a bit each from signal 1 on; none where that is not known.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
