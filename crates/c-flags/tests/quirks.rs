//! The rows Q1 to Q19 of the table of differences: what the C program does in compat mode, what holds without it.
//!
//! What the kernel or the geometry shows best alone is tested there too; here whole experiments are resolved and
//! rendered. (The file is long because the table is.)
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]
#![expect(clippy::float_cmp, reason = "where numbers are asked to be equal, equal bits are meant")]

mod common;

use std::path::{Path, PathBuf};

use common::{Described, described};
use nanobragg_c_flags::{Arguments, Error};
use nanobragg_experiment::{Detector, FactorSource};
use nanobragg_geometry::{LabVec, PixelIndex};
use nanobragg_kernel::record::Value;
use nanobragg_kernel::{Detail, render, trace};

/// A small crystal on a small detector. One angle alone is oblique: more would touch Q20 in every test.
const BASE: &str = "-cell 30 35 40 90 105 90 -misset 10 20 30 -default_F 100 -N 4 -lambda 1 -distance 60 -pixel 1 \
    -detpixels 24 -oversample 1 -fluence 1e28";

fn in_folder(line: &str, directory: &Path) -> Described {
    described(line, directory, usize::MAX).unwrap()
}

fn try_resolved(more: &str) -> Result<Described, Error> {
    described(&format!("{BASE} {more}"), Path::new("/nowhere"), usize::MAX)
}

fn resolved(more: &str) -> Described {
    try_resolved(more).unwrap()
}

/// An image, in the default mode and in compat mode.
fn both(more: &str) -> [Vec<f32>; 2] {
    [image(more), image(&format!("{more} -compat c"))]
}

fn image(more: &str) -> Vec<f32> {
    render(&resolved(more).simulation, &|| ()).panels.remove(0).image.into_raw_vec_and_offset().0
}

fn total(image: &[f32]) -> f64 {
    image.iter().copied().map(f64::from).sum()
}

/// Σ weight · image, pixel by pixel.
fn mixed(parts: &[(f64, Vec<f32>)]) -> Vec<f64> {
    (0..parts[0].1.len()).map(|i| parts.iter().map(|(w, image)| w * f64::from(image[i])).sum()).collect()
}

/// Whether two images agree to single precision of the largest pixel, but for so many first pixels.
fn agree(found: &[f32], expected: &[f64], but: usize) -> bool {
    let largest = expected.iter().copied().fold(0.0, f64::max);
    found.iter().zip(expected).skip(but).all(|(f, e)| (f64::from(*f) - e).abs() <= 1e-6 * largest)
}

fn input(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn q1_every_step_is_rotated_from_phi_zero() {
    let [physics, compat] = both("-phi 0 -osc 4 -phisteps 4");
    let step = |phi: u32| (0.25, image(&format!("-phi {phi}")));
    assert!(agree(&physics, &mixed(&[step(0), step(1), step(2), step(3)]), 0));
    // The step at 0 keeps what the last step left; only the first pixel starts afresh.
    assert!(agree(&compat, &mixed(&[step(3), step(1), step(2), step(3)]), 1));
    assert_eq!(compat[0].to_bits(), physics[0].to_bits());
    assert_ne!(compat, physics);
}

#[test]
fn q2_factors_of_sub_steps_multiply_their_own_contribution() {
    for (flags, more) in [
        ("-oversample_omega", "-oversample 2"),
        ("-oversample_polar", "-oversample 2 -polar 0.9"),
        ("-oversample_thick", "-oversample 2 -detector_thick 300 -detector_abs 500 -detector_thicksteps 1"),
    ] {
        let plain = total(&image(more));
        let [physics, compat] = both(&format!("{more} {flags}")).map(|image| total(&image));
        assert!((physics / plain - 1.0).abs() < 0.02, "{flags}: {physics} instead of about {plain}");
        assert!(compat < 0.99 * plain, "{flags}: the running sum shrinks, but {compat}");
    }
}

#[test]
fn q3_source_weights_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str, text: &str| format!("-sourcefile {}", input(folder.path(), name, text));
    let [physics, compat] = both(&of("both", "-10 0 0 1\n-10 0.5 0 3\n"));
    let [first, second] = ["-10 0 0\n", "-10 0.5 0\n"].map(|row| image(&of("one", row)));
    // Polarization is the first source's, so that the second alone has a slightly other one.
    let close = |found: &[f32], weights: [f64; 2]| {
        let expected = mixed(&[(weights[0], first.clone()), (weights[1], second.clone())]);
        (total(found) / expected.iter().sum::<f64>() - 1.0).abs() < 1e-2
    };
    assert!(close(&physics, [0.25, 0.75]) && close(&compat, [0.5, 0.5]));
    assert!(!close(&physics, [0.5, 0.5]), "the sources must differ enough");
}

