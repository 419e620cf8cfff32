//! Writing and reading the images of a 2463 × 2527 detector; a pixel is an item.

#![expect(clippy::unwrap_used, reason = "a bench that cannot use its folder has nothing to measure")]
#![expect(clippy::cast_possible_truncation, reason = "counts are what of a float is left")]

use divan::Bencher;
use divan::counter::ItemsCount;
#[cfg(feature = "nxmx")]
use nanobragg_image_io::nxmx;
use nanobragg_image_io::preview::{Options, Preview};
use nanobragg_image_io::{Region, pgm, pixels, raw, smv};
use ndarray::Array2;

const SHAPE: [usize; 2] = [2527, 2463];

fn main() {
    divan::main();
}

/// A spot every 40 pixels on a smooth background.
fn photons() -> Array2<f32> {
    Array2::from_shape_fn(SHAPE, |(slow, fast)| {
        let spot = if slow % 40 == 7 && fast % 40 == 13 { 5000.0 } else { 0.0 };
        spot + (slow as f32 * 0.01).sin().abs() + (fast as f32 * 0.01).cos().abs()
    })
}

fn bench<R>(bencher: Bencher<'_, '_>, work: impl Fn(&Array2<f32>, &std::path::Path) -> R + Sync) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image");
    let photons = photons();
    raw::write_f32(&path, photons.view()).unwrap();
    bencher.counter(ItemsCount::new(SHAPE[0] * SHAPE[1])).bench_local(|| work(&photons, &path));
}

#[divan::bench]
fn float_written(bencher: Bencher<'_, '_>) {
    bench(bencher, |photons, path| raw::write_f32(path, photons.view()).unwrap());
}

#[divan::bench]
fn float_read(bencher: Bencher<'_, '_>) {
    bench(bencher, |_, path| raw::read_f32(path, SHAPE).unwrap());
}

#[divan::bench]
fn counts_made(bencher: Bencher<'_, '_>) {
    bench(bencher, |photons, _| pixels::to_counts(photons.view(), 10.0, 40.0, &Region::whole(SHAPE)));
}

#[divan::bench]
fn smv_made_and_written(bencher: Bencher<'_, '_>) {
    let fields = smv::HeaderFields { size1: SHAPE[1], size2: SHAPE[0], ..Default::default() };
    bench(bencher, |photons, path| {
        let counts = pixels::to_counts(photons.view(), 10.0, 40.0, &Region::whole(SHAPE));
        smv::write_u16(path, &fields, counts.view()).unwrap();
    });
}

#[divan::bench]
fn pgm_made_and_written(bencher: Bencher<'_, '_>) {
    bench(bencher, |photons, path| {
        let gray = pixels::to_gray(photons.view(), 10.0, &Region::whole(SHAPE));
        pgm::write(path, 10.0, gray.view()).unwrap();
    });
}

#[divan::bench]
fn preview_made(bencher: Bencher<'_, '_>) {
    bench(bencher, |photons, _| Preview::of(photons.view(), &Options::default()));
}

/// Counts with some noise, as a detector has them.
#[cfg(feature = "nxmx")]
fn counts() -> Array2<i32> {
    let mut state = 1_u64;
    photons().mapv(|photons| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        photons as i32 + i32::from((state >> 62) as u8)
    })
}

#[cfg(feature = "nxmx")]
fn described() -> nxmx::Description {
    let panel = nxmx::Panel {
        shape: SHAPE,
        fast_axis: [1.0, 0.0, 0.0],
        slow_axis: [0.0, -1.0, 0.0],
        origin_m: [-0.2, 0.2, -0.2],
        pixel_size_m: [172e-6; 2],
        ..Default::default()
    };
    let beam = nxmx::Beam { wavelength_angstrom: 1.0, ..Default::default() };
    let detector = nxmx::Detector { panels: vec![panel], ..Default::default() };
    nxmx::Description { beam, detector, ..Default::default() }
}

/// A file of one image.
#[cfg(feature = "nxmx")]
fn write_nxmx(path: &std::path::Path, counts: &Array2<i32>) {
    let mut file = nxmx::Writer::create(path, &described()).unwrap();
    file.append(&[counts.view()]).unwrap();
    file.finish().unwrap();
}

#[cfg(feature = "nxmx")]
#[divan::bench]
fn nxmx_written(bencher: Bencher<'_, '_>) {
    let counts = counts();
    bench(bencher, |_, path| write_nxmx(path, &counts));
}

#[cfg(feature = "nxmx")]
#[divan::bench]
fn nxmx_read(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    write_nxmx(&path, &counts());
    bench(bencher, |_, _| nxmx::read::<i32>(&path, 0).unwrap());
}
