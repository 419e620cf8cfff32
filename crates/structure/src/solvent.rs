//! A flat bulk solvent: where no atom is (Jiang and Brünger 1994, doi 10.1006/jmbi.1994.1633).

use rayon::prelude::*;

use crate::ellipsoid::{Ellipsoid, Ellipsoids, place};
use crate::metric::Metric;
use crate::{Element, Error, Model};

/// Bulk solvent of one density, outside of the atoms.
///
/// Solvent is where a probe around a point touches no atom, and where it is no farther than `shrink_angstrom` from such a
/// point. Atoms have the radii of [`Element::radius_angstrom`]; hydrogen and atoms of no occupancy have none. The
/// structure factors of the solvent fall off with exp(−B s²).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BulkSolvent {
    /// In electrons per Å³.
    pub density: f64,
    /// B in Å².
    pub b: f64,
    /// The radius of the probe in Å.
    pub probe_angstrom: f64,
    /// How far solvent gets into the layer that the probe leaves out, in Å.
    pub shrink_angstrom: f64,
}

/// Where B leaves less than this of the solvent's structure factors they are 0.
const NEGLIGIBLE: f64 = 1e-4;

/// Which points of a grid are solvent.
#[derive(Debug)]
pub(crate) struct Mask {
    /// `[x, y, z]`, 1 for solvent.
    points: Vec<u8>,
    dims: [usize; 3],
}

/// 0.35 electrons per Å³ and 46.5 Å² (Fokine and Urzhumtsev 2002, doi 10.1107/S0907444902010284), and the radii of the
/// library cctbx.
impl Default for BulkSolvent {
    fn default() -> Self {
        Self { density: 0.35, b: 46.5, probe_angstrom: 1.1, shrink_angstrom: 0.9 }
    }
}

impl BulkSolvent {
    /// What the structure factors of the mask are multiplied by at s² in Å⁻².
    pub(crate) fn scale(&self, s_squared: f64) -> f64 {
        self.density * (-self.b * s_squared).exp()
    }

    /// The resolution d in Å beyond which there is hardly any solvent, or one that is less far out.
    pub(crate) fn d_min(&self, d_min_angstrom: f64) -> f64 {
        d_min_angstrom.max((self.b / -NEGLIGIBLE.ln()).sqrt() / 2.0)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        for (expected, found, range) in [
            ("a solvent density from -10 to 10 electrons per Å³", self.density, -10.0..=10.0),
            ("a B of the solvent from 0 to 10000 Å²", self.b, 0.0..=10_000.0),
            ("a probe radius from 0 to 10 Å", self.probe_angstrom, 0.0..=10.0),
            ("a shrink radius from 0 to 10 Å", self.shrink_angstrom, 0.0..=10.0),
        ] {
            if !range.contains(&found) {
                return Err(Error::Solvent { expected, found });
            }
        }
        Ok(())
    }
}

impl Mask {
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(crate) fn new(model: &Model, solvent: &BulkSolvent, dims: [usize; 3]) -> Result<Self, Error> {
        let metric = Metric::of(&model.cell);
        let accessible = Self::accessible(model, &metric, solvent.probe_angstrom, dims)?;
        accessible.grown(&metric, solvent.shrink_angstrom)
    }

    /// Bytes while a mask is made, without those of the spheres.
    pub(crate) const fn bytes(points: u128) -> u128 {
        2 * points
    }

    /// Adds 1 to the points of a plane that are solvent.
    pub(crate) fn add_to(&self, x: usize, plane: &mut [f32]) {
        let points = &self.points[x * plane.len()..(x + 1) * plane.len()];
        for (value, point) in plane.iter_mut().zip(points) {
            *value += f32::from(*point);
        }
    }

    /// Points whose distance from every atom is more than its radius and that of the probe.
    fn accessible(model: &Model, metric: &Metric, probe: f64, dims: [usize; 3]) -> Result<Self, Error> {
        let solid =
            model.atoms.iter().filter(|atom| atom.element != Element::HYDROGEN && atom.occupancy > 0.0);
        let spheres = solid.flat_map(|atom| {
            let radius = atom.element.radius_angstrom() + probe;
            let operators = model.space_group.operators().iter();
            // dᵀ G d ≤ r² with G = aᵢ·aⱼ, whose inverse is that of the reciprocal vectors.
            operators.map(move |operator| {
                Ellipsoid::new(operator.transform_point(atom.position), metric.reciprocal, dims, radius)
            })
        });
        let [nx, ny, nz] = dims;
        let spheres = Ellipsoids::new(spheres.collect(), nx);
        let mut points = filled(nx * ny * nz, 1)?;
        points.par_chunks_mut(ny * nz).enumerate().for_each(|(x, plane)| {
            for (sphere, dx) in spheres.in_plane(x) {
                sphere.rows(dx, |row| {
                    let start = place(row.y, ny) * nz;
                    let (first, count) = row.points();
                    clear(&mut plane[start..start + nz], place(first, nz), count);
                });
            }
        });
        Ok(Self { points, dims })
    }

