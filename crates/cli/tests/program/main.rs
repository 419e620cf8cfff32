//! The program as its users run it: every flag, bad input, seeds, reports, and what it says on the error stream.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]
#![expect(clippy::print_stdout, reason = "figures are told, and what is skipped")]

mod background;
mod bad_input;
mod bad_toml;
mod checkpoint;
mod documents;
mod factors;
mod flag_table;
mod flags;
mod hardened;
mod help;
mod inputs;
mod interruption;
mod kills;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod level;
mod limits;
mod memory;
mod notices;
mod outputs;
mod panels;
mod panels_traced;
mod probe;
mod processor;
mod report;
mod seeds;
mod series;
mod show;
mod show_geometry;
mod telling;
mod toml_files;
mod toml_physics;
mod two_runs;
mod usage;
mod workplace;
