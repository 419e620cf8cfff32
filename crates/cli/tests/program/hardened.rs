//! Damaged inputs that once were read in silence, waited for without end, or ended the program.

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::workplace::{CRYSTAL, DETECTOR, Run, program, run_in, smv, workplace};

fn run_with(name: &str, bytes: &[u8], more: &str) -> Run {
    let folder = workplace();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let line = format!("{CRYSTAL} {DETECTOR} {more}");
    run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>())
}

fn refused(run: &Run, expected: &str) {
    assert_eq!(run.status, Some(3), "{}", run.stderr);
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert!(run.files.is_empty(), "{:?}", run.files.keys());
}

/// It made the noise image loop for ever.
#[test]
fn a_structure_factor_that_is_no_number_in_a_dump_is_refused() {
    for factor in [f64::NAN, f64::INFINITY] {
        let mut dump = b"0 1 0 0 0 0\n\x0c".to_vec();
        for place in 0..3 * 2 * 2 {
            dump.extend(if place == 4 { factor } else { 5.0 }.to_ne_bytes());
        }
        refused(
            &run_with("bad.bin", &dump, "-dump bad.bin"),
            "bad.bin: expected a finite structure factor F",
        );
    }
}

/// The number that is missing was taken from the next row.
#[test]
fn a_matrix_with_a_missing_number_is_refused() {
    let matrix = b"0.03 0.002 0\n-0.001 0.028\n0 0.001 0.025\n0 0 0\n";
    refused(
        &run_with("bad.mat", matrix, "-mat bad.mat"),
        "bad.mat:2:1: expected three numbers, a row of an orientation matrix, found \"2 numbers\"",
    );
}

/// A curve of one row was read, and the sum was off by 2 %.
#[test]
fn lines_may_end_with_a_carriage_return_alone() {
    let curve = "# sin(theta)/lambda F\n0 2.5\n0.05 4 measured\n0.1 1\n";
    let matrix = "0.03 0.002 0\n-0.001 0.028 0.003\n0 0.001 0.025\n";
    for (name, text, more) in [("c.stol", curve, "-water 5 -stol c.stol"), ("m.mat", matrix, "-mat m.mat")] {
        let expected = run_with(name, text.as_bytes(), more);
        assert_eq!(expected.status, Some(0), "{}", expected.stderr);
        for end in ["\r", "\r\n"] {
            let found = run_with(name, text.replace('\n', end).as_bytes(), more);
            assert_eq!(found.photons(), expected.photons(), "{name} {end:?}: {}", found.stderr);
        }
    }
}

/// It passed in silence.
#[test]
fn a_misspelt_header_key_is_warned_of() {
    let image = smv(
        "BYTE_OSDER=big_endian;\nDISTENCE=70;\nDETECTOR_SN=5;\nBEAM_CENTER_X=8;\nBEAM_CENTER_Y=8;\n",
        24,
        24,
        |_| 1,
    );
    let run = run_with("bad.img", &image, "-img bad.img");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    for (key, nearest) in [("BYTE_OSDER", "BYTE_ORDER"), ("DISTENCE", "DISTANCE")] {
        let expected =
            format!("bad.img: the header key {key} is not known and not read: did you mean {nearest}?");
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
    }
    assert_eq!(run.stderr.matches("is not known and not read").count(), 2, "{}", run.stderr);
}

/// They were read, or waited for, without end.
#[cfg(unix)]
#[test]
fn small_files_have_a_size_and_are_regular() {
    let folder = workplace();
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
    for flag in ["-mat", "-stol", "-sourcefile", "-geom", "-expt"] {
        for (file, expected) in [
            ("/dev/zero", "/dev/zero: expected a file of at most 67108864 bytes, found more"),
            ("pipe", "pipe: expected a regular file, found a pipe or a device"),
        ] {
            let start = Instant::now();
            let output = Command::new(env!("CARGO_BIN_EXE_nanobragg"))
                .current_dir(folder.path())
                .args(["-default_F", "10", "-cell", "30", "-detpixels", "8", flag, file])
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(3), "{flag} {file}: {stderr}");
            assert!(stderr.contains(expected), "{flag} {file}: {stderr}");
            assert!(start.elapsed() < Duration::from_secs(10), "{flag} {file}: {:?}", start.elapsed());
        }
    }
}

