//! Signals that end the program: no temporary file stays, and no file is half written.

use std::io::{Write, stderr};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::failure::SIGNALLED;

/// Ends the program at SIGINT, SIGTERM or SIGHUP, after its temporary files are removed.
///
/// Files that are being named together are named whole first. Without the thread that waits for signals, the system's
/// own handling stays.
pub(crate) fn watch() {
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    let wait = move || {
        if let Some(signal) = signals.forever().next() {
            whole_file::discard_pending();
            // A closed error stream is no reason to stay.
            let _ = writeln!(stderr(), "nanobragg: interrupted: no file is half written");
            std::process::exit(SIGNALLED + signal);
        }
    };
    // The program works without it.
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(wait);
}
