//! Every choice of a TOML file does what it should: ways to write the same thing give the same image.

use crate::workplace::{STILL, run_small, run_toml, run_toml_in, still_with, workplace};

const SPECTRUM: &str = "spectrum.wavelength_angstrom = 1.0";
const ORIENTATION: &str = "orientation.misset_deg = [10.0, 20.0, 30.0]";

/// hc in eV Å, to the digits of the C program.
const EV_ANGSTROM: f64 = 12_398.42;

/// Rounding in f64 ahead of the f32 image: it is seen at fringe minima alone, where the maximum is the measure.
const CLOSE: [f64; 2] = [1e-6, 1e-9];

fn close(what: &str, found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0, |max: f64, &photons| max.max(f64::from(photons)));
    assert!(largest > 0.0, "{what}: a dark image");
    for (place, (&f, &e)) in found.iter().zip(expected).enumerate() {
        let (f, e) = (f64::from(f), f64::from(e));
        assert!((f - e).abs() <= CLOSE[0] * e + CLOSE[1] * largest, "{what}, pixel {place}: {f:e} and {e:e}");
    }
}

/// The mean of images, each by its weight.
fn mean(images: &[(&[f32], f64)]) -> Vec<f32> {
    let weights: f64 = images.iter().map(|(_, weight)| weight).sum();
    let sum =
        |place: usize| images.iter().map(|(image, weight)| f64::from(image[place]) * weight).sum::<f64>();
    #[expect(clippy::cast_possible_truncation, reason = "images are f32")]
    let mean = (0..images[0].0.len()).map(|place| (sum(place) / weights) as f32).collect();
    mean
}

fn beam(line: &str) -> Vec<f32> {
    run_toml(&still_with(&[(SPECTRUM, line)]), "").photons()
}

#[test]
fn spectra_of_one_wavelength_are_the_same() {
    let folder = workplace();
    std::fs::write(folder.path().join("one.txt"), format!("# eV weight\n{EV_ANGSTROM} 3\n")).unwrap();
    let file = run_toml_in(folder.path(), &still_with(&[(SPECTRUM, "spectrum.file = \"one.txt\"")]), "");
    assert_eq!(file.status, Some(0), "{}", file.stderr);
    let expected = run_toml(STILL, "").photons();
    close("file", &file.photons(), &expected);
    for line in [
        &format!("spectrum.energy_ev = {EV_ANGSTROM}"),
        &format!("spectrum.table = [[{EV_ANGSTROM}, 7.0]]"),
        "spectrum.band = { wavelength_angstrom = 1.0, width_percent = 0.0, wavelengths = 5 }",
    ] {
        close(line, &beam(line), &expected);
    }
}

/// A range has its two ends at least, as a range among the flags has.
#[test]
fn a_range_has_at_least_two_steps() {
    let spread = |more: &str| {
        beam(&format!("{SPECTRUM}\ndivergence = {{ horizontal_mrad = 5.0, vertical_mrad = 3.0{more} }}"))
    };
    assert_eq!(spread(""), spread(", horizontal_steps = 2, vertical_steps = 2"));
    assert_eq!(spread(""), run_toml(STILL, "-hdivrange 5 -vdivrange 3").photons());
    let band = |wavelengths: u32| {
        let width = "wavelength_angstrom = 1.0, width_percent = 3.0";
        beam(&format!("spectrum.band = {{ {width}, wavelengths = {wavelengths} }}"))
    };
    assert_eq!(band(1), band(2));
}

/// Photons of a table are those of its energies, each by its weight; rows of one energy add up.
#[test]
fn a_table_is_the_weighted_mean_of_its_energies() {
    let [low, high] = [11_500.0, 13_000.0].map(|energy| beam(&format!("spectrum.energy_ev = {energy:?}")));
    let table = beam("spectrum.table = [[11500.0, 1.0], [13000.0, 2.0], [13000.0, 1.0]]");
    let mean = mean(&[(&low, 1.0), (&high, 3.0)]);
    close("table", &table, &mean);
}

/// A band has its ends: 1 Å ± 2 % in three wavelengths, which the C program's dispersion is in energy order too.
#[test]
fn a_band_is_the_mean_of_its_wavelengths_and_the_dispersion_of_the_flags() {
    let band = beam("spectrum.band = { wavelength_angstrom = 1.0, width_percent = 4.0, wavelengths = 3 }");
    let single =
        [0.98, 1.0, 1.02].map(|wavelength| beam(&format!("spectrum.wavelength_angstrom = {wavelength:?}")));
    let mean = mean(&[(&single[0], 1.0), (&single[1], 1.0), (&single[2], 1.0)]);
    close("band", &band, &mean);
    assert_eq!(band, run_small("-dispersion 4 -dispsteps 3").photons());
}

