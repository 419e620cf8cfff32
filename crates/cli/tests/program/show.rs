//! `show`: which colours pixels have, where the picture goes, what a terminal gets, and what is refused.

use std::path::Path;
use std::process::Command;

use nanobragg_image_io::{cbf, npy, pgm, png, raw};
use nanobragg_picture::{GAP, NOT_A_NUMBER};
use ndarray::{Array2, array};
use tempfile::TempDir;

use crate::workplace::{Run, run_in, smv};

pub(crate) type Rgb = [u8; 3];

/// The pixels of a PNG as red, green and blue, `[slow, fast]`.
pub(crate) fn pixels(bytes: &[u8]) -> Array2<Rgb> {
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut decoded = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut decoded).unwrap();
    let colours = match info.color_type {
        ::png::ColorType::Grayscale => decoded.into_iter().map(|gray| [gray; 3]).collect(),
        ::png::ColorType::Rgb => decoded.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2]]).collect(),
        other => panic!("{other:?}"),
    };
    Array2::from_shape_vec([info.height as usize, info.width as usize], colours).unwrap()
}

pub(crate) fn show(folder: &Path, line: &str) -> Run {
    run_in(folder, &["show"].into_iter().chain(line.split_whitespace()).collect::<Vec<_>>())
}

/// The picture that a line makes, under the name `out.png`.
pub(crate) fn shown(folder: &Path, line: &str) -> Array2<Rgb> {
    let _ = std::fs::remove_file(folder.join("out.png"));
    let run = show(folder, &format!("{line} -o out.png"));
    assert_eq!(run.status, Some(0), "{line}: {}", run.stderr);
    pixels(&run.files["out.png"])
}

/// Images of 3 × 4 pixels with the values 0 to 11, in every format.
fn formats() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let values = Array2::from_shape_fn((3, 4), |(slow, fast)| u8::try_from(4 * slow + fast).unwrap());
    std::fs::write(at("a.img"), smv("", 4, 3, |place| u16::try_from(place).unwrap())).unwrap();
    let header = cbf::Header {
        detector: "simulated".to_owned(),
        timestamp: String::new(),
        pixel_size_m: [1e-3; 2],
        sensor_thickness_m: 0.0,
        exposure_time_s: 1.0,
        exposure_period_s: 1.0,
        count_cutoff: 1 << 20,
        wavelength_angstrom: 1.0,
        distance_m: 0.1,
        beam_pixels: [2.5, 1.5],
        start_angle_deg: 0.0,
        angle_increment_deg: 0.0,
        two_theta_deg: 0.0,
        polarization: 0.5,
    };
    cbf::write(at("b.cbf"), values.mapv(i32::from).view(), &header).unwrap();
    cbf::write(at("gaps.cbf"), array![[0, -1, 51], [-2, 102, 255]].view(), &header).unwrap();
    raw::write_f32(at("c.bin"), values.mapv(f32::from).view()).unwrap();
    std::fs::write(at("c.json"), r#"{"shape": [3, 4]}"#).unwrap();
    raw::write_f32(at("d.raw"), values.mapv(f32::from).view()).unwrap();
    raw::write_f32(at("odd.raw"), values.mapv(f32::from).row(0).insert_axis(ndarray::Axis(0))).unwrap();
    pgm::write(at("e.pgm"), 1.0, values.view()).unwrap();
    npy::write(at("f.npy"), values.mapv(f32::from).view()).unwrap();
    png::write_gray(at("g.png"), values.view()).unwrap();
    png::write_gray16(at("h.png"), values.mapv(u16::from).view()).unwrap();
    folder
}

#[test]
fn images_of_every_format_are_the_same_picture() {
    let folder = formats();
    let expected = Array2::from_shape_fn((3, 4), |(slow, fast)| {
        // Black is 11, white is 0.
        [u8::try_from(255 - (255 * (4 * slow + fast) + 5) / 11).unwrap(); 3]
    });
    for line in [
        "a.img",
        "b.cbf",
        "c.bin",
        "d.raw --shape 3 4",
        "d.raw --like f.npy",
        "e.pgm",
        "f.npy",
        "g.png",
        "h.png",
    ] {
        let found = shown(folder.path(), &format!("{line} --scale linear"));
        let is_close = |(x, y): (&Rgb, &Rgb)| x.iter().zip(y).all(|(x, y)| x.abs_diff(*y) <= 1);
        assert!(found.dim() == (3, 4) && found.iter().zip(&expected).all(is_close), "{line}: {found:?}");
    }
}

