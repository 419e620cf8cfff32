//! What the program asks of the machine: its threads, its clock, its folder.

use std::path::PathBuf;

use nanobragg_c_flags::{Arguments, Flag, Surroundings};
use nanobragg_experiment::Context;

use crate::checkpoint;

/// What lowering and resolving may know of this machine.
pub(crate) fn surroundings(arguments: &Arguments) -> Surroundings {
    let mut machine = Context::of_this_machine();
    if let Some(seed) = arguments.file(Flag::Checkpoint).and_then(checkpoint::clock_seed) {
        machine.clock_seed = seed;
    }
    Surroundings { machine, directory: PathBuf::new() }
}

/// Starts so many threads, or one for each core, for reading, rendering and writing alike.
pub(crate) fn start_threads(count: Option<u32>) -> Result<(), rayon::ThreadPoolBuildError> {
    let count = count.map_or(0, |count| count as usize);
    rayon::ThreadPoolBuilder::new().num_threads(count).use_current_thread().build_global()
}