/// They were read until the memory was used up.
#[cfg(unix)]
#[test]
fn a_device_without_end_is_refused() {
    let folder = workplace();
    for (words, expected) in [
        ("-hkl /dev/zero", "/dev/zero: cannot be read: expected at most 1073741824 bytes"),
        ("-dump /dev/zero", "/dev/zero: cannot be read: expected at most 1073741824 bytes"),
        (
            "trace-diff /dev/zero /dev/zero",
            "/dev/zero: expected a trace of at most 536870912 bytes, found more",
        ),
    ] {
        let line =
            if words.starts_with('-') { format!("-cell 30 -detpixels 8 {words}") } else { words.to_owned() };
        let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        refused(&run, expected);
    }
}

/// A large list with every reflection twice filled the screen.
#[test]
fn many_repeated_reflections_are_counted() {
    let rows: String = (0..500).map(|place| format!("{} {} 1 50\n", place % 25, place / 25)).collect();
    let run = run_with("twice.hkl", format!("{rows}{rows}").as_bytes(), "-hkl twice.hkl");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert_eq!(run.stderr.matches("was given before").count(), 10, "{}", run.stderr);
    assert!(
        run.stderr.contains("twice.hkl: 490 more reflections are given more than once"),
        "{}",
        run.stderr
    );
}

