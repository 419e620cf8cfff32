//! The Debian package of the tree, by the metadata in `crates/cli/Cargo.toml`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use cargo_metadata::Package;

use crate::root;

/// Checks that cargo-deb is there: before all the programs are built.
pub(crate) fn check() -> anyhow::Result<()> {
    let found = Command::new("cargo").args(["deb", "--version"]).output()?;
    ensure!(
        found.status.success(),
        "--deb takes cargo-deb, which is not there: cargo install cargo-deb --locked"
    );
    Ok(())
}

/// Packs the tree with cargo-deb, and the changelog and the copyright that Debian wants.
pub(crate) fn package(folder: &Path, program: &Package) -> anyhow::Result<PathBuf> {
    let maintainer =
        program.metadata["deb"]["maintainer"].as_str().context("the package has no maintainer")?;
    let date = committed()?;
    std::fs::write(
        folder.join("changelog.Debian"),
        changelog(&program.version.to_string(), maintainer, &date),
    )?;
    std::fs::write(folder.join("copyright.Debian"), copyright()?)?;
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
    ensure!(output.status.success(), "cargo deb failed");
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}

/// The one entry of a package that is built from the program's own repository, whose changes are in CHANGELOG.md.
fn changelog(version: &str, maintainer: &str, date: &str) -> String {
    format!(
        "nanobragg ({version}-1) unstable; urgency=medium\n\n  \
         * Packed as {version}; what is new is in /usr/share/doc/nanobragg/CHANGELOG.md.\n\n \
         -- {maintainer}  {date}\n"
    )
}

/// The licences: a Debian system has the text of one of them.
fn copyright() -> anyhow::Result<String> {
    let [choice, mit] = ["LICENSE", "LICENSE-MIT"].map(|name| std::fs::read_to_string(root().join(name)));
    let apache =
        "On Debian systems the Apache License, Version 2.0 is in /usr/share/common-licenses/Apache-2.0.";
    Ok(format!("{}\n\n{apache}\n\n{}", choice?.trim_end(), mit?))
}

/// When what is packed was committed, so that the same commit gives the same package.
fn committed() -> anyhow::Result<String> {
    let output = Command::new("git").current_dir(root()).args(["log", "-1", "--format=%cD"]).output()?;
    ensure!(output.status.success(), "git: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{changelog, copyright};

    #[test]
    fn an_entry_has_the_form_that_debian_reads() {
        let entry = changelog("0.1.0", "A <a@b.invalid>", "Sun, 29 Nov 2026 02:55:41 +0000");
        let lines: Vec<&str> = entry.lines().collect();
        assert_eq!(lines[0], "nanobragg (0.1.0-1) unstable; urgency=medium");
        assert!(lines[2].starts_with("  * "), "{entry}");
        assert_eq!(lines[4], " -- A <a@b.invalid>  Sun, 29 Nov 2026 02:55:41 +0000");
    }

    #[test]
    fn the_copyright_names_the_text_that_debian_has_and_gives_the_other() {
        let text = copyright().unwrap();
        assert!(text.contains("/usr/share/common-licenses/Apache-2.0"), "{text}");
        assert!(text.contains("THE SOFTWARE IS PROVIDED \"AS IS\""), "{text}");
    }
}
