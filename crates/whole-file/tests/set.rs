//! Files that get their names together.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

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

/// Nothing gets its name when it can be seen beforehand that one file will not.
#[test]
fn a_set_that_cannot_be_whole_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let set = FileSet::new();
    let [first, last] = ["first", "last"].map(|name| folder.path().join(name));
    fs::write(&first, "old").unwrap();
    set.write(&first, |out| out.write_all(b"new")).unwrap();
    set.write(&last, |out| out.write_all(b"new")).unwrap();
    fs::create_dir(&last).unwrap();
    let error = set.commit().unwrap_err();
    assert_eq!((error.path, error.reason.kind()), (last, io::ErrorKind::IsADirectory));
    assert_eq!(
        (fs::read(first).unwrap(), names(folder.path())),
        (b"old".to_vec(), vec!["first".into(), "last".into()])
    );
}

#[test]
fn a_set_of_new_files_replaces_none() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (round, old) in [None, Some("old")].into_iter().enumerate() {
        let set = FileSet::of_new_files();
        set.write(at(&format!("first {round}")), |out| out.write_all(b"new")).unwrap();
        set.write(at("second"), |out| out.write_all(b"new")).unwrap();
        if let Some(old) = old {
            fs::write(at("second"), old).unwrap();
            let error = set.commit().unwrap_err();
            assert_eq!((error.path, error.reason.kind()), (at("second"), io::ErrorKind::AlreadyExists));
        } else {
            set.commit().unwrap();
        }
    }
    assert_eq!(names(folder.path()), ["first 0", "second"]);
    assert_eq!(fs::read(at("second")).unwrap(), b"old");
}

/// Only the rename itself tells that it cannot be: what was renamed before gets its old name.
#[cfg(target_os = "linux")]
#[test]
fn a_rename_that_is_refused_undoes_those_before_it() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["old", "protected"] {
        fs::write(at(name), "old").unwrap();
    }
    let protect = |how: &str| {
        let done = Command::new("chattr").arg(how).arg(at("protected")).output();
        done.is_ok_and(|output| output.status.success())
    };
    if !protect("+i") {
        println!("skipped: this user or file system cannot protect a file (chattr +i)");
        return;
    }
    let set = FileSet::new();
    for name in ["new", "old", "protected", "last"] {
        set.write(at(name), |out| out.write_all(b"new")).unwrap();
    }
    let error = set.commit().unwrap_err();
    let left = names(folder.path());
    assert!(protect("-i"));
    assert_eq!((error.path, error.reason.kind()), (at("protected"), io::ErrorKind::PermissionDenied));
    assert_eq!(left, ["old", "protected"]);
    assert_eq!(fs::read(at("old")).unwrap(), b"old");
}

#[test]
fn what_can_be_written_is_known_before() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "old").unwrap();
    fs::create_dir(at("sub")).unwrap();
    whole_file::check([at("file").as_path(), at("new").as_path()]).unwrap();
    for path in ["no/file", "file/below", "sub", &"x".repeat(300)].map(at).into_iter().chain([PathBuf::new()])
    {
        let error = whole_file::check([path.as_path()]).unwrap_err();
        assert_eq!(error.path, path);
        assert!(!error.to_string().contains(".part"), "{error}");
    }
    assert_eq!(names(folder.path()), ["file", "sub"]);
}

/// A rename asks for no permission of the file that it replaces, and root has all permissions.
#[test]
fn a_read_only_file_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["first", "protected"] {
        fs::write(at(name), "old").unwrap();
    }
    let mut permissions = fs::metadata(at("protected")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(at("protected"), permissions).unwrap();
    let set = FileSet::new();
    for name in ["first", "protected"] {
        set.write(at(name), |out| out.write_all(b"new")).unwrap();
    }
    let errors = [whole_file::check([at("protected").as_path()]).unwrap_err(), set.commit().unwrap_err()];
    for error in errors {
        assert_eq!(
            error.to_string(),
            format!("{}: cannot be written: is read-only", at("protected").display())
        );
    }
    assert!(["first", "protected"].iter().all(|name| fs::read(at(name)).unwrap() == b"old"));
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

/// A library that wants a path gets one, and its file its name with the others.
#[test]
fn a_reserved_file_is_named_with_its_set() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let set = FileSet::new();
    let reserved = set.reserve(&path).unwrap();
    assert!(!reserved.exists() && !path.exists());
    for error in [set.reserve(&path).unwrap_err(), {
        fs::write(&reserved, "content").unwrap();
        set.write(&path, |_| Ok(())).unwrap_err()
    }] {
        assert_eq!((error.path, error.reason.kind()), (path.clone(), io::ErrorKind::AlreadyExists));
    }
    set.write(folder.path().join("other"), |out| out.write_all(b"x")).unwrap();
    assert!(!path.exists());
    set.commit().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"content");
    assert_eq!(names(folder.path()), ["file", "other"]);
}

#[test]
fn a_reserved_file_that_was_not_created_names_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let set = FileSet::new();
    set.write(folder.path().join("other"), |out| out.write_all(b"x")).unwrap();
    let path = folder.path().join("file");
    set.reserve(&path).unwrap();
    let error = set.commit().unwrap_err();
    assert_eq!((error.path, error.reason.kind()), (path, io::ErrorKind::NotFound));
    assert_eq!(names(folder.path()), [""; 0]);
    let error = FileSet::new().reserve(folder.path()).unwrap_err();
    assert!(error.to_string().ends_with("it is not a regular file"), "{error}");
}
