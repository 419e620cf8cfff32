//! What others are given: the program for every level of x86-64 processors, in an archive and a Debian package.

mod archive;
mod build;
mod glibc;
mod licences;
mod release_notes;
mod tree;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use cargo_metadata::{Metadata, MetadataCommand};

use crate::root;

/// How much of a release is made.
#[derive(clap::Args)]
pub(crate) struct Distribution {
    /// The highest level a program is built for; x86-64-v2 alone is built in a third of the time.
    #[arg(long, default_value = "x86-64-v4", value_parser = build::LEVELS)]
    level: String,
    /// Make a Debian package too, with cargo-deb (cargo install cargo-deb --locked).
    #[arg(long)]
    deb: bool,
}

/// Builds the programs and packs them, into `target/dist`.
pub(crate) fn run(distribution: &Distribution) -> anyhow::Result<()> {
    let is_whole = distribution.level == build::LEVELS[build::LEVELS.len() - 1];
    ensure!(
        is_whole || !distribution.deb,
        "a Debian package has the programs for all levels: leave out --level"
    );
    let folder = root().canonicalize()?.join("target/dist");
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .other_options(["--filter-platform".to_owned(), build::TARGET.to_owned(), "--locked".to_owned()])
        .exec()?;
    let version = version(&metadata)?;
    let programs = build::programs(&folder.join("build"), &distribution.level)?;
    let tree = folder.join("tree");
    tree::fill(&tree, &programs, &licences::texts(&metadata)?)?;
    let archive = archive::write(&folder, &tree, &format!("nanobragg-{version}-x86_64-linux"))?;
    let notes = folder.join("RELEASE-NOTES.md");
    std::fs::write(&notes, release_notes::of(&root().join("CHANGELOG.md"), &version)?)?;
    let mut written = vec![archive, notes];
    if distribution.deb {
        written.push(debian_package(&folder)?);
    }
    let mut screen = std::io::stdout();
    for path in written {
        writeln!(screen, "{}", path.display())?;
    }
    for program in &programs {
        writeln!(screen, "the program for {} needs glibc {}", program.level, glibc::needed(&program.path)?)?;
    }
    Ok(())
}

/// The version of the program.
fn version(metadata: &Metadata) -> anyhow::Result<String> {
    let program =
        metadata.workspace_packages().into_iter().find(|package| package.name.as_str() == "nanobragg");
    Ok(program.context("the workspace has no package nanobragg")?.version.to_string())
}

/// Packs the tree by the metadata in `crates/cli/Cargo.toml`.
fn debian_package(folder: &Path) -> anyhow::Result<PathBuf> {
    let mut command = Command::new("cargo");
    command.current_dir(root()).args([
        "deb",
        "--package",
        "nanobragg",
        "--no-build",
        "--no-strip",
        "--output",
    ]);
    let output = command.arg(folder).stderr(std::process::Stdio::inherit()).output()?;
    ensure!(output.status.success(), "cargo deb failed; it comes by: cargo install cargo-deb --locked");
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}
