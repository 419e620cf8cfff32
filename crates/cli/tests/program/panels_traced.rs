//! One pixel of one panel; bad regions and masks; a detector written out; the list that `--expt-out` writes.

use std::path::Path;

use serde_json::Value;

use crate::workplace::{CRYSTAL, DETECTOR, Run, STILL, run_in, run_toml_in, smv, still_with, workplace};

const ON_PANELS: &str = "-cell 30 35 40 80 95 100 -misset 10 20 30 -default_F 100 -N 6 -oversample 1 -seed 1";

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn good(folder: &Path, line: &str) -> Run {
    let run = run_in(folder, &words(line));
    assert_eq!(run.status, Some(0), "{line}: {}", run.stderr);
    run
}

/// Panel p4 holds rows 32 to 63 and columns 40 to 79 of the whole.
#[test]
fn a_pixel_of_a_panel_has_the_trace_of_the_whole() {
    let folder = workplace();
    let traced = |line: &str| good(folder.path(), &format!("trace {ON_PANELS} -oversample 2 {line}")).stdout;
    let whole = traced("-geom one_panel.geom -pixel 40 51");
    let by_name = traced("-geom two_by_three.geom -panel p4 -pixel 8 11");
    assert!(by_name == traced("-geom two_by_three.geom -panel 4 -pixel 8 11"));
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (of_whole, of_panel) = (lines(&whole), lines(&by_name));
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !those.contains(line)).cloned().collect()
    };
    assert!(of_whole.len() > 40, "{whole}");
    assert_eq!(only(&of_whole, &of_panel), ["TRACE_CONFIG: tracing pixel (spixel=40, fpixel=51)"]);
    let expected = ["TRACE_RS:panel=p4", "TRACE_CONFIG: tracing pixel (spixel=8, fpixel=11)"];
    assert_eq!(only(&of_panel, &of_whole), expected);
    let parted = |line: &str| run_in(folder.path(), &words(line));
    std::fs::write(folder.path().join("a.log"), &whole).unwrap();
    std::fs::write(folder.path().join("b.log"), &by_name).unwrap();
    let diff = parted("trace-diff a.log b.log");
    assert_eq!(diff.status, Some(1), "{}", diff.stderr);
    assert!(
        diff.stdout.starts_with("3 of ") && diff.stdout.contains("the panel asked for"),
        "{}",
        diff.stdout
    );
    // What is rendered is what is traced.
    let photons =
        good(folder.path(), &format!("{ON_PANELS} -oversample 2 -geom two_by_three.geom")).photons();
    let last = by_name.lines().find_map(|line| line.strip_prefix("TRACE_RS: I_pixel_final "));
    let last: f64 = last.unwrap().parse().unwrap();
    let rendered = f64::from(photons[(4 * 32 + 8) * 40 + 11]);
    assert!((last - rendered).abs() <= 1e-6 * rendered, "{last} and {rendered}");
}

#[test]
fn a_panel_that_is_not_there_is_refused() {
    let folder = workplace();
    for (flags, expected) in [
        (
            "-panel p9",
            "-panel: expected a panel by name (p0, p1, p2, p3, p4, p5) or by number (0 to 5), found \"p9\"",
        ),
        (
            "-panel 6",
            "-panel: expected a panel by name (p0, p1, p2, p3, p4, p5) or by number (0 to 5), found \"6\"",
        ),
        (
            "-panel -1",
            "-panel: expected a panel by name (p0, p1, p2, p3, p4, p5) or by number (0 to 5), found \"-1\"",
        ),
        (
            "-panel p4 -trace_pixel 32 0",
            "-trace_pixel: expected slow 0 to 31 and fast 0 to 39, found \"32 0\"",
        ),
    ] {
        let run = run_in(
            folder.path(),
            &words(&format!("{ON_PANELS} -geom two_by_three.geom -trace_pixel 8 11 {flags}")),
        );
        let said = run.stderr.lines().find(|line| !line.contains(": warning: ")).unwrap_or_default();
        assert_eq!((run.status, said), (Some(2), &*format!("nanobragg: {expected}")), "{flags}");
        assert!(run.files.is_empty());
    }
}

