//! What the compiler does not check.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::root;

/// Which of our crates may use which: the picture in ARCHITECTURE.md, as a table.
const MAY_USE: [(&str, &[&str]); 16] = [
    ("percent-g", &[]),
    ("whole-file", &[]),
    ("hkl-io", &["nanobragg-geometry", "percent-g", "whole-file"]),
    ("nanobragg-geometry", &[]),
    ("nanobragg-structure", &["hkl-io", "nanobragg-geometry"]),
    ("nanobragg-kernel", &["hkl-io", "nanobragg-geometry"]),
    ("nanobragg-trace", &["nanobragg-kernel", "percent-g"]),
    ("nanobragg-response", &[]),
    ("nanobragg-image-io", &["percent-g", "whole-file"]),
    (
        "nanobragg-experiment",
        &[
            "hkl-io",
            "nanobragg-geometry",
            "nanobragg-image-io",
            "nanobragg-kernel",
            "nanobragg-response",
            "nanobragg-structure",
            "percent-g",
            "whole-file",
        ],
    ),
    (
        "nanobragg-c-flags",
        &["nanobragg-experiment", "nanobragg-geometry", "nanobragg-image-io", "nanobragg-kernel"],
    ),
    ("nanobragg-picture", &["nanobragg-image-io", "percent-g"]),
    ("nanobragg-compare", &["nanobragg-image-io", "nanobragg-picture", "percent-g", "whole-file"]),
    (
        "nanobragg",
        &[
            "hkl-io",
            "nanobragg-c-flags",
            "nanobragg-compare",
            "nanobragg-experiment",
            "nanobragg-geometry",
            "nanobragg-image-io",
            "nanobragg-kernel",
            "nanobragg-picture",
            "nanobragg-response",
            "nanobragg-structure",
            "nanobragg-trace",
            "percent-g",
            "whole-file",
        ],
    ),
    (
        "damaged-inputs",
        &[
            "hkl-io",
            "nanobragg-c-flags",
            "nanobragg-compare",
            "nanobragg-experiment",
            "nanobragg-geometry",
            "nanobragg-image-io",
            "nanobragg-kernel",
            "nanobragg-structure",
            "nanobragg-trace",
        ],
    ),
    ("xtask", &[]),
];

/// Names that must not occur in the library of a crate: geometry, kernel and response do no I/O and have no command line.
const MUST_NOT_NAME: [(&str, &[&str]); 3] = [
    ("crates/geometry/src", &["std::fs", "std::env", "std::time", "println!", "eprintln!", "clap"]),
    ("crates/kernel/src", &["std::fs", "std::env", "std::time", "println!", "eprintln!", "clap"]),
    ("crates/response/src", &["std::fs", "std::env", "std::time", "println!", "eprintln!", "clap"]),
];

/// Where unsafe code may be, each with its reason beside it.
const MAY_BE_UNSAFE: [&str; 3] =
    ["crates/cli/src/processor.rs", "crates/hkl-io/src/map.rs", "crates/kernel/src/huge_pages.rs"];

/// The number of lines that a file may have.
const LONGEST_FILE: usize = 500;

/// Fails with everything that is untidy.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut complaints = dependencies()?;
    complaints.extend(sources()?);
    complaints.extend(cycles()?);
    complaints.extend(readmes()?);
    complaints.extend(crate::book::complaints()?);
    if complaints.is_empty() {
        return Ok(());
    }
    bail!("{} untidy things\n{}", complaints.len(), complaints.join("\n"));
}

fn dependencies() -> anyhow::Result<Vec<String>> {
    let metadata = cargo_metadata::MetadataCommand::new().no_deps().current_dir(root()).exec()?;
    let allowed: BTreeMap<_, _> = MAY_USE.into_iter().collect();
    let mut complaints = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some(may_use) = allowed.get(name) else {
            complaints.push(format!("{name} is not in the table of xtask/src/tidy.rs"));
            continue;
        };
        if package.rust_version.is_none() {
            complaints.push(format!("{name} does not state the oldest compiler that builds it"));
        }
        for dependency in &package.dependencies {
            let used = dependency.name.as_str();
            let ours = allowed.contains_key(used);
            if ours
                && !may_use.contains(&used)
                && dependency.kind != cargo_metadata::DependencyKind::Development
            {
                complaints.push(format!("{name} must not use {used}"));
            }
        }
    }
    Ok(complaints)
}

fn sources() -> anyhow::Result<Vec<String>> {
    let mut complaints = Vec::new();
    for path in rust_files(&root().join("crates"))?.into_iter().chain(rust_files(&root().join("xtask"))?) {
        let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        let text = std::fs::read_to_string(&path).with_context(|| name.clone())?;
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            complaints.push(format!("{name} has {lines} lines"));
        }
        let code = || text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let unsafe_block = ["unsafe", " {"].concat();
        if code().any(|line| line.contains(&unsafe_block)) && !MAY_BE_UNSAFE.contains(&name.as_str()) {
            complaints.push(format!("{name} has unsafe code"));
        }
        if name.ends_with("src/lib.rs") && !text.contains("(unsafe_code)]") {
            complaints.push(format!("{name} does not forbid or deny unsafe code"));
        }
        for (folder, names) in MUST_NOT_NAME {
            for forbidden in names
                .iter()
                .filter(|forbidden| name.starts_with(folder) && code().any(|line| line.contains(**forbidden)))
            {
                complaints.push(format!("{name} names {forbidden}"));
            }
        }
    }
    Ok(complaints)
}

fn cycles() -> anyhow::Result<Vec<String>> {
    let mut complaints = Vec::new();
    for entry in std::fs::read_dir(root().join("crates"))? {
        let folder = entry?;
        let found = crate::cycles::of(&folder.path().join("src"))?;
        let name = folder.file_name().display().to_string();
        complaints
            .extend(found.into_iter().map(|cycle| format!("crates/{name}: {cycle} is a cycle of modules")));
    }
    Ok(complaints)
}

fn readmes() -> anyhow::Result<Vec<String>> {
    let mut complaints = Vec::new();
    for entry in std::fs::read_dir(root().join("crates"))? {
        let readme = entry?.path().join("README.md");
        let lines = std::fs::read_to_string(&readme).map_or(0, |text| text.lines().count());
        if lines < 5 {
            complaints.push(format!("{} is missing or too short", readme.display()));
        }
    }
    Ok(complaints)
}

/// The Rust files under a folder, without those of a `target` folder.
pub(crate) fn rust_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("target") {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    /// The invariants of ARCHITECTURE.md that are about what is absent.
    #[test]
    fn the_repository_is_tidy() {
        super::run().unwrap();
    }
}
