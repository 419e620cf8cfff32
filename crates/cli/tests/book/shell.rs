//! The commands of a chapter in one shell, in a folder with what the repository has.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::chapter::Chapter;
use crate::repository;

/// Runs all commands of a chapter, one after the other, and holds what they print against what the chapter shows.
pub(crate) fn run(chapter: &Chapter) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["fixtures", "golden"] {
        std::os::unix::fs::symlink(repository().join(name), folder.path().join(name)).unwrap();
    }
    // One shell, so that functions and variables of one block are there in the next.
    let mut script = "set -e\n".to_owned();
    for (place, command) in chapter.commands.iter().enumerate() {
        script += &format!("exec >.printed_{place} 2>&1\n{}\n", command.text);
    }
    let program = Path::new(env!("CARGO_BIN_EXE_nanobragg"));
    let path = std::env::var("PATH").unwrap();
    let status = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .status()
        .unwrap();
    let name = &chapter.name;
    for (place, command) in chapter.commands.iter().enumerate() {
        let Ok(printed) = std::fs::read_to_string(folder.path().join(format!(".printed_{place}"))) else {
            break;
        };
        let last = !folder.path().join(format!(".printed_{}", place + 1)).exists();
        assert!(status.success() || !last, "{name}: {}\nfails\n{printed}", command.text);
        if let Some(shown) = &command.output {
            assert!(agrees(shown, &printed), "{name}: {}\nprints\n{printed}", command.text);
        }
    }
    folder
}

/// Whether output is as shown, where `...` stands for any lines.
fn agrees(shown: &[String], printed: &str) -> bool {
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    matches(shown, &printed)
}

fn matches(shown: &[String], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == "..." => {
            (0..=printed.len()).any(|from| matches(rest, &printed[from..]))
        }
        Some((line, rest)) => {
            printed.split_first().is_some_and(|(one, others)| one == line && matches(rest, others))
        }
    }
}

#[test]
fn output_that_differs_is_told() {
    let shown = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(agrees(&shown("a\n...\nd"), "a\nb\nc\nd\n"));
    assert!(agrees(&shown("...\nb\n..."), "a\nb\n"));
    assert!(!agrees(&shown("a\n...\nd"), "a\nb\n"));
    assert!(!agrees(&shown("a"), "a\nb\n"));
    assert!(!agrees(&shown("a\nb"), "a\n"));
}
