//! Values that no experiment can have are refused under their keys; those beside them are not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use nanobragg_experiment::{
    Background, Band, Beam, Crystal, Detector, Draft, Error, Experiment, Intensity, Mode, Mosaic,
    Orientation, Panel, Sensor, Spectrum, StructureFactors,
};

/// A plain experiment, still to be spoilt.
fn draft() -> Draft {
    let mut draft = Draft::default();
    draft.crystal = Some(Crystal::new([50.0, 60.0, 70.0, 90.0, 90.0, 90.0]).with_cells([3; 3]));
    draft.structure_factors = Some(StructureFactors::uniform(100.0));
    draft.detector = Detector::facing(100.0, 0.1, [4, 4]);
    draft
}

/// The experiment after a change, resolved.
fn changed(change: impl Fn(&mut Draft)) -> Result<Experiment, Error> {
    let mut draft = draft();
    change(&mut draft);
    let experiment = draft.finish()?;
    experiment.resolve().map(|_| experiment)
}

/// Each of `bad` is refused under the key, and each of `good` is not.
fn check<T: Copy + std::fmt::Debug>(key: &str, bad: &[T], good: &[T], set: impl Fn(&mut Draft, T)) {
    for value in bad {
        match changed(|draft| set(draft, *value)) {
            Err(Error::Value { key: found, .. }) => assert_eq!(found, key, "{value:?}"),
            other => panic!("{key} = {value:?}: {other:?}"),
        }
    }
    for value in good {
        assert!(changed(|draft| set(draft, *value)).is_ok(), "{key} = {value:?} can be");
    }
}

/// The crystal of a draft that has one.
fn crystal(draft: &mut Draft) -> &mut Crystal {
    draft.crystal.as_mut().unwrap()
}

/// Beyond ±1 the polarization factor, and the pixels with it, would be negative somewhere.
#[test]
fn kahns_factor_is_from_minus_1_to_1() {
    check(
        "beam.polarization.kahn_factor",
        &[-1.000_001, 1.000_001, 2.0, f64::NAN, f64::INFINITY],
        &[-1.0, -0.3, 0.0, 1.0],
        |draft, factor| draft.beam.polarization.kahn_factor = factor,
    );
}

/// MOSFLM's beam is along x.
#[test]
fn an_e_vector_along_the_beam_is_no_e_vector() {
    check(
        "beam.polarization.e_vector",
        &[[1.0, 0.0, 0.0], [-3.0, 0.0, 0.0], [1.0, 1e-9, 0.0]],
        &[[0.0, 0.0, 1.0], [1.0, 1e-3, 0.0]],
        |draft, e_vector| {
            draft.beam.polarization.kahn_factor = 0.9;
            draft.beam.polarization.e_vector = Some(e_vector);
        },
    );
    // Divergence turns about the E-vector and about what is across both.
    check("beam.polarization.e_vector", &[[1.0, 0.0, 0.0]], &[[0.0, 1.0, 0.0]], |draft, e_vector| {
        draft.beam.divergence.vertical_mrad = 1.0;
        draft.beam.polarization.e_vector = Some(e_vector);
    });
    // Where it does not count, anything goes; and so in compat mode, as in the C program.
    check("", &[], &[[1.0, 0.0, 0.0]], |draft, e_vector| draft.beam.polarization.e_vector = Some(e_vector));
    check("", &[], &[[1.0, 0.0, 0.0]], |draft, e_vector| {
        draft.mode = Mode::Compat;
        draft.beam.polarization.kahn_factor = 0.9;
        draft.beam.polarization.e_vector = Some(e_vector);
    });
}

/// A vector whose square is 0 or infinite cannot be made unit: a spindle of length 0 would shrink the crystal.
#[test]
fn a_direction_has_a_length() {
    let bad = [[0.0; 3], [1e-200, 0.0, 0.0], [0.0, 1e200, 0.0]];
    let good = [[1e-100, 0.0, 0.0], [0.0, 1e100, 0.0]];
    check("scan.axis", &bad, &good, |draft, axis| draft.scan.axis = Some(axis));
    check("beam.polarization.e_vector", &bad, &[[0.0, 1e100, 0.0]], |draft, vector| {
        draft.beam.polarization.e_vector = Some(vector);
    });
    check("beam.direction", &bad, &[[1e-100, 0.0, 0.0]], |draft, vector| draft.beam.direction = Some(vector));
    check(
        "crystal.orientation.quaternion",
        &[[0.0; 4], [1e-200; 4], [1e200; 4]],
        &[[1e-100; 4]],
        |draft, wxyz| {
            crystal(draft).orientation = Orientation::Quaternion(wxyz);
        },
    );
}

