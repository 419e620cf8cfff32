//! What cannot be is refused, with the key and what can.

use nanobragg_response::{
    Error, Key, Modules, PanelResponse, PixelState, PointSpread, Response, Sample, respond,
};
use ndarray::Array2;

#[test]
fn values_that_cannot_be_are_refused() {
    let check = |change: &dyn Fn(&mut Response), expected: &str| {
        let mut response = Response::new(Sample::U16);
        change(&mut response);
        let error = response.validate().expect_err(expected);
        assert!(error.to_string().starts_with(expected), "found {error}, expected {expected}");
        let refused = respond(Array2::zeros([1, 1]).view(), &response, &Key::default()).unwrap_err();
        assert_eq!(refused.to_string(), error.to_string());
    };
    let gaps = Modules { pixels: [5, 5], gap: [0, 1] };
    check(&|r| r.flicker = f64::NAN, "flicker: found NaN, expected a share from 0 to 1");
    check(&|r| r.flicker = -0.1, "flicker: found -0.1");
    check(&|r| r.calibration.sigma = 1.1, "calibration.sigma: found 1.1");
    check(&|r| r.calibration.sigma = f64::INFINITY, "calibration.sigma: found inf");
    check(&|r| r.pixel_um = [0.0, 1.0], "pixel_um: found 0, expected µm above 0");
    check(&|r| r.pixel_um = [1.0, f64::NAN], "pixel_um: found NaN");
    check(
        &|r| r.point_spread = Some(PointSpread::Gaussian { fwhm_um: 0.0 }),
        "point_spread.fwhm_um: found 0",
    );
    check(
        &|r| r.point_spread = Some(PointSpread::FibreTaper { fwhm_um: f64::NAN }),
        "point_spread.fwhm_um: found NaN",
    );
    check(&|r| r.readout.gain = 0.0, "readout.gain: found 0, expected ADU per photon above 0");
    check(&|r| r.readout.gain = f64::NAN, "readout.gain: found NaN");
    check(&|r| r.readout.noise_adu = -1.0, "readout.noise_adu: found -1");
    check(&|r| r.readout.noise_adu = f64::NAN, "readout.noise_adu: found NaN");
    check(&|r| r.readout.offset_adu = f64::NEG_INFINITY, "readout.offset_adu: found -inf");
    check(
        &|r| r.readout.saturation_adu = 65_536.0,
        "readout.saturation_adu: found 65536, expected a whole number",
    );
    check(&|r| r.readout.saturation_adu = 0.5, "readout.saturation_adu: found 0.5");
    check(&|r| r.readout.saturation_adu = f64::NAN, "readout.saturation_adu: found NaN");
    let hidden = "readout.saturation_adu: found 65535, expected below the value of a gap";
    check(&|r| (r.readout.saturation_adu, r.defects.modules) = (65_535.0, Some(gaps)), hidden);
    let gap = || Some(Array2::from_elem([1, 1], PixelState::Gap));
    check(&|r| (r.readout.saturation_adu, r.defects.mask) = (65_535.0, gap()), hidden);
    check(&|r| r.defects.dead_fraction = f64::NAN, "defects.dead_fraction: found NaN");
    check(&|r| r.defects.hot_fraction = -1e-9, "defects.hot_fraction: found -0.000000001");
    check(
        &|r| (r.defects.dead_fraction, r.defects.hot_fraction) = (0.6, 0.6),
        "defects.hot_fraction: found 0.6",
    );
    check(
        &|r| r.defects.modules = Some(Modules { pixels: [5, 0], gap: [0, 0] }),
        "defects.modules.pixels: found 0",
    );
    check(
        &|r| r.defects.modules = Some(Modules { gap: [usize::MAX, 0], ..gaps }),
        "defects.modules.gap: found 1844",
    );
}

#[test]
fn presets_are_valid() {
    for response in [Response::pilatus(), Response::eiger(), Response::jungfrau(), Response::ccd()] {
        assert_eq!(response.validate(), Ok(()));
    }
}

#[test]
fn photons_that_cannot_be_are_refused() {
    for (photons, text) in
        [(f32::NAN, "NaN"), (-1.0, "-1"), (f32::INFINITY, "inf"), (1.1e15, "1100000000000000")]
    {
        let mut image = Array2::ones([50, 60]);
        image[[31, 7]] = photons;
        image[[31, 8]] = photons;
        image[[40, 0]] = photons;
        let error = respond(image.view(), &Response::pilatus(), &Key::default()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("pixel 31 slow, 7 fast: found {text}")), "{error}");
    }
}

#[test]
fn shapes_that_do_not_fit_are_refused() {
    let mut response = Response::ccd();
    let panel = PanelResponse::new(&response, 0, [0, 0], [4, 5]).unwrap();
    let refused = panel.respond(Array2::zeros([5, 4]).view(), 0, 0);
    assert_eq!(refused, Err(Error::Shape { found: [5, 4], expected: [4, 5] }));
    for origin in [[u32::MAX as usize - 2, 0], [0, usize::MAX]] {
        let refused = PanelResponse::new(&response, 0, origin, [4, 5]).map(|_| ());
        assert_eq!(refused, Err(Error::Region { origin, shape: [4, 5] }));
    }
    let shape = [usize::MAX, 5];
    assert_eq!(PanelResponse::bytes(&response, shape), Err(Error::Region { origin: [0, 0], shape }));
    response.defects.mask = Some(Array2::default([10, 10]));
    let key = Key { origin: [6, 6], ..Key::default() };
    let refused = respond(Array2::zeros([4, 5]).view(), &response, &key);
    assert_eq!(refused, Err(Error::Mask { found: [10, 10], expected: [10, 11] }));
}

#[test]
fn an_image_without_pixels_is_none() {
    for shape in [[0, 0], [0, 3], [3, 0]] {
        let counts = respond(Array2::zeros(shape).view(), &Response::ccd(), &Key::default()).unwrap();
        assert_eq!((counts.get([0, 0]), counts.overloads), (None, 0));
    }
}
