//! The nodes of the reciprocal lattice up to a resolution.

use hkl_io::Miller;
use hkl_io::symmetry::Operator;
use nanobragg_geometry::UnitCell;

use crate::Error;
use crate::metric::Metric;

/// Nodes of the same resolution differ by less, relatively, in what they are computed to have.
const TOLERANCE: f64 = 1e-9;

/// Half of the nodes with a spacing of at least d: the origin, and of each pair h and −h that whose first index other than
/// 0 is positive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sphere {
    metric: Metric,
    largest_inverse_d_squared: f64,
    limits: [f64; 3],
}

impl Sphere {
    /// # Errors
    ///
    /// [`Error::Resolution`].
    pub(crate) fn new(cell: &UnitCell, d_min_angstrom: f64) -> Result<Self, Error> {
        let largest_inverse_d_squared = d_min_angstrom.powi(-2) * (1.0 + TOLERANCE);
        if d_min_angstrom.is_nan() || d_min_angstrom <= 0.0 || !largest_inverse_d_squared.is_normal() {
            return Err(Error::Resolution { d_min_angstrom });
        }
        // h = s·a is at most |s|·|a|.
        let limits = cell.edges_angstrom.map(|edge| (edge * largest_inverse_d_squared.sqrt()).floor());
        Ok(Self { metric: Metric::of(cell), largest_inverse_d_squared, limits })
    }

    /// The largest h, k and l of a box around the nodes and what operators make of them, however well the cell has their
    /// symmetry; `None` if they are beyond what indices can be.
    pub(crate) fn limits(&self, operators: &[Operator]) -> Option<[usize; 3]> {
        let radius = self.largest_inverse_d_squared.sqrt();
        let limit = |column: usize| {
            // An index of hᵀR is s times that sum of the edges.
            let edges = operators.iter().map(|operator| operator.rotation.map(|row| f64::from(row[column])));
            edges.map(|edge| self.metric.direct.along(edge)).fold(0.0, f64::max).sqrt() * radius
        };
        let limits = [0, 1, 2].map(limit);
        let can_be = limits.iter().all(|limit| *limit < f64::from(1 << 24));
        can_be.then(|| limits.map(|limit| usize::try_from(index(limit.floor())).unwrap_or(0)))
    }

    /// About how many nodes these are: the volume of half a sphere in those of a cell.
    pub(crate) fn estimate(&self) -> f64 {
        let volume_star = self.metric.reciprocal.determinant().sqrt();
        2.0 / 3.0 * std::f64::consts::PI * self.largest_inverse_d_squared.powf(1.5) / volume_star
    }

    pub(crate) fn count(&self) -> usize {
        self.rows().map(|(_, _, first, last)| usize::try_from(last - first + 1).unwrap_or(0)).sum()
    }

    /// Ordered by h, then k, then l.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = Miller> {
        self.rows().flat_map(|(h, k, first, last)| (first..=last).map(move |l| Miller::new(h, k, l)))
    }

    /// h, k, and the first and the last l of every row.
    fn rows(&self) -> impl Iterator<Item = (i32, i32, i32, i32)> {
        let [max_h, max_k, _] = self.limits.map(index);
        (0..=max_h).flat_map(move |h| {
            let first_k = if h == 0 { 0 } else { -max_k };
            (first_k..=max_k).filter_map(move |k| {
                let (first, last) = self.row(h, k)?;
                let first = if h == 0 && k == 0 { 0 } else { first };
                Some((h, k, first, last))
            })
        })
    }

    /// Between the roots of 1/d² as a parabola of l.
    fn row(&self, h: i32, k: i32) -> Option<(i32, i32)> {
        let [_, _, cc, _, ac, bc] = self.metric.reciprocal.0;
        let [h, k] = [h, k].map(f64::from);
        let middle = -(ac * h + bc * k) / cc;
        let within = self.largest_inverse_d_squared - self.metric.reciprocal.along([h, k, middle]);
        let half = (within / cc).sqrt();
        let (first, last) = ((middle - half).ceil(), (middle + half).floor());
        (first <= last).then(|| (index(first), index(last)))
    }
}

fn index(number: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "limits are compared before nodes are visited")]
    let number = number as i32;
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_nodes_of_a_half_sphere_are_visited_once_in_order() {
        for (edges, angles, d_min) in [
            ([10.1, 12.2, 15.1], [90.0, 90.0, 90.0], 1.5),
            ([26.7514, 31.31, 33.6734], [88.687, 71.5295, 68.1375], 3.0),
            ([5.0, 6.0, 7.0], [60.0, 70.0, 110.0], 7.5),
        ] {
            let cell = UnitCell::new(edges, angles).unwrap();
            let (sphere, metric) = (Sphere::new(&cell, d_min).unwrap(), Metric::of(&cell));
            let mut expected = Vec::new();
            for (h, k, l) in (0..68921).map(|i| (i / 1681 - 20, i / 41 % 41 - 20, i % 41 - 20)) {
                let node = Miller::new(h, k, l);
                if 4.0 * metric.s_squared(node) <= d_min.powi(-2) && node >= Miller::new(0, 0, 0) {
                    expected.push(node);
                }
            }
            assert!(sphere.nodes().eq(expected.iter().copied()), "{edges:?}");
            assert_eq!(sphere.count(), expected.len());
            assert!((sphere.estimate() - expected.len() as f64).abs() < 0.2 * expected.len() as f64 + 1.0);
        }
    }

    /// 10 Å/d is 4 exactly, whatever is rounded.
    #[test]
    fn the_limit_is_within() {
        let cell = UnitCell::new([10.0; 3], [90.0; 3]).unwrap();
        let sphere = Sphere::new(&cell, 2.5).unwrap();
        assert!(sphere.nodes().any(|node| node == Miller::new(0, 0, 4)));
    }

    #[test]
    fn resolutions_that_are_none_are_refused() {
        let cell = UnitCell::new([10.0; 3], [90.0; 3]).unwrap();
        for d_min in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-200] {
            let message = Sphere::new(&cell, d_min).unwrap_err().to_string();
            assert_eq!(message, format!("expected a resolution d of more than 0 Å, found {d_min}"));
        }
    }
}