#[test]
fn q4_a_sample_off_the_grid_alone_takes_the_nearest_value() {
    let folder = tempfile::tempdir().unwrap();
    let list: String = (-5..=5)
        .flat_map(|h| {
            (-5..=5).flat_map(move |k| (-5..=5).map(move |l| format!("{h} {k} {l} {}\n", 50 + h + 3 * k)))
        })
        .collect();
    let list = format!("-hkl {}", input(folder.path(), "list.hkl", &list));
    let nearest = image(&format!("{list} -nointerpolate"));
    for interpolated in both(&format!("{list} -interpolate")) {
        let same = interpolated.iter().zip(&nearest).filter(|(a, b)| a == b).count();
        assert!(
            same > 50 && same < nearest.len() - 50,
            "{same} of {} pixels are off the grid",
            nearest.len()
        );
        assert_ne!(interpolated[12 * 24 + 11], nearest[12 * 24 + 11], "the middle is on the grid");
    }
}

#[test]
fn q5_a_pivot_that_is_asked_for_wins() {
    for (more, pivot) in [("-detector_roty 10", "sample"), ("-xds -detector_roty 10", "beam")] {
        let by_convention = image(more);
        let [physics, compat] = both(&format!("{more} -pivot {pivot}"));
        assert_ne!(physics, by_convention, "{more}");
        assert_eq!(compat, by_convention, "{more}");
    }
}

#[test]
fn q6_each_layer_has_its_own_capture() {
    let more = "-detector_thick 100 -detector_abs 80";
    let [physics, compat] = both(&format!("{more} -detector_thicksteps 4")).map(|image| total(&image));
    let whole = total(&image(&format!("{more} -detector_thicksteps 1")));
    assert!((physics / whole - 1.0).abs() < 0.01, "{physics} in layers, {whole} in one");
    assert!(compat < 0.9 * whole, "the last layer captures least: {compat}");
}

#[test]
fn q7_the_background_is_scaled_once_and_not_divided_by_steps() {
    let background = |more: &str| -> [f64; 2] {
        let [physics, compat] = both(&format!("{more} -water 100")).map(|image| total(&image));
        let [dry, dry_compat] = both(more).map(|image| total(&image));
        [physics - dry, compat - dry_compat]
    };
    let one = background("-fluence 1e28");
    for (more, factors) in [("-fluence 2e28", [2.0, 4.0]), ("-fluence 1e28 -oversample 2", [1.0, 0.25])] {
        let found = background(more);
        for mode in 0..2 {
            let ratio = found[mode] / one[mode];
            assert!(
                (ratio / factors[mode] - 1.0).abs() < 0.01,
                "{more}: {ratio} instead of {}",
                factors[mode]
            );
        }
    }
}

#[test]
fn q8_a_curved_detector_bends_along_its_own_axes() {
    for convention in ["-mosflm", "-xds", "-adxv", "-denzo", "-dials"] {
        let flat = position(convention);
        let curved = position(&format!("{convention} -curved_det"));
        let compat = position(&format!("{convention} -curved_det -compat c"));
        assert!((curved.length() - 0.06).abs() < 1e-12, "{convention}: {}", curved.length());
        assert!((curved - flat).length() < 5e-4, "{convention}: {curved:?} is not near {flat:?}");
        assert!((compat - flat).length() > 2e-3, "{convention}: the reference exchanges the offsets");
    }
}

/// Where a pixel off the middle is.
fn position(more: &str) -> LabVec {
    let lines = trace(&resolved(more).simulation, 0, PixelIndex { slow: 6, fast: 15 }, Detail::default());
    let line = lines.iter().find(|line| line.key == "pixel_pos_meters").unwrap();
    let Value::Numbers(numbers) = &line.value else { panic!("{line:?}") };
    LabVec::new(numbers[0], numbers[1], numbers[2])
}

#[test]
fn q9_the_radius_of_gauss_and_tophat_is_measured_in_cells() {
    for (shape, differs) in
        [("-gauss_xtal", true), ("-tophat_spots", true), ("-round_xtal", false), ("-square_xtal", false)]
    {
        let [physics, compat] = both(shape);
        assert_eq!(physics != compat, differs, "{shape}");
    }
}

