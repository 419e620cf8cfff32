//! A panel of 6 megapixels through all stages.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use nanobragg_response::{Calibration, Defects, PanelResponse, PointSpread, Response, respond};
use ndarray::Array2;

/// Pixels of a panel, `[slow, fast]`.
const SHAPE: [usize; 2] = [2527, 2463];

/// Photons of the pixels of a spot.
const SPOTS: [f32; 6] = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5];

fn main() {
    divan::main();
}

/// An image of a panel that is prepared.
#[divan::bench(args = ["all", "gaussian", "counting", "spread alone", "uniform 0.1", "uniform 1", "uniform 5", "uniform 11", "uniform 13", "uniform 100"], sample_count = 10)]
fn an_image(bencher: Bencher<'_, '_>, stages: &str) {
    let photons = photons(stages);
    let panel = PanelResponse::new(&detector(stages), 0, [0, 0], SHAPE).expect("values that can be");
    let mut image = 0;
    bencher.counter(ItemsCount::new(SHAPE[0] * SHAPE[1])).bench_local(|| {
        image += 1;
        black_box(&panel).respond(photons.view(), 1, image)
    });
}

/// What is done once for many images.
#[divan::bench(args = ["all", "gaussian", "counting"], sample_count = 5)]
fn preparation(bencher: Bencher<'_, '_>, stages: &str) {
    let response = detector(stages);
    bencher.bench(|| PanelResponse::new(black_box(&response), 0, [0, 0], SHAPE));
}

/// A single image, with its preparation.
#[divan::bench(sample_count = 5)]
fn one_image(bencher: Bencher<'_, '_>) {
    let (photons, response) = (photons("all"), detector("all"));
    let pixels = ItemsCount::new(SHAPE[0] * SHAPE[1]);
    bencher.counter(pixels).bench(|| respond(photons.view(), black_box(&response), &Default::default()));
}

fn detector(stages: &str) -> Response {
    let mut response = Response::ccd();
    response.flicker = 0.01;
    response.calibration = Calibration { sigma: 0.02, seed: 2 };
    response.defects = Defects { dead_fraction: 1e-4, hot_fraction: 1e-4, ..Defects::default() };
    match stages {
        "gaussian" => response.point_spread = Some(PointSpread::Gaussian { fwhm_um: 80.0 }),
        "spread alone" => {
            let point_spread = response.point_spread;
            response = Response { point_spread, counting: false, ..Response::new(response.readout.sample) };
        }
        "all" => (),
        _ => response.point_spread = None,
    }
    response
}

/// A background that falls off from 20 photons to 2, and spots of up to 10⁵; or the same everywhere.
fn photons(stages: &str) -> Array2<f32> {
    if let Some(Ok(photons)) = stages.strip_prefix("uniform ").map(str::parse) {
        return Array2::from_elem(SHAPE, photons);
    }
    Array2::from_shape_fn(SHAPE, |(slow, fast)| {
        let [y, x] = [slow as f32 / SHAPE[0] as f32 - 0.5, fast as f32 / SHAPE[1] as f32 - 0.5];
        let background = 2.0 + 18.0 * (-12.0 * (x * x + y * y)).exp();
        let is_spot = slow % 61 < 3 && fast % 53 < 3;
        background + if is_spot { SPOTS[slow / 61 % 6] } else { 0.0 }
    })
}
