//! Reflections of an asymmetric unit are read and expanded to P 1 as other programs do it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use hkl_io::{Grid, ListOptions, Miller, P1, Reflection, ReflectionList, SpaceGroup, read_reflections};
use nanobragg_geometry::UnitCell;
use sha2::{Digest, Sha256};

const MAX_BYTES: usize = 1 << 28;

/// A file of the shared folder beside the repository; where that folder is absent, tests of it are skipped, but not
/// in CI.
fn shared(name: &str) -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    if folder.is_dir() {
        return Some(folder.join(name));
    }
    assert!(std::env::var_os("CI").is_none(), "CI needs {}, which is absent", folder.display());
    eprintln!("skipped: {name}, since {} is absent", folder.display());
    None
}

/// `h k l F`, one a line, as it is printed.
fn printed(path: &Path) -> BTreeMap<Miller, String> {
    let text = fs::read_to_string(path).expect("a list of reflections");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let mut index = || words.next().and_then(|word| word.parse().ok()).expect("an index");
            let node = Miller::new(index(), index(), index());
            (node, words.next().expect("F").to_owned())
        })
        .collect()
}

/// Expands to P 1 and compares all of it but the absences with one hemisphere printed by another program with six digits.
fn check_p1(list: &ReflectionList, expected: &BTreeMap<Miller, String>) {
    let p1 = list.expand_to_p1(MAX_BYTES).expect("a small grid");
    assert_eq!((p1.contradiction_count, list.counts.absent), (0, 0));
    let mut found: BTreeMap<_, _> = p1.reflections().map(|r| (r.miller, r.structure_factor)).collect();
    assert_eq!(found.len(), 2 * expected.len() + p1.absent_count);
    for (node, text) in expected {
        for node in [*node, -*node] {
            let factor = found.remove(&node).unwrap_or_else(|| panic!("{node} is not there"));
            let digits = format!("{factor:.5e}").parse::<f64>().expect("a number");
            assert_eq!(digits.to_string(), text.parse::<f64>().expect("a number").to_string(), "{node}");
        }
    }
    for (node, factor) in found {
        assert!(factor == 0.0 && list.space_group.is_systematically_absent(node), "{node} {factor}");
    }
}

#[test]
fn mtz_columns_expand_to_the_p1_of_gemmi() {
    for (file, asked, taken, group, expected) in [
        ("5e5z.mtz", None, "FP", "P 1 21 1", "5e5z_FP_p1.txt"),
        ("5wkd_phases.mtz", None, "FC_ALL", "C 1 2 1", "5wkd_FC_ALL_p1.txt"),
        ("5e5z.mtz", Some("FP"), "FP", "P 1 21 1", "5e5z_FP_p1.txt"),
    ] {
        let Some(path) = shared(&format!("data/structures/{file}")) else { return };
        let Some(expected) = shared(&format!("golden/structure/{expected}")) else { return };
        let options = ListOptions { column: asked.map(str::to_owned), ..ListOptions::default() };
        let list = read_reflections(&path, &options).expect("a good MTZ file");
        assert_eq!((list.column.as_str(), list.space_group.hermann_mauguin()), (taken, group));
        check_p1(&list, &printed(&expected));
    }
}

/// The sums are of what gemmi 0.7.5 makes of the file: rows of other status than x and ?, expanded to P 1 with Friedel
/// mates, `h k l F` with four decimals and sorted, a line each.
#[test]
fn deposited_structure_factors_expand_to_the_p1_of_gemmi() {
    let Some(path) = shared("data/structures/r5wkdsf.ent") else { return };
    for (asked, taken, expected) in [
        (None, "_refln.F_calc_au", "30d8c88bf25f0963b8c0cc42f8d0705d813e3d1e935eaca2d8c7e5d528e33629"),
        (
            Some("F_meas_au"),
            "_refln.F_meas_au",
            "431c7529c0e825d27808b5f883a4d73714a1462188ea2b8689b193834e15afc0",
        ),
    ] {
        let options = ListOptions { column: asked.map(str::to_owned), ..ListOptions::default() };
        let list = read_reflections(&path, &options).expect("a good mmCIF file");
        assert_eq!((list.column.as_str(), list.wavelength_angstrom), (taken, Some(0.9791)));
        let p1 = list.expand_to_p1(MAX_BYTES).expect("a small grid");
        assert_eq!((p1.contradiction_count, list.counts.left_out_by_status), (0, 39));
        let listed = p1.reflections().filter(|r| !list.space_group.is_systematically_absent(r.miller));
        let text = listed.fold(String::new(), |mut text, r| {
            let Miller { h, k, l } = r.miller;
            writeln!(text, "{h} {k} {l} {:.4}", r.structure_factor).expect("a string takes any text");
            text
        });
        let sum = Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a string takes any text");
            hex
        });
        assert_eq!(sum, expected, "{taken}");
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/reflections").join(name)
}