const PLANE: &str = "[detector.convention]\ndistance_mm = 60.0\npixel_size_mm = 1.0\npixels = [24, 24]\n";

/// The plane of `STILL` in the frame of XDS, written out: 60 mm down +z, the beam in its middle.
fn written_out(more: &str) -> String {
    let panel = format!(
        "[[detector.panels]]\nname = \"plane\"\norigin_mm = [-12.0, -12.0, 60.0]\nfast_axis = [1.0, 0.0, 0.0]\n\
         slow_axis = [0.0, 1.0, 0.0]\npixels = [24, 24]\npixel_size_mm = 1.0\n{more}"
    );
    still_with(&[(PLANE, &panel)])
}

fn toml(text: &str, flags: &str) -> Run {
    let run = run_toml_in(workplace().path(), text, flags);
    assert_eq!(run.status, Some(0), "{flags}: {}\n{text}", run.stderr);
    run
}

/// Within a part of each pixel and 1e-9 of the largest, which is what is left in the zeros of fringes.
fn close(what: &str, found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0, |max: f64, &photons| max.max(f64::from(photons)));
    assert!(largest > 0.0, "{what}: dark");
    for (place, (&f, &e)) in found.iter().zip(expected).enumerate() {
        let (f, e) = (f64::from(f), f64::from(e));
        assert!((f - e).abs() <= 1e-6 * e + 1e-9 * largest, "{what}, pixel {place}: {f:e} and {e:e}");
    }
}

#[test]
fn a_plane_written_out_is_that_of_the_convention() {
    let lines = |run: &Run| -> Vec<String> {
        let image = run.stdout.split("\nimage\n").nth(1).unwrap();
        image.lines().take(6).map(str::to_owned).collect()
    };
    for flags in [
        "",
        "-oversample 2 -water 10",
        "-phi 3 -osc 2 -phisteps 2 -polar 0.9",
        "-detector_thick 300 -detector_abs 200",
    ] {
        let by_convention = toml(STILL, &format!("-xds -Xbeam 12 -Ybeam 12 -v {flags}"));
        let written = toml(&written_out(""), &format!("-v {flags}"));
        close(flags, &written.photons(), &by_convention.photons());
        assert_eq!(lines(&written), lines(&by_convention), "{flags}");
    }
}

#[test]
fn bad_regions_and_masks_are_not_rendered() {
    let whole = toml(&written_out(""), "").photons();
    let mask = smv("", 24, 24, |place| u16::from(place % 5 != 0));
    // A pixel's centre is at −12 + fast + 0.5 mm.
    type Bad = fn(usize, usize) -> bool;
    let cases: [(&str, Bad); 5] = [
        ("bad = [{ pixels = [3, 9, 4, 4] }]", |slow, fast| (3..=9).contains(&fast) && slow == 4),
        ("bad = [{ pixels = [20, 99, 0, 99] }]", |_, fast| fast >= 20),
        ("bad = [{ lab_xy_mm = [-1.4, 2.0, -12.0, 0.0] }, { pixels = [0, 0, 0, 0] }]", |slow, fast| {
            ((11..=13).contains(&fast) && slow < 12) || (fast, slow) == (0, 0)
        }),
        ("mask_file = \"m.img\"", |slow, fast| (slow * 24 + fast) % 5 == 0),
        ("mask_file = \"m.img\"\nbad = [{ pixels = [0, 23, 0, 0] }]", |slow, fast| {
            slow == 0 || (slow * 24 + fast) % 5 == 0
        }),
    ];
    for (more, is_bad) in cases {
        let folder = workplace();
        std::fs::write(folder.path().join("m.img"), &mask).unwrap();
        let run = run_toml_in(folder.path(), &written_out(&format!("{more}\n")), "-v");
        assert_eq!(run.status, Some(0), "{more}: {}", run.stderr);
        let mut count = 0;
        for (place, photons) in run.photons().into_iter().enumerate() {
            let bad = is_bad(place / 24, place % 24);
            count += usize::from(bad);
            let expected = if bad { 0.0 } else { whole[place] };
            assert_eq!(photons.to_bits(), expected.to_bits(), "{more}: pixel {place}");
        }
        let masked = format!("  masked                     {count} pixels");
        assert!(run.stdout.lines().any(|line| line == masked), "{more}: {count}\n{}", run.stdout);
    }
    let folder = workplace();
    std::fs::write(folder.path().join("m.img"), &mask).unwrap();
    let by_flag = run_toml_in(folder.path(), &written_out(""), "-mask m.img");
    let by_key = run_toml_in(folder.path(), &written_out("mask_file = \"m.img\"\n"), "");
    assert!(by_flag.image() == by_key.image(), "{}", by_flag.stderr);
    let none = toml(&written_out("bad = [\"panel\"]\n"), "");
    assert!(none.photons().iter().all(|&photons| photons == 0.0));
}

