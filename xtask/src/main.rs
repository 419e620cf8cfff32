//! Checks and chores run by people and CI: `cargo xtask --help`.
#![forbid(unsafe_code)]

mod bench;
mod cycles;
mod fixtures;
mod golden;
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
    /// Check what the compiler does not: who depends on whom, cycles of modules, long files, unsafe code, missing READMEs.
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
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Tidy => tidy::run(),
        Command::Fixtures => fixtures::run(),
        Command::Golden(recording) => golden::run(&recording),
        Command::Bench { reference, pairs, threads } => bench::run(reference.as_deref(), pairs, threads),
    }
}

/// The repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}
