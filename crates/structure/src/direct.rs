//! Structure factors by summation over the atoms.

use std::f64::consts::{PI, TAU};

use hkl_io::Miller;
use rustfft::num_complex::Complex;

use crate::Displacement;
use crate::metric::{Metric, indices};
use crate::scatterers::Scatterers;
use crate::tensor::{Tensor, dot};

/// Σ occ·f·exp(−B s²)·exp(2πi h·x) over the atoms, without copies, with f + f′ and with f″ in place of f.
pub(crate) fn sums(node: Miller, scatterers: &Scatterers<'_>, metric: &Metric) -> [Complex<f64>; 2] {
    let (h, s_squared) = (indices(node), metric.s_squared(node));
    let species = scatterers.species.iter();
    let f: Vec<_> = species.map(|species| (species.form_factor.at(s_squared), species.dispersion)).collect();
    let [mut real, mut imaginary] = [Complex::default(); 2];
    for (atom, species) in scatterers.iter() {
        let exponent = match atom.displacement {
            Displacement::Isotropic { b } => -b * s_squared,
            Displacement::Anisotropic { u_star } => -2.0 * PI * PI * Tensor(u_star).along(h),
        };
        let wave = Complex::from_polar(atom.occupancy * exponent.exp(), TAU * dot(h, atom.position));
        let (f, dispersion) = f[species];
        real += wave * (f + dispersion.f_prime);
        imaginary += wave * dispersion.f_double_prime;
    }
    [real, imaginary]
}
