//! The commands of the book and of README.md, run as a reader types them, and the pictures that they draw.
//!
//! `NANOBRAGG_PICTURES=write cargo test --package nanobragg --test book` draws the pictures anew.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

mod chapter;
mod picture;
mod shell;

use std::path::{Path, PathBuf};

use chapter::Chapter;

/// Chapters whose commands another test runs, since they take long.
const RUN_ELSEWHERE: [(&str, &str); 1] = [("validation.md", "cargo xtask dials")];

/// Pictures that no command of the book draws, and what does.
const DRAWN_ELSEWHERE: [(&str, &str); 4] = [
    ("pictures/rotation.png", "cargo xtask dials --pictures"),
    ("pictures/merged.svg", "cargo xtask dials --pictures"),
    ("pictures/axes.svg", "by hand"),
    ("pictures/scaling.svg", "cargo xtask bench-scaling"),
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// README.md and the chapters, in order.
fn chapters() -> Vec<String> {
    let summary = std::fs::read_to_string(repository().join("docs/SUMMARY.md")).unwrap();
    let chapters = summary.split("](").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned());
    std::iter::once("../README.md".to_owned()).chain(chapters).collect()
}

#[test]
fn every_command_of_the_book_does_what_it_says() {
    let chapters = chapters();
    assert!(chapters.len() > 10, "{chapters:?}");
    for name in chapters {
        let file = repository().join("docs").join(&name);
        let chapter = Chapter::read(&file);
        if let Some((_, by)) = RUN_ELSEWHERE.iter().find(|(elsewhere, _)| *elsewhere == name) {
            println!("{name}: its commands are run by {by}");
            continue;
        }
        for command in &chapter.not_run {
            println!("{name}: not run: {command}");
        }
        let folder = shell::run(&chapter);
        for shown in &chapter.pictures {
            let drawn = folder.path().join(Path::new(shown).file_name().unwrap());
            if drawn.exists() {
                picture::hold_against(&drawn, &file.with_file_name(shown));
            } else {
                let by = DRAWN_ELSEWHERE.iter().find(|(elsewhere, _)| elsewhere == shown);
                assert!(by.is_some(), "{name}: no command draws {shown}");
            }
        }
    }
}