fn read(name: &str, options: &ListOptions) -> ReflectionList {
    read_reflections(&fixture(name), options).unwrap_or_else(|error| panic!("{error}"))
}

/// `h k l F` of all reflections, separated by semicolons.
fn reflections(list: &ReflectionList) -> String {
    let text = |r: &Reflection| {
        let Miller { h, k, l } = r.miller;
        format!("{h} {k} {l} {}", r.structure_factor)
    };
    list.reflections.iter().map(text).collect::<Vec<_>>().join("; ")
}

/// What the files hold is in `fixtures/reflections/README.md`.
#[test]
fn columns_and_items_become_structure_factors() {
    let pairs = "0 0 0 5000; 0 0 0 5000; 0 0 1 3.5; 0 0 -1 3.5; 0 0 2 81.5; 0 0 -2 81.5; 0 1 1 40.25; 1 1 1 120.5; \
                 -1 -1 -1 118.25; 1 1 2 66.75; -1 -2 -1 33.5; 2 2 3 9.5; -2 -2 -3 8.5; 3 1 2 0; -3 -1 -2 0";
    let means =
        "0 0 0 5000; 0 0 1 0; 0 0 2 81.5; 0 1 1 40.25; 1 1 1 119; 1 1 2 66.75; 1 2 1 33.5; 2 2 3 9; 3 1 2 0";
    for (file, asked, column, expected) in [
        ("anomalous.mtz", None, "F(+), F(-)", pairs),
        ("anomalous_big_endian.mtz", None, "F(+), F(-)", pairs),
        ("anomalous.mtz", Some("I(-)"), "I(+), I(-)", pairs),
        ("anomalous.mtz", Some("IMEAN"), "IMEAN", means),
        (
            "flag_big_endian.mtz",
            None,
            "FTOXD3",
            "0 0 0 1200.5; 1 0 1 30.25; 1 1 0 12.5; 0 0 3 100; 2 -1 0 7.75",
        ),
        ("batches.mtz", None, "I", "1 0 1 10; 1 0 1 11; 1 1 2 7; 1 1 2 7"),
        (
            "two_blocks.cif",
            None,
            "_refln.F_meas_au",
            "0 0 1 12.5; 0 1 0 2.5; 0 2 0 55; 1 1 1 31.25; 2 0 1 7.5; 2 0 2 8.5",
        ),
        ("two_blocks.cif", Some("intensity_meas"), "_refln.intensity_meas", "1 1 1 31.25; 1 1 -2 6"),
        ("small_molecule.cif", None, "_refln.F_squared_calc", "1 0 0 12; 1 1 0 9; -1 0 1 5; 1 1 1 3"),
    ] {
        let options = ListOptions { column: asked.map(str::to_owned), ..ListOptions::default() };
        let list = read(file, &options);
        assert_eq!(
            (list.column.as_str(), reflections(&list).as_str()),
            (column, expected),
            "{file} {asked:?}"
        );
    }
}