/// What `--expt-out` writes is the experiment that was rendered. Its numbers are f64s that read back as themselves; a
/// corner is summed from other terms, 1e-16 of 60 mm off, and a fringe moves by as little.
#[test]
fn the_list_that_is_written_renders_the_same_image() {
    for (flags, again) in [
        (String::new(), ""),
        ("-misset -40 70 15".to_owned(), ""),
        ("-osc 2 -phisteps 3".to_owned(), "-phisteps 3"),
        ("-phi 35 -osc 2 -phisteps 3 -spindle_axis 0 1 1 -misset 5 6 7".to_owned(), "-phisteps 3"),
        ("-phi 35".to_owned(), ""),
        (
            "-xds -distance 50 -detector_rotx 5 -detector_roty -7 -twotheta 10 -Xbeam 10 -Ybeam 13"
                .to_owned(),
            "",
        ),
        ("-dials -phi 3 -osc 1 -phisteps 2".to_owned(), "-phisteps 2"),
        ("-polar 0.8 -lambda 1.2".to_owned(), ""),
        ("-detector_thick 300 -detector_abs 250 -detector_thicksteps 2".to_owned(), ""),
    ] {
        let folder = workplace();
        let first = good(folder.path(), &format!("{CRYSTAL} {DETECTOR} {flags} --expt-out truth.expt"));
        let second = good(
            folder.path(),
            &format!("-expt truth.expt -default_F 100 -N 4 -oversample 1 -seed 1 {again}"),
        );
        close(&flags, &second.photons(), &first.photons());
    }
}

#[test]
fn the_panels_of_a_list_are_written_back() {
    let folder = workplace();
    for (geometry, phis) in [
        ("-geom two_by_three.geom", ""),
        ("-expt two_by_three.expt", ""),
        ("-expt two_theta.expt", "-phisteps 2"),
    ] {
        let crystal =
            if geometry.contains("two_theta") { "" } else { "-cell 30 35 40 80 95 100 -misset 10 20 30" };
        let common = "-default_F 100 -N 6 -oversample 1 -seed 1";
        let first =
            good(folder.path(), &format!("{geometry} {crystal} {common} {phis} --expt-out truth.expt"));
        let second = good(folder.path(), &format!("-expt truth.expt {common} {phis}"));
        // Bad regions are no part of the list: what is lit is the same.
        let (found, expected) = (second.photons(), first.photons());
        let lit: Vec<usize> = (0..expected.len()).filter(|&place| expected[place] > 0.0).collect();
        assert!(lit.len() > 1000, "{geometry}");
        let of_lit = |image: &[f32]| lit.iter().map(|&place| image[place]).collect::<Vec<_>>();
        close(geometry, &of_lit(&found), &of_lit(&expected));
        std::fs::remove_file(folder.path().join("truth.expt")).unwrap();
    }
}

