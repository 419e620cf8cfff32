//! A run that was interrupted goes on with `-checkpoint`, and its images are those of a run that was not.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::workplace::{CRYSTAL, Run, program, run_in, workplace};

/// Two seconds of work; the orientation and the noise are drawn from the clock.
const LONG: &str = "-cell 30 35 40 80 95 100 -misset random -default_F 100 -N 5 -lambda 1 -distance 60 -pixel 0.1 \
    -detpixels 400 -oversample 2 -mosaic 1 -mosaic_domains 100 -phisteps 12 -osc 1 -checkpoint rows";
const SMALL: &str = "-detpixels 24 -checkpoint rows";

fn run(folder: &Path, line: &str) -> Run {
    run_in(folder, &line.split_whitespace().collect::<Vec<_>>())
}

/// The images, when the run was good and its checkpoint is gone.
fn images(folder: &Path, line: &str) -> BTreeMap<String, Vec<u8>> {
    let run = run(folder, line);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(!folder.join("rows").exists());
    run.files
}

/// A run whose checkpoint has so many bytes.
fn begun(folder: &Path, bytes: u64) -> Child {
    let rows = folder.join("rows");
    let mut run = program(folder, LONG).spawn().unwrap();
    let start = Instant::now();
    while std::fs::metadata(&rows).map_or(0, |file| file.len()) < bytes {
        assert!(start.elapsed() < Duration::from_secs(60), "no row was kept");
        assert!(run.try_wait().unwrap().is_none(), "the run was over before it was stopped");
        std::thread::sleep(Duration::from_millis(10));
    }
    run
}

/// The bytes of the checkpoint of a run that is killed when it has kept some rows.
fn of_a_killed_run(folder: &Path) -> Vec<u8> {
    let mut run = begun(folder, 50_000);
    run.kill().unwrap();
    run.wait().unwrap();
    std::fs::read(folder.join("rows")).unwrap()
}

/// Where the header ends.
fn header_bytes(checkpoint: &[u8]) -> usize {
    let line_ends = checkpoint.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    line_ends.map(|(place, _)| place + 1).nth(1).unwrap()
}

#[test]
fn after_a_kill_the_same_command_gives_the_same_bits() {
    let folder = workplace();
    let folder = folder.path();
    let kept = of_a_killed_run(folder);
    let header = header_bytes(&kept);
    let put = |bytes: &[u8]| std::fs::write(folder.join("rows"), bytes).unwrap();

    put(&kept[..header]);
    let uninterrupted = images(folder, LONG);
    assert!(uninterrupted.contains_key("noiseimage.img"));

    let mut damaged = kept.clone();
    damaged[usize::midpoint(header, kept.len())] ^= 1;
    for (bytes, more) in [(&kept[..], "-threads 1"), (&kept[..kept.len() - 3], "-threads 3"), (&damaged, "")]
    {
        put(bytes);
        assert!(images(folder, &format!("{LONG} {more}")) == uninterrupted, "{more}");
    }
}

/// The last line of an interrupted run names its checkpoint, and says whether there are rows in it.
#[test]
#[cfg(unix)]
fn an_interrupted_run_tells_how_to_go_on() {
    let folder = workplace();
    for bytes in [1, 50_000] {
        let run = begun(folder.path(), bytes);
        std::thread::sleep(Duration::from_millis(50));
        assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
        let output = run.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{told}");
        // How many rows are there when the signal comes is a matter of the machine.
        let kept = std::fs::read(folder.path().join("rows")).unwrap();
        let has_rows = kept.len() > header_bytes(&kept);
        let expected = if has_rows {
            "; the same command goes on from the rows in rows"
        } else {
            ", and rows has no row yet"
        };
        assert!(
            told.ends_with(&format!("nanobragg: interrupted: no file was written{expected}\n")),
            "{told}"
        );
        assert!(has_rows || bytes == 1, "{told}");
    }
    let again = run(folder.path(), LONG);
    assert_eq!(again.status, Some(0), "{}", again.stderr);
    assert!(again.stderr.contains("going on from rows: "), "{}", again.stderr);
}

/// A run that was killed while it wrote the header begins anew.
#[test]
fn half_a_header_is_no_header() {
    let folder = workplace();
    let line = format!("{CRYSTAL} {SMALL}");
    let fresh = images(folder.path(), &line);
    for begun in ["", "nanobragg check", "nanobragg checkpoint 1\n{\"clock_seed\":1,"] {
        std::fs::write(folder.path().join("rows"), begun).unwrap();
        assert!(images(folder.path(), &line) == fresh, "{begun}");
    }
}

