#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a tool of the tests may panic as a test may")]

mod dice;
mod mutation;
mod reader;
mod readers;
mod seeds;
mod workplace;

pub use dice::Dice;
pub use mutation::{mutate, mutated};
pub use reader::Reader;
pub use readers::READERS;
pub use workplace::Workplace;