/// With an end of 255 a gray level is the value itself.
#[test]
fn gray_levels_are_the_closed_form_of_the_scale() {
    let folder = tempfile::tempdir().unwrap();
    let image = Array2::from_shape_fn((16, 16), |(slow, fast)| u8::try_from(16 * slow + fast).unwrap());
    npy::write(folder.path().join("a.npy"), image.mapv(f32::from).view()).unwrap();
    let gray = |level: &dyn Fn(f64) -> f64| image.mapv(|value| level(f64::from(value)).clamp(0.0, 255.0));
    let logarithm = |value: f64| 255.0 * (value.max(1.0) / 1.0).ln() / 255_f64.ln();
    for (line, expected) in [
        ("--scale linear", gray(&|value| 255.0 - value)),
        ("--scale linear --invert", gray(&|value| value)),
        ("--scale linear --max 51", gray(&|value| 255.0 - 5.0 * value)),
        ("--scale linear --min 204", gray(&|value| 255.0 - 5.0 * (value - 204.0))),
        ("--scale log --min 1", gray(&|value| 255.0 - logarithm(value))),
        // Of 255 values above 0 the 99.9th percentile is the last.
        ("", gray(&|value| 255.0 - value)),
    ] {
        let found = shown(folder.path(), &format!("a.npy {line}"));
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                found.iter().all(|byte| (f64::from(*byte) - expected).abs() <= 1.0),
                "{line}: {found:?} {expected}"
            );
        }
    }
    let viridis = shown(folder.path(), "a.npy --scale linear --colors viridis");
    assert!(viridis[[0, 0]][2] > viridis[[0, 0]][0] && viridis[[15, 15]][0] > viridis[[15, 15]][2]);
}

#[test]
fn gaps_and_what_is_no_number_have_colours_of_their_own() {
    let folder = formats();
    let gray = |level: u8| [255 - level; 3];
    assert_eq!(
        shown(folder.path(), "gaps.cbf --scale linear"),
        array![[gray(0), GAP, gray(51)], [GAP, gray(102), gray(255)]]
    );
    npy::write(folder.path().join("n.npy"), array![[f32::NAN, 1.0]].view()).unwrap();
    assert_eq!(shown(folder.path(), "n.npy"), array![[NOT_A_NUMBER, [0; 3]]]);
}

#[test]
fn images_are_cut_and_reduced_to_the_largest_of_a_block() {
    let folder = formats();
    let black_is =
        |max: u8, line: &str| shown(folder.path(), &format!("a.img --scale linear --max {max} {line}"));
    let level = |max: f64, value: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
        let gray = (255.0 - 255.0 * value / max).round() as u8;
        [gray; 3]
    };
    for line in ["--bin 2", "--width 2", "--width 3"] {
        assert_eq!(
            black_is(255, line),
            array![[5.0, 7.0], [9.0, 11.0]].mapv(|value| level(255.0, value)),
            "{line}"
        );
    }
    for line in ["--region 1 2 2 9", "--roi 1 2 2 2"] {
        assert_eq!(black_is(255, line), array![[9.0, 10.0]].mapv(|value| level(255.0, value)), "{line}");
    }
}

#[test]
fn panels_are_stacked_or_shown_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    raw::write_f32(at("p.bin"), array![[0.0, 51.0], [102.0, 153.0], [204.0, 255.0]].view()).unwrap();
    let panels = r#"{"shape": [3, 1, 2], "panels": [{"name": "left"}, {"name": "2"}, {"name": "right"}]}"#;
    std::fs::write(at("p.json"), panels).unwrap();
    let row = |line: &str| {
        let picture = shown(folder.path(), &format!("p.bin --scale linear --max 255 {line}"));
        (picture.nrows(), 255 - picture[[0, 0]][0])
    };
    for (line, expected) in [
        ("", (3, 0)),
        ("--panel left", (1, 0)),
        // A name comes before a number.
        ("--panel 2", (1, 102)),
        ("--panel right --image 0", (1, 204)),
        ("--panel 1", (1, 102)),
        ("--region 0 1 1 2", (2, 102)),
    ] {
        assert_eq!(row(line), expected, "{line}");
    }
}

#[test]
fn the_picture_goes_where_it_is_said_and_replaces_no_input() {
    let folder = formats();
    let check = |line: &str, expected: Result<&str, &str>| {
        let run = show(folder.path(), line);
        match expected {
            Ok(name) => {
                assert_eq!(run.status, Some(0), "{line}: {}", run.stderr);
                assert!(
                    run.files.contains_key(name) && run.stdout.starts_with(name),
                    "{line}: {}",
                    run.stdout
                );
            }
            Err(text) => {
                assert!(run.stderr.contains(text) && run.files.is_empty(), "{line}: {}", run.stderr);
                assert_ne!(run.status, Some(0), "{line}");
            }
        }
    };
    check("a.img", Ok("a.png"));
    check("e.pgm -o x", Ok("x"));
    check("a.img --no-clobber", Err("would replace a.png"));
    check("g.png", Err("the picture would replace g.png, which it is made from: expected -o FILE.png"));
    check("f.npy -o ./f.npy", Err("would replace f.npy"));
    let elsewhere = tempfile::tempdir().unwrap();
    let run = show(elsewhere.path(), &folder.path().join("g.png").display().to_string());
    assert_eq!((run.status, run.files.len()), (Some(0), 1), "{}", run.stderr);
    assert!(run.files.contains_key("g.png"));
}