#[test]
fn q10_layers_fill_the_sensor() {
    for (count, physics_um, compat_um, compat_layers) in
        [(1, 300.0, 300.0, 2), (2, 150.0, 300.0, 2), (4, 75.0, 100.0, 4)]
    {
        let more = format!("-detector_thick 300 -detector_abs 100 -detector_thicksteps {count}");
        let sensor = |more: &str| resolved(more).simulation.panels[0].placement.panel.sensor;
        let (physics, compat) = (sensor(&more), sensor(&format!("{more} -compat c")));
        assert!((physics.layer_thickness_m * 1e6 - physics_um).abs() < 1e-9 && physics.layers == count);
        assert!((compat.layer_thickness_m * 1e6 - compat_um).abs() < 1e-9 && compat.layers == compat_layers);
    }
}

#[test]
fn q11_a_phi_count_and_step_are_both_used() {
    let phis = |more: &str| -> Vec<f64> {
        let degrees = |phi: &f64| (phi.to_degrees() * 1e6).round() / 1e6;
        resolved(more).simulation.orientations.phis_rad().iter().map(degrees).collect()
    };
    assert_eq!(phis("-phi 3 -phistep 0.5 -phisteps 4"), [3.0, 3.5, 4.0, 4.5]);
    assert_eq!(phis("-phi 3 -phistep 0.5 -phisteps 4 -compat c"), [3.0, 3.5]);
}

#[test]
fn q12_the_direct_beam_counts_the_swing() {
    let off_the_beam = |more: &str| -> f64 {
        let resolved = resolved(more);
        let detector = &resolved.simulation.panels[0].placement;
        let (panel, [f, s]) = (&detector.panel, detector.centers.beam_m);
        let spot = panel.origin_m + panel.fast * f + panel.slow * s;
        spot.cross(panel.beam).length() / spot.length()
    };
    assert!(off_the_beam("-twotheta 15 -xds") < 1e-12);
    assert!(off_the_beam("-twotheta 15 -xds -compat c") > 1e-3);
}

#[test]
fn q13_random_orientations_cover_all_rotations() {
    let degrees = |seed: u32, more: &str| -> LabVec {
        let resolved = resolved(&format!("-misset random -misset_seed {seed} {more}"));
        resolved.simulation.lattice.a.unit()
    };
    // The mean of a direction that is uniform over the sphere is 0, with a deviation of 1/√(3n) along each axis.
    let count = 500;
    let mean = (1..=count).fold(LabVec::ZERO, |sum, seed| sum + degrees(seed, "")) * (1.0 / f64::from(count));
    assert!(mean.length() < 0.12, "{mean:?}");
    assert_ne!(degrees(7, ""), degrees(7, "-compat c"));
}

#[test]
fn q14_a_divergence_count_alone_is_refused() {
    for flag in ["-divsteps", "-hdivsteps", "-vdivsteps"] {
        let message = try_resolved(&format!("{flag} 3")).unwrap_err().to_string();
        assert!(message.contains("range"), "{message}");
    }
    let facts = resolved("-hdivsteps 3 -compat c").resolved.facts;
    assert!((facts.horizontal.range - 1.0).abs() < 1e-12 && facts.horizontal.count == 3);
}

