//! How much a run tells: a summary that fits a screen, `-v` for everything, `-q` for errors alone; and warnings of values
//! in another unit, before anything is computed.

use crate::workplace::{CRYSTAL, DETECTOR, Run, run, run_in, run_small, run_toml_in, still_with, workplace};

/// The small experiment with as many sub-pixels as it needs.
fn run_ordinary(more: &str) -> Run {
    let run = run(&format!("{} {DETECTOR} {more}", CRYSTAL.replace("-oversample 1", "")));
    assert_eq!(run.status, Some(0), "{more}: {}", run.stderr);
    run
}

#[test]
fn a_run_tells_what_fits_a_screen() {
    let run = run_ordinary("");
    let before = run.stdout.split("image\n").next().unwrap().lines().count();
    assert!(before <= 12 && run.stdout.lines().count() <= 24, "{}", run.stdout);
    assert_eq!(run.stderr, "");
}

/// What people who do not compare with the C program run, and need not be warned of.
#[test]
fn ordinary_runs_warn_of_nothing() {
    for more in [
        "",
        "-phi 0 -osc 1 -phisteps 3 -gauss_xtal",
        "-hkl list.hkl",
        "-mosaic 1 -polar 0.9",
        "-water 1 -xds",
    ] {
        let run = run_ordinary(more);
        assert_eq!(run.stderr, "", "{more}");
    }
    let quirks = run_small("-phi 0 -osc 1 -phisteps 3 -gauss_xtal").stdout;
    assert!(quirks.contains("from the C program         3 differences: Q1 Q9 Q20"), "{quirks}");
}

/// What a run says that it assumed, on lines that fit a screen.
fn assumed(line: &str) -> String {
    let stdout = run(line).stdout;
    let mut lines = stdout.lines().skip_while(|line| !line.starts_with("  assumed "));
    let first = lines.next().unwrap_or_default();
    let all: Vec<&str> =
        [first].into_iter().chain(lines.take_while(|line| line.starts_with("     "))).collect();
    assert!(all.iter().all(|line| line.chars().count() <= 80), "{all:?}");
    all.concat().replace("assumed", "").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_was_assumed_is_told() {
    let bare = "-cell 30 35 40 -default_F 1";
    let beam = "wavelength 1 Å, fluence 1.26e+29 photons/m^2, unpolarized beam";
    for (line, expected) in [
        (
            format!("{bare} -detpixels 24"),
            format!("{beam}, distance 100 mm, pixels of 0.1 mm, one unit cell"),
        ),
        (
            format!("-v {bare} -detpixels 24"),
            format!("{beam}, distance 100 mm, pixels of 0.1 mm, one unit cell"),
        ),
        (format!("{bare} -N 2 -pixel 2 -distance 90"), format!("{beam}, 51 pixels an edge, 102.4 mm")),
        (
            format!("{CRYSTAL} {DETECTOR} -polar 0 -mosaic 1 -detector_thick 300 -fluence 1e29"),
            "attenuation depth 300 µm, 2 sensor layers, 10 mosaic domains".to_owned(),
        ),
        (format!("{CRYSTAL} {DETECTOR} -polar 0.9 -fluence 1e29"), String::new()),
        (format!("{CRYSTAL} {DETECTOR} -nopolar -flux 1e12"), "exposure 1 s, beam of 0.1 mm".to_owned()),
        (format!("{CRYSTAL} {DETECTOR} -nopolar -flux 1e12 -exposure 0.1 -beamsize 0.05"), String::new()),
        (
            format!("{CRYSTAL} {DETECTOR} -nopolar -fluence 1e29 -osc 1 -dispersion 1 -hdivrange 1"),
            "2 wavelengths, 2 steps of horizontal divergence, 2 rotation steps".to_owned(),
        ),
        (format!("{CRYSTAL} {DETECTOR} -nopolar -fluence 1e29 -phisteps 3"), "rotation of 1 deg".to_owned()),
        (
            format!(
                "{CRYSTAL} {DETECTOR} -nopolar -fluence 1e29 -osc 1 -phistep 0.5 -dispersion 1 -dispsteps 3"
            ),
            String::new(),
        ),
        (
            format!(
                "{bare} -N 2 {DETECTOR} -distance 60 -pixel 1 -nopolar -fluence 1e29 -dispersion 1 -dispsteps 3"
            ),
            "wavelength 1 Å".to_owned(),
        ),
    ] {
        assert_eq!(assumed(&line), expected, "{line}");
    }
}

/// A file's fluence was told as assumed.
#[test]
fn what_a_file_gives_is_not_assumed() {
    let folder = workplace();
    let config =
        run_in(folder.path(), &["config", "-cell", "30", "35", "40", "-default_F", "1", "-fluence", "1e29"]);
    std::fs::write(folder.path().join("e.toml"), config.stdout).unwrap();
    let run = run_in(folder.path(), &["run", "e.toml", "-detpixels", "24"]);
    assert!(!run.stdout.contains("assumed"), "{}", run.stdout);
}

#[test]
fn what_leaves_only_a_part_of_a_value_in_force_is_told() {
    for (more, expected) in [
        (
            "-osc 1 -phisteps 10 -phistep 0.5",
            "-phisteps 10 and -phistep 0.5 span 5 deg, and -osc 1 is what headers and reports state",
        ),
        (
            "-hdivrange 1 -hdivsteps 3 -hdivstep 2",
            "-hdivsteps 3 and -hdivstep 2 span 4 mrad, and -hdivrange 1 is what headers and reports state",
        ),
        ("-mat cell.mat", "-cell: the angles 80 95 100 have no effect beside -mat, which has "),
        ("-fdet_vector 0 1 1 -sdet_vector 0 -1 0", "the detector's fast axis is at 135 deg to its slow axis"),
        (
            "-fdet_vector 0 1 1 -sdet_vector 0 -1 0",
            "expected a right angle (-fdet_vector, -sdet_vector and -odet_vector)",
        ),
        ("-twotheta 90", "the plane of the detector passes through the sample"),
        ("-images 3 -cbffile i_#.cbf", "-images 3: the images are of one still, and differ by noise alone"),
        ("-osc -1", "-osc has no effect: expected a number that is not negative; there is 1 step"),
    ] {
        let stderr = run_small(more).stderr;
        assert!(stderr.contains(expected), "{more}: {stderr}");
    }
    for more in [
        "-osc 1 -phisteps 10 -phistep 0.1",
        "-osc 1 -phistep 0.3",
        "-phisteps 10 -phistep 0.5",
        "-hdivrange 1 -hdivsteps 3 -hdivstep 0.5",
        "-fdet_vector 0 1 1 -sdet_vector 0 1 -1",
        "-twotheta 80",
        "-images 3 -osc 1 -cbffile i_#.cbf",
    ] {
        let stderr = run_ordinary(more).stderr;
        assert!(!stderr.contains("warning"), "{more}: {stderr}");
    }
    let run = run(&format!("{CRYSTAL} {DETECTOR} -fdet_vector 1 0 0 -sdet_vector 1 0 0"));
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("fast axis is at 0 deg to its slow axis"), "{}", run.stderr);
}

