//! A seed repeats a run to the byte; a seed from the clock is printed so that it can be given.

use crate::workplace::{CRYSTAL, DETECTOR, run, run_small};

/// Everything random at once.
const RANDOM: &str = "-misset random -misset_seed 5 -mosaic 1 -mosaic_domains 3 -mosaic_seed 7 -fluence 1e27";

#[test]
fn the_same_seeds_give_the_same_bytes() {
    let [first, second] = [run_small(RANDOM), run_small(RANDOM)];
    assert_eq!(first.files.len(), 5, "four images, and the shape of the floats");
    assert!(first.files == second.files, "the files differ");
    assert_eq!(first.stdout, second.stdout);
}

#[test]
fn another_seed_gives_other_bytes() {
    let base = run_small(RANDOM);
    for (more, file) in [
        ("-seed 2", "noiseimage.img"),
        ("-misset_seed 6", "floatimage.bin"),
        ("-mosaic_seed 8", "floatimage.bin"),
    ] {
        let other = run_small(&format!("{RANDOM} {more}"));
        assert!(other.files[file] != base.files[file], "{more} changes nothing in {file}");
    }
}

#[test]
fn seeds_from_the_clock_are_printed_and_repeat_the_run() {
    let crystal = CRYSTAL.replace("-seed 1", "");
    let line = format!("{crystal} {DETECTOR} -misset random -fluence 1e27");
    let first = run(&line);
    let printed = |name: &str| -> String {
        let words = format!("  {name} ");
        let found = first.stdout.lines().find(|line| line.starts_with(&words));
        let found = found.unwrap_or_else(|| panic!("no {name} in\n{}", first.stdout));
        assert!(found.contains("from the clock"), "{found}");
        found[words.len()..].split_whitespace().next().unwrap().to_owned()
    };
    let seeds = format!("-seed {} -misset_seed {}", printed("noise seed"), printed("misset seed"));
    let second = run(&format!("{line} {seeds}"));
    assert!(first.files == second.files, "{seeds} does not repeat the run");
}