#[test]
fn a_divergence_is_within_a_full_turn() {
    let (bad, good) = ([6283.3, 1e9, -1.0, f64::INFINITY], [0.0, 1.0, 6283.185]);
    check("beam.divergence.horizontal_mrad", &bad, &good, |draft, mrad| {
        draft.beam.divergence.horizontal_mrad = mrad;
    });
    check("beam.divergence.vertical_mrad", &bad, &good, |draft, mrad| {
        draft.beam.divergence.vertical_mrad = mrad
    });
}

/// At 200 % the shortest wavelength of the band is 0.
#[test]
fn a_band_has_positive_wavelengths_alone() {
    check("beam.spectrum.band.width_percent", &[-1.0, 200.0, 1e9], &[0.0, 0.5, 199.0], |draft, width| {
        draft.beam.spectrum = Spectrum::Band(Band::new(1.0, width, 3));
    });
}

#[test]
fn a_mosaic_spread_is_half_a_turn_at_the_most() {
    check(
        "crystal.mosaic.spread_deg",
        &[-0.1, 180.5, 360.0, f64::NAN],
        &[0.0, 0.2, 180.0],
        |draft, spread| {
            crystal(draft).mosaic = Mosaic::new(spread, 2);
        },
    );
}

/// More cells than are counted would silently be as many as can be counted.
#[test]
fn a_size_has_a_count_of_cells() {
    check("crystal.size_um", &[[1.0, 1e9, 1.0]], &[[1.0, 1e3, 1.0]], |draft, sizes| {
        crystal(draft).size_um = Some(sizes);
        draft.sampling.oversample = Some(1);
    });
}

/// μ = 1/depth and t μ stay numbers; t μ of infinity would make the first layer's capture none.
#[test]
fn a_sensor_is_as_thick_and_as_deep_as_matter_can_be() {
    let with = |thickness, depth| {
        move |draft: &mut Draft| {
            let panel = Panel::new([-1.0, -1.0, 100.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [4, 4], 0.5);
            let mut sensor = Sensor::default();
            (sensor.thickness_um, sensor.attenuation_depth_um) = (thickness, depth);
            draft.detector = vec![panel.with_sensor(sensor)].into();
        }
    };
    let key = "detector.panels.0.sensor.attenuation_depth_um";
    check(key, &[0.0, -1.0, 1e-7, 1e-310, f64::NAN], &[1e-6, 200.0, f64::INFINITY], |draft, depth| {
        with(300.0, Some(depth))(draft);
    });
    let key = "detector.panels.0.sensor.thickness_um";
    check(key, &[-1.0, 1e-7, 1e-310, 1e10, f64::NAN], &[0.0, 1e-6, 300.0, 1e9], |draft, thickness| {
        with(thickness, None)(draft);
    });
}

#[test]
fn a_scan_ends_at_a_finite_angle() {
    check("scan.step_deg", &[1e308, f64::NAN], &[-0.1, 0.0, 90.0], |draft, step| {
        (draft.scan.steps, draft.scan.step_deg) = (1000, Some(step));
    });
}

#[test]
fn amounts_are_not_negative() {
    let bad = [-1.0, f64::NAN, f64::INFINITY];
    check("beam.intensity.fluence_per_m2", &bad, &[0.0, 1e30], |draft, fluence| {
        draft.beam = Beam::default().with_intensity(Intensity::FluencePerM2(fluence));
    });
    check("background.0.thickness_um", &bad, &[0.0, 10.0], |draft, thickness| {
        draft.background = vec![Background::water(thickness)];
    });
    check("crystal.fudge", &bad, &[0.0, 2.0], |draft, fudge| crystal(draft).fudge = fudge);
    check("sampling.dmin_angstrom", &bad, &[0.0, 2.0], |draft, dmin| draft.sampling.dmin_angstrom = dmin);
}

/// A defect that was: a range with the default of one step was one source at the lower end of the range.
#[test]
fn a_range_without_a_count_has_both_its_ends() {
    let beam_of =
        |change: &dyn Fn(&mut Draft)| changed(change).unwrap().resolve().unwrap().simulation.sources;
    for sources in [
        beam_of(&|draft| draft.beam.divergence.horizontal_mrad = 2.0),
        beam_of(&|draft| draft.beam.divergence.vertical_mrad = 2.0),
    ] {
        assert_eq!(sources.len(), 2);
        let middle = (sources[0].incident + sources[1].incident) * 0.5;
        // The middle of two unit vectors 2 mrad apart is the beam, shorter by a half of a millionth.
        assert!(
            (middle.x - 1.0).abs() < 1e-6 && middle.y.abs() < 1e-12 && middle.z.abs() < 1e-12,
            "{middle:?}"
        );
    }
    let band = beam_of(&|draft| draft.beam.spectrum = Spectrum::Band(Band::new(1.0, 2.0, 1)));
    assert_eq!(band.iter().map(|source| source.wavelength_angstrom).collect::<Vec<_>>(), [0.99, 1.01]);
}
