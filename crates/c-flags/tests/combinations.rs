//! Random combinations of flags: a hundred small experiments from a fixed seed, through lowering, resolving and both lanes.
//!
//! None may panic; every pixel is finite and not negative; and the vector lane gives the scalar lane's image.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

mod common;

use common::random::{Dice, experiment, inputs};
use nanobragg_kernel::{render, render_scalar};

/// As many as a test run can wait for; `NANOBRAGG_RANDOM_EXPERIMENTS=10000` tries more.
const EXPERIMENTS: usize = 100;
/// Difference of the lanes, as a part of the image's maximum.
const TOLERANCE: f64 = 1e-10;

#[test]
fn a_hundred_random_experiments_give_sound_images_on_both_lanes() {
    let folder = tempfile::tempdir().unwrap();
    inputs(folder.path());
    let mut dice = Dice(20_240_531);
    let (mut lit, mut unequal) = (0, Vec::new());
    let wanted = std::env::var("NANOBRAGG_RANDOM_EXPERIMENTS").ok().and_then(|count| count.parse().ok());
    let count: usize = wanted.unwrap_or(EXPERIMENTS);
    for _ in 0..count {
        let line = experiment(&mut dice, folder.path());
        let resolved = match common::described(&line, folder.path(), usize::MAX) {
            Ok(resolved) => resolved,
            // Two rotations may turn a detector around.
            Err(error) if error.to_string().contains("its back to the sample") => continue,
            Err(error) => panic!("{error}\n{line}"),
        };
        // What a tolerance leaves out depends on the lane's width.
        let mut simulation = resolved.simulation.clone();
        simulation.tolerance_photons = 0.0;
        let [wide, scalar] =
            [render, render_scalar].map(|lane| lane(&simulation, &|| ()).panels.remove(0).image);
        let largest = scalar.iter().fold(0.0f64, |max, &photons| max.max(f64::from(photons)));
        lit += usize::from(largest > 0.0);
        for ((at, &w), &s) in wide.indexed_iter().zip(&scalar) {
            assert!(w.is_finite() && w >= 0.0, "{w} at {at:?}\n{line}");
            assert!(s.is_finite() && s >= 0.0, "{s} at {at:?} on the scalar lane\n{line}");
            let off = (f64::from(w) - f64::from(s)).abs();
            assert!(off <= TOLERANCE * largest, "{w} and {s} at {at:?}\n{line}");
        }
        if wide.iter().zip(&scalar).any(|(w, s)| w.to_bits() != s.to_bits()) {
            unequal.push(line);
        }
    }
    assert!(lit > count / 2, "only {lit} images have any photons");
    assert!(
        unequal.is_empty(),
        "{} images differ in bits on the two lanes:\n{}",
        unequal.len(),
        unequal.join("\n")
    );
}
