//! The licences of what is linked into the program: every crate it depends on, and Rust's standard library.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, ensure};
use cargo_metadata::{DependencyKind, Metadata, Package, PackageId};

use crate::root;

/// How the names of files begin that state a licence or must go with it.
const NAMES: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "unlicense"];

/// The standard library, which is offered under the terms of either licence.
const STANDARD_LIBRARY: &str =
    "Rust's standard library: MIT OR Apache-2.0, copyright The Rust Project Contributors";

/// Who is under which licence, then each text once, with whom it is for.
pub(crate) fn texts(metadata: &Metadata) -> anyhow::Result<String> {
    let mut list = Vec::new();
    let mut by_text: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let apache = std::fs::read_to_string(root().join("LICENSE-APACHE"))?;
    for package in linked(metadata)? {
        let name = format!("{} {}", package.name, package.version);
        let expression = package.license.as_deref().unwrap_or_default();
        list.push(format!("{name}: {expression}, {}", package.authors.join(", ")));
        let mut texts = of_package(package)?;
        if texts.is_empty() {
            // Of the licences that crates offer, only this text is the same for all of them.
            ensure!(
                expression.contains("Apache-2.0"),
                "{name} ({expression}) comes without the text of its licence"
            );
            texts.push(apache.clone());
        }
        for text in texts {
            by_text.entry(text).or_default().insert(name.clone());
        }
    }
    list.push(STANDARD_LIBRARY.to_owned());
    by_text.entry(apache).or_default().insert("Rust's standard library".to_owned());
    let mut out = format!("nanobragg contains:\n\n{}\n", list.join("\n"));
    for (text, names) in by_text {
        let names: Vec<String> = names.into_iter().collect();
        out += &format!("\n{}\n{}\n\n{}\n", "=".repeat(80), names.join(", "), text.trim_end());
    }
    Ok(out)
}

/// The crates of others that the program depends on when it runs, sorted by name.
fn linked(metadata: &Metadata) -> anyhow::Result<Vec<&Package>> {
    let resolved = metadata.resolve.as_ref().context("cargo resolved no dependencies")?;
    let nodes: BTreeMap<&PackageId, _> = resolved.nodes.iter().map(|node| (&node.id, node)).collect();
    let program = metadata.packages.iter().find(|package| package.name.as_str() == "nanobragg");
    let mut open = vec![&program.context("the workspace has no package nanobragg")?.id];
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let is_linked = |kinds: &[cargo_metadata::DepKindInfo]| {
            kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
        };
        let used = nodes.get(id).context("a dependency is not resolved")?;
        open.extend(used.deps.iter().filter(|used| is_linked(&used.dep_kinds)).map(|used| &used.pkg));
    }
    let mut packages: Vec<&Package> = metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some() && seen.contains(&package.id))
        .collect();
    packages.sort_by_key(|package| (package.name.to_string(), package.version.clone()));
    Ok(packages)
}

/// The texts that lie in the folder of a crate.
fn of_package(package: &Package) -> anyhow::Result<Vec<String>> {
    let folder = package.manifest_path.parent().context("a manifest is in a folder")?;
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && is_licence(&path) {
            texts.push(std::fs::read_to_string(&path).with_context(|| path.display().to_string())?);
        }
    }
    texts.sort();
    Ok(texts)
}

fn is_licence(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    NAMES.iter().any(|start| name.starts_with(start))
}
