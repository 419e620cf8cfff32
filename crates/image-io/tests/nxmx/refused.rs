//! What cannot be written, and what cannot be read.

use std::path::Path;

use nanobragg_image_io::Error;
use nanobragg_image_io::nxmx::{self, Description, Detector, Panel, Polarization, Rotation, Writer};
use ndarray::Array2;
use rust_hdf5::types::H5Type;
use rust_hdf5::{FilterPipeline, H5File};

use crate::series::{count, described, images, one_panel, six_panels, turning, write};

#[test]
fn descriptions_of_what_cannot_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    let check = |expected: &str, change: &dyn Fn(&mut Description)| {
        let mut said = described(six_panels(), Some(turning()));
        change(&mut said);
        let error = Writer::<i32>::create(&path, &said).err().unwrap();
        assert_eq!(error.to_string(), format!("{}: not written: {expected}", path.display()));
    };
    check("the wavelength is 0, expected a length above 0", &|said| said.beam.wavelength_angstrom = 0.0);
    check("the wavelength is NaN, expected a length above 0", &|said| {
        said.beam.wavelength_angstrom = f64::NAN
    });
    check("the polarization is 1.5, expected from -1 to 1", &|said| {
        said.beam.polarization = Some(Polarization { kahn_factor: 1.5, e_vector: [1.0, 0.0, 0.0] });
    });
    check("the electric field is [0.0, 0.0, 1.0], expected a vector across the beam", &|said| {
        said.beam.polarization = Some(Polarization { kahn_factor: 0.9, e_vector: [0.0, 0.0, 1.0] });
    });
    check("the detector is without panels, expected one panel or more", &|said| said.detector.panels.clear());
    check("the fast axis of a panel is [1.0, 1.0, 0.0], expected a vector of length 1", &|said| {
        said.detector.panels[2].fast_axis = [1.0, 1.0, 0.0];
    });
    check("the rotation axis is [0.0, 0.0, 0.0], expected a vector of length 1", &|said| {
        said.rotation = Some(Rotation::default());
    });
    check("the origin of a panel is [0.0, inf, 0.0], expected numbers", &|said| {
        said.detector.panels[5].origin_m = [0.0, f64::INFINITY, 0.0];
    });
    check("a panel is 17 pixels wide, expected as wide as the first one, 16", &|said| {
        said.detector.panels[1].shape = [8, 17];
    });
    check("a panel is [0, 16], expected one pixel or more", &|said| said.detector.panels[3].shape = [0, 16]);
    check("the mask is [[8, 16]], expected of the shapes of the panels", &|said| {
        said.detector.mask.as_mut().unwrap().truncate(1)
    });
    check("an image is larger, expected at most 536870912 pixels", &|said| {
        said.detector = Detector { mask: None, ..said.detector.clone() };
        said.detector.panels[0].shape = [1 << 25, 16];
    });
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn images_of_another_series() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    let mut file = Writer::create(&path, &described(one_panel(), Some(turning()))).unwrap();
    let (good, other) = (Array2::<u16>::zeros([9, 14]), Array2::zeros([14, 9]));
    let check = |error: Error, expected: &str| {
        assert_eq!(error.to_string(), format!("{}: not written: {expected}", path.display()));
    };
    let error = file.append(&[other.view()]).unwrap_err();
    check(error, "the header states 9 slow x 14 fast pixels, the image has 14 x 9");
    let error = file.append(&[good.view(), good.view()]).unwrap_err();
    check(error, "an image is of 2 panels, expected 1 panels");
    file.append(&[good.view()]).unwrap();
    check(file.finish().unwrap_err(), "the series is of 1 images, expected 3 images");
    let file = Writer::<u16>::create(&path, &described(one_panel(), None)).unwrap();
    check(file.finish().unwrap_err(), "the series is of 0 images, expected 1 images");
    assert!(!path.exists());
}

/// A file with images of a type and shape, in chunks, of which the first is some bytes.
fn foreign<T: H5Type>(
    path: &Path,
    shape: &[usize],
    chunk: &[usize],
    pipeline: Option<FilterPipeline>,
    bytes: &[u8],
) {
    let file = H5File::create(path).unwrap();
    let data = file.create_group("entry").unwrap().create_group("data").unwrap();
    let mut images = data.new_dataset::<T>().shape(shape).chunk(chunk);
    if let Some(pipeline) = pipeline {
        images = images.filter_pipeline(pipeline);
    }
    let images = images.create("data").unwrap();
    if images.filters().is_err() && !bytes.is_empty() {
        images.write_chunk_raw_at(&vec![0; shape.len()], bytes, 0).unwrap();
    }
    drop(images);
    file.close().unwrap();
}

