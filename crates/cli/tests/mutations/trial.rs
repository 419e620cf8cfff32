//! Tries mutated inputs of a format: each is read or refused, soon and within some memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::engine::{Dice, mutated};
use crate::memory;

/// No input takes longer.
const LONGEST: Duration = Duration::from_secs(1);
/// An input that takes this long has no end.
const ENDLESS: Duration = Duration::from_secs(30);
/// No input makes a reader allocate more.
const MOST_BYTES: usize = 256 << 20;
/// How many times as often as a bad file a good one is taken.
const GOOD_TIMES: usize = 10;
const SEED: u64 = 20_261_124;

/// One at a time, so that time and memory are those of one input.
static TURN: Mutex<()> = Mutex::new(());

/// A folder in memory, where the system has one.
pub(crate) fn folder() -> TempDir {
    let shared_memory = Path::new("/dev/shm");
    let made = if shared_memory.is_dir() { tempfile::tempdir_in(shared_memory) } else { tempfile::tempdir() };
    made.unwrap()
}

/// The bytes of files of the repository, of folders the files with this ending.
pub(crate) fn corpus(places: &[&str], ending: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for place in places {
        let path = root.join(place);
        if path.is_file() {
            files.push(path);
            continue;
        }
        let listed = std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        files.extend(
            listed.map(|entry| entry.unwrap().path()).filter(|path| path.to_string_lossy().ends_with(ending)),
        );
    }
    files.sort();
    assert!(!files.is_empty(), "{places:?} {ending}");
    // Most inputs are of files that are read: what is refused early is not looked at further.
    let times =
        |file: &Path| if file.components().any(|part| part.as_os_str() == "bad") { 1 } else { GOOD_TIMES };
    files.iter().flat_map(|file| std::iter::repeat_n(std::fs::read(file).unwrap(), times(file))).collect()
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Tries so many inputs, or as many as `NANOBRAGG_MUTATIONS` says; `read` says whether an input was read.
pub(crate) fn all(format: &str, count: u64, corpus: &[Vec<u8>], read: impl Fn(&[u8]) -> bool) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let count = from_environment("NANOBRAGG_MUTATIONS").unwrap_or(count);
    let seed = from_environment("NANOBRAGG_MUTATIONS_SEED").unwrap_or(SEED);
    let current = Arc::new(AtomicU64::new(0));
    watch(format, seed, corpus, &current);
    let (mut done, mut slowest, mut largest, start) = (0, Duration::ZERO, 0, Instant::now());
    for number in 0..count {
        current.store(number, Ordering::Relaxed);
        let input = mutated(&mut Dice::of(format, seed, number), corpus);
        let before = memory::start();
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&input)));
        let (took, bytes) = (began.elapsed(), memory::most_since(before));
        let complaint = match outcome {
            Err(_) => "panicked".to_owned(),
            Ok(_) if took > LONGEST => format!("took {took:?}"),
            Ok(_) if bytes > MOST_BYTES => format!("allocated {bytes} bytes"),
            Ok(read) => {
                done += u64::from(read);
                (slowest, largest) = (slowest.max(took), largest.max(bytes));
                continue;
            }
        };
        let kept = keep(format, number, &input);
        panic!("{format}: input {number} of seed {seed} {complaint}; it is in {}", kept.display());
    }
    current.store(u64::MAX, Ordering::Relaxed);
    println!(
        "{format}: {count} inputs of seed {seed}, {done} read, {} refused, slowest {slowest:?}, at most {} KiB, {:.1?}",
        count - done,
        largest >> 10,
        start.elapsed()
    );
}

/// Ends the test when an input does not end.
fn watch(format: &str, seed: u64, corpus: &[Vec<u8>], current: &Arc<AtomicU64>) {
    let (format, corpus, current) = (format.to_owned(), corpus.to_vec(), Arc::clone(current));
    std::thread::spawn(move || {
        let mut last = u64::MAX - 1;
        loop {
            std::thread::sleep(ENDLESS);
            let number = current.load(Ordering::Relaxed);
            if number == u64::MAX || Arc::strong_count(&current) == 1 {
                return;
            }
            if number == last {
                let input = mutated(&mut Dice::of(&format, seed, number), &corpus);
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
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}_{number}", format.replace(' ', "_")));
    std::fs::write(&path, input).unwrap();
    path
}
