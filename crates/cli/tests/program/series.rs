//! Series of images, and the detector's counts, as files.

use std::path::Path;

use nanobragg_image_io::{cbf, npy};
use ndarray::Array2;

use crate::workplace::{CRYSTAL, DETECTOR, Run, program, run, run_in, workplace};

fn ran(folder: &Path, line: &str) -> Run {
    let run = run_in(folder, &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, Some(0), "{line}: {}", run.stderr);
    run
}

fn small(folder: &Path, more: &str) -> Run {
    ran(folder, &format!("{CRYSTAL} {DETECTOR} {more}"))
}

/// The small experiment with more lines of TOML.
fn described(folder: &Path, more: &str, flags: &str) -> Run {
    let text = format!(
        "[crystal]\ncell = [30, 35, 40, 80, 95, 100]\ncells = [4, 4, 4]\n[structure_factors]\nsource.uniform = 100\n\
         [detector.convention]\npixels = [24, 24]\npixel_size_mm = 1\ndistance_mm = 60\n{more}"
    );
    std::fs::write(folder.join("e.toml"), text).unwrap();
    ran(folder, &format!("run e.toml {flags}"))
}

fn array(folder: &Path, name: &str) -> Array2<f64> {
    npy::read(folder.join(name)).unwrap()
}

/// Every image of a series is that of a run of its own, with its own files and none of the usual ones.
#[test]
fn an_image_of_a_series_is_that_of_a_run_at_its_angle() {
    let folder = workplace();
    let series = small(folder.path(), "-phi 10 -osc 1.5 -phisteps 3 -images 3 -npyfile a_###.npy");
    let names: Vec<_> = series.files.keys().map(String::as_str).collect();
    assert_eq!(names, ["a_001.npy", "a_002.npy", "a_003.npy"]);
    assert!(series.stdout.contains("image 2 of 3: phi 11.5 to 13 deg"), "{}", series.stdout);
    for (image, phi) in [("a_001.npy", 10.0), ("a_002.npy", 11.5), ("a_003.npy", 13.0)] {
        let single = small(folder.path(), &format!("-phi {phi} -osc 1.5 -phisteps 3 -npyfile one.npy"));
        assert_eq!(series.files[image], single.files["one.npy"], "{image}");
        std::fs::remove_file(folder.path().join("one.npy")).unwrap();
    }
    assert_ne!(series.files["a_001.npy"], series.files["a_002.npy"]);
}

/// Steps in the middle of their intervals are those of a scan that starts half a step later, under the angles of this one.
#[test]
fn centred_steps_stand_for_their_intervals() {
    let folder = workplace();
    let scan = |rest: &str| format!("[scan]\nwidth_deg = 1\nsteps = 2\n{rest}\n");
    let flags = "-cbffile a.cbf -npyfile a.npy";
    let centred = described(folder.path(), &scan("centred_steps = true"), flags);
    let centred_photons = array(folder.path(), "a.npy");
    described(folder.path(), &scan("start_deg = 0.25"), flags);
    let later = array(folder.path(), "a.npy");
    for (a, b) in centred_photons.iter().zip(&later) {
        assert!((a - b).abs() <= 1e-6 * b.abs(), "{a} {b}");
    }
    described(folder.path(), &scan(""), flags);
    assert_ne!(array(folder.path(), "a.npy"), centred_photons);
    let header = String::from_utf8_lossy(&centred.files["a.cbf"]).into_owned();
    assert!(header.contains("# Start_angle 0.000000 deg."), "{header}");
}

/// The rotation that DIALS judges is an experiment of this program; its images take too long for a test.
#[test]
fn the_rotation_for_dials_is_read() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/rotation/rotation.toml");
    let shown = run_in(workplace().path(), &["config", file]);
    assert_eq!(shown.status, Some(0), "{}", shown.stderr);
    assert!(shown.stdout.contains("centred_steps = true"), "{}", shown.stdout);
}

#[test]
fn a_series_needs_numbers_in_all_names() {
    let refused = run(&format!("{CRYSTAL} {DETECTOR} -images 2 -npyfile a_#.npy -cbffile b.cbf"));
    assert_eq!(refused.status, Some(2));
    assert!(refused.files.is_empty());
    let expected = "-cbffile: expected a name with #### for the numbers of 2 images, found \"b.cbf\"";
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);
    // Without any number there is one image, and a word about the others.
    let first = run(&format!("{CRYSTAL} {DETECTOR} -images 2 -cbffile b.cbf"));
    assert_eq!(first.status, Some(0));
    assert!(first.files.contains_key("b.cbf") && first.files.contains_key("floatimage.bin"));
    assert!(first.stderr.contains("the scan has 2 images: the first is rendered"), "{}", first.stderr);
    let kept = run(&format!("{CRYSTAL} {DETECTOR} -images 2 -cbffile b#.cbf -checkpoint rows"));
    assert_eq!((kept.status, kept.files.len()), (Some(2), 0), "{}", kept.stderr);
}

