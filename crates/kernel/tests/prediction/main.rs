//! Predicted steps against the search through every one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod experiments;

use experiments::{detectors, options, samples, simulation, still};
use nanobragg_kernel::{Precision, Rendering, Shape, Simulation, render, render_scalar};
use proptest::prelude::*;

fn bits(rendering: &Rendering) -> Vec<u32> {
    rendering.panels.iter().flat_map(|panel| panel.image.iter().map(|photons| photons.to_bits())).collect()
}

fn in_threads(sim: &Simulation, threads: usize) -> Rendering {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| render(sim, &|| ()))
}

/// A mosaic still in two colours on a detector of fine pixels: an ordinary case.
#[test]
fn most_steps_of_a_still_are_left_out() {
    let sim = still();
    let rendering = render(&sim, &|| ());
    assert!(rendering.left_out > 0.98, "{}", rendering.left_out);
    assert_eq!(bits(&rendering), bits(&render_scalar(&sim, &|| ())));
    let mut searched = sim.clone();
    searched.predict = false;
    assert_eq!(render(&searched, &|| ()).left_out.to_bits(), 0.0f64.to_bits());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    /// Bit for bit where every step is looked at and the same ones are left out; within the bounds of the golden images
    /// where nothing is left out.
    #[test]
    fn predicted_spots_are_those_of_a_search(
        detector in detectors(), sample in samples(&[Shape::Gauss, Shape::Tophat]), options in options()
    ) {
        let sim = simulation(&detector, &sample, &options);
        let predicted = render(&sim, &|| ());
        let searched = render_scalar(&sim, &|| ());
        prop_assert_eq!(bits(&predicted), bits(&searched));
        prop_assert!(predicted.solid_angle_sr().to_bits() == searched.solid_angle_sr().to_bits()
            || (predicted.solid_angle_sr() / searched.solid_angle_sr() - 1.0).abs() < 1e-13);

        let mut without = sim.clone();
        without.predict = false;
        let all = render(&without, &|| ());
        // What each step may leave out, with photons of one electron's F: all there is in an image without spots.
        let peak: f64 = sample.cells.iter().map(|&cells| f64::from(cells)).product();
        let solid_angle = if sim.point_pixel { 1.0 } else { detector.pixel_size_m.powi(2) };
        let left_out = (1e-10 * peak * 97.0).powi(2) * solid_angle
            / sim.panels[0].placement.panel.close_distance_m.powi(2);
        let largest = all.panels.iter().flat_map(|panel| &panel.image).fold(0.0, |a: f32, &b| a.max(b));
        for (found, expected) in predicted.panels.iter().zip(&all.panels) {
            for (&found, &expected) in found.image.iter().zip(&expected.image) {
                let bound = 1e-6 * f64::from(expected) + 1e-9 * f64::from(largest) + left_out;
                prop_assert!((f64::from(found) - f64::from(expected)).abs() <= bound, "{} {}", found, expected);
            }
        }
        for threads in [1, 7] {
            prop_assert_eq!(bits(&in_threads(&sim, threads)), bits(&predicted));
        }
    }

    /// Whatever the precision of the steps.
    #[test]
    fn single_precision_is_within_its_bound(
        detector in detectors(),
        sample in samples(&[Shape::Square, Shape::Round, Shape::Gauss, Shape::Tophat]),
        options in options(),
    ) {
        let mut sim = simulation(&detector, &sample, &options);
        sim.precision = Precision::Double;
        let double = render(&sim, &|| ());
        sim.precision = Precision::Single;
        let single = render(&sim, &|| ());
        prop_assert_eq!(bits(&single), bits(&render_scalar(&sim, &|| ())));
        let largest = double.panels.iter().flat_map(|panel| &panel.image).fold(0.0, |a: f32, &b| a.max(b));
        for (found, expected) in single.panels.iter().zip(&double.panels) {
            for (&found, &expected) in found.image.iter().zip(&expected.image) {
                let bound = 1e-5 * f64::from(expected) + 1e-8 * f64::from(largest);
                prop_assert!((f64::from(found) - f64::from(expected)).abs() <= bound, "{} {} of {}", found, expected, largest);
            }
        }
    }

    /// What a tolerance leaves out of a pixel is no more than it, and the same steps whatever the number of threads.
    #[test]
    fn what_a_tolerance_leaves_out_of_a_pixel_stays_below_it(
        detector in detectors(),
        sample in samples(&[Shape::Square, Shape::Round, Shape::Gauss, Shape::Tophat]),
        options in options(),
        power in -9..2i32,
    ) {
        let mut sim = simulation(&detector, &sample, &options);
        // The other properties are about the rounding, and about what is beyond the spots' ends.
        sim.precision = Precision::Double;
        let all = render(&sim, &|| ());
        let largest = all.panels.iter().flat_map(|panel| &panel.image).fold(0.0, |a: f32, &b| a.max(b));
        sim.tolerance_photons = f64::from(largest) * 10f64.powi(power);
        let tolerated = render(&sim, &|| ());
        prop_assert!((0.0..=1.0).contains(&tolerated.left_out));
        for (found, expected) in tolerated.panels.iter().zip(&all.panels) {
            for (&found, &expected) in found.image.iter().zip(&expected.image) {
                let less = f64::from(expected) - f64::from(found);
                // An f32 has 24 bits.
                let rounding = 1.2e-7 * f64::from(expected);
                prop_assert!(less <= sim.tolerance_photons + rounding, "{} of {} left out", less, expected);
                prop_assert!(less >= -rounding, "{} instead of {}", found, expected);
            }
        }
        for threads in [1, 7] {
            prop_assert_eq!(bits(&in_threads(&sim, threads)), bits(&tolerated));
        }
    }
}
