//! MTZ files that are written are read back, and are what they were when gemmi read them.

use hkl_io::mtz::{self, Crystal, Row};
use hkl_io::{ListOptions, Reflection, SpaceGroup};
use nanobragg_geometry::UnitCell;
use proptest::prelude::*;

fn row(h: i32, k: i32, l: i32, factor: f64, phase_deg: Option<f64>) -> Row {
    Row { reflection: Reflection::new([h, k, l], factor), phase_deg }
}

fn written(crystal: &Crystal<'_>, rows: &[Row]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("out.mtz");
    mtz::write(&path, crystal, rows).expect("an MTZ file");
    std::fs::read(path).expect("the file written")
}

fn crystal<'a>(space_group: &'a SpaceGroup, wavelength_angstrom: Option<f64>) -> Crystal<'a> {
    let cell = UnitCell::new([34.5, 40.25, 50.125], [80.0, 95.5, 100.25]).expect("a cell");
    Crystal { cell, space_group, wavelength_angstrom }
}

proptest! {
    #[test]
    fn a_file_that_is_written_is_read_back(
        rows in prop::collection::vec((prop::array::uniform3(-99..100_i32), 0.0_f32..1e9, prop::option::of(-180.0..180.0)), 1..40),
        number in 1..231_u16,
        wavelength in prop::option::of(0.5..2.0),
    ) {
        let rows: Vec<_> = rows.into_iter().map(|([h, k, l], f, phase)| row(h, k, l, f64::from(f), phase)).collect();
        let group = SpaceGroup::from_number(number).unwrap();
        let list = mtz::parse(&written(&crystal(&group, wavelength), &rows), "out.mtz", &ListOptions::default()).unwrap();
        prop_assert_eq!(list.reflections, rows.iter().map(|row| row.reflection).collect::<Vec<_>>());
        prop_assert_eq!(list.space_group, group);
        prop_assert_eq!(list.cell.edges_angstrom.map(f64::to_bits), [34.5, 40.25, 50.125_f64].map(f64::to_bits));
        prop_assert_eq!(list.wavelength_angstrom.map(|w| (w * 1e5).round()), wavelength.map(|w| (w * 1e5).round()));
    }
}

/// gemmi 0.7.5 read these bytes: 3 reflections in P 21 21 21, columns H K L F PHI of types H H H F P, wavelength 0.9768,
/// F of 2 -1 3 is 12.5 with a phase of -90, no phase of 0 0 4.
#[test]
fn the_records_are_those_that_gemmi_read() {
    let group = SpaceGroup::from_number(19).unwrap();
    let rows = [row(2, -1, 3, 12.5, Some(-90.0)), row(0, 0, 4, 0.125, None), row(1, 1, 1, 99.0, Some(45.0))];
    let bytes = written(&crystal(&group, Some(0.9768)), &rows);
    let (start, header) = bytes.split_at(80 + 3 * 5 * 4);
    assert_eq!(&start[..12], b"MTZ \x24\0\0\0DA\0\0");
    let records: Vec<_> =
        header.chunks(80).map(|record| String::from_utf8_lossy(record).trim_end().to_owned()).collect();
    assert!(header.len() % 80 == 0);
    for (place, expected) in [
        (0, "VERS MTZ:V1.1"),
        (2, "NCOL        5            3        0"),
        (3, "CELL   34.5000   40.2500   50.1250   80.0000   95.5000  100.2500"),
        (5, "SYMINF   4  4 P    19           'P 21 21 21' PG222"),
        (6, "SYMM X,  Y,  Z"),
        (11, "VALM NAN"),
        (records.len() - 3, "DWAVEL        1    0.97680"),
        (records.len() - 2, "END"),
        (records.len() - 1, "MTZENDOFHEADERS"),
    ] {
        assert_eq!(records[place], expected, "{records:#?}");
    }
}

#[test]
fn numbers_that_the_format_cannot_hold_are_refused() {
    let group = SpaceGroup::from_number(1).unwrap();
    for (rows, expected) in [
        ([row(1, 2, 3, f64::NAN, None)], "expected a finite structure factor F for (1, 2, 3), found NaN"),
        (
            [row(1, 2, 3, 1e39, None)],
            "expected a finite structure factor F for (1, 2, 3), found 1000000000000000000000000000000000000000",
        ),
        ([row(0, 1 << 25, 0, 1.0, None)], "out.mtz: expected indices up to 16777216, found (0, 33554432, 0)"),
    ] {
        let refused = mtz::write(std::path::Path::new("out.mtz"), &crystal(&group, None), &rows);
        assert_eq!(refused.unwrap_err().to_string(), expected);
    }
}
