//! The `nanobragg` program: see `nanobragg --help`.
#![deny(unsafe_code)]

mod archive;
mod argv;
mod assumed;
mod cbf_header;
mod checkpoint;
mod checksum;
mod command;
mod compare;
mod config;
mod counted;
mod counts;
mod coverage;
mod demo;
mod environment;
mod example;
mod exposure;
mod factors;
mod factors_json;
mod failure;
mod files;
mod flags;
mod format;
mod header_limits;
mod help;
mod host;
#[cfg(unix)]
mod interruption;
mod level;
mod named_file;
mod nxmx_series;
mod options;
mod pace;
mod prepared;
mod printout;
mod probe;
mod processor;
mod progress;
mod quirks;
mod report;
mod respond;
mod row_writers;
mod run;
mod settings;
mod show;
mod simulate;
mod smv_header;
mod summary;
mod terminal;
mod timestamp;
mod trace;
mod trace_diff;
mod traced_pixel;
mod written;

use std::process::ExitCode;

use failure::Failure;

/// Only looks at the processor: whatever is compiled for more than it has must not run before.
fn main() -> ExitCode {
    match processor::missing_features() {
        0 => run(),
        missing => processor::refuse(missing),
    }
}

#[inline(never)]
fn run() -> ExitCode {
    if let Err(error) = level::choose() {
        return Failure::from(error).report();
    }
    #[cfg(unix)]
    interruption::watch();
    match command::run(std::env::args_os().collect()) {
        Ok(code) => code,
        Err(failure) => {
            #[cfg(unix)]
            interruption::give_way();
            failure.report()
        }
    }
}