/// Cell, space group, wavelength, counts and notices, a line each.
fn summary(list: &ReflectionList) -> String {
    let ([a, b, c], [alpha, beta, gamma]) =
        (list.cell.edges_angstrom, list.cell.angles_rad.map(f64::to_degrees));
    let counts = list.counts;
    let mut text = format!(
        "{a} {b} {c} {alpha:.2} {beta:.2} {gamma:.2}, {}, {:?}, rows {} status {} missing {} negative {} absent {}",
        list.space_group.hermann_mauguin(),
        list.wavelength_angstrom,
        counts.rows,
        counts.left_out_by_status,
        counts.missing,
        counts.negative_intensities,
        counts.absent
    );
    for notice in &list.notices {
        write!(text, "\n{}", notice.replace(&list.file, "FILE")).expect("a string takes any text");
    }
    text
}

#[test]
fn the_crystal_is_that_of_the_file_and_nothing_is_left_out_silently() {
    for (file, asked, expected) in [
        (
            "anomalous_big_endian.mtz",
            None,
            "30 40 50 90.00 90.00 90.00, P 21 21 21, Some(0.9768), rows 10 status 0 missing 1 negative 0 absent 2\n\
             2 reflections that space group P 21 21 21 does not allow are taken as 0",
        ),
        (
            "anomalous.mtz",
            Some("IMEAN"),
            "30 40 50 90.00 90.00 90.00, P 21 21 21, Some(0.9768), rows 10 status 0 missing 1 negative 2 absent 0\n\
             F is the square root of the intensities IMEAN; 2 below 0 become F = 0",
        ),
        (
            "flag_big_endian.mtz",
            None,
            "60 60 90 90.00 90.00 120.00, R 3 :H, None, rows 6 status 0 missing 1 negative 0 absent 0",
        ),
        (
            "batches.mtz",
            None,
            "30.1 40.1 50.1 90.00 95.00 90.00, P 1 21 1, Some(1.0), rows 4 status 0 missing 0 negative 0 absent 0\n\
             FILE has 2 batches: its reflections are not merged\n\
             F is the square root of the intensities I",
        ),
        (
            "two_blocks.cif",
            None,
            "30 40 50 90.00 95.00 90.00, P 1 21 1, Some(0.9791), rows 9 status 2 missing 1 negative 0 absent 1\n\
             FILE has 1 more data blocks with reflections than rtestsf; they are not used\n\
             1 reflections that space group P 1 21 1 does not allow are taken as 0",
        ),
        (
            "small_molecule.cif",
            None,
            "8.5 8.5 8.5 62.00 62.00 62.00, R -3 :R, Some(0.71073), rows 4 status 0 missing 0 negative 0 absent 0\n\
             F is the square root of the intensities _refln.F_squared_calc",
        ),
    ] {
        let options = ListOptions { column: asked.map(str::to_owned), ..ListOptions::default() };
        assert_eq!(summary(&read(file, &options)), expected, "{file}");
    }
}

#[test]
fn a_space_group_takes_the_place_of_that_of_the_file() {
    let space_group = Some(SpaceGroup::from_symbol("P 2 21 21").unwrap());
    let options = ListOptions { space_group, ..ListOptions::default() };
    assert_eq!(
        summary(&read("anomalous.mtz", &options)),
        "30 40 50 90.00 90.00 90.00, P 2 21 21, Some(0.9768), rows 10 status 0 missing 1 negative 0 absent 2\n\
         space group P 2 21 21 as given, in place of P 21 21 21 in FILE\n\
         2 reflections that space group P 2 21 21 does not allow are taken as 0"
    );
    let options = ListOptions { space_group: Some(SpaceGroup::from_symbol("P 3").unwrap()), ..options };
    let list = read("anomalous.mtz", &options);
    assert_eq!(
        list.notices[1],
        format!("the cell of {} does not have the symmetry of space group P 3", list.file)
    );
}

#[test]
fn a_cell_is_that_of_a_file_that_has_none() {
    let cell = Some(UnitCell::new([31.0, 41.0, 51.0], [90.0; 3]).unwrap());
    let options = ListOptions { cell, ..ListOptions::default() };
    for (file, expected) in [("anomalous.mtz", "30 40 50 "), ("../bad/mmcif/no_cell.cif", "31 41 51 ")] {
        let found = summary(&read(file, &options));
        assert!(found.starts_with(expected), "{file}: {found}");
    }
}

