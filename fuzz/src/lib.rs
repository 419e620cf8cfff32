//! Fuzz targets out of the readers of `damaged-inputs`.
#![forbid(unsafe_code)]

use damaged_inputs::{Dice, READERS, Reader, Workplace, mutate};
pub use libfuzzer_sys;

/// Of so many mutations one begins with a seed again.
const FRESH: usize = 64;

/// A reader with what it needs.
pub struct Target {
    reader: &'static Reader,
    seeds: Vec<Vec<u8>>,
    workplace: Workplace,
}

impl Target {
    /// The target of a format.
    ///
    /// # Panics
    /// If there is none of that name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let reader = READERS.iter().find(|reader| reader.name == name).expect("a reader of this name");
        Self { reader, seeds: reader.seeds(), workplace: Workplace::new() }
    }

    /// Reads an input.
    pub fn read(&self, input: &[u8]) {
        let _ = self.reader.read(&self.workplace, input);
    }

    /// Changes the first `size` bytes as libFuzzer does, or as the tests do, or puts a seed in their place; says how
    /// many there are then.
    pub fn mutate(&self, bytes: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
        let mut dice = Dice::new(u64::from(seed));
        let fresh = size <= 1 || dice.below(FRESH) == 0;
        if !fresh && dice.below(2) == 0 {
            return libfuzzer_sys::fuzzer_mutate(bytes, size, most);
        }
        let mut changed = if fresh { dice.one(&self.seeds).clone() } else { bytes[..size].to_vec() };
        if !fresh || dice.below(2) == 0 {
            mutate(&mut dice, &mut changed, &self.seeds);
        }
        changed.truncate(most);
        bytes[..changed.len()].copy_from_slice(&changed);
        changed.len()
    }
}

/// The fuzz target of a format.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        thread_local! {
            // Thread-local, so that its folder is removed at the end.
            static TARGET: $crate::Target = $crate::Target::of($name);
        }
        $crate::libfuzzer_sys::fuzz_target!(|input: &[u8]| TARGET.with(|target| target.read(input)));
        $crate::libfuzzer_sys::fuzz_mutator!(|bytes: &mut [u8], size: usize, most: usize, seed: u32| {
            TARGET.with(|target| target.mutate(bytes, size, most, seed))
        });
    };
}
