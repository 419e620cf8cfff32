//! `nanobragg factors`, and structure factors of any file through `-hkl`, TOML and `probe`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::workplace::{fixtures, run_in, workplace};

/// The program with words split at blanks; it must not fail.
fn said(folder: &Path, line: &str) -> String {
    let run = run_in(folder, &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, Some(0), "{line}\n{}", run.stderr);
    run.stdout
}

fn refused(folder: &Path, line: &str, status: i32, expected: &str) {
    let run = run_in(folder, &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(run.status, Some(status), "{line}\n{}", run.stderr);
    assert!(run.stderr.contains(expected), "{line}\n{}", run.stderr);
}

/// Lines `h k l F`, and a phase if there is one.
fn listed(path: &Path) -> BTreeMap<[i32; 3], f64> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        ([0, 1, 2].map(|place| words[place].parse().unwrap()), words[3].parse().unwrap())
    });
    rows.collect()
}

/// How close F is to be to that of a list.
#[derive(Clone, Copy, Debug)]
enum Bound {
    /// The largest difference, as a share of the mean F.
    OfMean(f64),
    /// The sum of all differences, as a share of the sum of F.
    R(f64),
    /// To the six digits that the list has.
    SixDigits,
}
use Bound::{OfMean, R, SixDigits};

impl Bound {
    fn holds(self, found: &BTreeMap<[i32; 3], f64>, expected: &BTreeMap<[i32; 3], f64>) -> bool {
        let sum: f64 = expected.values().sum();
        let pairs = || expected.iter().map(|(node, factor)| ((found[node] - factor).abs(), *factor));
        match self {
            OfMean(share) => pairs().all(|(apart, _)| apart <= share * sum / expected.len() as f64),
            R(share) => pairs().map(|(apart, _)| apart).sum::<f64>() <= share * sum,
            SixDigits => pairs().all(|(apart, factor)| apart <= 5.001e-6 * factor),
        }
    }
}

