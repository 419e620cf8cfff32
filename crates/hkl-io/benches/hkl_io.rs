//! Reading HKL text, writing and opening Fdump files: 127³ = 2,048,383 reflections, 47 MB of text.

use std::path::PathBuf;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use hkl_io::text::ReadOptions;
use hkl_io::{Grid, Miller, fdump, text};
use tempfile::TempDir;

/// Indices run from −LIMIT to LIMIT along every axis.
const LIMIT: i32 = 63;

fn main() {
    divan::main();
}

/// The text alone, in memory.
#[divan::bench]
fn parse_text(bencher: Bencher<'_, '_>) {
    let text = dense_text();
    bencher
        .counter(BytesCount::of_slice(text.as_bytes()))
        .bench(|| text::parse(black_box(text.as_bytes()), "dense.hkl", &ReadOptions::default()));
}

/// What a first run does: a file of text in, an Fdump out.
#[divan::bench]
fn read_text_and_write_fdump(bencher: Bencher<'_, '_>) {
    let text = dense_text();
    let (folder, fdump) = folder();
    let hkl = folder.path().join("dense.hkl");
    std::fs::write(&hkl, &text).expect("a file of text");
    bencher.counter(BytesCount::of_slice(text.as_bytes())).bench(|| {
        let grid = text::read(&hkl, &ReadOptions::default())?.grid;
        fdump::write(&grid, &fdump)
    });
}

#[divan::bench]
fn write_fdump(bencher: Bencher<'_, '_>) {
    let (_folder, fdump) = folder();
    let grid = dense_grid();
    bencher.counter(BytesCount::new(grid.byte_len())).bench(|| fdump::write(black_box(&grid), &fdump));
}

/// What every later run does instead, up to the first structure factor.
#[divan::bench]
fn open_fdump(bencher: Bencher<'_, '_>) {
    let (_folder, fdump) = folder();
    fdump::write(&dense_grid(), &fdump).expect("an Fdump");
    bencher
        .bench(|| fdump::open(black_box(&fdump), 0.0).map(|grid| grid.get(Miller::new(LIMIT, LIMIT, LIMIT))));
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let fdump = folder.path().join("Fdump.bin");
    (folder, fdump)
}

fn dense_grid() -> Grid {
    let hkl = text::parse(dense_text().as_bytes(), "dense.hkl", &ReadOptions::default());
    hkl.expect("the text is well formed").grid
}

/// 23 bytes a line, with F from 0.00 to 999.99.
fn dense_text() -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(50_000_000);
    let mut hundredths = 0_u32;
    for h in -LIMIT..=LIMIT {
        for k in -LIMIT..=LIMIT {
            for l in -LIMIT..=LIMIT {
                hundredths = (hundredths * 1103 + 12345) % 100_000;
                let f = f64::from(hundredths) / 100.0;
                writeln!(text, "{h:4}{k:4}{l:4}{f:10.2}").expect("a string takes any text");
            }
        }
    }
    text
}
