//! The links of the documentation: nothing may point at what is not there.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use anyhow::Context;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::root;

/// The folder of the book.
const BOOK: &str = "docs";

/// A page: where it points, and what may be pointed at in it.
struct Page {
    links: Vec<String>,
    anchors: Vec<String>,
}

impl Page {
    fn of(markdown: &str) -> Self {
        let mut page = Self { links: Vec::new(), anchors: Vec::new() };
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    page.anchors.extend(heading.take().map(|text| anchor(&text)))
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        page
    }
}

/// The anchor that mdBook and GitHub give to a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// What is wrong with the links of all pages, and with the summary of the book.
pub(crate) fn complaints() -> anyhow::Result<Vec<String>> {
    let mut names: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(PathBuf::from).into();
    names.extend(markdown_in(Path::new(BOOK))?);
    for entry in std::fs::read_dir(root().join("crates"))? {
        names.push(Path::new("crates").join(entry?.file_name()).join("README.md"));
    }
    let mut pages = BTreeMap::new();
    for name in names {
        let text = std::fs::read_to_string(root().join(&name)).with_context(|| name.display().to_string())?;
        pages.insert(name, Page::of(&text));
    }
    let mut complaints = Vec::new();
    for (name, page) in &pages {
        for link in &page.links {
            if let Some(complaint) = wrong(name, link, &pages) {
                complaints.push(format!("{}: {link}: {complaint}", name.display()));
            }
        }
    }
    complaints.extend(chapters(&pages));
    Ok(complaints)
}

/// Why a link of a page leads nowhere.
fn wrong(page: &Path, link: &str, pages: &BTreeMap<PathBuf, Page>) -> Option<&'static str> {
    if link.starts_with("https://") {
        return None;
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let target = if file.is_empty() { page.to_owned() } else { joined(page.parent()?, file) };
    if !root().join(&target).exists() {
        return Some("there is no such file");
    }
    if page.starts_with(BOOK) && !target.starts_with(BOOK) {
        return Some("the book does not hold it");
    }
    let anchor = anchor?;
    let there = pages.get(&target).is_some_and(|page| page.anchors.iter().any(|one| one == anchor));
    (!there).then_some("there is no such heading")
}

/// A path relative to a folder, without `..`.
fn joined(folder: &Path, relative: &str) -> PathBuf {
    let mut path = folder.to_owned();
    for part in Path::new(relative).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path
}

/// Chapters that the summary leaves out or names twice, and pictures that no page shows.
fn chapters(pages: &BTreeMap<PathBuf, Page>) -> Vec<String> {
    let summary = Path::new(BOOK).join("SUMMARY.md");
    let listed = &pages[&summary].links;
    let mut complaints = Vec::new();
    for name in pages.keys().filter(|name| name.starts_with(BOOK) && **name != summary) {
        let times = listed.iter().filter(|link| Path::new(BOOK).join(link) == **name).count();
        if times != 1 {
            complaints.push(format!("{}: {times} times in the summary of the book", name.display()));
        }
    }
    let shown: Vec<PathBuf> = pages
        .iter()
        .flat_map(|(name, page)| {
            page.links.iter().map(|link| joined(name.parent().unwrap_or(Path::new("")), link))
        })
        .collect();
    let pictures = std::fs::read_dir(root().join(BOOK).join("pictures")).into_iter().flatten().flatten();
    for picture in pictures {
        let path = Path::new(BOOK).join("pictures").join(picture.file_name());
        if !shown.contains(&path) {
            complaints.push(format!("{}: no page shows it", path.display()));
        }
    }
    complaints
}

fn markdown_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root().join(folder))? {
        let name = folder.join(entry?.file_name());
        if name.extension().is_some_and(|extension| extension == "md") {
            names.push(name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{Page, anchor};

    #[test]
    fn links_and_headings_are_found() {
        let page = Page::of(
            "# Q1: phi = 0\n\n[a](b.md#c) ![d](e.png) `[f](g)`\n\n```sh\n[h](i)\n```\n\n| [j](k) |\n|---|\n",
        );
        assert_eq!(page.links, ["b.md#c", "e.png", "k"]);
        assert_eq!(page.anchors, ["q1-phi--0"]);
        assert_eq!(anchor("-oversample_thick, `x`"), "-oversample_thick-x");
    }
}
