//! Amorphous materials in the beam, against images of the C program nonBragg.

use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

use crate::workplace::{fixtures, run_in, workplace};

/// A case of the recorded images; `[48, 64]` pixels each.
#[derive(Deserialize)]
struct Case {
    name: String,
    pixel_mm: f64,
    flux_per_s: f64,
    exposure_s: f64,
    beam_size_mm: f64,
    curve: String,
    path_mm: f64,
    width_mm: f64,
    density_g_cm3: f64,
    molar_mass_g_mol: f64,
    wavelength_angstrom: f64,
    distance_mm: f64,
    beam_mm: [f64; 2],
    polarization: Option<f64>,
    #[serde(default)]
    dispersion_percent: f64,
    #[serde(default)]
    dispersion_steps: u32,
    #[serde(default)]
    oversample: u32,
    #[serde(default)]
    detector_rotation_deg: [f64; 3],
}

impl Case {
    fn toml(&self, curves: &Path) -> String {
        let mut text =
            "[crystal]\ncell = [50, 50, 50, 90, 90, 90]\n[structure_factors]\nsource.uniform = 0\n"
                .to_owned();
        let spectrum = match self.dispersion_steps {
            0 => format!("wavelength_angstrom = {}", self.wavelength_angstrom),
            steps => format!(
                "band = {{ wavelength_angstrom = {}, width_percent = {}, wavelengths = {steps} }}",
                self.wavelength_angstrom, self.dispersion_percent
            ),
        };
        write!(
            text,
            "[beam]\ndirection = [1, 0, 0]\nspectrum = {{ {spectrum} }}\n\
             polarization = {{ apply = {}, kahn_factor = {}, e_vector = [0, 0, 1] }}\n\
             [beam.intensity.flux]\nflux_per_s = {}\nexposure_s = {}\nsize_um = {}\n",
            self.polarization.is_some(),
            self.polarization.unwrap_or(0.0),
            self.flux_per_s,
            self.exposure_s,
            self.beam_size_mm * 1e3
        )
        .unwrap();
        let [fast, slow, origin] = self.placed();
        write!(
            text,
            "[[detector.panels]]\nname = \"one\"\npixels = [48, 64]\npixel_size_mm = {}\nfast_axis = {fast:?}\n\
             slow_axis = {slow:?}\norigin_mm = {origin:?}\n",
            self.pixel_mm
        )
        .unwrap();
        write!(
            text,
            "[sampling]\noversample = {}\n[[background]]\npath_mm = {}\nwidth_mm = {}\ndensity_g_per_cm3 = {}\n\
             molar_mass_g_per_mol = {}\ncurve.file = \"{}\"\n",
            self.oversample.max(1),
            self.path_mm,
            self.width_mm,
            self.density_g_cm3,
            self.molar_mass_g_mol,
            curves.join(&self.curve).display()
        )
        .unwrap();
        text
    }

    /// The fast axis along z and the slow one along −y, both turned about y, and the corner of the first pixel in mm.
    fn placed(&self) -> [[f64; 3]; 3] {
        let [about_x, about_y, about_z] = self.detector_rotation_deg;
        assert!(about_x.abs() + about_z.abs() < 1e-9);
        let (sine, cosine) = about_y.to_radians().sin_cos();
        let (fast, slow) = ([sine, 0.0, cosine], [0.0, -1.0, 0.0]);
        let [along_fast, along_slow] = self.beam_mm;
        let origin = [0, 1, 2].map(|i| -along_fast * fast[i] - along_slow * slow[i]);
        [fast, slow, [origin[0] + self.distance_mm, origin[1], origin[2]]]
    }
}

fn check(case: &Case, images: &Path, curves: &Path) {
    let folder = workplace();
    std::fs::write(folder.path().join("e.toml"), case.toml(curves)).unwrap();
    let run = run_in(folder.path(), &["run", "e.toml", "-nonoise", "-nopgm"]);
    assert_eq!(run.status, Some(0), "{}: {}", case.name, run.stderr);
    let expected = std::fs::read(images.join(format!("{}.f32", case.name))).unwrap();
    let expected: Vec<f32> = expected.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let found = run.photons();
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().copied().fold(0.0, f32::max);
    let apart = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!("{}: {:.1e} of the maximum", case.name, apart / largest);
    assert!(apart <= 1e-6 * largest, "{}: {apart} of {largest}", case.name);
}

fn check_all(images: &Path, curves: &Path, count: usize) {
    let cases: Vec<Case> =
        serde_json::from_slice(&std::fs::read(images.join("cases.json")).unwrap()).unwrap();
    assert_eq!(cases.len(), count);
    for case in &cases {
        check(case, images, curves);
    }
}

#[test]
fn materials_are_those_of_the_c_program() {
    let shared = fixtures().join("../../shared");
    if !shared.is_dir() {
        println!("skipped: {} is not there", shared.display());
        return;
    }
    check_all(&shared.join("golden/background"), &shared.join("data"), 6);
}

