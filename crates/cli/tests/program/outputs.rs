//! Outputs that cannot be written: the old files stay, the status is 1, and the message names what was typed.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Output};

use crate::workplace::{CRYSTAL, DETECTOR, files, hidden, program, run_in, workplace};

fn refused(what: &str, output: &Output, expected: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{what}: {told}");
    assert!(told.contains(expected) && !told.contains(".part"), "{what}: {told}");
}

#[test]
fn an_output_that_cannot_be_written_leaves_the_old_files() {
    let folder = workplace();
    let path = folder.path();
    std::fs::create_dir(path.join("taken")).unwrap();
    let line = |more: &str| format!("{CRYSTAL} {DETECTOR} {more}");
    assert!(program(path, &line("")).output().unwrap().status.success());
    let before = files(path);
    for flag in ["-floatfile", "-intfile", "-pgmfile", "-noisefile", "-expt-out", "-hkl list.hkl -dump"] {
        for output in ["no/x", "taken", "list.hkl/x", "/proc/x", "/dev/full", &"x".repeat(300)] {
            let what = format!("{flag} {output}");
            let run = program(path, &line(&format!("-default_F 7 {what}"))).output().unwrap();
            refused(&what, &run, output);
            assert!(files(path) == before && hidden(path).is_empty(), "{what}: {:?}", files(path).keys());
        }
    }
}

/// Without permission, as another user than root, who has it everywhere.
#[test]
fn a_folder_without_permission_is_left_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let folder = workplace();
    let path = folder.path();
    let line = |more: &str| format!("{CRYSTAL} {DETECTOR} {more}");
    assert!(program(path, &line("")).output().unwrap().status.success());
    let before = files(path);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o555)).unwrap();
    let run = if std::fs::create_dir(path.join("try")).is_err() {
        program(path, &line("-default_F 7"))
    } else {
        std::fs::remove_dir(path.join("try")).unwrap();
        let mut other = Command::new("setpriv");
        other.args(["--reuid=65534", "--clear-groups", env!("CARGO_BIN_EXE_nanobragg")]);
        other.args(line("-default_F 7").split_whitespace()).current_dir(path);
        other
    }
    .output();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    match run {
        Ok(run) if !String::from_utf8_lossy(&run.stderr).contains("setpriv:") => {
            refused("a folder without permission", &run, "Permission denied");
        }
        other => println!("skipped a_folder_without_permission_is_left_as_it_is: no other user: {other:?}"),
    }
    assert!(files(path) == before && hidden(path).is_empty());
}

/// Runs a shell script in a small file system of its own, where the program is `$1` and its arguments `$2`.
///
/// `None`, said, where nothing can be mounted.
fn on_a_small_disk(folder: &Path, options: &str, script: &str) -> Option<Output> {
    let script =
        format!("mkdir small; mount -t tmpfs -o {options} tmpfs small || exit 99; cd small; {script}");
    let output = Command::new("unshare")
        .current_dir(folder)
        .args(["--mount", "sh", "-c", &script, "sh", env!("CARGO_BIN_EXE_nanobragg"), CRYSTAL])
        .output();
    match output {
        Ok(output) if output.status.code() != Some(99) && !output.stderr.starts_with(b"unshare:") => {
            Some(output)
        }
        other => {
            println!("skipped: no small disk can be mounted here: {other:?}");
            None
        }
    }
}

/// One set of images has room, the next does not beside it.
#[test]
fn a_full_disk_leaves_the_old_files() {
    let script = "$1 $2 -detpixels 140 > /dev/null 2>&1 || exit 98; sha256sum *; \
        $1 $2 -detpixels 140 -default_F 7 > /dev/null; status=$?; sha256sum *; ls -A | wc -l; exit $status";
    // Of blocks, and of files.
    for options in ["size=300k", "size=10m,nr_inodes=9"] {
        let folder = workplace();
        let Some(run) = on_a_small_disk(folder.path(), options, script) else { return };
        refused(options, &run, "No space left");
        let out = String::from_utf8(run.stdout).unwrap();
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines.len(), 11, "{out}");
        assert_eq!((&lines[..5], lines[10]), (&lines[5..10], "5"), "{out}");
    }
}

#[test]
fn a_disk_that_is_read_only_is_left_as_it_is() {
    let script = "$1 $2 -detpixels 24 > /dev/null 2>&1 || exit 98; sha256sum *; mount -o remount,ro . || exit 99; \
        $1 $2 -detpixels 24 -default_F 7 > /dev/null; status=$?; sha256sum *; ls -A | wc -l; exit $status";
    let folder = workplace();
    let Some(run) = on_a_small_disk(folder.path(), "size=1m", script) else { return };
    refused("a read-only disk", &run, "Read-only file system");
    let out = String::from_utf8(run.stdout).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((&lines[..5], lines[10]), (&lines[5..10], "5"), "{out}");
}

