//! Every file below `fixtures/bad` that the program can be given is refused: exit status 3, a message that says the
//! file, the place, what was found and what was expected, and no output file.

use std::fmt::Write;
use std::path::PathBuf;

use crate::workplace::{fixtures, run_in, workplace};

const CRYSTAL: &str = "-cell 30 35 40 -N 4 -oversample 1 -seed 1 -water 1";

/// A folder, the flag that its files stand behind, and what else the run needs.
const FOLDERS: &[(&str, &str, &str)] = &[
    ("hkl", "-hkl", "-detpixels 8 -max-grid-bytes 4294967296"),
    ("fdump", "-dump", "-detpixels 8"),
    ("smv", "-mask", "-default_F 10"),
    ("smv", "-img", "-default_F 10"),
    ("smv_header", "-mask", "-default_F 10"),
    ("smv_header", "-img", "-default_F 10"),
    ("mask", "-mask", "-default_F 10 -detpixels_f 24 -detpixels_s 20"),
    ("matrix", "-mat", "-default_F 10 -detpixels 8"),
    ("sources", "-sourcefile", "-default_F 10 -detpixels 8"),
    ("stol", "-stol", "-default_F 10 -detpixels 8"),
    ("stol", "-4stol", "-default_F 10 -detpixels 8"),
    ("stol", "-Q", "-default_F 10 -detpixels 8"),
];

/// What is wrong with these is in their pixels or in how these are laid out, and `-img` reads the header alone.
const PIXELS_ALONE: &[&str] = &[
    "byte_order_unknown.img",
    "no_size1.img",
    "only_longer_key.img",
    "pixels_cut_short.img",
    "pixels_go_on.img",
    "three_dimensions.img",
    "type_float.img",
    "type_signed.img",
];

fn files_of(folder: &str) -> Vec<PathBuf> {
    let folder = fixtures().join("bad").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            !matches!(path.file_name().and_then(|name| name.to_str()), Some("README.md" | ".gitattributes"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_bad_file_is_refused_with_its_place() {
    let work = workplace();
    let (mut said, mut count, mut complaints) = (String::new(), 0, Vec::new());
    for (folder, flag, needs) in FOLDERS {
        writeln!(said, "\n{folder} {flag}\n").unwrap();
        for path in files_of(folder) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if *flag == "-img" && PIXELS_ALONE.contains(&name.as_str()) {
                continue;
            }
            // Under its own name in the folder of the run, so that the message has no path.
            std::fs::copy(&path, work.path().join(&name)).unwrap();
            let words: Vec<&str> = CRYSTAL.split_whitespace().chain(needs.split_whitespace()).collect();
            let run = run_in(work.path(), &[&words[..], &[flag, &name]].concat());
            let message = run.stderr.lines().find(|line| !line.contains(": warning: ")).unwrap_or_default();
            if run.status != Some(3) || !run.files.is_empty() || !message.contains(&name) {
                let files: Vec<_> = run.files.keys().collect();
                complaints.push(format!("{flag} {name}: {:?} {message:?} {files:?}", run.status));
            }
            for file in run.files.keys() {
                std::fs::remove_file(work.path().join(file)).unwrap();
            }
            writeln!(said, "{}", message.trim_start_matches("nanobragg: ")).unwrap();
            std::fs::remove_file(work.path().join(&name)).unwrap();
            count += 1;
        }
    }
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
    assert!(count >= 40, "only {count} files");
    insta::assert_snapshot!("bad_input", said);
}

#[test]
fn every_folder_says_why_each_of_its_files_is_bad() {
    for (folder, ..) in FOLDERS {
        let readme = std::fs::read_to_string(fixtures().join("bad").join(folder).join("README.md")).unwrap();
        for path in files_of(folder) {
            let name = format!("`{}`", path.file_name().unwrap().to_string_lossy());
            assert!(readme.contains(&name), "{folder}/README.md does not name {name}");
        }
    }
}

#[test]
fn a_file_that_is_not_there_and_a_folder_are_refused() {
    let work = workplace();
    std::fs::create_dir(work.path().join("folder")).unwrap();
    for flag in ["-hkl", "-dump", "-mask", "-img", "-mat", "-sourcefile", "-stol"] {
        for name in ["absent.file", "folder"] {
            let words: Vec<&str> =
                CRYSTAL.split_whitespace().chain(["-detpixels", "8", flag, name]).collect();
            let default: &[&str] = if matches!(flag, "-hkl" | "-dump") { &[] } else { &["-default_F", "10"] };
            let run = run_in(work.path(), &[&words[..], default].concat());
            assert_eq!(run.status, Some(3), "{flag} {name}: {}", run.stderr);
            assert!(run.stderr.contains(name) && run.files.is_empty(), "{flag} {name}: {}", run.stderr);
        }
    }
}
