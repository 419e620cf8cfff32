//! What a resolution may know of the machine.

use std::time::{SystemTime, UNIX_EPOCH};

/// Memory of a machine that does not state it.
const ASSUMED_MEMORY_BYTES: usize = 8 << 30;

/// What a resolution may know of the world besides the experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// Seed of what is not to repeat, from the clock.
    pub clock_seed: i64,
    /// What needs more memory is refused.
    pub memory_bytes: usize,
}

impl Context {
    /// The clock and the available memory of this machine.
    #[must_use]
    pub fn of_this_machine() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
        Self {
            clock_seed: i64::try_from(seconds % 2_147_483_647).unwrap_or(1),
            memory_bytes: available_memory_bytes().unwrap_or(ASSUMED_MEMORY_BYTES),
        }
    }
}

/// Available memory, from `/proc/meminfo`.
fn available_memory_bytes() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}