    /// With the points that are no farther than a radius from those of the mask.
    fn grown(&self, metric: &Metric, radius: f64) -> Result<Self, Error> {
        let [nx, ny, nz] = self.dims;
        let offsets = around(metric, radius, self.dims);
        let mut points = filled(nx * ny * nz, 0)?;
        points.par_chunks_mut(ny * nz).enumerate().for_each(|(x, plane)| {
            for (y, row) in plane.chunks_exact_mut(nz).enumerate() {
                for [dx, dy, dz] in &offsets {
                    let start = ((x + dx) % nx * ny + (y + dy) % ny) * nz;
                    let (before, after) = self.points[start..start + nz].split_at(*dz);
                    let (into_after, into_before) = row.split_at_mut(nz - dz);
                    join(into_after, after);
                    join(into_before, before);
                }
            }
        });
        Ok(Self { points, dims: self.dims })
    }
}

/// The points within a radius of the origin, brought into the cell.
fn around(metric: &Metric, radius: f64, [nx, ny, nz]: [usize; 3]) -> Vec<[usize; 3]> {
    let sphere = Ellipsoid::new([0.0; 3], metric.reciprocal, [nx, ny, nz], radius);
    let sphere = Ellipsoids::new(vec![sphere], nx);
    let mut points = Vec::new();
    for x in 0..nx {
        for (sphere, dx) in sphere.in_plane(x) {
            sphere.rows(dx, |row| {
                let (first, count) = row.points();
                points.extend((first..).take(count).map(|z| [x, place(row.y, ny), place(z, nz)]));
            });
        }
    }
    points.sort_unstable();
    points.dedup();
    points
}

fn join(into: &mut [u8], from: &[u8]) {
    for (into, from) in into.iter_mut().zip(from) {
        *into |= *from;
    }
}

/// Clears points from a place on, with those of other cells.
fn clear(row: &mut [u8], start: usize, count: usize) {
    let count = count.min(row.len());
    let end = (start + count).min(row.len());
    row[start..end].fill(0);
    row[..count - (end - start)].fill(0);
}

fn filled(count: usize, value: u8) -> Result<Vec<u8>, Error> {
    let mut vector = Vec::new();
    vector.try_reserve_exact(count).map_err(|_| Error::OutOfMemory { needed_bytes: count })?;
    vector.resize(count, value);
    Ok(vector)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::Tensor;
    use crate::{Atom, Displacement};
    use hkl_io::SpaceGroup;
    use nanobragg_geometry::UnitCell;
    use proptest::prelude::*;

    fn model(cell: UnitCell, positions: &[[f64; 3]]) -> Model {
        let atom = |position: &[f64; 3]| Atom {
            name: String::new(),
            element: Element::from_symbol("C").unwrap(),
            charge: 0,
            position: *position,
            occupancy: 1.0,
            displacement: Displacement::Isotropic { b: 20.0 },
        };
        let group = SpaceGroup::from_symbol("P 1 21 1").unwrap();
        Model::new(cell, group, positions.iter().map(atom).collect())
    }

    /// To the nearest copy.
    fn distance_squared(direct: Tensor, a: [f64; 3], b: [f64; 3]) -> f64 {
        let shifts = (0..27).map(|i| [i / 9, i / 3 % 3, i % 3].map(|i| f64::from(i) - 1.0));
        let squares = shifts.map(|shift| {
            direct.along(std::array::from_fn(|i| (a[i] - b[i]) - (a[i] - b[i]).round() + shift[i]))
        });
        squares.fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Against distances from everything to everything.
        #[test]
        fn the_mask_is_as_defined(positions in prop::collection::vec(prop::array::uniform3(0.0..1.0f64), 1..4)) {
            let cell = UnitCell::new([9.0, 11.0, 10.0], [90.0, 105.0, 90.0]).unwrap();
            let model = model(cell, &positions);
            let dims = [12, 14, 15];
            let solvent = BulkSolvent::default();
            let mask = Mask::new(&model, &solvent, dims).unwrap();
            let direct = Metric::of(&cell).direct;
            let point = |place: usize| {
                let index = [place / (14 * 15), place / 15 % 14, place % 15];
                std::array::from_fn(|i| index[i] as f64 / dims[i] as f64)
            };
            let operators = model.space_group.operators();
            let copies: Vec<_> = positions
                .iter()
                .flat_map(|position| operators.iter().map(|operator| operator.transform_point(*position)))
                .collect();
            let radius = 1.775 + solvent.probe_angstrom;
            let is_accessible =
                |p: &[f64; 3]| copies.iter().all(|atom| distance_squared(direct, *p, *atom) > radius.powi(2));
            let accessible: Vec<[f64; 3]> = (0..2520).map(point).filter(is_accessible).collect();
            for (place, found) in mask.points.iter().enumerate() {
                let is_near =
                    |p: &[f64; 3]| distance_squared(direct, point(place), *p) <= solvent.shrink_angstrom.powi(2);
                prop_assert_eq!(*found == 1, accessible.iter().any(is_near), "{}", place);
            }
        }
    }

    #[test]
    fn a_cell_without_atoms_is_all_solvent() {
        let cell = UnitCell::new([3.0; 3], [90.0; 3]).unwrap();
        let mask = Mask::new(&model(cell, &[]), &BulkSolvent::default(), [4; 3]).unwrap();
        assert!(mask.points.iter().all(|point| *point == 1));
        // Spheres wider than the cell leave nothing.
        let mask = Mask::new(&model(cell, &[[0.5; 3]]), &BulkSolvent::default(), [4; 3]).unwrap();
        assert!(mask.points.iter().all(|point| *point == 0));
    }
}