#[test]
fn a_quiet_run_tells_errors_and_what_is_asked_for_alone() {
    for more in ["-q", "-quiet -gauss_xtal -fudge 2 -seed 3", "-q -mosaic 1 -N 3"] {
        let run = run_small(more);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""), "{more}");
        assert_eq!(run.image(), run_small(&more.replace("-quiet", "").replace("-q", "")).image());
    }
    let traced = run_small("-q -trace_pixel 3 4");
    let alone = run(&format!("trace {CRYSTAL} {DETECTOR} -trace_pixel 3 4"));
    assert_eq!(traced.stdout, alone.stdout);
    let wrong = run(&format!("{CRYSTAL} {DETECTOR} -q -distance -1"));
    assert!(wrong.stderr.starts_with("nanobragg: -distance: "), "{}", wrong.stderr);
    let series = run_small("-q -images 2 -npyfile a_#.npy");
    assert_eq!((series.stdout.as_str(), series.files.len()), ("", 2));
}

/// The screen of a pipe has neither colours nor a progress bar.
#[test]
fn nothing_on_a_pipe_is_coloured() {
    for line in ["-h", "--help", &format!("{CRYSTAL} {DETECTOR} -v -fudge 2"), "nonsense", "compare a"] {
        let run = run(line);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{line}");
    }
}

