//! The density of atoms on the planes of a grid.
//!
//! Each Gaussian of a form factor, smeared out by the atom's displacement and by a common B that is taken away again
//! from the structure factors, is a Gaussian in space (Ten Eyck 1977, doi 10.1107/S0567739477001211).

use std::f64::consts::PI;

use crate::ellipsoid::{Ellipsoid, Ellipsoids, place};
use crate::tensor::Tensor;
use crate::{Atom, Displacement};

/// Gaussians are cut off at this many standard deviations, beyond which is 1.5e-5 of their content.
pub(crate) const CUT: f64 = 5.0;

/// So many points of a row are computed together.
const LANES: usize = 8;

/// The grid that densities are sampled on, and how they are smeared out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampling {
    /// Numbers of points along a, b and c.
    pub(crate) dims: [usize; 3],
    /// Added to every atom's B, in Å².
    pub(crate) blur: f64,
    /// aᵢ*·aⱼ* in Å⁻².
    pub(crate) reciprocal: Tensor,
}

/// The sum of the densities of atoms.
#[derive(Debug)]
pub(crate) struct Density {
    gaussians: Ellipsoids,
    /// Points of a plane along b and c.
    plane: [usize; 2],
}

/// A Gaussian along a row of points.
#[derive(Clone, Copy)]
struct Bell {
    height: f32,
    curvature: f32,
    /// Of the first point from the middle.
    offset: f32,
}

impl Sampling {
    /// Gaussians in space of an atom: of each a·exp(−b s²) of `terms` that is not 0.
    pub(crate) fn gaussians(
        &self,
        atom: &Atom,
        terms: impl IntoIterator<Item = (f64, f64)>,
    ) -> impl Iterator<Item = Ellipsoid> {
        let terms = terms.into_iter().filter(|(a, _)| (a * atom.occupancy).abs() > 0.0);
        terms.map(|(a, b)| {
            let (b, u_star) = match atom.displacement {
                Displacement::Isotropic { b: of_atom } => (b + of_atom, Tensor([0.0; 6])),
                Displacement::Anisotropic { u_star } => (b, Tensor(u_star)),
            };
            let variance = u_star.plus(self.reciprocal, (b + self.blur) / (8.0 * PI * PI));
            let mut gaussian = Ellipsoid::new(atom.position, variance, self.dims, CUT);
            gaussian.weight = a * atom.occupancy / ((2.0 * PI).powf(1.5) * gaussian.root_of_determinant());
            gaussian
        })
    }
}

impl Density {
    pub(crate) fn new(gaussians: Vec<Ellipsoid>, [planes, rows, columns]: [usize; 3]) -> Self {
        Self { gaussians: Ellipsoids::new(gaussians, planes), plane: [rows, columns] }
    }

    /// Adds the density, in electrons per grid point, to a plane `[y, z]`.
    pub(crate) fn add_to(&self, x: usize, plane: &mut [f32]) {
        let [rows, columns] = self.plane;
        for (gaussian, dx) in self.gaussians.in_plane(x) {
            let curvature = single(-0.5 / gaussian.row_variance());
            gaussian.rows(dx, |row| {
                let (first, count) = row.points();
                let bell = Bell {
                    height: single(gaussian.weight) * exp(single(-0.5 * row.distance_squared)),
                    curvature,
                    offset: single(first as f64 - row.z),
                };
                let start = place(row.y, rows) * columns;
                bell.add_to(&mut plane[start..start + columns], place(first, columns), count);
            });
        }
    }
}

impl Bell {
    /// Adds at least `count` points from a place on, with copies in other cells.
    fn add_to(self, row: &mut [f32], from: usize, count: usize) {
        let length = row.len();
        let mut at = from;
        for block in 0..count.div_ceil(LANES) {
            let offset = self.offset + (block * LANES) as f32;
            let values: [f32; LANES] = std::array::from_fn(|lane| {
                let from_middle = offset + lane as f32;
                self.height * exp(self.curvature * from_middle * from_middle)
            });
            if let Some(points) = row.get_mut(at..at + LANES) {
                for (point, value) in points.iter_mut().zip(values) {
                    *point += value;
                }
            } else {
                for (lane, value) in values.into_iter().enumerate() {
                    row[(at + lane) % length] += value;
                }
            }
            at = (at + LANES) % length;
        }
    }
}

/// eˣ of x from −80 to 0; of x below, that of −80.
#[inline]
fn exp(x: f32) -> f32 {
    /// 1.5·2²³: added to a number it leaves the nearest integer in the last bits.
    const ROUNDING: f32 = 12_582_912.0;
    let power = x.max(-80.0) * std::f32::consts::LOG2_E;
    let shifted = power + ROUNDING;
    let f = (power - (shifted - ROUNDING)) * std::f32::consts::LN_2;
    let series = 1.0 + f * (1.0 + f * (1.0 / 2.0 + f * (1.0 / 6.0 + f * (1.0 / 24.0 + f * (1.0 / 120.0)))));
    let exponent = shifted.to_bits().wrapping_sub(ROUNDING.to_bits()) << 23;
    f32::from_bits(series.to_bits().wrapping_add(exponent))
}

fn single(number: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "the grid has single precision")]
    let number = number as f32;
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Element;

    #[test]
    fn exponentials_are_right_to_single_precision() {
        for i in 0..8000_u16 {
            let x = -0.01 * f32::from(i);
            let error = (f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs();
            // x/ln 2 is rounded: what of it is in the exponent is lost behind the point.
            assert!(error < 5e-6 + 1e-7 * f64::from(-x), "{x} {error}");
        }
    }

    /// A grid as small as a Gaussian is wide holds all of it: copies are added up.
    #[test]
    fn the_sum_over_the_grid_is_the_number_of_electrons() {
        let atom = |displacement| Atom {
            name: String::new(),
            element: Element::HYDROGEN,
            charge: 0,
            position: [0.95, -0.02, 0.4],
            occupancy: 0.5,
            displacement,
        };
        let reciprocal = Tensor([0.04, 0.02, 0.03, 0.005, -0.01, 0.002]);
        for (displacement, blur) in [
            (Displacement::Isotropic { b: 30.0 }, 10.0),
            (Displacement::Isotropic { b: -2.0 }, 40.0),
            (Displacement::Anisotropic { u_star: [0.02, 0.01, 0.03, 0.004, 0.0, -0.006] }, 25.0),
        ] {
            for dims in [[6, 8, 7], [20, 24, 30]] {
                let sampling = Sampling { dims, blur, reciprocal };
                let atom = atom(displacement);
                let gaussians = sampling.gaussians(&atom, [(3.0, 10.0), (-1.0, 0.0), (0.0, 5.0)]);
                let density = Density::new(gaussians.collect(), dims);
                let mut sum = 0.0;
                for x in 0..dims[0] {
                    let mut plane = vec![0.0; dims[1] * dims[2]];
                    density.add_to(x, &mut plane);
                    sum += plane.iter().map(|value| f64::from(*value)).sum::<f64>();
                }
                assert!((sum - 1.0).abs() < 1e-3, "{displacement:?} {dims:?} {sum}");
            }
        }
    }
}
