//! What the documentation shows runs as it stands.

use std::path::{Path, PathBuf};

use crate::workplace::{fixtures, run_in, workplace};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The blocks of a language in a Markdown file.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let start = format!("```{language}\n");
    text.split(&start).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_readme_names_the_oldest_compiler() {
    let text = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let expected = format!("This needs Rust {} or newer", env!("CARGO_PKG_RUST_VERSION"));
    assert!(text.contains(&expected), "{expected}");
}

/// The second example of the README: an entry of the Protein Data Bank becomes an image.
#[test]
fn the_protein_of_the_readme_has_spots_up_to_the_resolution() {
    let text = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let block = blocks(&text, "sh").into_iter().find(|block| block.contains("1orc.pdb")).unwrap();
    let folder = workplace();
    let line = block.replace("\\\n", " ").replace("fixtures/", &format!("{}/", fixtures().display()));
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    let run = run_in(folder.path(), &words);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("space group P 21 21 21"), "{}", run.stdout);
    // The background is below 10 photons.
    let spots = run.photons().iter().filter(|&&photons| photons > 1000.0).count();
    assert!(spots > 1000, "{spots} pixels");
    let corner = run.photons()[0];
    assert!(corner > 0.0 && corner < 10.0, "{corner} photons");
}

#[test]
fn every_description_in_the_guide_renders() {
    let text = std::fs::read_to_string(repository().join("docs/experiment.md")).unwrap();
    let descriptions = blocks(&text, "toml");
    assert_eq!(descriptions.len(), 5);
    for description in descriptions {
        let folder = workplace();
        std::fs::write(folder.path().join("experiment.toml"), &description).unwrap();
        let run = run_in(folder.path(), &["run", "experiment.toml"]);
        assert_eq!(run.status, Some(0), "{description}\n{}", run.stderr);
        assert!(!run.stderr.contains("warning: experiment.toml"), "{description}\n{}", run.stderr);
        assert!(run.photons().iter().any(|&photons| photons > 0.0), "{description}");
        let config = run_in(folder.path(), &["config", "experiment.toml"]);
        assert_eq!(config.status, Some(0), "{description}\n{}", config.stderr);
    }
}

#[test]
fn the_schema_in_the_documentation_is_the_programs() {
    let run = run_in(workplace().path(), &["config", "--schema"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let documented = std::fs::read_to_string(repository().join("docs/experiment.schema.json")).unwrap();
    assert!(
        run.stdout == documented,
        "write it anew with: cargo run --package nanobragg -- config --schema > docs/experiment.schema.json"
    );
}
