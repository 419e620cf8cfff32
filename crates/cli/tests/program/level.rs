//! Which of the programs of a release runs.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A level that the program under test is not built for.
const OTHER: &str = if cfg!(target_feature = "avx512f") { "x86-64-v3" } else { "x86-64-v4" };

/// Prints its name, its arguments and a variable of its environment, each on a line.
const SIBLING: &str = "#!/bin/sh\nprintf '<%s>\\n' \"$@\" \"$GREETING\"\n";

/// A folder with the program in `bin`, and with a script in the place of the program for [`OTHER`].
fn installed(script: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (bin, libexec) = (folder.path().join("bin"), folder.path().join("libexec/nanobragg"));
    std::fs::create_dir_all(&bin).unwrap();
    std::fs::create_dir_all(&libexec).unwrap();
    let program = bin.join("nanobragg");
    copy(Path::new(env!("CARGO_BIN_EXE_nanobragg")), &program);
    let sibling = libexec.join(format!("nanobragg-{OTHER}"));
    let written = folder.path().join("script");
    std::fs::write(&written, script).unwrap();
    std::fs::set_permissions(&written, std::fs::Permissions::from_mode(0o755)).unwrap();
    copy(&written, &sibling);
    (folder, program)
}

/// Copies a program in a process of its own: a file that this one has open is busy in what another test starts meanwhile, and
/// then cannot be started.
fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").args([from, to]).status().unwrap().success());
}

fn asked_for(level: &str, program: &Path, words: &[&str]) -> Output {
    Command::new(program).args(words).env("NANOBRAGG_LEVEL", level).env("GREETING", "hello").output().unwrap()
}

fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_other_program_gets_the_arguments_and_the_environment() {
    let (folder, program) = installed(SIBLING);
    // The programs are beside the file, not beside a link to it.
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&program, &link).unwrap();
    for path in [&program, &link] {
        let output = asked_for(OTHER, path, &["-cell", "70 80", "", "--version"]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "<-cell>\n<70 80>\n<>\n<--version>\n<hello>\n");
        assert!(output.status.success());
    }
}

#[test]
fn the_other_program_is_the_same_process() {
    let (_folder, program) = installed("#!/bin/sh\necho $$\n");
    let child = Command::new(&program)
        .env("NANOBRAGG_LEVEL", OTHER)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    assert_eq!(String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap(), format!("{id}\n"));
}

#[test]
fn a_program_in_libexec_looks_no_further() {
    let (folder, program) = installed(SIBLING);
    let within = folder.path().join("libexec/nanobragg/nanobragg");
    copy(&program, &within);
    let output = asked_for(OTHER, &within, &["--version"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(message(&output).contains("there are no others beside this one"), "{}", message(&output));
}

#[test]
fn a_level_that_cannot_be_had_is_refused() {
    let (folder, program) = installed(SIBLING);
    let sibling = folder.path().join("libexec/nanobragg").join(format!("nanobragg-{OTHER}"));
    std::fs::set_permissions(&sibling, std::fs::Permissions::from_mode(0o644)).unwrap();
    for (level, expected) in [
        ("x86-64-v9", "NANOBRAGG_LEVEL: expected x86-64-v2, x86-64-v3 or x86-64-v4, found \"x86-64-v9\""),
        (OTHER, "cannot be started"),
        ("x86-64-v2", "cannot be started"),
    ] {
        if level == "x86-64-v2" && cfg!(not(target_feature = "avx")) {
            continue;
        }
        let output = asked_for(level, &program, &["--version"]);
        assert_eq!(output.status.code(), Some(2), "{level}: {}", message(&output));
        assert!(message(&output).contains(expected), "{level}: {}", message(&output));
    }
}

/// A release that `cargo xtask dist` has made, on processors that QEMU pretends to be.
#[test]
fn a_release_runs_the_best_program_for_the_processor() {
    let release = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/dist/tree");
    let program = release.join("bin/nanobragg");
    let has_v3 = release.join("libexec/nanobragg/nanobragg-x86-64-v3").exists();
    if !program.exists() || Command::new("qemu-x86_64").arg("--version").output().is_err() {
        println!("skipped: needs qemu-x86_64 and a release in target/dist/tree (cargo xtask dist)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // Without XSAVE no operating system can keep the registers of AVX, whatever else the processor has.
    for (processor, expected) in
        [("Nehalem", "x86-64-v2"), ("Haswell", "x86-64-v3"), ("Haswell,-xsave", "x86-64-v2")]
    {
        // The better program is started by the system, without QEMU.
        if expected == "x86-64-v3" && !(has_v3 && std::arch::is_x86_feature_detected!("avx2")) {
            println!("skipped: {processor} needs a release with x86-64-v3 and a processor with AVX2");
            continue;
        }
        let output = Command::new("qemu-x86_64")
            .args(["-cpu", processor])
            .arg(&program)
            .args(
                "-v -cell 70 80 90 90 90 90 -default_F 1 -N 2 -lambda 1 -distance 100 -detpixels 4"
                    .split(' '),
            )
            .current_dir(folder.path())
            .env_remove("NANOBRAGG_LEVEL")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(
            told.contains(&format!("program for {expected}\n")),
            "{processor}: {told}{}",
            message(&output)
        );
    }
}