/// The width of a column went into a format that has none above 65,535.
#[test]
fn a_trace_with_a_very_long_name_is_compared() {
    let folder = workplace();
    let name = "x".repeat(70_000);
    for (file, number) in [("a.log", 1), ("b.log", 2)] {
        std::fs::write(folder.path().join(file), format!("TRACE_C: {name} {number}\n")).unwrap();
    }
    let run = run_in(folder.path(), &["trace-diff", "a.log", "b.log"]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    std::fs::rename(folder.path().join("a.log"), folder.path().join(&name[..200])).unwrap();
    let run = run_in(folder.path(), &["trace-diff", &name[..200], "b.log"]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
}

/// The old files stay, and what would be replaced is named before anything is rendered.
#[test]
fn no_clobber_replaces_nothing() {
    let folder = workplace();
    let line = format!("{CRYSTAL} {DETECTOR}");
    let words = |more: &str| -> Vec<String> {
        format!("{line} {more}").split_whitespace().map(str::to_owned).collect()
    };
    let run = |more: &str| {
        Command::new(env!("CARGO_BIN_EXE_nanobragg"))
            .current_dir(folder.path())
            .args(words(more))
            .output()
            .unwrap()
    };
    assert!(run("-no-clobber").status.success());
    let old = std::fs::read(folder.path().join("floatimage.bin")).unwrap();
    let again = run("-no-clobber -default_F 7");
    let stderr = String::from_utf8_lossy(&again.stderr);
    assert_eq!(again.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains(
            "-no-clobber: a run would replace floatimage.bin, floatimage.json, intimage.img, image.pgm, noiseimage.img"
        ),
        "{stderr}"
    );
    assert_eq!(std::fs::read(folder.path().join("floatimage.bin")).unwrap(), old);
    assert!(run("-default_F 7").status.success());
}

/// It was noticed after the rendering.
#[test]
fn an_output_that_cannot_be_written_is_noticed_before_the_rendering() {
    let folder = workplace();
    std::fs::create_dir(folder.path().join("taken")).unwrap();
    for output in ["-floatfile no/x.bin", "-noisefile taken", "-expt-out list.hkl/x.expt"] {
        let start = Instant::now();
        let line = format!("{CRYSTAL} -detpixels 3000 -phisteps 500 -osc 1 {output}");
        let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, Some(1), "{output}: {}", run.stderr);
        assert!(run.stderr.contains("cannot be written"), "{output}: {}", run.stderr);
        assert!(start.elapsed() < Duration::from_secs(5), "{output}: {:?}", start.elapsed());
    }
}

/// A flag that has nothing to do with it turned the interpolation of a description in compat mode on.
#[test]
fn an_unrelated_flag_leaves_the_interpolation_of_a_file() {
    let folder = workplace();
    let text = "mode = \"compat\"\n[crystal]\ncell = [30, 40, 50, 90, 90, 90]\ncells = [5, 5, 5]\n\
        [structure_factors]\nsource = { file = \"list.hkl\" }\n[detector.convention]\npixels = [16, 16]\n";
    std::fs::write(folder.path().join("e.toml"), text).unwrap();
    let alone = run_in(folder.path(), &["run", "e.toml"]);
    assert_eq!(alone.status, Some(0), "{}", alone.stderr);
    let with_flag = run_in(folder.path(), &["run", "e.toml", "-threads", "1"]);
    assert_eq!(with_flag.photons(), alone.photons());
    assert!(!with_flag.stderr.contains("Q22"), "{}", with_flag.stderr);
}

/// A run on a dump of 300 MB to which something is done as soon as it is open.
fn run_with_dump_changed(more: &str, change: impl Fn(&std::fs::File)) -> (TempDir, Output) {
    let folder = workplace();
    let path = folder.path().join("sparse.bin");
    let mut file = std::fs::File::create(&path).unwrap();
    std::io::Write::write_all(&mut file, b"0 333 0 333 0 333\n\x0c").unwrap();
    file.set_len(19 + 335 * 335 * 335 * 8).unwrap();
    let typed = format!("{CRYSTAL} {DETECTOR} -dump sparse.bin {more}");
    let run = program(folder.path(), &typed).spawn().unwrap();
    let process = format!("/proc/{}", run.id());
    let is_open = || {
        let maps = std::fs::read_to_string(format!("{process}/maps")).unwrap_or_default();
        let open = std::fs::read_dir(format!("{process}/fd")).into_iter().flatten().flatten();
        let opened = open.filter_map(|entry| std::fs::read_link(entry.path()).ok());
        // Mapped, or being copied.
        maps.contains("sparse.bin") || more.contains("-no-mmap") && opened.into_iter().any(|to| to == path)
    };
    let start = Instant::now();
    while !is_open() {
        assert!(start.elapsed() < Duration::from_secs(10), "the dump was not opened");
        std::thread::sleep(Duration::from_micros(100));
    }
    change(&file);
    let output = run.wait_with_output().unwrap();
    (folder, output)
}

/// The system ended the program with SIGBUS, without a word: the C program rewrites its dump in place.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the system has no /proc")]
fn a_dump_that_is_made_shorter_while_it_is_read_is_told_of() {
    for (more, line) in
        [("", "while it was read"), ("-no-mmap", "nanobragg: sparse.bin: was changed while it was read")]
    {
        let (folder, output) = run_with_dump_changed(more, |dump| dump.set_len(1 << 20).unwrap());
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{more}: {told}");
        assert!(told.contains(line), "{more}: {told}");
        assert!(!folder.path().join("floatimage.bin").exists());
    }
}

/// Rows of a dump that is neither the old one nor the new one are not gone on from.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the system has no /proc")]
fn rows_of_a_dump_that_was_changed_are_not_kept() {
    let (folder, output) = run_with_dump_changed("-checkpoint rows", |dump| dump.set_len(1 << 29).unwrap());
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("nanobragg: sparse.bin: was changed while it was read"), "{told}");
    for name in ["rows", "floatimage.bin"] {
        assert!(!folder.path().join(name).exists(), "{name}");
    }
}
