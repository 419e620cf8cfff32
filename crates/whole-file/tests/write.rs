//! One file at a time.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use std::fs;
use std::io;
use std::path::Path;

use whole_file::write;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_failed_write_leaves_the_old_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image.bin");
    write(&path, |out| out.write_all(b"old")).unwrap();
    let error = write(&path, |out| {
        out.write_all(&[0; 1 << 17])?;
        Err(io::Error::other("the detector is off"))
    })
    .unwrap_err();
    assert_eq!(error.to_string(), format!("{}: cannot be written: the detector is off", path.display()));
    assert_eq!((error.path, fs::read(&path).unwrap()), (path, b"old".to_vec()));
    assert_eq!(names(folder.path()), ["image.bin"]);
}

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = write(folder.path().join("no/image.bin"), |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("no/image.bin: cannot be written: "), "{error}");
}

#[test]
fn a_folder_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    assert!(write(folder.path(), |out| out.write_all(b"x")).is_err());
    assert!(folder.path().is_dir() && names(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn permissions_are_those_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plain"), b"").unwrap();
    write(folder.path().join("whole"), |_| Ok(())).unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("whole"), mode("plain"));
}

#[cfg(unix)]
#[test]
fn links_are_followed_even_to_what_is_not_there_yet() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("data")).unwrap();
    symlink("second", at("first")).unwrap();
    symlink("data/file", at("second")).unwrap();
    for content in [b"new", b"old"] {
        write(at("first"), |out| out.write_all(content)).unwrap();
        assert_eq!(fs::read(at("data/file")).unwrap(), content);
    }
    assert!(["first", "second"].iter().all(|name| fs::symlink_metadata(at(name)).unwrap().is_symlink()));
    assert_eq!(names(&at("data")), ["file"]);
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_stays_a_device() {
    use std::os::unix::fs::FileTypeExt;
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    for path in [link.as_path(), Path::new("/dev/null")] {
        write(path, |out| out.write_all(b"x")).unwrap();
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_device_refuses_at_the_last_moment_is_an_error() {
    let error = write("/dev/full", |out| out.write_all(b"x")).unwrap_err();
    assert!(error.to_string().starts_with("/dev/full: cannot be written: "), "{error}");
}
