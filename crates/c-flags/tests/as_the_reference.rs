//! Small things of the C program that are no defects and easy to miss, found by running both on random flags.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{Described, described};
use nanobragg_kernel::Polarization;

fn resolved(line: &str) -> Described {
    described(line, Path::new("nowhere"), usize::MAX).unwrap()
}

/// 4e-5 mm are ten times 40 Å but for the last bit, which decides between ten cells and eleven. The C program prints
/// "xtal: 10x8x7 cells" for the first cell and "xtal: 6x6x5 cells" for the second, where 80 Å would fit five times.
#[test]
fn a_size_that_is_a_whole_number_of_cells_is_rounded_as_in_the_reference() {
    for (cell, expected) in [("40 50 60", [10, 8, 7]), ("70 80 90 75 85 95", [6, 6, 5])] {
        let run = resolved(&format!("-cell {cell} -default_F 100 -xtalsize 4e-5 -detpixels 4"));
        assert_eq!(run.simulation.crystal.cells, expected, "{cell}");
    }
}

/// In the C program -oversample_polar computes the factor of every sub-step whatever -nopolar says.
#[test]
fn nopolar_is_taken_back_by_oversample_polar_in_compat_mode() {
    let line = "-cell 40 -default_F 100 -detpixels 4 -nopolar -oversample_polar";
    assert_eq!(resolved(line).simulation.polarization, Polarization::Off);
    let compat = resolved(&format!("{line} -compat c"));
    assert!(matches!(compat.simulation.polarization, Polarization::Kahn { factor: 0.0, .. }));
    assert!(compat.told.iter().any(|warning| warning.contains("-nopolar has no effect")));
}

/// The C program decides on interpolation before it works out how many cells fit a size.
#[test]
fn interpolation_hangs_on_the_cells_as_typed_in_compat_mode() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.hkl");
    std::fs::write(&list, "0 0 1 5\n1 2 3 7\n").unwrap();
    let line = format!("-cell 40 50 60 -hkl {} -xtalsize 4e-5 -detpixels 4", list.display());
    assert!(!resolved(&line).simulation.interpolate, "ten cells wide");
    assert!(resolved(&format!("{line} -compat c")).simulation.interpolate, "no -N there is one cell");
    assert!(!resolved(&format!("{line} -N 3 -compat c")).simulation.interpolate);
}

#[test]
fn an_output_replaces_no_input_and_no_other_output() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.hkl").display().to_string();
    std::fs::write(&list, "0 0 1 5\n1 2 3 7\n").unwrap();
    for (more, expected) in [
        (
            "-floatfile x -intfile x".to_owned(),
            "-floatfile and -intfile both write x: expected two names".to_owned(),
        ),
        (format!("-intfile {list}"), format!("-intfile would replace {list}, which -hkl reads")),
    ] {
        let line = format!("-cell 40 -hkl {list} -detpixels 4 {more}");
        let error = described(&line, Path::new("nowhere"), usize::MAX).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    assert!(
        resolved("-cell 40 -default_F 1 -detpixels 4 -floatfile /dev/null -intfile /dev/null")
            .experiment
            .structure_factors
            .dump_file
            .is_none()
    );
}

#[test]
fn a_detector_that_does_not_fit_the_machine_is_refused() {
    let line = "-cell 40 -default_F 1 -detpixels 100000";
    let message = described(line, Path::new("nowhere"), 1 << 30).unwrap_err().to_string();
    assert!(message.contains("100000 × 100000 pixels needs 90000000000 bytes"), "{message}");
}
