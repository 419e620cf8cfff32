//! Everything that reads bytes from outside.

mod experiments;
mod images;
mod structure_factors;
mod structures;
mod tables;
mod traces;

use crate::reader::Reader;

const MIB: usize = 1 << 20;

macro_rules! reader {
    ($name:literal, $inputs:literal, $most:expr, $read:path, $seeds:expr) => {
        Reader { name: $name, inputs: $inputs, most_bytes: $most, seeds: || $seeds, read: $read }
    };
}

/// Every format, and how it is read.
pub const READERS: [Reader; 27] = [
    reader!("hkl_text", 40_000, 4 * MIB, structure_factors::hkl_text, structure_factors::texts()),
    reader!("fdump", 300_000, MIB, structure_factors::fdump, structure_factors::dumps()),
    reader!("mtz", 20_000, 16 * MIB, structure_factors::mtz, structure_factors::mtz_files()),
    reader!(
        "mmcif_reflections",
        20_000,
        16 * MIB,
        structure_factors::mmcif_reflections,
        structure_factors::reflection_lists()
    ),
    reader!("pdb_coordinates", 20_000, 16 * MIB, structures::coordinates, structures::pdb_files()),
    reader!("mmcif_coordinates", 20_000, 16 * MIB, structures::coordinates, structures::mmcif_files()),
    reader!("space_group", 20_000, MIB, structure_factors::space_group, structure_factors::space_groups()),
    reader!("matrix", 80_000, MIB, tables::matrix, tables::matrices()),
    reader!("curve", 40_000, MIB, tables::curve, tables::curves()),
    reader!("sources", 40_000, MIB, tables::sources, tables::source_lists()),
    reader!("spectrum", 40_000, MIB, tables::spectrum, tables::spectra()),
    reader!("smv", 80_000, MIB, images::smv_image, images::smv_images()),
    reader!("smv_header", 10_000, MIB, experiments::header, experiments::headers()),
    reader!("mask", 30_000, MIB, experiments::mask, experiments::masks()),
    reader!("npy", 200_000, 16 * MIB, images::npy_array, images::npy_arrays()),
    reader!("pgm", 200_000, MIB, images::pgm_image, images::pgm_images()),
    reader!("cbf", 40_000, MIB, images::cbf_image, images::cbf_images()),
    reader!("png", 20_000, 2 * MIB, images::png_picture, images::png_pictures()),
    reader!("nxmx", 20_000, 4 * MIB, images::nxmx_image, images::nxmx_series()),
    reader!("raw", 60_000, 16 * MIB, images::raw_image, images::raw_images()),
    reader!("sidecar", 150_000, MIB, images::sidecar, images::sidecars()),
    reader!("geom", 30_000, 2 * MIB, experiments::crystfel, experiments::crystfel_geometries()),
    reader!("expt", 30_000, 2 * MIB, experiments::dials, experiments::dials_lists()),
    reader!("toml", 30_000, 4 * MIB, experiments::toml, experiments::toml_files()),
    reader!("flags", 30_000, 4 * MIB, experiments::flags, experiments::flag_lines()),
    reader!("trace_text", 4_000, 4 * MIB, traces::text_log, traces::logs()),
    reader!("trace_json", 5_000, 4 * MIB, traces::json_log, traces::documents()),
];