#[test]
fn q15_header_keys_are_exact() {
    let folder = tempfile::tempdir().unwrap();
    let mut text =
        "{\nHEADER_BYTES=512;\nSIZE1=24;\nSIZE2=24;\nDISTANCE=70;\nCLOSE_DISTANCE=65;\nTWOTHETA=9;\n}"
            .to_owned();
    text.push_str(&" ".repeat(512 - text.len()));
    let path = input(folder.path(), "x.img", &text);
    let crystal = BASE.replace("-distance 60", "");
    let facts = |more: &str| {
        let line = format!("{crystal} -img {path} {more}");
        let resolved = in_folder(&line, folder.path());
        (
            resolved.facts.twotheta_rad.to_degrees(),
            resolved.simulation.panels[0].placement.steps.as_ref().unwrap().close_distance_m,
        )
    };
    let (physics, compat) = (facts(""), facts("-compat c"));
    assert!((physics.0 - 9.0).abs() < 1e-12 && compat.0.abs() < 1e-12, "{physics:?} {compat:?}");
    assert!((physics.1 - 0.065).abs() < 1e-12 && (compat.1 - 0.065).abs() < 1e-12, "{physics:?} {compat:?}");
    let distance = |more: &str| {
        let line = format!("{crystal} -img {path} {more}");
        match in_folder(&line, folder.path()).experiment.detector {
            Detector::Convention(detector) => detector.distance_mm,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((distance(""), distance("-compat c")), (70.0, 65.0));
}

#[test]
fn q16_a_given_origin_is_the_origin() {
    let origin = |more: &str| resolved(more).simulation.panels[0].placement.panel.origin_m.to_array();
    let wanted = [0.07, 0.011, -0.013];
    assert_eq!(origin("-pix0_vector 0.07 0.011 -0.013"), wanted);
    let millimetres = origin("-pix0_vector_mm 70 11 -13");
    assert!(millimetres.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12));
    let custom = origin("-fdet_vector 0 0 1");
    assert_eq!(origin("-pix0_vector 0.07 0.011 -0.013 -compat c"), custom);
    assert_eq!(origin("-pix0_vector_mm 70 11 -13 -compat c"), custom);
    for center in ["-Xbeam", "-Ybeam", "-Xclose", "-Yclose", "-ORGX", "-ORGY"] {
        let resolved = resolved(&format!("-pix0_vector 0.07 0.011 -0.013 {center} 9"));
        assert_ne!(resolved.simulation.panels[0].placement.panel.origin_m.to_array(), wanted);
        let warning = format!("-pix0_vector has no effect: {center} gives the origin");
        assert!(resolved.told.contains(&warning), "{:?}", resolved.told);
    }
}

#[test]
fn q17_names_are_exact_in_both_modes() {
    for mode in ["", "-compat c"] {
        let swung = resolved(&format!("-twotheta_axis 0 1 0 {mode}"));
        assert!(swung.facts.twotheta_rad.abs() < 1e-12);
        assert_ne!(image(&format!("{mode} -curved_det")), image(mode), "the last flag counts");
        for unknown in ["-detpixel 20", "-mosaic_spreading 1", "-xdss", "-nointerpol"] {
            let line = format!("{BASE} {mode} {unknown}");
            let error = Arguments::parse(line.split_whitespace()).unwrap_err().to_string();
            assert!(error.contains("did you mean"), "{error}");
        }
    }
}

#[test]
fn q18_a_dump_is_read_and_written_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let list = input(folder.path(), "list.hkl", "0 0 1 5\n1 2 3 7\n");
    let dump = |more: &str| -> (Option<PathBuf>, Option<PathBuf>) {
        let line = format!("{BASE} {more}");
        let factors = in_folder(&line, folder.path()).experiment.structure_factors;
        let name = |path: Option<PathBuf>| path.map(|path| path.file_name().unwrap().into());
        let source = match factors.source {
            FactorSource::File(path) | FactorSource::Dump(path) => Some(path),
            _ => None,
        };
        (name(source), name(factors.dump_file))
    };
    let name = |name: &str| Some(PathBuf::from(name));
    assert_eq!(dump(&format!("-hkl {list}")), (name("list.hkl"), None));
    assert_eq!(dump(&format!("-hkl {list} -compat c")), (name("list.hkl"), name("Fdump.bin")));
    assert_eq!(dump(&format!("-hkl {list} -dump x.bin")), (name("list.hkl"), name("x.bin")));
    assert_eq!(dump(""), (None, None), "there is none yet");

    let grid = in_folder(&format!("-cell 30 -hkl {list}"), folder.path());
    hkl_io::fdump::write(grid.grid().unwrap(), &folder.path().join("Fdump.bin")).unwrap();
    assert_eq!(dump(""), (None, None), "-default_F is another source of F");
    assert_eq!(dump("-compat c"), (name("Fdump.bin"), None));
    assert_eq!(dump("-default_F 0"), (name("Fdump.bin"), None), "no other source of F");
}

#[test]
fn q19_a_curve_replaces_the_constant_of_water() {
    let folder = tempfile::tempdir().unwrap();
    let curve = input(folder.path(), "c.stol", "0 5.14\n1 5.14\n");
    let dry = total(&image(""));
    let [wet, wet_compat] = both("-water 100").map(|image| total(&image));
    let [curved, curved_compat] = both(&format!("-water 100 -stol {curve}")).map(|image| total(&image));
    let ratio = (curved - dry) / (wet - dry);
    assert!((ratio - 4.0).abs() < 1e-3, "twice the F gives four times the background, not {ratio}");
    assert_eq!(wet_compat.to_bits(), curved_compat.to_bits());
}
