//! Checks and chores run by people and CI: `cargo xtask --help`.
#![forbid(unsafe_code)]

mod fixtures;
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
    /// Check what the compiler does not: who depends on whom, long files, unsafe code, missing READMEs.
    Tidy,
    /// Copy the selection of recorded results from ../shared/golden to golden/, and list it there.
    Fixtures,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Tidy => tidy::run(),
        Command::Fixtures => fixtures::run(),
    }
}

/// The repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}