/// A list computed by another program: the file, the list, the words after `factors FILE`, how close F is to be to it.
struct Golden(&'static str, &'static str, &'static str, Bound);

#[rustfmt::skip]
const GOLDENS: [Golden; 10] = [
    Golden("1orc.pdb", "1orc.txt", "-dmin 2 -no-solvent", OfMean(2e-3)),
    Golden("1orc.pdb", "1orc.txt", "-dmin 2 -no-solvent -direct", OfMean(1e-6)),
    Golden("5e5z.pdb", "5e5z.txt", "-dmin 1.2 -no-solvent", OfMean(2e-3)),
    Golden("5i55.cif", "5i55.txt", "-dmin 1.6 -no-solvent", OfMean(2e-3)),
    Golden("5wkd.pdb", "5wkd.txt", "-dmin 1.5 -no-solvent", OfMean(2e-3)),
    Golden("5i55.cif", "5i55_anomalous.txt", "-dmin 1.6 -no-solvent -energy 12662", OfMean(2e-3)),
    Golden("5i55.cif", "5i55_anomalous.txt", "-dmin 1.6 -no-solvent -energy 12662 -direct", OfMean(1e-4)),
    Golden("1orc.pdb", "1orc_solvent.txt", "-dmin 2", R(0.01)),
    Golden("5e5z.mtz", "5e5z_FP_p1.txt", "", SixDigits),
    Golden("5wkd_phases.mtz", "5wkd_FC_ALL_p1.txt", "-column FC_ALL", SixDigits),
];

/// Parts of the lists, of files that the repository has.
const PARTS: [Golden; 3] = [
    Golden("5e5z.pdb", "5e5z.txt", "-dmin 1.2 -no-solvent", OfMean(2e-3)),
    Golden("5i55.cif", "5i55_anomalous.txt", "-dmin 1.6 -no-solvent -energy 12662 -direct", OfMean(1e-4)),
    Golden("1orc.pdb", "1orc_solvent.txt", "-dmin 2", R(0.01)),
];

fn check(Golden(file, list, words, bound): &Golden, files: &Path, lists: &Path) {
    let folder = workplace();
    let path = files.join(file);
    said(folder.path(), &format!("factors {} {words} -o out.hkl", path.display()));
    let expected = listed(&lists.join(list));
    assert!(expected.len() > 300, "{list}");
    let found = listed(&folder.path().join("out.hkl"));
    assert!(bound.holds(&found, &expected), "{file} {words}: not {bound:?}");
}

#[test]
fn whole_lists_of_other_programs() {
    let shared = fixtures().join("../../shared");
    if !shared.is_dir() {
        println!("skipped: {} is not there", shared.display());
        return;
    }
    for golden in &GOLDENS {
        check(golden, &shared.join("data/structures"), &shared.join("golden/structure"));
    }
    // A file of reflections of the Protein Data Bank, which MTZ has as well.
    let folder = workplace();
    let ent: PathBuf = shared.join("data/structures/r5wkdsf.ent");
    let report = said(folder.path(), &format!("factors {} -column F_meas_au -o out.hkl", ent.display()));
    assert!(report.contains("_refln.F_meas_au of 406 rows"), "{report}");
    assert!(report.contains("C 1 2 1 (number 5, 4 operators)"), "{report}");
    let mtz = shared.join("data/structures/5wkd_phases.mtz");
    said(folder.path(), &format!("factors {} -column FP -o mtz.hkl", mtz.display()));
    let (of_ent, of_mtz) = (listed(&folder.path().join("out.hkl")), listed(&folder.path().join("mtz.hkl")));
    let common: Vec<_> = of_mtz.keys().filter(|node| of_ent.contains_key(*node)).collect();
    assert!(common.len() > 1000, "{}", common.len());
}

#[test]
fn parts_of_lists_of_other_programs() {
    let structures = fixtures().join("structures");
    for golden in &PARTS {
        check(golden, &structures, &structures);
    }
}

/// What is written is read back, and `probe` finds the same F in all of it.
#[test]
fn whatever_is_written_holds_the_same_reflections() {
    let folder = workplace();
    for (file, words, index) in [
        ("model.pdb", "-dmin 2", "1 2 -3"),
        ("model.pdb", "-dmin 2 -lambda 1.5", "-1 2 3"),
        ("model.pdb", "-dmin 2 -no-solvent -direct", "0 0 0"),
        ("anomalous.mtz", "", "1 1 2"),
        ("anomalous.mtz", "", "-1 -1 -2"),
    ] {
        for out in ["out.hkl", "out.bin", "out.mtz"] {
            said(folder.path(), &format!("factors {file} {words} -o {out}"));
        }
        said(
            folder.path(),
            &format!(
                "probe --hkl {file} --hkl out.hkl --fdump out.bin --hkl out.bin --hkl out.mtz {words} --index {index}"
            ),
        );
        said(folder.path(), "factors out.bin -o again.hkl");
        let again = listed(&folder.path().join("again.hkl"));
        let mut first = listed(&folder.path().join("out.hkl"));
        // A dump has no place for F = 0 that is listed.
        first.retain(|_, factor| *factor != 0.0);
        assert_eq!(again, first, "{file} {words}");
    }
}

#[test]
fn a_report_says_what_was_read() {
    let folder = workplace();
    let report = said(folder.path(), "factors model.pdb -dmin 1.5 -energy 9000");
    for expected in [
        "transform of 47 atoms, space group P 1 21 1, to 1.500 Å, bulk solvent, f' and f\" at 9000 eV",
        "P 1 21 1 (number 4, 2 operators)",
        "Friedel mates              differ",
        "completeness               100.00 %",
        "Wilson B",
        "mean F",
    ] {
        assert!(report.contains(expected), "{expected}\n{report}");
    }
}

/// B of all atoms alike is the Wilson B, the fall of the form factors being known.
#[test]
fn the_wilson_b_is_that_of_the_atoms() {
    let folder = workplace();
    let text = std::fs::read_to_string(folder.path().join("model.pdb")).unwrap();
    let atoms: String = text
        .lines()
        .filter(|line| !line.starts_with("ANISOU"))
        .map(|line| match line.starts_with("ATOM") || line.starts_with("HETATM") {
            true => format!("{}{:6.2}{}\n", &line[..60], 17.0, &line[66..]),
            false => format!("{line}\n"),
        })
        .collect();
    std::fs::write(folder.path().join("alike.pdb"), atoms).unwrap();
    let report = said(folder.path(), "factors alike.pdb -dmin 0.8 -no-solvent");
    let line = report.lines().find(|line| line.contains("Wilson B")).unwrap();
    let b: f64 = line.split_whitespace().nth(2).unwrap().parse().unwrap();
    assert!((b - 17.0).abs() < 2.0, "{line}");
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let folder = workplace();
    let of =
        |line: &str, status, expected| refused(folder.path(), &format!("factors {line}"), status, expected);
    of("model.pdb -o out.xyz", 2, "nanobragg: out.xyz: expected a name that ends in .hkl, .bin or .mtz");
    of("model.pdb -dmin 0", 2, "-dmin: expected a positive number, found \"0\"");
    of("model.pdb -lambda 1 -energy 1", 2, "-lambda and -energy both give the wavelength");
    of("model.pdb -energy 100", 3, "1000 to 80000 eV");
    of("model.pdb -space-group P9", 2, "-space-group: expected a space group by symbol or number");
    of("model.pdb -cell 50 60 70", 2, "-cell is for files that have none");
    of("model.pdb -dmin 0.1 -max-grid-bytes 1000000", 3, "within 1000000 bytes");
    of("anomalous.mtz -column X", 3, "anomalous.mtz: ");
    of(
        "anomalous.mtz -o anomalous.mtz",
        2,
        "anomalous.mtz: is read and cannot be written too: expected another name",
    );
    of("list.hkl -o out.mtz", 2, "no unit cell, which an MTZ file has: give -cell");
    of("absent.pdb", 3, "absent.pdb");
    of("mask.img", 3, "mask.img");
    of("model.pdb -mosaic 1", 2, "-mosaic");
    said(folder.path(), "factors list.hkl -cell 30 35 40 -o out.mtz");
    of("list.hkl -o out.mtz -cell 30 -no-clobber", 1, "out.mtz");
}

/// The cell of an experiment is that of the file where nothing else gives one, and must not be another.
#[test]
fn the_cell_is_that_of_the_file() {
    let folder = workplace();
    let rest = "-N 4 -lambda 1 -distance 60 -pixel 1 -oversample 1 -seed 1 -detpixels 24";
    let own = "-cell 9.643 9.609 19.029 90 101.22 90";
    let image = |words: &str| {
        let line = format!("-hkl model.pdb {words} {rest}");
        let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, Some(0), "{line}\n{}", run.stderr);
        assert!(run.stdout.contains("transform of 47 atoms, space group P 1 21 1"), "{}", run.stdout);
        run.files["floatimage.bin"].clone()
    };
    let (taken, given) = (image(""), image(own));
    assert!(taken == given && taken.iter().any(|byte| *byte != 0));
    // 0.9 % is the same crystal; 1.2 % is another one.
    image("-cell 9.72 9.609 19.029 90 101.22 90");
    let other = "-cell 9.76 9.609 19.029 90 101.22 90";
    let text = "the cell of -cell, 9.760 9.609 19.029 90.000 101.220 90.000, differs by more than 1 % from that of model.pdb, \
                9.643 9.609 19.029 90.000 101.220 90.000; -force-cell";
    refused(folder.path(), &format!("-hkl model.pdb {other} {rest}"), 2, text);
    refused(folder.path(), &format!("-hkl model.pdb -mat cell.mat {rest}"), 2, "the cell of -mat");
    assert!(image(&format!("{other} -force-cell")) != taken);
    assert!(image("-samplesize 3e-6").iter().any(|byte| *byte != 0));
    refused(folder.path(), &format!("-hkl list.hkl {rest}"), 2, "no unit cell: give -cell");
}

