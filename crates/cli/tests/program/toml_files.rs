//! Experiments as TOML files: they equal the flags that they stand for, flags override them, paths are relative to them,
//! and each printed value says where it comes from.

use std::path::Path;

use crate::workplace::{
    CRYSTAL, DETECTOR, Run, STILL, fixtures, run_in, run_small, run_toml, run_toml_in, still_with, workplace,
};

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// What `config` prints.
fn config(folder: &Path, line: &str) -> String {
    let run = run_in(folder, &words(&format!("config {line}")));
    assert_eq!(run.status, Some(0), "config {line}: {}", run.stderr);
    run.stdout
}

/// Tables that stand in one line have the sources of what is in them.
#[test]
fn water_comes_from_its_flag() {
    let folder = workplace();
    let text = config(folder.path(), &format!("{CRYSTAL} {DETECTOR} -water 10"));
    assert!(text.contains("background = [{ thickness_um = 10.0 }]  # -water\n"), "{text}");
    std::fs::write(folder.path().join("e.toml"), &text).unwrap();
    let line = text.lines().position(|line| line.starts_with("background")).unwrap() + 1;
    let again = config(folder.path(), "e.toml");
    assert!(
        again.contains(&format!("background = [{{ thickness_um = 10.0 }}]  # e.toml:{line}\n")),
        "{again}"
    );
}

fn same_image(what: &str, found: &Run, expected: &Run) {
    assert!(found.image() == expected.image(), "{what}: another image");
}

/// A golden case: its name, its flags, and what was run before it.
fn golden_cases() -> Vec<(String, String, Vec<String>)> {
    let golden = fixtures().join("../golden");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut cases = Vec::new();
    for list in ["cases.json", "physics.json"] {
        let listed = std::fs::read_to_string(golden.join(list)).unwrap();
        for case in serde_json::from_str::<Vec<serde_json::Value>>(&listed).unwrap() {
            let name = text(&case["name"]);
            let before = case["before"].as_array().into_iter().flatten().map(text).collect::<Vec<_>>();
            let args = text(&case["args"]);
            let compat = (name.clone(), format!("{args} -compat c"), before.clone());
            match (list, case["compat_only"].as_bool()) {
                ("cases.json", Some(true)) => cases.push(compat),
                ("cases.json", _) => cases.extend([compat, (name, args, before)]),
                _ => cases.push((name, args, before)),
            }
        }
    }
    cases
}

