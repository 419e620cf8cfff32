//! What the program asks of the machine: its threads, its clock, its folder.

use std::path::PathBuf;

use nanobragg_c_flags::Surroundings;
use nanobragg_experiment::Context;

/// What lowering and resolving may know of this machine.
pub(crate) fn surroundings() -> Surroundings {
    Surroundings { machine: Context::of_this_machine(), directory: PathBuf::new() }
}

/// Starts so many threads, or one for each core, for reading, rendering and writing alike.
pub(crate) fn start_threads(count: Option<u32>) -> Result<(), rayon::ThreadPoolBuildError> {
    let count = count.map_or(0, |count| count as usize);
    rayon::ThreadPoolBuilder::new().num_threads(count).build_global()
}