#[test]
fn a_toml_file_takes_the_cell_of_its_file_of_structure_factors() {
    let folder = workplace();
    let toml = "[crystal]\ncells = [4, 4, 4]\n[structure_factors]\nsource.file = \"model.pdb\"\nsolvent = false\n\
                [detector.convention]\npixels = [24, 24]\npixel_size_mm = 1.0\ndistance_mm = 60.0\n";
    std::fs::write(folder.path().join("e.toml"), toml).unwrap();
    let words = "-hkl model.pdb -no-solvent -N 4 -distance 60 -pixel 1 -detpixels 24";
    let of = |line: &str| {
        let run = run_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, Some(0), "{line}\n{}", run.stderr);
        run.files["floatimage.bin"].clone()
    };
    let (by_file, by_flags) = (of("run e.toml -nonoise"), of(&format!("{words} -nonoise")));
    assert!(by_file == by_flags && by_file.iter().any(|byte| *byte != 0));
    // What `config` prints is the same experiment.
    std::fs::write(folder.path().join("printed.toml"), said(folder.path(), &format!("config {words}")))
        .unwrap();
    assert!(of("run printed.toml -nonoise") == by_file);
}

/// The number was refused, for it was not in quotes.
#[test]
fn a_toml_file_gives_a_space_group_by_symbol_or_number() {
    let folder = workplace();
    let run = |group: &str| {
        let toml = format!(
            "[crystal]\ncells = [4, 4, 4]\n[structure_factors]\nsource.file = \"anomalous.mtz\"\n\
             space_group = {group}\n[detector.convention]\npixels = [24, 24]\npixel_size_mm = 1.0\n\
             distance_mm = 60.0\n"
        );
        std::fs::write(folder.path().join("e.toml"), toml).unwrap();
        run_in(folder.path(), &["run", "e.toml", "-nonoise"])
    };
    let image = |group: &str| {
        let run = run(group);
        assert_eq!(run.status, Some(0), "{group}: {}", run.stderr);
        assert!(run.stdout.contains("space group P 21 21 21"), "{group}: {}", run.stdout);
        run.files["floatimage.bin"].clone()
    };
    let expected = image("\"P 21 21 21\"");
    assert!(image("19") == expected && image("\"19\"") == expected);
    for (group, expected) in [
        (
            "true",
            "expected a space group by symbol or number, such as \"P 21 21 21\" or 19, found boolean `true`",
        ),
        (
            "19.5",
            "expected a space group by symbol or number, such as \"P 21 21 21\" or 19, found floating point `19.5`",
        ),
        ("[19]", "expected a space group by symbol or number, such as \"P 21 21 21\" or 19, found sequence"),
        ("231", "found \"231\""),
        ("-19", "found \"-19\""),
    ] {
        let run = run(group);
        assert_eq!(run.status, Some(3), "{group}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{group}: {}", run.stderr);
    }
}