/// Without chance, a count is the expected photons times the gain, and the offset, to the nearest number, up to the
/// saturation.
#[test]
fn counts_without_noise_follow_from_the_photons() {
    let folder = workplace();
    described(folder.path(), "", "-npyfile photons.npy");
    let response = "[response]\ncounting = false\ngain = 1.75\noffset_adu = 10\nsaturation_adu = 2000\nsample = \"u16\"\n";
    let run =
        described(folder.path(), response, "-npyfile counts.npy -cbffile counts.cbf -smvfile counts.img");
    let photons = array(folder.path(), "photons.npy");
    let expected = photons.mapv(|photons| (photons * 1.75 + 10.0).round_ties_even().min(2000.0));
    let saturated = expected.iter().filter(|count| **count > 1999.0).count();
    assert!((1..expected.len()).contains(&saturated), "{saturated}");
    assert_eq!(array(folder.path(), "counts.npy"), expected);
    assert_eq!(cbf::read(folder.path().join("counts.cbf")).unwrap().mapv(f64::from), expected);
    // A pixel at the saturation is no measurement.
    let header = String::from_utf8_lossy(&run.files["counts.cbf"]).into_owned();
    assert!(header.contains("# Count_cutoff 1999 counts"), "{header}");
    let smv = nanobragg_image_io::smv::read(folder.path().join("counts.img")).unwrap();
    assert_eq!(smv.pixels.mapv(f64::from), expected);
    let overloads = photons.iter().filter(|photons| **photons * 1.75 + 10.0 > 2000.5).count();
    assert!(run.stdout.contains(&format!("{overloads} pixels overloaded")), "{}", run.stdout);
}

/// Noise repeats with its seed, and differs from image to image.
#[test]
fn noise_repeats_with_its_seed_and_differs_between_images() {
    let folder = workplace();
    let line = "-images 2 -cbffile a_#.cbf -fluence 1e27";
    let once = small(folder.path(), line).files;
    std::fs::remove_file(folder.path().join("a_1.cbf")).unwrap();
    std::fs::remove_file(folder.path().join("a_2.cbf")).unwrap();
    let again = small(folder.path(), &format!("{line} -threads 1")).files;
    assert_eq!(once, again);
    let of = |name: &str| cbf::read(folder.path().join(name)).unwrap();
    let (first, second) = (of("a_1.cbf"), of("a_2.cbf"));
    assert_ne!(first, second, "of the same photons");
    small(folder.path(), &format!("{line} -seed 2"));
    assert_ne!(of("a_1.cbf"), first);
}

/// What is masked and what is between modules is -1 in a CBF file; an array has the value of its type.
#[test]
fn pixels_without_a_sensor_are_gaps() {
    let folder = workplace();
    let response = "[response]\npreset = \"eiger\"\nmodules = { pixels = [10, 24], gap = [2, 0] }\n";
    described(folder.path(), response, "-cbffile a.cbf -npyfile a.npy -mask mask.img");
    let counts = cbf::read(folder.path().join("a.cbf")).unwrap();
    let array = array(folder.path(), "a.npy");
    for ((slow, fast), count) in counts.indexed_iter() {
        let is_gap = slow % 12 >= 10 || (slow * 24 + fast) % 3 == 0;
        assert_eq!(*count == -1, is_gap, "{slow} {fast}");
        assert_eq!(array[[slow, fast]] > 4e9, is_gap, "{slow} {fast}");
    }
}

/// One NXmx file has the images of a scan and the panels of a detector, as the files of each image have them.
#[test]
fn an_nxmx_file_has_all_images_and_panels() {
    let folder = workplace();
    let line = "-expt two_by_three.expt -cell 30 35 40 80 95 100 -default_F 100 -N 4 -osc 1 -phisteps 2 -images 3 -seed 1 \
                -response eiger -nxmx s.nxs -cbffile c_#.cbf";
    let run = ran(folder.path(), line);
    assert!(
        run.files.contains_key("s.nxs") && !run.files.contains_key("floatimage.bin"),
        "{:?}",
        run.files.keys()
    );
    for image in 0..3 {
        let panels = nanobragg_image_io::nxmx::read::<u32>(folder.path().join("s.nxs"), image).unwrap();
        assert_eq!(panels.len(), 6);
        for (panel, counts) in panels.iter().enumerate() {
            let cbf = cbf::read(folder.path().join(format!("c_{}_{panel}.cbf", image + 1))).unwrap();
            // A gap is the largest number of an unsigned type.
            assert_eq!(counts.mapv(u32::cast_signed), cbf, "image {image} panel {panel}");
        }
    }
    // Other commands read it as any image.
    let shown = ran(folder.path(), "show s.nxs -image 2 -panel 5 -o s.png");
    assert!(shown.files.contains_key("s.png"), "{}", shown.stdout);
    let words = ["show", "s.nxs", "-image", "3", "-o", "t.png"];
    let beyond = run_in(folder.path(), &words);
    assert_eq!((beyond.status, beyond.files.len()), (Some(3), 0), "{}", beyond.stderr);
}

