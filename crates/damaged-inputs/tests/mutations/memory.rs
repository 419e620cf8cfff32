//! How much is allocated.

use peak_alloc::PeakAlloc;

#[global_allocator]
static COUNTING: PeakAlloc = PeakAlloc;

/// Starts to count, and says what is allocated now.
pub(crate) fn start() -> usize {
    COUNTING.reset_peak_usage();
    COUNTING.current_usage()
}

/// The most that was allocated at once, beyond what was before.
pub(crate) fn most_since(before: usize) -> usize {
    COUNTING.peak_usage().saturating_sub(before)
}
