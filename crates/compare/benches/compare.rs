//! Two images of a 2463 × 2527 detector compared; a pixel is an item.
#![expect(clippy::unwrap_used, reason = "a bench that cannot use its folder has nothing to measure")]

use std::path::PathBuf;

use divan::Bencher;
use divan::counter::ItemsCount;
use nanobragg_compare::load::{self, ShapeFrom};
use nanobragg_compare::{Image, Options, Report, folder};
use nanobragg_image_io::raw;
use ndarray::Array2;

const SHAPE: [usize; 2] = [2527, 2463];

fn main() {
    divan::main();
}

/// Spots of lattice-factor form every 40 pixels over tails that reach down many decades.
fn photons(shift: f32) -> Array2<f32> {
    let profile = |position: usize, shift: f32| {
        let x = std::f32::consts::PI * ((position as f32 + shift) / 40.0);
        ((9.0 * x).sin() / (9.0 * x.sin())).powi(2)
    };
    let columns: Vec<f32> = (0..SHAPE[1]).map(|fast| profile(fast, 0.37 + shift)).collect();
    let rows: Vec<f32> = (0..SHAPE[0]).map(|slow| profile(slow, 0.59)).collect();
    Array2::from_shape_fn(SHAPE, |(slow, fast)| 5000.0 * rows[slow] * columns[fast])
}

fn bench<R>(bencher: Bencher<'_, '_>, work: impl Fn(&Image, &Image) -> R) {
    let (a, b) = (Image::from_f32("a", photons(0.0).view()), Image::from_f32("b", photons(0.1).view()));
    bencher.counter(ItemsCount::new(SHAPE[0] * SHAPE[1])).bench_local(|| work(&a, &b));
}

#[divan::bench(sample_count = 20)]
fn report(bencher: Bencher<'_, '_>) {
    bench(bencher, |a, b| Report::between(a, b, &Options::default()).unwrap());
}

/// From two raw files to a folder with pictures and page.
#[divan::bench(sample_count = 20)]
fn files_to_page(bencher: Bencher<'_, '_>) {
    let temporary = tempfile::tempdir().unwrap();
    let paths: [PathBuf; 2] = ["a.bin", "b.bin"].map(|name| temporary.path().join(name));
    raw::write_f32(&paths[0], photons(0.0).view()).unwrap();
    raw::write_f32(&paths[1], photons(0.1).view()).unwrap();
    let options = Options::default();
    bencher.counter(ItemsCount::new(SHAPE[0] * SHAPE[1])).bench_local(|| {
        let [a, b] = [&paths[0], &paths[1]].map(|path| load::image(path, &ShapeFrom::Given(SHAPE)).unwrap());
        let report = Report::between(&a, &b, &options).unwrap();
        folder::write(temporary.path().join("out"), &report, &a, &b, &options).unwrap();
        report
    });
}
