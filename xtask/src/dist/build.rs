//! The program, built once for each level.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::root;

/// The levels that have a program, the lowest first; crates/cli/src/level.rs chooses among them.
pub(crate) const LEVELS: [&str; 3] = ["x86-64-v2", "x86-64-v3", "x86-64-v4"];

/// What the programs run on. Named to cargo, it keeps the flags of a level from the build scripts, which run here.
pub(crate) const TARGET: &str = "x86_64-unknown-linux-gnu";

/// A program and the level it is built for.
pub(crate) struct Program {
    pub(crate) level: &'static str,
    pub(crate) path: PathBuf,
}

/// Builds the programs for all levels up to the highest, each in a folder of its own; the first is for [`LEVELS`]`[0]`.
pub(crate) fn programs(folder: &Path, highest: &str) -> anyhow::Result<Vec<Program>> {
    let count = LEVELS.iter().position(|level| *level == highest).context("no such level")? + 1;
    LEVELS[..count].iter().map(|level| built(&folder.join(level), level)).collect()
}

fn built(folder: &Path, level: &'static str) -> anyhow::Result<Program> {
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo"))?;
    // Paths of this machine would make the program another one on every machine.
    let flags = [
        format!("-Ctarget-cpu={level}"),
        format!("--remap-path-prefix={}=nanobragg", root().canonicalize()?.display()),
        format!("--remap-path-prefix={home}=cargo"),
    ];
    let mut command = Command::new("cargo");
    command.current_dir(root());
    command.args(["build", "--locked", "--profile", "dist", "--package", "nanobragg", "--target", TARGET]);
    command.arg("--target-dir").arg(folder);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")).env("NANOBRAGG_COMMIT", commit()?);
    ensure!(command.status()?.success(), "the program for {level} cannot be built");
    Ok(Program { level, path: folder.join(TARGET).join("dist/nanobragg") })
}

/// The commit that is built, and whether files differ from it.
fn commit() -> anyhow::Result<String> {
    let mut git = Command::new("git");
    let output = git
        .current_dir(root())
        .args(["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])
        .output()?;
    ensure!(output.status.success(), "git: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
