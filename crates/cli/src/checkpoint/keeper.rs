//! The thread that writes records, so that no rendering waits for a disk.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Rows that may wait to be written.
const WAITING_ROWS: usize = 64;
/// What is passed to the system at once.
const BUFFER_BYTES: usize = 1 << 20;
/// A program that is killed loses the rows of this time.
const FLUSHED_EVERY: Duration = Duration::from_secs(1);
/// A machine that loses its power loses the rows of this time.
const SYNCED_EVERY: Duration = Duration::from_secs(30);

/// A thread that writes records to the end of a file.
pub(super) struct Keeper {
    records: Option<SyncSender<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts the thread. Rendering goes on without it when the file cannot be written, which is told once.
    pub(super) fn start(file: File, path: &Path) -> Self {
        let (records, received) = sync_channel(WAITING_ROWS);
        let name = path.display().to_string();
        let write = move || {
            if let Err(reason) = write_all(file, &received) {
                eprintln!("nanobragg: warning: {name}: no more rows are kept: {reason}");
                // Who sends does not wait for ever.
                received.iter().for_each(drop);
            }
        };
        let thread = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(write).ok();
        Self { records: thread.is_some().then_some(records), thread }
    }

    pub(super) fn keep(&self, record: Vec<u8>) {
        if let Some(records) = &self.records {
            // The thread that receives ends last.
            let _ = records.send(record);
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.records = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been told already.
            let _ = thread.join();
        }
    }
}

fn write_all(file: File, records: &Receiver<Vec<u8>>) -> io::Result<()> {
    let mut writer = BufWriter::with_capacity(BUFFER_BYTES, file);
    let (mut flushed, mut synced) = (Instant::now(), Instant::now());
    loop {
        match records.recv_timeout(FLUSHED_EVERY) {
            Ok(record) => writer.write_all(&record)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return writer.flush(),
        }
        if flushed.elapsed() >= FLUSHED_EVERY {
            writer.flush()?;
            flushed = Instant::now();
        }
        if synced.elapsed() >= SYNCED_EVERY {
            writer.get_ref().sync_data()?;
            synced = Instant::now();
        }
    }
}
