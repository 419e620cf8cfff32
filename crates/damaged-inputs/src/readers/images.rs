//! Images, as the comparison reads them.

use std::path::Path;

use nanobragg_compare::load::{self, ShapeFrom};
use nanobragg_compare::{Options, Pictures, Report, page};
use nanobragg_image_io::nxmx::{self, PixelType};
use nanobragg_image_io::{Header, png, raw, smv};
use ndarray::Array2;

use crate::seeds;
use crate::workplace::Workplace;

/// Pixels of the images that are compared.
const FEW_PIXELS: usize = 64;
/// One in so many of them is compared: that takes a hundred times as long as to read it.
const COMPARED: usize = 64;

fn read(path: &Path, shape: &ShapeFrom) -> bool {
    load::image(path, shape).is_ok()
}

/// Reads an image of any numbers, and sometimes compares it with itself.
fn read_and_compared(path: &Path, shape: &ShapeFrom, input: &[u8]) -> bool {
    let Ok(image) = load::image(path, shape) else { return false };
    let sum: usize = input.iter().map(|byte| usize::from(*byte)).sum();
    if sum.is_multiple_of(COMPARED) && (1..=FEW_PIXELS).contains(&image.pixels().len()) {
        let options = Options::default();
        let report = Report::between(&image, &image, &options).unwrap();
        assert!(!report.to_json().is_empty());
        let pictures = Pictures::of(&image, &image, report.relative_floor, &options).unwrap();
        assert!(!page::html(&report, &pictures).unwrap().is_empty());
    }
    true
}

pub(super) fn smv_images() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/seeds", "fixtures/images", "fixtures/bad/smv", "golden/inputs"], ".img")
}

pub(super) fn smv_image(workplace: &Workplace, input: &[u8]) -> bool {
    let path = workplace.file("input.img", input);
    if let Ok(header) = smv::read_header(&path) {
        for (key, _) in header.entries() {
            assert!(header.number(key).ok().flatten().is_none_or(f64::is_finite));
            assert!(header.reference_number(key).is_none_or(|number| !number.is_nan()));
        }
    }
    read(&path, &ShapeFrom::Sibling)
}

pub(super) fn npy_arrays() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/images", "fixtures/bad/images"], ".npy")
}

pub(super) fn npy_array(workplace: &Workplace, input: &[u8]) -> bool {
    read_and_compared(&workplace.file("input.npy", input), &ShapeFrom::Sibling, input)
}

pub(super) fn pgm_images() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/seeds", "fixtures/images", "fixtures/bad/images"], ".pgm")
}

pub(super) fn pgm_image(workplace: &Workplace, input: &[u8]) -> bool {
    read(&workplace.file("input.pgm", input), &ShapeFrom::Sibling)
}

pub(super) fn cbf_images() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/images"], ".cbf")
}

pub(super) fn cbf_image(workplace: &Workplace, input: &[u8]) -> bool {
    let path = workplace.file("input.cbf", input);
    let Ok(image) = nanobragg_image_io::Image::open(&path, &ShapeFrom::Sibling) else { return false };
    let Header::Cbf(header) = image.header else { return false };
    assert!(header.number("Wavelength").ok().flatten().is_none_or(f64::is_finite));
    assert!(header.pair("Beam_xy").ok().flatten().is_none_or(|pair| pair.iter().all(|n| n.is_finite())));
    true
}

pub(super) fn png_pictures() -> Vec<Vec<u8>> {
    let gray = Array2::from_shape_fn((5, 7), |(slow, fast)| [3, 90, 255][(slow * fast) % 3]);
    let mut deep = Vec::new();
    png::write_gray16_to(&mut deep, gray.mapv(|gray| u16::from(gray) * 257).view()).unwrap();
    vec![png::gray_bytes(gray.view()).unwrap(), deep]
}

pub(super) fn png_picture(workplace: &Workplace, input: &[u8]) -> bool {
    read(&workplace.file("input.png", input), &ShapeFrom::Sibling)
}

pub(super) fn nxmx_series() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/seeds/series.nxs", "fixtures/nxmx/eiger_data_000001.h5"], "")
}

/// Reads the last image, whatever its type.
pub(super) fn nxmx_image(workplace: &Workplace, input: &[u8]) -> bool {
    let path = workplace.file("input.nxs", input);
    let Ok(shape) = nxmx::shape(&path) else { return false };
    let last = shape.images.saturating_sub(1);
    match shape.pixel_type {
        PixelType::U16 => nxmx::read::<u16>(&path, last).is_ok(),
        PixelType::I16 => nxmx::read::<i16>(&path, last).is_ok(),
        PixelType::U32 => nxmx::read::<u32>(&path, last).is_ok(),
        PixelType::I32 => nxmx::read::<i32>(&path, last).is_ok(),
        _ => nxmx::read::<f32>(&path, last).is_ok(),
    }
}

pub(super) fn raw_images() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/seeds", "fixtures/images"], ".f32")
}

/// The shape is stated elsewhere: it may be anything.
pub(super) fn raw_image(workplace: &Workplace, input: &[u8]) -> bool {
    let path = workplace.file("input.f32", input);
    for side in [usize::MAX, 1 << 40, 1 << 62] {
        assert!(raw::read_f32(&path, [side, 4]).is_err());
    }
    // Its kind is told by its first bytes, which may be those of another.
    let path = workplace.file("input", input);
    read_and_compared(&path, &ShapeFrom::Given([input.len() / 8, 2]), input)
}

pub(super) fn sidecars() -> Vec<Vec<u8>> {
    seeds::of(&["fixtures/seeds"], ".json")
}

/// What states the shape of an image of 24 floats.
pub(super) fn sidecar(workplace: &Workplace, input: &[u8]) -> bool {
    let image = workplace.file("image.bin", &seeds::SMALL_IMAGE);
    workplace.file("image.json", input);
    read(&image, &ShapeFrom::Sibling)
}
