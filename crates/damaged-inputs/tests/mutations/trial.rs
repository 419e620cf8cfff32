//! Tries mutated inputs of a format: each is read or refused, soon and within some memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use damaged_inputs::{Dice, Reader, Workplace, mutated};

use crate::memory;

/// No input takes longer.
const LONGEST: Duration = Duration::from_secs(1);
/// An input that takes this long has no end.
const ENDLESS: Duration = Duration::from_secs(30);
const SEED: u64 = 20_261_124;

/// One at a time, so that time and memory are those of one input.
static TURN: Mutex<()> = Mutex::new(());

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Tries the inputs of a format, as many as `NANOBRAGG_MUTATIONS` says.
pub(crate) fn all(reader: &Reader) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let count = from_environment("NANOBRAGG_MUTATIONS").unwrap_or(reader.inputs);
    let seed = from_environment("NANOBRAGG_MUTATIONS_SEED").unwrap_or(SEED);
    let (format, seeds, workplace) = (reader.name, reader.seeds(), Workplace::new());
    let current = Arc::new(AtomicU64::new(0));
    watch(format, seed, &seeds, &current);
    let (mut read, mut slowest, mut largest, start) = (0, Duration::ZERO, 0, Instant::now());
    for number in 0..count {
        current.store(number, Ordering::Relaxed);
        let input = mutated(&mut Dice::of(format, seed, number), &seeds);
        let before = memory::start();
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| reader.read(&workplace, &input)));
        let (took, bytes) = (began.elapsed(), memory::most_since(before));
        let complaint = match outcome {
            Err(_) => "panicked".to_owned(),
            Ok(_) if took > LONGEST => format!("took {took:?}"),
            Ok(_) if bytes > reader.most_bytes => format!("allocated {bytes} bytes"),
            Ok(was_read) => {
                read += u64::from(was_read);
                (slowest, largest) = (slowest.max(took), largest.max(bytes));
                continue;
            }
        };
        let kept = keep(format, number, &input);
        panic!("{format}: input {number} of seed {seed} {complaint}; it is in {}", kept.display());
    }
    current.store(u64::MAX, Ordering::Relaxed);
    assert!(read > 0, "{format}: none of {count} inputs was read");
    println!(
        "{format}: {count} inputs of seed {seed}, {read} read, {} refused, slowest {slowest:.1?}, at most {} KiB, {:.1?}",
        count - read,
        largest >> 10,
        start.elapsed()
    );
}

/// Ends the test when an input does not end.
fn watch(format: &str, seed: u64, seeds: &[Vec<u8>], current: &Arc<AtomicU64>) {
    let (format, seeds, current) = (format.to_owned(), seeds.to_vec(), Arc::clone(current));
    std::thread::spawn(move || {
        let mut last = u64::MAX - 1;
        loop {
            std::thread::sleep(ENDLESS);
            let number = current.load(Ordering::Relaxed);
            if number == u64::MAX || Arc::strong_count(&current) == 1 {
                return;
            }
            if number == last {
                let input = mutated(&mut Dice::of(&format, seed, number), &seeds);
                let kept = keep(&format, number, &input);
                eprintln!(
                    "{format}: input {number} of seed {seed} does not end; it is in {}",
                    kept.display()
                );
                std::process::abort();
            }
            last = number;
        }
    });
}

fn keep(format: &str, number: u64, input: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{format}_{number}"));
    std::fs::write(&path, input).unwrap();
    path
}