/// What is printed of a pixel is printed of the first image.
#[test]
fn a_series_prints_the_pixel_that_is_asked_for() {
    let folder = workplace();
    let asked = "-printout -printout_pixel 12 13";
    let pixels = |run: &Run| -> Vec<String> {
        let lines = run.stdout.lines().skip_while(|line| *line != "pixels").skip(1);
        lines.take_while(|line| line.starts_with(' ')).map(str::to_owned).collect()
    };
    let single = pixels(&small(folder.path(), asked));
    assert!(!single.is_empty());
    assert_eq!(pixels(&small(folder.path(), &format!("-images 2 -npyfile a_#.npy {asked}"))), single);
}

#[test]
fn a_response_that_cannot_be_is_refused_by_its_key() {
    for (lines, expected) in [
        ("[response]\ngain = -1\n", "e.toml:9: response.gain: expected ADU per photon above 0"),
        ("[response]\npoint_spread.gaussian.fwhm_um = 0\n", "response.point_spread.fwhm_um: expected"),
        ("[response]\ndead_fraction = 2\n", "e.toml:9: response.dead_fraction: expected a share from 0 to 1"),
        ("[response]\nsample = \"u8\"\n", "response.sample"),
        ("[response]\npreset = \"pilatos\"\n", "response.preset"),
        ("[response]\ngian = 1\n", "gain"),
    ] {
        let folder = workplace();
        let text = format!(
            "[crystal]\ncell = [30, 35, 40, 80, 95, 100]\n[structure_factors]\nsource.uniform = 100\n\
             [detector.convention]\npixels = [24, 24]\ndistance_mm = 60\n{lines}"
        );
        std::fs::write(folder.path().join("e.toml"), text).unwrap();
        let run = run_in(folder.path(), &["run", "e.toml"]);
        assert_eq!((run.status, run.files.len()), (Some(3), 0), "{lines}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{lines}: {}", run.stderr);
    }
}

/// A float image that is there becomes what the run that rendered it writes: from raw floats, whose JSON file has the shape,
/// and from an array.
#[test]
fn a_detector_responds_to_an_image_that_is_there_as_in_a_run() {
    let folder = workplace();
    let detector = "-pixel 1 -distance 60 -lambda 1 -seed 7 -response ccd";
    ran(folder.path(), &format!("{CRYSTAL} {DETECTOR} {detector} -floatfile f.bin -cbffile run.cbf"));
    small(folder.path(), "-npyfile f.npy");
    let of_run = std::fs::read(folder.path().join("run.cbf")).unwrap();
    for image in ["f.bin", "f.npy"] {
        ran(folder.path(), &format!("respond {image} {detector} -cbffile other.cbf -npyfile c.npy"));
        let name = "run.cbf".replace(".cbf", "");
        let other = std::fs::read(folder.path().join("other.cbf")).unwrap();
        let renamed = other.windows(5).position(|window| window == b"other").unwrap();
        let other = [&other[..renamed], name.as_bytes(), &other[renamed + 5..]].concat();
        assert_eq!(other, of_run, "{image}");
        let array = array(folder.path(), "c.npy");
        assert_eq!(array, cbf::read(folder.path().join("run.cbf")).unwrap().mapv(f64::from));
    }
    std::fs::write(folder.path().join("gray.pgm"), b"P5\n2 1\n255\nab").unwrap();
    for (line, status, expected) in [
        ("respond f.bin", 2, "no output"),
        ("respond f.npy -npyfile f.npy", 2, "f.npy: is read and cannot be written too"),
        ("respond f.bin -detpixels 30 -cbffile x.cbf", 3, "30 x 30 pixels (slow x fast), found 24 x 24"),
        ("respond none.bin -cbffile x.cbf", 3, "none.bin"),
        ("respond mask.img -cbffile x.cbf", 3, "mask.img: expected photons, as raw 4-byte floats"),
        ("respond run.cbf -npyfile x.npy", 3, "run.cbf: expected photons, as raw 4-byte floats"),
        ("respond gray.pgm -npyfile x.npy", 3, "found an image of integers"),
    ] {
        let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!((run.status, run.files.len()), (Some(status), 0), "{line}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{line}: {}", run.stderr);
    }
}

