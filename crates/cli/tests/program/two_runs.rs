//! Two runs that write to one folder at once: its files are then those of one of them.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Child;

use crate::workplace::{CRYSTAL, files, hidden, program, workplace};

type Files = BTreeMap<String, Vec<u8>>;

/// Starts two runs; says with which statuses they ended.
fn both(folder: &Path, lines: [&str; 2]) -> [Option<i32>; 2] {
    let runs = lines.map(|line| program(folder, line).spawn().unwrap());
    runs.map(|run: Child| run.wait_with_output().unwrap().status.code())
}

/// The files of a line alone.
fn alone(folder: &Path, line: &str) -> Files {
    assert!(program(folder, line).output().unwrap().status.success());
    files(folder)
}

#[test]
fn two_runs_in_one_folder_do_not_mix_their_files() {
    let folder = workplace();
    let path = folder.path();
    let lines = [(1, 100), (2, 200)].map(|(seed, fill)| {
        let files = "-hkl list.hkl -dump new.bin -expt-out new.expt";
        format!("{CRYSTAL} -detpixels 300 {files} -seed {seed} -N {} -default_F {fill}", 4 + seed)
    });
    let lines = [&lines[0][..], &lines[1]];
    let sets = lines.map(|line| alone(path, line));
    let mut last = [0; 2];
    for pair in 0..40 {
        let order = if pair % 2 == 0 { [0, 1] } else { [1, 0] };
        assert_eq!(both(path, order.map(|run| lines[run])), [Some(0); 2]);
        let found = files(path);
        let Some(set) = sets.iter().position(|set| *set == found) else { panic!("mixed at pair {pair}") };
        last[set] += 1;
        assert_eq!(hidden(path), [""; 0]);
    }
    println!("40 pairs of runs: the one was last {} times, the other {}", last[0], last[1]);
}

/// One writes its images, the other is told that they are there.
#[test]
fn of_two_runs_that_replace_nothing_one_writes() {
    let lines =
        [1, 2].map(|seed| format!("{CRYSTAL} -detpixels 300 -seed {seed} -default_F {seed}0 -no-clobber"));
    let sets = [0, 1].map(|run| alone(workplace().path(), &lines[run]));
    for pair in 0..10 {
        let folder = workplace();
        let statuses = both(folder.path(), [&lines[0], &lines[1]]);
        let winner = usize::from(statuses[1] == Some(0));
        assert_eq!((statuses[winner], statuses[1 - winner]), (Some(0), Some(1)), "pair {pair}");
        assert!(files(folder.path()) == sets[winner], "pair {pair}");
        assert_eq!(hidden(folder.path()), [""; 0]);
    }
}

/// Their outputs lie in two folders, in opposite order, one of them behind a link.
#[test]
fn runs_in_two_folders_neither_mix_nor_wait_for_each_other() {
    let folder = workplace();
    let path = folder.path();
    for sub in ["a", "b"] {
        std::fs::create_dir(path.join(sub)).unwrap();
    }
    std::os::unix::fs::symlink("a", path.join("link")).unwrap();
    std::os::unix::fs::symlink("../b/int.img", path.join("a/int.img")).unwrap();
    let line = |fill: u32, a: &str, int: &str| {
        format!(
            "{CRYSTAL} -detpixels 200 -default_F {fill} -floatfile {a}/float.bin -intfile {int}/int.img \
                 -noisefile b/noise.img -pgmfile {a}/image.pgm"
        )
    };
    let lines = [line(10, "a", "link"), line(20, "link", "b")];
    let found = || ["a", "b"].map(|sub| files(&path.join(sub)));
    let sets = [0, 1].map(|run| {
        alone(path, &lines[run]);
        found()
    });
    for pair in 0..20 {
        assert_eq!(both(path, [&lines[0], &lines[1]]), [Some(0); 2]);
        assert!(sets.contains(&found()), "mixed at pair {pair}");
        assert!(path.join("a/int.img").is_symlink());
        assert!(["a", "b"].iter().all(|sub| hidden(&path.join(sub)).is_empty()));
    }
}
