//! Checks and chores run by people and CI: `cargo xtask --help`.
#![forbid(unsafe_code)]

mod bench;
mod book;
mod cycles;
mod dials;
mod dist;
mod fixtures;
mod golden;
mod prediction_bench;
mod response_bench;
mod scaling;
mod tidy;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Checks and chores of the repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check what the compiler does not: who depends on whom, cycles of modules, long files, unsafe code, missing READMEs, links that
    /// lead nowhere.
    Tidy,
    /// Copy the selection of recorded results from ../shared/golden to golden/, and list it there.
    Fixtures,
    /// Record cases anew from a reference binary and show what would change in golden/.
    Golden(golden::Recording),
    /// Time whole runs, against the C program where its binary is given, and print the README's table.
    Bench {
        /// A binary of the C program, built by you.
        #[arg(long)]
        reference: Option<PathBuf>,
        /// How many times each program runs each workload.
        #[arg(long, default_value_t = 5)]
        pairs: usize,
        /// Threads for both programs.
        #[arg(long, default_value_t = 2)]
        threads: usize,
    },
    /// Time what a run of 6 million pixels takes for counts in a mini-CBF file beyond rendering them.
    BenchResponse {
        /// How many times the run is made with and without.
        #[arg(long, default_value_t = 9)]
        pairs: usize,
        /// Threads.
        #[arg(long, default_value_t = 2)]
        threads: usize,
    },
    /// Time runs with steps left out against the same runs with all of them.
    BenchPrediction {
        /// How many times each run is made.
        #[arg(long, default_value_t = 3)]
        pairs: usize,
        /// Threads.
        #[arg(long, default_value_t = 2)]
        threads: usize,
    },
    /// Draw how the time of a run grows with its pixels, domains, wavelengths and cells: docs/pictures/scaling.svg.
    BenchScaling {
        /// How many times each run is made.
        #[arg(long, default_value_t = 3)]
        runs: usize,
        /// Threads.
        #[arg(long, default_value_t = 2)]
        threads: usize,
    },
    /// Simulate a rotation, process it with DIALS, and hold what DIALS finds against what was simulated.
    Dials(dials::Validation),
    /// Build the program for every level of x86-64 processors and pack it: target/dist.
    Dist(dist::Distribution),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Tidy => tidy::run(),
        Command::Fixtures => fixtures::run(),
        Command::Golden(recording) => golden::run(&recording),
        Command::Bench { reference, pairs, threads } => bench::run(reference.as_deref(), pairs, threads),
        Command::BenchResponse { pairs, threads } => response_bench::run(pairs, threads),
        Command::BenchPrediction { pairs, threads } => prediction_bench::run(pairs, threads),
        Command::BenchScaling { runs, threads } => scaling::run(runs, threads),
        Command::Dials(validation) => dials::run(&validation),
        Command::Dist(distribution) => dist::run(&distribution),
    }
}

/// The repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}
