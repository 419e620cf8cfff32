//! Flicker, calibration, readout and defects, and what they must not depend on.
#![expect(clippy::unwrap_used, reason = "helpers of tests stop like tests")]

use nanobragg_response::{
    Calibration, Counts, Defects, Key, PanelResponse, PixelState, Response, Rounding, Sample, respond,
};
use ndarray::Array2;

fn values(counts: &Counts, [slow, fast]: [usize; 2]) -> Array2<i64> {
    Array2::from_shape_fn([slow, fast], |(slow, fast)| counts.get([slow, fast]).unwrap())
}

fn respond_to(photons: f32, shape: [usize; 2], response: &Response, key: &Key) -> Array2<i64> {
    values(&respond(Array2::from_elem(shape, photons).view(), response, key).unwrap(), shape)
}

/// Mean and standard deviation.
fn moments(values: impl Iterator<Item = f64> + Clone) -> [f64; 2] {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    [mean, (values.map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt()]
}

/// A detector that shows the expected photons in millionths.
fn exact() -> Response {
    let mut response = Response::new(Sample::U32);
    response.counting = false;
    response.readout.gain = 1e6;
    response
}

#[test]
fn flicker_is_one_factor_of_an_image() {
    let mut response = exact();
    response.flicker = 0.1;
    let factors = (0..4000).map(|image| {
        let of_panel = |panel| {
            let counts = respond_to(100.0, [2, 3], &response, &Key { image, panel, ..Key::default() });
            assert!(counts.iter().all(|count| *count == counts[[0, 0]]));
            counts[[0, 0]] as f64 / 1e8
        };
        let [first, fifth] = [0, 5].map(of_panel);
        assert_eq!(first.to_bits(), fifth.to_bits(), "the panels of an image");
        first
    });
    let [mean, deviation] = moments(factors.collect::<Vec<_>>().into_iter());
    // Five standard errors of each.
    assert!((mean - 1.0).abs() < 5.0 * 0.1 / 4000f64.sqrt(), "{mean}");
    assert!((deviation - 0.1).abs() < 5.0 * 0.1 / 8000f64.sqrt(), "{deviation}");
}

#[test]
fn errors_of_the_calibration_are_the_same_on_every_image() {
    let mut response = exact();
    response.calibration = Calibration { sigma: 0.03, seed: 1 };
    let shape = [300, 400];
    let first = respond_to(100.0, shape, &response, &Key::default());
    for key in [Key { image: 9, ..Key::default() }, Key { seed: 3, ..Key::default() }] {
        assert_eq!(respond_to(100.0, shape, &response, &key), first, "{key:?}");
    }
    let [mean, deviation] = moments(first.iter().map(|count| *count as f64 / 1e8));
    assert!((mean - 1.0).abs() < 5.0 * 0.03 / 120_000f64.sqrt(), "{mean}");
    assert!((deviation - 0.03).abs() < 5.0 * 0.03 / 240_000f64.sqrt(), "{deviation}");
    let other_panel = respond_to(100.0, shape, &response, &Key { panel: 1, ..Key::default() });
    response.calibration.seed = 2;
    let other_seed = respond_to(100.0, shape, &response, &Key::default());
    assert!(other_panel != first && other_seed != first && other_seed != other_panel);
}

/// A pixel is not less than blind: at σ = 1 there are Φ(−1) of them.
#[test]
fn sensitivities_are_not_negative() {
    let mut response = exact();
    response.calibration = Calibration { sigma: 1.0, seed: 1 };
    response.readout.sample = Sample::I32;
    response.readout.saturation_adu = 2e9;
    let counts = respond_to(100.0, [300, 400], &response, &Key::default());
    assert!(counts.iter().all(|count| *count >= 0));
    let blind = counts.iter().filter(|count| **count == 0).count() as f64 / 120_000.0;
    assert!((blind - 0.158_655_25).abs() < 5.0 * (0.1587 * 0.8413 / 120_000f64).sqrt(), "{blind}");
}

/// The variances of stages add up, since none draws the numbers of another.
#[test]
fn stages_are_independent() {
    let mut response = Response::new(Sample::I32);
    response.readout.noise_adu = 10.0;
    response.readout.gain = 2.0;
    for (sigma, expected) in [(0.0, 400.0 + 100.0), (0.1, 400.0 + 400.0 + 100.0)] {
        response.calibration = Calibration { sigma, seed: 0 };
        let counts = respond_to(100.0, [800, 1000], &response, &Key::default());
        let [_, deviation] = moments(counts.iter().map(|count| *count as f64));
        // Rounding adds 1/12; the error of a variance is √(2/n) of it.
        let found = deviation * deviation - 1.0 / 12.0;
        let error = expected * (2.0 / 800_000f64).sqrt();
        assert!((found - expected).abs() < 5.0 * error, "{sigma}: {found} {expected}");
    }
}

#[test]
fn noise_of_the_readout_is_normal_and_new_on_every_image() {
    let mut response = exact();
    response.readout.noise_adu = 1e4;
    let shape = [800, 1000];
    let images = [0, 1].map(|image| {
        let counts = respond_to(1.0, shape, &response, &Key { image, ..Key::default() });
        counts.mapv(|count| (count as f64 - 1e6) / 1e4)
    });
    let number = images[0].len() as f64;
    let [mean, deviation] = moments(images[0].iter().copied());
    assert!(mean.abs() < 5.0 / number.sqrt() && (deviation - 1.0).abs() < 5.0 / (2.0 * number).sqrt());
    let fourth = images[0].iter().map(|value| value.powi(4)).sum::<f64>() / number;
    assert!((fourth - 3.0).abs() < 5.0 * (96.0 / number).sqrt(), "{fourth}");
    let correlation = (&images[0] * &images[1]).sum() / number;
    assert!(correlation.abs() < 5.0 / number.sqrt(), "{correlation}");
}

#[test]
fn photons_become_numbers() {
    use Rounding::{Nearest, Truncated};
    let check =
        |photons: f32, gain, offset_adu, rounding, sample: Sample, saturation, expected: (i64, u64)| {
            let mut response = Response::new(sample);
            response.counting = false;
            response.readout.gain = gain;
            response.readout.offset_adu = offset_adu;
            response.readout.rounding = rounding;
            response.readout.saturation_adu = saturation;
            let counts =
                respond(Array2::from_elem([1, 3], photons).view(), &response, &Key::default()).unwrap();
            let found = (counts.get([0, 1]).unwrap(), counts.overloads / 3);
            assert_eq!(found, expected, "{photons} {gain} {offset_adu} {rounding:?} {sample:?} {saturation}");
        };
    check(7.0, 1.0, 0.0, Nearest, Sample::U16, 65_535.0, (7, 0));
    check(7.0, 1.8, 40.0, Nearest, Sample::U16, 65_535.0, (53, 0)); // 52.6
    check(7.0, 1.8, 40.0, Truncated, Sample::U16, 65_535.0, (52, 0));
    check(0.0, 1.0, 2.5, Nearest, Sample::I32, 1e6, (2, 0));
    check(0.0, 1.0, 3.5, Nearest, Sample::I32, 1e6, (4, 0));
    check(0.0, 1.0, -2.7, Nearest, Sample::I32, 1e6, (-3, 0));
    check(0.0, 1.0, -2.7, Truncated, Sample::I32, 1e6, (-2, 0));
    check(0.0, 1.0, -2.7, Nearest, Sample::U16, 1e4, (0, 0));
    check(0.0, 1.0, -1e5, Nearest, Sample::I16, 1e4, (-32_768, 0));
    check(99.0, 1.0, 1.0, Nearest, Sample::I16, 100.0, (100, 0));
    check(99.0, 1.0, 1.4, Nearest, Sample::I16, 100.0, (100, 0));
    check(99.0, 1.0, 1.6, Nearest, Sample::I16, 100.0, (100, 1));
    check(99.0, 1.0, 1.6, Truncated, Sample::I16, 100.0, (100, 0));
    check(1e15, 1.0, 0.0, Nearest, Sample::U32, 4_294_967_294.0, (4_294_967_294, 1));
    check(1e15, 9e15, 0.0, Nearest, Sample::I32, 2_147_483_647.0, (2_147_483_647, 1));
}

#[test]
fn overloads_are_counted() {
    let photons = Array2::from_shape_fn([100, 100], |(slow, fast)| 100 * slow + fast);
    let mut response = Response::pilatus();
    response.counting = false;
    response.defects = Defects::default();
    response.readout.saturation_adu = 9000.0;
    let counts = respond(photons.mapv(|photons| photons as f32).view(), &response, &Key::default()).unwrap();
    assert_eq!(counts.overloads, 999, "9001 to 9999");
    assert_eq!(values(&counts, [100, 100]), photons.mapv(|photons| photons.min(9000) as i64));
}

/// The numbers of pixels that the papers of the presets state.
#[test]
fn panels_are_tiled_with_modules() {
    for (response, shape, gap, pixels) in [
        (Response::pilatus(), [2527, 2463], -1, 60 * 487 * 195),
        (Response::eiger(), [4371, 4150], 4_294_967_295, 32 * 1030 * 514),
    ] {
        let counts = respond_to(1.0, shape, &response, &Key::default());
        assert_eq!(counts.iter().filter(|count| **count != gap).count(), pixels);
    }
}

#[test]
fn defects_are_the_same_on_every_image() {
    let mut response = exact();
    response.counting = true;
    response.readout.offset_adu = 5.0;
    let mut mask = Array2::default([300, 320]);
    mask[[17, 3]] = PixelState::Gap;
    mask[[18, 3]] = PixelState::Dead;
    mask[[19, 3]] = PixelState::Hot;
    response.defects =
        Defects { dead_fraction: 0.02, hot_fraction: 0.01, seed: 4, mask: Some(mask), modules: None };
    let shape = [300, 310];
    let saturation = 4_294_967_294;
    let [first, second] = [0, 1].map(|image| {
        respond_to(100.0, shape, &response, &Key { image, ..Key::default() }).mapv(|count| match count {
            4_294_967_295 => 'g',
            5 => 'd',
            count if count == saturation => 'h',
            _ => ' ',
        })
    });
    assert_eq!(first, second);
    assert_eq!([first[[17, 3]], first[[18, 3]], first[[19, 3]]], ['g', 'd', 'h']);
    for (state, share) in [('d', 0.02), ('h', 0.01)] {
        let expected = share * first.len() as f64;
        let found = first.iter().filter(|found| **found == state).count() as f64;
        assert!((found - expected).abs() < 5.0 * expected.sqrt(), "{state}: {found} {expected}");
    }
    let overloads =
        respond(Array2::from_elem(shape, 100.0).view(), &response, &Key::default()).unwrap().overloads;
    assert_eq!(overloads, 0, "hot pixels and gaps are none");
}

#[test]
fn types_have_a_value_for_gaps() {
    let sample = [(Sample::I16, -1), (Sample::I32, -1), (Sample::U16, 65_535), (Sample::U32, 4_294_967_295)];
    for (sample, expected) in sample {
        let mut response = Response::new(sample);
        response.defects.mask = Some(Array2::from_elem([1, 1], PixelState::Gap));
        assert_eq!(respond_to(3.0, [1, 1], &response, &Key::default())[[0, 0]], expected);
    }
}

/// All stages but the point spread, which takes from the pixels around.
#[test]
fn a_part_of_a_panel_has_what_the_whole_has_there() {
    let mut response = Response::ccd();
    response.point_spread = None;
    response.flicker = 0.05;
    response.calibration = Calibration { sigma: 0.03, seed: 1 };
    response.defects = Defects { modules: Response::pilatus().defects.modules, ..Defects::default() };
    response.defects.dead_fraction = 0.01;
    response.readout.saturation_adu = 60_000.0;
    let photons = Array2::from_shape_fn([400, 530], |(slow, fast)| ((slow * fast) % 301) as f32 / 7.0);
    let key = Key { seed: 5, image: 6, panel: 7, origin: [0, 0] };
    let whole = values(&respond(photons.view(), &response, &key).unwrap(), [400, 530]);
    for (slow, fast) in [(0..400, 0..1), (190..220, 480..500), (399..400, 1..530), (7..8, 11..12)] {
        let range = ndarray::s![slow.clone(), fast.clone()];
        let key = Key { origin: [slow.start, fast.start], ..key };
        let part = respond(photons.slice(range), &response, &key).unwrap();
        assert_eq!(values(&part, [slow.len(), fast.len()]), whole.slice(range), "{slow:?} {fast:?}");
    }
}

#[test]
fn threads_change_nothing() {
    let photons = Array2::from_shape_fn([301, 203], |(slow, fast)| ((slow * fast) % 401) as f32 / 3.0);
    let mut ccd = Response::ccd();
    ccd.flicker = 0.01;
    ccd.calibration = Calibration { sigma: 0.03, seed: 1 };
    ccd.defects = Defects { dead_fraction: 0.01, hot_fraction: 0.01, ..Defects::default() };
    for response in [ccd, Response::jungfrau(), Response::eiger()] {
        let images = [1, 2, 7].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| respond(photons.view(), &response, &Key::default())).unwrap()
        });
        assert!(images[0] == images[1] && images[0] == images[2]);
    }
}

#[test]
fn every_part_of_a_key_matters() {
    let photons = Array2::from_elem([30, 40], 9.0);
    let response = Response::ccd();
    let keys = [
        Key::default(),
        Key { seed: 1, ..Key::default() },
        Key { image: 1, ..Key::default() },
        Key { panel: 1, ..Key::default() },
        Key { origin: [0, 1], ..Key::default() },
        Key { origin: [1, 0], ..Key::default() },
    ];
    let images = keys.map(|key| respond(photons.view(), &response, &key).unwrap());
    for (index, image) in images.iter().enumerate() {
        assert!(images[..index].iter().all(|other| other != image), "{:?}", keys[index]);
    }
}

#[test]
fn a_prepared_panel_says_what_a_single_call_says() {
    let photons = Array2::from_elem([30, 40], 9.0);
    let response = Response::ccd();
    let panel = PanelResponse::new(&response, 3, [5, 6], [30, 40]).unwrap();
    for image in [0, 8] {
        let key = Key { seed: 1, image, panel: 3, origin: [5, 6] };
        assert_eq!(panel.respond(photons.view(), 1, image), respond(photons.view(), &response, &key));
    }
}
