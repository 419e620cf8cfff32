//! What damaged inputs have found, by name.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

use damaged_inputs::{READERS, Workplace};

/// Reads an input, which must not panic; says whether it was read.
fn read(format: &str, input: impl AsRef<[u8]>) -> bool {
    let reader = READERS.iter().find(|reader| reader.name == format).unwrap();
    reader.read(&Workplace::new(), input.as_ref())
}

fn refused(format: &str, input: impl AsRef<[u8]>) {
    assert!(!read(format, input.as_ref()), "{}", String::from_utf8_lossy(input.as_ref()));
}

/// The reciprocal lattice was NaN.
#[test]
fn a_cell_edge_whose_cube_is_no_number() {
    refused("flags", "-default_F 10 -N 3 -detpixels 8 -cell 1e120");
    refused("flags", "-default_F 10 -N 3 -detpixels 8 -cell 30 1e-308 40");
    refused("flags", "-default_F 10 -N 3 -detpixels 8 -cell 1e300 1e-300 40");
}

/// The positions of its pixels were infinite.
#[test]
fn a_pixel_whose_square_is_no_number() {
    refused("flags", "-default_F 10 -N 3 -cell 30 -detpixels 8 -pixel 1e308");
    refused("flags", "-default_F 10 -N 3 -cell 30 -detpixels 8 -distance 1e200");
    refused("flags", "-default_F 10 -N 3 -cell 30 -detpixels 8 -Xbeam 1e200");
}

/// The wavelength was infinite.
#[test]
fn a_photon_energy_whose_inverse_is_no_number() {
    refused("spectrum", "1e-320 1\n");
    refused("flags", "-default_F 10 -N 3 -cell 30 -detpixels 8 -energy 1e-320");
}

/// The lattice was NaN, although the volume was a number.
#[test]
fn a_matrix_whose_products_are_no_numbers() {
    refused("matrix", "0.03 0.002 0\n-0.001 1e300 0.003\n0 0.001 1e-299\n");
    refused("matrix", "0.03 0.002 0\n-0.01354467 0.01606417 -0.00868146\n0.00804022 1e302 0.01613852\n");
}

/// The scaled weights were infinite.
#[test]
fn weights_whose_sum_is_no_number() {
    refused("sources", "-10 0.2 0 1e-320 1.05e-10\n");
    refused("sources", "-10 0.2 0 1e308\n-10 0 0 1e308\n");
    refused("spectrum", "12000 1e-320\n");
    refused("spectrum", "12000 1e308\n12100 1e308\n");
}

/// Its direction was 0.
#[test]
fn a_source_farther_than_numbers_go() {
    refused("sources", "1e200 0.2 0\n");
    refused("sources", "1e-200 0 0\n");
}

/// The header of its image had a distance of infinity, which no program reads.
#[test]
fn a_beam_along_the_detector_is_read() {
    assert!(read(
        "flags",
        "-default_F 10 -cell 30 50 -detsize 20 -pixel 0.5 --sdet_vector 0 -1 0 -odet_vector 1 0 0 \
        -beam_vector 0 1e-14 0 -pix0_vector 5.1 0.01 -0.0"
    ));
}

/// The crate that reads HDF5 counted the bits of a type for a message, which were more than numbers.
#[test]
fn a_type_of_pixels_that_cannot_be_said() {
    let mut bytes = include_bytes!("../../../fixtures/nxmx/eiger_data_000001.h5").to_vec();
    assert!(read("nxmx", &bytes));
    bytes.drain(10_988..10_991);
    refused("nxmx", &bytes);
}

/// The number of bytes that it would take did not fit.
#[test]
fn coordinates_in_a_cell_beyond_numbers() {
    let edge = "9".repeat(140);
    let cell = format!("_cell.length_a 29.46 _cell.length_b 10.51 _cell.length_c {edge}");
    let start =
        "_cell.angle_alpha 90 _cell.angle_beta 90 _cell.angle_gamma 90 _symmetry.Int_Tables_number 19";
    let items = ["type_symbol", "Cartn_x", "Cartn_y", "Cartn_z", "occupancy", "B_iso_or_equiv"];
    let items = items.map(|item| format!("_atom_site.{item}")).join("\n");
    assert!(read("mmcif_coordinates", format!("data_x\n{cell}\n{start}\nloop_\n{items}\nC 1 2 3 1 15\n")));
}
