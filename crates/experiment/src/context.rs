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
    /// Whether large dumps are mapped, which nobody may change in place meanwhile, rather than copied.
    pub map_files: bool,
}

impl Context {
    /// The clock and the available memory of this machine, within the limits of this process and its control group.
    #[must_use]
    pub fn of_this_machine() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
        Self {
            clock_seed: i64::try_from(seconds % 2_147_483_647).unwrap_or(1),
            memory_bytes: [available_bytes(), limit_bytes(), group_bytes()]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(ASSUMED_MEMORY_BYTES),
            map_files: true,
        }
    }
}

/// Available memory, from `/proc/meminfo`.
fn available_bytes() -> Option<usize> {
    kibibytes("/proc/meminfo", "MemAvailable:")
}

/// What the limits of this process on its address space and its data leave.
fn limit_bytes() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/limits").ok()?;
    let limit = |name: &str| -> Option<usize> {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    let address_space = limit("Max address space")
        .map(|limit| limit.saturating_sub(kibibytes("/proc/self/status", "VmSize:").unwrap_or(0)));
    let data = limit("Max data size")
        .map(|limit| limit.saturating_sub(kibibytes("/proc/self/status", "VmData:").unwrap_or(0)));
    [address_space, data].into_iter().flatten().min()
}

/// What the control group of this process leaves.
fn group_bytes() -> Option<usize> {
    let read = |name: &str| std::fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok();
    let limit: usize = read("memory.max")?.trim().parse().ok()?;
    let used: usize = read("memory.current")?.trim().parse().ok()?;
    Some(limit.saturating_sub(used))
}

/// A number of kB behind a name in a file of `/proc`, in bytes.
fn kibibytes(path: &str, name: &str) -> Option<usize> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}
