//! Point spreads against SciPy, against closed forms, and what is conserved.
#![expect(clippy::unwrap_used, reason = "helpers of tests stop like tests")]

use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};
use std::str::FromStr;

use nanobragg_response::{Key, PointSpread, Response, Sample, respond};
use ndarray::Array2;

const PIXEL_UM: [f64; 2] = [100.0, 75.0];
const SHAPE: [usize; 2] = [24, 31];

const GAUSSIAN: PointSpread = PointSpread::Gaussian { fwhm_um: 130.0 };
const TAPER: PointSpread = PointSpread::FibreTaper { fwhm_um: 80.0 };

/// Photons as they arrive, to half of 1/gain: no noise, nothing but the spread.
fn spread(photons: &Array2<f32>, point_spread: PointSpread, gain: f64) -> Array2<f64> {
    let mut response = Response::new(Sample::U32);
    response.counting = false;
    response.point_spread = Some(point_spread);
    response.pixel_um = PIXEL_UM;
    response.readout.gain = gain;
    let counts = respond(photons.view(), &response, &Key::default()).unwrap();
    assert_eq!(counts.overloads, 0);
    let shape = [photons.nrows(), photons.ncols()];
    Array2::from_shape_fn(shape, |(slow, fast)| counts.get([slow, fast]).unwrap() as f64 / gain)
}

