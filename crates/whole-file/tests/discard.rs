//! A program that is about to end: alone in its process, because nothing can be written there afterwards.

use std::fs;
use std::sync::mpsc;
use std::time::Duration;

use whole_file::{FileSet, discard_pending, files_named};

#[test]
fn what_is_pending_is_removed_and_nothing_is_named_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    whole_file::write(at("old"), |out| out.write_all(b"old")).unwrap();
    let dropped = FileSet::new();
    let committed = FileSet::new();
    for set in [&dropped, &committed] {
        set.write(at("old"), |out| out.write_all(b"new")).unwrap();
        set.write(at("new"), |out| out.write_all(b"new")).unwrap();
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "a file and a hidden folder of each set");

    assert_eq!((discard_pending(), files_named()), (2, 1));
    drop(dropped);
    let (written, told) = mpsc::channel();
    let path = at("late");
    for late in [
        Box::new(move || committed.commit()) as Box<dyn FnOnce() -> _ + Send>,
        Box::new(move || whole_file::write(path, |out| out.write_all(b"late"))),
    ] {
        let written = written.clone();
        std::thread::spawn(move || written.send(late()));
    }
    assert!(told.recv_timeout(Duration::from_millis(100)).is_err(), "nothing returns");
    assert_eq!((discard_pending(), files_named()), (0, 1));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(fs::read(at("old")).unwrap(), b"old");
}