/// A file has many spellings: two outputs of one file, and one that is read, are told from each other before a step.
#[test]
fn a_file_under_two_spellings_is_one_file() {
    let folder = workplace();
    let path = folder.path();
    std::fs::create_dir(path.join("sub")).unwrap();
    std::fs::copy(path.join("list.hkl"), path.join("list_2.hkl")).unwrap();
    std::os::unix::fs::symlink("same.bin", path.join("link")).unwrap();
    std::os::unix::fs::symlink("header.img", path.join("header_link")).unwrap();
    let absolute = path.join("same.bin").display().to_string();
    for (outputs, expected) in [
        ("-floatfile same.bin -intfile ./same.bin", "-floatfile and -intfile both write ./same.bin"),
        ("-floatfile link -intfile same.bin", "-floatfile and -intfile both write same.bin"),
        ("-cbffile same.bin -smvfile sub/../same.bin", "-cbffile and -smvfile both write sub/../same.bin"),
        (
            &*format!("-npyfile same.bin -expt-out {absolute}"),
            &*format!("-npyfile and -expt-out both write {absolute}"),
        ),
        (
            "-hkl list.hkl -intfile sub/../list.hkl",
            "-intfile would replace sub/../list.hkl, which -hkl reads",
        ),
        ("-mask header.img -smvfile header_link", "-smvfile would replace header_link, which -mask reads"),
        ("-img header.img -expt-out ./header.img", "-expt-out would replace ./header.img, which -img reads"),
        ("-img header_link -intfile header.img", "-intfile would replace header.img, which -img reads"),
        (
            "-hkl list_2.hkl -images 2 -osc 1 -intfile ./list_#.hkl",
            "-intfile would replace ./list_2.hkl, which -hkl reads",
        ),
    ] {
        let before = files(path);
        let line = format!("{CRYSTAL} {DETECTOR} {outputs}");
        let run = run_in(path, &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{outputs}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("nanobragg: {expected}")), "{outputs}: {}", run.stderr);
        assert!(files(path) == before && hidden(path).is_empty(), "{outputs}");
    }
}

#[test]
fn a_file_of_a_panel_does_not_replace_what_is_read() {
    let folder = workplace();
    std::fs::copy(folder.path().join("list.hkl"), folder.path().join("list_2.hkl")).unwrap();
    let line = "-cell 30 35 40 -N 2 -seed 1 -hkl list_2.hkl -expt two_by_three.expt -intfile ./list.hkl";
    let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!((run.status, &*run.stdout), (Some(2), ""), "{}", run.stderr);
    assert!(run.stderr.contains("-intfile would replace ./list_2.hkl, which -hkl reads"), "{}", run.stderr);
}

/// Beside the floats is the file that states their type and shape.
#[test]
fn a_name_that_floats_cannot_have_is_refused_for_what_it_is() {
    let folder = workplace();
    let path = folder.path();
    for (name, status, expected) in [
        (".", 1, ".: cannot be written: is a directory"),
        ("..", 1, "..: cannot be written: is a directory"),
        ("/", 1, "/: cannot be written: is a directory"),
        ("", 1, ": cannot be written: invalid filename"),
        (
            "floatimage.json",
            2,
            "-floatfile: expected another name than floatimage.json: the type and shape of the floats are written beside them \
             to floatimage.json",
        ),
    ] {
        let line = format!("{CRYSTAL} {DETECTOR} -floatfile");
        let words: Vec<&str> = line.split_whitespace().chain([name]).collect();
        let run = run_in(path, &words);
        let told = run.stderr.lines().find(|line| !line.contains(": warning: ")).unwrap_or_default();
        assert_eq!((run.status, told), (Some(status), &*format!("nanobragg: {expected}")), "{name}");
        assert!(run.stdout.is_empty() && run.files.is_empty(), "{name}: {}", run.stdout);
    }
}

/// A file is written beside the old one and renamed, which asks for no permission of the old one.
#[test]
fn a_read_only_file_is_kept_and_told_before_rendering() {
    use std::os::unix::fs::PermissionsExt;
    for flag in ["-floatfile", "-intfile", "-cbffile", "-nxmx", "-expt-out", "-hkl list.hkl -dump"] {
        let folder = workplace();
        let path = folder.path();
        std::fs::write(path.join("ro"), "old").unwrap();
        std::fs::set_permissions(path.join("ro"), std::fs::Permissions::from_mode(0o444)).unwrap();
        let line = format!("{CRYSTAL} {DETECTOR} -default_F 7 {flag} ro");
        let run = run_in(path, &line.split_whitespace().collect::<Vec<_>>());
        let told = run.stderr.lines().find(|line| !line.contains(": warning: ")).unwrap_or_default();
        assert_eq!((run.status, told), (Some(1), "nanobragg: ro: cannot be written: is read-only"), "{flag}");
        assert!(run.stdout.is_empty() && run.files.is_empty() && hidden(path).is_empty(), "{flag}");
        assert_eq!(files(path)["ro"], b"old", "{flag}");
    }
}
