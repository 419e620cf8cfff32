//! Any experiment that is not refused has pixels that are finite and not negative, in every lane.

use nanobragg_kernel::{render, render_scalar};
use proptest::prelude::*;

use crate::any;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn pixels_are_finite_and_not_negative(experiment in any::experiment()) {
        let mut simulation = experiment.resolve().unwrap().simulation;
        // What a tolerance leaves out depends on the lane's width.
        simulation.tolerance_photons = 0.0;
        let [scalar, wide] = [render_scalar(&simulation, &|| ()), render(&simulation, &|| ())];
        for (name, rendering) in [("scalar", &scalar), ("wide", &wide)] {
            for panel in &rendering.panels {
                let wrong = panel.image.indexed_iter().find(|(_, photons)| !(photons.is_finite() && **photons >= 0.0));
                prop_assert!(wrong.is_none(), "{name}: {wrong:?}");
                prop_assert!(panel.solid_angle_sr.is_finite() && panel.solid_angle_sr >= 0.0);
            }
        }
        prop_assert_eq!(scalar.panels, wide.panels);
    }
}
