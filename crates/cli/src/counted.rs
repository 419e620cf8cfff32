//! The files of the detector's counts, a file per panel.

use std::path::Path;

use nanobragg_image_io::smv::DetectorFields;
use nanobragg_image_io::{cbf, npy, png, smv};
use nanobragg_response::{Counts, Pixels, Readout};
use ndarray::{Array2, ArrayView2};
use whole_file::FileSet;

use crate::exposure::{Exposure, beam_pixels, seconds};
use crate::failure::Failure;
use crate::named_file::{Named, of_panel};
use crate::{cbf_header, counts, smv_header};

/// The value of a pixel between modules in a CBF file.
const CBF_GAP: i32 = -1;

/// Writes the counts of the panels of an image, as arrays and pictures too if they are of counts.
pub(crate) fn write(
    set: &FileSet,
    exposure: &Exposure<'_>,
    panels: &[Counts],
    has_arrays: bool,
) -> Result<Vec<Named>, Failure> {
    let names = &exposure.files;
    let experiment = &exposure.prepared.experiment;
    let readout = counts::readout(experiment);
    let mut files = Vec::new();
    for (index, counts) in panels.iter().enumerate() {
        let panel = &exposure.resolved.simulation.panels[index];
        let pixels = &counts.pixels;
        let named = |path: &Path| if panels.len() > 1 { of_panel(path, index) } else { path.to_owned() };
        if let Some(path) = names.cbf.as_deref().map(named) {
            let header = cbf_header::of_panel(exposure, index, counts::largest_measured(&readout));
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let image = signed(pixels, &readout);
            set.write(&path, |out| cbf::write_to(out, image.view(), &header, &stem))?;
            files.push((path, "counts, 4-byte integers (mini-CBF)"));
        }
        if let Some(path) = names.smv.as_deref().map(named) {
            let detector = DetectorFields { exposure_s: seconds(experiment), pedestal: readout.offset_adu };
            let beam = beam_pixels(&panel.placement.panel);
            let header = smv_header::of_detector(&exposure.resolved, index, beam, detector);
            let image = short(pixels);
            set.write(&path, |out| smv::write_u16_to(out, &header, image.view()))?;
            files.push((path, "counts, 2-byte integers (SMV)"));
        }
        if !has_arrays {
            continue;
        }
        if let Some(path) = names.npy.as_deref().map(named) {
            set.write(&path, |out| match pixels {
                Pixels::U16(image) => npy::write_to(out, image.view()),
                Pixels::I16(image) => npy::write_to(out, image.view()),
                Pixels::U32(image) => npy::write_to(out, image.view()),
                Pixels::I32(image) => npy::write_to(out, image.view()),
            })?;
            files.push((path, "counts (NumPy)"));
        }
        if let Some(path) = names.png.as_deref().map(named) {
            let image = short(pixels);
            set.write(&path, |out| png::write_gray16_to(out, image.view()))?;
            files.push((path, "counts, 16-bit gray (PNG)"));
        }
    }
    Ok(files)
}

/// Counts of 32 bits with −1 where there is no sensor.
fn signed(pixels: &Pixels, readout: &Readout) -> Array2<i32> {
    // Where saturated pixels have the value of gaps there are none.
    let gap = readout.sample.gap_value();
    let gap = Some(gap).filter(|gap| readout.saturation_adu < *gap as f64);
    let of = |value: i64| match gap {
        Some(gap) if value == gap => CBF_GAP,
        _ => i32::try_from(value).unwrap_or(i32::MAX),
    };
    match pixels {
        Pixels::U16(image) => image.mapv(|value| of(value.into())),
        Pixels::I16(image) => image.mapv(i32::from),
        Pixels::U32(image) => image.mapv(|value| of(value.into())),
        Pixels::I32(image) => image.clone(),
    }
}

/// Counts of 16 bits: what is below 0 is 0, what is above is the largest.
fn short(pixels: &Pixels) -> Array2<u16> {
    fn clamped<T: Copy + Into<i64>>(image: ArrayView2<'_, T>) -> Array2<u16> {
        image.mapv(|value| u16::try_from(value.into().max(0)).unwrap_or(u16::MAX))
    }
    match pixels {
        Pixels::U16(image) => image.clone(),
        Pixels::I16(image) => clamped(image.view()),
        Pixels::U32(image) => clamped(image.view()),
        Pixels::I32(image) => clamped(image.view()),
    }
}
