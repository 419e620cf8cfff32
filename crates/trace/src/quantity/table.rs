//! The table itself, in the order of the lines in a trace. Flat on purpose: a row a key.

use super::Quantity;
use super::Scale::{self, Cells, CellsAlong};
use super::Shape::{self, Fields, Matrix, Name, Scalar, Vector};
use super::Unit::{
    self, Angstrom, Degree, Electron, Metre, PerAngstrom, PerMetre, Photon, PhotonPerSquareMetre, Radian,
    SquareElectron, SquareMetre, Steradian,
};

const ROTATIONS: &str = "the detector's rotations";
const CELL: &str = "the unit cell and the orientation";
const HEADER: &str = "the flags and the image header";

#[rustfmt::skip]
pub(super) const QUANTITIES: &[Quantity] = &[
    // The panel.
    row("panel", Name, Unit::One, Scale::One, &[], "the panel asked for"),
    row("detector_convention", Name, Unit::One, Scale::One, &[], HEADER),
    row("angles_rad", Fields, Radian, Scale::One, &[], ROTATIONS),
    row("initial_fdet", Vector, Unit::One, Scale::One, &["detector_convention"], "custom vectors"),
    row("initial_sdet", Vector, Unit::One, Scale::One, &["detector_convention"], "custom vectors"),
    row("initial_odet", Vector, Unit::One, Scale::One, &["detector_convention"], "custom vectors"),
    row("Fclose_m", Scalar, Metre, Scale::Line, &[], "the beam centre or near point"),
    row("Sclose_m", Scalar, Metre, Scale::Line, &[], "the beam centre or near point"),
    row("close_distance_m", Scalar, Metre, Scale::Line, &["ratio", "distance_m"], "the distances given"),
    row("ratio", Scalar, Unit::One, Scale::One, &["angles_rad", "initial_odet"], "the beam's direction"),
    row("distance_m", Scalar, Metre, Scale::Line, &[], "the distances given"),
    row("term_fast_before_rot", Vector, Metre, Scale::Line, &["Fclose_m", "initial_fdet"], ""),
    row("term_slow_before_rot", Vector, Metre, Scale::Line, &["Sclose_m", "initial_sdet"], ""),
    row("term_close_before_rot", Vector, Metre, Scale::Line, &["close_distance_m", "initial_odet"], ""),
    row("pix0_before_rotation", Vector, Metre, Scale::Line, &["term_fast_before_rot", "term_slow_before_rot", "term_close_before_rot"], ""),
    row("pix0_after_rotz", Vector, Metre, Scale::Line, &["pix0_before_rotation", "angles_rad"], ""),
    row("pix0_after_twotheta", Vector, Metre, Scale::Line, &["pix0_after_rotz", "angles_rad", "twotheta_axis"], ""),
    row("fdet_after_rotz", Vector, Unit::One, Scale::One, &["initial_fdet", "angles_rad"], ""),
    row("sdet_after_rotz", Vector, Unit::One, Scale::One, &["initial_sdet", "angles_rad"], ""),
    row("odet_after_rotz", Vector, Unit::One, Scale::One, &["initial_odet", "angles_rad"], ""),
    row("twotheta_axis", Vector, Unit::One, Scale::One, &["detector_convention"], "the axis given"),
    row("fdet_after_twotheta", Vector, Unit::One, Scale::One, &["fdet_after_rotz", "angles_rad", "twotheta_axis"], ""),
    row("sdet_after_twotheta", Vector, Unit::One, Scale::One, &["sdet_after_rotz", "angles_rad", "twotheta_axis"], ""),
    row("odet_after_twotheta", Vector, Unit::One, Scale::One, &["odet_after_rotz", "angles_rad", "twotheta_axis"], ""),
    row("Rx", Matrix, Unit::One, Scale::One, &["angles_rad"], ""),
    row("Ry", Matrix, Unit::One, Scale::One, &["angles_rad"], ""),
    row("Rz", Matrix, Unit::One, Scale::One, &["angles_rad"], ""),
    row("R_total", Matrix, Unit::One, Scale::One, &["Rx", "Ry", "Rz"], ""),
    row("Fbeam_m", Scalar, Metre, Scale::Line, &["detector_convention"], "the beam centre"),
    row("Sbeam_m", Scalar, Metre, Scale::Line, &["detector_convention"], "the beam centre"),
    row("term_fast", Vector, Metre, Scale::Line, &["Fbeam_m", "fdet_after_twotheta"], ""),
    row("term_slow", Vector, Metre, Scale::Line, &["Sbeam_m", "sdet_after_twotheta"], ""),
    row("term_beam", Vector, Metre, Scale::Line, &["distance_m"], "the beam's direction"),
    row("pix0_vector", Vector, Metre, Scale::Line, &["term_fast", "term_slow", "term_beam"], "the origin given"),
    row("DETECTOR_FAST_AXIS", Vector, Unit::One, Scale::One, &["fdet_after_twotheta"], ""),
    row("DETECTOR_SLOW_AXIS", Vector, Unit::One, Scale::One, &["sdet_after_twotheta"], ""),
    row("DETECTOR_NORMAL_AXIS", Vector, Unit::One, Scale::One, &["odet_after_twotheta"], ""),
    row("DETECTOR_PIX0_VECTOR", Vector, Metre, Scale::Line, &["pix0_after_twotheta", "pix0_vector"], ""),
    row("spixel", Scalar, Unit::One, Scale::One, &[], "the pixel asked for"),
    row("fpixel", Scalar, Unit::One, Scale::One, &[], "the pixel asked for"),
    // A layer and sub-pixel.
    row("source", Scalar, Unit::One, Scale::One, &[], ""),
    row("weight", Scalar, Unit::One, Scale::One, &["source"], "the weights of the sources"),
    row("pix0_vector_meters", Vector, Metre, Scale::Line, &["DETECTOR_PIX0_VECTOR"], ""),
    row("fdet_vec", Vector, Unit::One, Scale::One, &["DETECTOR_FAST_AXIS"], ""),
    row("sdet_vec", Vector, Unit::One, Scale::One, &["DETECTOR_SLOW_AXIS"], ""),
    row("pixel_pos_meters", Vector, Metre, Scale::Line, &["pix0_vector_meters", "fdet_vec", "sdet_vec", "spixel", "fpixel"], "the pixel size, the layer and the sub-pixel"),
    row("R_distance_meters", Scalar, Metre, Scale::Line, &["pixel_pos_meters"], ""),
    row("omega_pixel_sr", Scalar, Steradian, Scale::Line, &["R_distance_meters", "close_distance_meters"], "the pixel size"),
    row("close_distance_meters", Scalar, Metre, Scale::Line, &["close_distance_m", "DETECTOR_PIX0_VECTOR", "DETECTOR_NORMAL_AXIS"], ""),
    row("obliquity_factor", Scalar, Unit::One, Scale::One, &["close_distance_meters", "R_distance_meters"], ""),
    row("diffracted_vec", Vector, Unit::One, Scale::One, &["pixel_pos_meters", "R_distance_meters"], ""),
    row("incident_vec", Vector, Unit::One, Scale::One, &[], "the source"),
    row("lambda_meters", Scalar, Metre, Scale::Line, &[], "the source"),
    row("lambda_angstroms", Scalar, Angstrom, Scale::Line, &["lambda_meters"], ""),
    row("scattering_vec_A_inv", Vector, PerMetre, Scale::Line, &["diffracted_vec", "incident_vec", "lambda_meters"], ""),
    row("scattering_vec_per_angstrom", Vector, PerAngstrom, Scale::Line, &["scattering_vec_A_inv"], ""),
    // A mosaic domain and phi step.
    row("mos_tic", Scalar, Unit::One, Scale::One, &[], ""),
    row("rot_a_angstroms", Vector, Angstrom, Scale::Line, &["rot_a_star_A_inv", "phi_deg"], "the spindle axis, the mosaic domain and the orientation kept from the step before"),
    row("rot_b_angstroms", Vector, Angstrom, Scale::Line, &["rot_b_star_A_inv", "phi_deg"], "the spindle axis, the mosaic domain and the orientation kept from the step before"),
    row("rot_c_angstroms", Vector, Angstrom, Scale::Line, &["rot_c_star_A_inv", "phi_deg"], "the spindle axis, the mosaic domain and the orientation kept from the step before"),
    row("rot_a_star_A_inv", Vector, PerAngstrom, Scale::Line, &[], CELL),
    row("rot_b_star_A_inv", Vector, PerAngstrom, Scale::Line, &[], CELL),
    row("rot_c_star_A_inv", Vector, PerAngstrom, Scale::Line, &[], CELL),
    row("hkl_frac", Vector, Unit::One, Scale::One, &["rot_a_angstroms", "rot_b_angstroms", "rot_c_angstroms", "scattering_vec_A_inv"], ""),
    row("hkl_rounded", Vector, Unit::One, Scale::One, &["hkl_frac"], ""),
    row("F_latt_a", Scalar, Unit::One, CellsAlong(0), &["hkl_frac"], "the number of cells along a"),
    row("F_latt_b", Scalar, Unit::One, CellsAlong(1), &["hkl_frac", "k_frac"], "the number of cells along b"),
    row("F_latt_c", Scalar, Unit::One, CellsAlong(2), &["hkl_frac"], "the number of cells along c"),
    row("F_latt", Scalar, Unit::One, Cells, &["F_latt_a", "F_latt_b", "F_latt_c"], ""),
    row("lattice_factor", Scalar, Unit::One, Cells, &["hkl_frac"], "the crystal's shape and its numbers of cells"),
    row("phi_tic", Scalar, Unit::One, Scale::One, &[], ""),
    row("phi_deg", Scalar, Degree, Scale::One, &["phi_tic"], "the sweep"),
    row("k_frac", Scalar, Unit::One, Scale::One, &["rot_b_angstroms", "scattering_vec_A_inv", "phi_deg"], ""),
    row("F_cell", Scalar, Electron, Scale::Line, &["hkl_rounded"], "the structure factors"),
    // The pixel.
    row("I_before_scaling", Scalar, SquareElectron, Scale::Line, &["F_cell", "F_latt", "lattice_factor"], "the sum over sub-pixels, layers, sources, domains and phi"),
    row("r_e_meters", Scalar, Metre, Scale::Line, &[], ""),
    row("r_e_sqr", Scalar, SquareMetre, Scale::Line, &["r_e_meters"], ""),
    row("fluence_photons_per_m2", Scalar, PhotonPerSquareMetre, Scale::Line, &[], "the flux, exposure and beam size"),
    row("steps", Scalar, Unit::One, Scale::One, &[], "the counts of sub-pixels, sources, domains and phi steps"),
    row("oversample_thick", Scalar, Unit::One, Scale::One, &[], HEADER),
    row("oversample_polar", Scalar, Unit::One, Scale::One, &[], HEADER),
    row("oversample_omega", Scalar, Unit::One, Scale::One, &[], HEADER),
    row("capture_fraction", Scalar, Unit::One, Scale::One, &["obliquity_factor", "oversample_thick"], "the sensor's thickness and attenuation"),
    row("polar", Scalar, Unit::One, Scale::One, &["cos_2theta", "oversample_polar"], "the polarization"),
    row("omega_pixel", Scalar, Steradian, Scale::Line, &["omega_pixel_sr", "oversample_omega"], ""),
    row("cos_2theta", Scalar, Unit::One, Scale::One, &["diffracted_vec", "incident_vec"], ""),
    row("I_background", Scalar, Photon, Scale::Line, &["r_e_sqr", "fluence_photons_per_m2"], "the materials and their curves"),
    row("I_pixel_final", Scalar, Photon, Scale::Line, &["I_before_scaling", "r_e_sqr", "fluence_photons_per_m2", "steps", "polar", "omega_pixel", "capture_fraction", "I_background"], ""),
    row("floatimage_accumulated", Scalar, Photon, Scale::Line, &["I_pixel_final"], "what the pixel held before"),
];

const fn row(
    key: &'static str,
    shape: Shape,
    unit: Unit,
    scale: Scale,
    feeds: &'static [&'static str],
    besides: &'static str,
) -> Quantity {
    Quantity { key, shape, unit, scale, feeds, besides }
}
