//! The thread that writes records, so that no rendering waits for a disk.
//!
//! Keeping a row takes about a nanosecond a byte, which is nothing beside the rendering of a row that is worth keeping.
//! Where rows are finished faster than [`BYTES_PER_S`], some are left out: they are soon rendered again.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nanobragg_kernel::RowIndex;

use super::record;
use crate::terminal;

/// Rows that may wait to be written; those that find no room are left out.
const WAITING_ROWS: usize = 256;
/// What is kept in a second: less than 1 % of the time of one core.
const BYTES_PER_S: f64 = 8e6;
/// What is kept at once, for a rendering of a moment.
const FIRST_BYTES: f64 = 1e6;
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
    started: Instant,
    kept_bytes: AtomicUsize,
}

impl Keeper {
    /// Starts the thread. Rendering goes on without it when the file cannot be written, which is told once.
    pub(super) fn start(file: File, path: &Path) -> Self {
        let (records, received) = sync_channel(WAITING_ROWS);
        let name = path.display().to_string();
        let write = move || {
            if let Err(reason) = write_all(file, &received) {
                terminal::warn(format!("{name}: no more rows are kept: {reason}"));
            }
        };
        let thread = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(write).ok();
        let records = thread.is_some().then_some(records);
        Self { records, thread, started: Instant::now(), kept_bytes: AtomicUsize::new(0) }
    }

    /// Keeps a row, unless too many are being kept.
    pub(super) fn keep(&self, row: RowIndex, photons: &[f32], solid_angle_sr: f64) {
        let Some(records) = &self.records else { return };
        let bytes = record::bytes(photons.len());
        let kept = self.kept_bytes.fetch_add(bytes, Ordering::Relaxed);
        #[expect(clippy::cast_precision_loss, reason = "for an estimate")]
        let is_too_much = kept as f64 > FIRST_BYTES + BYTES_PER_S * self.started.elapsed().as_secs_f64();
        if is_too_much || records.try_send(record::of(row, photons, solid_angle_sr)).is_err() {
            self.kept_bytes.fetch_sub(bytes, Ordering::Relaxed);
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
