//! What others are given: the program for every level of x86-64 processors, in an archive and a Debian package.

mod archive;
mod build;
mod debian;
mod glibc;
mod licences;
mod links;
mod release_notes;
mod tree;

use std::io::Write as _;

use anyhow::{Context, ensure};
use cargo_metadata::{Metadata, MetadataCommand, Package};

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
    if distribution.deb {
        debian::check()?;
    }
    let folder = root().canonicalize()?.join("target/dist");
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .other_options(["--filter-platform".to_owned(), build::TARGET.to_owned(), "--locked".to_owned()])
        .exec()?;
    let program = program(&metadata)?;
    let version = program.version.to_string();
    let programs = build::programs(&folder.join("build"), &distribution.level)?;
    let tree = folder.join("tree");
    tree::fill(&tree, &programs, &licences::texts(&metadata)?)?;
    let archive = archive::write(&folder, &tree, &format!("nanobragg-{version}-x86_64-linux"))?;
    let notes = folder.join("RELEASE-NOTES.md");
    std::fs::write(&notes, release_notes::of(&root().join("CHANGELOG.md"), &version)?)?;
    let mut written = vec![archive, notes];
    if distribution.deb {
        written.push(debian::package(&folder, program)?);
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

/// The package of the program.
fn program(metadata: &Metadata) -> anyhow::Result<&Package> {
    let program =
        metadata.workspace_packages().into_iter().find(|package| package.name.as_str() == "nanobragg");
    program.context("the workspace has no package nanobragg")
}