/// Colours on a terminal, and none with `NO_COLOR`; a bar that ends with the time.
#[test]
#[cfg(target_os = "linux")]
fn colours_and_progress_are_for_terminals() {
    let folder = workplace();
    let on_a_terminal = |more: &str, colour: &str| {
        let program = env!("CARGO_BIN_EXE_nanobragg");
        let line = format!("{colour} TERM=xterm {program} {CRYSTAL} {DETECTOR} {more}");
        let output = std::process::Command::new("script")
            .current_dir(folder.path())
            .env_remove("NO_COLOR")
            .args(["-qec", &line, "/dev/null"])
            .stdin(std::process::Stdio::null())
            .output();
        output.ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let Some(coloured) = on_a_terminal("-fudge 2", "") else {
        println!("skipped colours_and_progress_are_for_terminals: no program `script`");
        return;
    };
    assert!(coloured.contains("\u{1b}[1m\u{1b}[33mnanobragg: warning:\u{1b}[0m -fudge"), "{coloured:?}");
    assert!(coloured.contains("rendered in "), "{coloured:?}");
    let plain = on_a_terminal("-fudge 2 -noprogress", "NO_COLOR=1").unwrap();
    assert!(plain.contains("nanobragg: warning: -fudge") && !plain.contains('\u{1b}'), "{plain:?}");
    let quiet = on_a_terminal("-q", "").unwrap();
    assert!(quiet.trim().is_empty(), "{quiet:?}");
}

fn asked(run: &Run, expected: &str) {
    let warnings: Vec<&str> = run.stderr.lines().filter(|line| line.contains("did you mean")).collect();
    assert_eq!(warnings, [format!("nanobragg: warning: {expected}")], "{}", run.stderr);
}

/// Metres for millimetres and the like are asked about, by the name that was typed.
#[test]
fn a_value_in_another_unit_is_asked_about() {
    for (more, expected) in [
        ("-distance 0.25", "-distance gives 0.25 mm, and 2 to 100000 mm is usual: did you mean 250 mm?"),
        ("-lambda 1e-10", "-lambda gives 1e-10 Å, and 0.01 to 50 Å is usual: did you mean 1 Å?"),
        ("-energy 12.4", "-energy gives 12.4 eV, and 250 to 1e+06 eV is usual: did you mean 12400 eV?"),
        ("-pixel 1e-4", "-pixel gives 0.0001 mm, and 0.001 to 10 mm is usual: did you mean 0.1 mm?"),
        ("-samplesize 10", "-samplesize gives 10 mm, and 2e-05 to 0.5 mm is usual: did you mean 0.01 mm?"),
        ("-samplesize 1", "-samplesize gives 1 mm, and 2e-05 to 0.5 mm is usual: did you mean 0.001 mm?"),
        ("-sample_y 5e-6", "-sample_y gives 5e-06 mm, and 2e-05 to 0.5 mm is usual: did you mean 0.005 mm?"),
        (
            "-flux 1e12 -beamsize 5",
            "-beamsize gives 5 mm, and 1e-05 to 2 mm is usual: did you mean 0.005 mm?",
        ),
        (
            "-cell 70 80 90 1.57 1.57 1.6",
            "-cell gives 1.57 deg, and 20 to 160 deg is usual: did you mean 89.9544 deg?",
        ),
        (
            "-detpixels 1000 -pixel 0.1 -Xbeam 512.5",
            "-Xbeam gives 512.5 mm, and the detector is 100 mm wide: did you mean 51.25 mm, 512.5 pixels?",
        ),
        ("-cell 7e-9", "-cell gives 7e-09 Å, and 1 to 10000 Å is usual: did you mean 70 Å?"),
        (
            "-detector_thick 0.45",
            "-detector_thick gives 0.45 µm, and 1 to 100000 µm is usual: did you mean 450 µm?",
        ),
        (
            "-pix0_vector 100 20 -20",
            "-pix0_vector gives 103923 mm, and 2 to 100000 mm is usual: did you mean 103.923 mm?",
        ),
    ] {
        let line = format!("config {CRYSTAL} {DETECTOR} {more}");
        asked(&run(&line), expected);
    }
    let folder = workplace();
    let toml = still_with(&[("distance_mm = 60.0", "distance_mm = 0.06")]);
    let run = run_toml_in(folder.path(), &toml, "-roi 3 3 3 3");
    asked(
        &run,
        "e.toml:14: detector.convention.distance_mm gives 0.06 mm, and 2 to 100000 mm is usual: did you mean 60 mm?",
    );
    assert_eq!(run.status, Some(0), "it is a warning: {}", run.stderr);
}

/// Every output is tried before the first step, and named as it was typed.
#[test]
fn an_output_without_a_folder_is_named_before_the_rendering() {
    let folder = workplace();
    for flag in [
        "floatfile",
        "intfile",
        "pgmfile",
        "noisefile",
        "cbffile",
        "nxmx",
        "smvfile",
        "npyfile",
        "pngfile",
        "expt-out",
        "hkl list.hkl -dump",
        "checkpoint",
    ] {
        let line = format!("{CRYSTAL} {DETECTOR} -{flag} no/such.file");
        let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        refused_first(&run, flag);
    }
    for key in [
        "float_file",
        "int_file",
        "pgm_file",
        "noise_file",
        "cbf_file",
        "nxmx_file",
        "smv_file",
        "npy_file",
        "png_file",
        "expt_file",
    ] {
        let toml = format!("output.{key} = \"no/such.file\"\n{}", crate::workplace::STILL);
        refused_first(&run_toml_in(folder.path(), &toml, ""), key);
    }
}

fn refused_first(run: &Run, what: &str) {
    assert!(run.status == Some(1) && run.files.is_empty(), "{what}: {:?} {}", run.status, run.stderr);
    let last = run.stderr.lines().last().unwrap_or_default();
    assert!(last.starts_with("nanobragg: no/such.file: cannot be "), "{what}: {}", run.stderr);
    assert!(what == "checkpoint" || last.ends_with("there is no folder no"), "{what}: {last}");
    assert_eq!(run.stdout, "", "{what}: nothing is rendered");
}