/// F in P 1 of a fixture.
fn p1(file: &str) -> (P1, BTreeMap<Miller, f64>) {
    let p1 = read(file, &ListOptions::default()).expand_to_p1(MAX_BYTES).expect("a small grid");
    let factors = p1.reflections().map(|r| (r.miller, r.structure_factor)).collect();
    (p1, factors)
}

#[test]
fn anomalous_pairs_stay_apart_in_p1() {
    let (p1, factors) = p1("anomalous.mtz");
    for ([h, k, l], expected) in [
        ([0, 0, 0], Some(5000.0)),
        // Equivalents of 1 1 1 by rotations about an axis, and mates.
        ([1, 1, 1], Some(120.5)),
        ([1, -1, -1], Some(120.5)),
        ([-1, 1, -1], Some(120.5)),
        ([-1, -1, -1], Some(118.25)),
        ([-1, 1, 1], Some(118.25)),
        // One of a pair is missing: the other is better than nothing.
        ([1, 1, 2], Some(66.75)),
        ([-1, -1, -2], Some(66.75)),
        ([1, 2, 1], Some(33.5)),
        // Centric.
        ([0, 1, 1], Some(40.25)),
        ([0, 1, -1], Some(40.25)),
        // Absent: listed with an F, and not listed.
        ([0, 0, 1], Some(0.0)),
        ([1, 0, 0], Some(0.0)),
        ([0, -3, 0], Some(0.0)),
        // Listed without a number.
        ([2, 1, 1], None),
        // Beyond the resolution.
        ([3, 3, 3], None),
        ([5, 0, 0], None),
    ] {
        assert_eq!(factors.get(&Miller::new(h, k, l)).copied(), expected, "{h} {k} {l}");
    }
    assert_eq!(p1.contradiction_count, 0);
    let grid = p1.into_grid(7.0).expect("a grid");
    for ([h, k, l], expected) in [([2, 1, 1], 7.0), ([1, 0, 0], 0.0), ([1, -1, -1], 120.5)] {
        assert_eq!(grid.get(Miller::new(h, k, l)), Some(expected), "{h} {k} {l}");
    }
    let list: Vec<_> = factors.into_iter().map(|(miller, f)| Reflection::new(miller, f)).collect();
    let again = Grid::from_reflections(list, 7.0, MAX_BYTES).expect("a grid");
    assert_eq!(again.get(Miller::new(2, 1, 1)), Some(7.0));
}

#[test]
fn contradictions_are_told_and_the_last_is_used() {
    let (p1, factors) = p1("batches.mtz");
    assert_eq!((p1.contradiction_count, p1.contradictions.len()), (1, 1));
    let told = p1.contradictions[0];
    assert_eq!((told.miller, told.earlier, told.later), (Miller::new(1, 0, 1), 10.0, 11.0));
    assert_eq!(factors.get(&Miller::new(-1, 0, -1)), Some(&11.0));
}

#[test]
fn a_grid_beyond_the_limit_is_refused() {
    let list = read("anomalous.mtz", &ListOptions::default());
    let message = list.expand_to_p1(100).unwrap_err().to_string();
    assert_eq!(
        message.strip_prefix(&list.file).unwrap_or(&message),
        ": expected a grid of at most 100 bytes, found h -3..3, k -4..4, l -5..5, which need 5544 bytes"
    );
}

#[test]
fn a_column_that_is_not_there_is_refused_with_those_that_are() {
    for (file, asked, expected) in [
        (
            "anomalous.mtz",
            "FP",
            "expected a column FP of type F, G, J or K, found F(+) (G), F(-) (G), IMEAN (J), I(+) (K), I(-) (K)",
        ),
        (
            "small_molecule.cif",
            "F_calc",
            "expected numbers of F_calc in _refln, found _refln.F_squared_calc, _refln.F_squared_meas",
        ),
    ] {
        let options = ListOptions { column: Some(asked.to_owned()), ..ListOptions::default() };
        let message = read_reflections(&fixture(file), &options).unwrap_err().to_string();
        assert!(message.ends_with(&format!("{file}: {expected}")), "{message}");
    }
}