#[test]
fn two_materials_are_those_of_the_c_program() {
    let folder = fixtures().join("background");
    check_all(&folder, &folder, 2);
}

/// Several materials add up; what is wider than the beam is not illuminated, and a cube of the flags stays beside them.
#[test]
fn materials_add_up() {
    let folder = workplace();
    let of = |materials: &str, flags: &str| -> Vec<f32> {
        let text = format!(
            "[crystal]\ncell = [50, 50, 50, 90, 90, 90]\n[structure_factors]\nsource.uniform = 0\n\
             [beam.intensity.flux]\nflux_per_s = 1e12\nexposure_s = 1\nsize_um = 100\n\
             [detector.convention]\npixels = [8, 8]\n{materials}"
        );
        std::fs::write(folder.path().join("e.toml"), text).unwrap();
        let words = format!("run e.toml -nonoise -nopgm {flags}");
        let run = run_in(folder.path(), &words.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        run.photons()
    };
    let air = "[[background]]\npath_mm = 50\ndensity_g_per_cm3 = 0.0012\nmolar_mass_g_per_mol = 28\n";
    let loop_ = "[[background]]\npath_mm = 0.01\nwidth_mm = 0.05\ntransmission = 0.9\n";
    let same = |found: &[f32], expected: &dyn Fn(usize) -> f32| {
        for (place, found) in found.iter().enumerate() {
            let expected = expected(place);
            assert!((found - expected).abs() <= 1e-6 * expected && expected > 0.0, "{found} {expected}");
        }
    };
    let (of_air, of_loop) = (of(air, ""), of(loop_, ""));
    same(&of(&format!("{air}{loop_}"), ""), &|place| of_air[place] + of_loop[place]);
    same(&of(&format!("{air}width_mm = 0.2\n"), ""), &|place| of_air[place]);
    same(&of(&format!("{air}width_mm = 0.05\n"), ""), &|place| of_air[place] / 4.0);
    let of_water = of("", "-water 30");
    same(&of(air, "-water 30"), &|place| of_air[place] + of_water[place]);
    // A cube of water is a path through water as wide and as long.
    let cube = "[[background]]\npath_mm = 0.03\nwidth_mm = 0.03\n";
    same(&of(cube, ""), &|place| of_water[place]);
}

/// A trace has what materials add, and ends with the pixel of the image.
#[test]
fn a_trace_has_the_photons_of_materials() {
    let folder = workplace();
    let text = "[crystal]\ncell = [50, 50, 50, 90, 90, 90]\n[structure_factors]\nsource.uniform = 10\n\
                [beam.intensity.flux]\nflux_per_s = 1e12\nexposure_s = 1\nsize_um = 100\n\
                [detector.convention]\npixels = [8, 8]\n[[background]]\npath_mm = 1\n";
    std::fs::write(folder.path().join("e.toml"), text).unwrap();
    let image = run_in(folder.path(), &["run", "e.toml", "-nonoise", "-nopgm"]).photons();
    let trace = run_in(folder.path(), &["trace", "e.toml", "-pixel", "3", "5"]).stdout;
    let value = |key: &str| -> f64 {
        let line = trace
            .lines()
            .find(|line| line.contains(&format!(" {key} ")))
            .unwrap_or_else(|| panic!("{trace}"));
        line.split_whitespace().next_back().unwrap().parse().unwrap()
    };
    let pixel = f64::from(image[3 * 8 + 5]);
    assert!((value("I_pixel_final") / pixel - 1.0).abs() < 1e-6, "{trace}");
    assert!(value("I_background") > 0.0 && value("I_background") < pixel, "{trace}");
}

#[test]
fn what_a_material_cannot_be_is_refused_by_name() {
    let folder = workplace();
    for (material, expected) in [
        ("path_mm = 0", "e.toml:8: background.0.path_mm: expected a positive number"),
        ("path_mm = 1\nthickness_um = 2", "background.0.thickness_um: expected no cube beside path_mm"),
        ("path_mm = 1\ntransmission = 1.5", "background.0.transmission: expected a share from 0 to 1"),
        ("path_mm = 1", "background.0.width_mm is not given, nor the size of the beam"),
        ("thickness_um = 1\n[[background]]\nthickness_um = 2", "one cube at the most"),
    ] {
        let text = format!(
            "[crystal]\ncell = [50, 50, 50, 90, 90, 90]\n[structure_factors]\nsource.uniform = 1\n\
             [detector.convention]\npixels = [8, 8]\n[[background]]\n{material}\n"
        );
        std::fs::write(folder.path().join("e.toml"), text).unwrap();
        let run = run_in(folder.path(), &["run", "e.toml"]);
        assert_eq!(run.status, Some(3), "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}