fn fixture<T: FromStr>(name: &str) -> Array2<T> {
    let path = format!("{}/../../fixtures/response/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(&path);
    let values = text.split_whitespace().map(|value| value.parse().ok().expect(value)).collect();
    Array2::from_shape_vec(SHAPE, values).expect(&path)
}

fn farthest(found: &Array2<f64>, expected: &Array2<f64>) -> f64 {
    assert_eq!(found.dim(), expected.dim());
    (found - expected).iter().fold(0.0, |most, difference| most.max(difference.abs()))
}

#[test]
fn shares_are_the_integrals_of_scipy() {
    for (point_spread, name) in [(GAUSSIAN, "gaussian_shares"), (TAPER, "fibre_taper_shares")] {
        let shares = point_spread.shares(PIXEL_UM, SHAPE.map(|pixels| pixels - 1));
        let difference = farthest(&shares, &fixture(name));
        assert!(difference < 1e-12, "{name}: {difference}");
    }
}

#[test]
fn an_image_is_convolved_as_by_scipy() {
    let photons = fixture("image");
    for (point_spread, name) in [(GAUSSIAN, "gaussian_image"), (TAPER, "fibre_taper_image")] {
        let difference = farthest(&spread(&photons, point_spread, 1e6), &fixture(name));
        assert!(difference <= 5.001e-7, "{name}: {difference}");
    }
}

/// The integral over a rectangle of µm around a photon, from its edges.
fn closed_form(point_spread: PointSpread, slow_um: [f64; 2], fast_um: [f64; 2]) -> f64 {
    let corner = |y: f64, x: f64| match point_spread {
        PointSpread::Gaussian { fwhm_um } => {
            let sigma = fwhm_um / (8.0 * LN_2).sqrt();
            let half = |edge: f64| 0.5 * libm::erf(edge / sigma * FRAC_1_SQRT_2);
            half(y) * half(x)
        }
        PointSpread::FibreTaper { fwhm_um } => {
            let g = fwhm_um / (2.0 * (2f64.powf(2.0 / 3.0) - 1.0).sqrt());
            (y * x).atan2(g * (g * g + x * x + y * y).sqrt()) / (2.0 * PI)
        }
        other => panic!("{other:?}"),
    };
    corner(slow_um[1], fast_um[1]) - corner(slow_um[0], fast_um[1]) - corner(slow_um[1], fast_um[0])
        + corner(slow_um[0], fast_um[0])
}

/// One bright pixel in every corner and in the middle of panels of all shapes: nothing wraps around, nothing is cut.
#[test]
fn a_bright_pixel_has_the_closed_form_everywhere() {
    let wide = [PointSpread::Gaussian { fwhm_um: 900.0 }, PointSpread::FibreTaper { fwhm_um: 900.0 }];
    let narrow = [PointSpread::Gaussian { fwhm_um: 1.0 }, PointSpread::FibreTaper { fwhm_um: 1.0 }];
    for shape in [[1, 1], [1, 9], [8, 1], [2, 2], [33, 20], [17, 640]] {
        let ends = |axis: usize| [0, shape[axis] / 2, shape[axis] - 1];
        let places = ends(0).into_iter().flat_map(|slow| ends(1).map(|fast| [slow, fast]));
        for place in places {
            let mut photons = Array2::zeros(shape);
            photons[place] = 1.0;
            for point_spread in [GAUSSIAN, TAPER].into_iter().chain(wide).chain(narrow) {
                let edges = |index: usize, axis: usize| {
                    [-0.5, 0.5].map(|half| (index as f64 - place[axis] as f64 + half) * PIXEL_UM[axis])
                };
                let expected = Array2::from_shape_fn(shape, |(slow, fast)| {
                    closed_form(point_spread, edges(slow, 0), edges(fast, 1))
                });
                let difference = farthest(&spread(&photons, point_spread, 4e9), &expected);
                assert!(difference < 1e-9, "{point_spread:?} {shape:?} {place:?}: {difference}");
            }
        }
    }
}

/// Of a pixel in the middle of a panel a Gaussian keeps all, a taper what its integral over the panel says.
#[test]
fn totals_are_conserved() {
    const EDGE: usize = 201;
    let mut photons = Array2::zeros([EDGE, EDGE]);
    photons[[EDGE / 2, EDGE / 2]] = 1000.0;
    for point_spread in [GAUSSIAN, TAPER] {
        let halves = PIXEL_UM.map(|pixel_um| pixel_um * EDGE as f64 / 2.0);
        let [slow, fast] = halves.map(|half| [-half, half]);
        let expected = 1000.0 * closed_form(point_spread, slow, fast);
        let total = spread(&photons, point_spread, 4e6).sum();
        assert!((total / expected - 1.0).abs() < 1e-6, "{point_spread:?}: {total} {expected}");
        if point_spread == GAUSSIAN {
            assert!((expected - 1000.0).abs() < 1e-9);
        }
    }
}

/// The peak of the density is twice what it is half the FWHM away, and the pixel is small against both.
#[test]
fn the_fwhm_is_the_full_width_at_half_maximum() {
    for point_spread in [GAUSSIAN, TAPER] {
        let pixel_um = point_spread.fwhm_um() / 2000.0;
        let shares = point_spread.shares([pixel_um; 2], [1000, 1000]);
        for half in [shares[[1000, 0]], shares[[0, 1000]]] {
            assert!((half / shares[[0, 0]] - 0.5).abs() < 1e-6, "{point_spread:?}");
        }
    }
}

/// Photons are counted before they are spread: the total is that of the counts, and neighbours are alike.
#[test]
fn photons_are_counted_before_they_are_spread() {
    let mut photons = Array2::zeros([41, 41]);
    photons[[20, 20]] = 0.5;
    let mut response = Response::new(Sample::U32);
    response.point_spread = Some(PointSpread::Gaussian { fwhm_um: 250.0 });
    response.readout.gain = 1e6;
    let mut seen = [false; 2];
    for image in 0..20 {
        let key = Key { image, ..Key::default() };
        let counts = respond(photons.view(), &response, &key).unwrap();
        let total: i64 = (0..41)
            .flat_map(|slow| (0..41).map(move |fast| [slow, fast]))
            .filter_map(|p| counts.get(p))
            .sum();
        let photons = total as f64 / 1e6;
        assert!((photons - photons.round()).abs() < 1e-3, "{photons}");
        seen[usize::from(photons > 0.5)] = true;
    }
    assert_eq!(seen, [true; 2]);
}