#[test]
fn intensities_are_photons_per_area() {
    let with = |intensity: &str| beam(&format!("{SPECTRUM}\nintensity.{intensity}"));
    // 3e12 photons per second, 2 seconds, 50 µm squared.
    let expected = with("fluence_per_m2 = 2.4e21");
    close("flux", &with("flux = { flux_per_s = 3e12, exposure_s = 2.0, size_um = 50.0 }"), &expected);
    close("pulse", &with("pulse = { photons_per_pulse = 6e12, size_um = 50.0 }"), &expected);
    close("flags", &run_small("-fluence 2.4e21").photons(), &expected);
    close("flags", &run_small("-flux 3e12 -exposure 2 -beamsize 0.05").photons(), &expected);
    let double = with("fluence_per_m2 = 4.8e21");
    close("twice", &double, &expected.iter().map(|photons| 2.0 * photons).collect::<Vec<_>>());
    assert!(with("fluence_per_m2 = 0.0").iter().all(|&photons| photons == 0.0));
}

type Matrix = [[f64; 3]; 3];

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

/// About lab x, then y, then z, right-handed.
fn about_xyz([x, y, z]: [f64; 3]) -> Matrix {
    let [(sx, cx), (sy, cy), (sz, cz)] = [x, y, z].map(|degrees| degrees.to_radians().sin_cos());
    let about_x = [[1.0, 0.0, 0.0], [0.0, cx, -sx], [0.0, sx, cx]];
    let about_y = [[cy, 0.0, sy], [0.0, 1.0, 0.0], [-sy, 0.0, cy]];
    let about_z = [[cz, -sz, 0.0], [sz, cz, 0.0], [0.0, 0.0, 1.0]];
    product(&about_z, &product(&about_y, &about_x))
}

/// w, x, y, z of a rotation of less than 180 degrees.
fn quaternion(m: &Matrix) -> [f64; 4] {
    let w = (1.0 + m[0][0] + m[1][1] + m[2][2]).sqrt() / 2.0;
    [w, (m[2][1] - m[1][2]) / (4.0 * w), (m[0][2] - m[2][0]) / (4.0 * w), (m[1][0] - m[0][1]) / (4.0 * w)]
}

#[test]
fn a_matrix_a_quaternion_and_angles_are_the_same_rotation() {
    for angles in [[10.0, 20.0, 30.0], [-75.0, 40.0, 100.0], [0.0, 0.0, 90.0], [25.0, 90.0, 0.0]] {
        let turned = |line: &str| run_toml(&still_with(&[(ORIENTATION, line)]), "").photons();
        let expected = turned(&format!("orientation.misset_deg = {angles:?}"));
        let matrix = about_xyz(angles);
        close("matrix", &turned(&format!("orientation.rotation_matrix = {matrix:?}")), &expected);
        let unit = quaternion(&matrix);
        for scale in [1.0, -1.0, 17.0] {
            let line = format!("orientation.quaternion = {:?}", unit.map(|part| part * scale));
            close(&line, &turned(&line), &expected);
        }
    }
}

#[test]
fn a_random_orientation_is_that_of_its_seed() {
    let random = |seed: i64| {
        run_toml(&still_with(&[(ORIENTATION, &format!("orientation.random = {{ seed = {seed} }}"))]), "")
    };
    assert_eq!(random(3).image(), run_small("-misset random -misset_seed 3").image());
    assert!(random(3).image() != random(4).image());
    let from_clock = run_toml(&still_with(&[(ORIENTATION, "orientation.random = {}")]), "");
    assert!(from_clock.stdout.contains("from the clock"), "{}", from_clock.stdout);
}

/// The lattice by its vectors, and by a matrix of its reciprocal vectors: a* b* c* in columns, times the wavelength.
#[test]
fn vectors_are_the_cell_that_they_span() {
    const CELL: &str = "cell = [30.0, 35.0, 40.0, 80.0, 95.0, 100.0]";
    let upright = ("[10.0, 20.0, 30.0]", "[0.0, 0.0, 0.0]");
    let cell = still_with(&[(CELL, "cell = [30.0, 35.0, 40.0, 90.0, 90.0, 90.0]")]);
    let vectors =
        still_with(&[(CELL, "vectors_angstrom = [[30.0, 0.0, 0.0], [0.0, 35.0, 0.0], [0.0, 0.0, 40.0]]")]);
    close("vectors", &run_toml(&vectors, "").photons(), &run_toml(&cell, "").photons());
    let m = about_xyz([10.0, 20.0, 30.0]);
    let turned = |v: [f64; 3]| -> [f64; 3] { std::array::from_fn(|i| (0..3).map(|k| m[i][k] * v[k]).sum()) };
    let turned = [[30.0, 0.0, 0.0], [0.0, 35.0, 0.0], [0.0, 0.0, 40.0]].map(turned);
    let vectors = still_with(&[(CELL, &format!("vectors_angstrom = {turned:?}")), upright]);
    close("turned vectors", &run_toml(&vectors, "").photons(), &run_toml(&cell, "").photons());
    let folder = workplace();
    let row =
        |i: usize| format!("{} {} {}\n", turned[0][i] / 900.0, turned[1][i] / 1225.0, turned[2][i] / 1600.0);
    std::fs::write(folder.path().join("a.mat"), [row(0), row(1), row(2)].concat()).unwrap();
    let matrix = still_with(&[(CELL, "matrix_file = \"a.mat\""), upright]);
    close("matrix", &run_toml_in(folder.path(), &matrix, "").photons(), &run_toml(&cell, "").photons());
}