#[test]
fn what_cannot_be_shown_is_refused() {
    let folder = formats();
    for (line, status, text) in [
        ("absent.img", 3, "absent.img: cannot be read"),
        ("odd.raw", 3, "found 16 bytes without a header, expected a shape"),
        ("a.img --image 1", 3, "found 1 image, expected image 1, counted from 0"),
        ("a.img --panel x", 2, "--panel: expected a panel of a.img (0), or its number from 0, found x"),
        ("a.img --region 9 12 0 1", 2, "found no pixel of a.img (3 slow x 4 fast pixels) there"),
        ("a.img --region 2 1 0 1", 2, "expected XMIN up to XMAX and YMIN up to YMAX, found 2 1 0 1"),
        ("a.img --scale log --min 0", 2, "a logarithmic scale starts at 0, expected a number above 0"),
        ("a.img --min 5 --max 5", 2, "the scale ends at 5, expected more than its start, 5"),
        ("a.img --bin 0", 2, "expected 1 or more"),
        ("a.img --bin 2 --width 2", 2, "cannot be used with"),
        ("--rings a.img", 2, "FILE comes before --rings"),
        (
            "a.img --experiment e.toml",
            2,
            "nanobragg: --experiment: expected at least one of --rings, --beam and --spots, which are drawn by it\n",
        ),
        (
            "a.img --spots",
            2,
            "nanobragg: --spots: expected --experiment FILE (TOML, .expt or .geom), which has the crystal\n",
        ),
        ("", 2, "nanobragg: no FILE; expected nanobragg show FILE [-o FILE.png] [OPTIONS]\n"),
        (
            "e.pgm --beam",
            2,
            "an image of this format has no geometry in it: --rings, --beam and --spots need --experiment FILE",
        ),
        (
            "a.img --rings",
            2,
            "its header has no WAVELENGTH: --rings, --beam and --spots need --experiment FILE (TOML, .expt or .geom)",
        ),
    ] {
        let run = show(folder.path(), line);
        assert_eq!(run.status, Some(status), "{line}: {}", run.stderr);
        assert!(run.stderr.contains(text) && run.files.is_empty(), "{line}: {}", run.stderr);
    }
}

/// What `show` prints with an environment that tells of a terminal.
fn on_terminal(folder: &Path, line: &str, environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nanobragg"));
    for name in ["NO_COLOR", "COLORTERM", "COLUMNS", "LINES"] {
        command.env_remove(name);
    }
    let output = command
        .current_dir(folder)
        .arg("show")
        .args(line.split_whitespace())
        .arg("--terminal")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!folder.join("a.png").exists(), "a picture was written");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_terminal_gets_what_fits_it_in_the_colours_that_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let image = smv("", 200, 100, |place| u16::from(place % 200 >= 100));
    std::fs::write(folder.path().join("a.img"), image).unwrap();
    let blocks = |text: &str| -> Vec<usize> {
        text.lines().map(|line| line.chars().filter(|c| *c == '▀').count()).collect()
    };
    for (environment, columns, rows) in [
        // Two rows below the picture; blocks of 3 pixels.
        (&[][..], 67, 17),
        (&[("COLUMNS", "40"), ("LINES", "60")], 40, 10),
        (&[("COLUMNS", "400"), ("LINES", "27")], 100, 25),
    ] {
        let text = on_terminal(folder.path(), "a.img", environment);
        let mut expected = vec![columns; rows];
        expected.push(0);
        assert_eq!(blocks(&text), expected, "{environment:?}\n{text}");
        assert!(text.contains("\x1b[38;5;231m") && text.contains("\x1b[38;5;16m") && !text.contains("38;2;"));
    }
    let text = on_terminal(folder.path(), "a.img", &[("COLORTERM", "truecolor")]);
    assert!(
        text.contains("\x1b[38;2;255;255;255m")
            && text.contains("\x1b[38;2;0;0;0m")
            && !text.contains("38;5;")
    );
    let text = on_terminal(
        folder.path(),
        "a.img",
        &[("NO_COLOR", "1"), ("COLORTERM", "truecolor"), ("COLUMNS", "20")],
    );
    assert!(!text.contains('\x1b') && !text.contains('▀'), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6, "{text}");
    assert!(lines[..5].iter().all(|line| *line == format!("{}{}", " ".repeat(10), "@".repeat(10))), "{text}");
    assert!(lines[5].starts_with("a.img: 20 × 10 pixels, each the largest of 10 × 10 pixels"), "{text}");
}
