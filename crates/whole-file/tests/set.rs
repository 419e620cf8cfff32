//! Files that get their names together.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::fs;
use std::io;
use std::path::Path;

use whole_file::FileSet;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn files_of_all_threads_appear_at_the_commit() {
    let folder = tempfile::tempdir().unwrap();
    let (set, path) = (FileSet::new(), folder.path());
    fs::write(path.join("2"), "old").unwrap();
    std::thread::scope(|scope| {
        for name in ["1", "2", "3", "4"] {
            let set = &set;
            scope.spawn(move || set.write(path.join(name), |out| out.write_all(name.as_bytes())).unwrap());
        }
    });
    assert_eq!(fs::read(path.join("2")).unwrap(), b"old");
    assert!(["1", "3", "4"].iter().all(|name| !path.join(name).exists()));
    set.commit().unwrap();
    assert_eq!(names(path), ["1", "2", "3", "4"]);
    assert!(names(path).iter().all(|name| fs::read_to_string(path.join(name)).unwrap() == *name));
}

#[test]
fn a_set_without_a_commit_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let set = FileSet::new();
    set.write(folder.path().join("good"), |out| out.write_all(b"x")).unwrap();
    let error = set.write(folder.path().join("bad"), |_| Err(io::Error::other("no beam"))).unwrap_err();
    assert!(error.to_string().ends_with("bad: cannot be written: no beam"), "{error}");
    assert_eq!(names(folder.path()).len(), 1, "the finished file under its hidden name");
    drop(set);
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_name_is_taken_once() {
    let folder = tempfile::tempdir().unwrap();
    let set = FileSet::new();
    fs::create_dir(folder.path().join("sub")).unwrap();
    set.write(folder.path().join("file"), |out| out.write_all(b"first")).unwrap();
    let error = set.write(folder.path().join("sub/../file"), |out| out.write_all(b"second")).unwrap_err();
    assert_eq!(error.reason.kind(), io::ErrorKind::AlreadyExists);
    set.commit().unwrap();
    assert_eq!(fs::read(folder.path().join("file")).unwrap(), b"first");
    assert_eq!(names(folder.path()), ["file", "sub"]);
}

#[test]
fn a_file_that_cannot_get_its_name_is_named_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let set = FileSet::new();
    let path = folder.path().join("file");
    set.write(&path, |out| out.write_all(b"x")).unwrap();
    set.write(folder.path().join("later"), |out| out.write_all(b"x")).unwrap();
    fs::create_dir(&path).unwrap();
    let error = set.commit().unwrap_err();
    assert_eq!(error.path, path);
    assert_eq!(names(folder.path()), ["file"]);
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_at_once() {
    use std::os::unix::fs::FileTypeExt;
    let set = FileSet::new();
    set.write("/dev/null", |out| out.write_all(b"x")).unwrap();
    set.commit().unwrap();
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}