fn golden_workplace(before: &[String]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(fixtures().join("../golden/inputs")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    for line in before {
        assert_eq!(run_in(folder.path(), &words(&format!("{line} -compat c"))).status, Some(0), "{line}");
    }
    folder
}

#[test]
fn config_of_every_golden_case_renders_the_same_bytes() {
    let cases = golden_cases();
    assert!(cases.len() >= 30, "{} cases", cases.len());
    let mut rendered = 0;
    for (name, flags, before) in cases {
        let by_flags = run_in(golden_workplace(&before).path(), &words(&flags));
        let folder = golden_workplace(&before);
        let printed = run_in(folder.path(), &words(&format!("config {flags}")));
        assert_eq!(printed.status, by_flags.status, "{name}: {}", printed.stderr);
        if by_flags.status != Some(0) {
            assert!(name.starts_with("refuse_"), "{name}: {}", by_flags.stderr);
            continue;
        }
        let by_file = run_toml_in(folder.path(), &printed.stdout, "");
        assert_eq!(by_file.status, Some(0), "{name}: {}\n{}", by_file.stderr, printed.stdout);
        for file in ["floatimage.bin", "floatimage.json", "intimage.img", "image.pgm", "Fdump.bin"] {
            let found = (by_file.files.get(file), by_flags.files.get(file));
            assert!(found.0 == found.1, "{name}, {flags}: {file} is another one\n{}", printed.stdout);
        }
        rendered += 1;
        // Once more: printing what was read changes no value.
        let values = |text: &str| -> Vec<String> {
            let bare = |line: &str| line.split("  # ").next().unwrap_or_default().to_owned();
            text.lines().filter(|line| !line.starts_with('#')).map(bare).collect()
        };
        let again = config(folder.path(), "e.toml");
        assert_eq!(values(&again), values(&printed.stdout), "{name}");
    }
    assert!(rendered >= 25, "{rendered} images");
}

#[test]
fn the_small_experiment_is_the_same_by_flags_and_by_file() {
    let (by_file, by_flags) = (run_toml(STILL, ""), run_small(""));
    for file in ["floatimage.bin", "floatimage.json", "intimage.img", "image.pgm", "noiseimage.img"] {
        assert!(by_file.files[file] == by_flags.files[file], "{file}");
    }
}

#[test]
fn numbers_may_be_written_without_a_point() {
    let whole = still_with(&[
        ("60.0", "60"),
        ("uniform = 100.0", "uniform = 100"),
        ("[10.0, 20.0, 30.0]", "[10, 20, 30]"),
    ]);
    same_image("whole numbers", &run_toml(&whole, ""), &run_toml(STILL, ""));
}

#[test]
fn flags_override_a_file() {
    for (more, flags) in [
        ("", "-cell 28 33 38 90 90 90"),
        ("", "-N 3"),
        ("", "-Nb 2"),
        ("", "-misset 1 2 3"),
        ("", "-lambda 1.2"),
        ("", "-energy 9000"),
        ("", "-distance 50"),
        ("", "-close_distance 50"),
        ("", "-xds"),
        ("", "-Xbeam 5 -Ybeam 7"),
        ("", "-detpixels_f 20"),
        ("", "-pixel 0.5"),
        ("", "-detector_roty 10"),
        ("", "-twotheta 7"),
        ("", "-phi 3 -osc 2 -phisteps 3"),
        ("", "-mosaic 1 -mosaic_domains 3"),
        ("", "-oversample 2 -oversample_omega"),
        ("", "-roi 3 9 4 20"),
        ("", "-dmin 3"),
        ("", "-default_F 30"),
        ("", "-hkl list.hkl"),
        ("", "-dump list.bin"),
        ("", "-water 5"),
        ("", "-polar 0.9"),
        ("", "-nopolar"),
        ("", "-fluence 1e20"),
        ("", "-flux 1e12 -exposure 2 -beamsize 0.05"),
        ("", "-divergence 3 -divsteps 3"),
        ("", "-dispersion 2 -dispsteps 3"),
        ("", "-sourcefile sources.txt"),
        ("", "-gauss_xtal -fudge 0.7"),
        ("", "-detector_thick 300 -detector_abs 200"),
        ("", "-mask mask.img"),
        ("", "-img header.img -phi 2"),
        ("", "-compat c"),
        // What a flag leaves open stays as the file has it.
        ("[scan]\nwidth_deg = 3.0\nsteps = 4\n", "-phi 7"),
        ("[scan]\nwidth_deg = 3.0\nsteps = 4\n", "-nopolar"),
    ] {
        let same_by_flags = if more.is_empty() { "" } else { "-osc 3 -phisteps 4" };
        let by_file = run_toml(&format!("{STILL}{more}"), flags);
        same_image(flags, &by_file, &run_small(&format!("{same_by_flags} {flags}")));
    }
}

/// A size that is typed replaces the pixels of a file; typed pixels replace a size.
#[test]
fn a_size_that_is_typed_gives_the_pixels_anew() {
    same_image("-detsize 12", &run_toml(STILL, "-detsize 12"), &run(&format!("{CRYSTAL} -detsize 12")));
    same_image("-pixel 2", &run_toml(STILL, "-pixel 2"), &run(&format!("{CRYSTAL} -pixel 2 -detpixels 24")));
    let sized = still_with(&[("pixels = [24, 24]", "slow_size_mm = 12.0\nfast_size_mm = 10.0")]);
    same_image(
        "-detpixels 20",
        &run_toml(&sized, "-detpixels 20"),
        &run(&format!("{CRYSTAL} -detpixels 20")),
    );
}

/// A file has a sweep, a flag says one thing about it: the rest stays.
#[test]
fn a_flag_that_changes_one_thing_of_a_sweep_leaves_the_others() {
    let band = "spectrum.band = { wavelength_angstrom = 1.0, width_percent = 4.0, wavelengths = 3 }";
    let spread = "spectrum.wavelength_angstrom = 1.0\n\
         divergence = { horizontal_mrad = 4.0, horizontal_steps = 3, vertical_mrad = 2.0, vertical_steps = 2, round = false }";
    let flat = "-hdivrange 4 -hdivsteps 3 -vdivrange 2 -vdivsteps 2 -square_div";
    for (from, to, same_as, flags) in [
        ("scan", "width_deg = 3.0\nsteps = 4", "-osc 3 -phisteps 2", "-phisteps 2"),
        ("scan", "width_deg = 3.0\nsteps = 4", "-osc 1 -phisteps 4", "-osc 1"),
        ("scan", "width_deg = 3.0\nsteps = 4", "-osc 3 -phistep 1.5", "-phistep 1.5"),
        ("scan", "width_deg = 3.0\nsteps = 4", "-phistep 0.5 -phisteps 2", "-phistep 0.5 -phisteps 2"),
        ("beam", band, "-dispersion 4 -dispsteps 2", "-dispsteps 2"),
        ("beam", band, "-dispersion 1 -dispsteps 3", "-dispersion 1"),
        ("beam", band, "-dispersion 4 -dispsteps 3 -lambda 1.1", "-lambda 1.1"),
        ("beam", band, "", "-dispersion 0"),
        ("beam", spread, &format!("{flat} -hdivsteps 2"), "-hdivsteps 2"),
        ("beam", spread, &format!("{flat} -vdivrange 6"), "-vdivrange 6"),
        ("beam", spread, "-vdivrange 2 -vdivsteps 2 -square_div", "-hdivrange 0"),
    ] {
        let toml = match from {
            "scan" => format!("{STILL}[scan]\n{to}\n"),
            _ => still_with(&[("spectrum.wavelength_angstrom = 1.0", to)]),
        };
        same_image(flags, &run_toml(&toml, flags), &run_small(same_as));
    }
}

#[test]
fn an_intensity_that_is_typed_replaces_that_of_a_file() {
    let with =
        |intensity: &str| still_with(&[("spectrum.wave", &format!("intensity.{intensity}\nspectrum.wave"))]);
    let flux = with("flux = { flux_per_s = 1e12, exposure_s = 2.0, size_um = 50.0 }");
    let pulse = with("pulse = { photons_per_pulse = 1e12, size_um = 50.0 }");
    for (toml, flags, same_as) in [
        (&flux, "-fluence 1e20", "-fluence 1e20"),
        (&flux, "-exposure 1", "-flux 1e12 -exposure 1 -beamsize 0.05"),
        (&flux, "-beamsize 0.1", "-flux 1e12 -exposure 2 -beamsize 0.1"),
        (&pulse, "-fluence 1e20", "-fluence 1e20"),
        (&pulse, "-flux 1e11", "-flux 1e11 -beamsize 0.05"),
        (&pulse, "-beamsize 0.1", "-flux 1e12 -beamsize 0.1"),
    ] {
        let run = run_toml(toml, flags);
        same_image(flags, &run, &run_small(same_as));
        assert!(!run.stderr.contains("has no effect"), "{flags}: {}", run.stderr);
    }
}

#[test]
fn a_seed_that_is_typed_replaces_that_of_a_random_orientation() {
    let random = still_with(&[("misset_deg = [10.0, 20.0, 30.0]", "random = { seed = 5 }")]);
    let expected = run_small("-misset random -misset_seed 7");
    same_image("-misset_seed 7", &run_toml(&random, "-misset_seed 7"), &expected);
    same_image("file", &run_toml(&random, ""), &run_small("-misset random -misset_seed 5"));
}

/// The beam, the scan and the crystal of a list replace what they say, not what they do not speak of.
#[test]
fn a_list_that_is_typed_leaves_the_rest_of_a_file() {
    let toml =
        format!("{STILL}[scan]\nsteps = 3\n").replace("[beam]", "[beam]\nintensity.fluence_per_m2 = 1e25");
    let by_file = run_toml(&toml, "-expt two_theta.expt");
    let by_flags =
        run("-expt two_theta.expt -default_F 100 -N 4 -fluence 1e25 -phisteps 3 -oversample 1 -seed 1");
    same_image("two_theta.expt", &by_file, &by_flags);
    let folder = workplace();
    std::fs::write(folder.path().join("e.toml"), &toml).unwrap();
    let printed = config(folder.path(), "e.toml -expt two_theta.expt");
    assert!(printed.contains("fluence_per_m2 = 1e25  # e.toml:11"), "{printed}");
    assert!(printed.contains("vectors_angstrom = ") && !printed.contains("\ncell = "), "{printed}");
}

fn run(line: &str) -> Run {
    let run = run_in(workplace().path(), &words(line));
    assert_eq!(run.status, Some(0), "{line}: {}", run.stderr);
    run
}

#[test]
fn a_cell_replaces_the_crystal_of_a_list() {
    let toml = format!(
        "expt = \"two_theta.expt\"\n{}",
        still_with(&[
            ("[detector.convention]\ndistance_mm = 60.0\npixel_size_mm = 1.0\npixels = [24, 24]\n", ""),
            ("spectrum.wavelength_angstrom = 1.0", "")
        ])
    );
    let flags = "-expt two_theta.expt -cell 30 35 40 80 95 100 -misset 10 20 30 -default_F 100 -N 4 -oversample 1 -seed 1";
    same_image("expt and cell", &run_toml(&toml, ""), &run(flags));
}

#[test]
fn flags_that_place_a_panel_are_refused_with_panels() {
    let folder = workplace();
    let toml = format!(
        "geom = \"two_by_three.geom\"\n{}",
        still_with(&[(
            "[detector.convention]\ndistance_mm = 60.0\npixel_size_mm = 1.0\npixels = [24, 24]\n",
            ""
        )])
    );
    for flags in [
        "-distance 50",
        "-pixel 1",
        "-detpixels 24",
        "-xds",
        "-Xbeam 3",
        "-twotheta 3",
        "-img header.img",
        "-detector_rotx 2",
        "-curved_det",
        "-pivot beam",
        "-ORGX 3",
        "-fdet_vector 1 0 0",
    ] {
        let run = run_toml_in(folder.path(), &toml, flags);
        let flag = flags.split(' ').next().unwrap();
        assert_eq!(run.status, Some(2), "{flags}: {}", run.stderr);
        let expected =
            format!("nanobragg: {flag} has no effect on a detector of panels, which two_by_three.geom gives");
        assert!(run.stderr.starts_with(&expected) && run.files.is_empty(), "{flags}: {}", run.stderr);
    }
    let masked = run_toml_in(folder.path(), &toml, "-mask mask.img");
    assert_eq!(masked.status, Some(2), "{}", masked.stderr);
    assert!(
        masked.stderr.contains("-mask: expected a detector of one panel, found 6 panels"),
        "{}",
        masked.stderr
    );
}

#[test]
fn paths_in_a_file_are_relative_to_it() {
    let folder = workplace();
    let below = folder.path().join("below");
    std::fs::create_dir(&below).unwrap();
    for name in ["list.hkl", "cell.mat", "sources.txt", "curve.stol", "mask.img"] {
        std::fs::rename(folder.path().join(name), below.join(name)).unwrap();
    }
    let toml = still_with(&[
        ("uniform = 100.0", "file = \"list.hkl\"\ndump_file = \"dump.bin\""),
        ("cell = [30.0, 35.0, 40.0, 80.0, 95.0, 100.0]", "matrix_file = \"cell.mat\""),
        ("spectrum.wave", "sources_file = \"sources.txt\"\nspectrum.wave"),
        ("pixels = [24, 24]", "pixels = [24, 24]\nmask_file = \"mask.img\""),
        (
            "noise_seed = 1",
            "noise_seed = 1\n[[background]]\nthickness_um = 5.0\ncurve = { file = \"curve.stol\" }\n\
             [output]\nint_file = \"given.img\"\npgm_file = \"../given.pgm\"\nexpt_file = \"truth.expt\"",
        ),
    ]);
    std::fs::write(below.join("e.toml"), &toml).unwrap();
    let from_above = run_in(folder.path(), &["run", "below/e.toml"]);
    assert_eq!(from_above.status, Some(0), "{}", from_above.stderr);
    let new: Vec<&str> = from_above.files.keys().map(String::as_str).collect();
    assert_eq!(new, ["floatimage.bin", "floatimage.json", "given.pgm", "noiseimage.img"]);
    for name in ["given.img", "truth.expt", "dump.bin"] {
        assert!(below.join(name).exists(), "{name}");
    }
    let from_beside = run_in(&below, &["run", "e.toml"]);
    same_image("from beside it", &from_beside, &from_above);
    // What is printed is read in the folder in which it was printed.
    let printed = config(folder.path(), "below/e.toml");
    same_image("printed", &run_toml_in(folder.path(), &printed, ""), &from_above);
    // Flags name files of the working directory.
    std::fs::write(folder.path().join("own.hkl"), "0 0 1 50\n1 0 0 20\n").unwrap();
    let own = run_in(folder.path(), &["run", "below/e.toml", "-hkl", "own.hkl", "-intfile", "own.img"]);
    assert_eq!(own.status, Some(0), "{}", own.stderr);
    assert!(own.files.contains_key("own.img") && own.stdout.contains("own.hkl"), "{}", own.stdout);
}

#[test]
fn geometry_files_are_relative_to_the_file_that_names_them() {
    let folder = workplace();
    std::fs::create_dir(folder.path().join("below")).unwrap();
    let detector = "[detector.convention]\ndistance_mm = 60.0\npixel_size_mm = 1.0\npixels = [24, 24]\n";
    for key in [
        "expt = \"../one_panel.expt\"",
        "geom = \"../one_panel.geom\"",
        "geom = { file = \"../one_panel.geom\" }",
    ] {
        let toml = format!("{key}\n{}", still_with(&[(detector, "")]));
        std::fs::write(folder.path().join("below/e.toml"), toml).unwrap();
        let run = run_in(folder.path(), &["run", "below/e.toml"]);
        assert_eq!(run.status, Some(0), "{key}: {}", run.stderr);
        assert_eq!(run.image().len(), 4 * 120 * 64, "{key}");
    }
}

/// Lines of what `config` prints that must be there.
fn has_lines(printed: &str, expected: &[&str]) {
    for line in expected {
        assert!(printed.lines().any(|found| found == *line), "no line {line:?} in\n{printed}");
    }
}

#[test]
fn each_printed_value_says_where_it_comes_from() {
    let folder = workplace();
    std::fs::write(folder.path().join("e.toml"), STILL).unwrap();
    has_lines(
        &config(folder.path(), "e.toml -N 3 -xds -distance 70"),
        &[
            "mode = \"physics\"  # default",
            "cell = [30.0, 35.0, 40.0, 80.0, 95.0, 100.0]  # e.toml:2",
            "cells = [3, 3, 3]  # -N",
            "misset_deg = [10.0, 20.0, 30.0]  # e.toml:4",
            "uniform = 100.0  # e.toml:7",
            "wavelength_angstrom = 1.0  # e.toml:11",
            "name = \"xds\"  # -xds",
            "distance_mm = 70.0  # -distance",
            "pixel_size_mm = 1.0  # e.toml:15",
            "pivot = \"sample\"  # convention",
            "fudge = 1.0  # default",
            "noise_seed = 1  # e.toml:22",
            "# float_file = \"floatimage.bin\"  # default",
        ],
    );
    has_lines(
        &config(folder.path(), "-cell 30 -default_F 10 -img header.img -misset random -intfile x.img"),
        &[
            "start_deg = 5.0  # PHI in the header of header.img",
            "pixels = [24, 24]  # SIZE1 in the header of header.img",
            "xbeam_mm = 8.0  # BEAM_CENTER_X in the header of header.img",
            "int_file = \"x.img\"  # -intfile",
        ],
    );
    let imported = config(folder.path(), "-expt two_theta.expt -default_F 10 -N 5");
    for key in
        ["vectors_angstrom = ", "wavelength_angstrom = ", "direction = ", "origin_mm = ", "width_deg = "]
    {
        let line = imported.lines().find(|line| line.starts_with(key)).unwrap();
        assert!(line.ends_with("  # two_theta.expt"), "{line}");
    }
    has_lines(&imported, &["cells = [5, 5, 5]  # -N", "steps = 1  # default"]);
}

#[test]
fn a_file_in_compat_mode_is_that_of_the_flag() {
    let compat = run_toml(&format!("mode = \"compat\"\n{STILL}"), "");
    same_image("compat", &compat, &run_small("-compat c"));
    assert!(compat.image() != run_toml(STILL, "").image(), "the modes differ for a triclinic cell (Q20)");
    assert!(compat.stdout.starts_with("nanobragg") && compat.stdout.contains("(compat c)"));
}

#[test]
fn a_random_orientation_without_a_seed_stays_one() {
    let folder = workplace();
    let random = still_with(&[("misset_deg = [10.0, 20.0, 30.0]", "random = {}")]);
    std::fs::write(folder.path().join("e.toml"), random).unwrap();
    let printed = config(folder.path(), "e.toml");
    std::fs::write(folder.path().join("again.toml"), printed).unwrap();
    assert!(config(folder.path(), "again.toml").contains("[crystal.orientation.random]"));
}

#[test]
fn the_schema_names_every_key_that_is_printed() {
    let schema: serde_json::Value = serde_json::from_str(&config(workplace().path(), "--schema")).unwrap();
    let text = schema.to_string();
    let printed = config(
        workplace().path(),
        &format!("{CRYSTAL} {DETECTOR} -xds -water 3 -stol curve.stol -expt-out t.expt"),
    );
    let keys: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key.trim_start_matches("# ")))
        .filter(|key| !key.contains(':'))
        .collect();
    assert!(keys.len() > 40, "{keys:?}");
    for key in keys {
        assert!(text.contains(&format!("\"{key}\"")), "{key}");
    }
}

/// The lines of `trace` are those that a run prints.
#[test]
fn a_pixel_of_a_file_is_traced_without_its_image() {
    let folder = workplace();
    let rendered = run_toml_in(folder.path(), STILL, "-trace_pixel 3 4 -default_F 7");
    let traced = run_in(folder.path(), &["trace", "e.toml", "-pixel", "3", "4", "-default_F", "7"]);
    assert_eq!(traced.status, Some(0), "{}", traced.stderr);
    assert!(
        traced.stdout.lines().count() > 20 && rendered.stdout.ends_with(&traced.stdout),
        "{}",
        traced.stdout
    );
    assert!(traced.files.is_empty());
}
