//! The memory that a panel takes is what it says beforehand.

use nanobragg_response::{Calibration, Defects, Key, PanelResponse, PointSpread, Response, Sample, respond};
use ndarray::Array2;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const SHAPE: [usize; 2] = [1400, 1600];

/// Room of the two threads for rows and columns, and the tables of the transforms.
const SMALL_BYTES: usize = 2_000_000;

#[test]
fn memory_is_known_beforehand() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let photons = Array2::from_elem(SHAPE, 1.0);
    let check = |response: &Response| {
        let expected = usize::try_from(PanelResponse::bytes(response, SHAPE).unwrap()).unwrap();
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        pool.install(|| respond(photons.view(), response, &Key::default())).unwrap();
        let found = ALLOCATOR.peak_usage() - before;
        let most = expected + SMALL_BYTES;
        assert!((expected - expected / 20..=most).contains(&found), "found {found}, expected {expected}");
    };
    let mut response = Response::new(Sample::U16);
    check(&response);
    response.calibration = Calibration { sigma: 0.1, seed: 0 };
    response.defects = Defects { dead_fraction: 0.1, ..Defects::default() };
    check(&response);
    for point_spread in [PointSpread::Gaussian { fwhm_um: 1e4 }, PointSpread::FibreTaper { fwhm_um: 80.0 }] {
        check(&Response { point_spread: Some(point_spread), ..response.clone() });
    }
}
