//! Inputs of every format, damaged at random: each is read or refused, and never ends the program, takes longer than a
//! second or allocates beyond a limit.
//!
//! `NANOBRAGG_MUTATIONS` is the number of inputs of a format, and `NANOBRAGG_MUTATIONS_SEED` makes others.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]
#![expect(clippy::print_stdout, reason = "the counts are what a longer run is for")]

mod engine;
mod experiments;
mod files;
mod memory;
mod trial;