/// The message was that of a text with a wrong index alone.
#[test]
fn a_file_of_unknown_content_is_told_what_it_could_be() {
    let folder = workplace();
    let formats = " of HKL text, or the start of another format (MTZ: \"MTZ \"; Fdump: six bounds, then a form feed; \
                   mmCIF: \"data_\"; PDB: a record such as HEADER, CRYST1 or ATOM), found ";
    let rest = "-cell 30 -N 4 -detpixels 8 -nonoise";
    for (text, expected) in [
        ("!FORMAT=XDS_ASCII\n", ["1:1: expected an integer index h", "\"!FORMAT=XDS_ASCII\""]),
        ("# a, b\n\n1,2,3,4\n", ["3:1: expected an integer index h", "\"1,2,3,4\""]),
        ("47\nwater\n", ["1:3: expected an integer index k", "the end of the line"]),
        ("h k l F\n1 2 3 4\n", ["1:1: expected an integer index h", "\"h\""]),
        ("\u{0}\u{1}\u{2}", ["1:1: expected an integer index h", "\"\\0\\u{1}\\u{2}\""]),
    ] {
        std::fs::write(folder.path().join("x"), text).unwrap();
        let expected = format!("x:{}{formats}{}", expected[0], expected[1]);
        refused(folder.path(), &format!("-hkl x {rest}"), 3, &expected);
        refused(folder.path(), "factors x", 3, &expected);
        let probed = run_in(folder.path(), &["probe", "--hkl", "x", "--index", "1", "2", "3"]);
        assert!(probed.stdout.contains(&expected), "{}", probed.stdout);
    }
    // A list with a defect in it is a list.
    for (text, expected) in [
        ("1 2 3 4\n1,2,3,4\n", "x:2:1: expected an integer index h, found \"1,2,3,4\""),
        ("1 2 3 x\n", "x:1:7: expected a structure factor F, found \"x\""),
        ("", "x:1:1: expected at least one reflection h k l F, found an empty file"),
    ] {
        std::fs::write(folder.path().join("x"), text).unwrap();
        refused(folder.path(), &format!("-hkl x {rest}"), 3, expected);
    }
}

