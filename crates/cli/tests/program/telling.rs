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

#[test]
fn what_was_assumed_is_told() {
    let run = run("-cell 30 35 40 -default_F 1 -detpixels 24");
    let expected = "assumed                    wavelength 1 Å, distance 100 mm, pixels of 0.1 mm, fluence, one unit cell";
    assert!(run.stdout.contains(expected), "{}", run.stdout);
    let run = run_small("-mosaic 1 -detector_thick 300 -fluence 1e29");
    assert!(run.stdout.contains("attenuation depth 300 µm, 10 mosaic domains"), "{}", run.stdout);
    assert!(!run_small("-fluence 1e29").stdout.contains("assumed"));
    let of_flux = run_small("-flux 1e12").stdout;
    assert!(of_flux.contains("assumed                    exposure 1 s, beam of 0.1 mm\n"), "{of_flux}");
    assert!(!run_small("-flux 1e12 -exposure 0.1 -beamsize 0.05").stdout.contains("assumed"));
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
        ("-samplesize 10", "-samplesize gives 10000 µm, and 0.02 to 500 µm is usual: did you mean 10 µm?"),
        ("-samplesize 1", "-samplesize gives 1000 µm, and 0.02 to 500 µm is usual: did you mean 1 µm?"),
        ("-sample_y 5e-6", "-sample_y gives 0.005 µm, and 0.02 to 500 µm is usual: did you mean 5 µm?"),
        (
            "-flux 1e12 -beamsize 5",
            "-beamsize gives 5000 µm, and 0.01 to 2000 µm is usual: did you mean 5 µm?",
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
