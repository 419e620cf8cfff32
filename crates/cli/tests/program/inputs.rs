//! What input files may hold: comments, short rows, remarks; and which pixels they leave.

use std::path::Path;

use crate::workplace::{CRYSTAL, DETECTOR, Run, run_in, smv, workplace};

fn with_file(name: &str, bytes: &[u8], more: &str) -> Run {
    let folder = workplace();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    small(folder.path(), more)
}

fn small(folder: &Path, more: &str) -> Run {
    let line = format!("{CRYSTAL} {DETECTOR} {more}");
    let run = run_in(folder, &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, Some(0), "{more}: {}", run.stderr);
    run
}

/// Texts that must read the same as the first of them.
fn same(name: &str, more: &str, texts: &[&str]) {
    let images: Vec<Vec<u8>> =
        texts.iter().map(|text| with_file(name, text.as_bytes(), more).image().to_vec()).collect();
    for (text, image) in texts.iter().zip(&images) {
        assert!(*image == images[0], "{text:?} reads otherwise than {:?}", texts[0]);
    }
}

#[test]
fn sources_may_have_comments_and_short_rows() {
    same(
        "s.txt",
        "-sourcefile s.txt",
        &[
            "-10 0 0 1 1e-10\n-10 0.2 0 1 1e-10\n",
            "# two sources\n\n-10 0 0   # straight\r\n-10, 0.2; 0\r\n",
            "-10 0 0 2\n-10 0.2 0 2\n",
            "-10\n-5 0.1\n",
        ],
    );
}

#[test]
fn curves_may_have_comments_and_remarks() {
    same(
        "c.stol",
        "-water 10 -stol c.stol",
        &[
            "0 2\n0.05 4\n0.1 1\n",
            "0.05 4\n0 2\n0.1 1\n",
            "#x y type\n0 2 i\n0.05 4 i\n0.1 1 end\n",
            "\t0,2\n\n0.05,4 # peak\n0.1,1",
        ],
    );
}

#[test]
fn matrices_may_be_followed_by_other_things() {
    same(
        "m.mat",
        "-mat m.mat",
        &[
            "0.03 0.002 0\n-0.001 0.028 0.003\n0 0.001 0.025\n",
            "0.03 0.002 0 -0.001 0.028 0.003 0 0.001 0.025",
            "# A\n0.03 0.002 0\n-0.001 0.028 0.003\n0 0.001 0.025\n  0.000 0.000 0.000\ntitle: lysozyme\n",
        ],
    );
}

/// Q19: the curve counts, against sin θ/λ or what is four times it, or 4π times.
#[test]
fn q19_the_three_abscissas_are_the_same_curve() {
    let curve = |scale: f64| {
        let row = |x: f64, f: f64| format!("{} {f}\n", x * scale);
        [row(0.0, 2.0), row(0.05, 4.0), row(0.1, 1.0)].concat()
    };
    let pi4 = 4.0 * std::f64::consts::PI;
    let images = [("-stol", 1.0), ("-4stol", 4.0), ("-Q", pi4)].map(|(flag, scale)| {
        with_file("c.stol", curve(scale).as_bytes(), &format!("-water 10 {flag} c.stol"))
    });
    let [stol, four, q] = images.map(|run| run.photons());
    for (place, photons) in stol.iter().enumerate() {
        assert!(
            (four[place] - photons).abs() <= 1e-6 * photons && (q[place] - photons).abs() <= 1e-6 * photons
        );
    }
    let folder = workplace();
    let [compat, constant] = ["-compat c -water 10 -stol curve.stol", "-compat c -water 10"]
        .map(|more| small(folder.path(), more).image().to_vec());
    assert!(compat == constant, "the C program does not use the curve");
}

#[test]
fn a_constant_curve_is_the_constant() {
    let curve = with_file("c.stol", b"0 2.57\n9 2.57\n", "-water 10 -stol c.stol");
    let constant = with_file("unused", b"", "-water 10");
    assert!(curve.image() == constant.image());
}

#[test]
fn a_region_is_inclusive_with_x_along_fast() {
    let whole = with_file("unused", b"", "").photons();
    let part = with_file("unused", b"", "-roi 5 10 7 8").photons();
    for (place, &photons) in part.iter().enumerate() {
        let (slow, fast) = (place / 24, place % 24);
        let inside = (5..=10).contains(&fast) && (7..=8).contains(&slow);
        let expected = if inside { whole[place] } else { 0.0 };
        assert_eq!(photons.to_bits(), expected.to_bits(), "fast {fast} slow {slow}");
    }
}

#[test]
fn masked_pixels_stay_zero_and_the_others_as_they_are() {
    // The mask's header says nothing else, so that the detector is the same.
    let mask = smv("", 24, 24, |place| [0, 1, 65535][place % 3]);
    let whole = with_file("unused", b"", "").photons();
    let masked = with_file("m.img", &mask, "-mask m.img").photons();
    for (place, &photons) in masked.iter().enumerate() {
        let expected = if place % 3 == 0 { 0.0 } else { whole[place] };
        assert_eq!(photons.to_bits(), expected.to_bits(), "pixel {place}");
    }
}

#[test]
fn flags_win_over_headers_and_an_image_over_a_mask() {
    let folder = workplace();
    let write =
        |name: &str, more: &str| std::fs::write(folder.path().join(name), smv(more, 24, 24, |_| 1)).unwrap();
    write("a.img", "PHI=5;\nOSC_RANGE=0;\n");
    write("b.img", "PHI=9;\n");
    for (more, same_as) in [
        ("-img a.img", "-phi 5"),
        ("-phi 3 -img a.img", "-phi 3"),
        ("-img a.img -phi 3", "-phi 3"),
        ("-mask b.img", "-phi 9"),
        ("-img a.img -mask b.img", "-phi 5"),
        ("-mask b.img -img a.img", "-phi 5"),
    ] {
        let [ours, expected] = [more, same_as].map(|flags| small(folder.path(), flags).image().to_vec());
        assert!(ours == expected, "{more} is not {same_as}");
    }
}
