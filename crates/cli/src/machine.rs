//! What the program asks of the machine: its clock, its memory, its folder.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use nanobragg_experiment::Context;

/// Where the machine does not say how much memory it has.
const ASSUMED_MEMORY_BYTES: usize = 8 << 30;

/// What a resolution may know of this machine.
pub(crate) fn context() -> Context {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
    Context {
        clock_seed: i64::try_from(seconds % 2_147_483_647).unwrap_or(1),
        directory: PathBuf::new(),
        max_grid_bytes: available_memory_bytes().unwrap_or(ASSUMED_MEMORY_BYTES),
    }
}

/// Starts so many threads, or one for each core, for reading, rendering and writing alike.
pub(crate) fn start_threads(count: Option<u32>) -> Result<(), rayon::ThreadPoolBuildError> {
    let count = count.map_or(0, |count| count as usize);
    rayon::ThreadPoolBuilder::new().num_threads(count).build_global()
}

/// Memory that is available, as Linux tells it.
fn available_memory_bytes() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}
