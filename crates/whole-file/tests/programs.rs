//! Several programs in one folder, and programs that are killed: this test's own program, started again.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use whole_file::FileSet;

/// The folder and the content of a writer, which is no test of its own.
const FOLDER: &str = "WHOLE_FILE_TEST_FOLDER";
const CONTENT: &str = "WHOLE_FILE_TEST_CONTENT";

const FILES: usize = 10;

/// The files of a set, in two folders; every writer has them in another order.
fn paths(folder: &Path, first: usize) -> Vec<PathBuf> {
    (0..FILES)
        .map(|file| folder.join(["a", "b"][file % 2]).join(file.to_string()))
        .cycle()
        .skip(first)
        .take(FILES)
        .collect()
}

fn new_set(folder: &Path, content: usize) -> FileSet {
    let set = FileSet::new();
    for path in paths(folder, content) {
        set.write(path, |out| out.write_all(content.to_string().as_bytes())).unwrap();
    }
    set
}

/// Completes a set, says so, and names it when it is told to.
#[test]
#[ignore = "a part of the other tests"]
fn writer() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let set = new_set(Path::new(&folder), std::env::var(CONTENT).unwrap().parse().unwrap());
    println!("complete");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    set.commit().unwrap();
}

struct Writer {
    child: Child,
    /// Kept open: a writer that cannot print would fail.
    _stdout: BufReader<ChildStdout>,
}

impl Writer {
    /// Started, with its set complete.
    fn new(folder: &Path, content: usize) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer", "--ignored", "--nocapture"])
            .env(FOLDER, folder)
            .env(CONTENT, content.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("complete") {
            line.clear();
            assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "the writer ended");
        }
        Self { child, _stdout: stdout }
    }

    fn commit(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }
}

fn workplace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for sub in ["a", "b"] {
        fs::create_dir(folder.path().join(sub)).unwrap();
    }
    folder
}

fn contents(folder: &Path) -> Vec<String> {
    paths(folder, 0).iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The names that begin with a dot.
fn hidden(folder: &Path) -> usize {
    let entries = ["a", "b"].map(|sub| fs::read_dir(folder.join(sub)).unwrap());
    let names = entries.into_iter().flatten().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.as_encoded_bytes().starts_with(b".")).count()
}

#[test]
fn sets_of_several_programs_do_not_mix() {
    let folder = workplace();
    for round in 0..25 {
        let mut writers: Vec<Writer> = (0..4).map(|writer| Writer::new(folder.path(), writer)).collect();
        writers.iter_mut().for_each(Writer::commit);
        for writer in &mut writers {
            assert!(writer.child.wait().unwrap().success());
        }
        let contents = contents(folder.path());
        assert!(contents.iter().all(|content| *content == contents[0]), "round {round}: {contents:?}");
        assert_eq!(hidden(folder.path()), 0);
    }
}

/// Every file is the old or the new one; what is hidden is removed by the next program. `WHOLE_FILE_KILLS` is the number
/// of kills, 60 if it is not given.
#[test]
fn a_killed_program_leaves_whole_files() {
    let folder = workplace();
    let [mut old, mut new, mut mixed, mut left] = [0; 4];
    let kills = std::env::var("WHOLE_FILE_KILLS").map_or(60, |kills| kills.parse().unwrap());
    for kill in 0..kills {
        new_set(folder.path(), 1).commit().unwrap();
        assert_eq!(hidden(folder.path()), 0, "what kill {kill} left");
        let mut writer = Writer::new(folder.path(), 2);
        assert_eq!(hidden(folder.path()), 2);
        writer.commit();
        // Into and past the moment of the renames.
        let moment = Instant::now();
        while moment.elapsed() < Duration::from_micros(kill % 60 * 10) {}
        writer.child.kill().unwrap();
        writer.child.wait().unwrap();
        let contents = contents(folder.path());
        assert!(contents.iter().all(|content| content == "1" || content == "2"), "{contents:?}");
        match contents.iter().filter(|content| *content == "2").count() {
            0 => old += 1,
            FILES => new += 1,
            _ => mixed += 1,
        }
        left += usize::from(hidden(folder.path()) > 0);
    }
    println!(
        "{kills} kills at the renames of {FILES} files: old {old}, new {new}, mixed {mixed}; something hidden stayed {left} times"
    );
}

#[test]
fn files_of_a_program_that_lives_are_not_removed() {
    let folder = workplace();
    let mut waiting = Writer::new(folder.path(), 1);
    new_set(folder.path(), 2).commit().unwrap();
    assert_eq!((hidden(folder.path()), &contents(folder.path())[0][..]), (2, "2"));
    waiting.commit();
    assert!(waiting.child.wait().unwrap().success());
    assert_eq!((hidden(folder.path()), &contents(folder.path())[0][..]), (0, "1"));
}

/// As of `flock FOLDER program`, which holds the lock for as long as the program runs.
#[test]
fn a_lock_that_is_never_free_is_not_waited_for_without_end() {
    let folder = workplace();
    let held = File::open(folder.path().join("b")).unwrap();
    if let Err(error) = held.try_lock() {
        println!("skipped: folders cannot be locked here: {error}");
        return;
    }
    let start = Instant::now();
    new_set(folder.path(), 1).commit().unwrap();
    let waited = start.elapsed();
    assert!((1.0..5.0).contains(&waited.as_secs_f64()), "{waited:?}");
    assert_eq!(contents(folder.path())[0], "1");
}
