//! What is written is read, and so are files of others.

use std::path::Path;

use nanobragg_image_io::nxmx::{self, Detector, Panel, Pixel, PixelType, Writer};
use ndarray::{Array2, s};
use proptest::prelude::*;

use crate::series::{count, described, images, one_panel, six_panels, turning, write};

fn check<T: Pixel>(path: &Path, panels: &[Panel], expected: &[Vec<Array2<T>>]) {
    let shape = nxmx::shape(path).unwrap();
    let shapes: Vec<_> = panels.iter().map(|panel| panel.shape).collect();
    assert_eq!((shape.images, shape.panels, shape.pixel_type), (expected.len(), shapes, T::TYPE));
    for (number, expected) in expected.iter().enumerate() {
        assert_eq!(&nxmx::read::<T>(path, number).unwrap(), expected);
    }
}

#[test]
fn series_of_one_panel_and_of_six() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    for panels in [one_panel(), six_panels()] {
        for rotation in [Some(turning()), None] {
            let images = images(&panels, count);
            write(&path, &described(panels.clone(), rotation), &images);
            check(&path, &panels, &images);
        }
    }
}

proptest! {
    #[test]
    fn images_of_any_shape(slow in 1_usize..70, fast in 1_usize..70, seed in any::<u32>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("series.nxs");
        let panels = vec![Panel { shape: [slow, fast], ..one_panel().remove(0) }];
        let mut said = described(one_panel(), None);
        said.detector = Detector { panels, mask: None, ..said.detector };
        let value = |number: usize| seed.wrapping_mul(u32::try_from(number).unwrap()).rotate_left(7);
        let images = images(&said.detector.panels, value);
        write(&path, &said, &images);
        check(&path, &said.detector.panels, &images);
    }
}

/// Views of larger images, and columns for rows.
#[test]
fn views_are_written_in_their_own_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    let wide = Array2::from_shape_fn([20, 18], |(slow, fast)| i16::try_from(slow * 18 + fast).unwrap());
    let views = [wide.slice(s![2..11, 1..15]), wide.slice(s![4..18, 3..12]).reversed_axes()];
    let mut file = Writer::create(&path, &described(one_panel(), None)).unwrap();
    views.iter().for_each(|view| file.append(&[*view]).unwrap());
    assert!(!path.exists(), "it has its name when it is finished");
    file.finish().unwrap();
    check(&path, &one_panel(), &views.map(|view| vec![view.to_owned()]));
}

#[test]
fn a_file_that_is_not_finished_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("series.nxs");
    std::fs::write(&path, "old").unwrap();
    let mut file = Writer::create(&path, &described(one_panel(), Some(turning()))).unwrap();
    file.append(&[images(&one_panel(), count)[0][0].view()]).unwrap();
    drop(file);
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_of_a_set_gets_its_name_with_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let [path, other] = ["series.nxs", "other"].map(|name| folder.path().join(name));
    let (set, images) = (whole_file::FileSet::new(), images(&one_panel(), count));
    let mut file = Writer::create_in(&set, &path, &described(one_panel(), None)).unwrap();
    images.iter().for_each(|image| file.append(&[image[0].view()]).unwrap());
    file.finish().unwrap();
    set.write(&other, |out| out.write_all(b"x")).unwrap();
    assert!(!path.exists());
    set.commit().unwrap();
    assert!(other.exists());
    check(&path, &one_panel(), &images);
}

/// A master file with links to two files of images, as an Eiger writes them, made by h5py: see `fixtures/README.md`.
#[test]
fn the_images_of_an_eiger() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/nxmx/eiger_master.h5");
    let shape = nxmx::shape(&path).unwrap();
    assert_eq!((shape.images, &shape.panels[..], shape.pixel_type), (5, &[[10, 12]][..], PixelType::U32));
    for image in 0..5 {
        let expected = |(slow, fast)| match (slow, fast) {
            (4, _) => u32::MAX,
            _ => u32::try_from(1000 * image + 12 * slow + fast).unwrap(),
        };
        assert_eq!(nxmx::read::<u32>(&path, image).unwrap(), [Array2::from_shape_fn([10, 12], expected)]);
    }
    assert!(nxmx::read::<u32>(&path, 5).is_err());
}