/// dxtbx, where it is there, reads what `--expt-out` wrote: panels, wavelength, crystal, oscillation.
#[test]
fn dxtbx_reads_the_list_that_is_written() {
    const SCRIPT: &str = "
import json, sys
from dxtbx.model.experiment_list import ExperimentListFactory
e = ExperimentListFactory.from_json_file(sys.argv[1], check_format=False)[0]
print(json.dumps({
    'origins': [list(p.get_origin()) for p in e.detector],
    'fast': [list(p.get_fast_axis()) for p in e.detector],
    'names': [p.get_name() for p in e.detector],
    'sizes': [list(p.get_image_size()) for p in e.detector],
    'wavelength': e.beam.get_wavelength(),
    'real_space': [list(v) for v in e.crystal.get_real_space_vectors()],
    'oscillation': list(e.scan.get_oscillation()),
}))";
    let python = "/usr/bin/python3";
    let has = std::process::Command::new(python).args(["-c", "import dxtbx"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        eprintln!("dxtbx_reads_the_list_that_is_written: skipped, {python} cannot import dxtbx");
        return;
    }
    let folder = workplace();
    let line =
        format!("{ON_PANELS} -geom two_by_three.geom -phi 7 -osc 0.5 -phisteps 2 -v --expt-out truth.expt");
    let run = good(folder.path(), &line);
    let read = std::process::Command::new(python)
        .current_dir(folder.path())
        .args(["-c", SCRIPT, "truth.expt"])
        .output()
        .unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let read: Value = serde_json::from_slice(&read.stdout).unwrap();
    let numbers = |value: &Value| -> Vec<f64> {
        value.as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect()
    };
    let near = |what: &str, found: &[f64], expected: &[f64], bound: f64| {
        assert_eq!(found.len(), expected.len(), "{what}");
        let off = found.iter().zip(expected).map(|(f, e)| (f - e).abs()).fold(0.0, f64::max);
        assert!(off < bound, "{what}: {found:?} and {expected:?}");
    };
    // The corners of the .geom file: pixels of 0.2 mm, 40 mm down the beam.
    let geom = std::fs::read_to_string(folder.path().join("two_by_three.geom")).unwrap();
    let of_geom = |key: &str| -> f64 {
        geom.lines().find_map(|line| line.strip_prefix(&format!("{key} = "))).unwrap().parse().unwrap()
    };
    for panel in 0..6 {
        let corner = |name: &str| of_geom(&format!("p{panel}/{name}"));
        let expected = [corner("corner_x") * 0.2, corner("corner_y") * 0.2, 40.0 + corner("coffset") * 1e3];
        near("origin", &numbers(&read["origins"][panel]), &expected, 1e-9);
        near(
            "fast",
            &numbers(&read["fast"][panel]),
            &[0.991_185_901_636_016, 0.051_945_851_961_403, 0.121_869_343_405_147],
            1e-9,
        );
        assert_eq!(read["names"][panel], format!("p{panel}"));
        assert_eq!(numbers(&read["sizes"][panel]), [40.0, 32.0]);
    }
    near("wavelength", &[read["wavelength"].as_f64().unwrap()], &[1.0], 1e-12);
    near("oscillation", &numbers(&read["oscillation"]), &[7.0, 0.5], 1e-12);
    for (place, name) in ["a", "b", "c"].into_iter().enumerate() {
        let reported = run.stdout.lines().find_map(|line| line.strip_prefix(&format!("  {name} "))).unwrap();
        let reported: Vec<f64> = reported.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        // Eight digits are reported.
        near(name, &numbers(&read["real_space"][place]), &reported, 1e-6);
    }
}

#[test]
fn a_curved_detector_says_that_a_list_has_none() {
    let folder = workplace();
    let run = good(folder.path(), &format!("{CRYSTAL} {DETECTOR} -curved_det --expt-out truth.expt"));
    let expected =
        "the detector is curved: truth.expt has its plane, as lists of DIALS hold flat panels alone";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert!(
        !good(folder.path(), &format!("{CRYSTAL} {DETECTOR} -curved_det")).stderr.contains("flat panels")
    );
}