/// A larger cell has more reflections up to the same resolution: its outer ones had F = 0.
#[test]
fn a_forced_cell_has_reflections_up_to_the_edge_of_the_detector() {
    let folder = workplace();
    let rest =
        "-misset 10 20 30 -N 3 -lambda 1 -distance 60 -pixel 2 -detpixels 48 -oversample 1 -nonoise -nopgm";
    let cell = "-cell 15 14 30 90 101.22 90";
    let image = |words: &str| {
        let run = run_in(folder.path(), &words.split_whitespace().collect::<Vec<_>>());
        assert_eq!(run.status, Some(0), "{words}\n{}", run.stderr);
        run.photons()
    };
    said(folder.path(), "factors model.pdb -dmin 0.5 -lambda 1 -o list.hkl");
    let expected = image(&format!("-hkl list.hkl {cell} {rest}"));
    let found = image(&format!("-hkl model.pdb {cell} -force-cell {rest}"));
    let edge = |image: &[f32]| image[..5 * 48].iter().sum::<f32>();
    assert!((edge(&found) / edge(&expected) - 1.0).abs() < 1e-3, "{} {}", edge(&found), edge(&expected));
    assert!(edge(&expected) > 0.0);
}

/// They were left out, and were `-default_F` afterwards.
#[test]
fn reflections_of_a_text_that_are_0_stay() {
    let folder = workplace();
    std::fs::write(folder.path().join("zeros.hkl"), "0 0 2 5\n0 0 1 0\n1 0 0 7\n0 0 -2 5\n").unwrap();
    for out in ["out.hkl", "out.mtz"] {
        said(folder.path(), &format!("factors zeros.hkl -cell 30 -o {out}"));
        said(folder.path(), &format!("probe --hkl {out} -default_F 9 --index 0 0 1 --expect 0"));
    }
    // Half of them where mates agree.
    std::fs::write(folder.path().join("mates.hkl"), "0 0 2 5\n1 0 0 7\n0 0 -2 5\n-1 0 0 7\n").unwrap();
    assert!(
        said(folder.path(), "factors mates.hkl -cell 30 -o out.mtz").contains("MTZ, 2 reflections in P 1")
    );
}

#[test]
fn space_groups_are_given_in_any_spelling() {
    let folder = workplace();
    let group = |words: &[&str]| {
        let run = run_in(folder.path(), &[&["factors", "anomalous.mtz"], words].concat());
        assert_eq!(run.status, Some(0), "{words:?} {}", run.stderr);
        let line = run.stdout.lines().find(|line| line.contains("space group")).unwrap();
        line.trim().trim_start_matches("space group").trim().to_owned()
    };
    for (given, expected) in [
        ("F m 3 m", "F m -3 m (number 225, 192 operators)"),
        ("Fd3m", "F d -3 m :1 (number 227, 192 operators)"),
        ("Pa3", "P a -3 (number 205, 24 operators)"),
        ("-P 2ybc", "P 1 21/c 1 (number 14, 4 operators)"),
        ("P 1 21 1", "P 1 21 1 (number 4, 2 operators)"),
        ("P432", "P 4 3 2 (number 207, 24 operators)"),
        ("19", "P 21 21 21 (number 19, 4 operators)"),
    ] {
        assert_eq!(group(&["-space-group", given]), expected, "{given}");
    }
}

/// Through a pipe a file is read once.
#[cfg(unix)]
#[test]
fn coordinates_come_through_a_pipe() {
    let folder = workplace();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let text = std::fs::read(folder.path().join("model.pdb")).unwrap();
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::write(pipe, text)
    });
    let line = "-hkl pipe -samplesize 1e-5 -distance 60 -pixel 1 -detpixels 24";
    refused(folder.path(), line, 2, "is asked of pipe, which is read once: expected -cell, or -N");
    let report = said(folder.path(), "-hkl pipe -N 4 -distance 60 -pixel 1 -detpixels 24");
    writer.join().unwrap().unwrap();
    assert!(report.contains("transform of 47 atoms"), "{report}");
}
