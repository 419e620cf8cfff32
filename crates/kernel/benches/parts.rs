//! The parts of a run beside the pixels: elementary functions, noise, statistics.

use divan::counter::ItemsCount;
use nanobragg_kernel::functions::{cos_pi, exp, sin_pi};
use nanobragg_kernel::lane::Lane;
use nanobragg_kernel::noise::Poisson;

fn main() {
    divan::main();
}

/// Numbers in a function's domain.
const COUNT: usize = 1 << 16;

fn numbers(low: f64, high: f64) -> Vec<f64> {
    (0..COUNT).map(|i| low + (high - low) * i as f64 / COUNT as f64).collect()
}

fn over<L: Lane>(bencher: divan::Bencher<'_, '_>, range: [f64; 2], function: impl Fn(L) -> L + Sync) {
    let numbers = numbers(range[0], range[1]);
    bencher.counter(ItemsCount::new(COUNT)).bench_local(|| {
        let sum = numbers
            .chunks_exact(L::WIDTH)
            .fold(L::splat(0.0), |sum, chunk| sum + function(L::from_fn(|place| chunk[place])));
        (0..L::WIDTH).map(|place| sum.get(place)).sum::<f64>()
    });
}

#[divan::bench(types = [f64, wide::f64x2, wide::f64x4, wide::f64x8])]
fn sine<L: Lane>(bencher: divan::Bencher<'_, '_>) {
    over::<L>(bencher, [-0.5, 0.5], sin_pi);
}

#[divan::bench(types = [f64, wide::f64x2, wide::f64x4, wide::f64x8])]
fn cosine<L: Lane>(bencher: divan::Bencher<'_, '_>) {
    over::<L>(bencher, [-0.5, 0.5], cos_pi);
}

#[divan::bench(types = [f64, wide::f64x2, wide::f64x4, wide::f64x8])]
fn exponential<L: Lane>(bencher: divan::Bencher<'_, '_>) {
    over::<L>(bencher, [-700.0, 0.0], exp);
}

/// Pixels a second in each of the three regimes of the Poisson deviate.
#[divan::bench(args = [0.01f32, 5.0, 100.0, 2.0e6])]
fn noise(bencher: divan::Bencher<'_, '_>, mean: f32) {
    let mut stream = Poisson::new(1);
    bencher
        .counter(ItemsCount::new(COUNT))
        .bench_local(|| (0..COUNT).map(|_| f64::from(stream.deviate(mean))).sum::<f64>());
}