#[test]
fn files_of_others_that_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.h5");
    let check = |expected: &str| {
        let message = nxmx::read::<i32>(&path, 0).unwrap_err().to_string();
        assert!(message.contains(expected), "{expected}: {message}");
    };
    let bitshuffle = || Some(FilterPipeline::bshuf_lz4(4));
    foreign::<f64>(&path, &[1, 4, 4], &[1, 4, 4], bitshuffle(), &[]);
    check("expected u16, i16, u32, i32 or f32");
    foreign::<i32>(&path, &[4, 4], &[4, 4], bitshuffle(), &[]);
    check("of shape [4, 4], expected images of two dimensions");
    foreign::<i32>(&path, &[2, 4, 4], &[2, 4, 4], bitshuffle(), &[]);
    check("in chunks of Some([2, 4, 4]), expected chunks of an image, [1, 4, 4]");
    foreign::<i32>(&path, &[1, 4, 4], &[1, 4, 4], Some(FilterPipeline::lz4()), &[]);
    check("with the filters [32004], expected none, or 32008 with LZ4");
    foreign::<i32>(&path, &[1, 4, 4], &[1, 4, 4], Some(FilterPipeline::bshuf(4)), &[]);
    check("with the filters [32008], expected none, or 32008 with LZ4");
    foreign::<u32>(&path, &[1, 4, 4], &[1, 4, 4], bitshuffle(), &[]);
    check("found pixels of type u32, expected i32");
    foreign::<i32>(&path, &[1, 1 << 16, 1 << 16], &[1, 1 << 16, 1 << 14], bitshuffle(), &[]);
    check("of 65536 x 65536 pixels, expected from 1 to 536870912 pixels");
    // Half a gigabyte is stated, 40 bytes are there.
    foreign::<i32>(&path, &[1, 1 << 14, 1 << 13], &[1, 1 << 14, 1 << 13], bitshuffle(), &[0; 40]);
    check("found an image of 40 bytes, expected 16384 x 8192 pixels");
    foreign::<i32>(&path, &[1, 4, 4], &[1, 4, 4], bitshuffle(), &[]);
    check("images of NXmx in HDF5");
    std::fs::write(&path, "text").unwrap();
    check("images of NXmx in HDF5");
    assert!(matches!(nxmx::shape(folder.path().join("none")), Err(Error::Read { .. })));
}

#[test]
fn a_module_outside_of_the_image() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    let panels = six_panels();
    write(&path, &described(panels.clone(), None), &images(&panels, count));
    for (field, value, expected) in [
        ("data_origin", [40_u64, 1], "modules beside each other"),
        ("data_size", [46, 16], "modules beside each other"),
        ("data_origin", [u64::MAX, 0], "modules beside each other"),
    ] {
        let file = H5File::open_rw(&path).unwrap();
        let data = file.dataset_writer(&format!("entry/instrument/detector/module_5/{field}")).unwrap();
        data.write_raw(&value).unwrap();
        drop(data);
        file.close().unwrap();
        let message = nxmx::shape(&path).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

/// Whatever is cut off, the image is refused or as it was; whatever byte is changed, nothing panics.
#[test]
fn damaged_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    let panels = vec![Panel { shape: [40, 50], ..one_panel().remove(0) }];
    let mut said = described(one_panel(), None);
    said.detector = Detector { mask: None, panels: panels.clone(), ..said.detector };
    let images = images(&panels, count);
    write(&path, &said, &images);
    let whole = std::fs::read(&path).unwrap();
    let read = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        nxmx::read::<i32>(&path, 2)
    };
    let cut = |length: usize| read(&whole[..length]).map(|found| assert_eq!(found, images[2]));
    let read_although_cut = (0..whole.len()).step_by(97).filter(|length| cut(*length).is_ok());
    // The last thing in the file is none of what is read.
    assert!(read_although_cut.count() < 10);
    let mut refused = 0;
    for place in (0..whole.len()).step_by(53) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x55;
        refused += usize::from(read(&damaged).is_err());
    }
    assert!(refused > 0);
}
