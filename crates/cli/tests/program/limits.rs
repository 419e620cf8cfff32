//! What cannot be rendered is refused before memory or time is spent on it, and an image that is none is not written.

use std::time::{Duration, Instant};

use crate::workplace::{CRYSTAL, DETECTOR, Run, run};

fn refused(more: &str) -> Run {
    let start = Instant::now();
    let run = run(&format!("{CRYSTAL} {DETECTOR} {more}"));
    assert_eq!(run.status, Some(2), "{more}: {}", run.stderr);
    assert!(run.files.is_empty(), "{more} left {:?}", run.files.keys());
    assert!(start.elapsed() < Duration::from_secs(20), "{more}: {:?}", start.elapsed());
    run
}

/// Photons that overflow a 4-byte float are an error that names the pixel.
#[test]
fn an_image_that_is_not_finite_is_not_written() {
    for more in ["-default_F 1e30", "-fluence 1e308", "-water 1e30", "-default_F 1e200 -round_xtal"] {
        let run = refused(more);
        assert!(run.stderr.contains("photons: nothing is written"), "{more}: {}", run.stderr);
    }
}

/// Tables that do not fit are counted before they are made, and the flag that asks for them is named.
#[test]
fn tables_that_do_not_fit_are_refused_with_their_bytes() {
    for (more, flag) in [
        ("-osc 1 -phistep 1e-10", "-phistep"),
        ("-phisteps 2147483647", "-phisteps"),
        ("-mosaic 1 -mosaic_domains 2147483647", "-mosaic_domains"),
        ("-phisteps 1000000 -mosaic 1 -mosaic_domains 100000", "-mosaic_domains"),
        ("-hdivrange 2 -hdivstep 1e-10", "-hdivstep"),
        ("-dispersion 1 -dispsteps 2147483647", "-dispsteps"),
    ] {
        let run = refused(more);
        let message = run.stderr.lines().last().unwrap();
        assert!(message.contains("bytes") && message.contains(flag), "{more}: {}", run.stderr);
    }
}

/// The number of sub-pixels that is chosen automatically has a ceiling, and the warning tells how to ask for more.
#[test]
fn automatic_oversampling_has_a_ceiling() {
    let line = format!("{CRYSTAL} {DETECTOR} -roi 3 3 4 4 -samplesize 0.05").replace("-oversample 1", "");
    let run = run(&line);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("64 x 64"), "{}", run.stdout);
    assert!(run.stderr.contains("-oversample 250"), "{}", run.stderr);
}

/// A crystal of metres, or a wavelength given in metres, has fringes that no count of sub-pixels follows.
#[test]
fn fringes_beyond_all_counts_are_told_without_a_number() {
    let line = format!("{CRYSTAL} {DETECTOR} -roi 3 3 4 4 -lambda 1e-10").replace("-oversample 1", "");
    let run = run(&line);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("too fine for any number of sub-pixels, and 64 are used"), "{}", run.stderr);
    assert!(!run.stderr.contains("4294967295"), "{}", run.stderr);
}

/// Beyond a day, an automatic number of sub-pixels is refused; a given one is announced with its time.
#[test]
fn a_rendering_of_more_than_a_day_must_be_asked_for() {
    let line = format!("{CRYSTAL} -detpixels 9000 -phisteps 100000 -mosaic 1 -mosaic_domains 10");
    let run = run(&line.replace("-oversample 1", ""));
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("the rendering would take about"), "{}", run.stderr);
    assert!(run.files.is_empty());
}
