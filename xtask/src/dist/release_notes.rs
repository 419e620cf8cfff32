//! What is new in a version: its section of CHANGELOG.md.

use std::path::Path;

use anyhow::Context;

/// The section of a version, or of what is unreleased, under its heading.
pub(crate) fn of(changelog: &Path, version: &str) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(changelog)?;
    let section = section(&text, version).or_else(|| section(&text, "Unreleased"));
    let section = section.with_context(|| format!("{} has no section {version}", changelog.display()))?;
    Ok(format!("# nanobragg {version}\n\n{section}\n"))
}

/// What is below the heading that begins with a name, up to the next.
fn section<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut sections = text.split("\n## ").skip(1).filter_map(|section| section.split_once('\n'));
    sections
        .find(|(heading, _)| heading.split_whitespace().next() == Some(name))
        .map(|(_, below)| below.trim())
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let text =
            "# Changes\n\n## Unreleased\n\n- new\n\n## 0.10.0 (2026-01-02)\n\n- ten\n\n## 0.1.0\n\n- one\n";
        for (name, expected) in [
            ("Unreleased", Some("- new")),
            ("0.10.0", Some("- ten")),
            ("0.1.0", Some("- one")),
            ("0.1", None),
        ] {
            assert_eq!(section(text, name), expected, "{name}");
        }
    }
}