/// 0.012 × 0.02 × 0.01 µm are 4 cells of 30 Å, 6 of 35 Å and 3 of 40 Å, rounded up.
#[test]
fn a_size_is_as_many_cells_as_fill_it() {
    let sized = run_toml(&still_with(&[("cells = [4, 4, 4]", "size_um = [0.0115, 0.02, 0.01]")]), "");
    let counted = run_toml(&still_with(&[("cells = [4, 4, 4]", "cells = [4, 6, 3]")]), "");
    assert_eq!(sized.image(), counted.image());
    let flags = run_small("-sample_thick 1.15e-5 -sample_width 2e-5 -sample_height 1e-5");
    assert_eq!(sized.image(), flags.image());
    assert!(sized.stdout.contains("4 x 6 x 3"), "{}", sized.stdout);
}

#[test]
fn a_sensor_is_that_of_the_flags() {
    let sensor = |line: &str| run_toml(&still_with(&[("pixels = [24, 24]", line)]), "");
    for (line, flags) in [
        ("thickness_um = 300.0, attenuation_depth_um = 250.0", "-detector_thick 300 -detector_abs 250"),
        ("thickness_um = 300.0", "-detector_thick 300"),
        (
            "thickness_um = 300.0, attenuation_depth_um = 250.0, layers = 5",
            "-detector_thick 300 -detector_abs 250 -detector_thicksteps 5",
        ),
    ] {
        let found = sensor(&format!("pixels = [24, 24]\nsensor = {{ {line} }}"));
        assert!(found.image() == run_small(flags).image(), "{line}");
    }
    let nothing = sensor("pixels = [24, 24]\nsensor = { thickness_um = 300.0, attenuation_depth_um = inf }");
    assert!(nothing.photons().iter().all(|&photons| photons == 0.0), "a transparent sensor captures nothing");
}

#[test]
fn a_background_is_the_water_of_the_flags() {
    let with = |lines: &str| run_toml(&format!("{STILL}\n[[background]]\n{lines}\n"), "").photons();
    assert_eq!(with("thickness_um = 20.0"), run_small("-water 20").photons());
    for (abscissa, flag) in [("stol", "-stol"), ("four_stol", "-4stol"), ("q", "-Q")] {
        let curve =
            format!("thickness_um = 20.0\ncurve = {{ file = \"curve.stol\", abscissa = \"{abscissa}\" }}");
        assert_eq!(with(&curve), run_small(&format!("-water 20 {flag} curve.stol")).photons(), "{abscissa}");
    }
    assert_eq!(with("thickness_um = 0.0"), run_toml(STILL, "").photons());
    // It is proportional to the volume, and added to the crystal's.
    let (none, thin, thick) =
        (run_toml(STILL, "").photons(), with("thickness_um = 100.0"), with("thickness_um = 200.0"));
    for place in 0..none.len() {
        let [none, thin, thick] = [&none, &thin, &thick].map(|image| f64::from(image[place]));
        assert!(
            (thick - none - 8.0 * (thin - none)).abs() <= 1e-5 * thick,
            "pixel {place}: {none} {thin} {thick}"
        );
    }
}

#[test]
fn reflections_in_the_file_are_those_of_a_list() {
    let inline = still_with(&[
        ("source.uniform = 100.0", "source.reflections = [[0, 0, 1, 50.0], [1, 0, 0, 20], [-1, 2, 0, 77.5]]"),
        ("default_f = 100.0", "default_f = 3.0"),
    ]);
    let folder = workplace();
    std::fs::write(folder.path().join("three.hkl"), "0 0 1 50\n1 0 0 20\n-1 2 0 77.5\n").unwrap();
    let listed = inline
        .replace("reflections = [[0, 0, 1, 50.0], [1, 0, 0, 20], [-1, 2, 0, 77.5]]", "file = \"three.hkl\"");
    let listed = run_toml_in(folder.path(), &listed, "");
    assert_eq!(run_toml(&inline, "").image(), listed.image());
}