/// When the disk is full only at the end, nothing is rendered again.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the system has no /dev/full")]
fn rows_are_kept_until_the_images_are_written() {
    const CRYSTAL: &str =
        "-cell 30 35 40 80 95 100 -default_F 100 -N 6 -oversample 1 -seed 1 -checkpoint rows";
    for (detector, rows) in [
        ("-lambda 1 -distance 60 -pixel 1 -detpixels 24", "24 of 24"),
        ("-lambda 1 -distance 60 -pixel 1 -detpixels 24 -roi 0 23 5 10", "6 of 6"),
        ("-expt two_by_three.expt", "192 of 192"),
    ] {
        let folder = workplace();
        let line = format!("{CRYSTAL} {detector}");
        let failed = run(folder.path(), &format!("{line} -floatfile /dev/full"));
        assert_eq!(failed.status, Some(1), "{}", failed.stderr);
        let again = run(folder.path(), &line);
        assert_eq!(again.status, Some(0), "{}", again.stderr);
        assert!(again.stderr.contains(&format!("going on from rows: {rows}")), "{}", again.stderr);
        let fresh = run(folder.path(), &line);
        assert_eq!(again.image(), fresh.image());
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the system has no /dev/full")]
fn the_checkpoint_of_another_experiment_is_refused_with_the_first_difference() {
    let folder = workplace();
    let folder = folder.path();
    let base = format!("{CRYSTAL} {SMALL} -hkl list.hkl");
    assert_eq!(run(folder, &format!("{base} -floatfile /dev/full")).status, Some(1));
    let kept = std::fs::read(folder.join("rows")).unwrap();
    for (more, difference) in [
        ("-default_F 101", "-default_F is 101.0, and was 100.0"),
        ("-phi 3 -osc 0.5", "-phi is 3.0, and was 0.0"),
        ("-compat c", "-compat is \"compat\", and was \"physics\""),
        ("-mask mask.img", "and was not given"),
    ] {
        let refused = run(folder, &format!("{base} {more}"));
        assert_eq!(refused.status, Some(3), "{more}: {}", refused.stderr);
        let message = refused.stderr.lines().last().unwrap();
        assert!(
            message.starts_with("nanobragg: rows: is the checkpoint of another experiment: "),
            "{message}"
        );
        assert!(message.contains(difference), "{message}");
        assert!(refused.files.is_empty());
        assert!(std::fs::read(folder.join("rows")).unwrap() == kept);
    }
    // Other reflections under the same name.
    let list = std::fs::read(folder.join("list.hkl")).unwrap();
    std::fs::write(folder.join("list.hkl"), [&list, &b"1 1 1 5\n"[..]].concat()).unwrap();
    let refused = run(folder, &base);
    assert_eq!(refused.status, Some(3), "{}", refused.stderr);
    assert!(refused.stderr.contains("-hkl is a file of"), "{}", refused.stderr);
    // Where a file is and what is written have no part in the photons.
    std::fs::write(folder.join("moved.hkl"), list).unwrap();
    let moved = base.replace("list.hkl", "moved.hkl");
    assert_eq!(run(folder, &format!("{moved} -nonoise -adc 5 -floatfile other.bin")).status, Some(0));
}

#[test]
fn a_file_that_is_no_checkpoint_is_left_alone() {
    let folder = workplace();
    let folder = folder.path();
    let list = std::fs::read(folder.join("list.hkl")).unwrap();
    for (more, status, expected) in [
        ("-checkpoint list.hkl", 3, "expected a checkpoint of this program or no file, found another file"),
        ("-checkpoint .", 1, "cannot be used as a checkpoint"),
        ("-checkpoint absent/rows", 1, "cannot be used as a checkpoint"),
        ("-checkpoint image.pgm", 2, "expected a checkpoint of its own, found the name of an output"),
        ("-checkpoint ./image.pgm", 2, "found the name of an output"),
    ] {
        let refused = run(folder, &format!("{CRYSTAL} -detpixels 24 {more}"));
        assert_eq!(refused.status, Some(status), "{more}: {}", refused.stderr);
        assert!(refused.stderr.contains(expected), "{more}: {}", refused.stderr);
        assert!(refused.files.is_empty(), "{more}: {:?}", refused.files.keys());
    }
    assert!(std::fs::read(folder.join("list.hkl")).unwrap() == list);
}

#[test]
fn two_runs_do_not_share_a_checkpoint() {
    let folder = workplace();
    let rows = File::create(folder.path().join("rows")).unwrap();
    rows.lock().unwrap();
    let line = format!("{CRYSTAL} {SMALL}");
    let refused = run(folder.path(), &line);
    assert_eq!(refused.status, Some(3), "{}", refused.stderr);
    assert!(refused.stderr.contains("rows: is the checkpoint of another run"), "{}", refused.stderr);
    rows.unlock().unwrap();
    images(folder.path(), &line);
}