/// What a run writes beside counts is not written, and its names are free.
#[test]
fn respond_names_the_outputs_that_it_does_not_write() {
    let folder = workplace();
    small(folder.path(), "-floatfile f.bin -npyfile f.npy");
    let flags = "-floatfile y.bin -intfile y.img -pgmfile y.pgm -noisefile n.img -expt-out y.expt -scale 2 -checkpoint c.chk";
    let line = format!("respond f.npy {flags} -cbffile floatimage.bin");
    let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    for flag in flags.split_whitespace().filter(|word| word.starts_with('-')) {
        let warning = format!("warning: {flag} has no effect: nanobragg respond writes counts alone");
        assert!(run.stderr.contains(&warning), "{flag}: {}", run.stderr);
    }
    assert_eq!(run.files.into_keys().collect::<Vec<_>>(), ["floatimage.bin"]);
    // The name of a run's floats, which nobody typed.
    for name in ["floatimage.bin", "floatimage.json"] {
        std::fs::copy(folder.path().join(name.replace("floatimage", "f")), folder.path().join(name)).unwrap();
    }
    let output = program(folder.path(), "respond floatimage.bin -cbffile ./floatimage.bin").output().unwrap();
    let expected = "nanobragg: floatimage.bin: is read and cannot be written too: expected another name\n";
    assert_eq!((output.status.code(), &*String::from_utf8_lossy(&output.stderr)), (Some(2), expected));
}

/// dxtbx, with which DIALS imports images, finds the geometry of a series of mini-CBF, SMV and NXmx files: that of the list that
/// the same run writes.
#[test]
fn dxtbx_imports_a_series() {
    let python = "/usr/bin/python3";
    let has = std::process::Command::new(python).args(["-c", "import dxtbx"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        println!("dxtbx_imports_a_series: skipped, {python} cannot import dxtbx");
        return;
    }
    let script = r"
import sys
from dxtbx.model.experiment_list import ExperimentListFactory as Factory
from scitbx.matrix import col
truth = Factory.from_json_file('truth.expt', check_format=False)[0]
for kind in sys.argv[1:]:
    names = ['a.nxs'] if kind == 'nxs' else ['a_%02d.%s' % (i, kind) for i in (1, 2, 3)]
    found, = Factory.from_filenames(names)
    assert abs(found.beam.get_wavelength() - truth.beam.get_wavelength()) < 1e-7
    assert len(found.imageset) == 3
    for a, b in zip(found.scan.get_oscillation_range(), truth.scan.get_oscillation_range()):
        assert abs(a - b) < 1e-6, (names, a, b)
    # The frames differ: lengths and angles do not.
    def of(e, x, y):
        lab = col(e.detector[0].get_pixel_lab_coord((x, y)))
        s0, axis = col(e.beam.get_s0()).normalize(), col(e.goniometer.get_rotation_axis())
        return lab.dot(s0), lab.dot(axis), lab.dot(s0.cross(axis))
    for pixel in ((0, 0), (61, 0), (0, 47), (61, 47)):
        for a, b in zip(of(found, *pixel), of(truth, *pixel)):
            assert abs(a - b) < 1e-6 * 0.172, (names, pixel, a, b)
    for image in range(3):
        data, = found.imageset.get_raw_data(image)
        print(kind, image + 1, sum(data.as_1d()))
";
    for beam in [
        "-distance 123.456789012 -Xbeam 4.1234567 -Ybeam 5.3 -lambda 1.2345678",
        "-xds -distance 90 -ORGX 14 -ORGY 31.25 -lambda 0.9",
    ] {
        let folder = workplace();
        let more = "-detpixels_f 61 -detpixels_s 47 -pixel 0.172 -phi 20 -osc 0.5 -images 3 -fluence 1e27";
        let files = "-cbffile a_##.cbf -smvfile a_##.img -nxmx a.nxs -expt-out truth.expt";
        ran(folder.path(), &format!("{CRYSTAL} {more} {beam} {files}"));
        let mut command = std::process::Command::new(python);
        let output = command
            .args(["-c", script])
            .args(["cbf", "img", "nxs"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let sums = String::from_utf8(output.stdout).unwrap();
        for (image, kind) in (1..=3).flat_map(|image| ["cbf", "img", "nxs"].map(move |kind| (image, kind))) {
            let counts = cbf::read(folder.path().join(format!("a_0{image}.cbf"))).unwrap();
            let sum: i64 = counts.iter().map(|count| i64::from(*count)).sum();
            assert!(sum > 0 && sums.contains(&format!("{kind} {image} {sum}\n")), "{sums}");
        }
    }
}
